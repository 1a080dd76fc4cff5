package ismskit_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/record"
	"github.com/ismskit/ismskit/ismskit/register"
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

// The number of a row, copied from a page or a notice however it was pasted, finds that row,
// also where only requests are looked for; for whoever may not read it there is none.
func TestARowIsFoundByItsNumber(t *testing.T) {
	eachStore(t, func(t *testing.T, o *office) {
		sent := o.apply("P13", threeRows())
		o.act("P11", sent.Case, ismskit.Action{Verb: workflow.VerbApprove})
		o.settle()
		row := o.todo("P06")[0]
		number := ismskit.NumberIn("zh-TW", row.Number, row.RowNo)
		find := func(person, text string) []string {
			t.Helper()
			found, err := o.kit.Records().Find(o.ctx, o.as(person), record.Query{Text: text, Kinds: []string{ismskit.RecordCase}}, record.ByForm)
			if err != nil {
				t.Fatal(err)
			}
			var ids []string
			for _, r := range found.Records {
				ids = append(ids, r.Case)
			}
			if n := len(found.Counts[record.ByForm]); len(ids) > 0 && n != 1 {
				t.Errorf("counted under %d forms", n)
			}
			return ids
		}
		tight := strings.NewReplacer("（", "(", "）", ")", " ", "").Replace(number)
		for _, text := range []string{number, tight, strings.ToLower(number), ismskit.NumberIn("en", row.Number, row.RowNo), "  " + number + " "} {
			if got := find("P13", text); len(got) != 1 || got[0] != row.Case {
				t.Errorf("%q finds %v, not %s", text, got, row.Case)
			}
		}
		if got := find("P12", number); len(got) != 0 {
			t.Errorf("who may not read it finds %v", got)
		}
		for _, none := range []string{ismskit.NumberIn("zh-TW", row.Number, 9), ismskit.RowNumberIn("zh-TW", row.Number, row.RowNo, 2)} {
			if got := find("P13", none); len(got) != 0 {
				t.Errorf("%q finds %v", none, got)
			}
		}
	})
}

