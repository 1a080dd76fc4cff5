package ismskit

import (
	"slices"
	"time"

	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/workflow"
)

// Redated says of a deadline what it was counted as before the calendar changed, also
// where that moved it not. The next change is reckoned from there, so that one taken
// back gives the old deadline whatever lay between.
type Redated struct {
	Task    string    `json:"task"`
	Counted int       `json:"counted"` // the state of the calendar by which it was
	Due     time.Time `json:"due"`
	DueDate string    `json:"due_date"`
	Now     time.Time `json:"now"`         // when it is due now; any other deadline was set since
	At      time.Time `json:"at,omitzero"` // when it moved, zero for never
}

// Redating is one move of a deadline: when, and from which day.
type Redating struct {
	At   time.Time `json:"at"`
	From string    `json:"from"`
}

// movesOf are the moves of a deadline, oldest first: which of these days its holder knows
// follows from when he was told last. Where the last is not among them, a previous program
// moved it: what it was counted as at first is the day then.
func (e *extra) movesOf(r Redated) []Redating {
	if r.At.IsZero() {
		return nil
	}
	moves := e.Moved[r.Task]
	if n := len(moves); n > 0 && moves[n-1].At.Equal(r.At) {
		return moves
	}
	return append(slices.Clip(moves), Redating{r.At, r.DueDate})
}

// knownTo is the day that whoever was told last at a moment knows: he has heard of no
// move since then.
func knownTo(moves []Redating, told time.Time) string {
	for _, m := range moves {
		if !m.At.Before(told) {
			return m.From
		}
	}
	return moves[len(moves)-1].From
}

// recount is what a change of the calendar does to the open deadlines of a case.
type recount struct {
	dues  []workflow.NewDue
	notes []Redated // of all its tasks
	moved map[string][]Redating
}

func (r *recount) note(n Redated, moves []Redating) {
	r.notes = append(r.notes, n)
	if len(moves) == 0 {
		return
	}
	if r.moved == nil {
		r.moved = map[string][]Redating{}
	}
	r.moved[n.Task] = moves
}

// countBy notes by which state of the calendar the open deadlines are counted from now on.
func (e *extra) countBy(state int, r recount) {
	e.Calendar, e.Redated, e.Moved = state, r.notes, r.moved
}

// recounted are the open deadlines of a case as they are by a state of the calendar.
// Working days are as many as before, legal periods are moved off days of rest anew,
// hours stay. A type that keeps its deadlines keeps the issue they were counted by.
func (k *Kit) recounted(c caseInHand, next *calendarState, under []string, at time.Time) recount {
	states, _, _ := k.office.states()
	state := func(n int) *calendarState {
		if n == next.n {
			return next
		}
		return states.all[min(n, len(states.all)-1)]
	}
	var out recount
	for _, t := range c.state.Tasks {
		if !hasDeadline(t) {
			continue
		}
		note := Redated{Task: t.ID, Counted: c.extra.Calendar, Due: t.Due, DueDate: t.DueDate}
		moved := slices.IndexFunc(c.extra.Redated, func(r Redated) bool { return r.Task == t.ID && r.Now.Equal(t.Due) })
		var moves []Redating
		if moved >= 0 {
			note = c.extra.Redated[moved]
			moves = c.extra.movesOf(note)
		}
		from, to := state(note.Counted), next
		if c.kind.KeepDeadlines && from.base != to.base {
			to = to.on(from.base)
		}
		due, ok := k.recountedDue(c, t, note, from.of(under), to.of(under))
		due = inUTC(k.within(c, t.Step, t.Opened, due))
		switch {
		case !ok:
		case due.At.Equal(t.Due):
			note.Now = t.Due
			out.note(note, moves)
		default:
			note.Now, note.At = due.At, at
			out.note(note, append(slices.Clip(moves), Redating{at, t.DueDate}))
			out.dues = append(out.dues, workflow.NewDue{Task: t.ID, Due: due.At, DueDate: isoDate(due.Date)})
		}
	}
	return out
}

// recountedDue is one deadline by another calendar; false where it goes by none.
func (k *Kit) recountedDue(c caseInHand, t workflow.Task, was Redated, from, to *calendar.Calendar) (calendar.Due, bool) {
	start, term, ok := c.counting(t)
	if !ok || term.Unit == calendar.Hours {
		return calendar.Due{}, false
	}
	same := calendar.Due{At: was.Due, Date: calendar.DateOf(lastMoment(was.Due).In(k.location))}
	if term.Unit == calendar.WorkingDays {
		first := calendar.DateOf(start.In(k.location))
		n := from.Workdays(first, same.Date)
		before, after := k.workedStops(c, start, from), k.workedStops(c, start, to)
		if n < 1 || n-before+after < 1 {
			return same, true
		}
		day := to.AddWorkdays(first, n-before+after).To
		if day == from.AddWorkdays(first, n).To {
			return same, true
		}
		return calendar.Due{At: day.AddDays(1).Start(k.location).UTC(), Date: day}, true
	}
	plain := t.Extended == 0 && !slices.ContainsFunc(c.state.Stops, func(s workflow.Stop) bool { return !s.From.Before(start) })
	if plain && from.Due(start, term, k.location).At.Equal(was.Due) {
		return inUTC(to.Due(start, term, k.location)), true
	}
	if to.Workday(same.Date) { // extended, or its clock stood: it only moves off
		return same, true
	}
	return inUTC(to.Due(same.Date.AddDays(-1).Start(k.location), calendar.Term{N: 1, Unit: calendar.Days}, k.location)), true
}

