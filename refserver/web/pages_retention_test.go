package web_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/refserver/web/webtest"
	"github.com/ismskit/ismskit/workflow"
)

// Whoever looks after the archive sees how long logs are kept and what is past its time; a clerk
// finds no such page.
func TestWhoLooksAfterTheArchiveSeesWhatIsPastItsTime(t *testing.T) {
	h := webtest.OpenHouse(t)
	keeper := h.As(t, "P07")
	keeper.Get("/records").Says(t, http.StatusOK, `href="/records/retention"`)
	keeper.Get("/records/retention").Says(t, http.StatusOK, "目前沒有逾保存年限的紀錄。", "核心資訊系統", "AP Log", "6 個月", "保存期間內無紀錄", "IS-02-008 陸十二(三)", `href="/lists/retention_rules"`)
	keeper.Get("/lists/retention_rules").Says(t, http.StatusOK, "核心交換器 Log", "新增保存年限", `<span class="muted">6 個月</span>`, `<span class="muted">5 年</span>`)
	held := ismskit.RowChange{List: register.LegalHolds, ID: "H01", Values: forms.Values{"name": "某訴訟", "basis": "訴", "from": calendar.Date{Year: 2026, Month: 11, Day: 1}, "until": calendar.Date{Year: 2026, Month: 12, Day: 31}, "form_no": "IS-99-*"}}
	if _, err := h.Kit.Registers().Put(t.Context(), ismskit.Actor{Person: "P07", Channel: "go"}, held); err != nil {
		t.Fatal(err)
	}
	keeper.Get("/lists/legal_holds").Says(t, http.StatusOK, "某訴訟", "115.11.01 至 115.12.31", "暫緩銷毀", "新增暫緩銷毀").Not(t, "已解除")
	keeper.Get("/records/retention?lang=en").Says(t, http.StatusOK, "No record is past its time.", "6 months")
	h.As(t, "P13").Get("/lists/legal_holds").Says(t, http.StatusNotFound)
	h.As(t, "P13").Get("/records").Not(t, "/records/retention")
	h.As(t, "P13").Get("/records/retention").Says(t, http.StatusNotFound)
	rule := ismskit.RowChange{List: register.RetentionRules, ID: "K01", Seen: 1, Reason: "測試", Values: forms.Values{"name": "申請表單", "applies": "case", "form_no": "IS-04-*", "keep": "months", "n": int64(1)}}
	if _, err := h.Kit.Registers().Put(t.Context(), ismskit.Actor{Person: "P07", Channel: "go"}, rule); err != nil {
		t.Fatal(err)
	}
	h.As(t, "P09").Get("/records/retention").Says(t, http.StatusOK, "IS-04-012-115-0079", "保存至", "申請表單", "亦未列入辦理中銷毀清冊").Not(t, "目前沒有逾保存年限的紀錄。")
}

// A hold that has ended is told from those that still keep what they name, in the list and on its page.
func TestAHoldThatHasEndedSaysSo(t *testing.T) {
	h := webtest.OpenHouse(t)
	keeper := h.As(t, "P07")
	hold := ismskit.RowChange{List: register.LegalHolds, ID: "H01", Values: forms.Values{"name": "某訴訟", "basis": "訴", "from": calendar.Date{Year: 2026, Month: 11, Day: 1}, "until": calendar.Date{Year: 2026, Month: 11, Day: 24}, "form_no": "IS-04-012"}}
	if _, err := h.Kit.Registers().Put(t.Context(), ismskit.Actor{Person: "P07", Channel: "go"}, hold); err != nil {
		t.Fatal(err)
	}
	keeper.Get("/lists/legal_holds").Says(t, http.StatusOK, "某訴訟", "115.11.01 至 115.11.24").Not(t, "已解除")
	keeper.Get("/lists/legal_holds/H01").Says(t, http.StatusOK, "某訴訟").Not(t, "已解除")
	h.Until(t, h.Now().AddDate(0, 0, 2))
	keeper.Get("/lists/legal_holds").Says(t, http.StatusOK, "115.11.01 至 115.11.24　已解除")
	keeper.Get("/lists/legal_holds/H01").Says(t, http.StatusOK, "已解除暫緩銷毀")
	keeper.Get("/lists/legal_holds?lang=en").Says(t, http.StatusOK, "　ended")
}

