package api_test

import (
	"strings"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/evidence"
	"github.com/ismskit/ismskit/storage/memory"
)

// A program takes a case away as a bundle; whoever may not read the case gets the
// answer of a case that isn't there.
func TestABundleIsTakenAwayByREST(t *testing.T) {
	s := open(t, inMemory(t))
	found := s.call("qh150013", "GET", "/records?kind=case&limit=1", nil).want(200)
	id := found.text("items", 0, "case")
	if id == "" {
		t.Fatalf("no case: %s", found.raw)
	}
	for _, path := range []string{"/cases/" + id + "/bundle", "/records/bundle?kind=case&form=" + found.text("items", 0, "form")} {
		out := s.call("qh150013", "POST", path, nil).want(200)
		report, err := evidence.VerifyBundle(strings.NewReader(string(out.raw)), int64(len(out.raw)), evidence.Options{})
		must(t, err)
		if name := out.head.Get("Content-Disposition"); !strings.Contains(name, "115.11.23%20") || strings.Contains(name, found.text("items", 0, "number")) != strings.HasPrefix(path, "/cases/") {
			t.Errorf("%s is called %s", path, name)
		}
		if report.Result() != evidence.Unvouched || report.Cases == 0 || out.head.Get("Content-Type") != "application/zip" {
			t.Errorf("%s: %v, %d cases, %s", path, report.Findings, report.Cases, out.head.Get("Content-Type"))
		}
	}
	s.call("qh150013", "POST", "/cases/none/bundle", nil).want(404)
	s.call("qh150013", "POST", "/records/bundle?number=none", nil).want(404)
	s.call("qh150013", "POST", "/records/bundle?changes=true", nil).want(404)
}

// Somebody who asks for one bundle after another without waiting is told how many he may
// have at once, and when to ask again.
func TestOneBundleTooManyIsRefusedByREST(t *testing.T) {
	s := open(t, inMemory(t))
	id := s.call("qh150013", "GET", "/records?kind=case&limit=1", nil).want(200).text("items", 0, "case")
	for range ismskit.MaxBundles {
		_, err := s.kit.Evidence().Export(t.Context(), ismskit.Actor{Person: "P13"}, ismskit.Export{Cases: []string{id}})
		must(t, err)
	}
	out := s.call("qh150013", "POST", "/cases/"+id+"/bundle", nil)
	out.refused(429, "too_many_bundles")
	if out.head.Get("Retry-After") == "" || !strings.Contains(string(out.raw), "5") {
		t.Errorf("%v %s", out.head, out.raw)
	}
}

// A bundle that is refused shows nothing: no opening of a classified case is noted for it.
// One that is given is one.
func TestARefusedBundleOpensNoClassifiedCase(t *testing.T) {
	typ, err := ismskit.ParseType([]byte(`{"key":"memo","version":"1","title":{"zh-TW":"簽","en":"Memo"},"offered":true,"subject":"subject","class":"confidential",
		"number":{"pattern":"M-{roc}-{n:4}"},
		"form":{"key":"memo","version":"1","title":{"zh-TW":"簽","en":"Memo"},"fields":[{"key":"subject","type":"text","label":{"zh-TW":"主旨","en":"Subject"},"required":true}]},
		"flow":{"key":"memo","version":"1","root":{"step":{"id":"head","name":{"zh-TW":"主管","en":"Head"},"kind":"approve","who":[{"kind":"unit_head"}]}}}}`))
	must(t, err)
	s := open(t, memory.New(), typ)
	clerk := ismskit.Actor{Person: "P13"}
	secret, err := s.kit.Open(t.Context(), clerk, ismskit.Opening{Type: "memo", Values: forms.Values{"subject": "採購"}, Submit: true})
	must(t, err)
	openings := func() int {
		t.Helper()
		seen, err := s.kit.Evidence().System(t.Context(), ismskit.Actor{Person: "P04"}, ismskit.LogOpenings, 0, 10)
		must(t, err)
		return len(seen)
	}
	id := s.call("qh150013", "GET", "/records?kind=case&type=account_request&limit=1", nil).want(200).text("items", 0, "case")
	before := openings()
	for range ismskit.MaxBundles {
		_, err := s.kit.Evidence().Export(t.Context(), clerk, ismskit.Export{Cases: []string{id}})
		must(t, err)
	}
	s.call("qh150013", "POST", "/cases/"+secret.Case+"/bundle", nil).refused(429, "too_many_bundles")
	if n := openings() - before; n != 0 {
		t.Errorf("the refused bundle is %d openings", n)
	}
	s.call("qh150011", "POST", "/cases/"+secret.Case+"/bundle", nil).want(200)
	if n := openings() - before; n != 1 {
		t.Errorf("the bundle that was given is %d openings", n)
	}
}
