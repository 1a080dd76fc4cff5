package ismskit_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/print"
	"github.com/ismskit/ismskit/workflow"
)

// Of a request with three rows the first was handled here, the second is struck out on its paper, a
// fourth is written below and the third is changed: sheet, page and list of differences, each row's
// case and the to-do list say the number that the row has on the paper.
func TestARowOfAPapersEntryHasOneNumber(t *testing.T) {
	eachStorePaper(t, func(t *testing.T, o *office) {
		sent := o.rowsHandled(3)
		o.toPaper(sent.Case)
		o.settle()
		online, err := o.kit.Types().Prefills().Online(o.ctx, o.as("P10"), "account_request_paper", sent.Number)
		if err != nil {
			t.Fatal(err)
		}
		third := online.Values["lines"].([]forms.Row)[1].Clone()
		third["purpose"] = "支援選務"
		written := line("written", "S01", person("P13"))
		online.Values["lines"] = []forms.Row{third, written}
		entered, err := o.enterPaper(o.ofPaper(sent.Number, online.Values))
		if err != nil {
			t.Fatal(err)
		}
		id, _ := third[forms.RowID].(string)
		c := o.read("P10", entered.Case)
		if third, fourth := c.RowNumber("lines", id), c.RowNumber("lines", "written"); third != 3 || fourth != 4 || c.RowNumber("lines", "row2") != 0 {
			t.Errorf("to its reader the rows are %d and %d", third, fourth)
		}
		if got, want := print.Differs(c.Paper.Differs, forms.Locale{Lang: "zh-TW"}), "線上申請申請項目第 2 列（紙本未列）、第 3 列帳號用途、申請項目第 4 列（線上申請未列）"; got != want {
			t.Errorf("it says %q, not %q", got, want)
		}
		for _, who := range []string{"P13", "P11"} {
			o.act(who, entered.Case, ismskit.Action{Verb: workflow.VerbApprove})
		}
		o.settle()
		c = o.read("P10", entered.Case)
		for _, row := range c.Rows {
			if want := c.RowNumber("lines", row.Row); row.RowNo != want || o.read("P10", row.Case.ID).RowNo != want {
				t.Errorf("row %d of the entry is handled as %d", want, row.RowNo)
			}
		}
		if todo := o.todo("P05"); len(todo) != 1 || todo[0].RowNo != 4 {
			t.Errorf("to be handled is %+v", todo)
		}
		var numbers []int
		for _, table := range print.Of(c, ismskit.Imprint{Lang: "zh-TW"}).Content.Tables {
			for _, row := range table.Rows {
				if table.Path == "lines" {
					numbers = append(numbers, row.No)
				}
			}
		}
		if !slices.Equal(numbers, []int{3, 4}) {
			t.Errorf("its sheet has the rows %v", numbers)
		}
		told := o.noticesOf("P05")
		if !slices.ContainsFunc(told, func(m ismskit.Message) bool { return strings.Contains(m.Subject, sent.Number+"（第 4 列）") }) {
			t.Errorf("whoever handles the fourth is told %+v", told)
		}
	})
}
