package officertest

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/catalog"
	"github.com/ismskit/ismskit/refserver/account"
	"github.com/ismskit/ismskit/refserver/web/webtest"
)

const headsPassword = "Blue-magpies-over-the-roof-7"

// provingHouse is one where the head shows once more who he is when he signs a request.
func provingHouse(t *testing.T) *webtest.House {
	t.Helper()
	h := webtest.OpenHouseWith(t, func(c *ismskit.Config) {
		for i := range c.Types {
			if c.Types[i].Key == catalog.TypeAccountRequest {
				c.Types[i].Flow.Root.Sequence[1].Step.Reauth = true
			}
		}
	})
	if _, err := h.Accounts.Create(t.Context(), "p12", "P12", headsPassword, false, time.Now()); err != nil {
		t.Fatal(err)
	}
	h.Login = "p12"
	return h
}

// A step that asks for it shows a field for the password. Without, or with a wrong one,
// nothing is signed and what was typed stays, but the password is never sent back; five
// wrong ones lock the account as at a sign-in.
func TestTheSignerShowsOnceMoreWhoHeIs(t *testing.T) {
	h := provingHouse(t)
	path := h.Apply(t, "subject", "收文帳號")
	deputy := h.As(t, "P12")
	page := deputy.Get(path).Says(t, http.StatusOK, "您的登入密碼", `type="password"`, `autocomplete="current-password"`)
	try := func(password string) webtest.Reply {
		return deputy.Post(path+"/act", page.With("do", "approve", "comment", "如擬", "reauth.password", password)...)
	}
	try("").Says(t, http.StatusUnprocessableEntity, "這個關卡須再次確認身分", `href="#reauth-`, "如擬")
	for range 5 {
		try("wrong one").Says(t, http.StatusUnprocessableEntity, "密碼不正確，請重新輸入。", `aria-invalid="true"`, "如擬").Not(t, "wrong one")
	}
	try(headsPassword).Says(t, http.StatusUnprocessableEntity, "密碼連續輸入錯誤，帳號暫停使用，請於 15 分鐘後再簽核。").Not(t, headsPassword)
	// Whoever looks after accounts sees it, and until when.
	h.As(t, "P05").Get("/people/P12/account").Says(t, http.StatusOK, "密碼連續錯誤，停用至")
	if err := h.Accounts.Unlock(t.Context(), account.Key{Person: "P12", Login: "p12"}); err != nil {
		t.Fatal(err)
	}
	h.As(t, "P05").Get("/people/P12/account").Says(t, http.StatusOK, "使用中").Not(t, "密碼連續錯誤")
	deputy.Get(path).Says(t, http.StatusOK, "您的登入密碼")
	try(headsPassword).Says(t, http.StatusOK)
	h.As(t, "P13").Get(path).Says(t, http.StatusOK, "簽核時已再次確認身分（115.11.23", "處置中")
}

// Several are signed with one password.
func TestABatchTakesOnePassword(t *testing.T) {
	h := provingHouse(t)
	for _, subject := range []string{"收文帳號", "發文帳號"} {
		h.Apply(t, "subject", subject)
	}
	deputy := h.As(t, "P12")
	page := deputy.Get("/batch").Says(t, http.StatusOK, "您的登入密碼")
	with := func(password string) []string {
		return page.With(append(page.Ticks(t, "收文帳號", "發文帳號"), "group", "account_request head", "comment", "如擬", "reauth.password", password)...)
	}
	deputy.Post("/batch", with("")...).Says(t, http.StatusUnprocessableEntity, "這個關卡須再次確認身分", " checked", "如擬")
	deputy.Post("/batch", with("wrong one")...).Says(t, http.StatusUnprocessableEntity, "密碼不正確", " checked").Not(t, "wrong one")
	deputy.Post("/batch", with(headsPassword)...).Says(t, http.StatusOK, "已核章 2 件。")
}

// An act that arrives after the session has ended waits for its writer, without his
// password.
func TestAPasswordIsNotKeptWithAForm(t *testing.T) {
	h := provingHouse(t)
	path := h.Apply(t, "subject", "收文帳號")
	deputy := h.As(t, "P12")
	page := deputy.Get(path)
	kept := deputy.Late(func(c *webtest.Caller) webtest.Reply {
		return c.Post(path+"/act", page.With("do", "approve", "comment", "如擬", "reauth.password", headsPassword)...)
	})
	waiting, err := h.Accounts.Interrupted(t.Context(), "P12")
	if err != nil || len(waiting) != 1 || waiting[0].Fields["comment"][0] != "如擬" || waiting[0].Fields["reauth.password"] != nil {
		t.Errorf("%+v %v", waiting, err)
	}
	if strings.Contains(deputy.Get(kept).Text, headsPassword) {
		t.Error("the page shows it")
	}
}

// A form may have a field of its own that is called password: it is kept as any other.
func TestAFieldCalledPasswordIsKept(t *testing.T) {
	h := webtest.OpenHouse(t)
	clerk := h.As(t, "P13")
	page := clerk.Get("/apply/account_request")
	clerk.Late(func(c *webtest.Caller) webtest.Reply {
		return c.Post("/apply/account_request", page.With("do", "save", "password", "存放於密件櫃")...)
	})
	waiting, err := h.Accounts.Interrupted(t.Context(), "P13")
	if err != nil || len(waiting) != 1 || len(waiting[0].Fields["password"]) != 1 {
		t.Errorf("%+v %v", waiting, err)
	}
}
