package web_test

import (
	"net/http"
	"testing"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/refserver/web/webtest"
)

// A form that was abolished says so where people look for what they want to do, and not that it is only not
// taken at the moment.
func TestAnAbolishedFormSaysSoInTheIndexOfForms(t *testing.T) {
	h := webtest.OpenHouse(t)
	controller := ismskit.Actor{Person: "P07", Channel: "go"}
	doc, err := h.Kit.Documents().Get(t.Context(), controller, "IS-04-012")
	if err != nil {
		t.Fatal(err)
	}
	clerk := h.As(t, "P13")
	const says = `<span class="index__time">已廢止</span>`
	clerk.Get("/apply").Says(t, http.StatusOK, "index__do").Not(t, says, "暫停受理")
	if err := h.Kit.Documents().End(t.Context(), controller, ismskit.DocumentEnd{Document: doc.ID, Reason: "改用他表", Seen: doc.Revision}); err != nil {
		t.Fatal(err)
	}
	h.Settle(t)
	clerk.Get("/apply").Says(t, http.StatusOK, says).Not(t, "暫停受理")
	clerk.Get("/apply?lang=en").Says(t, http.StatusOK, `<span class="index__time">Retired</span>`)
}
