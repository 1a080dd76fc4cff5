package ismskit_test

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/storage/memory"
	"github.com/ismskit/ismskit/workflow"
)

// What a trail alone tells of a case: its entries, played one after the other, without the
// flow and without the row of the case. It is what people ask a trail for: who had what to
// do, until when, who decided it how, where the case stands, and when its clock stood. The
// inner marks of the engine (which branch, how many of how many) are not on the trail.
// It stands in the tests, for no program works a row out of its trail: a later one would word it
// otherwise and call the earlier ones false. A row is held against its trail by its digest.
type told struct {
	phase   workflow.Phase
	outcome workflow.Outcome
	order   []string
	tasks   map[string]*toldTask
	stops   []workflow.Stop
}

type toldTask struct {
	Step, DueDate, Comment, Result string
	Status                         workflow.TaskStatus
	Origin                         workflow.Origin
	From                           string
	Holders                        string
	Verb                           workflow.Verb
	By, For                        string
}

// replay plays entries.
func replay(trail []ismskit.Entry) told {
	out := told{tasks: map[string]*toldTask{}}
	for _, e := range trail {
		out.entry(e)
	}
	return out
}

// waits are verbs after which the task in which they were given waits for those they name.
var waits = []workflow.Verb{workflow.VerbAddBefore, workflow.VerbDelegate, workflow.VerbConsult}

func (s *told) entry(e ismskit.Entry) {
	s.phase, s.outcome = e.Phase, e.Outcome
	switch e.Verb {
	case workflow.VerbSuspend:
		s.stops = append(s.stops, workflow.Stop{From: e.At, By: e.By, Reason: e.Comment})
	case workflow.VerbResume:
		s.stops[len(s.stops)-1].To = e.At
	}
	for _, n := range e.Closed {
		t, there := s.tasks[n.Task]
		if !there { // it was passed by, or opened and closed with one act
			t = &toldTask{Step: n.Step, Holders: people(n.Holders), DueDate: n.Due}
			s.tasks[n.Task], s.order = t, append(s.order, n.Task)
		}
		if t.Status = n.Status; n.Status == workflow.TaskSkipped {
			t.By = n.Holders[0].Person
		}
		if n.Task == e.Task && n.Status == workflow.TaskRemoved {
			t.Comment = e.Comment
		}
		if n.Task == e.Task && slices.Contains([]workflow.TaskStatus{workflow.TaskDone, workflow.TaskMoved, workflow.TaskDeclined}, n.Status) {
			t.Verb, t.By, t.Comment, t.Result = e.Verb, e.By.Person, e.Comment, e.Result
			if e.For != nil {
				t.For = e.For.Person
			}
		}
	}
	for _, n := range e.Opened {
		t, there := s.tasks[n.Task]
		if !there {
			t = &toldTask{Step: n.Step, Status: workflow.TaskOpen, Origin: n.Origin, From: n.From}
			s.tasks[n.Task], s.order = t, append(s.order, n.Task)
		}
		if t.Holders, t.DueDate = people(n.Holders), n.Due; n.From != "" {
			t.Origin, t.From = n.Origin, n.From
		}
		if slices.Contains(waits, e.Verb) && n.From == e.Task {
			s.tasks[e.Task].Status = workflow.TaskWaiting
		}
	}
	slices.SortFunc(s.order, func(a, b string) int { return cmp.Or(len(a)-len(b), strings.Compare(a, b)) }) // by their numbers
	for _, d := range e.Dues {
		s.tasks[d.Task].DueDate = d.DueDate
	}
	// A request for more time follows the task to whom it is reassigned.
	if e.Verb == workflow.VerbReassign && len(e.Opened) == 1 {
		for _, t := range s.tasks {
			if t.From == e.Task && (t.Status == workflow.TaskOpen || t.Status == workflow.TaskWaiting) {
				t.From = e.Opened[0].Task
			}
		}
	}
	// A granted request for more time moves the deadline of the task that asked for it.
	if t, there := s.tasks[e.Task]; there && e.Extension != nil && t.Origin == workflow.OriginExtend {
		s.tasks[t.From].DueDate = e.Extension.DueDate
	}
	for id, t := range s.tasks {
		if t.Status == workflow.TaskWaiting && !slices.ContainsFunc(s.order, func(other string) bool {
			o := s.tasks[other]
			asked := o.Origin != workflow.OriginExtend && o.Origin != workflow.OriginCheck && o.Origin != workflow.OriginOwed // nobody waits for those
			return o.From == id && asked && (o.Status == workflow.TaskOpen || o.Status == workflow.TaskWaiting)
		}) {
			t.Status = workflow.TaskOpen
		}
	}
}

func people(of []workflow.Signer) string {
	var out []string
	for _, s := range of {
		out = append(out, s.Person)
	}
	slices.Sort(out)
	return fmt.Sprint(out)
}

// stands is the same of the row of the case.
func stands(c ismskit.Case) told {
	out := told{phase: c.Flow.Phase, outcome: c.Flow.Outcome, tasks: map[string]*toldTask{}, stops: c.Flow.Stops}
	for _, t := range c.Flow.Tasks {
		one := &toldTask{Step: t.Step, DueDate: t.DueDate, Comment: t.Comment, Result: t.Result, Status: t.Status, Origin: t.Origin, From: t.From, Holders: people(t.Holder.Named), Verb: t.Verb}
		if t.By != nil {
			one.By = t.By.Person
		}
		if t.For != nil {
			one.For = t.For.Person
		}
		out.tasks[t.ID], out.order = one, append(out.order, t.ID)
	}
	return out
}

