package api_test

import (
	"testing"
)

// A program asks for a document for its owner, lends it by acting on the request, sees to whom
// it is lent and takes it back; whoever does not look after documents learns nothing.
func TestADocumentIsLentOverREST(t *testing.T) {
	s := open(t, inMemory(t))
	id := s.call("qh110007", "GET", "/documents/IS-03-004", nil).want(200).text("id")
	s.call("qh150013", "GET", "/documents/IS-03-004", nil).refused(404, "not_found")
	asked := s.call("qh150013", "POST", "/cases", map[string]any{"type": "document_loan", "submit": true, "values": map[string]any{
		"asked": "IS-03-004", "purpose": "稽核", "period": map[string]any{"from": "2026-11-23", "to": "2026-12-31"},
	}}).want(201).text("case")
	s.settle()
	act := func(login string, action map[string]any) {
		t.Helper()
		etag := s.etag(login, asked)
		s.call(login, "POST", "/cases/"+asked+"/actions", action, "If-Match", etag).want(200)
		s.settle()
	}
	act("qh110007", map[string]any{"verb": "approve", "values": map[string]any{"document": map[string]any{"id": id}}})
	act("qh110004", map[string]any{"verb": "approve"})
	s.call("qh150013", "GET", "/documents/IS-03-004", nil).want(200)
	s.call("qh150013", "GET", "/documents/IS-03-004/loans", nil).refused(404, "not_found")
	if mine := s.call("qh150013", "GET", "/cases/"+asked, nil).want(200); mine.at("loan", "holds") != true || mine.text("loan", "to") != "2026-12-31" {
		t.Errorf("his request says %s", mine.raw)
	}
	loans := s.call("qh110007", "GET", "/documents/IS-03-004/loans", nil).want(200)
	if len(list(loans, "loans")) != 1 || loans.text("loans", 0, "person") != "P13" || loans.at("loans", 0, "holds") != true || loans.text("loans", 0, "to") != "2026-12-31" {
		t.Fatalf("%s", loans.raw)
	}
	end := "/document-loans/" + loans.text("loans", 0, "id") + "/end"
	body := map[string]any{"revision": loans.at("loans", 0, "revision"), "reason": "稽核提前結束"}
	s.call("qh150013", "POST", end, body).refused(404, "not_found")
	s.call("qh110007", "POST", "/document-loans/none/end", body).refused(404, "not_found")
	s.call("qh110007", "POST", end, body, "Idempotency-Key", "end-1").want(204)
	s.call("qh110007", "POST", end, body, "Idempotency-Key", "end-1").want(204) // the answer was lost
	s.call("qh110007", "POST", end, map[string]any{"revision": 1, "reason": "另一原因"}, "Idempotency-Key", "end-1").refused(422, "key_reused")
	s.call("qh150013", "GET", "/documents/IS-03-004", nil).refused(404, "not_found")
	s.call("qh110007", "POST", end, body).want(422)
}
