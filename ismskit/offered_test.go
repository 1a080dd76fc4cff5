package ismskit_test

import (
	"slices"
	"testing"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/workflow"
)

const poolFlow = `{"key":"memo","version":"1","officers":[{"kind":"person","ids":["P12"]}],"root":{"sequence":[
	{"step":{"id":"desk","name":{"zh-TW":"資訊室","en":"Desk"},"kind":"review","who":[{"kind":"role","module":"organisation","role":"security_officer"}]}}]}}`

// What would be refused is not offered: to assign work anew while the clock stands, to name a
// stand-in where a group has it, and to take for oneself what nobody shares.
func TestWhatWouldBeRefusedIsNotOffered(t *testing.T) {
	eachSigning(t, poolFlow, func(t *testing.T, o *office) {
		id := o.memo()
		c := o.read("P04", id)
		if len(c.Mine) != 1 || c.Mine[0].Holder.Pool == "" {
			t.Fatalf("it came to %+v", c.Mine)
		}
		if slices.ContainsFunc(c.Mine[0].Offers, func(x workflow.Offer) bool { return x.Verb == workflow.VerbClaim }) {
			t.Error("he may take for himself what is his alone")
		}
		for _, person := range []string{"P01", "P12"} {
			for _, verb := range []workflow.Verb{workflow.VerbAppoint, workflow.VerbReassign} {
				_, err := o.kit.Act(o.ctx, o.as(person), id, ismskit.Action{Verb: verb, Task: c.Mine[0].ID, People: []string{"P06"}, Comment: "試"})
				offered := false
				if seen, readErr := o.kit.Case(o.ctx, o.as(person), id); readErr == nil {
					offered = slices.ContainsFunc(seen.Others, func(a ismskit.OtherAct) bool { return a.Verb == verb })
				}
				if err == nil {
					break // it is theirs to do, and done
				}
				if offered {
					t.Errorf("%s is offered to %s and refused: %v", verb, person, err)
				}
			}
		}
	})
	eachSigning(t, memoFlow, func(t *testing.T, o *office) {
		id := o.memo()
		if !slices.Contains(o.may("P04", id), workflow.VerbReassign) {
			t.Fatal("it can't be assigned anew at all")
		}
		o.act("P04", id, ismskit.Action{Verb: workflow.VerbSuspend, Comment: "等候補件"})
		if may := o.may("P04", id); slices.Contains(may, workflow.VerbReassign) || !slices.Contains(may, workflow.VerbResume) {
			t.Errorf("while the clock stands: %v", may)
		}
		o.minute()
		for _, person := range []string{"P11", "P13"} {
			if !slices.ContainsFunc(o.noticesOf(person), func(m ismskit.Message) bool { return m.Rule == "clock_stopped" }) {
				t.Errorf("%s was not told that the clock stands", person)
			}
		}
		o.act("P04", id, ismskit.Action{Verb: workflow.VerbResume, Comment: "已補"})
		o.minute()
		for _, person := range []string{"P11", "P13"} {
			if !slices.ContainsFunc(o.noticesOf(person), func(m ismskit.Message) bool { return m.Rule == "clock_resumed" }) {
				t.Errorf("%s was not told that the clock runs again", person)
			}
		}
	})
}