// differs is the first thing in which two of them differ, "" for none.
func (s told) differs(row told) string {
	switch {
	case s.phase != row.phase || s.outcome != row.outcome:
		return fmt.Sprintf("%s %s, and the row says %s %s", s.phase, s.outcome, row.phase, row.outcome)
	case !slices.Equal(s.order, row.order):
		return fmt.Sprintf("tasks %v, and the row has %v", s.order, row.order)
	case len(s.stops) != len(row.stops):
		return fmt.Sprintf("%d stops, and the row has %d", len(s.stops), len(row.stops))
	}
	for i, stop := range s.stops {
		if !stop.From.Equal(row.stops[i].From) || !stop.To.Equal(row.stops[i].To) || stop.By.Person != row.stops[i].By.Person || stop.Reason != row.stops[i].Reason {
			return fmt.Sprintf("stop %+v, and the row has %+v", stop, row.stops[i])
		}
	}
	for _, id := range s.order {
		if *s.tasks[id] != *row.tasks[id] {
			return fmt.Sprintf("%s is %+v\nand in the row %+v", id, *s.tasks[id], *row.tasks[id])
		}
	}
	return ""
}

const replayFlow = `{"key":"memo","version":"1","officers":[{"kind":"person","ids":["P04"]}],"registry":[{"kind":"person","ids":["P10"]}],
	"root":{"sequence":[
	{"step":{"id":"head","name":{"zh-TW":"科長","en":"Head"},"kind":"review","who":[{"kind":"person","ids":["P11"]}],"due":{"term":"3wd"},
		"extend":{"max":2,"tiers":[{"who":[{"kind":"person","ids":["P01"]}]}]}}},
	{"step":{"id":"two","name":{"zh-TW":"會簽","en":"Both"},"kind":"review","who":[{"kind":"person","ids":["P12","P06"]}],"need":{"kind":"all"},"due":{"term":"2wd"},"return_to":["applicant","head"]}},
	{"step":{"id":"one","name":{"zh-TW":"擇一","en":"Either"},"kind":"review","who":[{"kind":"person","ids":["P05","P10"]}],"need":{"kind":"any"}}},
	{"step":{"id":"chief","name":{"zh-TW":"局長","en":"Chief"},"kind":"approve","who":[{"kind":"person","ids":["P01"]}],"due":{"term":"5wd"},"return_to":["applicant","two"]}}]}}`

// Replaying the entries of a trail gives the same state as the row of the case, whatever
// was done with it: decided, returned and sent again, asked of others, given away, taken
// back, stopped, extended, withdrawn.
func TestReplayOfTheTrailGivesTheSameState(t *testing.T) {
	var seen []workflow.Verb
	rapid.Check(t, func(r *rapid.T) {
		o := openOffice(t, memory.New(), memo(t, replayFlow))
		id := o.memo()
		house := []string{"P01", "P04", "P05", "P06", "P10", "P11", "P12", "P13"}
		for range rapid.IntRange(1, 14).Draw(r, "acts") {
			o.now = o.now.Add(time.Duration(rapid.IntRange(1, 30).Draw(r, "hours")) * time.Hour)
			who := house[rapid.IntRange(0, len(house)-1).Draw(r, "who")]
			pick, named := rapid.IntRange(0, 40).Draw(r, "pick"), house[rapid.IntRange(0, len(house)-1).Draw(r, "named")]
			c, err := o.kit.Case(o.ctx, o.as(who), id)
			if errors.Is(err, ismskit.ErrNotFound) {
				continue
			}
			if err != nil {
				r.Fatal(err)
			}
			a, ok := somethingToDo(c, pick, named)
			if !ok {
				continue
			}
			// What is refused changes nothing, which is held below as well.
			if _, err := o.kit.Act(o.ctx, o.as(who), id, a); err == nil && !slices.Contains(seen, a.Verb) {
				seen = append(seen, a.Verb)
			}
			c, err = o.kit.Case(o.ctx, o.as("P04"), id)
			if err != nil {
				r.Fatal(err)
			}
			if what := replay(c.Trail).differs(stands(c)); what != "" {
				r.Fatalf("after %s by %s the trail says %s", a.Verb, who, what)
			}
		}
	})
	t.Log("done: ", seen)
	for _, verb := range []workflow.Verb{workflow.VerbApprove, workflow.VerbSuspend, workflow.VerbReassign} {
		if !slices.Contains(seen, verb) && !testing.Short() {
			t.Errorf("%s never came up", verb)
		}
	}
}

// somethingToDo is one of what a reader may do with a case.
func somethingToDo(c ismskit.Case, pick int, named string) (ismskit.Action, bool) {
	type choice struct {
		task   string
		verb   workflow.Verb
		people bool
		to     []string
	}
	var all []choice
	for _, t := range c.Mine {
		for _, o := range t.Offers {
			all = append(all, choice{t.ID, o.Verb, o.People, o.To})
		}
	}
	for _, o := range c.Others {
		if o.Planned == nil {
			all = append(all, choice{o.Task, o.Verb, o.People, nil})
		}
	}
	if c.MayEdit {
		all = append(all, choice{verb: workflow.VerbSubmit})
	}
	if c.MayWithdraw && pick == 40 {
		all = []choice{{verb: workflow.VerbWithdraw}}
	}
	all = slices.DeleteFunc(all, func(one choice) bool { return one.verb == workflow.VerbVoid && pick < 39 })
	if len(all) == 0 {
		return ismskit.Action{}, false
	}
	one := all[pick%len(all)]
	a := ismskit.Action{Verb: one.verb, Task: one.task, Comment: "理由"}
	if one.people {
		a.People = []string{named}
	}
	if len(one.to) > 0 {
		a.To = one.to[pick%len(one.to)]
	}
	if one.verb == workflow.VerbExtend {
		a.Term = "2wd"
	}
	return a, true
}
