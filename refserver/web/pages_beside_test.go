package web_test

import (
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/refserver/web/webtest"
)

// besideEachOther is what somebody typed into every part of a row's task before he
// pressed one of its buttons.
func besideEachOther(more ...string) []string {
	return append([]string{
		"fields", "given_account,result_note,proof", "result", "opened", "given_account", "qh150013", "result_note", "信箱容量依標準",
		"comment.unable", "若逾期未回復則無法辦理", "outside.reply", "同意，另函復", "outside.reply_number", "資字第 77 號",
		"outside.to", "市府資訊中心", "outside.how", "電子郵件", "outside.number", "A-2211", "outside.text", "已電話催詢",
	}, more...)
}

// Whichever button of a task is pressed, and whether it is refused or done: what was
// typed beside it is still there.
func TestWhatIsTypedInOnePartOfATaskOutlivesTheOthers(t *testing.T) {
	h := webtest.OpenHouse(t)
	row := h.LinkTo(t, "P06", "調任收發窗口")
	admin := h.As(t, "P06")
	typed := []string{`value="qh150013"`, `value="信箱容量依標準"`, "若逾期未回復則無法辦理", `value="同意，另函復"`, `value="資字第 77 號"`, `value="opened" checked`}

	page := admin.Get(row).Says(t, http.StatusOK, "晴海市政府資訊中心受理窗口：資訊中心服務台，servicedesk@it.qinghai.example")
	refused := admin.Post(row+"/act", page.With(besideEachOther("outside.expected", "115.13.1", "do", "send_out")...)...)
	refused.Says(t, http.StatusUnprocessableEntity, append(typed, "預計回復日：曆上沒有這一天", `value="已電話催詢"`)...)

	done := admin.Post(row+"/act", page.With(besideEachOther("outside.expected", "115.12.24", "do", "send_out")...)...)
	done.Says(t, http.StatusOK, append(typed, "預計回復日 115.12.24（四） 晚於本件期限", "更正外部送件紀錄", `role="status"`)...)

	// The proof goes on record with the answer; the rest waits for its own button.
	page = done
	answered := admin.SendAs(row+"/act", "proof.file", "回復信.txt", "信箱已建立", page.With(besideEachOther("do", "answer")...)...)
	answered.Says(t, http.StatusOK, `value="qh150013"`, "若逾期未回復則無法辦理", `value="opened" checked`, "佐證：回復信.txt", "同意，另函復")
	record := admin.Get(row).Says(t, http.StatusOK, "回復信.txt").Not(t, `value="qh150013"`, "若逾期")
	if _, trail, _ := strings.Cut(record.Text, `<h2 id="trail">`); strings.Count(trail, "回復信.txt") != 1 {
		t.Errorf("the proof stands %d times on record", strings.Count(trail, "回復信.txt"))
	}

	form, there := admin.Get(row).Form(t, "record") // the proof that is there goes with it
	if !there {
		t.Fatal("no result can be entered")
	}
	closed := admin.Post(form.Action, form.With(besideEachOther()...)...)
	closed.Says(t, http.StatusOK, "登錄處置結果。")
	admin.Get(row).Says(t, http.StatusOK, "已結案", "qh150013", "佐證：回復信.txt")
}

// Where nothing else was typed, a task that is done leads back to the list as always. The
// account that the request asks for stands in its field, and is nothing typed.
func TestATaskWithNothingElseTypedLeadsOn(t *testing.T) {
	h := webtest.OpenHouse(t)
	row := h.LinkTo(t, "P06", "調任收發窗口")
	admin := h.As(t, "P06")
	page := admin.Get(row)
	sent := admin.Post(row+"/act", page.With("outside.to", "市府資訊中心", "outside.how", "電子郵件", "outside.number", "A-2211", "fields", "given_account,result_note,proof", "given_account", "household@qinghai.example", "result_note", "", "do", "send_out")...)
	if sent.Says(t, http.StatusOK).At() != row {
		t.Errorf("after sending at %s", sent.At())
	}
}

