package api_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// A program takes what the archive finds as an Excel file: the same records as the list, no
// others.
func TestWhatTheArchiveFindsIsTakenAsAWorkbook(t *testing.T) {
	s := open(t, inMemory(t))
	found := s.call("qh150013", "GET", "/records?kind=case&limit=200", nil).want(200)
	out := s.call("qh150013", "POST", "/records/sheet?kind=case", nil).want(200)
	book, err := excelize.OpenReader(bytes.NewReader(out.raw))
	must(t, err)
	defer book.Close()
	rows, err := book.GetRows(book.GetSheetName(0))
	must(t, err)
	for i := 1; i < len(rows); i++ {
		if want := found.text("items", i-1, "subject"); rows[i][2] != want {
			t.Errorf("line %d is of %q, want %q", i, rows[i][2], want)
		}
	}
	if n := len(rows); n < 2 || found.text("items", 0, "subject") == "" {
		t.Errorf("%d lines", n)
	}
	// That it was taken, and what was asked for, stands on the trail; so it does of documents.
	if log := s.call("qh110004", "GET", "/logs/exports?limit=1", nil).want(200); !strings.Contains(string(log.raw), "kind: case") {
		t.Errorf("the entry does not say what was asked for: %s", log.raw)
	}
	s.call("qh110004", "POST", "/document-list/sheet?on=2026-11-01", nil).want(200)
	if log := s.call("qh110004", "GET", "/logs/exports?limit=1", nil).want(200); !strings.Contains(string(log.raw), "on: 2026-11-01") {
		t.Errorf("the entry does not say of which day: %s", log.raw)
	}
	s.call("qh150013", "POST", "/records/sheet?number=none", nil).want(404)
	s.call("qh150013", "POST", "/records/sheet?from=115.13.45", nil).want(422)
}
