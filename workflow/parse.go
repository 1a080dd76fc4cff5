package workflow

import (
	"strconv"
	"strings"
)

// Parse reads a state that Encode wrote and holds it against the flow: a state
// that this flow can't have produced is ErrState, never a panic later.
func (c *Compiled) Parse(b []byte) (State, error) {
	s, err := readState(b)
	if err != nil {
		return State{}, err
	}
	if what := c.wrong(&s); what != "" {
		return State{}, refuse(ErrState, "", "what", what)
	}
	return s, nil
}

// wrong says what is wrong with a state, "" if nothing is.
func (c *Compiled) wrong(s *State) string {
	switch {
	case s.Flow != c.name():
		return "flow " + s.Flow
	case !knownPhase(s.Phase):
		return "phase " + string(s.Phase)
	case s.Round < 1 || s.Next < 1:
		return "round or next"
	case (s.Phase == PhaseClosed) != knownOutcome(s.Outcome):
		return "outcome " + string(s.Outcome)
	case (s.Phase == PhaseReturned) != (s.Returned != nil):
		return "returned"
	}
	if what := c.wrongMarks(s); what != "" {
		return what
	}
	if what := c.wrongTasks(s); what != "" {
		return what
	}
	if n := len(s.Stops); (n > 0 && s.Stops[n-1].To.IsZero()) != (s.Phase == PhaseSuspended) && s.Phase != PhaseClosed {
		return "ledger of the clock"
	}
	for _, chosen := range s.Chosen {
		if p := c.byID[chosen.Step]; p == nil || p.step == nil {
			return "chosen step " + chosen.Step
		}
	}
	return ""
}

func (c *Compiled) wrongMarks(s *State) string {
	last := -1
	for i := range s.Marks {
		m := &s.Marks[i]
		p := c.byID[m.Node]
		if p == nil || p.number <= last {
			return "mark " + m.Node
		}
		last = p.number
		switch m.Status {
		case MarkOpen:
			if s.Phase == PhaseClosed || s.Phase == PhaseDraft || s.Phase == PhaseReturned && (p.step != nil || p.split != nil) {
				return "open mark " + m.Node
			}
		case MarkDone, MarkSkipped, MarkOff:
		default:
			return "status of mark " + m.Node
		}
		if !rightNumbers(p, m, s.Next) {
			return "number in mark " + m.Node
		}
		if !rightTake(p, m) {
			return "branch of mark " + m.Node
		}
	}
	return ""
}

// rightNumbers says whether what a mark counts from and towards can be.
func rightNumbers(p *place, m *Mark, next int) bool {
	switch {
	case p.step != nil && m.Way >= len(p.step.Who):
		return false
	case p.step != nil && m.Status == MarkOpen:
		return m.From >= 1 && m.From < next && m.Need >= 1
	case p.split != nil && (m.Status == MarkOpen || m.Batch != ""):
		n := number("t" + strings.TrimPrefix(m.Batch, "b"))
		return m.Batch[:min(1, len(m.Batch))] == "b" && n >= 1 && n < next && m.Rows >= 1 && m.Opened <= m.Rows
	}
	return m.From <= next
}

// rightTake says whether a mark's branch or pass is one its node can have.
func rightTake(p *place, m *Mark) bool {
	switch p.kind {
	case choiceNode:
		return m.Take <= len(p.kids) && (m.Take > 0 || m.Status != MarkOpen && m.Status != MarkDone)
	case repeatNode:
		return m.Take >= 1 && m.Take <= p.repeat.Max
	}
	return m.Take == 0
}

func (c *Compiled) wrongTasks(s *State) string {
	last := 0
	for i := range s.Tasks {
		t := &s.Tasks[i]
		n := number(t.ID)
		if n <= last || n >= s.Next {
			return "task " + t.ID
		}
		last = n
		p := c.byID[t.Step]
		switch {
		case p == nil || p.step == nil || t.Origin == "" && p.step.Kind != t.Kind:
			return "step of task " + t.ID
		case !knownStatus(t.Status):
			return "status of task " + t.ID
		case t.Round < 1 || t.Round > s.Round:
			return "round of task " + t.ID
		case (t.Holder.Pool == "") == (len(t.Holder.Named) == 0):
			return "holder of task " + t.ID
		case t.Alternative >= len(p.step.Who):
			return "alternative " + strconv.Itoa(t.Alternative) + " of task " + t.ID
		case t.Status == TaskDone && t.By == nil:
			return "signer of task " + t.ID
		case t.Alone && p.step.Alone == nil:
			return "review of task " + t.ID
		case t.Origin == OriginExtend && t.Extension == nil:
			return "extension of task " + t.ID
		case t.Origin == OriginOwed && len(t.Holder.Named) != 1:
			return "holder of task " + t.ID
		case t.Status.Live() && t.Origin.beside() && s.Phase != PhaseRunning && s.Phase != PhaseSuspended:
			return "open task " + t.ID
		case t.Status.Live() && !t.Origin.beside() && !c.isOpen(s, t.Step):
			return "open task " + t.ID
		}
	}
	return ""
}

func (c *Compiled) isOpen(s *State, step string) bool {
	if s.Phase != PhaseRunning && s.Phase != PhaseSuspended {
		return false
	}
	for i := range s.Marks {
		if s.Marks[i].Node == step {
			return s.Marks[i].Status == MarkOpen
		}
	}
	return false
}
