package api_test

import (
	"strings"
	"testing"
)

// TestClosuresByREST: a typhoon day is looked at, entered, and withdrawn; the deadline
// goes and comes back.
func TestClosuresByREST(t *testing.T) {
	s := open(t, inMemory(t))
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
	wrong := s.call("qh110007", "POST", "/closures", object{"from": "0115-11-25", "reason": " ", "agency": "U06", "announced": "2027-01-01T00:00:00Z", "seen": 0}).refused(422, "invalid")
	for i, field := range []string{"from", "agency", "reason", "announced"} {
		if got := wrong.text("errors", i, "field"); got != field {
			t.Errorf("at once: %q, want %q: %s", got, field, wrong.raw)
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

// U12 by REST: a calendar is uploaded, looked at, loaded.
func TestACalendarIsLoadedByREST(t *testing.T) {
	s := open(t, inMemory(t))
	if held := s.call("qh150013", "GET", "/calendar", nil).want(200); held.at("last") != 2027.0 {
		t.Fatalf("it holds %s", held.raw)
	}
	uploaded := func(name, text string) string {
		return s.call("qh110007", "POST", "/files?name="+name, []byte(text), "Content-Type", "application/octet-stream").want(201).text("digest")
	}
	// A list of the days off of a year, as it is published too.
	digest := uploaded("2028.json", `{"20280101": "開國紀念日", "20280103": "補假"}`)
	s.call("qh150013", "POST", "/calendar/preview", object{"digest": digest}).refused(404, "not_found")
	s.call("qh110007", "POST", "/calendar/preview", object{"digest": strings.Repeat("0", 64)}).refused(422, "invalid")
	torn := uploaded("2028.csv", "西元日期,星期,是否放假,備註\n20280101,五,2,開國紀念日\n")
	if wrong := s.call("qh110007", "POST", "/calendar/preview", object{"digest": torn}).refused(422, "invalid"); wrong.text("errors", 0, "field") != "file" || wrong.text("errors", 0, "code") != "calendar_weekday" {
		t.Errorf("a wrong weekday: %s", wrong.raw)
	}
	preview := s.call("qh110007", "POST", "/calendar/preview", object{"digest": digest}).want(200)
	if preview.text("days", 0, "day") != "2028-01-01" || preview.text("days", 0, "name") != "開國紀念日" {
		t.Errorf("what differs: %s", preview.raw)
	}
	s.call("qh110007", "POST", "/calendar", object{"digest": digest, "seen": 7}).refused(409, "changed")
	if held := s.call("qh110007", "POST", "/calendar", object{"digest": digest, "seen": preview.at("seen")}).want(200); held.at("last") != 2028.0 {
		t.Errorf("it holds %s", held.raw)
	}
}
