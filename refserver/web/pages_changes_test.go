package web_test

import (
	"net/http"
	"testing"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/refserver/web/webtest"
)

// Officers see who came in; for everybody else the page is not there.
func TestChangesOfTheSystem(t *testing.T) {
	h := webtest.OpenHouse(t)
	h.As(t, "P13").Get("/changes").Says(t, http.StatusNotFound)
	officer := h.As(t, "P04")
	officer.Get("/changes").Says(t, http.StatusOK, "系統異動紀錄", "目前沒有紀錄")
	for _, in := range []ismskit.SignIn{{Person: "P13", Channel: "web"}, {Person: "P13", Refused: true, Channel: "api"}, {Refused: true}} {
		if err := h.Kit.Evidence().SignedIn(t.Context(), ismskit.System("test"), in); err != nil {
			t.Fatal(err)
		}
	}
	officer.Get("/").Says(t, http.StatusOK, "系統異動紀錄")
	officer.Get("/changes?log=signins").Says(t, http.StatusOK, "鍾明哲", "登入未成功", ">網頁<", ">API<", "不存在的帳號")
	officer.Get("/changes?log=openings").Says(t, http.StatusOK, "目前沒有紀錄")
	officer.Get("/changes?log=case/x").Says(t, http.StatusNotFound)
}

// Of somebody who is not in office the page says that beside his sign-in.
func TestWhoIsNotInOfficeIsCalledThat(t *testing.T) {
	h := webtest.OpenHouse(t)
	if err := h.Kit.Evidence().SignedIn(t.Context(), ismskit.System("test"), ismskit.SignIn{Person: "P99", Channel: "web"}); err != nil {
		t.Fatal(err)
	}
	h.As(t, "P04").Get("/changes?log=signins").Says(t, http.StatusOK, ">網頁，未予使用（當時不在職）<")
	h.As(t, "P04").Get("/changes?log=signins&lang=en").Says(t, http.StatusOK, "let into nothing (not in office at that time)")
}
