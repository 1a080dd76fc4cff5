package ismskit_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/print"
	"github.com/ismskit/ismskit/workflow"
)

// What somebody changed in a returned case and never sent is told as that, to whoever opens
// it and on paper: while it lies with him, after a remark, and for good where he withdraws
// it. Nobody who signed it before has seen it.
func TestWhatWasChangedAfterAReturnAndNotSentIsToldAsThat(t *testing.T) {
	eachSigning(t, memoFlow, func(t *testing.T, o *office) {
		id := o.memo()
		unsent := func(want ...string) {
			t.Helper()
			for _, reader := range []string{"P13", "P11"} {
				c := o.read(reader, id)
				told := c.UnsentIn("zh-TW")
				if !slices.Equal(c.Unsent, want) || (told != "") != (len(want) > 0) {
					t.Errorf("%s reads %v: %q, want %v", reader, c.Unsent, told, want)
				}
				sheet := print.Of(c, ismskit.Imprint{Lang: "zh-TW"})
				if sheet.Unsent != told {
					t.Errorf("on paper: %q", sheet.Unsent)
				}
			}
		}
		unsent()
		o.act("P11", id, ismskit.Action{Verb: workflow.VerbReturn, Comment: "主旨不明"})
		unsent()
		o.act("P13", id, ismskit.Action{Verb: ismskit.VerbSave, Values: forms.Values{"subject": "採購筆記型電腦"}})
		o.act("P13", id, ismskit.Action{Verb: workflow.VerbComment, Comment: "已修正主旨"})
		unsent("subject")
		o.act("P13", id, ismskit.Action{Verb: workflow.VerbSubmit})
		unsent() // sent, and signed as it is
		o.act("P11", id, ismskit.Action{Verb: workflow.VerbReturn, Comment: "改列明年"})
		o.now = o.now.Add(time.Hour)
		o.act("P13", id, ismskit.Action{Verb: ismskit.VerbSave, Values: forms.Values{"subject": "採購伺服器"}})
		o.act("P13", id, ismskit.Action{Verb: workflow.VerbWithdraw, Comment: "不採購了"})
		unsent("subject")
		if told := o.read("P11", id).UnsentIn("zh-TW"); !strings.HasPrefix(told, "退回後修改、未送出：") {
			t.Errorf("told %q", told)
		}
	})
}

// What its form has no more is named by its path: the sentence is never without its end.
func TestWhatTheFormHasNoMoreIsToldByItsPath(t *testing.T) {
	eachSigning(t, memoFlow, func(t *testing.T, o *office) {
		c := o.read("P13", o.memo())
		c.Unsent = []string{"subject", "former_field", "former_field"}
		if told, want := c.UnsentIn("zh-TW"), "主旨、former_field"; !strings.Contains(told, want) || strings.Count(told, "former_field") != 1 {
			t.Errorf("told %q, want %q in it", told, want)
		}
	})
}

// A remark on a returned case sends nothing: whoever signed what was mended before it signs
// again once it is sent.
func TestARemarkDoesNotUseUpWhatWasMended(t *testing.T) {
	flow := `{"key":"memo","version":"1","root":{"sequence":[
		{"step":{"id":"head","name":{"zh-TW":"科長","en":"Head"},"kind":"review","who":[{"kind":"person","ids":["P11"]}]}},
		{"step":{"id":"chief","name":{"zh-TW":"局長","en":"Chief"},"kind":"approve","who":[{"kind":"post","ids":["T01"]}],"resubmit":"back"}}]}}`
	eachSigning(t, flow, func(t *testing.T, o *office) {
		id := o.memo()
		o.act("P11", id, ismskit.Action{Verb: workflow.VerbApprove})
		o.act("P01", id, ismskit.Action{Verb: workflow.VerbReturn, Comment: "主旨不明"})
		o.act("P13", id, ismskit.Action{Verb: ismskit.VerbSave, Values: forms.Values{"subject": "採購弱點掃描服務一年"}})
		o.act("P13", id, ismskit.Action{Verb: workflow.VerbComment, Comment: "已修正主旨"})
		o.act("P13", id, ismskit.Action{Verb: workflow.VerbSubmit})
		o.holds(id, "P01", "P11")
	})
}
