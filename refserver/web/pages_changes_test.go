package web

import (
	"net/http"
	"testing"

	"github.com/ismskit/ismskit/ismskit"
)

// Officers see who came in; for everybody else the page is not there.
func TestChangesOfTheSystem(t *testing.T) {
	h := openHouse(t)
	h.as(t, "P13").get("/changes").says(t, http.StatusNotFound)
	officer := h.as(t, "P04")
	officer.get("/changes").says(t, http.StatusOK, "系統異動紀錄", "目前沒有紀錄")
	for _, in := range []ismskit.SignIn{{Person: "P13", Channel: "web"}, {Person: "P13", Refused: true, Channel: "api"}, {Refused: true}} {
		if err := h.kit.Evidence().SignedIn(t.Context(), ismskit.System("test"), in); err != nil {
			t.Fatal(err)
		}
	}
	officer.get("/").says(t, http.StatusOK, "系統異動紀錄")
	officer.get("/changes?log=signins").says(t, http.StatusOK, "鍾明哲", "登入未成功", ">網頁<", ">API<", "不存在的帳號")
	officer.get("/changes?log=openings").says(t, http.StatusOK, "目前沒有紀錄")
	officer.get("/changes?log=case/x").says(t, http.StatusNotFound)
}