// A unit is asked for its opinion by its name, of which a part leads to a choice: its head has
// the task, and reads whom he speaks for. Who asks it of a name that is none is told so.
func TestAUnitIsConsultedByItsName(t *testing.T) {
	h := openVersatile(t)
	path := sendVersatile(t, h)
	who := h.As(t, head)
	press := func(page webtest.Reply, fields ...string) webtest.Reply {
		t.Helper()
		form, there := page.Form(t, "consult")
		if !there {
			t.Fatal("nobody can be consulted")
		}
		return who.Post(form.Action, form.With(append([]string{"comment.consult", "請就技術部分表示意見"}, fields...)...)...)
	}
	page := who.Get(path).Says(t, http.StatusOK, "請哪個單位或人員表示意見", "輸入單位名稱，由該單位主管表示意見", `placeholder="輸入單位名稱或姓名"`, "表示意見，輸入單位名稱或姓名")
	refused := press(page, "*-consult.0.find", "查無此室").Says(t, http.StatusUnprocessableEntity, "查無此室", "請就技術部分表示意見")
	refused = press(refused, "*-consult.0.find", "資訊").Says(t, http.StatusUnprocessableEntity, `value="unit:U03"`, "資訊室")
	if found := regexp.MustCompile(`有 (\d+) 個單位或人員符合`).FindStringSubmatch(refused.Text); len(found) == 0 || found[1] != strconv.Itoa(strings.Count(refused.Text, `-consult.0.pick" value=`)) {
		t.Errorf("as many are told to fit as are offered: %q", found)
	}
	// What was chosen stays where another line is refused, and is not to be chosen again.
	refused = press(refused, "*-consult.0.find", "資訊", "*-consult.0.pick", "unit:U03", "*-consult.1.find", "查無此室").Says(t, http.StatusUnprocessableEntity, `value="資訊室"`, `value="查無此室"`)
	press(refused, "*-consult.1.find", "").Says(t, http.StatusOK)
	h.Settle(t)
	h.As(t, "P04").Get(path).Says(t, http.StatusOK, "請資訊室表示意見，由您代表該單位", "請就技術部分表示意見")

	h = openVersatile(t)
	path = sendVersatile(t, h)
	who = h.As(t, head)
	refused = press(who.Get(path), "*-consult.0.find", "資訊") // and now there is room for a second one
	press(refused, "*-consult.0.find", "資訊室", "*-consult.1.find", "賴思妤").Says(t, http.StatusOK)
	h.Settle(t)
	for _, asked := range []string{"P04", aside} {
		if form, there := h.As(t, asked).Get(path).Form(t, "approve"); !there {
			t.Errorf("%s is not asked: %v", asked, form)
		}
	}
}

// Of units that are called the same the choice among them stays where another line is refused.
func TestWhichOfTheUnitsOfANameWasChosenStays(t *testing.T) {
	h := openVersatile(t)
	path := sendVersatile(t, h)
	for id, above := range map[string]string{"U71": "U03", "U72": "U06"} {
		if _, err := h.Kit.Registers().Put(t.Context(), ismskit.System("test"), ismskit.RowChange{List: register.Units, ID: id, Values: forms.Values{
			"name": "檔案股", "kind": "unit", "parent": forms.Ref{List: "unit", ID: above},
		}}); err != nil {
			t.Fatal(err)
		}
	}
	h.Settle(t)
	who := h.As(t, head)
	press := func(page webtest.Reply, fields ...string) webtest.Reply {
		t.Helper()
		form, there := page.Form(t, "consult")
		if !there {
			t.Fatal("nobody can be consulted")
		}
		return who.Post(form.Action, form.With(append([]string{"comment.consult", "請就技術部分表示意見"}, fields...)...)...)
	}
	page := press(who.Get(path), "*-consult.0.find", "檔案").Says(t, http.StatusUnprocessableEntity, `value="unit:U71"`, `value="unit:U72"`)
	page = press(page, "*-consult.0.find", "檔案", "*-consult.0.pick", "unit:U71", "*-consult.1.find", "查無此室").Says(t, http.StatusUnprocessableEntity, `value="檔案股"`, `value="unit:U71" checked`)
	press(page, "*-consult.1.find", "").Says(t, http.StatusOK)
	h.Settle(t)
	h.As(t, "P04").Get(path).Says(t, http.StatusOK, "請檔案股表示意見")
}
