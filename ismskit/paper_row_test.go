package ismskit_test

import (
	"testing"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/workflow"
)

// The head signs the paper for the step that asks him, by whatever he calls himself: whoever handles
// its rows is not told that he handled them on paper. What he signs besides, say as who handled it, is.
func TestAStepsOwnSignatureIsNoOtherOnThePaper(t *testing.T) {
	for _, c := range []struct {
		as    []string
		other int
	}{{[]string{"單位主管"}, 0}, {[]string{"科長"}, 0}, {[]string{"戶政科科長"}, 0}, {[]string{"主管"}, 0}, {[]string{"單位主管", "承辦人"}, 1}, {[]string{"主管", "承辦人"}, 1}} {
		o := paperOffice(t, nil)
		sent := o.wentOnOnPaper()
		rows := [][3]any{{"P13", "申請人", 23}}
		for _, as := range c.as {
			rows = append(rows, [3]any{"P11", as, 23})
		}
		v := o.signedBy(sent.Number, rows...)
		entered, err := o.enterPaper(v)
		if err != nil {
			t.Errorf("%q: %v", c.as, err)
			continue
		}
		for _, who := range []string{"P13", "P11"} {
			o.act(who, entered.Case, ismskit.Action{Verb: workflow.VerbApprove})
		}
		o.settle()
		row := o.read("P05", o.todo("P05")[0].Case).PaperRow
		if row == nil || len(row.Signed) != c.other {
			t.Errorf("signed as %q the row says %+v", c.as, row)
		}
	}
}
