package api_test

import (
	"bytes"
	"encoding/json"
	"io"
	"mime/multipart"
	"net"
	"net/http"
	"net/textproto"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/storage/sqlite"
)

func encoded(t testing.TB, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	must(t, err)
	return string(b)
}

// TestWhatCannotBeRead is input that no form gets to see.
func TestWhatCannotBeRead(t *testing.T) {
	s := open(t, inMemory(t))
	good := encoded(t, object{"type": "account_request", "values": request(line("S01", "folder_write", "P13", "qh150013"))})
	for name, test := range map[string]struct {
		body   string
		status int
		fault  string
	}{
		"nothing":             {``, 400, ""},
		"half of it":          {good[:strings.Index(good, "lines")], 400, "json_syntax"},
		"something behind it": {good + `{}`, 400, "json_syntax"},
		"10 MB":               {`{"type":"account_request","values":{"reason":"` + strings.Repeat("x", 10<<20) + `"}}`, 413, ""},
		"more than the form":  {`{"type":"account_request","values":{"reason":"` + strings.Repeat("x", 2<<20) + `"}}`, 413, "json_size"},
		"deep nesting":        {`{"type":"account_request","values":{"reason":` + strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000) + `}}`, 400, "json_depth"},
		"invalid UTF-8":       {"{\"type\":\"account_request\",\"values\":{\"reason\":\"\xff\xfe\"}}", 400, "json_utf8"},
		"a NUL":               {`{"type":"account_request","values":{"reason":"a\u0000b"}}`, 400, "json_control"},
		"half of a surrogate": {`{"type":"account_request","values":{"reason":"\ud800"}}`, 400, "json_utf8"},
		"a key twice":         {`{"type":"account_request","type":"grant_closure"}`, 400, "json_duplicate"},
		"a key twice within":  {`{"type":"account_request","values":{"op":"add","op":"delete"}}`, 400, "json_duplicate"},
		"too many values":     {`{"type":"account_request","values":{"op":[` + strings.Repeat("1,", 200_001) + `1]}}`, 400, "json_many"},
		"a number too long":   {`{"type":"account_request","values":{"op":` + strings.Repeat("9", 50) + `}}`, 400, "json_number"},
		"a list":              {`[]`, 422, "shape"},
		"an unknown member":   {`{"type":"account_request","valeus":{}}`, 422, "shape"},
		"a wrong type":        {`{"type":7}`, 422, "shape"},
		"no type":             {`{}`, 422, "shape"},
	} {
		t.Run(name, func(t *testing.T) {
			a := s.call("qh150013", "POST", "/cases", []byte(test.body)).want(test.status)
			if test.fault != "" && a.text("errors", 0, "code") != test.fault {
				t.Errorf("fault %q, want %q: %.300s", a.text("errors", 0, "code"), test.fault, a.raw)
			}
			if strings.Contains(string(a.raw), "xxx") {
				t.Error("what was sent comes back")
			}
		})
	}
	if a := s.call("qh150013", "POST", "/cases", []byte(good), "Content-Type", "text/xml"); a.want(415).text("code") != "media_type" {
		t.Errorf("%s", a.raw)
	}
	if left := s.call("qh150013", "GET", "/cases?phase=draft", nil).want(200); strings.Contains(string(left.raw), "調任收發窗口，申請三項權限") {
		t.Errorf("something was kept: %s", left.raw)
	}
}

