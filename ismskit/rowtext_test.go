package ismskit_test

import (
	"testing"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/record"
	"github.com/ismskit/ismskit/workflow"
)

// finds says which cases of an archive a person finds by some words.
func (o *office) finds(person, words string) map[string]bool {
	o.t.Helper()
	o.settle()
	found, err := o.kit.Records().Query(o.ctx, o.as(person), record.Query{Text: words})
	if err != nil {
		o.t.Fatal(err)
	}
	out := map[string]bool{}
	for _, r := range found {
		out[r.Case] = true
	}
	return out
}

// Years later somebody has only the number an office outside gave, or a word of what
// it answered, or of what a handler noted in one row: the request is found by each,
// while it is on its way and after it has been corrected.
func TestARequestIsFoundByWhatHappenedInItsRows(t *testing.T) {
	eachStore(t, func(t *testing.T, o *office) {
		sent := o.apply("P13", threeRows())
		o.act("P11", sent.Case, ismskit.Action{Verb: workflow.VerbApprove})
		o.settle()
		row := o.todo("P06")[0].Case
		found := func(want bool, words ...string) {
			t.Helper()
			for _, w := range words {
				if got := o.finds("P13", w); got[sent.Case] != want || got[row] != want {
					t.Errorf("%q finds the request: %t, its row: %t; want %t", w, got[sent.Case], got[row], want)
				}
			}
		}
		found(false, "資訊服務組", "A-2211")
		o.act("P06", row, ismskit.Action{Verb: workflow.VerbSendOut, Outside: &workflow.OutsideNote{
			To: "市府資訊服務組", How: "email", Number: "A-2211", Text: "請建立信箱", Sent: o.now, Expected: o.now.Add(24 * time.Hour), ExpectedDate: "2026-11-24",
		}})
		found(true, "資訊服務組", "A-2211", "建立信箱")
		o.act("P06", row, ismskit.Action{Verb: workflow.VerbRecord, Result: "opened", Values: forms.Values{"result_note": "容量五百兆"},
			Outside: &workflow.OutsideNote{ReplyNumber: "市資字第 77 號", Reply: "已完成建置", Replied: o.now, Proof: []string{"回覆.pdf"}}})
		found(true, "A-2211", "市資字", "完成建置", "容量五百兆")
		for _, handler := range []string{"P05", "P10"} {
			o.act(handler, o.todo(handler)[0].Case, ismskit.Action{Verb: workflow.VerbRecord, Result: "opened",
				Values: forms.Values{"given_account": handler + "acct", "result_note": "已開通"}})
			o.settle()
		}
		// What the request says itself still finds it, and rows are not mixed up.
		found(true, "A-2211", "電子郵件")
		if got := o.finds("P13", "P05acct"); !got[sent.Case] || got[row] || len(got) != 2 {
			t.Errorf("the account of another row finds %v", got)
		}
	})
}

// What a row hides from somebody is in no text, its request's neither.
func TestARowsHiddenFieldFindsNeitherRowNorRequest(t *testing.T) {
	types := hiringTypes(t, "what")
	types[1].Form.Fields = append(types[1].Form.Fields, forms.Field{Key: "pay", Type: "text", Label: forms.Text{"zh-TW": "待遇"}, Later: true},
		forms.Field{Key: "desk", Type: "text", Label: forms.Text{"zh-TW": "座位"}, Later: true})
	steps := types[1].Flow.Root.Sequence
	steps[0].Step.Edit = []string{"pay", "desk"}
	steps = append(steps, workflow.Node{Step: &workflow.Step{
		ID: "check", Name: workflow.Text{"zh-TW": "複核"}, Kind: workflow.KindReview, Hide: []string{"pay"}, Who: []workflow.Who{{Kind: workflow.WhoPerson, IDs: []string{"P06"}}},
	}})
	types[1].Flow.Root.Sequence = steps
	o := openOffice(t, nil)
	o.extend(func(c *ismskit.Config) { c.Types = append(c.Types, types...) })
	c := o.open("P13", "hiring", forms.Values{"what": "補實職缺", "reason": "前任停職", "lines": []forms.Row{{forms.RowID: "aaaa", "job": "戶籍員", "grade": "玖等三級"}}}, true)
	o.act("P11", c.Case, ismskit.Action{Verb: workflow.VerbApprove})
	o.settle()
	o.act("P05", o.todo("P05")[0].Case, ismskit.Action{Verb: workflow.VerbRecord, Result: "done", Values: forms.Values{"pay": "月薪五萬", "desk": "三樓靠窗"}})
	if got := o.finds("P13", "三樓靠窗"); len(got) != 2 || !got[c.Case] {
		t.Errorf("what nobody hides finds %v", got)
	}
	for _, words := range []string{"月薪五萬", "前任停職", "玖等三級"} {
		if got := o.finds("P13", words); len(got) != 0 {
			t.Errorf("%q finds %v", words, got)
		}
	}
}
