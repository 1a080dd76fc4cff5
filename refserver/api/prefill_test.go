package api_test

import (
	"testing"
)

// A program begins a form as people do: from the template of a job, or from the last
// request. What either gives can be sent as it is.
func TestAFormBeginsWithATemplateOrTheLastRequest(t *testing.T) {
	s := open(t, inMemory(t))
	clerk, other := "qh150013", "qh150011"
	offered := s.call(clerk, "GET", "/types/account_request/templates", nil).want(200)
	var desk string
	for i := range offered.items() {
		if offered.text("items", i, "title") == "單位登記桌" {
			desk = offered.text("items", i, "id")
		}
	}
	if desk == "" {
		t.Fatalf("%s", offered.raw)
	}
	begun := s.call(clerk, "GET", "/types/account_request/templates/"+desk, nil).want(200)
	rows, _ := begun.at("values", "lines").([]any)
	if begun.text("table") != "lines" || len(rows) != 3 || begun.text("values", "lines", 0, "system", "id") != "S01" ||
		begun.text("values", "lines", 0, "period", "from") != "2026-11-23" || begun.text("values", "lines", 0, "period", "to") != "2027-11-22" {
		t.Fatalf("%s", begun.raw)
	}
	s.call(clerk, "POST", "/cases", object{"type": "account_request", "values": begun.at("values")}).want(201)

	s.sent(clerk, line("S02", "officer", "P13", "qh150013"))
	last := s.call(clerk, "GET", "/types/account_request/last", nil).want(200)
	if last.text("values", "subject") != "調任收發窗口，申請三項權限" || last.text("values", "lines", 0, "system", "id") != "S02" || last.text("values", "lines", 0, "_row") == "" {
		t.Errorf("%s", last.raw)
	}
	s.call(other, "GET", "/types/account_request/last", nil).refused(404, "not_found") // somebody else's
	s.call(clerk, "POST", "/cases", object{"type": "account_request", "values": last.at("values"), "submit": true}).want(201)
}

// A type that is not on offer, or that one may not open, is not there to begin with.
func TestNothingToBeginAFormWithThatOneMayNotOpen(t *testing.T) {
	s := open(t, inMemory(t))
	for _, key := range []string{"no_such_form", "account_request_row", "grant_closure", "original_lost"} {
		for _, path := range []string{"/templates", "/templates/R02", "/last"} {
			s.call("qh150013", "GET", "/types/"+key+path, nil).refused(404, "not_found")
		}
		for _, path := range []string{"/check", "/route"} {
			s.call("qh150013", "POST", "/types/"+key+path, object{"values": object{}}).refused(404, "not_found")
		}
		s.call("qh170018", "GET", "/types/"+key, nil).refused(404, "not_found")
	}
	// Who asked for an account reads the form of its rows, in which he finds the result.
	s.call("qh150013", "GET", "/types/account_request_row", nil).want(200)
	s.call("qh150013", "GET", "/types/account_request/templates/none", nil).refused(404, "not_found")
}