// TestWhatMustBeMended is input that the form refuses, field by field.
func TestWhatMustBeMended(t *testing.T) {
	s := open(t, inMemory(t))
	change := func(path string, v any) object {
		values := request(line("S01", "folder_write", "P13", "qh150013"), line("S02", "unit_registry", "P13", "qh150013"))
		if row, ok := strings.CutPrefix(path, "lines."); ok {
			values["lines"].([]object)[1][row] = v
		} else {
			values[path] = v
		}
		return values
	}
	rows := make([]object, 51)
	for i := range rows {
		rows[i] = line("S01", "folder_write", "P13", "qh"+strconv.Itoa(i))
	}
	for name, test := range map[string]struct {
		values object
		field  string
		row    int
	}{
		"an unknown field":               {change("surprise", 1), "surprise", 0},
		"a missing field":                {change("reason", nil), "reason", 0},
		"a wrong type":                   {change("subject", 7), "subject", 0},
		"too long":                       {change("subject", strings.Repeat("長", 101)), "subject", 0},
		"an option that is none":         {change("op", "steal"), "op", 0},
		"too many rows":                  {request(rows...), "lines", 0},
		"a system that is none":          {change("lines.system", object{"id": "S99"}), "lines.system", 2},
		"a permission of another system": {change("lines.permission", []string{"folder_write"}), "lines.permission", 2},
		"a person who is none":           {change("lines.account_user", object{"kind": "person", "id": "P99"}), "lines.account_user", 2},
		"a day that is none":             {change("lines.period", object{"from": "2026-02-30"}), "lines.period", 2},
	} {
		t.Run(name, func(t *testing.T) {
			a := s.call("qh150013", "POST", "/cases", object{"type": "account_request", "values": test.values, "submit": true}).refused(422, "invalid")
			found := false
			for _, e := range a.body["errors"].([]any) {
				fault := e.(object)
				row, _ := fault["row"].(float64)
				field, _ := fault["field"].(string)
				if params, ok := fault["params"].(object); ok && field == "" {
					field, _ = params["key"].(string) // a field that the form doesn't have has no place in it
				}
				found = found || field == test.field && int(row) == test.row && fault["message"] != ""
			}
			if !found {
				t.Errorf("no fault at %s row %d: %s", test.field, test.row, a.raw)
			}
		})
	}
	// What could not be read does not hide what else is wrong: all of it is mended at once.
	long := request(rows...)
	long["subject"] = strings.Repeat("長", 5000)
	for what, a := range map[string]answer{
		"opened": s.call("qh150013", "POST", "/cases", object{"type": "account_request", "values": long, "submit": true}),
		"sent": func() answer {
			id := s.call("qh150013", "POST", "/cases", object{"type": "account_request", "values": request()}).want(201).text("case")
			return s.act("qh150013", id, object{"verb": "submit", "values": long})
		}(),
	} {
		a.refused(422, "invalid")
		if errors := a.body["errors"].([]any); len(errors) != 2 || a.text("errors", 0, "field") != "subject" || a.text("errors", 1, "code") != "too_many_rows" {
			t.Errorf("%s: %.600s", what, a.raw)
		}
	}
	check := s.call("qh150013", "POST", "/types/account_request/check", object{"values": change("op", "steal")}, "Accept-Language", "en-GB,en;q=0.9").want(200)
	if check.at("valid") != false || check.text("errors", 0, "field") != "op" || check.head.Get("Content-Language") != "en" {
		t.Errorf("check: %.400s", check.raw)
	}
	// A cell that cannot be read is not said to be missing too.
	cell := s.call("qh150013", "POST", "/types/account_request/check", object{"values": change("lines.responsible", object{"kind": "person", "nummer": "P13"})}).want(200)
	if errors := cell.body["errors"].([]any); len(errors) != 1 || cell.text("errors", 0, "code") != "unknown_part" {
		t.Errorf("one unreadable cell: %.600s", cell.raw)
	}
}

// TestAnItemsFlags are told over REST as on the page: checked, and when it is sent.
func TestAnItemsFlags(t *testing.T) {
	s := open(t, inMemory(t))
	values := request(line("S01", "folder_write", "P13", "qh150013"), line("S01", "domain_admin", "P12", "qh150012"))
	check := s.call("qh150013", "POST", "/types/account_request/check", object{"values": values}).want(200)
	if check.at("valid") != false || check.text("errors", 0, "field") != "nda" || !strings.HasPrefix(check.text("errors", 0, "message"), "第 2 列「AD 帳號」有委外人員或特權權限") {
		t.Errorf("check: %s", check.raw)
	}
	s.call("qh150013", "POST", "/cases", object{"type": "account_request", "values": values, "submit": true}).refused(422, "invalid")
	values["nda"] = true
	id := s.call("qh150013", "POST", "/cases", object{"type": "account_request", "values": values, "submit": true}).want(201).text("case")
	if kept := s.call("qh150013", "GET", "/cases/"+id, nil).want(200); kept.at("values", "lines", 1, "privileged") != true || kept.at("values", "lines", 0, "privileged") != nil {
		t.Errorf("what is kept of it: %s", kept.raw)
	}
}

