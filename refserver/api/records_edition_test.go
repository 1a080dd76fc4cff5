package api_test

import (
	"strings"
	"testing"

	"github.com/ismskit/ismskit/storage/memory"
)

// A program asks which records were made under a version of a document, by the document's number or
// id, and learns of a record under which it was made.
func TestRecordsAreFoundByTheVersionTheyWereMadeUnder(t *testing.T) {
	s := open(t, memory.New())
	const clerk = "qh150013"
	found := s.call(clerk, "GET", "/records?kind=case&edition=IS-04-012/1.4", nil).want(200)
	made := found.text("items", 0, "editions", 0)
	if found.text("items", 0, "form") != "IS-04-012" || made == "" {
		t.Fatalf("%s", found.raw)
	}
	if all := s.call(clerk, "GET", "/records/counts?kind=case&edition=IS-04-012/1.4", nil).want(200); all.text("items", 0, "count") == "0" {
		t.Errorf("%s", all.raw)
	}
	if same := s.call(clerk, "GET", "/records?kind=case&edition="+made, nil).want(200); !strings.Contains(string(same.raw), found.text("items", 0, "id")) {
		t.Errorf("by id: %s", same.raw)
	}
	for _, none := range []string{"IS-04-012/9.9", "IS-99-999/1.0", "IS-04-012", "x"} {
		if got := s.call(clerk, "GET", "/records?edition="+none, nil).want(200); got.text("items", 0, "id") != "" {
			t.Errorf("%s: %s", none, got.raw)
		}
	}
}