// Of a list for disposal its signers see which row a note is about, and what they did in the words of
// their step, however often they press.
func TestAListForDisposalSaysWhichRowIsHeld(t *testing.T) {
	h := webtest.OpenHouse(t)
	list := putOnList(t, h)
	h.As(t, "P09").Get("/records/retention").Says(t, http.StatusOK, `<a href="/cases/`+list.Case+`">已列入銷毀清冊 `+list.Number+"</a>", "已列入辦理中的銷毀清冊，不再帶入新的清冊")
	h.As(t, "P07").Get("/records/retention").Says(t, http.StatusOK, `<span class="list__sub">已列入辦理中的銷毀清冊</span>`).Not(t, list.Number, list.Case)
	// It is at whoever approves it when a hold comes.
	for range 10 {
		c, err := h.Kit.Case(t.Context(), ismskit.Actor{Person: "P09", Channel: "go"}, list.Case)
		if err != nil {
			t.Fatal(err)
		}
		open := c.Flow.Open()
		if len(open) == 0 {
			t.Fatalf("nobody is to approve %s", list.Number)
		}
		if open[0].Kind == workflow.KindApprove {
			break
		}
		if _, err := h.Kit.Act(t.Context(), ismskit.Actor{Person: open[0].Holder.Named[0].Person, Channel: "go"}, list.Case, ismskit.Action{Verb: workflow.VerbApprove}); err != nil {
			t.Fatal(err)
		}
		h.Settle(t)
	}
	hold := ismskit.RowChange{List: register.LegalHolds, ID: "H02", Values: forms.Values{"name": "稽核", "basis": "稽", "from": calendar.Date{Year: 2026, Month: 11, Day: 1}, "form_no": "IS-04-012"}}
	if _, err := h.Kit.Registers().Put(t.Context(), ismskit.Actor{Person: "P07", Channel: "go"}, hold); err != nil {
		t.Fatal(err)
	}
	approver, page := h.As(t, "P02"), "/cases/"+list.Case
	form := approver.Get(page).Says(t, http.StatusOK, "第 1 列：「IS-04-", "目前暫緩銷毀", `<span class="list__sub">第 1 列</span>`)
	for range 2 { // a double click
		approver.Post(page+"/act", form.With("do", "approve")...).Says(t, http.StatusOK, "：核准。")
	}
}

// putOnList puts on a list for disposal, and sends it, what is past a time that was made short.
func putOnList(t *testing.T, h *webtest.House) ismskit.Receipt {
	t.Helper()
	rule := ismskit.RowChange{List: register.RetentionRules, ID: "K01", Seen: 1, Reason: "測試", Values: forms.Values{"name": "申請表單", "applies": "case", "form_no": "IS-04-*", "keep": "months", "n": int64(1)}}
	if _, err := h.Kit.Registers().Put(t.Context(), ismskit.Actor{Person: "P07", Channel: "go"}, rule); err != nil {
		t.Fatal(err)
	}
	keeper := ismskit.Actor{Person: "P09", Channel: "go"}
	list, err := h.Kit.Records().Retention().List(t.Context(), keeper, "")
	if err != nil {
		t.Fatal(err)
	}
	sent, err := h.Kit.Act(t.Context(), keeper, list.Case, ismskit.Action{Verb: workflow.VerbSubmit, Values: forms.Values{"basis": "檔案法"}})
	if err != nil {
		t.Fatal(err)
	}
	h.Settle(t)
	return sent
}

