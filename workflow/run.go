package workflow

import (
	"slices"
	"strconv"
	"time"
	"unicode/utf8"
)

// run is one turn being worked out, on a copy of the state.
type run struct {
	c     *Compiled
	s     State
	f     Facts
	at    time.Time
	marks []Mark // by place; Status "" means not reached
	ev    []Event
	ask   []Ask
	by    *Signer // whose action it is
	ended bool    // the case left the running phase within this turn
}

// begin copies a state. What its pointers lead to is shared and never changed.
func (c *Compiled) begin(s State, f Facts, at time.Time) (*run, error) {
	if s.Flow != c.name() {
		return nil, refuse(ErrState, "", "what", "flow "+s.Flow)
	}
	if f == nil && len(c.labels) > 0 {
		return nil, refuse(ErrConditionFail, "", "when", "not_same_as", "error", "no values")
	}
	if at.IsZero() {
		return nil, refuse(ErrInput, "", "what", "at")
	}
	r := &run{c: c, s: s, f: f, at: at.UTC().Truncate(time.Microsecond), marks: make([]Mark, len(c.places))}
	if r.s.Tasks = nil; len(s.Tasks) > 0 {
		// With room for what the turn opens, mostly one task.
		r.s.Tasks = append(make([]Task, 0, len(s.Tasks)+1), s.Tasks...)
	}
	r.s.Marks = nil
	for _, m := range s.Marks {
		p := c.byID[m.Node]
		if p == nil {
			return nil, refuse(ErrState, "", "what", "node "+m.Node)
		}
		r.marks[p.number] = m
	}
	return r, nil
}

// turn packs up what came of it.
func (r *run) turn() Turn {
	n := 0
	for i := range r.marks {
		if r.marks[i].Status != "" {
			n++
		}
	}
	if n > 0 {
		r.s.Marks = make([]Mark, 0, n)
	}
	for i := range r.marks {
		if r.marks[i].Status != "" {
			r.s.Marks = append(r.s.Marks, r.marks[i])
		}
	}
	return Turn{State: r.s, Events: r.ev, Ask: r.ask, At: r.at}
}

func (r *run) event(e Event) {
	e.Round = r.s.Round
	if r.ev == nil {
		r.ev = make([]Event, 0, 4) // what an approval mostly leads to
	}
	r.ev = append(r.ev, e)
}

func (r *run) mark(p *place) *Mark { return &r.marks[p.number] }

func (r *run) setMark(p *place, status MarkStatus) *Mark {
	m := r.mark(p)
	m.Node, m.Status = p.id, status
	if m.Since.IsZero() {
		m.Since = r.at
	}
	return m
}

func (r *run) next(prefix string) string {
	id := prefix + strconv.Itoa(r.s.Next)
	r.s.Next++
	return id
}

// fire changes the phase.
func (r *run) fire(t trigger) error {
	to, err := r.s.Phase.follow(t)
	if err != nil {
		return err
	}
	r.s.Phase = to
	return nil
}

// close ends task i; by is nil when it ends by itself.
func (r *run) close(i int, t trigger) error {
	task := &r.s.Tasks[i]
	was := task.Status
	to, err := was.follow(t)
	if err != nil {
		return err
	}
	task.Status = to
	e := Event{Kind: EventTaskClosed, Node: task.Step, Task: task.ID, Status: to}
	if was.Live() {
		task.Closed = r.at
		e.Verb, e.Result, e.Text, e.By, e.For = task.Verb, task.Result, task.Comment, task.By, task.For
	} else {
		e.Kind, e.Verb = EventTaskVoided, task.Verb
	}
	r.event(e)
	if to == TaskVoid {
		return r.owesNoMore(task.ID)
	}
	return nil
}

// current are the indexes of the tasks of a step's present opening.
func (r *run) current(p *place) []int {
	var out []int
	from := r.mark(p).From
	for i := range r.s.Tasks {
		if t := &r.s.Tasks[i]; t.Step == p.id && number(t.ID) >= from {
			out = append(out, i)
		}
	}
	return out
}

// shut closes what is open inside a place: tasks, people asked for, children.
func (r *run) shut(p *place, t trigger) error {
	for i := range r.s.Tasks {
		task := &r.s.Tasks[i]
		if q := r.c.byID[task.Step]; task.Status.Live() && q != nil && p.holds(q) && (p.parent == nil || !task.Origin.beside()) && !(r.s.Ending != "" && task.Origin == OriginOwed) {
			if err := r.close(i, t); err != nil {
				return err
			}
		}
	}
	r.ask = slices.DeleteFunc(r.ask, func(a Ask) bool {
		return p.holds(r.c.byID[a.Step]) && (p.parent == nil || a.Purpose != PurposeCheck)
	})
	for n := p.number; n <= p.last; n++ {
		m := &r.marks[n]
		if m.Status != MarkOpen && m.Status != MarkWanted {
			continue
		}
		if r.c.places[n].split != nil {
			r.event(Event{Kind: EventChildrenDropped, Node: m.Node, Batch: m.Batch})
		}
		m.Status = MarkOff
	}
	return nil
}

// end closes the case.
func (r *run) end(o Outcome, t trigger) error {
	if err := r.fire(t); err != nil {
		return err
	}
	if err := r.shut(r.c.root, fireDrop); err != nil {
		return err
	}
	r.s.Outcome, r.s.Closed, r.s.Returned, r.s.Ending = o, r.at, nil, ""
	r.ended = true
	r.event(Event{Kind: EventCaseClosed, Outcome: o, By: r.by})
	return nil
}

func (r *run) holds(p *place, condition string) (bool, error) {
	if r.f == nil {
		return false, refuse(ErrConditionFail, p.id, "when", condition, "error", "no values")
	}
	ok, err := r.f.Holds(condition)
	if err != nil {
		return false, refuse(ErrConditionFail, p.id, "when", condition, "error", err)
	}
	return ok, nil
}

// validText refuses what is not text, so that a state can always be written.
func validText(texts ...string) error {
	for _, s := range texts {
		if !utf8.ValidString(s) || slices.Contains([]byte(s), 0) {
			return refuse(ErrInput, "", "what", "text")
		}
	}
	return nil
}

func validSigner(s Signer) error {
	return validText(s.Person, s.Name, s.Post, s.PostTitle, s.Unit, s.UnitName)
}
