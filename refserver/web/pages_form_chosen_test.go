package web_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/refserver/web/webtest"
)

// purchase is a form whose applicant says who signs it.
func purchase(t *testing.T) ismskit.Type {
	t.Helper()
	typ, err := ismskit.ParseType([]byte(`{"key": "purchase", "version": "1", "title": {"zh-TW": "請購單", "en": "Purchase"}, "offered": true, "subject": "subject",
		"form": {"key": "purchase", "version": "1", "title": {"zh-TW": "請購單"}, "fields": [
			{"key": "subject", "type": "text", "label": {"zh-TW": "主旨"}, "required": true}]},
		"flow": {"key": "purchase", "version": "1", "choose": [{"step": "review", "max": 2}], "root": {"sequence": [
			{"step": {"id": "review", "name": {"zh-TW": "會核", "en": "Review"}, "kind": "review", "who": [{"kind": "chosen"}]}}]}}}`))
	if err != nil {
		t.Fatal(err)
	}
	return typ
}

// A form that is in document control, but of no edition yet, leads to its document all the same.
func TestACaseOfAFormWithoutEditionNamesItsDocument(t *testing.T) {
	h := webtest.OpenHouseWith(t, func(c *ismskit.Config) {
		form := purchase(t)
		form.FormNo = "IS-04-012"
		c.Types = append(c.Types, form)
	})
	clerk := h.As(t, "P13")
	sent := clerk.Post("/apply/purchase", clerk.Get("/apply/purchase").With("subject", "採購掃描服務", "chosen.review.0.find", "江志恆", "do", "submit")...)
	sent.Says(t, http.StatusOK, "陳核中", ">IS-04-012</a>")
}

// Who signs is chosen on the form: asked for, found by name, kept with the draft, named
// on the route, and sent.
func TestWhoSignsIsChosenOnTheForm(t *testing.T) {
	h := webtest.OpenHouseWith(t, func(c *ismskit.Config) { c.Types = append(c.Types, purchase(t)) })
	clerk := h.As(t, "P13")
	form := clerk.Get("/apply/purchase").Says(t, http.StatusOK, "指定「會核」的辦理人員", `name="chosen.review.0.find"`)

	missing := clerk.Post("/apply/purchase", form.With("subject", "", "do", "submit")...)
	missing.Says(t, http.StatusUnprocessableEntity, "請填寫主旨", `<a href="#f-chosen.review">請指定「會核」由誰簽核。</a>`)
	if strings.Index(missing.Text, "請填寫主旨") > strings.Index(missing.Text, "請指定「會核」由誰簽核。") {
		t.Error("the list is not in the order of the page")
	}
	for _, do := range []string{"submit", "save"} {
		clerk.Post("/apply/purchase", form.With("subject", "採購掃描服務", "chosen.review.0.find", "查無此人", "do", do)...).
			Says(t, http.StatusUnprocessableEntity, `value="查無此人"`, `value="採購掃描服務"`, `href="#f-chosen.review"`)
	}
	clerk.Header = http.Header{"X-Page-Part": {"check"}}
	clerk.Post("/apply/purchase", form.With("chosen.review.0.find", "江志恆", "touched", "chosen.review.0.find", "do", "check")...).
		Says(t, http.StatusOK, `<span class="route__who">江志恆`).Not(t, "請指定「會核」")
	clerk.Header = nil

	saved := clerk.Post("/apply/purchase", form.With("subject", "採購掃描服務", "chosen.review.0.find", "江志恆", "do", "save")...)
	saved.Says(t, http.StatusOK, "暫存")
	draft := clerk.Get(saved.At()).Says(t, http.StatusOK, `name="chosen.review.0.id" value="P04"`, `name="chosen.review.1.find"`)
	sent := clerk.Post(saved.At(), draft.With("subject", "採購掃描服務", "chosen.review.0.id", "P04", "chosen.review.0.known", "江志恆", "chosen.review.0.find", "江志恆",
		"chosen.review.1.find", "賴思妤", "do", "submit")...)
	sent.Says(t, http.StatusOK, "陳核中", "江志恆", "賴思妤")
	h.As(t, "P04").Get(sent.At()).Says(t, http.StatusOK, "我要做的事")
}
