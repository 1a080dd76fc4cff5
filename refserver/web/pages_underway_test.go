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

// Whoever is to close an account reads above his task that more time is wanted and not
// asked for yet, with nothing of a draft that is not his; whoever asks for it reads that the account is
// to be closed. Once the request is sent he reads its number; when it has ended, nothing.
func TestWhoClosesAnAccountReadsThatMoreTimeIsAskedFor(t *testing.T) {
	h := webtest.OpenHouse(t)
	closing, draft := h.Extended(t)
	admin, applicant := h.As(t, "P10"), h.As(t, "P13")
	page := admin.Get(closing).Says(t, http.StatusOK, `<p class="band band--old" role="note">使用人表示需要延長使用期間，申請尚未送出。停用前請先確認。</p>`).Not(t, "此權限正在申請延長使用期間")
	if strings.Index(page.Text, "使用人表示需要延長使用期間") > strings.Index(page.Text, `<section class="task`) {
		t.Error("it stands below the task")
	}
	list := "/handling?tab=ended"
	admin.Get(list).Says(t, http.StatusOK, `<span class="list__sub list__sub--stop">使用人表示需要延長使用期間，申請尚未送出</span>`)
	admin.Get(closing+"?lang=en").Says(t, http.StatusOK, "The user says the permission is needed for longer; the request has not been sent yet").Not(t, "使用人表示需要延長使用期間")
	admin.Get(closing + "?lang=zh-TW")
	// His notices say of which account, too: neither case has a number.
	applicant.Get("/notices").Says(t, http.StatusOK, "案件：使用期限到期詢問：公文系統")
	admin.Get("/notices").Says(t, http.StatusOK, "案件：到期停用：公文系統")

	sent, err := h.Kit.Act(t.Context(), ismskit.Actor{Person: "P13"}, strings.TrimPrefix(draft, "/cases/"), ismskit.Action{
		Verb: workflow.VerbSubmit, Values: forms.Values{"reason": "業務延續，仍須使用。"},
	})
	if err != nil {
		t.Fatal(err)
	}
	h.Settle(t)
	admin.Get(closing).Says(t, http.StatusOK, "此權限正在申請延長使用期間："+sent.Number+"（")
	admin.Get(list).Says(t, http.StatusOK, `<span class="list__sub list__sub--stop">正在申請延長使用期間：`+sent.Number+"（")
	applicant.Get(draft).Says(t, http.StatusOK, "此權限的到期停用尚待辦理：")
	applicant.Post(draft+"/act", applicant.Get(draft).With("comment", "不再需要", "do", "withdraw")...).Says(t, http.StatusOK)
	admin.Get(closing).Says(t, http.StatusOK).Not(t, "此權限正在申請延長使用期間")
	admin.Get(list).Says(t, http.StatusOK, "到期停用：").Not(t, "正在申請延長使用期間")
}
