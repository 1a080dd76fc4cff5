package web_test

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/ismskit/print"
	"github.com/ismskit/ismskit/ismskit/record"
	"github.com/ismskit/ismskit/refserver/web/webtest"
	"github.com/ismskit/ismskit/workflow"
)

// glpi#442: what the reader decided and how the whole stands are two things on the page
// of a case, each called what it is; lists show the state of the whole alone.
func TestOwnDecisionIsNotTheStateOfTheWhole(t *testing.T) {
	h := webtest.OpenHouse(t)
	path := h.Apply(t)
	deputy := h.As(t, "P12")
	page := deputy.Get(path).Not(t, "您的決定")
	deputy.Post(path+"/act", page.With("comment", "確有需要", "do", "approve")...).Says(t, http.StatusOK)
	h.Settle(t)

	state := regexp.MustCompile(`class="state[^"]*"[^>]*>([^<]+)<`)
	shown := func(text string) string {
		t.Helper()
		found := state.FindStringSubmatch(text)
		if found == nil {
			t.Fatalf("no state in %s", text)
		}
		return strings.TrimSpace(found[1])
	}
	page = deputy.Get(path).Says(t, http.StatusOK, "您的決定：同意（115.11.23 09:00），全案狀態：處置中")
	if _, head, _ := strings.Cut(page.Text, "pagehead__line"); shown(head) != "處置中" {
		t.Errorf("beside the title stands %q", shown(head))
	}
	h.As(t, "P13").Get(path).Says(t, http.StatusOK, "處置中").Not(t, "您的決定")

	list := deputy.Get("/records?q=調任收發窗口").Says(t, http.StatusOK, `href="`+path+`"`)
	_, row, _ := strings.Cut(list.Text, `href="`+path+`"`)
	row, _, _ = strings.Cut(row, "</tr>")
	if shown(row) != "處置中" || strings.Contains(row, "同意") {
		t.Errorf("the list says %s", row)
	}

	for _, lang := range []string{"zh-TW", "en"} {
		var states []string
		for _, s := range record.OpenStates() {
			states = append(states, record.Word(s, lang))
		}
		for _, kind := range []workflow.Kind{workflow.KindReview, workflow.KindApprove, workflow.KindConsult, workflow.KindHandle, workflow.KindConfirm, workflow.KindRead} {
			for _, verb := range []workflow.Verb{workflow.VerbApprove, workflow.VerbReject, workflow.VerbRecord} {
				if word := print.Decision(lang, verb, kind, "", ""); slices.Contains(states, word) {
					t.Errorf("%q is a decision, and the state of a case that goes on", word)
				}
			}
		}
	}
}
