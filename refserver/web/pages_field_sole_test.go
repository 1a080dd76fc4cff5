package web_test

import (
	"net/http"
	"testing"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/refserver/web/webtest"
)

// Where a house has one system alone, the form has chosen it, and offers what can be asked
// for of it: in the first row, and in each that is added.
func TestTheOnlySystemIsChosenWithItsItems(t *testing.T) {
	h := webtest.OpenHouse(t)
	lists, system := h.Kit.Registers(), ismskit.System("test")
	rows, err := lists.Rows(t.Context(), system, register.Query{List: register.Systems, At: h.Now()})
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		if row.ID == "S02" {
			continue
		}
		fields, err := lists.Fields(t.Context(), system, row)
		if err != nil {
			t.Fatal(err)
		}
		ended := fields.Clone()
		ended["to"] = calendar.DateOf(h.Now()).AddDays(-1)
		if _, err := lists.Put(t.Context(), system, ismskit.RowChange{List: register.Systems, ID: row.ID, Seen: row.Revision, Values: ended}); err != nil {
			t.Fatal(err)
		}
	}
	clerk := h.As(t, "P13")
	form := clerk.Get("/apply/account_request").Says(t, http.StatusOK, `<option value="S02" selected>公文系統`, `name="lines.1.permission" value="unit_registry"`).Not(t, "請先選擇系統", "S01")
	fields := append(webtest.OneLine(), "do", "add-row:lines")
	clerk.Post("/apply/account_request", form.With(fields...)...).Says(t, http.StatusOK, `name="lines.2.permission" value="unit_registry"`).Not(t, "請先選擇系統")
	// Who takes the choice back is asked for it again.
	fields = append(webtest.OneLine("lines.2.system", "", "lines.2.purpose", "收發"), "do", "refresh")
	clerk.Post("/apply/account_request", form.With(fields...)...).Says(t, http.StatusOK, "請先選擇系統")
}
