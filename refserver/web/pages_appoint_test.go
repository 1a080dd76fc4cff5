package web_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/refserver/web/webtest"
)

// U5: the head of the unit is on leave, and so are those whom he has named. His superior has it
// before him in 待辦, the flow of the case says the kind of leave and who is to name somebody,
// and so does a trial.
func TestTheSuperiorHasItBeforeHimThatNobodyActs(t *testing.T) {
	h := webtest.OpenHouse(t)
	away := func(who string, deputies ...string) {
		t.Helper()
		a := ismskit.Absence{Principal: who, Deputies: deputies, From: h.Now(), To: h.Now().Add(8 * time.Hour), Reason: "公假"}
		if _, err := h.Kit.People().SetAbsence(t.Context(), ismskit.System("test"), a); err != nil {
			t.Fatal(err)
		}
	}
	path := h.Apply(t)
	h.As(t, "P03").Get("/").Not(t, "請指定代理人")
	away("P12", "P13") // P11 is on leave, and has named P12 and P10
	away("P10", "P13")
	h.Settle(t)
	h.As(t, "P03").Get("/").Says(t, http.StatusOK, "請指定代理人", path, "邱柏叡不在，第一、第二代理人均不在，請指定")
	h.As(t, "P13").Get("/").Not(t, "請指定代理人")
	for range 50 {
		h.Apply(t)
	}
	h.Settle(t)
	h.As(t, "P03").Get("/").Says(t, http.StatusOK, path, "先列期限最近的 50 件，指定後再列其餘")
	h.As(t, "P13").Get(path).Says(t, http.StatusOK, "邱柏叡 科長（公假至", "須由直屬長官 莊景文 主任秘書 指定代理人。")
	officer := h.As(t, "P05")
	page := officer.Get("/trial")
	officer.Post("/trial", page.With(append(webtest.OneLine(), "_applicant.find", "鍾明哲", "do", "try")...)...).
		Says(t, http.StatusOK, "流程會停在", "無代理人），無人可辦，須由直屬長官 莊景文 主任秘書 指定代理人")
}
