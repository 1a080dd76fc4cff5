package api_test

import (
	"strings"
	"testing"
)

// 流程試跑 through REST: an officer asks what would become of a clerk's request while
// the clerk's head is away; a clerk may not ask.
func TestADryRunSaysWhoWouldSignAndWhereItStops(t *testing.T) {
	s := open(t, inMemory(t))
	officer, clerk := "qh110005", "qh150013"
	ask := object{"values": object{"subject": "試跑"}, "applicant": "P10", "at": "2026-11-27T08:00:00Z", "absent": []string{"P03", "P02", "P01"}}
	run := s.call(officer, "POST", "/types/account_request/dry-run", ask).want(200)
	if got := string(run.raw); !strings.Contains(got, `"why":"away"`) || !strings.Contains(got, `"date":"2026-12-01"`) || !strings.Contains(got, "莊景文 不在，且無代理人可辦。") {
		t.Error(got)
	}
	s.call(clerk, "POST", "/types/account_request/dry-run", ask).refused(404, "not_found")
	ask["absent"] = []string{"P99"}
	s.call(officer, "POST", "/types/account_request/dry-run", ask).refused(422, "unknown_person")
	ask["absent"], ask["applicant"] = []string{}, "P99"
	s.call(officer, "POST", "/types/account_request/dry-run", ask).refused(422, "invalid")
}
