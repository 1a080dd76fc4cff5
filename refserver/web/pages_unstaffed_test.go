package web

import (
	"net/http"
	"testing"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/workflow"
)

// A system whose administrators are gone: a request for it cannot be sent. The page
// names step and row, and keeps what was typed; a draft can be kept, and a request for
// another system goes its way.
func TestASystemWithoutAdministratorsIsNamedAndNothingTypedIsLost(t *testing.T) {
	h := openHouse(t)
	system := ismskit.System("test")
	row, _, err := h.kit.Registers().Get(t.Context(), system, register.Systems, "S02")
	if err != nil {
		t.Fatal(err)
	}
	fields, err := h.kit.Registers().Fields(t.Context(), system, row)
	if err != nil {
		t.Fatal(err)
	}
	empty := fields.Clone()
	delete(empty, "admins")
	delete(empty, "backup_admins")
	if _, err := h.kit.Registers().Put(t.Context(), system, ismskit.RowChange{List: register.Systems, ID: "S02", Seen: row.Revision, Values: empty}); err != nil {
		t.Fatal(err)
	}
	clerk := h.as(t, "P13")
	form := clerk.get("/apply/account_request")
	refused := clerk.post("/apply/account_request", form.with(append(oneLine(), "do", "submit")...)...)
	refused.says(t, http.StatusConflict, "目前無法送出，流程中有關卡找不到承辦人員", "「公文系統：處置", "目前無人可辦", "請洽資訊單位指定人員，內容可先暫存。",
		`value="調任收發窗口，申請公文登記桌"`, `value="單位公文收發"`, "接任單位收發")
	clerk.post("/apply/account_request", refused.with(append(oneLine(), "do", "save")...)...).says(t, http.StatusOK, `value="單位公文收發"`)
}

// A step, the step of a row and a review that nobody is there for are each said in their
// own words.
func TestAStepWithoutPeopleIsSaidInItsOwnWords(t *testing.T) {
	renderer := newRenderer(t, RendererOptions{})
	p := &Pages{renderer: renderer}
	r, err := http.NewRequest(http.MethodGet, "/", nil)
	if err != nil {
		t.Fatal(err)
	}
	name := workflow.Text{"zh-TW": "處置", "en": "Handling"}
	for want, s := range map[string]ismskit.UnstaffedStep{
		"「處置」目前無人可辦":              {Name: name},
		"「公文系統：處置」目前無人可辦":         {Name: name, Row: "公文系統"},
		"「處置」由同一人辦理後須經複核，目前無人可複核": {Name: name, Review: true},
	} {
		if got := p.unstaffedLine(r, s); got != want {
			t.Errorf("%q, not %q", got, want)
		}
	}
}
