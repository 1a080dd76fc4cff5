package api_test

import (
	"testing"
)

// What a unit has is counted and listed before it is ended, for whoever may end it.
func TestWhatAUnitHasIsAskedBeforeItEnds(t *testing.T) {
	s := open(t, inMemory(t))
	path := "/units/U06/moves?last=2026-11-30&successor=U03&successor=U06"
	found := s.call("qh110005", "GET", path, nil).want(200)
	if found.text("name") != "戶政科" || found.text("last") != "2026-11-30" || found.text("successors", 0, "id") != "U03" || found.text("successors", 1, "unfit") != "itself" {
		t.Errorf("%.400s", found.raw)
	}
	goes, counts := map[string]string{}, map[string]any{}
	moves, _ := found.at("moves").([]any)
	for i := range moves {
		kind := found.text("moves", i, "kind")
		goes[kind], counts[kind] = found.text("moves", i, "goes"), found.at("moves", i, "count")
		items, _ := found.at("moves", i, "items").([]any)
		if found.at("moves", i, "count") != float64(len(items)) || found.text("moves", i, "items", 0, "name") == "" {
			t.Errorf("%s: %v of %d", kind, found.at("moves", i, "count"), len(items))
		}
	}
	if goes["unit_post"] != "hand" || goes["unit_person"] != "hand" || counts["unit_person"] == 0.0 {
		t.Errorf("%v %v", goes, counts)
	}
	s.call("qh150013", "GET", path, nil).refused(404, "not_found")
	s.call("qh110005", "GET", "/units/U999/moves", nil).refused(404, "not_found")
	s.call("qh110005", "GET", "/units/U06/moves?last=tomorrow", nil).refused(422, "request")
}

// The manager of a module sets the members of its roles over REST as on its page, never himself.
func TestTheManagerOfAModuleSetsItsMembers(t *testing.T) {
	s := open(t, inMemory(t))
	put := func(login, role, member string) answer {
		t.Helper()
		row := s.call(login, "GET", "/registers/roles/rows/"+role, nil).want(200)
		values := row.at("values").(map[string]any)
		members, _ := values["members"].([]any)
		values["members"] = append(members, object{"person": object{"id": member}, "from": "2026-12-01"})
		return s.call(login, "PUT", "/registers/roles/rows/"+role, object{"values": values, "reason": "職務調整"}, "If-Match", row.head.Get("ETag"))
	}
	put("qh110004", "documents.document_controller", "P13").want(200)
	if himself := put("qh110004", "documents.document_controller", "P04").refused(422, "invalid"); himself.text("errors", 0, "code") != "managed.not_yourself" {
		t.Errorf("himself: %s", himself.raw)
	}
	put("qh110004", "records.records_manager", "P13").refused(404, "not_found")
	put("qh150013", "documents.document_controller", "P13").refused(404, "not_found")
}
