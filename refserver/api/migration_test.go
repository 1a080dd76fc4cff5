package api_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/storage/memory"
)

// memoOf is a version of a memo with these steps.
func memoOf(t *testing.T, version string, steps ...string) ismskit.Type {
	t.Helper()
	src := `{"key":"memo","version":"1","title":{"zh-TW":"簽","en":"Memo"},"offered":true,"subject":"subject",
		"form":{"key":"memo","version":"1","title":{"zh-TW":"簽","en":"Memo"},"fields":[{"key":"subject","type":"text","label":{"zh-TW":"主旨","en":"Subject"},"required":true}]},
		"flow":{"key":"memo","version":"1","root":{"sequence":[` + strings.Join(steps, ",") + `]}}}`
	typ, err := ismskit.ParseType([]byte(strings.ReplaceAll(src, `"version":"1"`, `"version":"`+version+`"`)))
	must(t, err)
	return typ
}

// A version that turned out wrong is left again: the officer moves a request back to the
// one before, with a reason; one that has been to the step that only the wrong version has
// stays, and says so. To a clerk there is no such thing.
func TestARequestIsMovedToAnotherVersion(t *testing.T) {
	const (
		before  = "1"
		head    = `{"step":{"id":"head","name":{"zh-TW":"科長","en":"Head"},"kind":"review","who":[{"kind":"person","ids":["P12"]}]}}`
		officer = `{"step":{"id":"officer","name":{"zh-TW":"資安會辦","en":"Security officer"},"kind":"consult","who":[{"kind":"person","ids":["P04"]}]}}`
		chief   = `{"step":{"id":"chief","name":{"zh-TW":"局長","en":"Chief"},"kind":"approve","who":[{"kind":"person","ids":["P01"]}]}}`
	)
	s := openWith(t, memory.New(), func(c *ismskit.Config) {
		c.Rights.ManageTypes = []string{"organisation/security_officer"}
		c.Types = append(c.Types, memoOf(t, before, head, chief), memoOf(t, "next", head, officer, chief))
	})
	send := func() string {
		s.Helper()
		return s.call("qh150013", "POST", "/cases", object{"type": "memo", "values": object{"subject": "採購"}, "submit": true}).want(201).text("case")
	}
	goes, stays := send(), send()
	s.act("qh150012", stays, object{"verb": "approve"}).want(200)
	at := "/types/memo/migration"
	s.call("qh150013", "GET", at, nil).refused(404, "not_found")
	s.call("qh150013", "POST", at, object{"cases": []object{{"case": goes, "revision": 1}}, "reason": "改版有誤"}).refused(404, "not_found")
	s.call("qh110004", "GET", "/types/nothing/migration", nil).refused(404, "not_found")
	s.call("qh110004", "GET", at+"?after=nonsense", nil).refused(422, "cursor")

	preview := s.call("qh110004", "GET", at+"?limit=50&from=next&to="+url.QueryEscape(before), nil).want(200)
	revision := map[string]any{}
	why := map[string]int{}
	cases, _ := preview.at("cases").([]any)
	for i := range cases {
		id := preview.text("cases", i, "case")
		revision[id] = preview.at("cases", i, "revision")
		reasons, _ := preview.at("cases", i, "stands").([]any)
		why[id] = len(reasons)
	}
	if preview.text("to") != before || revision[goes] == nil || why[goes] != 0 || why[stays] != 1 {
		t.Fatalf("preview %s", preview.raw)
	}
	act := object{"to": before, "reason": "改版有誤，改回原版", "cases": []object{{"case": goes, "revision": revision[goes]}, {"case": stays, "revision": revision[stays]}}}
	done := s.call("qh110004", "POST", at, act, "Idempotency-Key", "m-1").want(200)
	if done.at("cases", 0, "receipt") == nil || done.text("cases", 1, "problem", "code") != "stays" || done.text("cases", 1, "problem", "errors", 0, "message") == "" {
		t.Errorf("moved %s", done.raw)
	}
	if again := s.call("qh110004", "POST", at, act, "Idempotency-Key", "m-1").want(200); again.at("cases", 0, "receipt", "repeated") != true {
		t.Errorf("once more %s", again.raw)
	}
	trail := s.call("qh150013", "GET", "/cases/"+goes+"/trail", nil).want(200)
	entries, _ := trail.at("entries").([]any)
	last := len(entries) - 1
	if trail.at("verified") != true || trail.text("entries", last, "verb") != "migrate" || trail.text("entries", last, "moved_from") != "memo@next" {
		t.Errorf("trail %s", trail.raw)
	}
}
