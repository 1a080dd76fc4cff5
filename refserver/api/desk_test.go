package api_test

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/refserver/account"
)

// TestSigningIn: a token for a password, its limits, its end.
func TestSigningIn(t *testing.T) {
	s := open(t, inMemory(t))
	s.token("qh150013") // makes the account
	wrong := s.call("", "POST", "/sessions", object{"login": "qh150013", "password": "nothing of the kind"}).refused(401, "sign_in")
	nobody := s.call("", "POST", "/sessions", object{"login": "nobody", "password": "nothing of the kind"}).refused(401, "sign_in")
	if string(wrong.raw) != string(nobody.raw) {
		t.Error("an unknown login answers differently from a wrong password")
	}
	s.call("", "POST", "/sessions", object{"login": "x", "password": strings.Repeat("y", 9000)}).refused(413, "too_large")

	in := s.call("", "POST", "/sessions", object{"login": "qh150013", "password": password, "name": "盤點匯入", "read_only": true}).want(201)
	bearer := "Bearer " + in.text("token")
	s.call("", "GET", "/me", nil, "Authorization", bearer).want(200)
	s.call("", "POST", "/cases", object{"type": "account_request"}, "Authorization", bearer).refused(403, "scope")
	s.call("", "POST", "/types/account_request/check", object{"values": object{}}, "Authorization", bearer).want(200)
	s.call("", "DELETE", "/sessions/current", nil, "Authorization", bearer).want(204) // a token can always be given back

	in = s.call("", "POST", "/sessions", object{"login": "qh150013", "password": password}).want(201)
	bearer = "Bearer " + in.text("token")
	s.call("", "DELETE", "/sessions/current", nil, "Authorization", bearer).want(204)
	s.call("", "GET", "/me", nil, "Authorization", bearer).refused(401, "token")

	for range 5 {
		s.call("", "POST", "/sessions", object{"login": "qh150013", "password": "wrong"})
	}
	if locked := s.call("", "POST", "/sessions", object{"login": "qh150013", "password": password}).refused(429, "locked"); locked.head.Get("Retry-After") == "" {
		t.Error("it does not say when to come back")
	}
	must(t, s.accounts.SetPassword(t.Context(), account.Key{Person: "P13", Login: "qh150013"}, password+"-given", true, time.Now()))
	s.call("", "POST", "/sessions", object{"login": "qh150013", "password": password + "-given"}).refused(403, "must_change")
	s.call("qh150013", "GET", "/me", nil).refused(403, "must_change")
}

// TestATokenEndsWithItsAccount: whoever is disabled has no tokens any more.
func TestATokenEndsWithItsAccount(t *testing.T) {
	s := open(t, inMemory(t))
	s.call("qh150013", "GET", "/me", nil).want(200)
	must(t, s.accounts.Disable(t.Context(), account.Key{Person: "P13", Login: "qh150013"}, "", time.Now()))
	s.call("qh150013", "GET", "/me", nil).refused(401, "token")
	_, _, err := s.accounts.IssueToken(t.Context(), "qh150013", "x", account.Scopes{Read: true}, time.Now().Add(time.Hour), time.Now())
	if err == nil {
		t.Error("a disabled account gets a token")
	}
}

