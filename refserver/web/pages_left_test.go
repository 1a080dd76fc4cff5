package web_test

import (
	"net/http"
	"testing"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/refserver/web/webtest"
)

// Whoever has left and is still signed in is told so on every page, the start page too, and
// is led to none that he would not find.
func TestWhoHasLeftIsToldSo(t *testing.T) {
	h := webtest.OpenHouse(t)
	path := h.Apply(t)
	gone := h.As(t, "P13")
	gone.Get(path).Says(t, http.StatusOK)
	lists := h.Kit.Registers()
	row, _, err := lists.Get(t.Context(), ismskit.System("test"), register.People, "P13")
	if err != nil {
		t.Fatal(err)
	}
	fields, err := lists.Fields(t.Context(), ismskit.System("test"), row)
	if err != nil {
		t.Fatal(err)
	}
	fields = fields.Clone()
	fields["to"] = calendar.Date{Year: 2026, Month: 11, Day: 20}
	if _, err := lists.Put(t.Context(), ismskit.System("test"), ismskit.RowChange{List: register.People, ID: "P13", Seen: row.Revision, Values: fields}); err != nil {
		t.Fatal(err)
	}
	for _, at := range []string{"/", path, "/records", "/apply"} {
		gone.Get(at).Says(t, http.StatusForbidden, "您目前不在職", "請洽人事單位").Not(t, "回首頁", "找不到這一頁")
	}
	h.As(t, "P12").Get("/cases/none").Says(t, http.StatusNotFound, "找不到這一頁")
}
