package web_test

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/refserver/web/webtest"
)

// A system whose administrators are gone: the choice marks it, and the row says so as
// soon as it is left and when it is sent. The page keeps what was typed; a draft can be kept, and a request for
// another system goes its way.
func TestASystemWithoutAdministratorsIsNamedAndNothingTypedIsLost(t *testing.T) {
	h := webtest.OpenHouse(t)
	system := ismskit.System("test")
	row, _, err := h.Kit.Registers().Get(t.Context(), system, register.Systems, "S02")
	if err != nil {
		t.Fatal(err)
	}
	fields, err := h.Kit.Registers().Fields(t.Context(), system, row)
	if err != nil {
		t.Fatal(err)
	}
	empty := fields.Clone()
	delete(empty, "admins")
	delete(empty, "backup_admins")
	if _, err := h.Kit.Registers().Put(t.Context(), system, ismskit.RowChange{List: register.Systems, ID: "S02", Seen: row.Revision, Values: empty}); err != nil {
		t.Fatal(err)
	}
	h.As(t, "P13").Get("/systems?q="+url.QueryEscape("公文")).Says(t, http.StatusOK, "無權限管理人員，尚不能申請", `<span class="muted">無</span>`)
	clerk := h.As(t, "P13")
	form := clerk.Get("/apply/account_request").Says(t, http.StatusOK, "公文系統（目前無人可辦，暫不能申請）")
	const why = "「公文系統」目前無人可辦「處置」，暫不能申請。請洽資訊單位指定人員，或改選其他項目；內容可先暫存。"
	left := append(webtest.OneLine(), "touched", "lines.1.system", "do", "check") // as when the field is left
	clerk.Post("/apply/account_request", form.With(left...)...).Says(t, http.StatusOK, why)
	refused := clerk.Post("/apply/account_request", form.With(append(webtest.OneLine(), "do", "submit")...)...)
	refused.Says(t, http.StatusUnprocessableEntity, why, `href="#f-lines.1.system"`,
		`value="調任收發窗口，申請公文登記桌"`, `value="單位公文收發"`, "接任單位收發",
		// Nobody is there to keep a date: none is promised, for this step and for those behind it.
		"依目前填寫的內容。", "期限 115.11.25", "期限待指派後起算").Not(t, "今日送出，最遲", "期限 115.12")
	clerk.Post("/apply/account_request", refused.With(append(webtest.OneLine(), "do", "save")...)...).Says(t, http.StatusOK, `value="單位公文收發"`)
}

// Whoever saves a system without anybody who administers its permissions is warned.
func TestSavingASystemWithoutAdministratorsWarns(t *testing.T) {
	h := webtest.OpenHouse(t)
	owner := h.As(t, "P10")
	page := owner.Get("/systems/S02/edit").Says(t, http.StatusOK)
	with := owner.Post("/systems/S02/edit", page.With("name", "公文系統", "owner", "P10", "admins", "P10", "reason", "交接", "do", "save")...)
	with.Not(t, "尚無權限管理人員")
	page = owner.Get("/systems/S02/edit")
	owner.Post("/systems/S02/edit", page.With("name", "公文系統", "owner", "P10", "admins", "P10", "backup_admins", "P10", "reason", "交接", "do", "save")...).
		Says(t, http.StatusOK, "備援權限管理人員與權限管理人員為同一人")
	h.As(t, "P13").Get("/systems?q="+url.QueryEscape("公文")).Says(t, http.StatusOK, "備援與權限管理人員為同一人")
	h.As(t, "P13").Get("/systems?q="+url.QueryEscape("電子郵件")).Says(t, http.StatusOK, "電子郵件系統").Not(t, "備援與權限管理人員為同一人")
	page = owner.Get("/systems/S02/edit")
	owner.Post("/systems/S02/edit", page.With("name", "公文系統", "owner", "P10", "reason", "交接", "do", "save")...).
		Says(t, http.StatusOK, "本系統尚無權限管理人員及備援人員")
	h.As(t, "P13").Get("/systems/S02").Says(t, http.StatusOK, "本系統尚無權限管理人員及備援人員")
	h.As(t, "P13").Get("/systems/S01").Not(t, "尚無權限管理人員")
}
