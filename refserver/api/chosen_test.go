package api_test

import (
	"testing"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/storage/memory"
)

// TestAnApplicantChoosesWhoSigns is a client that asks what there is to choose, checks,
// keeps and sends.
func TestAnApplicantChoosesWhoSigns(t *testing.T) {
	typ, err := ismskit.ParseType([]byte(`{"key": "purchase", "version": "1", "title": {"zh-TW": "請購單"}, "offered": true, "subject": "subject",
		"form": {"key": "purchase", "version": "1", "title": {"zh-TW": "請購單"}, "fields": [{"key": "subject", "type": "text", "label": {"zh-TW": "主旨"}}]},
		"flow": {"key": "purchase", "version": "1", "choose": [{"step": "review", "max": 2}], "root": {"sequence": [
			{"step": {"id": "review", "name": {"zh-TW": "會核", "en": "Review"}, "kind": "review", "who": [{"kind": "chosen"}]}}]}}}`))
	must(t, err)
	s := open(t, memory.New(), typ)
	described := s.call("qh150013", "GET", "/types/purchase", nil).want(200)
	if described.text("choose", 0, "step") != "review" || described.text("choose", 0, "name") != "會核" || described.at("choose", 0, "max") != 2.0 {
		t.Errorf("what there is to choose: %s", described.raw)
	}
	values := object{"subject": "採購掃描服務"}
	check := func(chosen object, valid bool, field string) {
		t.Helper()
		a := s.call("qh150013", "POST", "/types/purchase/check", object{"values": values, "chosen": chosen}).want(200)
		if a.at("valid") != valid || a.text("errors", 0, "field") != field {
			t.Errorf("check of %v: %s", chosen, a.raw)
		}
	}
	check(object{}, false, "chosen.review")
	check(object{"review": []string{"P99"}}, false, "chosen.review")
	check(object{"review": []string{"P04"}}, true, "")
	route := s.call("qh150013", "POST", "/types/purchase/route", object{"values": values, "chosen": object{"review": []string{"P04"}}}).want(200)
	if route.text("steps", 0, "people", 0, "person") != "P04" {
		t.Errorf("the route: %s", route.raw)
	}
	s.call("qh150013", "POST", "/cases", object{"type": "purchase", "values": values, "submit": true}).refused(422, "invalid")
	id := s.call("qh150013", "POST", "/cases", object{"type": "purchase", "values": values, "chosen": object{"review": []string{"P04"}}}).want(201).text("case")
	s.call("qh150013", "PUT", "/cases/"+id+"/draft", object{"values": object{}, "chosen": object{"review": []string{"P04", "P05"}}}, "If-Match", s.etag("qh150013", id)).want(200)
	kept := s.call("qh150013", "GET", "/cases/"+id, nil).want(200)
	if kept.text("chosen", "review", 1, "person") != "P05" || kept.text("chosen", "review", 1, "name") == "" {
		t.Errorf("the draft: %s", kept.raw)
	}
	s.call("qh150013", "PUT", "/cases/"+id+"/draft", object{"values": object{}, "chosen": object{"chief": []string{"P04"}}}, "If-Match", kept.head.Get("ETag")).want(422)
	s.act("qh150013", id, object{"verb": "submit"}).want(200)
	if held := s.call("qh110005", "GET", "/cases/"+id, nil).want(200); held.text("tasks", 0, "name") != "會核" {
		t.Errorf("it is not on the list of whom he chose: %s", held.raw)
	}
}
