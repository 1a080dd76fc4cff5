package api_test

import (
	"testing"
)

// What somebody has is told with the sheet on which he hands it over, once it is sent, and to
// nobody who is not told the one or the other.
func TestWhatALeaverHasIsToldWithHisSheet(t *testing.T) {
	s := open(t, inMemory(t))
	const personnel, clerk = "qh120008", "qh150013"
	if before := s.call(personnel, "GET", "/people/P15/held", nil).want(200); before.text("sheet", "number") != "" {
		t.Errorf("a sheet before there is one: %s", before.raw)
	}
	sent := s.call(personnel, "POST", "/cases", object{"type": "handover", "submit": true, "values": object{
		"person": object{"kind": "person", "id": "P15"}, "reason": "leaving", "last_day": "2026-12-31", "basis": "民人字第 1150001 號",
	}}).want(201)
	held := s.call(personnel, "GET", "/people/P15/held", nil).want(200)
	if held.text("sheet", "case") != sent.text("case") || held.text("sheet", "number") != sent.text("number") || held.text("sheet", "last_day") != "2026-12-31" {
		t.Errorf("%s", held.raw)
	}
	s.call(clerk, "GET", "/people/P15/held", nil).refused(404, "not_found")
}
