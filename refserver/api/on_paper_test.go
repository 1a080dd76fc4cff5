package api_test

import (
	"strings"
	"testing"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/storage/memory"
	"github.com/ismskit/ismskit/workflow"
)

// A case that went on on paper says so to clients: that its paper is awaited, and that its number
// was declared void, by whom and why.
func TestACaseSaysHowItGoesOnOnPaper(t *testing.T) {
	s := openWith(t, memory.New(), func(c *ismskit.Config) { c.Rights.ManageRecords = []string{"records/reads_all"} })
	id := s.sent("qh150013", line("S02", "unit_registry", "P13", "qh150013"))
	if c := s.call("qh150013", "GET", "/cases/"+id, nil).want(200); c.at("on_paper") != nil {
		t.Errorf("before: %s", c.raw)
	}
	s.act("qh110004", id, object{"verb": "to_paper", "comment": "機房停電"}, "If-Match", s.etag("qh110004", id)).want(200)
	s.settle()
	c := s.call("qh150013", "GET", "/cases/"+id, nil).want(200)
	if c.text("on_paper", "state") != "awaited" || c.at("on_paper", "void_at") != nil {
		t.Errorf("awaited: %s", c.raw)
	}
	s.call("qh110004", "POST", "/numbers/void", object{"number": c.text("number"), "reason": "申請人不再需要"}).want(200)
	if c = s.call("qh150013", "GET", "/cases/"+id, nil).want(200); c.text("on_paper", "state") != "void" || c.text("on_paper", "void_reason") != "申請人不再需要" ||
		c.text("on_paper", "void_by") == "" || c.at("on_paper", "void_at") == nil {
		t.Errorf("void: %s", c.raw)
	}
}

// Whoever enters papers gets the request that went on on one, to begin with; others, and of another
// form, there is none.
func TestTheEntryOfAPaperBeginsWithTheRequest(t *testing.T) {
	s := openWith(t, memory.New(), func(c *ismskit.Config) { c.Rights.ManageRecords = []string{"records/reads_all"} })
	id := s.sent("qh150013", line("S02", "unit_registry", "P13", "qh150013"))
	number := s.call("qh150013", "GET", "/cases/"+id, nil).want(200).text("number")
	online := "/types/account_request_paper/online?number="
	s.call("qh110004", "GET", online+number, nil).want(422)
	s.act("qh110004", id, object{"verb": "to_paper", "comment": "機房停電"}, "If-Match", s.etag("qh110004", id)).want(200)
	s.settle()
	got := s.call("qh110004", "GET", online+number, nil).want(200)
	if got.text("case") != id || got.text("applicant", "person") != "P13" || got.text("values", "lines", 0, "system", "id") != "S02" || got.text("values", "lines", 0, "_row") == "" {
		t.Errorf("it begins with %s", got.raw)
	}
	s.call("qh150013", "GET", online+number, nil).want(404)
	s.call("qh110004", "GET", "/types/account_request/online?number="+number, nil).want(404)
	s.call("qh110004", "GET", "/types/account_request_paper/online", nil).want(422)
	s.call("qh110004", "POST", "/numbers/void", object{"number": number, "reason": "不再需要"}).want(200)
	s.call("qh110004", "GET", online+number, nil).want(422)
}

// Of a paper under the number of a case a program reads and fills in the version of that case.
func TestTheEntryOfAPaperIsOfTheVersionOfItsCase(t *testing.T) {
	s := openWith(t, memory.New(), func(c *ismskit.Config) {
		c.Rights.ManageRecords, c.Rights.ManageTypes = []string{"records/reads_all"}, []string{"organisation/security_officer"}
	})
	const keeper, entry = "qh110004", "/types/account_request_paper"
	id := s.sent("qh150013", line("S02", "unit_registry", "P13", "qh150013"))
	was := s.call("qh150013", "GET", "/cases/"+id, nil).want(200)
	number := was.text("number")
	s.act(keeper, id, object{"verb": "to_paper", "comment": "機房停電"}, "If-Match", s.etag(keeper, id)).want(200)
	s.settle()
	versions, officer := s.kit.Types().Versions(), ismskit.Actor{Person: "P04"}
	d, err := versions.Begin(t.Context(), officer, "account_request", "")
	if err == nil {
		d.Flow, err = d.Flow.Before("root.sequence[0]", workflow.Node{Step: &workflow.Step{
			ID: "desk", Name: workflow.Text{"zh-TW": "檔案股", "en": "Records desk"}, Kind: workflow.KindReview, Who: []workflow.Who{{Kind: workflow.WhoPerson, IDs: []string{"P12"}}},
		}})
	}
	if err == nil {
		d, err = versions.Save(t.Context(), officer, ismskit.FlowChange{Type: "account_request", Seen: d.Draft.Revision, Flow: d.Flow})
	}
	if err == nil {
		_, err = versions.Publish(t.Context(), officer, ismskit.VersionChange{Type: "account_request", Seen: d.Draft.Revision, Reason: "先經檔案股"})
	}
	if err != nil {
		t.Fatal(err)
	}
	now, of := s.call(keeper, "GET", entry, nil).want(200).text("version"), s.call(keeper, "GET", entry+"?number="+number, nil).want(200).text("version")
	if now == of || now == "" || of == "" {
		t.Errorf("the form is %q, and for the number %q", now, of)
	}
	values := object{"paper_number": number, "paper_signers": []any{
		object{"signer": object{"kind": "person", "id": "P13"}, "capacity": "申請人", "signed_on": "2026-11-23"},
	}}
	for of, desk := range map[string]bool{number: false, "": true} {
		values["paper_number"] = of
		route := s.call(keeper, "POST", entry+"/route", object{"applicant": "P13", "values": values}).want(200)
		if got := strings.Contains(string(route.raw), "檔案股"); got != desk {
			t.Errorf("under %q it comes to the desk: %t: %s", of, got, route.raw)
		}
	}
	values["paper_number"] = number
	draft := s.call(keeper, "POST", "/cases", object{"type": "account_request_paper", "applicant": "P13", "values": values}).want(201)
	if got := s.call(keeper, "GET", "/cases/"+draft.text("case"), nil).want(200); got.text("version") != of {
		t.Errorf("its draft is %s", got.raw)
	}
}
