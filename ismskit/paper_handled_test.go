package ismskit_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/workflow"
)

// rowsHandled is a request with some of three rows whose first 賴思妤 has recorded.
func (o *office) rowsHandled(rows int) ismskit.Receipt {
	o.t.Helper()
	v := threeRows()
	v["lines"] = v["lines"].([]forms.Row)[:rows]
	sent := o.apply("P13", v)
	o.act("P11", sent.Case, ismskit.Action{Verb: workflow.VerbApprove})
	o.settle()
	o.recordAD(o.todo("P05")[0].Case)
	o.until(o.now.Add(time.Minute))
	return sent
}

func (o *office) recordAD(row string) {
	o.t.Helper()
	o.act("P05", row, ismskit.Action{Verb: workflow.VerbRecord, Result: "opened", Values: forms.Values{"given_account": "qh1", "result_note": "已開通"}})
}

func (o *office) toPaper(id string) {
	o.t.Helper()
	o.act("P04", id, ismskit.Action{Verb: workflow.VerbToPaper, Comment: "機房停電，改以紙本陳核"})
}

// ofPaper is the entry of a request's paper, signed by applicant and head, with some rows.
func (o *office) ofPaper(number string, begun forms.Values) forms.Values {
	v := o.signedBy(number, [3]any{"P13", "申請人", 23}, [3]any{"P11", "單位主管", 23})
	for key, value := range begun {
		v[key] = value
	}
	return v
}

// grantsOf counts the permissions of an account that are in force.
func (o *office) grantsOf(account string) (n int) {
	o.t.Helper()
	err := o.store.View(o.ctx, func(ctx context.Context, tx ismskit.Tx) error {
		rows, err := tx.Registers().Rows(ctx, register.Query{List: register.Grants, Limit: 100})
		n = 0
		for _, r := range rows {
			if strings.Contains(string(r.Values), `"`+account+`"`) {
				n++
			}
		}
		return err
	})
	if err != nil {
		o.t.Fatal(err)
	}
	return n
}

// A row that was handled here before its request went on on paper stays as it is recorded: the
// entry does not bring it, nobody is told that the paper lacks it, and it is not handled twice.
func TestWhatWasHandledBeforeThePaperIsNotHandledAgain(t *testing.T) {
	eachStorePaper(t, func(t *testing.T, o *office) {
		sent := o.rowsHandled(3)
		o.toPaper(sent.Case)
		o.settle()
		online, err := o.kit.Types().Prefills().Online(o.ctx, o.as("P10"), "account_request_paper", sent.Number)
		if err != nil {
			t.Fatal(err)
		}
		if on := o.read("P13", sent.Case).OnPaper; on == nil || !slices.Equal(on.Handled, []string{"AD 帳號"}) {
			t.Errorf("the case says that it keeps %+v", on)
		}
		rows, _ := online.Values["lines"].([]forms.Row)
		if len(rows) != 2 || !slices.Equal(online.Handled, []string{"AD 帳號"}) {
			t.Fatalf("it brings %d rows, and leaves %q", len(rows), online.Handled)
		}
		entered, err := o.enterPaper(o.ofPaper(sent.Number, online.Values))
		if err != nil {
			t.Fatal(err)
		}
		if c := o.read("P13", entered.Case); len(c.Paper.Differs) > 0 {
			t.Errorf("the paper differs: %+v", c.Paper.Differs)
		}
		for _, who := range []string{"P13", "P11"} {
			o.act(who, entered.Case, ismskit.Action{Verb: workflow.VerbApprove})
		}
		o.settle()
		if todo := o.todo("P05"); len(todo) > 0 {
			t.Errorf("it is to be handled again: %+v", todo)
		}
		c := o.read("P13", entered.Case)
		if len(c.Rows) != 2 {
			t.Fatalf("it opens %d rows", len(c.Rows))
		}
		before := map[string]int{} // the numbers that they have on the sheet
		for _, row := range o.read("P13", sent.Case).Rows {
			before[row.Row] = row.RowNo
		}
		for _, row := range c.Rows {
			if row.RowNo == 0 || row.RowNo != before[row.Row] {
				t.Errorf("row %d of the sheet is row %d of the entry", before[row.Row], row.RowNo)
			}
		}
	})
}

// Of a request all of whose rows were handled here nothing is left for its paper: whoever would enter
// it is told so, and what to do, however he begins. The account stands once in the list.
func TestAPaperWithNothingLeftIsNotEntered(t *testing.T) {
	eachStorePaper(t, func(t *testing.T, o *office) {
		sent := o.rowsHandled(1)
		o.toPaper(sent.Case)
		o.settle()
		if on := o.read("P13", sent.Case).OnPaper; on == nil || !on.AllHandled || !slices.Equal(on.Handled, []string{"AD 帳號"}) {
			t.Errorf("the case says %+v", on)
		}
		want := "「" + sent.Number + "」線上申請之各列（AD 帳號）於轉紙本前均已辦畢，維持原處置結果，無須補登；請將編號 " + sent.Number + " 作廢，紙本另行歸檔。"
		_, err := o.kit.Types().Prefills().Online(o.ctx, o.as("P10"), "account_request_paper", sent.Number)
		if got := faultAt(err, ismskit.FieldPaperNumber); got != want {
			t.Errorf("who begins with it is told %q: %v", got, err)
		}
		for _, id := range []string{"row1", "typed1"} {
			_, err := o.enterPaper(o.ofPaper(sent.Number, forms.Values{"nda": true, "lines": []forms.Row{line(id, "S01", person("P13"))}}))
			if got := faultAt(err, ismskit.FieldPaperNumber); got != want {
				t.Errorf("who enters it with row %s is told %q: %v", id, got, err)
			}
		}
		if n := o.grantsOf("qh1"); n != 1 {
			t.Errorf("the account stands %d times in the list", n)
		}
	})
}

