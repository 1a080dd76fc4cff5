package api_test

import (
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/workflow"
)

// A program of somebody who looks after the archive reads how long logs are kept and what is
// past its time; to a clerk's there is no such thing.
func TestWhatIsPastItsTimeOverREST(t *testing.T) {
	s := open(t, inMemory(t))
	got := s.call("qh130009", "GET", "/retention", nil).want(200)
	if len(list(got, "logs")) != 7 || got.at("logs", 0, "months") != 6.0 || got.at("logs", 0, "missing") != true || len(list(got, "records")) != 0 {
		t.Errorf("%s", got.raw)
	}
	s.call("qh150013", "GET", "/retention", nil).refused(404, "not_found")
	s.call("", "GET", "/retention", nil).refused(401, "token")
}

// Of a record that stands in a list for disposal a program reads which one, or only that it does, as far
// as its person may read the list.
func TestAProgramReadsOnWhichListARecordStands(t *testing.T) {
	s := openWith(t, inMemory(t), func(c *ismskit.Config) { c.Rights.ManageRecords = []string{"records/records_manager"} })
	keeper := ismskit.Actor{Person: "P09", Channel: "go"}
	rule := ismskit.RowChange{List: register.RetentionRules, ID: "K01", Seen: 1, Reason: "測試", Values: forms.Values{"name": "申請表單", "applies": "case", "form_no": "IS-04-*", "keep": "months", "n": int64(1)}}
	_, err := s.kit.Registers().Put(t.Context(), ismskit.Actor{Person: "P07", Channel: "go"}, rule)
	must(t, err)
	before := s.call("qh130009", "GET", "/retention", nil).want(200)
	if before.at("listed") != 0.0 || before.at("records", 0, "listed") != nil || before.at("records", 0, "list") != nil {
		t.Errorf("before there is a list: %s", before.raw)
	}
	begun, err := s.kit.Records().Retention().List(t.Context(), keeper, "")
	must(t, err)
	sent, err := s.kit.Act(t.Context(), keeper, begun.Case, ismskit.Action{Verb: workflow.VerbSubmit, Values: forms.Values{"basis": "檔案法"}})
	must(t, err)
	s.settle()
	own := s.call("qh130009", "GET", "/retention", nil).want(200)
	if own.at("listed") != float64(len(list(own, "records"))) || own.at("held") != 0.0 || own.at("records", 0, "listed") != true ||
		own.text("records", 0, "list") != sent.Number || own.text("records", 0, "list_case") != begun.Case || own.at("records", 0, "hold") != nil {
		t.Errorf("to who put it there: %s", own.raw)
	}
	other := s.call("qh110007", "GET", "/retention", nil).want(200)
	if other.at("records", 0, "listed") != true || other.at("records", 0, "list") != nil || other.at("records", 0, "list_case") != nil {
		t.Errorf("to who may not read the list: %s", other.raw)
	}
}

// A hold that is over says so to a program, with what it kept.
func TestAProgramReadsThatAHoldIsOver(t *testing.T) {
	s := openWith(t, inMemory(t), func(c *ismskit.Config) { c.Rights.ManageRecords = []string{"records/records_manager"} })
	hold := ismskit.RowChange{List: register.LegalHolds, ID: "H01", Values: forms.Values{"name": "某訴訟", "basis": "訴", "from": calendar.Date{Year: 2026, Month: 11, Day: 1}, "until": calendar.Date{Year: 2026, Month: 11, Day: 24}, "form_no": "IS-04-012"}}
	_, err := s.kit.Registers().Put(t.Context(), ismskit.Actor{Person: "P07", Channel: "go"}, hold)
	must(t, err)
	during := s.call("qh130009", "GET", "/retention/holds/H01", nil).want(200)
	if during.at("ended") != nil || during.at("count") == 0.0 {
		t.Errorf("while it holds: %s", during.raw)
	}
	s.clock.Set(monday.AddDate(0, 0, 2))
	s.settle()
	after := s.call("qh130009", "GET", "/retention/holds/H01", nil).want(200)
	if after.at("ended") != true || after.at("count") != during.at("count") {
		t.Errorf("after it: %s", after.raw)
	}
}
