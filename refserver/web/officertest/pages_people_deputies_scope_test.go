package officertest

import (
	"net/http"
	"testing"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/refserver/web/webtest"
)

// A deputy is confined to a form on the page, in words on the list and on the route; what
// does not fit beside another entry is said there, with what was chosen.
func TestADeputyIsConfinedOnThePage(t *testing.T) {
	h := webtest.OpenHouse(t)
	head := h.As(t, "P16") // 湯舒涵 主任
	head.Get("/deputies").Says(t, http.StatusOK, "代理範圍", `name="scope_form"`, "權限帳號申請單（IS-04-012）", `name="scope_not"`, ">帳號權限申請</option>")
	fields := []string{"from", "115.11.23", "to", "115.11.27", "deputy_1.find", "卓育誠", "scope_form", "IS-04-012", "scope_not", "approve", "reason", "業務分工"}
	head.Post("/deputies", fields...).Says(t, http.StatusOK, "代理已設定。", "範圍：權限帳號申請單（IS-04-012），不含", "由卓育誠代理")
	head.Post("/deputies", fields...).Says(t, http.StatusUnprocessableEntity, "重疊", `<option value="IS-04-012" selected>`)
	wrong := append([]string{}, fields...)
	wrong[7] = "IS-99-999"
	head.Post("/deputies", wrong...).Says(t, http.StatusUnprocessableEntity, "代理範圍「IS-99-999」無法辨識", `href="#scope_module"`)
	h.As(t, "P17").Get("/").Says(t, http.StatusOK, "您代理 湯舒涵", "範圍：權限帳號申請單（IS-04-012），不含") // 卓育誠

	clerk := h.As(t, "P18") // of the same unit
	form := clerk.Get("/apply/account_request").Says(t, http.StatusOK)
	routed := clerk.Post("/apply/account_request", form.With(append(webtest.OneLine(), "do", "submit")...)...)
	routed.Says(t, http.StatusOK, "就「權限帳號申請單（IS-04-012），不含", "由代理人代理")
}

// Who keeps the list may confine a deputy to a role and a level: his own page says so too, and
// not that he acts in everything.
func TestADeputyReadsEveryLimitOfHis(t *testing.T) {
	h := webtest.OpenHouse(t)
	limits := []forms.Row{
		{forms.RowID: "l1", "what": "role", "key": "unit_head"}, {forms.RowID: "l2", "what": "form", "key": "IS-04-012"},
		{forms.RowID: "l5", "what": "role", "key": "security_officer"}, {forms.RowID: "l6", "what": "role", "key": "nobody_has_it"},
		{forms.RowID: "l3", "what": "level", "key": "2"}, {forms.RowID: "l4", "what": "not_step", "key": "approve"},
	}
	_, err := h.Kit.Registers().Put(t.Context(), ismskit.System("test"), ismskit.RowChange{
		List: register.Deputies, ID: "D77", Reason: "業務分工",
		Values: forms.Values{
			"principal": forms.Ref{List: "register/people", ID: "P16"}, "ordered": []forms.Ref{{List: "register/people", ID: "P17"}}, "limits": limits,
			"from": h.Now(), "to": h.Now().Add(72 * time.Hour),
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	h.As(t, "P17").Get("/").Says(t, http.StatusOK, "您代理 湯舒涵", "範圍：權限帳號申請單（IS-04-012）或「單位主管」角色或「資安管制人員（資通安全組織）」角色或角色清冊未列之角色，文件階層 2，不含核准").
		Not(t, "unit_head", "nobody_has_it")
}