// A row that was handled here is not sent with the paper, be it left among those that were brought
// or typed with all others from the sheet.
func TestARowHandledOnlineIsNotSentWithThePaper(t *testing.T) {
	eachStorePaper(t, func(t *testing.T, o *office) {
		sent := o.rowsHandled(3)
		o.toPaper(sent.Case)
		o.settle()
		was := o.read("P10", sent.Case).Fields["lines"].([]forms.Row)
		brought := o.ofPaper(sent.Number, forms.Values{"nda": true, "lines": was})
		_, err := o.enterPaper(brought)
		o.faultsAt(err, "lines.1")
		if got := faultAt(err, "lines"); got != "「AD 帳號」於轉紙本前已於線上辦畢，維持原處置結果，不重複辦理，請自表內刪除這一列。" {
			t.Errorf("of the row he is told %q", got)
		}

		typed := slices.Clone(was)
		for i := range typed {
			typed[i] = typed[i].Clone()
			typed[i][forms.RowID] = fmt.Sprint("typed", i)
		}
		_, err = o.enterPaper(o.ofPaper(sent.Number, forms.Values{"nda": true, "lines": typed}))
		o.faultsAt(err, "lines")
		if got := faultAt(err, "lines"); got != "「"+sent.Number+"」線上申請之「AD 帳號」於轉紙本前已辦畢，不重複辦理。請刪除表內各列，按「帶入線上申請內容」帶入其餘各列；紙本另有增列者，再行新增。" {
			t.Errorf("of rows that were typed he is told %q", got)
		}

		// With those that are left, and one that was written beside them, it is sent.
		if _, err := o.enterPaper(o.ofPaper(sent.Number, forms.Values{"nda": true, "lines": append(slices.Clone(was[1:]), typed[0])})); err != nil {
			t.Error(err)
		}
	})
}

// A row is recorded after its request went on on paper, for the queue had not ended it yet, and after
// the paper was sent with it: no case is opened for it, and the entry goes on and ends without one.
func TestARowRecordedAfterThePaperWasEnteredIsNotHandledAgain(t *testing.T) {
	eachStorePaper(t, func(t *testing.T, o *office) {
		sent := o.apply("P13", threeRows())
		o.act("P11", sent.Case, ismskit.Action{Verb: workflow.VerbApprove})
		o.settle()
		row := o.todo("P05")[0].Case
		o.toPaper(sent.Case)
		online, err := o.kit.Types().Prefills().Online(o.ctx, o.as("P10"), "account_request_paper", sent.Number)
		if rows, _ := online.Values["lines"].([]forms.Row); err != nil || len(rows) != 3 {
			t.Fatalf("it brings %d rows: %v", len(rows), err)
		}
		entered, err := o.enterPaper(o.ofPaper(sent.Number, online.Values))
		if err != nil {
			t.Fatal(err)
		}
		o.recordAD(row)
		for _, who := range []string{"P13", "P11"} {
			o.act(who, entered.Case, ismskit.Action{Verb: workflow.VerbApprove})
		}
		o.settle()
		if todo := o.todo("P05"); len(todo) > 0 {
			t.Errorf("it is to be handled again: %+v", todo)
		}
		c := o.read("P10", entered.Case)
		if len(c.Rows) != 2 || !slices.Equal(c.Paper.Handled, []string{"AD 帳號"}) {
			t.Fatalf("the entry has %d rows, and leaves %q", len(c.Rows), c.Paper.Handled)
		}
		for _, left := range c.Rows {
			o.act(map[int]string{2: "P10", 3: "P06"}[left.RowNo], left.Case.ID, ismskit.Action{Verb: workflow.VerbUnable, Comment: "該系統停止受理"})
		}
		o.settle()
		if c := o.read("P10", entered.Case); c.Flow.Phase != workflow.PhaseClosed || len(c.Faults) > 0 {
			t.Errorf("with all its rows handled the entry is %s: %v", c.Flow.Phase, c.Faults)
		}
	})
}

// A row that was sent back is to be handled anew: its paper has it, whether the queue had opened it
// again when the request went on on paper or not.
func TestARowThatWasSentBackGoesOnWithThePaper(t *testing.T) {
	for _, opened := range []bool{true, false} {
		eachStorePaper(t, func(t *testing.T, o *office) {
			sent := o.rowsHandled(1)
			o.act("P13", sent.Case, ismskit.Action{Verb: workflow.VerbReturn, To: "rows", Comment: "帳號有誤"})
			if opened {
				o.settle()
			}
			o.toPaper(sent.Case)
			o.settle()
			online, err := o.kit.Types().Prefills().Online(o.ctx, o.as("P10"), "account_request_paper", sent.Number)
			if rows, _ := online.Values["lines"].([]forms.Row); err != nil || len(rows) != 1 || len(online.Handled) > 0 {
				t.Errorf("opened again %t: it brings %d rows, and leaves %q: %v", opened, len(rows), online.Handled, err)
			}
			if on := o.read("P13", sent.Case).OnPaper; len(on.Handled) > 0 {
				t.Errorf("opened again %t: the case says that it keeps %q", opened, on.Handled)
			}
		})
	}
}