func inUTC(d calendar.Due) calendar.Due {
	d.At = d.At.UTC()
	return d
}

// counting is from when a task's deadline counts, and how; false where it was not
// counted by a term.
func (c *caseInHand) counting(t workflow.Task) (time.Time, calendar.Term, bool) {
	step, _ := c.kind.flow.Step(t.Step)
	due, from := step.Due, firstOpened(c.state, t)
	switch {
	case t.Origin == workflow.OriginCheck && step.Alone != nil:
		due, from = step.Alone.Due, t.Opened
	case due != nil && due.From == workflow.DueFromSubmitted:
		from = c.state.Submitted
	}
	if due == nil {
		return time.Time{}, calendar.Term{}, false
	}
	term, err := calendar.ParseTerm(due.Term)
	return from, term, err == nil // Compile has refused what is no term
}

// dated says whether a case has open deadlines: as long as it has, all of them are
// counted by one state of the calendar.
func (c *caseInHand) dated() bool { return slices.ContainsFunc(c.state.Tasks, hasDeadline) }

// deadlines are the tasks that have one open.
func (c *caseInHand) deadlines() []string {
	var tasks []string
	for _, t := range c.state.Tasks {
		if hasDeadline(t) {
			tasks = append(tasks, t.ID)
		}
	}
	return tasks
}

func hasDeadline(t workflow.Task) bool {
	return !t.Due.IsZero() && (t.Status == workflow.TaskOpen || t.Status == workflow.TaskWaiting)
}

// workedStops are the working days on which the clock of a case stood since a moment,
// as shifted counts them.
func (k *Kit) workedStops(c caseInHand, since time.Time, by *calendar.Calendar) int {
	n := 0
	for _, stop := range c.state.Stops {
		if stop.To.IsZero() || stop.From.Before(since) {
			continue
		}
		n += k.stoppedDays(stop, by)
	}
	return n
}

// resumedByNow are the deadlines of a case whose clock goes on, by the calendar in
// force: what changed while it stood still counts only now.
func (w *work) resumedByNow() []workflow.NewDue {
	k, c := w.k, w.before
	dues := k.resumed(c, w.now)
	known, _, _ := k.office.states()
	next := known.last()
	if next.n == c.extra.Calendar {
		return dues
	}
	c.state.Tasks = slices.Clone(c.state.Tasks)
	c.state.Stops = slices.Clone(c.state.Stops)
	c.state.Stops[len(c.state.Stops)-1].To = w.now
	for _, d := range dues {
		i := slices.IndexFunc(c.state.Tasks, func(t workflow.Task) bool { return t.ID == d.Task })
		c.state.Tasks[i].Due, c.state.Tasks[i].DueDate = d.Due, d.DueDate
	}
	r := k.recounted(c, next, known.under[c.row.Unit], w.now)
	w.after.extra.countBy(next.n, r)
	for _, n := range r.notes {
		if t, ok := w.before.state.Task(n.Task); ok && n.At.Equal(w.now) {
			moves := slices.Clone(r.moved[n.Task])
			r.moved[n.Task] = moves
			moves[len(moves)-1].From = t.DueDate // nobody was told of what it would be by the old calendar
		}
	}
	for i, d := range dues {
		if j := slices.IndexFunc(r.dues, func(n workflow.NewDue) bool { return n.Task == d.Task }); j >= 0 {
			dues[i] = r.dues[j]
		}
	}
	return dues
}

// unmoved says whether the calendar has changed since a case was counted and moves none
// of its deadlines: then what opens from now on is counted by the calendar in force, and
// the notes say what the others were counted by. Where one moves, all wait for redate.
func (k *Kit) unmoved(c caseInHand) (recount, bool) {
	known, _, _ := k.office.states()
	if !k.behind(c, known) {
		return recount{}, false
	}
	r := k.recounted(c, known.last(), known.under[c.row.Unit], k.moment())
	return r, len(r.dues) == 0
}

// behind says whether the calendar has changed since a case was counted, and its clock
// does not stand.
func (k *Kit) behind(c caseInHand, known *calendarStates) bool {
	return c.state.Phase == workflow.PhaseRunning && c.extra.Calendar < known.last().n
}

// redating is what the calendar in force does to a case.
func (k *Kit) redating(c caseInHand) (recount, bool) {
	known, _, _ := k.office.states()
	if !k.behind(c, known) {
		return recount{}, false
	}
	r := k.recounted(c, known.last(), known.under[c.row.Unit], k.moment())
	return r, len(r.dues) > 0
}
