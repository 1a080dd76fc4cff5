package web_test

import (
	"net/http"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/refserver/web/webtest"
	"github.com/ismskit/ismskit/workflow"
)

// Who retires a document by hand is told of the request on its way, and who has that before him that it
// can't be carried out any more: to sign it, and to send it again.
func TestARequestForADocumentThatIsRetiredMeanwhileSaysSo(t *testing.T) {
	h := webtest.OpenHouse(t)
	doc, err := h.Kit.Documents().Get(t.Context(), ismskit.Actor{Person: "P07", Channel: "go"}, "IS-02-009")
	if err != nil {
		t.Fatal(err)
	}
	sent, err := h.Kit.Open(t.Context(), ismskit.Actor{Person: "P13", Channel: "go"}, ismskit.Opening{Type: "document_change", Submit: true, Values: forms.Values{
		"op": "retire", "document": forms.Ref{List: "document", ID: doc.ID}, "note": "併入 IS-02-008",
	}})
	if err != nil {
		t.Fatal(err)
	}
	h.Settle(t)
	controller, page := h.As(t, "P07"), "/cases/"+sent.Case
	controller.Get(page).Says(t, http.StatusOK).Not(t, "無法核准")
	end := controller.Get("/documents/"+doc.ID+"/end?as=retire").Says(t, http.StatusOK, "本文件有變更申請辦理中", `href="`+page+`"`, sent.Number)
	controller.Post("/documents/"+doc.ID+"/end?as=retire", end.With("reason", "主管機關來函廢止")...).Says(t, http.StatusOK)
	form := controller.Get(page).Says(t, http.StatusOK, "依目前狀況無法核准：本文件已於 115.11.23 廢止，應不予核准，或由申請人撤回。")
	controller.Post(page+"/act", form.With("do", "approve")...).Says(t, http.StatusUnprocessableEntity, "本文件已於 115.11.23 廢止")
	if _, err := h.Kit.Act(t.Context(), ismskit.Actor{Person: "P07", Channel: "go"}, sent.Case, ismskit.Action{Verb: workflow.VerbReturn, Comment: "文件已廢止"}); err != nil {
		t.Fatal(err)
	}
	clerk := h.As(t, "P13")
	const vain = "依目前狀況無法送出："
	edit := clerk.Get(page+"/edit").Says(t, http.StatusOK, vain, "廢止", "請撤回本申請")
	clerk.Post(page+"/edit", edit.With("op", "retire", "document", doc.ID, "note", "併入他書", "do", "save")...).Says(t, http.StatusOK)
	clerk.Post(page+"/edit", edit.With("op", "retire", "document", doc.ID, "note", "併入本書", "do", "save")...).Says(t, http.StatusConflict, "併入本書", vain) // in another window
	clerk.Get(page+"/edit?lang=en").Says(t, http.StatusOK, "please withdraw it")
}
