package api_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/storage/memory"
)

// A program reads a clause as it is cited, which request is on its way for a document, which cases
// were begun on it and which reviews are late; whoever may not read the document finds none of it.
func TestAProgramAsksAfterADocument(t *testing.T) {
	s := open(t, memory.New())
	const controller, clerk, other, at = "qh110007", "qh150013", "qh160015", "/documents/IS-02-008"
	file := func(number, class string) string {
		id, err := s.kit.Documents().Put(t.Context(), ismskit.System("import"), ismskit.Filing{Duplicate: true, Document: document.Document{
			Number: number, Level: 3, Class: class, NextReview: "2026-11-20", Title: map[string]string{"zh-TW": "說明書"}},
			Version: document.Version{Label: "1.0", Issued: "2025-11-20"}})
		must(t, err)
		return id
	}
	secret := "/documents/" + file("IS-03-901", ismskit.ClassSecret)
	clause := s.call(clerk, "GET", at+"/clause?at="+url.QueryEscape("陸三（四）2"), nil).want(200)
	if clause.text("address") != "陸三(四)2" || clause.text("version") != "1.3" || clause.at("in_force") != true || clause.text("text") == "" {
		t.Errorf("%s", clause.raw)
	}
	s.call(clerk, "GET", at+"/clause?at="+url.QueryEscape("玖九"), nil).refused(404, "not_found")
	s.call(clerk, "GET", at+"/clause?at=1&version=9.9", nil).refused(404, "not_found")

	doc := s.call(clerk, "GET", at, nil).want(200)
	text := s.call(clerk, "POST", "/files?name=new.md", []byte("# 通訊與作業管理程序書\n\n## 壹、目的\n\n一、新的內容。\n"), "Content-Type", "application/octet-stream").want(201)
	sent := s.call(clerk, "POST", "/cases", object{"type": "document_change", "submit": true, "values": object{
		"op": "revise", "document": object{"id": doc.text("id")}, "bump": "minor", "note": "修訂", "issue_on": "2026-12-01",
		"file": text.body,
	}}).want(201)
	if mine := s.call(clerk, "GET", at+"/changes", nil).want(200); mine.text("under_way", "case") == "" || !strings.Contains(string(sent.raw), mine.text("under_way", "case")) || mine.text("type") != "document_change" {
		t.Errorf("%s", mine.raw)
	}
	if others := s.call(other, "GET", at+"/changes", nil).want(200); others.text("under_way", "number") == "" || others.text("under_way", "case") != "" {
		t.Errorf("%s", others.raw)
	}
	s.call(clerk, "GET", "/documents/IS-04-012/begun", nil).want(200)
	for _, path := range []string{secret + "/clause?at=1", secret + "/changes", secret + "/begun"} {
		s.call(clerk, "GET", path, nil).refused(404, "not_found")
	}
	if late := s.call(controller, "GET", "/document-reviews/late", nil).want(200); !strings.Contains(string(late.raw), "IS-03-901") {
		t.Errorf("%s", late.raw)
	}
	if late := s.call(clerk, "GET", "/document-reviews/late", nil).want(200); strings.Contains(string(late.raw), "IS-03-901") {
		t.Errorf("%s", late.raw)
	}
	// A number that was used twice lists both, to who may read both.
	one, two := file("ISMS-004-002", ismskit.ClassInternal), file("ISMS-004-002", ismskit.ClassSecret)
	twice := s.call(controller, "GET", "/documents/ISMS-004-002", nil).refused(409, "number_twice")
	if !strings.Contains(string(twice.raw), one) || !strings.Contains(string(twice.raw), two) {
		t.Errorf("%s", twice.raw)
	}
	if only := s.call(clerk, "GET", "/documents/ISMS-004-002", nil).want(200); only.text("id") != one {
		t.Errorf("%s", only.raw)
	}
}
