package ismskit_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/workflow"
)

// stepInShort is a step of a route in short: what was done, who has it, who is still to act beside them.
func stepInShort(s ismskit.RouteStep) string {
	names := func(people []workflow.Signer) string {
		out := make([]string, len(people))
		for i, p := range people {
			out[i] = p.Person
		}
		return strings.Join(out, "+")
	}
	var out []string
	for _, a := range s.Acts {
		line := fmt.Sprintf("%s%s %s", a.Origin, a.Verb, a.By.Person)
		if a.For != nil {
			line += " for " + a.For.Person
		}
		if len(a.From)+len(a.To) > 0 {
			line += " " + names(a.From) + ">" + names(a.To)
		}
		out = append(out, line)
	}
	people := func(head string, people []ismskit.RoutePerson) {
		for _, p := range people {
			line := head + p.Person
			if p.Acting != nil {
				line += " by " + p.Acting.Person
			}
			if p.Waits {
				line += " waits"
			}
			out = append(out, line)
		}
	}
	people("has ", s.People)
	for _, t := range s.Beside {
		people(fmt.Sprintf("%s %s ", t.Origin, t.State), t.People)
	}
	return strings.Join(out, "; ")
}

// While somebody asked first has it, and while somebody is still to sign afterwards, the route
// says who is asked for what, what each has said in whose name, and to whom it comes back.
func TestTheRouteSaysWhoIsAskedBesideAStep(t *testing.T) {
	eachSigning(t, memoFlow, func(t *testing.T, o *office) {
		o.away("P11", 0, 20, "P12")
		o.until(monday.AddDate(0, 0, 2))
		id := o.memo()
		act := func(person, id string, a ismskit.Action) {
			t.Helper()
			o.now = o.now.Add(time.Minute)
			o.act(person, id, a)
		}
		is := func(want ...string) {
			t.Helper()
			if got := stepInShort(o.read("P13", id).Way.Steps[0]); got != strings.Join(want, "; ") {
				t.Errorf("got  %s\nwant %s", got, strings.Join(want, "; "))
			}
		}
		is("has P11 by P12")
		act("P12", id, ismskit.Action{Verb: workflow.VerbConsult, People: []string{"P04", "P05"}})
		is("has P11 by P12 waits", "consult open P04", "consult open P05")
		act("P04", id, ismskit.Action{Verb: workflow.VerbDelegate, People: []string{"P06"}})
		act("P05", id, ismskit.Action{Verb: workflow.VerbDecline, Comment: "非本室權責"})
		is("consultdecline P05 >P11", "has P11 by P12 waits", "consult open P04 waits", "delegate open P06")
		act("P06", id, ismskit.Action{Verb: workflow.VerbApprove})
		act("P04", id, ismskit.Action{Verb: workflow.VerbApprove, Comment: "無意見"})
		before := []string{"consultdecline P05 >P11", "delegateapprove P06", "consultapprove P04"}
		is(append(before, "has P11 by P12")...)
		act("P12", id, ismskit.Action{Verb: workflow.VerbAddAfter, People: []string{"P10"}})
		is(append(before, "has P11 by P12", "after planned P10")...)
		act("P12", id, ismskit.Action{Verb: workflow.VerbApprove})
		before = append(before, "approve P12 for P11")
		is(append(before, "after open P10")...)
		act("P04", id, ismskit.Action{Verb: workflow.VerbReassign, Task: o.read("P10", id).Mine[0].ID, People: []string{"P05"}, Comment: "出差"})
		before = append(before, "afterreassign P04 P10>P05")
		is(append(before, "after open P05")...)
		act("P05", id, ismskit.Action{Verb: workflow.VerbApprove})
		is(append(before, "afterapprove P05", "has P11")...)
	})
}

// Who assigns work anew, or declines it, has not signed the step: the route says from whom to whom
// it went.
func TestTheRouteSaysFromWhomWorkWentToWhom(t *testing.T) {
	eachSigning(t, memoFlow, func(t *testing.T, o *office) {
		id := o.memo()
		o.act("P11", id, ismskit.Action{Verb: workflow.VerbDecline, Comment: "非本科權責"})
		if got := stepInShort(o.read("P13", id).Way.Steps[0]); got != "decline P11 >P12; declined open P12" {
			t.Error(got)
		}
		o.act("P12", id, ismskit.Action{Verb: workflow.VerbReassign, Task: o.read("P12", id).Others[declinedAt(o, id)].Task, People: []string{"P10"}, Comment: "請續辦"})
		if got := stepInShort(o.read("P13", id).Way.Steps[0]); got != "decline P11 >P12; declinedreassign P12 P12>P10; has P10" {
			t.Error(got)
		}

		// The record says the same, of entries that were written before it did, too: those before them say it.
		o.act("P04", id, ismskit.Action{Verb: workflow.VerbReassign, Task: o.read("P10", id).Mine[0].ID, People: []string{"P06"}, Comment: "須迴避"})
		trail := o.read("P13", id).Trail
		if e := trail[len(trail)-1]; len(e.Former) != 1 || e.Former[0].Person != "P10" || len(e.Named()) != 1 || e.Named()[0].Person != "P06" {
			t.Errorf("assigned anew: from %+v to %+v", e.Former, e.Named())
		}
		if e := trail[len(trail)-3]; e.Verb != workflow.VerbDecline || len(e.BackTo) != 1 || e.BackTo[0].Person != "P12" {
			t.Errorf("declined: %s back to %+v", e.Verb, e.BackTo)
		}
	})
}

// declinedAt is where the registry is offered to assign a declined task anew.
func declinedAt(o *office, id string) int {
	o.t.Helper()
	for i, a := range o.read("P12", id).Others {
		if a.Verb == workflow.VerbReassign {
			return i
		}
	}
	o.t.Fatal("the registry may not assign it anew")
	return -1
}
