package web_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/catalog"
	"github.com/ismskit/ismskit/refserver/account"
	"github.com/ismskit/ismskit/refserver/web/webtest"
	"github.com/ismskit/ismskit/workflow"
)

// What somebody keeps of a task stays while he waits for those whom he has asked first, also
// what he had typed beside, and is there when they have answered.
func TestWhatIsKeptOfATaskStaysWhileAnotherIsAsked(t *testing.T) {
	h := webtest.OpenHouse(t)
	at, head := aSheet(t, h), h.As(t, "P04")
	page := head.Get(at).Says(t, http.StatusOK)
	head.Post(at+"/act", inTask(page, "items.2.successor.find", "涂正宏", "comment", "其餘待商議", "do", "hold")...).Says(t, http.StatusOK, "暫存，尚未送出")
	page = head.Get(at)
	who := "who-" + taskOf(t, h, at, "P04") + "-"
	head.Post(at+"/act", page.With(who+"add_after.1.find", "范語彤", "comment.add_after", "請會後表示意見", "do", "add_after")...).Says(t, http.StatusOK)
	page = head.Get(at).Says(t, http.StatusOK, "以下是您於", "其餘待商議", `value="涂正宏 `)
	ask := func(page webtest.Reply) webtest.Reply {
		return head.Post(at+"/act", inTask(page, who+"add_before.1.find", "鍾明哲", "comment", "其餘待商議", "comment.add_before", "先請表示意見", "items.1.successor.find", "范語彤", "do", "add_before")...)
	}
	ask(page).Says(t, http.StatusOK, "您填寫而尚未送出之內容已一併暫存")
	head.Get("/").Says(t, http.StatusOK)
	head.Get(at).Says(t, http.StatusOK).Not(t, "其餘待商議")
	asked := h.As(t, "P13")
	asked.Post(at+"/act", asked.Get(at).With("do", "approve")...).Says(t, http.StatusOK)
	head.Get(at).Says(t, http.StatusOK, "以下是您於", "其餘待商議", `value="涂正宏 `, `value="范語彤 `)
}

// taskOf is the id of the one task that somebody has in a case.
func taskOf(t *testing.T, h *webtest.House, at, person string) string {
	t.Helper()
	c, err := h.Kit.Case(t.Context(), ismskit.Actor{Person: person, Channel: "go"}, at[len("/cases/"):])
	if err != nil || len(c.Mine) != 1 {
		t.Fatalf("%+v, %v", c.Mine, err)
	}
	return c.Mine[0].ID
}

// Where there is no room for more it is said, and what was typed stands there; what was kept
// for tasks that are over makes room.
func TestKeepingMoreThanThereIsRoomForIsRefused(t *testing.T) {
	h := webtest.OpenHouse(t)
	head, gone := h.As(t, "P04"), aSheet(t, h)
	over := account.Held{Person: "P04", Case: gone[len("/cases/"):], Task: taskOf(t, h, gone, "P04")}
	clerk := h.As(t, "P08")
	clerk.Post(gone+"/act", clerk.Get(gone).With("comment", "重複", "do", "withdraw")...).Says(t, http.StatusOK)
	at := aSheet(t, h)
	keep := func(held account.Held) {
		t.Helper()
		if err := h.Accounts.Hold(t.Context(), held, time.Now()); err != nil {
			t.Fatal(err)
		}
	}
	for i := range account.MostHeld {
		keep(account.Held{Person: "P04", Case: "not-read-now", Task: fmt.Sprint("t", i)})
	}
	hold := func() webtest.Reply {
		return head.Post(at+"/act", inTask(head.Get(at), "comment", "其餘待商議", "do", "hold")...)
	}
	hold().Says(t, http.StatusConflict, "未能暫存", fmt.Sprint("已暫存 ", account.MostHeld, " 件"), "其餘待商議")
	head.Get(at).Says(t, http.StatusOK).Not(t, "其餘待商議")

	if err := h.Accounts.Release(t.Context(), "P04", "not-read-now", "t0"); err != nil {
		t.Fatal(err)
	}
	keep(over)
	if err := h.Accounts.Release(t.Context(), "P04", "not-read-now", "t1"); err != nil {
		t.Fatal(err)
	}
	standin := account.Held{Person: "P04", Case: h.Apply(t)[len("/cases/"):], Task: "t1"} // of one whom he stands in for
	keep(standin)
	hold().Says(t, http.StatusOK, "暫存，尚未送出")
	head.Get(at).Says(t, http.StatusOK, "其餘待商議")
	if kept, err := h.Accounts.Held(t.Context(), "P04", ""); err != nil || len(kept) != account.MostHeld {
		t.Errorf("%d are kept, %v", len(kept), err)
	}
	if kept, err := h.Accounts.Held(t.Context(), "P04", standin.Case); err != nil || len(kept) != 1 {
		t.Errorf("of a task that is not over: %d, %v", len(kept), err)
	}
}

// twoSteps is a house in which the head and somebody else fill in the same sheet beside each
// other.
func twoSteps(t *testing.T, other string) *webtest.House {
	t.Helper()
	return webtest.OpenHouseWith(t, func(c *ismskit.Config) {
		for i := range c.Types {
			if c.Types[i].Key != catalog.TypeHandover {
				continue
			}
			root := &c.Types[i].Flow.Root
			first := *root.Sequence[0].Step
			first.Edit = []string{"items.successor", "items.remark", "basis"}
			second := first
			second.ID, second.Who = "second", []workflow.Who{{Kind: workflow.WhoPerson, IDs: []string{other}}}
			root.Sequence = slices.Clone(root.Sequence)
			root.Sequence[0] = workflow.Node{Parallel: &workflow.Parallel{ID: "both", Branches: []workflow.Node{{Step: &first}, {Step: &second}}}}
		}
	})
}

