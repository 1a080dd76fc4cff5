package api_test

import (
	"net/url"
	"reflect"
	"strings"
	"testing"
)

// TestTheWholeJob is one real request from the first look at the form to the
// archive, through REST alone.
func TestTheWholeJob(t *testing.T) {
	everywhere(t, func(s *server) {
		form := s.call("qh150013", "GET", "/types/account_request", nil).want(200)
		if form.text("form", "title") != "權限帳號申請單" || form.at("limits", "bytes") == nil {
			s.Errorf("form: %.300s", form.raw)
		}
		values := request(line("S01", "folder_write", "P13", "qh150013"), line("S02", "unit_registry", "P13", "qh150013"), line("S04", "shared_mailbox", "P13", "household"))

		route := s.call("qh150013", "POST", "/types/account_request/route", object{"values": values}).want(200)
		if name := route.text("steps", 0, "people", 0, "acting", "person"); name != "P12" {
			s.Errorf("the head is on leave; the route names %q as deputy: %.600s", name, route.raw)
		}
		if rows, _ := route.at("steps", 1, "rows").([]any); len(rows) != 3 || route.text("steps", 0, "due", "date") == "" {
			s.Errorf("route: %.900s", route.raw)
		}

		draft := object{"subject": values["subject"], "lines": []object{line("S01", "folder_write", "P13", "qh150013")}}
		opened := s.call("qh150013", "POST", "/cases", object{"type": "account_request", "values": draft}, "Idempotency-Key", "open-1").want(201)
		again := s.call("qh150013", "POST", "/cases", object{"type": "account_request", "values": draft}, "Idempotency-Key", "open-1").want(201)
		id := opened.text("case")
		if again.text("case") != id || again.at("repeated") != true || opened.head.Get("Location") != "/api/v1/cases/"+id {
			s.Errorf("a second click opened another case: %s, %s", opened.raw, again.raw)
		}
		s.call("qh150013", "PUT", "/cases/"+id+"/draft", object{"values": values}, "If-Match", opened.head.Get("ETag")).want(200)
		sent := s.act("qh150013", id, object{"verb": "submit", "values": values}, "Idempotency-Key", "send-1").want(200)
		if sent.text("number") == "" || sent.text("phase") != "running" {
			s.Fatalf("sent: %s", sent.raw)
		}

		s.headSigns(id)
		s.handlersRecord(id)
		s.applicantConfirms(id, sent.text("number"))
	})
}

// headSigns: the head is on leave; the deputy finds it on her list and signs.
func (s *server) headSigns(id string) {
	s.Helper()
	todo := s.call("qh150012", "GET", "/tasks?case="+id, nil).want(200)
	if todo.text("items", 0, "for", "person") != "P11" || todo.text("items", 0, "due_date") == "" {
		s.Fatalf("deputy's list: %s", todo.raw)
	}
	s.act("qh150012", id, object{"verb": "approve", "task": todo.text("items", 0, "task"), "for": "P11", "comment": "確有業務需要"}).want(200)
}

// handlersRecord: three rows go to three people; one of them has it done outside.
func (s *server) handlersRecord(id string) {
	s.Helper()
	rows := map[string]string{}
	whole := s.call("qh150013", "GET", "/cases/"+id, nil).want(200)
	children, _ := whole.at("rows").([]any)
	for i := range children {
		rows[whole.text("rows", i, "values", "system", "id")] = whole.text("rows", i, "id")
	}
	if len(rows) != 3 {
		s.Fatalf("rows %v", rows)
	}
	done := object{"verb": "record", "result": "opened", "values": object{"result_note": "已開通"}}
	s.act("qh110005", rows["S01"], done).want(200)
	s.act("qh140010", rows["S02"], done).want(200)

	s.act("qh110006", rows["S04"], object{"verb": "send_out", "outside": object{
		"to": "市府資訊中心", "how": "email", "number": "A-2211", "sent": "2026-11-23T01:30:00Z", "expected": "2026-11-25",
	}}).want(200)
	if waits := s.call("qh110006", "GET", "/tasks?case="+rows["S04"], nil).want(200); waits.text("items", 0, "waiting") == "" || waits.text("items", 0, "standing", "stage") != "awaited" {
		s.Errorf("the list does not say that it waits outside: %s", waits.raw)
	}
	proof := s.call("qh110006", "POST", "/files?name="+url.QueryEscape("回復.pdf"), []byte("%PDF-1.4\n1 0 obj<<>>endobj\n\n%%EOF"),
		"Content-Type", "application/octet-stream").want(201)
	s.act("qh110006", rows["S04"], object{
		"verb": "record", "result": "opened", "values": object{"proof": []any{proof.body}},
		"outside": object{"replied": "2026-11-23T05:00:00Z", "reply_number": "B-1", "reply": "已建立信箱", "proof": []string{"回復.pdf"}},
	}).want(200)
	lines := s.call("qh150013", "GET", "/cases/"+rows["S04"]+"/trail", nil).want(200)
	sent, result := lines.at("entries", 1, "outside"), lines.at("entries", 2, "outside")
	if want := (object{"to": "市府資訊中心", "how": "email", "number": "A-2211", "sent": "2026-11-23T01:30:00Z", "expected": "2026-11-25"}); !reflect.DeepEqual(sent, map[string]any(want)) {
		s.Errorf("the trail says of the sending %v", sent)
	}
	if answered, _ := result.(map[string]any); answered["reply_number"] != "B-1" || answered["replied"] != "2026-11-23T05:00:00Z" || answered["reply"] != "已建立信箱" {
		s.Errorf("the trail says of the answer %v", result)
	}
	file := s.call("qh150013", "GET", "/cases/"+rows["S04"]+"/files/"+proof.text("digest"), nil).want(200)
	if !strings.HasPrefix(string(file.raw), "%PDF") || !strings.Contains(file.head.Get("Content-Disposition"), "attachment") ||
		file.head.Get("X-Content-Type-Options") != "nosniff" {
		s.Errorf("download %q as %v", file.raw, file.head)
	}
}

// applicantConfirms: the request closes, and is found again.
func (s *server) applicantConfirms(id, number string) {
	s.Helper()
	closed := s.act("qh150013", id, object{"verb": "approve"}).want(200)
	if closed.text("phase") != "closed" || closed.text("outcome") != "done" {
		s.Fatalf("closed: %s", closed.raw)
	}
	trail := s.call("qh150013", "GET", "/cases/"+id+"/trail", nil).want(200)
	if trail.at("verified") != true || !strings.Contains(string(trail.raw), `"for":{"person":"P11"`) || !strings.Contains(string(trail.raw), `"by":{"person":"P12"`) {
		s.Errorf("trail: %.1200s", trail.raw)
	}
	if told := s.call("qh150013", "GET", "/cases/"+id+"/notices", nil).want(200); len(told.items()) == 0 {
		s.Error("nobody was told anything")
	}
	for _, query := range []string{
		"number=" + number, "text=" + url.QueryEscape("收發"), "year=115&system=S02&person=P13&kind=case", "form=IS-04-012&from=2026-11-23&to=2026-11-23&kind=case",
	} {
		found := s.call("qh150013", "GET", "/records?"+query, nil).want(200)
		if !strings.Contains(string(found.raw), id) {
			s.Errorf("records?%s does not find it: %.300s", query, found.raw)
		}
	}
	if grants := s.call("qh110005", "GET", "/registers/grants/rows?key="+url.QueryEscape("system=S01"), nil).want(200); len(grants.items()) == 0 {
		s.Error("the permission is not on the list of live permissions")
	}
}
