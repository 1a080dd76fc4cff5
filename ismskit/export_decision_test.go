package ismskit_test

import (
	"bytes"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/print"
	"github.com/ismskit/ismskit/workflow"
)

// The page in a bundle says of each entry what the case's own page says: of somebody who was asked
// and wrote an opinion that he gave one, and of what was sent again that it was corrected.
func TestTheBundleSaysOfAnEntryWhatThePageSays(t *testing.T) {
	o := signingOffice(t, nil, aKey(t, "isms.example"))
	o.extend(func(c *ismskit.Config) {
		c.Signer, c.Printer, c.Types = aKey(t, "isms.example"), print.A4{}, append(c.Types, memo(t, memoFlow))
	})
	id := o.memo()
	o.act("P11", id, ismskit.Action{Verb: workflow.VerbConsult, People: []string{"P04"}, Comment: "請表示意見"})
	o.act("P04", id, ismskit.Action{Verb: workflow.VerbApprove, Comment: "一、先備份。\n二、再移轉。"})
	o.act("P11", id, ismskit.Action{Verb: workflow.VerbReturn, Comment: "請補充"})
	o.act("P13", id, ismskit.Action{Verb: workflow.VerbSubmit, Values: forms.Values{"subject": "採購弱點掃描服務（修正）"}})
	bundle := o.export("P13", ismskit.Export{Cases: []string{id}, Imprint: ismskit.Imprint{Lang: "zh-TW"}, Decision: print.DecisionOf})
	for _, want := range []string{`"entry/3":"附意見"`, `"entry/5":"補正後再送"`} {
		if !bytes.Contains(bundle, []byte(want)) {
			t.Errorf("it does not say %s", want)
		}
	}
	if bytes.Contains(bundle, []byte(`"entry/4"`)) {
		t.Error("what every return is called stands once, with its type")
	}
}
