package web_test

import (
	"errors"
	"regexp"
	"slices"
	"testing"
	"time"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/catalog"
	"github.com/ismskit/ismskit/refserver/account"
	"github.com/ismskit/ismskit/refserver/web/webtest"
)

var oneTime = regexp.MustCompile(`K-[a-z2-7]{16}-7`)

// A new colleague gets a login from whoever manages people, signs in with the
// password that was shown once, is locked out and let in again; whoever else asks
// learns of no such page. All of it is on the trail.
func TestAColleagueIsGivenALogin(t *testing.T) {
	h := webtest.OpenHouse(t)
	admin, clerk := h.As(t, "P05"), h.As(t, "P13")
	const page = "/people/P13/account"
	clerk.Get(page).Says(t, 404)
	clerk.Get("/people/P13").Not(t, page)
	clerk.Post(page, "do", "give", "login", "intruder").Says(t, 404)
	if _, err := h.Accounts.Get(t.Context(), "intruder"); !errors.Is(err, account.ErrUnknown) {
		t.Errorf("a clerk gave himself a login: %v", err)
	}

	admin.Get("/people/P13").Says(t, 200, page)
	admin.Get(page).Says(t, 200, "尚無登入帳號", `value="qh150013"`)
	admin.Post(page, "do", "give", "login", "鍾明哲").Says(t, 422, "帳號請以 1 至 64 個小寫英文字母", `value="鍾明哲"`, `href="#login"`)
	given := oneTime.FindString(admin.Post(page, "do", "give", "login", "qh150013").Says(t, 200, "一次性密碼", "待本人變更密碼").Text)
	a, err := h.Accounts.SignIn(t.Context(), "qh150013", given, "web", time.Now())
	if err != nil || a.Person != "P13" || !a.MustChange {
		t.Fatalf("signed in with %q as %+v: %v", given, a, err)
	}
	admin.Get(page).Says(t, 200, "qh150013").Not(t, given)
	admin.Post("/people/P11/account", "do", "give", "login", "qh150013").Says(t, 422, "帳號「qh150013」已有人使用")
	admin.Post("/people/P11/account", "do", "disable", "login", "qh150013").Says(t, 404) // another's

	_, token, err := h.Accounts.IssueToken(t.Context(), "qh150013", "報表", account.Scopes{Read: true}, time.Now().AddDate(0, 1, 0), time.Now())
	if err != nil {
		t.Fatal(err)
	}
	admin.Post(page, "do", "revoke", "login", "qh150013", "token", token.ID).Says(t, 200, "報表", "已廢止")
	for range h.Accounts.Rules().Failures + 1 {
		_, err = h.Accounts.SignIn(t.Context(), "qh150013", "wrong", "web", time.Now())
	}
	if !errors.Is(err, account.ErrLocked) {
		t.Fatalf("not locked: %v", err)
	}
	admin.Post(page, "do", "unlock", "login", "qh150013").Says(t, 200, "已解除「qh150013」的鎖定")
	again := oneTime.FindString(admin.Post(page, "do", "password", "login", "qh150013").Says(t, 200, "一次性密碼").Text)
	if _, err := h.Accounts.SignIn(t.Context(), "qh150013", again, "web", time.Now()); err != nil || again == given {
		t.Errorf("with the second password: %v", err)
	}
	admin.Post(page, "do", "disable", "login", "qh150013").Says(t, 200, "已停用「qh150013」")
	if _, err := h.Accounts.SignIn(t.Context(), "qh150013", again, "web", time.Now()); !errors.Is(err, account.ErrSignIn) {
		t.Errorf("a disabled login: %v", err)
	}
	admin.Post(page, "do", "enable", "login", "qh150013").Says(t, 200, "已恢復「qh150013」")

	entries, err := h.Kit.Evidence().System(t.Context(), ismskit.System("test"), ismskit.LogAccounts, 0, 50)
	if err != nil {
		t.Fatal(err)
	}
	var said []string // what was refused after all stands there too, with its end
	for _, e := range entries {
		if e.By.Person != "P05" {
			t.Errorf("%s by %s", e.Verb, e.By.Person)
		}
		said = append(said, string(e.Verb)+" "+e.Number+" "+e.Result)
	}
	slices.Reverse(said)
	want := []string{
		"account_given 鍾明哲 P13", "account_kept 鍾明哲 P13", "account_given qh150013 P13",
		"account_given qh150013 P11", "account_kept qh150013 P11", "account_disabled qh150013 P11", "account_kept qh150013 P11",
		"token_revoked qh150013 P13", "account_unlocked qh150013 P13", "password_given qh150013 P13",
		"account_disabled qh150013 P13", "account_enabled qh150013 P13",
	}
	if !slices.Equal(said, want) {
		t.Errorf("the trail says %q", said)
	}
	h.As(t, "P04").Get("/changes?log=accounts").Says(t, 200, "給予帳號", "qh150013（鍾明哲）", `href="/people/P13"`)
}

// Nobody disables the login he is signed in with.
func TestAnAdministratorDoesNotShutHimselfOut(t *testing.T) {
	h := webtest.OpenHouse(t)
	admin := h.As(t, "P05")
	if _, err := h.Accounts.Create(t.Context(), "p05", "P05", account.OneTimePassword("p05"), false, time.Now()); err != nil {
		t.Fatal(err)
	}
	h.Login = "p05"
	for _, typed := range []string{"p05", "P05 ", "ｐ０５"} {
		admin.Post("/people/P05/account", "do", "disable", "login", typed).Says(t, 422, "您正使用這個帳號")
	}
	if a, err := h.Accounts.Get(t.Context(), "p05"); err != nil || a.Disabled {
		t.Errorf("%+v %v", a, err)
	}
}

// Where the system works at another time than the real one, as a demonstration whose time
// was moved, who reads when somebody signed in last is told so; elsewhere he is not.
func TestSignInsAreInRealTimeAndSaySo(t *testing.T) {
	h := webtest.OpenHouse(t)
	admin := h.As(t, "P05")
	given := oneTime.FindString(admin.Post("/people/P13/account", "do", "give", "login", "qh150013").Says(t, 200).Text)
	h.Until(t, h.Now().AddDate(0, 1, 0))
	at := time.Now()
	if _, err := h.Accounts.SignIn(t.Context(), "qh150013", given, "web", at); err != nil {
		t.Fatal(err)
	}
	page := admin.Get("/people/P13/account?lang=en")
	page.Says(t, 200, at.In(time.FixedZone("Asia/Taipei", 8*3600)).Format("2 Jan 2006 15:04"), "in real time, which is not the time this system works at (23 Dec 2026 09:00)")
	admin.Get("/people/P13/account?lang=zh-TW").Says(t, 200, "與系統目前的作業時間（115.12.23 09:00）不同")

	cfg := webtest.Config(t)
	demo, err := catalog.ReadDemo(catalog.Options{})
	if err == nil {
		err = demo.Load(t.Context(), cfg, time.Now())
	}
	if err != nil {
		t.Fatal(err)
	}
	real := webtest.Serve(t, cfg)
	real.Until(t, time.Now())
	real.As(t, "P05").Get("/people/P13/account").Says(t, 200).Not(t, "實際時間")
}
