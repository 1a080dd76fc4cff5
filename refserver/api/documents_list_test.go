package api_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// A program asks for the list of a day: the versions of that day, what was retired by then
// called so, and nothing that the caller may not read.
func TestTheListOfDocumentsOfADay(t *testing.T) {
	s := open(t, inMemory(t))
	clerk := "qh150013"
	then := s.call(clerk, "GET", "/document-list?on=2023-06-30&text=IS-02-008", nil).want(200)
	if then.text("on") != "2023-06-30" || len(then.items()) != 1 || then.text("items", 0, "version") != "1.2" || then.text("items", 0, "state") != "current" {
		t.Errorf("%s", then.raw)
	}
	gone := s.call(clerk, "GET", "/document-list?text=IS-02-014", nil).want(200)
	if gone.text("items", 0, "state") != "retired" || gone.text("items", 0, "retired") != "2025-04-18" {
		t.Errorf("%s", gone.raw)
	}
	if none := s.call(clerk, "GET", "/document-list?text=IS-04-055", nil).want(200); len(none.items()) != 0 { // 密
		t.Errorf("%s", none.raw)
	}
	s.call(clerk, "GET", "/document-list?on=1120630", nil).want(422)
	s.call("", "GET", "/document-list", nil).refused(401, "token")

	out := s.call(clerk, "POST", "/document-list/sheet?level=4", nil).want(200)
	book, err := excelize.OpenReader(bytes.NewReader(out.raw))
	must(t, err)
	defer book.Close()
	rows, err := book.GetRows(book.GetSheetName(0))
	must(t, err)
	if len(rows) < 10 || slices.ContainsFunc(rows, func(row []string) bool { return row[1] == "IS-04-055" || row[1] == "IS-02-008" }) {
		t.Errorf("%d lines", len(rows))
	}
	s.call(clerk, "POST", "/document-list/sheet?text=IS-04-055", nil).want(404)
}

// A program asks for a part of the list, as who looks at the screen does.
func TestAPartOfTheListOfDocuments(t *testing.T) {
	s := open(t, inMemory(t))
	clerk := "qh150013"
	retired := s.call(clerk, "GET", "/document-list?shown=retired", nil).want(200)
	if len(retired.items()) != 1 || retired.text("items", 0, "number") != "IS-02-014" {
		t.Errorf("%s", retired.raw)
	}
	all, inUse := s.call(clerk, "GET", "/document-list", nil).want(200), s.call(clerk, "GET", "/document-list?shown=in_use", nil).want(200)
	if len(inUse.items()) != len(all.items())-1 {
		t.Errorf("%d of %d", len(inUse.items()), len(all.items()))
	}
	paper := s.call(clerk, "GET", "/document-list/print?shown=retired", nil, "Accept-Language", "zh-TW").want(200)
	if !strings.Contains(string(paper.raw), "文件一覽表（已廢止）") || !strings.Contains(string(paper.raw), "共 1 份") {
		t.Errorf("%.400s", paper.raw)
	}
	s.call(clerk, "POST", "/document-list/sheet?shown=twice&text=IS-02-014", nil).want(404)
	s.call(clerk, "GET", "/document-list?shown=lost", nil).want(422)
}
