package ismskit_test

import (
	"strings"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/print"
	"github.com/ismskit/ismskit/workflow"
)

// A print of how a row was handled first says that a second time counts once there is one, that it
// will while that is under way, and nothing where it came to nothing: then the first stands. Until a
// third time is done the second counts. Whoever checks the print is told the same.
func TestThePrintOfARowPointsAtTheTurnThatCounts(t *testing.T) {
	handled := func(o *office, turn string) {
		o.act("P05", turn, ismskit.Action{Verb: workflow.VerbRecord, Result: "opened", Values: forms.Values{"given_account": "qh1", "result_note": "照舊"}})
		o.settle()
	}
	for _, c := range []struct {
		name, says string
		then       func(o *office, request, second string)
		again      ismskit.HandledAgain
	}{
		{"under way", "本列第 2 次辦理中，辦畢後以該次為準", func(*office, string, string) {}, ismskit.HandledAgain{UnderWay: 2}},
		{"handled", "本列其後另經第 2 次辦理，以該次為準", func(o *office, _, second string) { handled(o, second) }, ismskit.HandledAgain{Counts: 2}},
		{"void", "", func(o *office, request, _ string) {
			o.act("P04", request, ismskit.Action{Verb: workflow.VerbVoid, Comment: "不需要了"})
		}, ismskit.HandledAgain{}},
		{"on paper", "", func(o *office, request, _ string) { o.toPaper(request) }, ismskit.HandledAgain{}},
		{"handled, and under way once more", "本列其後另經第 2 次辦理，以該次為準；本列第 3 次辦理中，辦畢後以該次為準", func(o *office, request, second string) {
			handled(o, second)
			o.act("P13", request, ismskit.Action{Verb: workflow.VerbReturn, To: "rows", Comment: "仍有誤"})
		}, ismskit.HandledAgain{Counts: 2, UnderWay: 3}},
		{"handled, and void once more", "本列其後另經第 2 次辦理，以該次為準", func(o *office, request, second string) {
			handled(o, second)
			o.act("P13", request, ismskit.Action{Verb: workflow.VerbReturn, To: "rows", Comment: "仍有誤"})
			o.settle()
			o.act("P04", request, ismskit.Action{Verb: workflow.VerbVoid, Comment: "不需要了"})
		}, ismskit.HandledAgain{Counts: 2}},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := paperOffice(t, nil)
			sent := o.rowsHandled(1)
			first := o.read("P13", sent.Case).Rows[0].Case.ID
			o.act("P13", sent.Case, ismskit.Action{Verb: workflow.VerbReturn, To: "rows", Comment: "帳號有誤"})
			o.settle()
			c.then(o, sent.Case, o.todo("P05")[0].Case)
			o.settle()
			sheet := print.Of(o.read("P05", first), ismskit.Imprint{Lang: "zh-TW"})
			if c.says == "" && strings.Contains(sheet.State, "次辦理") || !strings.Contains(sheet.State, c.says) {
				t.Errorf("the print says %q", sheet.State)
			}
			got, err := o.kit.Documents().Check(o.ctx, ismskit.Actor{}, ismskit.Copy{Number: sheet.Number, Code: sheet.Code})
			if err != nil || len(got) != 1 || got[0].Case == nil || got[0].Case.Again != c.again {
				t.Errorf("who checks it is told %+v: %v", got, err)
			}
		})
	}
}
