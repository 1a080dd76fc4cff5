package api_test

import (
	"slices"
	"strings"
	"testing"
)

// Somebody's saved views are listed, saved, renamed and deleted by programs as by pages; they
// are his alone, whatever the rights of another, and what comes twice is done once.
func TestSavedViewsByREST(t *testing.T) {
	s := open(t, inMemory(t))
	const clerk, officer = "qh150013", "qh110004"
	names := func(login string) []string {
		t.Helper()
		var out []string
		for _, item := range s.call(login, "GET", "/views", nil).want(200).items() {
			out = append(out, item.(map[string]any)["name"].(string))
		}
		return out
	}
	if got := names(clerk); len(got) != 0 {
		t.Fatalf("at first: %q", got)
	}
	view := object{"list": "records", "name": " 115 年公文 ", "filter": object{"q": []string{"公文"}, "year": []string{"115"}}}
	saved := s.call(clerk, "POST", "/views", view, "Idempotency-Key", "v1").want(201)
	if saved.text("name") != "115 年公文" || saved.text("list") != "records" || saved.text("filter", "q", 0) != "公文" || saved.text("filter", "year", 0) != "115" {
		t.Errorf("saved: %s", saved.raw)
	}
	id := saved.text("id")
	if again := s.call(clerk, "POST", "/views", view, "Idempotency-Key", "v1").want(201); again.text("id") != id {
		t.Errorf("sent again it is another: %s", again.raw)
	}
	s.call(clerk, "POST", "/views", object{"list": "todo", "name": "會辦", "filter": object{}}, "Idempotency-Key", "v1").refused(422, "key_reused")
	s.call(clerk, "POST", "/views", object{"list": "todo", "name": "會辦", "filter": object{"kind": []string{"consult"}}}).want(201)

	// What does not fit is said at its field.
	for wrong, body := range map[string]object{
		"name":   {"list": "records", "name": "115 年公文", "filter": object{}},
		"name ":  {"list": "records", "name": "", "filter": object{}},
		"filter": {"list": "records", "name": "長", "filter": object{"q": []string{strings.Repeat("x", 2000)}}},
		"list":   {"list": "elsewhere", "name": "x", "filter": object{}},
		"body":   {"list": "todo", "name": "x"},
		"list ":  {"list": "", "name": "x", "filter": object{}},
	} {
		refused := s.call(clerk, "POST", "/views", body).want(422)
		if got := refused.text("errors", 0, "field"); got != strings.TrimSpace(wrong) {
			t.Errorf("%v is refused at %q: %s", body, got, refused.raw)
		}
	}
	s.call(clerk, "POST", "/views", view, "Idempotency-Key", strings.Repeat("k", 201)).refused(422, "key")

	// Nobody else has it.
	if got := names(officer); len(got) != 0 {
		t.Errorf("the officer has %q", got)
	}
	for _, path := range []string{"/views/" + id, "/views/none"} {
		s.call(officer, "PUT", path, object{"name": "別人的"}).refused(404, "not_found")
		s.call(officer, "DELETE", path, nil).refused(404, "not_found")
	}

	if renamed := s.call(clerk, "PUT", "/views/"+id, object{"name": "公文紀錄"}).want(200); renamed.text("name") != "公文紀錄" || renamed.text("filter", "q", 0) != "公文" {
		t.Errorf("renamed: %s", renamed.raw)
	}
	if got := names(clerk); !slices.Equal(got, []string{"公文紀錄", "會辦"}) {
		t.Errorf("there are %q", got)
	}
	for range 2 {
		s.call(clerk, "DELETE", "/views/"+id, nil, "Idempotency-Key", "v2").want(204)
	}
	s.call(clerk, "DELETE", "/views/"+id, nil).refused(404, "not_found")
	if got := names(clerk); !slices.Equal(got, []string{"會辦"}) {
		t.Errorf("there are %q", got)
	}
	s.call("", "GET", "/views", nil).refused(401, "token")
}
