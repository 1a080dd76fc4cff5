package officertest

import (
	"strings"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/catalog"
	"github.com/ismskit/ismskit/refserver/web/webtest"
)

// An execution record is corrected on its page by who maintains its category: what was typed stays
// where it is refused, and the page of the record says what was corrected.
func TestAnExecutionRecordIsCorrectedOnItsPage(t *testing.T) {
	h := webtest.OpenHouse(t)
	as := ismskit.Actor{Person: "P07", Channel: "web"}
	f, err := h.Kit.Files().Upload(t.Context(), as, "報告.txt", strings.NewReader("外部稽核報告"))
	if err != nil {
		t.Fatal(err)
	}
	r, err := h.Kit.Open(t.Context(), as, ismskit.Opening{Type: catalog.TypeExecutionRecord, Submit: true, Values: forms.Values{
		"category": forms.Ref{List: "register/categories", ID: "C04"}, "subject": "外部稽核報告", "kind": "report", "files": []forms.File{f},
	}})
	if err != nil {
		t.Fatal(err)
	}
	officer, page := h.As(t, "P07"), "/cases/"+r.Case
	officer.Get(page).Says(t, 200, page+"/amend", "更正紀錄")
	h.As(t, "P02").Get(page).Says(t, 200).Not(t, "更正紀錄")
	h.As(t, "P02").Get(page+"/amend").Says(t, 404)
	form, ok := officer.Get(page+"/amend").Says(t, 200, `value="外部稽核報告"`).Not(t, "另可查閱之人員").Form(t, "save")
	if !ok {
		t.Fatal("there is no form")
	}
	officer.Post(form.Action, form.With("subject", "外部稽核複評報告", "year", "999", "reason", "")...).
		Says(t, 422, "請說明更正的原因。", `value="外部稽核複評報告"`, `value="999"`)
	sent := form.With("subject", "外部稽核複評報告", "year", "114", "reason", "名稱誤植")
	officer.Post(form.Action, sent...).Says(t, 200, "紀錄已更正。", "內容（更正後）", "外部稽核報告 → 外部稽核複評報告", "名稱誤植")
	officer.Post(form.Action, sent...).Says(t, 200, "紀錄已更正。").Not(t, "已有其他人變更") // pressed twice
	officer.Post(form.Action, form.With("subject", "又改", "reason", "舊畫面", "token", "ANOTHERTOKENOFANOTHERPAGE0")...).Says(t, 409, "已有其他人變更這筆紀錄", `value="又改"`)
}
