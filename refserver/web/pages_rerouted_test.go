package web_test

import (
	"net/http"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/refserver/web/webtest"
)

// U6: the unit gets another head while a clerk fills in his form, and again before he
// continues his draft. Both times the page says so.
func TestTheSenderIsToldOfAnotherHead(t *testing.T) {
	h := webtest.OpenHouse(t)
	heads := func(person string) {
		t.Helper()
		system := ismskit.System("test")
		row, _, err := h.Kit.Registers().Get(t.Context(), system, register.Posts, "T15")
		if err != nil {
			t.Fatal(err)
		}
		values, err := h.Kit.Registers().Fields(t.Context(), system, row)
		if err != nil {
			t.Fatal(err)
		}
		values["holders"] = []forms.Row{{forms.RowID: "r" + person[1:], "person": forms.Ref{List: "register/people", ID: person}}}
		if _, err := h.Kit.Registers().Put(t.Context(), system, ismskit.RowChange{List: register.Posts, ID: "T15", Seen: row.Revision, Values: values}); err != nil {
			t.Fatal(err)
		}
	}
	clerk := h.As(t, "P13")
	form := clerk.Get("/apply/account_request").Says(t, http.StatusOK, `name="shown"`).Not(t, "流程已更新")
	heads("P12")
	sent := clerk.Post("/apply/account_request", form.With(append(webtest.OneLine(), "do", "submit")...)...)
	sent.Says(t, http.StatusOK, "已送出", "單位主管已改為", "范語彤", "流程已更新。")

	form = clerk.Get("/apply/account_request")
	kept := clerk.Post("/apply/account_request", form.With(append(webtest.OneLine(), "do", "save")...)...).Says(t, http.StatusOK).Not(t, "流程已更新")
	heads("P11")
	again := clerk.Get(kept.At()).Says(t, http.StatusOK, "單位主管已改為", "邱柏叡", "流程已更新。")
	// What the page shows now is what he knows.
	clerk.Post(kept.At(), again.With(append(webtest.OneLine(), "do", "submit")...)...).Says(t, http.StatusOK, "已送出").Not(t, "流程已更新")
	clerk.Post("/apply/account_request", append(webtest.OneLine(), "shown", "nothing", "do", "submit")...).Says(t, http.StatusOK, "已送出").Not(t, "流程已更新")
}
