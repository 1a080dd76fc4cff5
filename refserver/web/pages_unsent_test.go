package web_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/refserver/web/webtest"
	"github.com/ismskit/ismskit/workflow"
)

// What was changed in a returned case and never sent is not called what was sent.
func TestAWithdrawnCaseDoesNotCallSentWhatWasNotSent(t *testing.T) {
	h := webtest.OpenHouse(t)
	at := h.Apply(t)
	id := strings.TrimPrefix(at, "/cases/")
	act := func(person string, a ismskit.Action) {
		t.Helper()
		if _, err := h.Kit.Act(t.Context(), ismskit.Actor{Person: person}, id, a); err != nil {
			t.Fatal(err)
		}
	}
	clerk := h.As(t, "P13")
	clerk.Get(at).Says(t, http.StatusOK, "內容（送出時）")
	act("P11", ismskit.Action{Verb: workflow.VerbReturn, Comment: "請補事由"})
	act("P13", ismskit.Action{Verb: ismskit.VerbSave, Values: forms.Values{"reason": "另有其他需要"}})
	act("P13", ismskit.Action{Verb: workflow.VerbWithdraw, Comment: "不申請了"})
	clerk.Get(at).Says(t, http.StatusOK, "內容（退回後修改、未送出）", "退回後修改、未送出：申請事由").Not(t, "內容（送出時）")
	clerk.Get(at+"/print").Says(t, http.StatusOK, "退回後修改、未送出：申請事由")
}