// TestFiles are uploads of every unhappy kind.
func TestFiles(t *testing.T) {
	s := open(t, inMemory(t))
	s.call("qh150013", "POST", "/files?name=big.bin", bytes.Repeat([]byte("x"), 2<<20), "Content-Type", "application/octet-stream").refused(413, "too_large")
	if big := s.call("qh150013", "POST", "/files?name=big.bin", bytes.Repeat([]byte("x"), 1<<20+1), "Content-Type", "application/octet-stream"); !strings.Contains(string(big.raw), "1 MB") {
		t.Errorf("the limit is not named: %s", big.raw)
	}
	program := s.call("qh150013", "POST", "/files?name=a.pdf&type=account_request&field=attachments", []byte("MZ\x90\x00\x03\x00\x00\x00"), "Content-Type", "application/octet-stream")
	if program.want(422).text("errors", 0, "code") != "file_content" {
		t.Errorf("a program for an attachment: %s", program.raw)
	}
	s.call("qh150013", "POST", "/files?name=a.pdf&type=nothing&field=attachments", []byte("x"), "Content-Type", "application/octet-stream").refused(404, "not_found")
	s.call("qh150013", "POST", "/files", []byte("x"), "Content-Type", "text/plain").refused(415, "media_type")
	s.call("qh150013", "POST", "/files", []byte("--b\r\ncut"), "Content-Type", "multipart/form-data; boundary=b").refused(400, "cut_off")

	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreatePart(textproto.MIMEHeader{"Content-Disposition": {`form-data; name="file"; filename="..\\..\\切結書.pdf"`}})
	must(t, err)
	_, err = io.WriteString(part, "MZ this is a program")
	must(t, err)
	must(t, form.Close())
	kept := s.call("qh110006", "POST", "/files", body.Bytes(), "Content-Type", form.FormDataContentType()).want(201)
	if kept.text("name") != "切結書.pdf" || kept.text("type") == "application/pdf" {
		t.Errorf("kept as %s", kept.raw)
	}
	id := s.sent("qh150013", line("S04", "shared_mailbox", "P13", "household"))
	s.act("qh150012", id, object{"verb": "approve", "for": "P11"}).want(200)
	child := s.call("qh150013", "GET", "/cases/"+id, nil).want(200).text("rows", 0, "id")
	wrong := s.act("qh110006", child, object{"verb": "record", "result": "opened", "values": object{"proof": []any{kept.body}}})
	if wrong.want(422).text("errors", 1, "code") != "file_content" { // the first: nothing was sent outside yet
		t.Errorf("a program for a proof: %s", wrong.raw)
	}
	// Knowing a digest is not having the file: P05 has not uploaded it.
	s.act("qh110005", child, object{"verb": "record", "result": "opened", "values": object{"proof": []any{kept.body}}}).want(403)

	s.cutUpload(t)
}

// cutUpload breaks the connection in the middle of a file.
func (s *server) cutUpload(t *testing.T) {
	t.Helper()
	host := strings.TrimPrefix(s.url, "http://")
	conn, err := net.Dial("tcp", host)
	must(t, err)
	head := "POST /api/v1/files?name=cut.pdf HTTP/1.1\r\nHost: " + host + "\r\nAuthorization: Bearer " + s.token("qh150013") +
		"\r\nContent-Type: application/octet-stream\r\nContent-Length: 100000\r\n\r\n%PDF-1.4 half"
	_, err = io.WriteString(conn, head)
	must(t, err)
	must(t, conn.(*net.TCPConn).CloseWrite())
	answer, err := io.ReadAll(conn)
	must(t, err)
	if !strings.Contains(string(answer), "400") || !strings.Contains(string(answer), "cut_off") {
		t.Errorf("half a file: %.300s", answer)
	}
	must(t, conn.Close())
}