// TestPages: every list can be walked to its end, and each item is met once.
func TestPages(t *testing.T) {
	s := open(t, inMemory(t))
	for range 3 {
		s.sent("qh150013", line("S01", "folder_write", "P13", "qh150013"))
	}
	for _, list := range []string{"/cases", "/documents", "/records?kind=case", "/registers/people/rows", "/notices"} {
		whole := s.walk("qh150013", list, 200)
		paged := s.walk("qh150013", list, 2)
		if strings.Join(whole, " ") != strings.Join(paged, " ") {
			t.Errorf("%s: whole %v, in pages %v", list, whole, paged)
		}
		if len(whole) < 3 {
			t.Errorf("%s has only %d items", list, len(whole))
		}
	}
	s.call("qh150013", "GET", "/documents?after=nonsense", nil).refused(422, "cursor")
	s.call("qh150013", "GET", "/documents?limit=100000", nil).refused(422, "request")
	if a := s.call("qh150013", "GET", "/documents?colour=red", nil).refused(422, "request"); a.text("errors", 0, "field") != "query.colour" || a.text("errors", 0, "message") != "沒有這個參數，請移除。" {
		t.Errorf("an unknown parameter: %s", a.raw)
	}
	for _, query := range []string{"kind=letter", "origin=moon"} { // not an empty list, as if there were none
		s.call("qh150013", "GET", "/records?"+query, nil).refused(422, "request")
		s.call("qh150013", "GET", "/records/counts?"+query, nil).refused(422, "request")
	}
	s.call("qh150013", "GET", "/records?class=anything", nil).refused(422, "class")
	s.call("qh150013", "GET", "/records/counts?class=anything", nil).refused(422, "class")
	s.call("qh150013", "GET", "/records?class=internal&class=secret", nil).want(200)
	s.call("qh150013", "GET", "/records?from=0000-00-00", nil).want(422)
}

// walk follows the links of a list and collects its ids.
func (s *server) walk(login, list string, limit int) []string {
	s.Helper()
	sign := "?"
	if strings.Contains(list, "?") {
		sign = "&"
	}
	var ids []string
	next := list + sign + "limit=" + map[int]string{2: "2", 200: "200"}[limit]
	for range 200 {
		a := s.call(login, "GET", next, nil).want(200)
		for i := range a.items() {
			ids = append(ids, a.text("items", i, "id"))
		}
		link, _, ok := strings.Cut(strings.TrimPrefix(a.head.Get("Link"), "<"), ">")
		if !ok {
			return ids
		}
		path, _, _ := strings.Cut(list, "?")
		next = path + link
	}
	s.Fatalf("%s never ends", list)
	return nil
}

// TestDocuments: what is in force, what was, and the file as it leaves the house.
func TestDocuments(t *testing.T) {
	s := open(t, inMemory(t))
	found := s.call("qh150013", "GET", "/documents?number=IS-02-008", nil).want(200)
	doc := s.call("qh150013", "GET", "/documents/"+found.text("items", 0, "id"), nil).want(200)
	versions, _ := doc.at("versions").([]any)
	if doc.text("current") != "1.3" || len(versions) != 4 || doc.text("versions", 3, "band") == "" {
		t.Fatalf("%.600s", doc.raw)
	}
	digest := doc.text("versions", 3, "files", 0, "digest")
	file := s.call("qh150013", "GET", "/documents/"+doc.text("id")+"/versions/1.3/files/"+digest, nil).want(200)
	if mark := url.PathEscape("示範改寫本"); !strings.Contains(file.head.Get("Content-Disposition"), mark) || !strings.Contains(string(file.raw), "壹、目的") || strings.Contains(string(file.raw), "示範改寫本") {
		t.Errorf("download %.200s as %v", file.raw, file.head)
	}
	s.call("qh150013", "GET", "/documents/"+doc.text("id")+"/versions/1.0/files/"+digest, nil).refused(404, "not_found")
	s.call("qh150013", "GET", "/documents/IS-99-999", nil).refused(404, "not_found")
}

