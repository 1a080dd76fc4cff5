package web_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/refserver/web/webtest"
)

// The session ends while somebody types: what was typed waits behind the door, for
// him alone.
func TestWhatWasTypedOutlivesTheSession(t *testing.T) {
	h := webtest.OpenHouse(t)
	clerk := h.As(t, "P13")
	form := clerk.Get("/apply/account_request")
	half := append(webtest.OneLine(), "do", "submit")
	half[slices.Index(half, "115.12.01")] = "115.13"
	fields := form.With(half...)
	kept := clerk.Late(func(c *webtest.Caller) webtest.Reply {
		return c.SendAs("/apply/account_request", "attachments.file", "核准公文.pdf", "%PDF-1.7\n%%EOF", fields...)
	})

	// Somebody else signs in at that browser, and sees nothing of it.
	h.As(t, "P12").Get(kept).Says(t, http.StatusOK, "待辦事項").Not(t, "調任收發窗口")

	// Following the link changes nothing: the page has a button that goes on.
	for range 2 {
		clerk.Get(kept).Says(t, http.StatusOK, "登入逾時前填寫的內容", "調任收發窗口", "附件未能保留，請重新選擇：核准公文.pdf", "繼續填寫")
	}
	again := clerk.Post(kept)
	again.Says(t, http.StatusOK, "登入逾時前填寫的內容已取回", "附件請重新選擇：核准公文.pdf", `value="調任收發窗口，申請公文登記桌"`, `value="115.13"`, "單位公文收發")
	if !strings.HasSuffix(again.At(), "/edit") {
		t.Fatalf("at %s", again.At())
	}
	// It is a draft now, and waits no longer.
	clerk.Get(kept).Says(t, http.StatusOK, "待辦事項")
	clerk.Post(again.At(), clerk.Get(again.At()).With(append(webtest.OneLine(), "do", "submit")...)...).Says(t, http.StatusOK, "陳核中")
}

// Somebody else has signed in meanwhile, and the old page is still open: nothing is
// sent in his name.
func TestAPageOfSomebodyElseIsNotSent(t *testing.T) {
	h := webtest.OpenHouse(t)
	clerk := h.As(t, "P13")
	fields := clerk.Get("/apply/account_request").With(append(webtest.OneLine(), "do", "submit")...)
	clerk.Become("P12")
	clerk.Post("/apply/account_request", fields...).Says(t, http.StatusConflict, "這一頁由另一位同仁開啟", "已為原填寫人保留")
	clerk.Get("/apply").Not(t, "調任收發窗口")
	clerk.Become("P13")
	clerk.Get("/").Says(t, http.StatusOK, "登入逾時，尚未暫存", "/kept/")
}

// An opinion on a case is typed too.
func TestAnOpinionOutlivesTheSession(t *testing.T) {
	h := webtest.OpenHouse(t)
	at := h.Apply(t)
	head := h.As(t, "P12") // deputy of the head on leave
	page := head.Get(at)
	fields := page.With("comment", "經查確有業務需要，擬予同意", "do", "approve")
	kept := head.Late(func(c *webtest.Caller) webtest.Reply { return c.Post(at+"/act", fields...) })
	head.Get(kept).Says(t, http.StatusOK, "辦理意見已為您保留")
	again := head.Post(kept)
	again.Says(t, http.StatusOK, "登入逾時前填寫的內容已取回", "經查確有業務需要，擬予同意")
	head.Post(at+"/act", again.With("comment", "經查確有業務需要，擬予同意", "do", "approve")...).Says(t, http.StatusOK)
	head.Get(at).Says(t, http.StatusOK, "經查確有業務需要")
}

// A form without a seal, or with one of another page, is nobody's.
func TestNothingIsKeptForAnybodyWithoutASeal(t *testing.T) {
	h := webtest.OpenHouse(t)
	nobody := h.Nobody(t)
	for _, writer := range []string{"", "P13", "P13.x", "."} {
		res := nobody.Post("/apply/account_request", "token", "abc", "writer", writer, "subject", "塞進來的")
		if to := res.Header.Get("Location"); to != "/login?next=%2Fapply%2Faccount_request" {
			t.Errorf("%q: %s", writer, to)
		}
	}
	h.As(t, "P13").Get("/").Not(t, "/kept/")
}

