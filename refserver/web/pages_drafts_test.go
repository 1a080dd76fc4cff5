package web_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/refserver/web/webtest"
)

func TestADraftIsKeptAndGoneOnWith(t *testing.T) {
	h := webtest.OpenHouse(t)
	clerk := h.As(t, "P13")
	form := clerk.Get("/apply/account_request")
	saved := clerk.Post("/apply/account_request", form.With("subject", "只有主旨", "do", "save")...)
	saved.Says(t, http.StatusOK, "已於 09:00 暫存", `value="只有主旨"`)
	if !strings.HasSuffix(saved.At(), "/edit") {
		t.Fatalf("at %s", saved.At())
	}
	clerk.Get("/apply").Says(t, http.StatusOK, "尚未送出", "只有主旨", "繼續填寫")
	clerk.Get("/").Says(t, http.StatusOK, "尚未送出", "只有主旨", "繼續填寫", `href="`+saved.At()+`"`)
	h.As(t, "P05").Get("/").Not(t, "只有主旨")
	// Nobody else sees it.
	h.As(t, "P05").Get(saved.At()).Says(t, http.StatusNotFound)
	h.As(t, "P05").Get(strings.TrimSuffix(saved.At(), "/edit")).Says(t, http.StatusNotFound)

	// Half a date, and a name that fits nobody, are there again with their complaint.
	half := clerk.Post(saved.At(), clerk.Get(saved.At()).With(webtest.OneLine("lines.1.period.from", "115.13", "lines.1.responsible.find", "王大同同", "do", "save")...)...)
	half.Says(t, http.StatusOK, "已於 09:00 暫存", `value="115.13"`, `value="王大同同"`, "尚有 2 處需補正")
	clerk.Get(saved.At()).Says(t, http.StatusOK, `value="115.13"`, `value="王大同同"`, "尚有 2 處需補正", "人員名單中找不到這位同仁")
	clerk.Post(saved.At(), clerk.Get(saved.At()).With("subject", "只有主旨", "do", "save")...).Says(t, http.StatusOK).Not(t, "需補正", "115.13")

	// Two windows: the second is told, keeps what was typed, and may go on.
	first := clerk.Get(saved.At())
	clerk.Post(saved.At(), first.With("subject", "第一個視窗", "do", "save")...).Says(t, http.StatusOK)
	stale := clerk.Post(saved.At(), first.With("subject", "第二個視窗", "do", "save")...)
	stale.Says(t, http.StatusConflict, "這份草稿已在其他視窗暫存過", "另一份於 09:00 暫存", "再按一次「暫存」", "主旨：第一個視窗", `value="第二個視窗"`)
	clerk.Post(saved.At(), stale.With("subject", "第二個視窗", "do", "save")...).Says(t, http.StatusOK, `value="第二個視窗"`)
}

// People who were found stand in a draft as when they were chosen, with post and unit.
func TestPeopleOfADraftStandAsTheyWereChosen(t *testing.T) {
	h := webtest.OpenHouse(t)
	clerk := h.As(t, "P13")
	form := clerk.Get("/apply/account_request")
	people := []string{`value="鍾明哲 科員（戶政科）"`, `value="邱柏叡 科長（戶政科）"`}
	clerk.Post("/apply/account_request", form.With(append(webtest.OneLine(), "do", "refresh")...)...).Says(t, http.StatusOK, people...)
	saved := clerk.Post("/apply/account_request", form.With(append(webtest.OneLine(), "do", "save")...)...).Says(t, http.StatusOK, people...)
	clerk.Get(saved.At()).Says(t, http.StatusOK, people...)
	again := clerk.Get(saved.At())
	clerk.Post(saved.At(), again.With(append(webtest.OneLine("lines.1.responsible.find", "邱柏叡 科長（戶政科）"), "do", "submit")...)...).Says(t, http.StatusOK, "陳核中")
}

func TestADoubleClickSendsOnce(t *testing.T) {
	h := webtest.OpenHouse(t)
	clerk := h.As(t, "P13")
	form := clerk.Get("/apply/account_request")
	fields := form.With(append(webtest.OneLine(), "do", "submit")...)
	one := clerk.Post("/apply/account_request", fields...)
	two := clerk.Post("/apply/account_request", fields...)
	if one.At() != two.At() {
		t.Errorf("%s and %s", one.At(), two.At())
	}
}

// A draft is sent in one window while somebody goes on typing in another: nothing of
// that is sent, and nothing of it is lost. A second click on the same page is no such
// case.
func TestADraftThatWasSentInAnotherWindow(t *testing.T) {
	h := webtest.OpenHouse(t)
	clerk := h.As(t, "P13")
	form := clerk.Get("/apply/account_request")
	draft := clerk.Post("/apply/account_request", form.With(append(webtest.OneLine(), "do", "save")...)...)
	first, second := clerk.Get(draft.At()), clerk.Get(draft.At())
	send := first.With(append(webtest.OneLine(), "do", "submit")...)
	sent := clerk.Post(draft.At(), send...)
	sent.Says(t, http.StatusOK, "陳核中")
	if again := clerk.Post(draft.At(), send...); again.At() != sent.At() {
		t.Errorf("a second click leads to %s", again.At())
	}
	for _, do := range []string{"save", "submit"} {
		typed := webtest.OneLine("do", do)
		typed[slices.Index(typed, "接任單位收發")] = "接任單位收發，並代理登記桌"
		typed[slices.Index(typed, "115.12.01")] = "115.13"
		late := clerk.Post(draft.At(), second.With(typed...)...)
		late.Says(t, http.StatusConflict, "這份申請目前為「陳核中」，這一頁的內容沒有送出", "案件內容與這一頁不同之處", "接任單位收發，並代理登記桌", `value="115.13"`, `href="`+sent.At()+`"`)
		late.Not(t, `value="submit"`, `value="save"`)
	}
	h.As(t, "P12").Get(sent.At()).Not(t, "並代理登記桌")
}
