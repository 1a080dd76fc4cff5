package catalog

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/evidence"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/workflow"
)

// Nobody reads for who has left: his reading is waived by itself the night after, and the sheet
// waits for the others alone. Who is back is asked anew. Who looks after documents may waive it for
// somebody who is away for long, but nobody does it for himself.
func TestWhoHasLeftIsNotAskedToRead(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		o.distribute(forms.Values{"people": rowsOf("people", "P12", "P13", "P14")})
		o.leave(date(11, 24), "P13")
		held, err := o.kit.Queue().Held().Of(o.ctx, o.as("P13"), "P13")
		must(t, err)
		if slices.ContainsFunc(held, func(h ismskit.Holding) bool { return strings.Contains(h.Name.In("zh-TW"), procedure) }) {
			t.Errorf("he is asked to hand his reading over: %v", held)
		}
		o.runTo(at(11, 26, 9, 0))
		if read, not := o.readers("P07", ""); read != "" || not != "P12 P14" {
			t.Errorf("read by %q, asked of %q", read, not)
		}
		waived := func(person string) (reason, sheet string) {
			t.Helper()
			r, err := o.kit.Documents().Readers(o.ctx, o.as("P07"), ismskit.ReadersQuery{Document: procedure, Audience: true})
			must(t, err)
			if len(r.Missing) != 0 {
				t.Errorf("still to be asked: %v", r.Missing)
			}
			for _, one := range r.Readers {
				if one.Person == person && !one.Waived.IsZero() {
					return one.Reason, one.Case
				}
			}
			return "", ""
		}
		reason, sheet := waived("P13")
		if !strings.Contains(reason, "離職") {
			t.Errorf("waived for %q", reason)
		}
		c, err := o.kit.Case(o.ctx, o.as("P07"), sheet)
		must(t, err)
		last := c.Trail[len(c.Trail)-1]
		if last.Verb != workflow.VerbWaive || last.Comment != reason || len(c.Faults) > 0 {
			t.Errorf("the trail ends with %s %q: %v", last.Verb, last.Comment, c.Faults)
		}
		var of workflow.Task
		for _, task := range c.Flow.Tasks {
			if task.Holder.Has("P14") {
				of = task
			}
		}
		waive := ismskit.Action{Verb: workflow.VerbWaive, Task: of.ID, Comment: "長期病假"}
		for who, want := range map[string]error{"P14": ismskit.ErrForbidden, "P12": ismskit.ErrForbidden} {
			if _, err := o.kit.Act(o.ctx, o.as(who), sheet, waive); !errors.Is(err, want) {
				t.Errorf("%s waives it: %v", who, err)
			}
		}
		silent := waive
		silent.Comment = ""
		if _, err := o.kit.Act(o.ctx, o.as("P07"), sheet, silent); !errors.Is(err, workflow.ErrReason) {
			t.Errorf("without a reason: %v", err)
		}
		o.act("P07", sheet, waive)
		o.hasRead("P12")
		if c, err := o.kit.Case(o.ctx, o.as("P07"), sheet); err != nil || c.Flow.Phase != workflow.PhaseClosed {
			t.Errorf("the sheet is %s, %v", c.Phase, err)
		}
		o.runTo(at(11, 27, 9, 0))
		if read, not := o.readers("P07", ""); read != "P12" || not != "" {
			t.Errorf("the night after: read by %q, asked of %q", read, not)
		}
		row, _, err := o.kit.Registers().Get(o.ctx, loading, register.People, "P13")
		must(t, err)
		v, err := o.kit.Registers().Fields(o.ctx, ismskit.System("test"), row)
		must(t, err)
		v = v.Clone()
		delete(v, "to")
		_, err = o.kit.Registers().Put(o.ctx, loading, ismskit.RowChange{List: register.People, ID: "P13", Seen: row.Revision, Values: v})
		must(t, err)
		o.runTo(at(11, 28, 9, 0))
		if _, not := o.readers("P07", ""); not != "P13" {
			t.Errorf("when he is back, asked of %q", not)
		}
		report, err := o.kit.Evidence().Audit(o.ctx, ismskit.System("test"), evidence.Options{})
		must(t, err)
		if len(report.Findings) > 0 {
			t.Errorf("%v", report.Findings)
		}
	})
}

// A new distribution says to whom; one that is there ends when it is emptied.
func TestADistributionNamesSomebodyUntilItEnds(t *testing.T) {
	o := openOffice(t, inMemory(t))
	doc := forms.Ref{List: "document", ID: o.doc(procedure).ID}
	_, err := o.kit.Registers().Put(o.ctx, o.as("P07"), ismskit.RowChange{List: register.Distributions, ID: "D9", Values: forms.Values{"document": doc, "everybody": false}})
	if !refusedAt(err, "everybody") {
		t.Errorf("to nobody: %v", err)
	}
	o.distribute(forms.Values{"people": rowsOf("people", "P13")})
	o.distribute(forms.Values{})
	r := o.asked("P13", o.revision("P13", date(11, 23)))
	o.act("P07", r.Case, ismskit.Action{Verb: workflow.VerbApprove})
	o.act("P01", r.Case, ismskit.Action{Verb: workflow.VerbApprove})
	if read, not := o.readers("P07", "1.4"); read+not != "" {
		t.Errorf("after its end %q and %q are asked to read the new version", read, not)
	}
}