// TestWhoMayNot: what one may not see is not there; what one may see and not do
// is refused.
func TestWhoMayNot(t *testing.T) {
	everywhere(t, func(s *server) {
		mine := s.sent("qh150013", line("S01", "folder_write", "P13", "qh150013"))
		other := s.sent("qh170018", line("S02", "unit_registry", "P18", "qh170018"))
		draft := s.call("qh150013", "POST", "/cases", object{"type": "account_request", "values": object{"subject": "尚未送出"}}).want(201).text("case")

		s.call("", "GET", "/cases/"+mine, nil).refused(401, "token")
		s.call("", "GET", "/cases/"+mine, nil, "Authorization", "Bearer isk_nothing").refused(401, "token")
		missing := s.call("qh170018", "GET", "/cases/01a00000-0000-7000-8000-000000000000", nil).refused(404, "not_found")
		for _, path := range []string{"", "/trail", "/notices", "/files/" + strings.Repeat("0", 64)} {
			if a := s.call("qh170018", "GET", "/cases/"+mine+path, nil).refused(404, "not_found"); path == "" && string(a.raw) != string(missing.raw) {
				s.Errorf("a case one may not see answers differently from one that is not there: %s", a.raw)
			}
			s.call("qh110004", "GET", "/cases/"+draft+path, nil).refused(404, "not_found") // an officer who sees everything sees no drafts
		}
		for _, verb := range []string{"approve", "reject", "return", "withdraw", "comment", "save", "submit", "record"} {
			s.call("qh170018", "POST", "/cases/"+mine+"/actions", object{"verb": verb, "comment": "x"}, "If-Match", "*").refused(404, "not_found")
		}
		// Seeing a case gives no power over it.
		for _, verb := range []string{"void", "suspend", "reassign", "appoint"} {
			s.call("qh130009", "POST", "/cases/"+mine+"/actions", object{"verb": verb, "task": "t1", "people": []string{"P18"}, "comment": "x"}, "If-Match", "*").refused(403, "not_yours")
		}
		// What no person may do is no verb at all, for nobody.
		for _, verb := range []string{"lapse", "join", "redate", "seat_again", "pass_on"} {
			s.call("qh110004", "POST", "/cases/"+mine+"/actions", object{"verb": verb, "comment": "x"}, "If-Match", "*").refused(422, "request")
		}
		s.call("qh170018", "PUT", "/cases/"+draft+"/draft", object{"values": object{}}, "If-Match", "*").refused(404, "not_found")
		s.call("qh170018", "POST", "/types/account_request/check", object{"values": object{}, "case": draft}).refused(404, "not_found")
		s.call("qh170018", "POST", "/types/account_request/route", object{"values": object{}, "case": draft}).refused(404, "not_found")

		// The applicant sees it, and is not its signer; the handler of a later step is
		// not asked yet.
		s.act("qh150013", mine, object{"verb": "approve"}).want(403)
		s.call("qh110005", "POST", "/cases/"+mine+"/actions", object{"verb": "record", "result": "opened", "task": "t2"}, "If-Match", "*").refused(404, "not_found")
		s.act("qh150013", mine, object{"verb": "approve", "task": "t9"}).refused(409, "not_open")

		// A child of another case, and a file of one.
		s.act("qh150012", mine, object{"verb": "approve", "for": "P11"}).want(200)
		child := s.call("qh150013", "GET", "/cases/"+mine, nil).want(200).text("rows", 0, "id")
		s.call("qh170018", "GET", "/cases/"+child, nil).refused(404, "not_found")
		s.call("qh170018", "POST", "/cases/"+child+"/actions", object{"verb": "record", "result": "opened"}, "If-Match", "*").refused(404, "not_found")
		file := s.call("qh110005", "POST", "/files?name=proof.pdf", []byte("%PDF-1.4\nproof\n%%EOF"), "Content-Type", "application/octet-stream").want(201)
		s.act("qh110005", child, object{"verb": "record", "result": "opened", "values": object{"proof": []any{file.body}}}).want(200)
		s.call("qh150013", "GET", "/cases/"+child+"/files/"+file.text("digest"), nil).want(200)
		s.call("qh170018", "GET", "/cases/"+child+"/files/"+file.text("digest"), nil).refused(404, "not_found")
		s.call("qh170018", "GET", "/cases/"+other+"/files/"+file.text("digest"), nil).refused(404, "not_found")

		if all := s.call("qh170018", "GET", "/tasks?everybody=true", nil).want(404); all.text("code") != "not_found" {
			s.Errorf("everybody's tasks: %s", all.raw)
		}
		if got := s.call("qh170018", "GET", "/records?text="+url.QueryEscape("收發窗口"), nil).want(200); strings.Contains(string(got.raw), mine) {
			s.Error("the archive shows what one may not see")
		}
		s.call("qh170018", "PUT", "/registers/systems/rows/S01", object{"values": object{}}, "If-Match", `"1"`).refused(404, "not_found")
		s.call("qh150013", "GET", "/registers/settings/rows", nil).refused(404, "not_found")
		s.call("qh150013", "GET", "/queue/dead", nil).refused(404, "not_found")
	})
}

