package api_test

import (
	"strings"
	"testing"
)

// TestADraftIsKeptAsItIs is a client that saves while somebody types.
func TestADraftIsKeptAsItIs(t *testing.T) {
	s := open(t, inMemory(t))
	row := line("S02", "unit_registry", "P13", "qh150013")
	row["_row"], row["period"] = "row1", object{"from": "2026-12", "to": "2027-11-30"}
	opened := s.call("qh150013", "POST", "/cases", object{"type": "account_request", "values": object{
		"subject": strings.Repeat("長", 101), "reason": "接任單位收發", "lines": []object{row},
	}}).want(201)
	id := opened.text("case")
	if wrong, _ := opened.at("errors").([]any); len(wrong) != 2 || opened.text("errors", 0, "message") == "" {
		t.Errorf("what is wrong: %s", opened.raw)
	}
	kept := s.call("qh150013", "GET", "/cases/"+id, nil).want(200)
	if kept.text("typed", "lines.1.period.from", 0) != "2026-12" || len([]rune(kept.text("values", "subject"))) != 101 {
		t.Errorf("kept: %s", kept.raw)
	}
	// Only the subject is sent: all the rest stays. Null empties.
	changed := s.call("qh150013", "PUT", "/cases/"+id+"/draft", object{"values": object{"subject": "申請登記桌", "reason": nil}}, "If-Match", opened.head.Get("ETag")).want(200)
	kept = s.call("qh150013", "GET", "/cases/"+id, nil).want(200)
	if kept.text("values", "subject") != "申請登記桌" || kept.at("values", "reason") != nil ||
		kept.text("typed", "lines.1.period.from", 0) != "2026-12" || kept.text("values", "lines", 0, "purpose") == "" {
		t.Errorf("after changing the subject: %s", kept.raw)
	}
	// A client that has not seen the change is told, and changes nothing.
	stale := s.call("qh150013", "PUT", "/cases/"+id+"/draft", object{"values": object{"subject": "舊畫面"}}, "If-Match", opened.head.Get("ETag")).want(412)
	if !strings.Contains(stale.text("detail"), "這份草稿已在其他視窗暫存過") || stale.at("revision") == nil {
		t.Errorf("stale: %s", stale.raw)
	}
	// Half a date is not sent.
	s.act("qh150013", id, object{"verb": "submit", "values": object{"reason": "接任單位收發"}}, "If-Match", changed.head.Get("ETag")).refused(422, "invalid")
	// What is no answer at all is refused, and nothing is lost by it.
	s.call("qh150013", "PUT", "/cases/"+id+"/draft", object{"values": object{"surprise": 1}}, "If-Match", changed.head.Get("ETag")).refused(422, "invalid")
	row["period"] = object{"from": "2026-12-01", "to": "2027-11-30"}
	sent := s.act("qh150013", id, object{"verb": "submit", "values": object{"op": "add", "reason": "接任單位收發", "lines": []object{row}}}, "If-Match", changed.head.Get("ETag")).want(200)
	if sent.text("phase") != "running" {
		t.Errorf("sent: %s", sent.raw)
	}
	if kept = s.call("qh150013", "GET", "/cases/"+id, nil).want(200); kept.at("typed") != nil || kept.at("errors") != nil {
		t.Errorf("after sending: %s", kept.raw)
	}
}

// A draft is kept before it is said for whom it is: then it is his, and stays so.
func TestADraftIsFilledInForSomebodyElse(t *testing.T) {
	s := open(t, inMemory(t))
	id := s.call("qh150012", "POST", "/cases", object{"type": "account_request", "values": request(line("S01", "folder_write", "P13", ""))}).want(201).text("case")
	s.act("qh150012", id, object{"verb": "approve", "applicant": "P13"}).want(403)
	s.act("qh150012", id, object{"verb": "save", "applicant": "P13"}).want(200)
	c := s.call("qh150013", "GET", "/cases/"+id, nil).want(200)
	if c.text("applicant") != "P13" || c.text("writer") != "P12" {
		t.Errorf("it is %s's, filled in by %s", c.text("applicant"), c.text("writer"))
	}
	s.act("qh150012", id, object{"verb": "submit", "applicant": "P11"}).want(422)
	s.act("qh150012", id, object{"verb": "submit"}).want(200)
}