// TestRegisters: a row is changed by its owner, by the revision he has seen.
func TestRegisters(t *testing.T) {
	s := open(t, inMemory(t))
	lists := s.call("qh150013", "GET", "/registers", nil).want(200)
	if !strings.Contains(string(lists.raw), `"systems"`) || strings.Contains(string(lists.raw), `"grants"`) {
		t.Errorf("lists: %s", lists.raw)
	}
	s.call("qh150013", "GET", "/registers/systems", nil).want(200)
	for _, list := range []string{"people", "externals", "deputies"} {
		told := s.call("qh170018", "GET", "/registers/"+list+"/rows", nil).want(200)
		if len(told.items()) == 0 || strings.Contains(string(told.raw), `"note"`) {
			t.Errorf("a colleague reads of %s: %s", list, told.raw)
		}
		for _, id := range s.call("qh110005", "GET", "/registers/"+list+"/rows", nil).want(200).items()[:1] {
			kept := s.call("qh110005", "GET", "/registers/"+list+"/rows/"+id.(object)["id"].(string), nil).want(200)
			if len(kept.body["history"].([]any)) == 0 {
				t.Errorf("who keeps %s reads no history: %s", list, kept.raw)
			}
		}
	}
	if kept := s.call("qh110005", "GET", "/registers/people/rows", nil).want(200); !strings.Contains(string(kept.raw), `"note"`) {
		t.Errorf("who keeps the list reads no note: %s", kept.raw)
	}
	s.call("qh150013", "GET", "/registers/nothing/rows", nil).refused(404, "not_found")
	row := s.call("qh140010", "GET", "/registers/systems/rows/S02", nil).want(200)
	values := row.at("values").(object)
	values["note"] = "由系統負責人更新"
	path := "/registers/systems/rows/S02"
	s.call("qh140010", "PUT", path, object{"values": values}).refused(428, "if_match_missing")
	s.call("qh140010", "PUT", path, object{"values": values}, "If-Match", "*").refused(422, "if_match")
	changed := s.call("qh140010", "PUT", path, object{"values": values, "reason": "更新備註"}, "If-Match", row.head.Get("ETag")).want(200)
	s.call("qh140010", "PUT", path, object{"values": values}, "If-Match", row.head.Get("ETag")).refused(412, "changed")
	again := s.call("qh140010", "GET", path, nil).want(200)
	history, _ := again.at("history").([]any)
	if again.head.Get("ETag") != changed.head.Get("ETag") || len(history) != 2 || again.text("reason") != "更新備註" {
		t.Errorf("after the change: %.300s", again.raw)
	}
	s.call("qh110005", "PUT", "/registers/systems/rows/S02", object{"values": values}, "If-None-Match", "*").refused(412, "changed")
}

// TestPeopleAndDeputies: an absence is entered, is in force, and ends.
func TestPeopleAndDeputies(t *testing.T) {
	s := open(t, inMemory(t))
	if found := s.call("qh150013", "GET", "/people?text="+url.QueryEscape("語彤"), nil).want(200); found.text("items", 0, "person") != "P12" {
		t.Errorf("search: %s", found.raw)
	}
	held := s.call("qh150013", "GET", "/roles/documents.document_controller/held?on=2026-11-23", nil).want(200)
	if len(held.items()) != 1 || held.text("items", 0, "person", "name") != "溫佩真" {
		t.Errorf("who had the role: %s", held.raw)
	}
	s.call("qh150013", "GET", "/roles/documents.nobody/held?on=2026-11-23", nil).refused(404, "not_found")
	s.call("qh150013", "GET", "/roles/documents.document_controller/held?on=0115-11-23", nil).refused(422, "day")
	if me := s.call("qh150012", "GET", "/me", nil).want(200); me.text("acting", 0, "person") != "P11" {
		t.Errorf("me: %s", me.raw)
	}
	s.call("qh150013", "POST", "/deputies", object{"deputies": []string{"P12"}, "from": "2026-11-20T00:00:00+08:00", "to": "2026-11-25T00:00:00+08:00"}).refused(422, "invalid")
	for have, missing := range map[string]string{"from": "to", "to": "from"} {
		half := s.call("qh150013", "POST", "/deputies", object{"deputies": []string{"P13", "P12"}, have: "2026-11-25T00:00:00+08:00"}).refused(422, "invalid")
		if half.text("errors", 0, "field") != "deputies" || half.text("errors", 0, "part") != "1" || half.text("errors", 1, "field") != missing || strings.Contains(string(half.raw), `"field":"`+have+`"`) {
			t.Errorf("only %s: %s", have, half.raw)
		}
	}
	if half := s.call("qh150013", "POST", "/deputies", object{"to": "2026-11-25T00:00:00+08:00"}).refused(422, "invalid"); strings.Contains(string(half.raw), "平時代理人。") {
		t.Errorf("an absence without a beginning is taken for usual deputies: %s", half.raw)
	}
	wrong := s.call("qh150013", "POST", "/deputies", object{"from": "2026-11-20T00:00:00+08:00", "to": "2026-11-19T00:00:00+08:00"}).refused(422, "invalid")
	for _, field := range []string{"from", "to", "deputies"} {
		if !strings.Contains(string(wrong.raw), `"field":"`+field+`"`) {
			t.Errorf("nothing at %s: %s", field, wrong.raw)
		}
	}
	s.call("qh150013", "POST", "/deputies", object{"principal": "P11", "deputies": []string{"P13"},
		"from": "2026-11-25T00:00:00+08:00", "to": "2026-11-26T00:00:00+08:00"}).refused(404, "not_found")
	set := s.call("qh150013", "POST", "/deputies", object{"deputies": []string{"P12"}, "reason": "特休",
		"from": "2026-11-25T00:00:00+08:00", "to": "2026-11-26T00:00:00+08:00"}).want(201)
	listed := s.call("qh150013", "GET", "/deputies?principal=P13", nil).want(200)
	if !strings.Contains(string(listed.raw), set.text("id")) {
		t.Errorf("not on the list: %s", listed.raw)
	}
	years := object{"deputies": []string{"P12"}, "from": "2026-12-01T00:00:00+08:00", "to": "2041-12-01T00:00:00+08:00"}
	if asked := s.call("qh150013", "POST", "/deputies", years).refused(422, "invalid"); asked.text("errors", 0, "field") != "to" || asked.text("errors", 0, "code") != "absence.long" {
		t.Errorf("fifteen years: %s", asked.raw)
	}
	years["long"] = true
	s.call("qh150013", "POST", "/deputies", years).want(201)
	s.call("qh150012", "DELETE", "/deputies/"+set.text("id"), nil).refused(404, "not_found")
	s.call("qh150013", "DELETE", "/deputies/"+set.text("id"), nil).want(204)
}