// Who makes up a list sees beside each number what he would have disposed of, when he opens it, after an
// error and when he has typed one more; what he may not read is a number and no more. From the list that
// was sent he opens what he may read.
func TestAListThatIsBeingMadeUpSaysWhatItsNumbersAre(t *testing.T) {
	h := webtest.OpenHouse(t)
	putOnList(t, h) // what is past its time now is on another list
	h.Until(t, h.Now().AddDate(0, 0, 40))
	list, err := h.Kit.Records().Retention().List(t.Context(), ismskit.Actor{Person: "P09", Channel: "go"}, "")
	if err != nil {
		t.Fatal(err)
	}
	keeper, page := h.As(t, "P09"), "/cases/"+list.Case+"/edit"
	const says = `<td role="cell">權限系統查詢權限延長一年，IS-04-012，秘書室，結案日 115.11.28，保存至 115.12.28，申請表單</td>`
	form := func(reply webtest.Reply) webtest.Form {
		t.Helper()
		f, ok := reply.Form(t, "submit")
		if !ok {
			t.Fatal("no form")
		}
		return f
	}
	keeper.Get(page+"?lang=en").Says(t, http.StatusOK, "Secretariat").Not(t, "秘書室，")
	keeper.Get(page + "?lang=zh-TW")
	opened := form(keeper.Get(page).Says(t, http.StatusOK, says).Not(t, "case/"))
	refused := keeper.Post(page, opened.With()...).Says(t, http.StatusUnprocessableEntity, "銷毀依據", says)
	more, _ := refused.Form(t, "add-row:lines")
	// What is typed into another row stands beside that row.
	view, err := h.Kit.Case(t.Context(), ismskit.Actor{Person: "P09", Channel: "go"}, list.Case)
	if err != nil {
		t.Fatal(err)
	}
	number, _ := view.Fields["lines"].([]forms.Row)[0]["number"].(string)
	two, _ := keeper.Post(page, more.With()...).Form(t, "add-row:lines")
	moved := keeper.Post(page, two.With("lines.1.number", "", "lines.2.number", number)...).Says(t, http.StatusOK, says)
	if at := strings.Index(moved.Text, says); at < strings.Index(moved.Text, `id="w-lines.2"`) || at > strings.Index(moved.Text, `id="w-lines.3"`) {
		t.Error("it stands beside another row")
	}
	typed, _ := keeper.Post(page, more.With()...).Says(t, http.StatusOK, says, `<td role="cell"></td>`).Form(t, "remove-row:lines.2")
	keeper.Post(page, typed.With("lines.2.number", "IS-99-001")...).Says(t, http.StatusOK, says).Not(t, "IS-99-001")
	keeper.Post(page, form(refused).With("basis", "檔案法")...).Says(t, http.StatusOK)
	if view, err = h.Kit.Case(t.Context(), ismskit.Actor{Person: "P09", Channel: "go"}, list.Case); err != nil {
		t.Fatal(err)
	}
	id, _ := strings.CutPrefix(view.Disposes["r1"], "case/")
	keeper.Get("/cases/"+list.Case).Says(t, http.StatusOK, `<a href="/cases/`+id+`">IS-04-`)
}

// What is ticked goes on the list and nothing else, and stays ticked when one of them can't go on it any more.
func TestTheRecordsThatAreTickedGoOnAList(t *testing.T) {
	h := webtest.OpenHouse(t)
	rule := ismskit.RowChange{List: register.RetentionRules, ID: "K01", Seen: 1, Reason: "測試", Values: forms.Values{"name": "申請表單", "applies": "case", "form_no": "IS-04-*", "keep": "months", "n": int64(1)}}
	keeper := ismskit.Actor{Person: "P07", Channel: "go"}
	if _, err := h.Kit.Registers().Put(t.Context(), keeper, rule); err != nil {
		t.Fatal(err)
	}
	over, err := h.Kit.Records().Retention().Overdue(t.Context(), ismskit.Actor{Person: "P09", Channel: "go"})
	if err != nil || len(over.Records) < 3 {
		t.Fatalf("%d past their time, %v", len(over.Records), err)
	}
	one, other, third := over.Records[0], over.Records[1], over.Records[2]
	officer := h.As(t, "P09")
	page := officer.Get("/records/retention").Says(t, http.StatusOK, `name="record" value="`+one.ID+`"`, one.Number)
	draft := officer.Post("/records/retention/list", page.With("record", one.ID, "record", other.ID)...).Says(t, http.StatusOK, one.Number, other.Number).Not(t, third.Number)
	draft.Says(t, http.StatusOK, "2 列")
	officer.Post("/records/retention/list", page.With("record", third.ID)...).Says(t, http.StatusUnprocessableEntity, "這一頁剛才已製作過清冊", `value="`+third.ID+`" checked`) // back, and other ticks
	page = officer.Get("/records/retention")
	hold := ismskit.RowChange{List: register.LegalHolds, ID: "H01", Values: forms.Values{"name": "某訴訟", "basis": "訴", "from": calendar.Date{Year: 2026, Month: 11, Day: 1}, "numbers": []forms.Row{{forms.RowID: "n1", "number": one.Number}}}}
	if _, err := h.Kit.Registers().Put(t.Context(), keeper, hold); err != nil {
		t.Fatal(err)
	}
	officer.Post("/records/retention/list", page.With("record", other.ID, "record", one.ID, "record", other.ID)...).Says(t, http.StatusUnprocessableEntity, "勾選的紀錄有 1 筆目前不能列入", `value="`+other.ID+`" checked`, "暫緩銷毀：某訴訟").Not(t, `value="`+one.ID+`"`)
}