// Whoever gets hold of a page's seal can't have its writer do something else with it:
// a form that is sent where its page would not have sent it is nobody's.
func TestASealIsGoodForThePathOfItsPageAlone(t *testing.T) {
	h := webtest.OpenHouse(t)
	at := h.Apply(t)
	head := h.As(t, "P12")
	page := head.Get(at)
	nobody := h.Nobody(t)
	for _, path := range []string{"/deputies", "/roles/unit_head", "/documents/new", "/cases/other/act", at + "/edit", "/apply/account_request", at + "/bundle", at + "/../" + "other/act"} {
		res := nobody.Post(path, page.With("do", "approve")...)
		if to := res.Header.Get("Location"); strings.Contains(to, "kept") {
			t.Errorf("%s: kept, %s", path, to)
		}
	}
	if kept := (head.Late(func(c *webtest.Caller) webtest.Reply {
		return c.Post(at+"/act", page.With("comment", "同意辦理", "do", "approve")...)
	})); kept == "/kept/" {
		t.Error("its own path is not kept")
	}
}

// Before the script lets a form go it asks whether somebody is there to take it.
func TestWhetherAFormMayCome(t *testing.T) {
	var store *webtest.Shaky
	h := webtest.OpenHouseWith(t, func(cfg *ismskit.Config) {
		store = &webtest.Shaky{Store: cfg.Store}
		cfg.Store = store
	})
	h.As(t, "P13").Get("/answers").Says(t, http.StatusNoContent)
	if to := h.Nobody(t).Get("/answers"); to.StatusCode != http.StatusSeeOther {
		t.Errorf("nobody is signed in: %d", to.StatusCode)
	}
	store.Fail(ismskit.ErrUnavailable)
	h.As(t, "P13").Get("/answers").Says(t, http.StatusServiceUnavailable)
}

// Whoever opens the form by its own address is told that something newer waits, and
// may throw that away.
func TestAFormSaysThatWhatWasTypedWaits(t *testing.T) {
	h := webtest.OpenHouse(t)
	clerk := h.As(t, "P13")
	draft := clerk.Post("/apply/account_request", clerk.Get("/apply/account_request").With(append(webtest.OneLine(), "do", "save")...)...)
	late := func() string {
		fields := clerk.Get(draft.At()).With("subject", "逾時前改的主旨", "do", "save")
		return clerk.Late(func(c *webtest.Caller) webtest.Reply { return c.Post(draft.At(), fields...) })
	}
	kept := late()
	clerk.Get(draft.At()).Says(t, http.StatusOK, "您有一份尚未暫存的內容", kept).Not(t, "逾時前改的主旨")
	h.As(t, "P12").Post(kept + "/drop")
	clerk.Get(kept).Says(t, http.StatusOK, "捨棄")
	clerk.Post(kept+"/drop").Says(t, http.StatusOK, "已捨棄").Not(t, "登入逾時，尚未暫存")
	clerk.Get(draft.At()).Not(t, "您有一份尚未暫存的內容")

	// Sent meanwhile, it can no longer be edited: nothing of it waits.
	kept = late()
	clerk.Post(draft.At(), clerk.Get(draft.At()).With(append(webtest.OneLine(), "do", "submit")...)...).Says(t, http.StatusOK, "陳核中")
	clerk.Get("/").Says(t, http.StatusOK, "待辦事項").Not(t, kept)
}

// A page that was interrupted and then sent all the same has nothing waiting.
func TestAPageThatWasSentAfterAllWaitsNoLonger(t *testing.T) {
	h := webtest.OpenHouse(t)
	clerk := h.As(t, "P13")
	fields := clerk.Get("/apply/account_request").With(append(webtest.OneLine(), "do", "submit")...)
	kept := clerk.Late(func(c *webtest.Caller) webtest.Reply { return c.Post("/apply/account_request", fields...) })
	clerk.Get("/apply/account_request").Says(t, http.StatusOK, "您有一份尚未暫存的內容", kept)
	clerk.Post("/apply/account_request", fields...).Says(t, http.StatusOK, "陳核中")
	clerk.Get("/").Not(t, kept)
}
