package workflow_test

import (
	"testing"

	"github.com/ismskit/ismskit/workflow"
)

// The head names successors, one of them herself or through her deputy; each says whether he takes over,
// and whoever is above approves the whole.
func acceptDesk(t *testing.T, names func(d *desk), successors ...string) *desk {
	t.Helper()
	d := newDesk(t, parse(t, flowOf(step("name", "review", anyone, ""),
		step("take", "accept", `{"kind":"field","field":"responsible"}`, `"need":{"kind":"all"},"same_signer":"skip","return_to":["name"]`),
		step("chief", "approve", anyone, `"same_signer":"skip"`))),
		values{}, seats("name", people("H"), "take", people(successors...), "chief", people("C")))
	d.send()
	names(d)
	return d
}

func named(d *desk) { d.must(does(workflow.VerbApprove, d.open("name"), "H", "")) }

// Who has named herself as a deputy says for herself that she takes over: that signs for nobody.
func TestADeputyWhoNamedHerselfTakesOver(t *testing.T) {
	h := person("H")
	d := acceptDesk(t, func(d *desk) {
		d.must(workflow.Action{Verb: workflow.VerbApprove, Task: d.open("name"), By: person("S"), For: &h})
	}, "S")
	d.must(does(workflow.VerbApprove, d.open("take"), "S", ""))
	d.opened("chief")
}

// What binds one person is not given to another: she says no, and somebody else is named.
func TestWhatIsToBeTakenOverIsGivenToNobodyElse(t *testing.T) {
	d := acceptDesk(t, named, "S")
	task := d.open("take")
	d.refuse(workflow.ErrBound, d.names(workflow.VerbReassign, task, "BOSS", "B"))
	d.refuse(workflow.ErrBound, d.names(workflow.VerbDelegate, task, "S", "B"))
	d.refuse(workflow.ErrBound, does(workflow.VerbDecline, task, "S", "不是我的"))
	d.must(does(workflow.VerbReturn, task, "S", "不認識該帳號"))
	d.opened("name")
}

// Who takes over one thing has not approved the whole.
func TestTakingOverIsNoApproval(t *testing.T) {
	d := acceptDesk(t, named, "C", "H")
	d.must(does(workflow.VerbApprove, d.open("take"), "C", "")) // the head named himself, and is not asked
	d.must(does(workflow.VerbApprove, d.open("chief"), "C", ""))
	d.closed(workflow.OutcomeDone)
}
