package ismskit_test

import (
	"strings"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/workflow"
)

// oneRow is a request for an account in one system, which lies with its administrator.
func (o *office) oneRow() (id string) {
	o.t.Helper()
	values := threeRows()
	values["lines"] = values["lines"].([]forms.Row)[:1]
	sent := o.apply("P13", values)
	o.act("P11", sent.Case, ismskit.Action{Verb: workflow.VerbApprove})
	o.settle()
	return sent.Case
}

// The applicant finds the result wrong and sends it back. Its administrator is told why, the
// row says that it is handled for the second time, and what counts is what he records then:
// on the page, and in the print.
func TestARowHandledAnewCountsAsItWasHandledLast(t *testing.T) {
	o := openOffice(t, nil)
	id := o.oneRow()
	first := o.todo("P05")[0].Case
	o.act("P05", first, ismskit.Action{Verb: workflow.VerbRecord, Result: "opened", Values: forms.Values{"given_account": "qh150013", "result_note": "已開通至 116 年"}})
	o.settle()
	o.act("P13", id, ismskit.Action{Verb: workflow.VerbReturn, To: "rows", Comment: "迄日應為 117 年"})
	o.settle()

	second := o.todo("P05")[0].Case
	if second == first {
		t.Fatal("the row was not opened anew")
	}
	c := o.read("P05", second)
	if back := c.Mine[0].SentBack; c.RowTurn != 2 || back == nil || back.Comment != "迄日應為 117 年" || back.By.Person != "P13" {
		t.Fatalf("turn %d, sent back %+v", c.RowTurn, back)
	}
	if got := ismskit.RowNumberIn("zh-TW", c.Number, c.RowNo, c.RowTurn); !strings.HasSuffix(got, "（第 1 列，第 2 次辦理）") {
		t.Errorf("it is called %s", got)
	}
	o.act("P05", second, ismskit.Action{Verb: workflow.VerbRecord, Result: "opened", Values: forms.Values{"given_account": "qh150013", "result_note": "已改至 117 年"}})
	o.settle()

	c = o.read("P13", id)
	if len(c.Rows) != 2 || !c.Rows[0].Earlier || c.Rows[0].Turn != 1 || c.Rows[1].Earlier || c.Rows[1].Turn != 2 {
		t.Errorf("its rows: %+v", c.Rows)
	}
	counts := c.Counts()
	if len(counts) != 1 || counts[0].Fields["result_note"] != "已改至 117 年" || len(counts[0].Faults) > 0 {
		t.Errorf("what counts: %+v", counts)
	}
}

// What can't be done says why to whoever asked for it, who said so and when; and no account
// is on record as given that was only put before the administrator.
func TestWhatCanNotBeDoneSaysWhy(t *testing.T) {
	o := openOffice(t, nil)
	id := o.oneRow()
	row := o.todo("P05")[0].Case
	mine := o.read("P05", row).Mine[0]
	if mine.Proposed["given_account"] == nil {
		t.Fatalf("nothing is proposed: %+v", mine)
	}
	o.act("P05", row, ismskit.Action{
		Verb: workflow.VerbUnable, Comment: "系統維護中，無報表權限可給",
		Values: forms.Values{"given_account": mine.Proposed["given_account"], "result_note": "請於下月再申請"},
	})
	o.settle()
	counts := o.read("P13", id).Counts()
	if len(counts) != 1 || counts[0].Carried || counts[0].Reason != "系統維護中，無報表權限可給" {
		t.Fatalf("%+v", counts)
	}
	if f := counts[0].Fields; f["given_account"] != nil || f["result_note"] != "請於下月再申請" {
		t.Errorf("on record: %+v", f)
	}
	if s := counts[0].Step; s == nil || s.State != ismskit.RouteDone || len(s.Acts) != 1 || s.Acts[0].By.Person != "P05" || s.Acts[0].At.IsZero() {
		t.Errorf("its step: %+v", s)
	}
}
