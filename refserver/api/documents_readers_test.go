package api_test

import (
	"testing"
)

// A program is told who is to read a version and who has: all of it where its owner looks after
// documents, else of himself; what one may not read is not there.
func TestWhoIsToReadADocument(t *testing.T) {
	s := open(t, inMemory(t))
	id := s.call("qh110007", "GET", "/documents/IS-02-008", nil).want(200).text("id")
	s.call("qh110007", "PUT", "/registers/distributions/rows/D1", map[string]any{"values": map[string]any{
		"document": map[string]any{"id": id}, "people": []any{map[string]any{"id": "P13"}, map[string]any{"id": "P14"}},
	}}, "If-None-Match", "*").want(200)
	s.settle()
	all := s.call("qh110007", "GET", "/documents/IS-02-008/readers", nil).want(200)
	if all.at("whole") != true || all.at("read") != 0.0 || len(list(all, "readers")) != 2 || all.text("readers", 0, "due") == "" || len(list(all, "lists")) != 1 || all.text("version") != "1.3" {
		t.Errorf("%s", all.raw)
	}
	own := s.call("qh150013", "GET", "/documents/"+id+"/readers?version=1.3", nil).want(200)
	if own.at("whole") != false || len(list(own, "readers")) != 1 || own.text("readers", 0, "person") != "P13" || len(list(own, "lists")) != 0 {
		t.Errorf("%s", own.raw)
	}
	s.call("qh150013", "GET", "/documents/"+id+"/readers?version=9.9", nil).refused(404, "not_found")
	s.call("qh150013", "GET", "/documents/IS-04-055/readers", nil).refused(404, "not_found") // 密
	s.call("", "GET", "/documents/"+id+"/readers", nil).refused(401, "token")
}

func list(a answer, key string) []any {
	items, _ := a.at(key).([]any)
	return items
}
