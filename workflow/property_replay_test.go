package workflow_test

import (
	"fmt"
	"slices"
	"time"

	"github.com/ismskit/ismskit/workflow"
)

// told is what the events of the turns alone tell of a case, one after the other, without the
// state that the engine keeps. It stands in the tests: no program works a case out from its
// trail, for a later one would word it otherwise and call the earlier ones false; a case's row is
// held against its trail by a digest. It leaves out what no event says: when something is due,
// why people were found, who still stands in line, and the ending that waits for a certificate.
type told struct {
	phase   workflow.Phase
	outcome workflow.Outcome
	round   int
	order   []string
	tasks   map[string]*toldTask
	nodes   map[string]*toldNode
	stops   []workflow.Stop
	copies  []string
}

type toldTask struct {
	Step, Pool, Holders, From, Comment, Result, By, For, Claimed, Appointed, Then string
	Status                                                                        workflow.TaskStatus
	Verb                                                                          workflow.Verb
	Opened, Closed                                                                time.Time
}

type toldNode struct {
	status       workflow.MarkStatus
	take, opened int
	batch        string
	rows         int
	result       string
}

func draftTold() *told {
	return &told{phase: workflow.PhaseDraft, round: 1, tasks: map[string]*toldTask{}, nodes: map[string]*toldNode{}}
}

func (s *told) node(id string) *toldNode {
	if s.nodes[id] == nil {
		s.nodes[id] = &toldNode{}
	}
	return s.nodes[id]
}

// turn plays what one action led to; whose it was, and on which task, an entry says as well.
func (s *told) turn(a workflow.Action, turn workflow.Turn) {
	for _, e := range turn.Events {
		s.event(a, e, turn.At)
	}
}

func (s *told) event(a workflow.Action, e workflow.Event, at time.Time) {
	s.round = e.Round
	switch e.Kind {
	case workflow.EventSubmitted:
		s.phase = workflow.PhaseRunning
	case workflow.EventReturned:
		if e.To == workflow.Applicant {
			s.phase, s.round = workflow.PhaseReturned, e.Round+1
		} else {
			s.round++
		}
	case workflow.EventSuspended:
		s.phase = workflow.PhaseSuspended
		s.stops = append(s.stops, workflow.Stop{From: at, By: *e.By, Reason: e.Text})
	case workflow.EventResumed:
		s.phase, s.stops[len(s.stops)-1].To = workflow.PhaseRunning, at
	case workflow.EventCaseClosed:
		s.phase, s.outcome = workflow.PhaseClosed, e.Outcome
	case workflow.EventCopied:
		for _, p := range e.People {
			s.copies = append(s.copies, p.Person+" "+e.Node)
		}
	case workflow.EventStepOpened, workflow.EventTakenBack:
		*s.node(e.Node) = toldNode{status: workflow.MarkOpen}
	case workflow.EventStepClosed:
		s.node(e.Node).status, s.node(e.Node).result = workflow.MarkDone, e.Result
	case workflow.EventBranchTaken:
		*s.node(e.Node) = toldNode{take: e.Take}
	case workflow.EventPassBegun, workflow.EventPassesUsed:
		*s.node(e.Node) = toldNode{take: e.Take}
	case workflow.EventChildrenWanted:
		*s.node(e.Node) = toldNode{batch: e.Batch, rows: len(e.Rows)}
	case workflow.EventChildrenOpened:
		s.node(e.Node).opened = e.Take
	case workflow.EventChildrenJoined:
		s.node(e.Node).opened, s.node(e.Node).result = len(e.Kids), e.Result
	default:
		s.taskEvent(a, e, at)
	}
}

func (s *told) taskEvent(a workflow.Action, e workflow.Event, at time.Time) {
	t := s.tasks[e.Task]
	if t == nil && e.Holder != nil {
		t = &toldTask{Step: e.Node, Pool: e.Holder.Pool, Holders: called(e.Holder.Named), From: e.From, Opened: at}
		s.tasks[e.Task], s.order = t, append(s.order, e.Task)
	}
	switch e.Kind {
	case workflow.EventTaskOpened:
		t.Status = e.Status
		s.carries(a, e, t)
	case workflow.EventTaskClosed:
		t.Status, t.Verb, t.Result, t.Comment, t.Closed = e.Status, e.Verb, e.Result, e.Text, at
		t.By, t.For = who(e.By), who(e.For)
		if e.Status == workflow.TaskSkipped { // whose it would have been had approved before
			t.By = t.Holders
		}
	case workflow.EventTaskVoided:
		t.Status = e.Status
	case workflow.EventTaskWaits:
		t.Status = workflow.TaskWaiting
	case workflow.EventTaskBack:
		t.Status = workflow.TaskOpen
	case workflow.EventClaimed:
		if t.Claimed = who(e.By); e.For != nil {
			t.Claimed = who(e.For)
		}
	case workflow.EventReleased:
		t.Claimed = ""
	case workflow.EventAppointed:
		t.Appointed = called(e.People)
	case workflow.EventSignerAdded:
		t.Then += called(e.People)
	case workflow.EventSignerRemoved:
		t.Then = ""
	}
}

