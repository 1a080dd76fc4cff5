package web_test

import (
	"context"
	"net/http"
	"regexp"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/refserver/web/webtest"
)

// contested is a store in which somebody else is sometimes faster.
type contested struct {
	ismskit.Store
	lose   atomic.Bool
	always atomic.Bool
}

func (c *contested) Update(ctx context.Context, fn func(context.Context, ismskit.Tx) error) error {
	if c.lose.Swap(false) || c.always.Load() {
		return ismskit.ErrConflict
	}
	return c.Store.Update(ctx, fn)
}

// Whoever was overtaken sees what is stored now beside what he typed, and sends it again.
func TestWhatWasTypedStandsBesideWhatSomebodyElseChanged(t *testing.T) {
	store := &contested{}
	h := webtest.OpenHouseWith(t, func(cfg *ismskit.Config) {
		store.Store = cfg.Store
		cfg.Store = store
	})
	keeper := h.As(t, "P07")
	asked := keeper.Get("/records/numbers").With("type", "account_request", "count", "2", "reason", "網路中斷二小時")
	store.lose.Store(true)
	again := keeper.Post("/records/numbers", asked...).Says(t, http.StatusConflict, "已有其他人變更資料", "網路中斷二小時", `value="2"`, `href="#reserve"`)
	reserved := keeper.Post("/records/numbers", again.With("type", "account_request", "count", "2", "reason", "網路中斷二小時")...).Says(t, http.StatusOK, "未使用 2 號")
	number := entered.FindString(reserved.Text)
	keeper.Post("/records/numbers", again.With("type", "account_request", "count", "3", "reason", "又斷線了")...).Says(t, http.StatusConflict, "先前已送出過", "又斷線了", "未使用 2 號")
	store.lose.Store(true)
	keeper.Post("/records/numbers/void", "number", number, "void_reason", "紙本誤寫").Says(t, http.StatusConflict, "已有其他人變更資料", "紙本誤寫", `href="#void"`)
	clerk := h.As(t, "P13")
	away := clerk.Get("/deputies").With("from", "115.11.25", "to", "115.11.26", "reason", "公假", "deputy_1", "P12")
	store.lose.Store(true)
	clerk.Post("/deputies", away...).Says(t, http.StatusConflict, "已有其他人變更資料", "115.11.25", "公假")
}

var endsAbsence = regexp.MustCompile(`action="(/deputies/[^"]+/end)"`)

// Two end an absence at once: whoever was second is shown the entry as it is now, and can
// end it still. What has ended stays as it ended, however often it is asked for.
func TestWhoEndsAnAbsenceBesideAnotherSeesTheList(t *testing.T) {
	store := &contested{}
	h := webtest.OpenHouseWith(t, func(cfg *ismskit.Config) {
		store.Store = cfg.Store
		cfg.Store = store
	})
	clerk := h.As(t, "P13")
	set := clerk.Post("/deputies", clerk.Get("/deputies").With("from", "115.11.25", "to", "115.11.27", "reason", "公假", "deputy_1", "P12")...).Says(t, http.StatusOK, "公假")
	end := endsAbsence.FindStringSubmatch(set.Text)
	if end == nil {
		t.Fatal("nothing to end")
	}
	store.lose.Store(true)
	clerk.Post(end[1]).Says(t, http.StatusConflict, "這筆代理剛由其他人變更，未予結束", `href="#mine"`, "公假", end[1])
	store.lose.Store(true)
	h.As(t, "P05").Post(end[1]).Says(t, http.StatusConflict, "這筆代理剛由其他人變更，未予結束", `href="#all"`, "公假", end[1])
	clerk.Post(end[1]).Says(t, http.StatusOK, "代理已取消").Not(t, end[1])
	before, err := h.Kit.People().Absences(t.Context(), ismskit.System("test"), "P13")
	if err != nil {
		t.Fatal(err)
	}
	h.Until(t, h.Now().Add(72*time.Hour)) // beyond the last day that was set
	clerk.Post(end[1]).Says(t, http.StatusOK, "代理已取消")
	after, err := h.Kit.People().Absences(t.Context(), ismskit.System("test"), "P13")
	if err != nil || !after[len(after)-1].To.Equal(before[len(before)-1].To) {
		t.Errorf("ended %v, and then %v: %v", before[len(before)-1].To, after[len(after)-1].To, err)
	}
}

// Where others write all the while, whoever gives a login comes back to its page, with the
// login that he typed beside those there are.
func TestALoginThatWasTypedStandsBesideTheOthers(t *testing.T) {
	store := &contested{}
	h := webtest.OpenHouseWith(t, func(cfg *ismskit.Config) {
		store.Store = cfg.Store
		cfg.Store = store
	})
	admin := h.As(t, "P05")
	const page = "/people/P13/account"
	gives := func(login string) bool {
		return oneTime.MatchString(admin.Post(page, "do", "give", "login", login).Says(t, http.StatusOK, login).Text)
	}
	if !gives("qh150013") {
		t.Fatal("no login was given")
	}
	store.always.Store(true)
	lost := admin.Post(page, "do", "give", "login", "qh150014").Says(t, http.StatusConflict, "已有其他人變更資料", `href="#logins"`, `value="qh150014"`, "qh150013")
	if oneTime.MatchString(lost.Text) {
		t.Error("a password is shown for a login that was not given")
	}
	store.always.Store(false)
	if !gives("qh150014") {
		t.Error("it was given all the same")
	}
}
