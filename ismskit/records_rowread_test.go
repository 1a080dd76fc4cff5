package ismskit_test

import (
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/workflow"
)

// Whoever may not read a row learns nothing by its number: what he finds is what mentions it, whether
// there is such a row or not.
func TestTheNumberOfARowTellsNobodyThatItIsThere(t *testing.T) {
	eachSigning(t, memoFlow, func(t *testing.T, o *office) {
		sent := o.apply("P13", threeRows())
		o.act("P11", sent.Case, ismskit.Action{Verb: workflow.VerbApprove})
		o.settle()
		row := o.todo("P06")[0]
		for no, there := range map[int]bool{row.RowNo: true, 9: false} {
			number := ismskit.NumberIn("zh-TW", row.Number, no)
			memo := o.open("P12", "memo", forms.Values{"subject": "詳 " + number + " 之處理"}, true)
			if found := o.finds("P12", number); len(found) != 1 || !found[memo.Case] {
				t.Errorf("of row %d (there: %t) the writer of a memo about it finds %v", no, there, found)
			}
			if found := o.finds("P06", number); found[row.Case] != there || len(found) > 1 {
				t.Errorf("its handler finds %v by %s", found, number)
			}
		}
	})
}