// carries takes over what a task had that another takes the place of: those who sign after it,
// who had claimed it, and whoever was asked from it.
func (s *told) carries(a workflow.Action, e workflow.Event, t *toldTask) {
	switch {
	case a.Verb == workflow.VerbTakeBack && s.tasks[e.From] != nil && s.tasks[e.From].Step == e.Node:
		t.Then, t.Claimed = s.tasks[e.From].Then, s.tasks[e.From].Claimed
	case a.Verb == workflow.VerbReassign, a.Verb == workflow.VerbSeatAgain:
		if !a.Afresh {
			t.Then = s.tasks[a.Task].Then
		}
		for _, other := range s.tasks {
			if other.From == a.Task && other.Status.Live() {
				other.From = e.Task
			}
		}
	}
}

func who(s *workflow.Signer) string {
	if s == nil {
		return ""
	}
	return "[" + s.Person + "]"
}

func called(of []workflow.Signer) string {
	out := ""
	for i := range of {
		out += who(&of[i])
	}
	return out
}

// differs is the first thing in which what was told is another than the state; "" for none.
func (s *told) differs(is workflow.State) string {
	var copies []string
	for _, c := range is.Copies {
		copies = append(copies, c.To.Person+" "+c.Step)
	}
	switch {
	case s.phase != is.Phase || s.outcome != is.Outcome || s.round != is.Round:
		return fmt.Sprintf("%s %q in round %d, and it is %s %q in round %d", s.phase, s.outcome, s.round, is.Phase, is.Outcome, is.Round)
	case len(s.order) != len(is.Tasks):
		return fmt.Sprintf("tasks %v, and there are %d", s.order, len(is.Tasks))
	case !slices.Equal(s.copies, copies):
		return fmt.Sprintf("copies %v, and there are %v", s.copies, copies)
	case !slices.Equal(s.stops, is.Stops):
		return fmt.Sprintf("stops %v, and there are %v", s.stops, is.Stops)
	}
	for i, t := range is.Tasks {
		row := toldTask{Step: t.Step, Pool: t.Holder.Pool, Holders: called(t.Holder.Named), From: t.From, Comment: t.Comment, Result: t.Result, By: who(t.By), For: who(t.For),
			Claimed: who(t.Claimed), Appointed: who(t.Appointed), Then: called(t.Then), Status: t.Status, Verb: t.Verb, Opened: t.Opened, Closed: t.Closed}
		if s.order[i] != t.ID || *s.tasks[t.ID] != row {
			return fmt.Sprintf("%s is %+v\nand it is %+v", t.ID, *s.tasks[s.order[i]], row)
		}
	}
	for _, m := range is.Marks {
		if what := s.differsIn(m); what != "" {
			return what
		}
	}
	return ""
}

// differsIn compares a node that the case has reached. Where a return begins a step or branch
// anew, or a sibling is no longer needed, the mark goes with the tasks that the events close.
func (s *told) differsIn(m workflow.Mark) string {
	n := s.node(m.Node)
	is := toldNode{status: m.Status, take: m.Take, opened: m.Opened, batch: m.Batch, rows: m.Rows, result: m.Result}
	switch {
	case m.Batch != "":
		if n.batch != is.batch || n.rows != is.rows || n.opened != is.opened || n.result != is.result {
			return fmt.Sprintf("rows of %s are %+v, and they are %+v", m.Node, *n, is)
		}
	case m.Take > 0:
		if n.take != is.take {
			return fmt.Sprintf("%s is at %d, and it is at %d", m.Node, n.take, is.take)
		}
	case m.Need > 0 && m.Status == workflow.MarkOpen:
		if n.status != workflow.MarkOpen {
			return fmt.Sprintf("%s is %s, and it is open", m.Node, n.status)
		}
	case m.Need > 0 && (m.Status == workflow.MarkDone || m.Status == workflow.MarkSkipped):
		if n.status != workflow.MarkDone || n.result != is.result {
			return fmt.Sprintf("%s is %s %q, and it is %s %q", m.Node, n.status, n.result, is.status, is.result)
		}
	}
	return ""
}
