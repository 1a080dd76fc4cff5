package ismskit_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

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
	if got := c.Mine[0].Proposed["given_account"]; got != "qh150013" {
		t.Errorf("the account given before is not put before him: %v", got)
	}
	if got := ismskit.RowNumberIn("zh-TW", c.Number, c.RowNo, c.RowTurn); !strings.HasSuffix(got, "（第 1 列，第 2 次辦理）") {
		t.Errorf("it is called %s", got)
	}
	told := 0
	for _, m := range o.noticesOf("P05") {
		if m.Case == second && strings.Contains(m.Subject, "（第 1 列，第 2 次辦理）") {
			told++
		}
	}
	if told != 1 {
		t.Errorf("%d notices tell it from the first", told)
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

// returnable is the house's flow of the request in which the applicant who confirms may send it
// back to himself.
func (o *office) returnable() {
	o.t.Helper()
	d := o.draftOf("account_request")
	var path string
	var see func(n workflow.Node, p string)
	see = func(n workflow.Node, p string) {
		if n.Step != nil && n.Step.Kind == workflow.KindConfirm {
			path = p
		}
		for i, b := range n.Below() {
			see(b, p+n.Into(i))
		}
	}
	see(d.Flow.Root, "root")
	n, err := d.Flow.At(path)
	if err != nil {
		o.t.Fatal(err)
	}
	n.Step.ReturnTo = []string{workflow.Applicant, "rows"}
	flow, err := d.Flow.Put(path, n)
	if err != nil {
		o.t.Fatal(err)
	}
	o.brings(o.saves(d, flow), "申請人可退回自行補正")
}

// The applicant sends his request back to himself for its first row and adds two: who handles
// the first is told why it comes again, and who handles the others that it is new.
func TestARowThatIsNewWasSentBackToNobody(t *testing.T) {
	o := designs(t, nil)
	o.returnable()
	id := o.oneRow()
	first := o.todo("P05")[0].Case
	o.act("P05", first, ismskit.Action{Verb: workflow.VerbRecord, Result: "opened", Values: forms.Values{"given_account": "qh150013", "result_note": "已開通"}})
	o.settle()
	o.act("P13", id, ismskit.Action{Verb: workflow.VerbReturn, To: workflow.Applicant, Comment: "第一列之迄日應為 117 年"})
	o.settle()
	o.act("P13", id, ismskit.Action{Verb: workflow.VerbSubmit, Values: threeRows()})
	o.settle()
	o.act("P11", id, ismskit.Action{Verb: workflow.VerbApprove})
	o.settle()
	said := 0
	for _, r := range o.read("P13", id).Counts() {
		for _, person := range []string{"P03", "P05", "P06", "P07", "P08", "P09", "P10", "P12"} {
			c, err := o.kit.Case(o.ctx, o.as(person), r.Case.ID)
			if err != nil || len(c.Mine) == 0 {
				continue
			}
			said++
			again := r.Turn == 2
			if back := c.Mine[0].SentBack; again != (back != nil) || again != (c.RowTurn == 2) || again != (r.Title == o.read("P13", id).Rows[0].Title) {
				t.Errorf("row %s, turn %d and %d, handled by %s: sent back %+v", r.Title, r.Turn, c.RowTurn, person, back)
			}
			break
		}
	}
	if said != 3 {
		t.Fatalf("%d of 3 rows are handled", said)
	}
}

// What is looked at and done anew until it is right is handled anew because of that, and not
// because the head once sent it back: row and request say the same of it.
func TestARowThatIsRepeatedIsCountedAndWasSentBackByNobody(t *testing.T) {
	again := func(key, more, fields, child, nodes string) ismskit.Type {
		typ, err := ismskit.ParseType(fmt.Appendf(nil, `{"key":"%[1]s","version":"1","title":{"zh-TW":"改善單"},"subject":"what",%[2]s
			"form":{"key":"%[1]s","version":"1","title":{"zh-TW":"改善單"},"fields":[{"key":"what","type":"text","label":{"zh-TW":"事項"}}%[3]s]},
			"flow":{"key":"%[1]s","version":"1",%[4]s"root":%[5]s}}`, key, more, fields, child, nodes))
		if err != nil {
			t.Fatal(err)
		}
		return typ
	}
	const step = `{"step":{"id":"%s","name":{"zh-TW":"檢視"},"kind":"review","who":[{"kind":"person","ids":["%s"]}],"return_to":["applicant"]%s}}`
	o := openOffice(t, nil,
		again("mending", `"offered":true,"number":{"pattern":"R-{roc}-{n:3}"},`,
			`,{"key":"right","type":"text","label":{"zh-TW":"已完成"},"later":true},{"key":"items","type":"table","label":{"zh-TW":"項目"},"fields":[{"key":"what","type":"text","label":{"zh-TW":"事項"}}]}`, "",
			`{"sequence":[`+fmt.Sprintf(step, "head", "P11", "")+`,{"repeat":{"id":"until","max":5,"until":"right == '是'","at_max":"continue","body":{"sequence":[
				{"split":{"id":"rows","name":{"zh-TW":"辦理"},"over":"items","type":"mending_row"}},`+fmt.Sprintf(step, "look", "P06", `,"edit":["right"]`)+`]}}}]}`),
		again("mending_row", "", "", `"child":true,`, fmt.Sprintf(strings.Replace(step, `,"return_to":["applicant"]`, "", 1), "do", "P05", "")))
	values := forms.Values{"what": "門禁改善", "items": []forms.Row{{forms.RowID: "a", "what": "更換讀卡機"}}}
	r, err := o.kit.Open(o.ctx, o.as("P13"), ismskit.Opening{Type: "mending", Submit: true, Values: values})
	if err != nil {
		t.Fatal(err)
	}
	o.act("P11", r.Case, ismskit.Action{Verb: workflow.VerbReturn, To: workflow.Applicant, Comment: "請補附圖說"})
	o.act("P13", r.Case, ismskit.Action{Verb: workflow.VerbSubmit, Values: values})
	o.now = o.now.Add(time.Minute)
	o.act("P11", r.Case, ismskit.Action{Verb: workflow.VerbApprove})
	for turn := 1; turn <= 2; turn++ {
		o.settle()
		rows := o.read("P13", r.Case).Rows
		row := rows[len(rows)-1]
		c := o.read("P05", row.Case.ID)
		if row.Turn != turn || max(1, c.RowTurn) != turn || len(c.Mine) != 1 || c.Mine[0].SentBack != nil {
			t.Errorf("for the %d. time: request %d, row %d, %+v", turn, row.Turn, c.RowTurn, c.Mine)
		}
		o.act("P05", row.Case.ID, ismskit.Action{Verb: workflow.VerbApprove})
		o.settle()
		o.act("P06", r.Case, ismskit.Action{Verb: workflow.VerbApprove, Values: forms.Values{"right": "否"}})
	}
}
