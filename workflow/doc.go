// Package workflow is the signing engine: a flow written as data is compiled
// once, and one action after another is applied to the state of one case.
//
// The engine is pure. It reads no clock, no database and no directory: the
// moment comes in with the action, values come through [Facts], and people are
// found by the caller between [Compiled.Act] and [Compiled.Seat]. It never
// changes what it was given, so the same actions always lead to the same state.
//
//	c, err := workflow.Compile(flow, vocabulary)   // every mistake at once
//	turn, err := c.Start(facts, now, applicant)    // or c.Act(state, action, facts)
//	for len(turn.Ask) > 0 {
//		turn, err = c.Seat(turn, find(turn.Ask), facts)
//	}
//	// write turn.State and turn.Events in one transaction
//
// A refused action returns an error and nothing else. Every refusal is a
// [*Refusal] with a code and parameters; the sentences are in texts/.
//
// Everything here is safe for concurrent use: a Compiled is immutable, and State
// is a value.
package workflow