// However many rows there are, also the first of them is found, and a number is found that is
// written with small letters, however it is typed.
func TestTheFirstOfManyRowsIsFoundByItsNumber(t *testing.T) {
	defer ismskit.ReadRowsBy(2)()
	types := hiringTypes(t, "what")
	types[0].Number.Pattern = "hr-{roc}-{n:3}"
	o := openOffice(t, nil)
	o.extend(func(c *ismskit.Config) { c.Types = append(c.Types, types...) })
	rows := []forms.Row{{forms.RowID: "a", "job": "戶籍員"}, {forms.RowID: "b", "job": "里幹事"}, {forms.RowID: "c", "job": "課員"}, {forms.RowID: "d", "job": "書記"}, {forms.RowID: "e", "job": "辦事員"}}
	c := o.open("P13", "hiring", forms.Values{"what": "補實職缺", "lines": rows}, true)
	o.act("P11", c.Case, ismskit.Action{Verb: workflow.VerbApprove})
	o.settle()
	for row := 1; row <= len(rows); row++ {
		for _, number := range []string{c.Number, strings.ToLower(c.Number)} {
			if got := o.finds("P13", ismskit.NumberIn("zh-TW", number, row)); len(got) != 1 || got[c.Case] {
				t.Errorf("row %d of %s finds %v", row, number, got)
			}
		}
	}
	if got := o.finds("P13", ismskit.NumberIn("zh-TW", c.Number, 0)+"（第 0 列）"); len(got) != 0 {
		t.Errorf("row 0 finds %v", got)
	}
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

// Years later people remember who signed it, or who opened the account: a request is
// found by the name of its head, of the deputy who signed for him and by what he
// wrote, of each handler, and by its days as the pages print them; a row by those of
// its own.
func TestARequestIsFoundByThoseWhoSignedAndHandledIt(t *testing.T) {
	eachStore(t, func(t *testing.T, o *office) {
		name := func(person string) string {
			t.Helper()
			me, err := o.kit.People().Me(o.ctx, o.as(person))
			if err != nil {
				t.Fatal(err)
			}
			return me.Name
		}
		head, deputy, handler, other := name("P11"), name("P12"), name("P05"), name("P10")
		sent := o.apply("P13", threeRows())
		if !o.finds("P13", head)[sent.Case] || o.finds("P13", deputy)[sent.Case] || o.finds("P13", handler)[sent.Case] {
			t.Error("before anybody has signed")
		}
		if _, told := o.away("P11", 0, 3, "P12"); told != "" {
			t.Fatal(told)
		}
		o.until(monday.AddDate(0, 0, 1))
		if _, err := o.kit.Act(o.ctx, ismskit.Actor{Person: "P12", For: "P11"}, sent.Case, ismskit.Action{Verb: workflow.VerbApprove, Comment: "稽核結束即停用"}); err != nil {
			t.Fatal(err)
		}
		o.settle()
		row := o.todo("P05")[0].Case
		for _, handler := range []string{"P05", "P10"} { // whoever of the pool does it is its handler
			o.act(handler, o.todo(handler)[0].Case, ismskit.Action{Verb: workflow.VerbRecord, Result: "opened", Values: forms.Values{"given_account": "acct"}})
			o.settle()
		}
		for _, n := range []string{head, deputy, handler, other, "稽核結束即停用", calendar.DateOf(monday.In(taipei)).ROC(), "115.12.01", "民國115年12月1日"} {
			if !o.finds("P13", n)[sent.Case] {
				t.Errorf("%s does not find the request", n)
			}
		}
		if got := o.finds("P13", handler); !got[row] || len(got) != 2 {
			t.Errorf("%s handles one row, and finds %v", handler, got)
		}
		if got := o.finds("P13", other); got[row] {
			t.Errorf("%s handles another row", other)
		}
		if len(o.finds("P13", name("P01"))) != 0 {
			t.Error("somebody who had nothing to do with it finds it")
		}
	})
}

// That a case is found by the next signer's name costs his predecessor's sign-off
// nothing: the alarm, which the sign-off puts anyhow, sees to it.
func TestASignOffLeavesTheNamesToTheAlarm(t *testing.T) {
	o := openOffice(t, nil, memo(t, strings.Replace(memoFlow, `{"kind":"post","ids":["T01"]}`, `{"kind":"person","ids":["P01"]}`, 1)))
	id := o.memo()
	o.now = o.now.Add(time.Hour)
	o.act("P11", id, ismskit.Action{Verb: workflow.VerbApprove})
	var kinds []string
	err := o.store.View(o.ctx, func(ctx context.Context, tx ismskit.Tx) error {
		jobs, err := tx.Queue().Due(ctx, o.now, o.now, 100)
		kinds = nil
		for _, j := range jobs {
			if j.Subject == id {
				kinds = append(kinds, j.Kind)
			}
		}
		return err
	})
	if err != nil || len(kinds) != 1 || kinds[0] != "alarm" {
		t.Errorf("the sign-off leaves the jobs %v, %v", kinds, err)
	}
	flow := o.read("P13", id).Flow
	next := flow.Open()[0].Holder.Named
	if len(next) != 1 || next[0].Person == "P11" {
		t.Fatalf("the next signer: %+v", next)
	}
	if !o.finds("P13", next[0].Name)[id] {
		t.Errorf("%s does not find the case", next[0].Name)
	}
}

// A request is found by what stands on its print: what the chosen options of its form are
// called, and the permission items, which belong to the systems; so is each of its rows, and
// after somebody has entered something in it.
func TestARequestIsFoundByWhatItsOptionsAreCalled(t *testing.T) {
	eachStore(t, func(t *testing.T, o *office) {
		o.change(register.Systems, "S01", func(v forms.Values) {
			v["items"] = []forms.Row{{forms.RowID: "i1", "key": "general", "label": "單位共用資料夾", "label_en": "Unit folder"}}
		})
		values := threeRows()
		values["lines"] = values["lines"].([]forms.Row)[:1]
		sent := o.apply("P13", values)
		found := func(when, id string) {
			t.Helper()
			for _, words := range []string{"共用資料夾", "Unit folder", "新增"} {
				if !o.finds("P04", words)[id] {
					t.Errorf("%s: not found by %q", when, words)
				}
			}
		}
		found("sent", sent.Case)
		o.act("P11", sent.Case, ismskit.Action{Verb: workflow.VerbApprove})
		o.settle()
		row := o.todo("P05")[0].Case
		found("opened, the request", sent.Case)
		found("opened, its row", row)
		o.act("P05", row, ismskit.Action{Verb: workflow.VerbRecord, Result: "opened", Values: forms.Values{"given_account": "qh-1", "result_note": "已開通"}})
		found("recorded, the request", sent.Case)
		found("recorded, its row", row)
		if o.finds("P04", "系統管理者")[sent.Case] {
			t.Error("found by what was not chosen")
		}
	})
}
