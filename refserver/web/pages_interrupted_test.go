package web

import (
	"net/http"
	"slices"
	"strings"
	"testing"
)

// become signs in as somebody else at the same browser.
func (c *caller) become(person string) {
	c.t.Helper()
	c.client.Jar = c.house.as(c.t, person).client.Jar
}

// late posts a form when the session has ended, and answers where it leads to.
func (c *caller) late(send func(c *caller) reply) string {
	c.t.Helper()
	out := &caller{t: c.t, house: c.house, client: &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
	sent := send(out)
	to, kept := strings.CutPrefix(sent.Header.Get("Location"), "/login?next=%2Fkept%2F")
	if sent.StatusCode != http.StatusSeeOther || !kept {
		c.t.Fatalf("%d %s", sent.StatusCode, sent.Header.Get("Location"))
	}
	return keptPath + to
}

// The session ends while somebody types: what was typed waits behind the door, for
// him alone.
func TestWhatWasTypedOutlivesTheSession(t *testing.T) {
	h := openHouse(t)
	clerk := h.as(t, "P13")
	form := clerk.get("/apply/account_request")
	half := append(oneLine(), "do", "submit")
	half[slices.Index(half, "115.12.01")] = "115.13"
	fields := form.with(half...)
	kept := clerk.late(func(c *caller) reply {
		return c.sendAs("/apply/account_request", "attachments.file", "核准公文.pdf", "%PDF-1.7", fields...)
	})

	// Somebody else signs in at that browser, and sees nothing of it.
	h.as(t, "P12").get(kept).says(t, http.StatusOK, "待辦事項").not(t, "調任收發窗口")

	// Following the link changes nothing: the page has a button that goes on.
	for range 2 {
		clerk.get(kept).says(t, http.StatusOK, "登入逾時前填寫的內容", "調任收發窗口", "附件未能保留，請重新選擇：核准公文.pdf", "繼續填寫")
	}
	again := clerk.post(kept)
	again.says(t, http.StatusOK, "登入逾時前填寫的內容已取回", "附件請重新選擇：核准公文.pdf", `value="調任收發窗口，申請公文登記桌"`, `value="115.13"`, "單位公文收發")
	if !strings.HasSuffix(again.at(), "/edit") {
		t.Fatalf("at %s", again.at())
	}
	// It is a draft now, and waits no longer.
	clerk.get(kept).says(t, http.StatusOK, "待辦事項")
	clerk.post(again.at(), clerk.get(again.at()).with(append(oneLine(), "do", "submit")...)...).says(t, http.StatusOK, "陳核中")
}

// Somebody else has signed in meanwhile, and the old page is still open: nothing is
// sent in his name.
func TestAPageOfSomebodyElseIsNotSent(t *testing.T) {
	h := openHouse(t)
	clerk := h.as(t, "P13")
	fields := clerk.get("/apply/account_request").with(append(oneLine(), "do", "submit")...)
	clerk.become("P12")
	clerk.post("/apply/account_request", fields...).says(t, http.StatusConflict, "這一頁是另一位同仁開啟的", "已為原填寫人保留")
	clerk.get("/apply").not(t, "調任收發窗口")
	clerk.become("P13")
	clerk.get("/").says(t, http.StatusOK, "登入逾時，尚未暫存", "/kept/")
}

// An opinion on a case is typed too.
func TestAnOpinionOutlivesTheSession(t *testing.T) {
	h := openHouse(t)
	at := h.apply(t)
	head := h.as(t, "P12") // deputy of the head on leave
	page := head.get(at)
	fields := page.with("comment", "經查確有業務需要，擬予同意", "do", "approve")
	kept := head.late(func(c *caller) reply { return c.post(at+"/act", fields...) })
	head.get(kept).says(t, http.StatusOK, "辦理意見已為您保留")
	again := head.post(kept)
	again.says(t, http.StatusOK, "登入逾時前填寫的內容已取回", "經查確有業務需要，擬予同意")
	head.post(at+"/act", again.with("comment", "經查確有業務需要，擬予同意", "do", "approve")...).says(t, http.StatusOK)
	head.get(at).says(t, http.StatusOK, "經查確有業務需要")
}

// A form without a seal, or with one of another page, is nobody's.
func TestNothingIsKeptForAnybodyWithoutASeal(t *testing.T) {
	h := openHouse(t)
	nobody := &caller{t: t, house: h, client: &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
	for _, writer := range []string{"", "P13", "P13.x", "."} {
		res := nobody.post("/apply/account_request", "token", "abc", "writer", writer, "subject", "塞進來的")
		if to := res.Header.Get("Location"); to != "/login?next=%2Fapply%2Faccount_request" {
			t.Errorf("%q: %s", writer, to)
		}
	}
	h.as(t, "P13").get("/").not(t, "/kept/")
}

// Whoever gets hold of a page's seal can't have its writer do something else with it:
// a form that is sent where its page would not have sent it is nobody's.
func TestASealIsGoodForThePathOfItsPageAlone(t *testing.T) {
	h := openHouse(t)
	at := h.apply(t)
	head := h.as(t, "P12")
	page := head.get(at)
	nobody := &caller{t: t, house: h, client: &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
	for _, path := range []string{"/deputies", "/roles/unit_head", "/documents/new", "/cases/other/act", at + "/edit", "/apply/account_request", at + "/bundle", at + "/../" + "other/act"} {
		res := nobody.post(path, page.with("do", "approve")...)
		if to := res.Header.Get("Location"); strings.Contains(to, "kept") {
			t.Errorf("%s: kept, %s", path, to)
		}
	}
	if kept := (head.late(func(c *caller) reply {
		return c.post(at+"/act", page.with("comment", "同意辦理", "do", "approve")...)
	})); kept == keptPath {
		t.Error("its own path is not kept")
	}
}