// TestMembersOfARole: a program enters a member under the rules of the page, and takes one
// back who has not begun.
func TestMembersOfARole(t *testing.T) {
	s := open(t, inMemory(t))
	const path = "/registers/roles/rows/documents.document_controller"
	put := func(change func(members []any) []any) answer {
		t.Helper()
		row := s.call("qh110005", "GET", path, nil).want(200)
		values := row.at("values").(map[string]any)
		members, _ := values["members"].([]any)
		values["members"] = change(members)
		return s.call("qh110005", "PUT", path, object{"values": values, "reason": "人事令"}, "If-Match", row.head.Get("ETag"))
	}
	with := func(member object) func([]any) []any { return func(all []any) []any { return append(all, member) } }
	nobody := put(with(object{"basis": "簽"})).refused(422, "invalid")
	for i, code := range []string{"member_person", "member_from"} {
		if nobody.text("errors", i, "code") != code || !strings.HasPrefix(nobody.text("errors", i, "field"), "members.") {
			t.Errorf("nobody: %s", nobody.raw)
		}
	}
	put(with(object{"person": object{"id": "P06"}, "from": "2026-12-01"})).want(200)
	if begun := put(func(all []any) []any { return all[1:] }).refused(422, "invalid"); begun.text("errors", 0, "field") != "members" || begun.text("errors", 0, "code") != "member_begun" {
		t.Errorf("one who has begun: %s", begun.raw)
	}
	put(func(all []any) []any { return all[:len(all)-1] }).want(200)
}