// TestTheSecondClick: stale screens, repeated requests, lost answers.
func TestTheSecondClick(t *testing.T) {
	everywhere(t, func(s *server) {
		values := request(line("S01", "folder_write", "P13", "qh150013"))
		draft := s.call("qh150013", "POST", "/cases", object{"type": "account_request", "values": values}).want(201)
		id, first := draft.text("case"), draft.head.Get("ETag")
		s.call("qh150013", "PUT", "/cases/"+id+"/draft", object{"values": values}).refused(428, "if_match_missing")
		s.call("qh150013", "PUT", "/cases/"+id+"/draft", object{"values": values}, "If-Match", "3").refused(422, "if_match")
		values["reason"] = "另一個視窗改過的事由。"
		s.call("qh150013", "PUT", "/cases/"+id+"/draft", object{"values": values}, "If-Match", first).want(200)
		late := s.call("qh150013", "PUT", "/cases/"+id+"/draft", object{"values": values}, "If-Match", first).refused(412, "changed")
		if late.at("revision") != 2.0 {
			s.Errorf("it does not say what changed: %s", late.raw)
		}

		// The answer to the sending is lost; the client sends the same again.
		send := func(comment string) answer {
			return s.call("qh150013", "POST", "/cases/"+id+"/actions", object{"verb": "submit", "values": values, "comment": comment},
				"If-Match", `"2"`, "Idempotency-Key", "send")
		}
		one, two := send("").want(200), send("").want(200)
		if one.text("number") == "" || one.text("number") != two.text("number") || two.at("repeated") != true {
			s.Errorf("sent twice: %s, %s", one.raw, two.raw)
		}
		send("另一個要求").refused(422, "key_reused")
		s.call("qh150013", "POST", "/cases/"+id+"/actions", object{"verb": "comment", "comment": "x"}, "Idempotency-Key", strings.Repeat("k", 201)).refused(422, "key")

		// A link to a task of before, opened after the case was returned.
		s.settle()
		s.act("qh150012", id, object{"verb": "return", "for": "P11"}).refused(422, "reason")
		seen := s.etag("qh150012", id)
		s.act("qh150012", id, object{"verb": "return", "for": "P11", "comment": "請補充事由"}).want(200)
		stale := s.call("qh150012", "POST", "/cases/"+id+"/actions", object{"verb": "approve", "for": "P11"}, "If-Match", seen)
		if stale.status != 412 && stale.status != 409 && stale.status != 403 {
			s.Errorf("signed what was returned meanwhile: %s", stale.raw)
		}
		// A remark of somebody else bears on a decision as a value does: it is read first.
		unread := s.etag("qh150012", id)
		s.act("qh150013", id, object{"verb": "comment", "comment": "內容有誤，請先不要作廢"}).want(200)
		void := s.call("qh110004", "POST", "/cases/"+id+"/actions", object{"verb": "void", "comment": "重複申請"}, "If-Match", unread).refused(412, "changed")
		if void.text("since", 0, "comment") != "內容有誤，請先不要作廢" {
			s.Errorf("it does not say what was said: %s", void.raw)
		}
		values["reason"] = "已補充的事由。"
		if stale.text("since", 0, "verb") != "return" || stale.text("since", 0, "comment") != "請補充事由" || stale.text("since", 0, "by", "name") != "范語彤" {
			s.Errorf("it does not say who was first: %s", stale.raw)
		}
		beside := s.etag("qh150013", id)
		s.act("qh150013", id, object{"verb": "submit", "values": values}).want(200)
		told := s.call("qh150013", "PUT", "/cases/"+id+"/draft", object{"values": values}, "If-Match", beside)
		if told.refused(412, "changed").text("since", 0, "verb") != "submit" {
			s.Errorf("it does not say what happened since: %s", told.raw)
		}
		if told.text("since", 0, "changes", 0, "to") != "已補充的事由。" {
			s.Errorf("it does not say what was changed: %s", told.raw)
		}
		s.call("qh150012", "POST", "/cases/"+id+"/actions", object{"verb": "approve", "for": "P11", "task": "t1"}, "If-Match", "*").want(409)
	})
}