// What others have changed while something lay there is not put back: where he had typed
// nothing he sees what they wrote, and where both did he is told.
func TestWhatIsKeptIsNotLaidOverWhatOthersWrote(t *testing.T) {
	h := twoSteps(t, "P10")
	at, head, other := aSheet(t, h), h.As(t, "P04"), h.As(t, "P10")
	hold := func(page webtest.Reply, basis string) webtest.Reply {
		return head.Post(at+"/act", inTask(page, "basis", basis, "items.1.remark", "已口頭說明", "do", "hold")...)
	}
	old := head.Get(at)
	hold(old, "").Says(t, http.StatusOK, "暫存，尚未送出")
	head.Get(at).Says(t, http.StatusOK, "已口頭說明").Not(t, "他人已變更下列欄位")

	page := other.Get(at)
	filled := other.Post(at+"/act", inTask(page, "same.items.successor.find", "范語彤", "do", "same:items.successor")...)
	other.Post(at+"/act", inTask(filled, "basis", "府人字第 7 號", "do", "approve")...).Says(t, http.StatusOK)

	page = head.Get(at).Says(t, http.StatusOK, "已口頭說明", `value="府人字第 7 號"`, "他人已變更下列欄位", "承接人：范語彤")
	if strings.Contains(part(page.Text, "他人已變更", "</ul>"), "府人字") {
		t.Error("he is told of what he had not typed in")
	}
	// Kept again as it stands, nothing of it is news any more.
	hold(page, "府人字第 8 號").Says(t, http.StatusOK, "暫存，尚未送出")
	head.Get(at).Says(t, http.StatusOK, "府人字第 8 號").Not(t, "他人已變更下列欄位")
	// A page that was opened before they wrote, and kept afterwards; what was kept since is dropped.
	head.Post(at+"/act", head.Get(at).With("do", "release-held")...).Says(t, http.StatusOK, "已捨棄暫存之內容")
	hold(old, "府人字第 9 號").Says(t, http.StatusOK, "暫存，尚未送出")
	head.Get(at).Says(t, http.StatusOK, `value="府人字第 9 號"`, "他人已變更下列欄位", "府人字第 7 號")
}

// Where the sheet goes back to its applicant and comes again, what was kept of the task before
// stands in the one in its place, until that is kept or done itself.
func TestWhatWasKeptStandsInTheTaskInItsPlace(t *testing.T) {
	h := twoSteps(t, "P10")
	at, head, other, clerk := aSheet(t, h), h.As(t, "P04"), h.As(t, "P10"), h.As(t, "P08")
	head.Post(at+"/act", inTask(head.Get(at), "items.1.remark", "已口頭說明", "comment", "其餘待商議", "do", "hold")...).Says(t, http.StatusOK, "暫存，尚未送出")
	other.Post(at+"/act", other.Get(at).With("comment", "請補依據", "do", "return")...).Says(t, http.StatusOK)
	head.Get("/").Says(t, http.StatusOK)
	clerk.Post(at+"/edit", clerk.Get(at+"/edit").With("person.find", "賴思妤", "reason", "leaving", "last_day", "115.11.30", "basis", "府人字第 7 號", "do", "submit")...).Says(t, http.StatusOK)
	page := head.Get(at).Says(t, http.StatusOK, "以下是您於", "其餘待商議", "已口頭說明", `value="府人字第 7 號"`)
	head.Post(at+"/act", inTask(page, "comment", "再想想", "do", "hold")...).Says(t, http.StatusOK, "暫存，尚未送出")
	if kept, err := h.Accounts.Held(t.Context(), "P04", ""); err != nil || len(kept) != 1 || kept[0].Task != taskOf(t, h, at, "P04") {
		t.Errorf("%+v, %v", kept, err)
	}
	head.Get(at).Says(t, http.StatusOK, "再想想").Not(t, "其餘待商議")
}

func part(text, from, to string) string {
	_, text, _ = strings.Cut(text, from)
	text, _, _ = strings.Cut(text, to)
	return text
}

// Whoever has two tasks of one case finds in each what he kept for it, also where an act on
// the other is refused.
func TestEachOfTwoTasksKeepsItsOwn(t *testing.T) {
	h := twoSteps(t, "P04")
	at, head := aSheet(t, h), h.As(t, "P04")
	c, err := h.Kit.Case(t.Context(), ismskit.Actor{Person: "P04", Channel: "go"}, at[len("/cases/"):])
	if err != nil || len(c.Mine) != 2 {
		t.Fatalf("%+v, %v", c.Mine, err)
	}
	send := func(m ismskit.MyTask, do string) webtest.Reply {
		return head.Post(at+"/act", "token", do+m.ID, "revision", fmt.Sprint(c.Revision), "task", m.ID, "fields", "basis", "basis", "文號 "+m.ID, "comment", "意見 "+m.ID, "do", do)
	}
	var both []string
	for _, m := range c.Mine {
		send(m, "hold").Says(t, http.StatusOK, "暫存，尚未送出")
		both = append(both, "意見 "+m.ID, `value="文號 `+m.ID)
	}
	head.Get(at).Says(t, http.StatusOK, both...)
	send(c.Mine[1], "add_before").Says(t, http.StatusUnprocessableEntity, both...)
	head.Get(at).Says(t, http.StatusOK, both...)
}
