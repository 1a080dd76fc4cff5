package api_test

import (
	"testing"

	"github.com/ismskit/ismskit/ismskit"
)

// A program of the audit unit reads page by page what was changed in the lists and who came
// in; for everybody else neither is there.
func TestChangesAndLogsAreReadByREST(t *testing.T) {
	s := open(t, inMemory(t))
	first := s.call("qh110004", "GET", "/changes?limit=2", nil).want(200)
	second := s.call("qh110004", "GET", "/changes?limit=2&after="+first.text("next"), nil).want(200)
	if first.at("items", 1) == nil || second.at("items", 0) == nil || first.text("items", 1, "row") == second.text("items", 0, "row") &&
		first.text("items", 1, "list") == second.text("items", 0, "list") {
		t.Errorf("%s\nand then %s", first.raw, second.raw)
	}
	roles := s.call("qh110004", "GET", "/changes?list=roles&person=system&from=2020-01-01", nil).want(200)
	if roles.text("items", 0, "list") != "roles" || roles.at("items", 0, "new") != true || roles.text("items", 0, "by", "person") != ismskit.SystemPerson {
		t.Errorf("roles: %s", roles.raw)
	}
	if none := s.call("qh110004", "GET", "/changes?to=2020-01-01", nil).want(200); none.at("items", 0) != nil {
		t.Errorf("before there was anything: %s", none.raw)
	}
	s.call("qh110004", "GET", "/changes?list=saved_views", nil).want(404)
	s.call("qh110004", "GET", "/changes?from=yesterday", nil).want(422)
	s.call("qh110004", "GET", "/changes?after=nonsense", nil).want(422)
	s.call("qh150013", "GET", "/changes", nil).want(404)

	must(t, s.kit.Evidence().SignedIn(t.Context(), ismskit.System("test"), ismskit.SignIn{Person: "P13", Refused: true, Channel: "web"}))
	log := s.call("qh110004", "GET", "/logs/signins?limit=1", nil).want(200)
	if log.text("items", 0, "verb") != "sign_in_refused" || log.text("items", 0, "by", "person") != "P13" || log.text("items", 0, "hash") == "" {
		t.Errorf("who came in: %s", log.raw)
	}
	older := s.call("qh110004", "GET", "/logs/signins?limit=1&after="+log.text("next"), nil).want(200)
	if older.text("items", 0, "hash") == log.text("items", 0, "hash") {
		t.Errorf("once more: %s", older.raw)
	}
	s.call("qh110004", "GET", "/logs/case", nil).want(422)
	s.call("qh150013", "GET", "/logs/signins", nil).want(404)
}
