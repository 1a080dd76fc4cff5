package api_test

import (
	"strings"
	"testing"

	"github.com/ismskit/ismskit/storage/memory"
)

// TestClosuresByREST: a typhoon day is looked at, entered, and withdrawn; the deadline
// goes and comes back.
func TestClosuresByREST(t *testing.T) {
	s := open(t, memory.New())
	s.sent("qh150013", line("S01", "folder_write", "P13", "qh150013"))
	typhoon := object{"from": "2026-11-24", "place": "臺北市", "reason": "鳳凰颱風"}
	s.call("qh150013", "POST", "/closures/preview", typhoon).refused(404, "not_found")
	s.call("qh110007", "POST", "/closures/preview", object{"from": "2026-11-24", "reason": " "}).refused(422, "invalid")
	for _, field := range []string{"from", "to"} {
		days := object{"from": "2026-11-24", "to": "2026-11-25", "reason": "停電"}
		days[field] = "0115-11-25"
		if wrong := s.call("qh110007", "POST", "/closures/preview", days).refused(422, "invalid"); wrong.text("errors", 0, "field") != field {
			t.Errorf("%s: %s", field, wrong.raw)
		}
	}
	s.call("qh110007", "POST", "/closures/preview", object{"from": "2026-11-24", "reason": "停電", "agency": "U06"}).refused(422, "invalid")

	moves := s.call("qh110007", "POST", "/closures/preview", typhoon).want(200)
	if len(moves.items()) == 0 || moves.text("items", 0, "from") >= moves.text("items", 0, "to") {
		t.Fatalf("nothing moves: %s", moves.raw)
	}
	entered := object{"from": "2026-11-24", "place": "臺北市", "reason": "鳳凰颱風", "seen": moves.at("seen")}
	id := s.call("qh110007", "POST", "/closures", entered).want(201).text("items", 0, "id")
	s.settle()
	s.call("qh110007", "POST", "/closures", object{"from": "2026-11-25", "reason": "停電", "seen": moves.at("seen")}).refused(409, "changed")
	if again := s.call("qh110007", "POST", "/closures/preview", object{"from": "2026-11-25", "reason": "停電"}).want(200); again.at("seen") == moves.at("seen") {
		t.Error("the calendar has not changed")
	}

	back := s.call("qh110007", "POST", "/closures/withdraw/preview", object{"id": id}).want(200)
	if back.text("items", 0, "to") != moves.text("items", 0, "from") {
		t.Errorf("it comes back to %s", back.raw)
	}
	s.call("qh110007", "POST", "/closures/withdraw", object{"id": id, "why": " ", "seen": back.at("seen")}).refused(422, "invalid")
	s.call("qh110007", "POST", "/closures/withdraw", object{"id": id, "why": "更正公告，照常上班", "seen": back.at("seen")}).want(200)
	s.call("qh110007", "POST", "/closures/withdraw/preview", object{"id": id}).refused(404, "not_found")
	outage := object{"kind": "outage", "from": "2026-11-24", "reason": "停電"}
	outage["seen"] = s.call("qh110007", "POST", "/closures/preview", outage).want(200).at("seen")
	entry := s.call("qh110007", "POST", "/closures", outage).want(201)
	if kinds := entry.text("items", 0, "kind") + " " + entry.text("items", 1, "kind"); kinds != "closed outage" && kinds != "outage closed" {
		t.Errorf("kinds: %s", entry.raw)
	}
	s.call("qh110007", "POST", "/closures/preview", object{"kind": "typhoon", "from": "2026-11-24", "reason": "停電"}).refused(422, "request")
	if why := s.call("qh150013", "GET", "/closures", nil).want(200).raw; !strings.Contains(string(why), "更正公告，照常上班") {
		t.Errorf("everybody sees %q", why)
	}
}