// TestNotices: what was told is read, in the words in which it was told.
func TestNotices(t *testing.T) {
	s := open(t, inMemory(t))
	id := s.sent("qh170018", line("S02", "officer", "P18", "qh170018"))
	head := s.call("qh170018", "GET", "/cases/"+id, nil).want(200)
	if head.text("route", "steps", 0, "people", 0, "name") == "" {
		t.Errorf("route: %.400s", head.raw)
	}
	told := s.call("qh150013", "GET", "/notices?limit=5", nil).want(200)
	if len(told.items()) == 0 {
		t.Fatal("nothing was told")
	}
	one := told.text("items", 0, "id")
	if told.text("items", 0, "subject") == "" || told.text("items", 0, "rule") == "" {
		t.Errorf("notice: %s", told.raw)
	}
	s.call("qh170018", "POST", "/notices/read", object{"ids": []string{one}}) // not his: nothing happens to it
	s.call("qh150013", "POST", "/notices/read", object{"ids": []string{one}}).want(204)
	for _, none := range []string{`{"ids":[]}`, `{"ids":null}`, `{}`} {
		s.call("qh150013", "POST", "/notices/read", []byte(none)).refused(422, "request")
	}
	must(t, s.store.Update(t.Context(), func(ctx context.Context, tx ismskit.Tx) error {
		one := ismskit.Job{ID: "lost1", Key: "lost1", Kind: "mail", Due: monday, Dead: true}
		two := ismskit.Job{ID: "lost2", Key: "lost2", Kind: "mail", Due: monday, Dead: true}
		return tx.Queue().Put(ctx, monday, one, two)
	}))
	dead := s.call("qh110005", "GET", "/queue/dead?limit=1", nil).want(200)
	rest := s.call("qh110005", "GET", "/queue/dead?limit=2&after="+dead.text("next"), nil).want(200)
	if dead.text("items", 0, "id") != "lost1" || rest.text("items", 0, "id") != "lost2" || len(rest.items()) != 1 || rest.text("next") != "" {
		t.Errorf("given up: %s, then %s", dead.raw, rest.raw)
	}
	s.call("qh110005", "POST", "/queue/dead/nothing/redrive", nil).refused(404, "not_found")
}

// TestFigures: what operators watch names no person and no case.
func TestFigures(t *testing.T) {
	s := open(t, inMemory(t))
	id := s.sent("qh150013", line("S01", "folder_write", "P13", "qh150013"))
	s.act("qh150013", id, object{"verb": "approve"}).want(403)
	r, err := http.Get(s.url + "/metrics")
	must(t, err)
	b, err := io.ReadAll(r.Body)
	must(t, err)
	must(t, r.Body.Close())
	text := string(b)
	for _, want := range []string{
		`ismskit_api_actions_total{outcome="done",verb="submit"} 1`, `ismskit_api_actions_total{outcome="not_assigned",verb="approve"} 1`,
		`ismskit_api_requests_total{route="POST /api/v1/cases",status="201"} 1`,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %s in\n%s", want, text)
		}
	}
	if strings.Contains(text, id) || strings.Contains(text, "P13") {
		t.Error("the figures name somebody")
	}
}

// TestAMailIsKept: a mail that left in the morning is read in the words in which it
// left, by whom it was sent to alone.
func TestAMailIsKept(t *testing.T) {
	s := open(t, inMemory(t))
	s.sent("qh150013", line("S01", "folder_write", "P13", "qh150013"))
	s.clock.Set(monday.AddDate(0, 0, 1))
	s.settle()
	left := s.box.To("P12")
	if len(left) == 0 {
		t.Fatal("no mail left")
	}
	kept := s.call("qh150012", "GET", "/notices?limit=200", nil).want(200)
	others := s.call("qh150013", "GET", "/notices?limit=200", nil).want(200)
	for _, mail := range left {
		found := 0
		for i := range kept.items() {
			if kept.text("items", i, "id") != mail.ID {
				continue
			}
			found++
			at, err := time.Parse(time.RFC3339, kept.text("items", i, "sent"))
			if err != nil || !at.Equal(mail.At) || kept.text("items", i, "person") != "P12" || kept.text("items", i, "subject") != mail.Subject ||
				!strings.Contains(mail.Body, kept.text("items", i, "body")) || !strings.Contains(mail.Body, "調任收發窗口") {
				t.Errorf("it left at %s as %q\n%s\nand is kept as %v", mail.At, mail.Subject, mail.Body, kept.at("items", i))
			}
		}
		if found != 1 {
			t.Errorf("%q is kept %d times: %.600s", mail.Subject, found, kept.raw)
		}
		if strings.Contains(string(others.raw), mail.ID) {
			t.Errorf("somebody else reads %q", mail.Subject)
		}
	}
}
