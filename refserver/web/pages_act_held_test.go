package web_test

import (
	"fmt"
	"html"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/refserver/web/webtest"
)

// aSheet is the sheet of 賴思妤, who leaves, as it comes to his head.
func aSheet(t *testing.T, h *webtest.House) string {
	t.Helper()
	sent, err := h.Kit.Open(t.Context(), ismskit.Actor{Person: "P08", Channel: "go"}, ismskit.Opening{Type: "handover", Submit: true, Values: forms.Values{
		"person": forms.Person{Kind: forms.InDirectory, ID: "P05"}, "reason": "leaving", "last_day": calendar.Date{Year: 2026, Month: 11, Day: 30},
	}})
	if err != nil {
		t.Fatal(err)
	}
	return "/cases/" + sent.Case
}

var taskInput = regexp.MustCompile(`<input [^>]*name="((?:items|task|fields)[^"]*)"[^>]* value="([^"]*)"|<input [^>]*value="([^"]*)"[^>]* name="(items[^"]*)"`)

// inTask are the fields of a page's first task as a browser would send them, with others in
// their place.
func inTask(page webtest.Reply, change ...string) []string {
	set := map[string]string{}
	for i := 0; i+1 < len(change); i += 2 {
		set[change[i]] = change[i+1]
	}
	out := page.With()
	for _, m := range taskInput.FindAllStringSubmatch(page.Text, -1) {
		name, value := m[1], html.UnescapeString(m[2])
		if name == "task" {
			continue // With has it
		}
		if v, ok := set[name]; ok {
			value = v
			delete(set, name)
		}
		out = append(out, name, value)
	}
	for name, v := range set {
		out = append(out, name, v)
	}
	return out
}

func successors(page webtest.Reply) []string {
	var out []string
	for _, m := range regexp.MustCompile(`name="items\.\d+\.successor\.id" value="([^"]*)"`).FindAllStringSubmatch(page.Text, -1) {
		out = append(out, m[1])
	}
	return out
}

// One person typed once comes to stand in every row that has nobody; who is named in a row
// already stays, and each can be changed. It needs no script.
func TestTheEmptyRowsOfASheetGoToOnePerson(t *testing.T) {
	h := webtest.OpenHouse(t)
	at, head := aSheet(t, h), h.As(t, "P04")
	page := head.Get(at).Says(t, http.StatusOK, "全部交給同一人", `value="same:items.successor"`)
	n := len(successors(page))
	if n < 3 {
		t.Fatalf("%d rows", n)
	}
	do := func(change ...string) webtest.Reply {
		return head.Post(at+"/act", inTask(page, append(change, "do", "same:items.successor")...)...)
	}
	do("same.items.successor.find", "").Says(t, http.StatusOK, "請先輸入姓名")
	do("same.items.successor.find", "查無此人").Says(t, http.StatusOK, "href=\"#f-same.items.successor\"", `value="查無此人"`)
	do("same.items.successor.find", "賴思妤").Says(t, http.StatusOK, "承接人不能是移交人本人，請改填其他人員。").Not(t, "已將")
	approve := func(name string) webtest.Reply {
		return head.Post(at+"/act", inTask(page, "same.items.successor.find", name, "do", "approve")...)
	}
	approve("范語彤").Says(t, http.StatusUnprocessableEntity, "所填姓名尚未填入各列。請按「填入尚未填寫之各列」", `value="范語彤`)
	approve("賴思妤").Says(t, http.StatusUnprocessableEntity, "承接人不能是移交人本人，請改填其他人員。")
	page = do("items.2.successor.find", "涂正宏", "same.items.successor.find", "范語彤").
		Says(t, http.StatusOK, fmt.Sprintf("已將 %d 列填為「范語彤", n-1), "原已填寫之 1 列未變動")
	who := successors(page)
	if who[0] == "" || who[1] == who[0] || who[1] == "" || strings.Count(strings.Join(who, " "), who[0]) != n-1 {
		t.Errorf("successors: %q", who)
	}
	page = do("items.1.successor.find", "涂正宏").Says(t, http.StatusOK) // nobody typed for the rest: only the row changes
	if got := successors(page); got[0] != who[1] || got[2] != who[2] {
		t.Errorf("after one row: %q", got)
	}
	head.Post(at+"/act", inTask(page, "do", "approve")...).Says(t, http.StatusOK)
	h.As(t, "P08").Get(at).Says(t, http.StatusOK, "范語彤", "涂正宏")
}

// A head who takes over one thing himself, and names another for the rest, has agreed to his own
// by naming himself: the way of the sheet says so beside his name, as it says of the other when he agrees.
func TestWhoNamesHimselfCountsAsHavingAgreed(t *testing.T) {
	h := webtest.OpenHouse(t)
	at, head := aSheet(t, h), h.As(t, "P04")
	page := head.Get(at)
	change := []string{"items.1.successor.find", "江志恆", "same.items.successor.find", "范語彤", "do", "same:items.successor"}
	page = head.Post(at+"/act", inTask(page, change...)...).Says(t, http.StatusOK, "列填為「范語彤")
	head.Post(at+"/act", inTask(page, "do", "approve")...).Says(t, http.StatusOK)
	h.As(t, "P08").Get(at).Says(t, http.StatusOK, `<span class="route__fact">先前關卡已簽，視為同意 115.`)
}

// A sheet half filled in is kept for who names the successors, and is there when he opens it
// again: his alone, and until he has done it or thrown it away.
func TestWhatIsHalfFilledInATaskIsKept(t *testing.T) {
	h := webtest.OpenHouse(t)
	at, head := aSheet(t, h), h.As(t, "P04")
	page := head.Get(at).Says(t, http.StatusOK, `value="hold"`)
	half := func(page webtest.Reply, name string) webtest.Reply {
		return head.Post(at+"/act", inTask(page, "items.2.successor.find", name, "comment", "其餘待商議", "do", "hold")...)
	}
	half(page, "涂正宏").Says(t, http.StatusOK, "暫存，尚未送出")
	page = head.Get(at).Says(t, http.StatusOK, "以下是您於", "其餘待商議", `value="涂正宏 `)
	if got := successors(page); got[0] != "" || got[1] == "" {
		t.Errorf("kept: %q", got)
	}
	head.Get("/").Says(t, http.StatusOK).Not(t, "登入逾時")
	h.As(t, "P08").Get(at).Says(t, http.StatusOK).Not(t, "其餘待商議", "涂正宏")

	// Kept again it takes the place of what was kept before; a name that fits nobody is said.
	half(page, "查無此人").Says(t, http.StatusOK, "查無此人")
	page = head.Get(at).Says(t, http.StatusOK, "查無此人").Not(t, `successor.find" value="涂正宏`)
	head.Post(at+"/act", page.With("do", "release-held")...).Says(t, http.StatusOK, "已捨棄暫存之內容")
	page = head.Get(at).Says(t, http.StatusOK).Not(t, "以下是您於", "其餘待商議")

	// Done, it is kept no more.
	half(page, "涂正宏").Says(t, http.StatusOK)
	page = head.Get(at)
	filled := head.Post(at+"/act", inTask(page, "same.items.successor.find", "范語彤", "do", "same:items.successor")...)
	head.Post(at+"/act", inTask(filled, "do", "approve")...).Says(t, http.StatusOK)
	if kept, err := h.Accounts.Held(t.Context(), "P04", ""); err != nil || len(kept) > 0 {
		t.Errorf("still kept: %+v, %v", kept, err)
	}
}