// TestNobodyIsThere: a system that nobody administers is refused by name, at its row,
// and the rest runs on.
func TestNobodyIsThere(t *testing.T) {
	everywhere(t, func(s *server) {
		system := ismskit.System("test")
		row, _, err := s.kit.Registers().Get(s.Context(), system, register.Systems, "S03")
		must(s, err)
		fields, err := s.kit.Registers().Fields(s.Context(), ismskit.System("test"), row)
		must(s, err)
		empty := fields.Clone()
		delete(empty, "admins")
		delete(empty, "backup_admins")
		_, err = s.kit.Registers().Put(s.Context(), system, ismskit.RowChange{List: register.Systems, ID: "S03", Seen: row.Revision, Values: empty})
		must(s, err)
		lone := line("S03", "publish", "P13", "qh150013")
		a := s.call("qh150013", "POST", "/cases", object{"type": "account_request", "values": request(lone), "submit": true}).refused(422, "invalid")
		if !strings.Contains(a.text("errors", 0, "message"), "處置") || a.text("errors", 0, "field") != "lines.system" {
			s.Errorf("it does not say where: %s", a.raw)
		}
		s.sent("qh150013", line("S01", "folder_write", "P13", "qh150013"))
	})
}

// TestTheDatabaseIsAway: requests fail cleanly, and work again when it is back.
func TestTheDatabaseIsAway(t *testing.T) {
	s := open(t, inMemory(t))
	body := object{"type": "account_request", "values": request(line("S01", "folder_write", "P13", "qh150013")), "submit": true}
	s.token("qh150013")
	s.store.set(ismskit.ErrUnavailable)
	for _, a := range []answer{
		s.call("qh150013", "POST", "/cases", body, "Idempotency-Key", "away"), s.call("qh150013", "GET", "/tasks", nil), s.call("qh150013", "GET", "/records", nil),
	} {
		if a.refused(503, "unavailable").head.Get("Retry-After") == "" {
			t.Errorf("%s does not say when to come back", a.what)
		}
	}
	if code := s.probe("/readyz"); code != http.StatusServiceUnavailable {
		t.Errorf("readyz answers %d", code)
	}
	if code := s.probe("/healthz"); code != http.StatusOK {
		t.Errorf("healthz answers %d: the process lives", code)
	}
	s.store.set(nil)
	s.call("qh150013", "POST", "/cases", body, "Idempotency-Key", "away").want(201)
	if code := s.probe("/readyz"); code != http.StatusOK {
		t.Errorf("readyz answers %d", code)
	}
}

// TestTheFileIsClosed: a database closed under the server is away like any other,
// and no fault of the server's.
func TestTheFileIsClosed(t *testing.T) {
	file, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "closed.db"), sqlite.Options{})
	must(t, err)
	s := open(t, file)
	s.token("qh150013")
	must(t, file.Close())
	s.call("qh150013", "GET", "/tasks", nil).refused(503, "unavailable")
	body := object{"type": "account_request", "values": request(line("S01", "folder_write", "P13", "qh150013")), "submit": true}
	s.call("qh150013", "POST", "/cases", body, "Idempotency-Key", "closed").refused(503, "unavailable")
}

func (s *server) probe(path string) int {
	s.Helper()
	r, err := http.Get(s.url + path)
	must(s, err)
	must(s, r.Body.Close())
	return r.StatusCode
}

// TestAnOpinionTooLong: refused at its field, with how long it may be, and nothing is
// done.
func TestAnOpinionTooLong(t *testing.T) {
	s := open(t, inMemory(t))
	id := s.sent("qh150013", line("S01", "folder_write", "P13", "qh150013"))
	for comment, said := range map[string]string{strings.Repeat("長", ismskit.MaxComment+1): "2000", "同意\u202e辦理": "控制字元"} {
		a := s.act("qh150012", id, object{"verb": "approve", "for": "P11", "comment": comment})
		if a.status != 422 || !strings.Contains(a.text("errors", 0, "field"), "comment") || !strings.Contains(a.text("errors", 0, "message"), said) {
			t.Errorf("%.20q: %s", comment, a.raw)
		}
	}
	if a := s.act("qh150012", id, object{"verb": "approve", "for": "P11", "comment": "同意\x00辦理"}).refused(400, "malformed"); a.text("errors", 0, "field") != "comment" {
		t.Errorf("NUL: %s", a.raw)
	}
	s.act("qh150012", id, object{"verb": "approve", "for": "P11", "comment": strings.Repeat("長", ismskit.MaxComment)}).want(200)
}

// A request that forgot its body hears just that.
func TestARequestWithoutItsBodySaysSo(t *testing.T) {
	s := open(t, inMemory(t))
	none := s.call("qh150013", "POST", "/cases", []byte{}, "Content-Type", "application/json").refused(400, "no_body")
	if !strings.Contains(string(none.raw), "須附上內容") {
		t.Errorf("%s", none.raw)
	}
}
