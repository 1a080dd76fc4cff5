package api_test

import (
	"slices"
	"testing"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/storage/memory"
	"github.com/ismskit/ismskit/workflow"
)

// The ledger of the stopped clock is part of a case.
func TestTheStoppedClockIsPartOfACase(t *testing.T) {
	s := openWith(t, memory.New(), func(cfg *ismskit.Config) {
		i := slices.IndexFunc(cfg.Types, func(typ ismskit.Type) bool { return typ.Key == "account_request" })
		cfg.Types[i].Flow.Officers = []workflow.Who{{Kind: workflow.WhoPerson, IDs: []string{"P04"}}}
	})
	id := s.sent("qh150013", line("S01", "folder_write", "P13", "qh150013"))
	stops := func() []any {
		all, _ := s.call("qh150013", "GET", "/cases/"+id, nil).want(200).at("stops").([]any)
		return all
	}
	if all := stops(); all == nil || len(all) != 0 {
		t.Errorf("before any stop: %v", all)
	}
	s.act("qh110004", id, object{"verb": "suspend", "comment": "等候補件"}).want(200)
	listed := func() (out [2]any) {
		line := s.call("qh110004", "GET", "/tasks?everybody=true&case="+id, nil).want(200)
		return [2]any{line.at("items", 0, "stopped_days"), line.at("items", 0, "stopped")}
	}
	s.clock.Set(monday.AddDate(0, 0, 2))
	if got := listed(); got != [2]any{2.0, true} {
		t.Errorf("on the list while it stands: %v", got)
	}
	s.act("qh110004", id, object{"verb": "resume", "comment": "已補件"}).want(200)
	if got := listed(); got != [2]any{2.0, nil} {
		t.Errorf("on the list afterwards: %v", got)
	}
	all := stops()
	if len(all) != 1 {
		t.Fatalf("the ledger: %v", all)
	}
	stop := all[0].(object)
	if by := stop["by"].(object); by["person"] != "P04" || stop["reason"] != "等候補件" || stop["workdays"] != 2.0 || stop["to"] == nil {
		t.Errorf("the stop: %v", stop)
	}
}

// Whoever may read a case is told that a verb is not his, and not that the case is
// not there; whoever may not read it learns only that.
func TestAVerbThatIsNotHisIsForbiddenToWhomTheCaseIsShown(t *testing.T) {
	s := open(t, inMemory(t))
	id := s.sent("qh150013", line("S01", "folder_write", "P13", "qh150013"))
	for _, verb := range []string{"void", "suspend", "resume", "to_paper", "waive", "approve"} {
		body := object{"verb": verb, "comment": "不想辦了"}
		s.act("qh150013", id, body).want(403)
		s.call("qh140010", "POST", "/cases/"+id+"/actions", body, "If-Match", `"1"`).want(404)
	}
}
