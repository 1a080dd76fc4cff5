package web

import (
	"net/http"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/ismskit"
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

// Who signs is chosen on the form: asked for, found by name, kept with the draft, named
// on the route, and sent.
func TestWhoSignsIsChosenOnTheForm(t *testing.T) {
	h := openHouseWith(t, func(c *ismskit.Config) { c.Types = append(c.Types, purchase(t)) })
	clerk := h.as(t, "P13")
	form := clerk.get("/apply/purchase").says(t, http.StatusOK, "指定「會核」的辦理人員", `name="chosen.review.0.find"`)

	missing := clerk.post("/apply/purchase", form.with("subject", "", "do", "submit")...)
	missing.says(t, http.StatusUnprocessableEntity, "請填寫主旨", `<a href="#f-chosen.review">請指定「會核」由誰簽核。</a>`)
	if strings.Index(missing.body, "請填寫主旨") > strings.Index(missing.body, "請指定「會核」由誰簽核。") {
		t.Error("the list is not in the order of the page")
	}
	for _, do := range []string{"submit", "save"} {
		clerk.post("/apply/purchase", form.with("subject", "採購掃描服務", "chosen.review.0.find", "查無此人", "do", do)...).
			says(t, http.StatusUnprocessableEntity, `value="查無此人"`, `value="採購掃描服務"`, `href="#f-chosen.review"`)
	}
	clerk.header = http.Header{"X-Page-Part": {"check"}}
	clerk.post("/apply/purchase", form.with("chosen.review.0.find", "江志恆", "touched", "chosen.review.0.find", "do", "check")...).
		says(t, http.StatusOK, `<span class="route__who">江志恆`).not(t, "請指定「會核」")
	clerk.header = nil

	saved := clerk.post("/apply/purchase", form.with("subject", "採購掃描服務", "chosen.review.0.find", "江志恆", "do", "save")...)
	saved.says(t, http.StatusOK, "暫存")
	draft := clerk.get(saved.at()).says(t, http.StatusOK, `name="chosen.review.0.id" value="P04"`, `name="chosen.review.1.find"`)
	sent := clerk.post(saved.at(), draft.with("subject", "採購掃描服務", "chosen.review.0.id", "P04", "chosen.review.0.known", "江志恆", "chosen.review.0.find", "江志恆",
		"chosen.review.1.find", "賴思妤", "do", "submit")...)
	sent.says(t, http.StatusOK, "陳核中", "江志恆", "賴思妤")
	h.as(t, "P04").get(sent.at()).says(t, http.StatusOK, "我要做的事")
}
