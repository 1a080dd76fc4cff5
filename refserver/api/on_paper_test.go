package api_test

import (
	"testing"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/storage/memory"
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
