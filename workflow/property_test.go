package workflow_test

import (
	"testing"

	"github.com/ismskit/ismskit/workflow"
	"pgregory.net/rapid"
)

// From every state that random people reach, some legal sequence ends; nothing
// is open in an ended case; nobody breaks the separation of duties; a state is
// the same when written and read; the events alone tell the same of it; and the same
// actions lead to the same state.
func TestEveryCaseCanEnd(t *testing.T) {
	outcomes, done := map[workflow.Outcome]int{}, map[workflow.Verb]int{}
	walk := func(rt *rapid.T) {
		f := &forest{t: rt, room: 12}
		root := f.sequence(1)
		flow := workflow.Flow{Key: "drawn", Version: "1", Root: root, Separate: f.apart(), Officers: []workflow.Who{{Kind: workflow.WhoRole, Role: "owner"}}}
		if rapid.Bool().Draw(rt, "registry") {
			flow.Registry = []workflow.Who{{Kind: workflow.WhoRole, Role: "owner"}}
		}
		c, err := workflow.Compile(flow, wood{office()})
		if err != nil {
			rt.Fatal(err)
		}
		w := &walker{t: rt, c: c, steps: c.Steps(), apart: flow.Separate, told: draftTold(), s: c.Draft(person("P13")), facts: values{holds: map[string]bool{}, named: map[string][]string{"responsible": {"P2"}}}, at: monday}
		for _, cond := range f.conds {
			w.facts.holds[cond] = false
		}
		for range rapid.IntRange(0, 25).Draw(rt, "actions") {
			if w.s.Phase == workflow.PhaseClosed {
				break
			}
			w.wander()
		}
		w.finish()
		outcomes[w.s.Outcome]++
		for _, p := range w.log {
			done[p.action.Verb]++
		}

		again := c.Draft(person("P13"))
		for _, p := range w.log {
			turn, err := c.Act(again, p.action, p.facts)
			for _, answers := range p.answers {
				if err == nil {
					turn, err = c.Seat(turn, answers, p.facts)
				}
			}
			if err != nil {
				rt.Fatalf("played again: %v", err)
			}
			again = turn.State
		}
		if string(again.Encode()) != string(w.s.Encode()) {
			rt.Fatalf("played again it is another state\n%s\n%s", w.s.Encode(), again.Encode())
		}
	}
	for range 10 { // what is seldom done is to come up in every run
		rapid.Check(t, walk)
	}
	// A short run's fifth of the walks is too few to hold them to their variety.
	if outcomes[workflow.OutcomeDone] == 0 || !testing.Short() && len(outcomes) < 3 {
		t.Fatalf("the walks are too alike: %v", outcomes)
	}
	t.Log("done: ", done)
	for _, verb := range []workflow.Verb{workflow.VerbReturn, workflow.VerbTakeBack, workflow.VerbAddBefore, workflow.VerbAddAfter, workflow.VerbConsult,
		workflow.VerbDelegate, workflow.VerbDecline, workflow.VerbReassign, workflow.VerbClaim, workflow.VerbJoin} {
		if done[verb] == 0 && !testing.Short() {
			t.Errorf("%s never came up", verb)
		}
	}
}
