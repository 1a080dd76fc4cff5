package web_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/refserver/web/webtest"
	"github.com/ismskit/ismskit/workflow"
)

// Keeping a returned form before it is sent again is no signature: 核章紀錄 has the sending
// alone and counts it once, on the request as on its row. The proof goes over all of it.
func TestWhatWasKeptIsNoSignature(t *testing.T) {
	h := webtest.OpenHouse(t)
	at := h.Apply(t)
	id := strings.TrimPrefix(at, "/cases/")
	act := func(person string, a ismskit.Action) {
		t.Helper()
		if _, err := h.Kit.Act(t.Context(), ismskit.Actor{Person: person}, id, a); err != nil {
			t.Fatal(err)
		}
	}
	act("P11", ismskit.Action{Verb: workflow.VerbReturn, Comment: "請補事由"})
	act("P13", ismskit.Action{Verb: ismskit.VerbSave, Values: forms.Values{"reason": "接任", "subject": "改了又改回"}})
	act("P13", ismskit.Action{Verb: ismskit.VerbSave, Values: forms.Values{"subject": "調任收發窗口，申請公文登記桌"}})
	act("P13", ismskit.Action{Verb: ismskit.VerbSave, Values: forms.Values{"reason": "接任單位收發窗口"}})
	act("P13", ismskit.Action{Verb: workflow.VerbSubmit})
	const record = `id="trail">核章紀錄</h2><p class="small muted">3 筆`
	h.As(t, "P13").Get(at+"/print").Says(t, http.StatusOK, "申請事由：接任單位收發 → 接任單位收發窗口")
	h.As(t, "P13").Get(at).Says(t, http.StatusOK, record, "補正後再送", "申請事由：接任單位收發 → 接任單位收發窗口", "含系統作業及暫存共 6 筆", "簽核紀錄驗證：相符").
		Not(t, ">暫存<", "改了又改回", "主旨：")
	act("P11", ismskit.Action{Verb: workflow.VerbApprove})
	h.Settle(t)
	c, err := h.Kit.Case(t.Context(), ismskit.Actor{Person: "P13"}, id)
	if err != nil || len(c.Rows) != 1 {
		t.Fatal(len(c.Rows), err)
	}
	h.As(t, "P13").Get("/cases/"+c.Rows[0].Case.ID).Says(t, http.StatusOK, "申請單核章及附件", "補正後再送").Not(t, ">暫存<")
}

// Whoever reads a case sees of everything that was told about it by which rule it was.
func TestACaseSaysByWhichRuleSomebodyWasTold(t *testing.T) {
	h := webtest.OpenHouse(t)
	at := h.Apply(t)
	h.Settle(t)
	page := h.As(t, "P13").Get(at).Says(t, http.StatusOK, "已通知")
	if told := regexp.MustCompile(`(?s)id="told".*?</section>`).FindString(page.Text); !strings.Contains(told, `data-label="依據">到件通知<`) {
		t.Error(told)
	}
}
