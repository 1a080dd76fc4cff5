package ismskit

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
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
	// From is the day it moved from: its holder knows no other. It is not on the trail,
	// where the entry before says it.
	From string `json:"from,omitempty"`
}

// recount is what a change of the calendar does to the open deadlines of a case.
type recount struct {
	dues  []workflow.NewDue
	notes []Redated // of all its tasks
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
		if moved >= 0 {
			note = c.extra.Redated[moved]
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
			out.notes = append(out.notes, note)
		default:
			note.Now, note.At, note.From = due.At, at, t.DueDate
			out.notes = append(out.notes, note)
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
		first, last := calendar.DateOf(stop.From.In(k.location)), calendar.DateOf(stop.To.In(k.location))
		n += by.Workdays(first.AddDays(-1), last.AddDays(-1))
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
	w.after.extra.Calendar, w.after.extra.Redated = next.n, r.notes
	for i, n := range r.notes {
		if t, ok := w.before.state.Task(n.Task); ok && n.At.Equal(w.now) {
			r.notes[i].From = t.DueDate // nobody was told of what it would be by the old calendar
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
func (k *Kit) unmoved(c caseInHand) ([]Redated, bool) {
	known, _, _ := k.office.states()
	if !k.behind(c, known) {
		return nil, false
	}
	r := k.recounted(c, known.last(), known.under[c.row.Unit], k.moment())
	return r.notes, len(r.dues) == 0
}

// redatePage is a page of open cases that are looked at, newest first.
type redatePage struct {
	After   time.Time `json:"after,omitzero"`
	AfterID string    `json:"after_id,omitempty"`
}

// casesAtOnce is how many cases one job looks at.
const casesAtOnce = 100

// redateAgain is when all cases are looked at once more: by then every server counts
// by the new state.
const redateAgain = time.Minute

func redateKey(run, after string) string { return "redate|" + run + "|" + after }

// redateJobs look at all cases, now and once more.
func redateJobs(state int, now time.Time) []Job {
	run := strconv.Itoa(state)
	return []Job{
		{Key: redateKey(run, ""), Kind: jobRedate, Payload: mustJSON(redatePage{}), Due: now},
		{Key: redateKey(run+"+", ""), Kind: jobRedate, Payload: mustJSON(redatePage{}), Due: now.Add(redateAgain)},
	}
}

// redate moves the open deadlines of running cases to what they are by the calendar in
// force, each in an action of its own, a page at a time. What has moved already is left
// alone, so it may begin anew at any time, and on any server. A case that fails is left
// to a job of its own.
func (k *Kit) redate(ctx context.Context, job Job) error {
	k.office.forget()
	if err := k.freshen(ctx); err != nil {
		return err
	}
	if job.Subject != "" {
		row, err := k.row(ctx, job.Subject)
		if err == nil {
			err = k.redateRow(ctx, row)
		}
		if ignoreNotFound(err) != nil {
			return err
		}
		return k.done(ctx, job)
	}
	var page redatePage
	if err := json.Unmarshal(job.Payload, &page); err != nil {
		return fmt.Errorf("ismskit: job %s: %w", job.Key, err)
	}
	rows, err := k.listCases(ctx, CaseQuery{Phases: []string{string(workflow.PhaseRunning), string(workflow.PhaseDraft), string(workflow.PhaseReturned)}, After: page.After, AfterID: page.AfterID, Limit: casesAtOnce})
	if err != nil {
		return err
	}
	now := k.moment()
	var next []Job
	for _, row := range rows {
		if err := k.redateRow(ctx, row); err != nil {
			k.log.WarnContext(ctx, "a case could not be counted anew", "case", row.ID, "error", err)
			next = append(next, Job{Key: redateKey("case", row.ID), Kind: jobRedate, Subject: row.ID, Due: now})
		}
	}
	if len(rows) == casesAtOnce {
		last := rows[len(rows)-1]
		run, _, _ := strings.Cut(strings.TrimPrefix(job.Key, "redate|"), "|")
		next = append(next, Job{Key: redateKey(run, last.ID), Kind: jobRedate, Payload: mustJSON(redatePage{last.Created, last.ID}), Due: now})
	}
	return k.store.Update(ctx, func(ctx context.Context, tx Tx) error {
		if err := tx.Queue().Settle(ctx, Settlement{ID: job.ID, Fence: job.Fence, Done: true}); err != nil || len(next) == 0 {
			return err
		}
		return enqueue(ctx, tx, now, next...)
	})
}

// redateRow acts on a case only where a deadline moves.
func (k *Kit) redateRow(ctx context.Context, row CaseRow) error {
	c, dated, err := k.datedInHand(ctx, row)
	if err != nil || !dated {
		return err
	}
	if _, _, step := c.withApplicant(); step != "" {
		return k.redateWithApplicant(ctx, row.ID)
	}
	if _, moves := k.redating(c); !moves {
		return nil
	}
	return k.redateCase(ctx, row.ID)
}

// datedInHand is a case that has deadlines, or may have; false for others, of which no
// more is read than it takes to say so.
func (k *Kit) datedInHand(ctx context.Context, row CaseRow) (caseInHand, bool, error) {
	kind, err := k.kinds.of(ctx, k.store, row.Type, row.Version)
	if err != nil {
		return caseInHand{}, false, err
	}
	state, err := kind.flow.Parse(row.State)
	if err != nil {
		return caseInHand{}, false, fmt.Errorf("ismskit: case %s: %w", row.ID, err)
	}
	c := caseInHand{row: row, kind: kind, state: state}
	oral := kind.Oral != nil && state.Phase == workflow.PhaseDraft
	if !c.dated() && !oral && state.Phase != workflow.PhaseReturned {
		return caseInHand{}, false, nil
	}
	if c, err = k.inHand(ctx, row); err == nil {
		err = k.countedAnew(ctx, &c)
	}
	return c, err == nil, err
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

func (k *Kit) redateCase(ctx context.Context, id string) error {
	err := k.systemAct(ctx, id, func(c caseInHand, w *work) (workflow.Action, bool, error) {
		r, moves := k.redating(c)
		if !moves {
			return workflow.Action{}, false, nil
		}
		known, _, _ := k.office.states()
		reason := k.whyRedated(c, known)
		w.after.extra.Calendar, w.after.extra.Redated = known.last().n, r.notes
		return workflow.Action{Verb: workflow.VerbRedate, Dues: r.dues, Comment: reason}, true, nil
	})
	if errors.Is(err, ErrNotFound) {
		return nil // it was a draft that is gone
	}
	return err
}

// whyRedated says what has changed in the calendar since a case was counted, as far as
// it concerns its unit.
func (k *Kit) whyRedated(c caseInHand, known *calendarStates) string {
	was, is := known.all[c.extra.Calendar], known.last()
	under := known.under[c.row.Unit]
	concerns := func(d closedDay) bool { return d.Agency == "" || slices.Contains(under, d.Agency) }
	var words []string
	if was.base != is.base && !c.kind.KeepDeadlines {
		words = append(words, k.text("redate.reissued", map[string]string{"version": is.base.Version()}))
	}
	for _, d := range is.closed {
		if concerns(d) && d.Part == calendar.WholeDay && !slices.Contains(was.closed, d) {
			words = append(words, k.dayText("redate.closed", "redate.closed_somewhere", d))
		}
	}
	for _, d := range was.closed {
		if concerns(d) && d.Part == calendar.WholeDay && !slices.Contains(is.closed, d) {
			words = append(words, k.dayText("redate.withdrawn", "redate.withdrawn_somewhere", d))
		}
	}
	if len(words) == 0 { // its unit has moved from one agency to another, say
		return k.text("redate.anew", nil)
	}
	return strings.Join(words, k.text("redate.and", nil))
}

// dayText says something of a closed day, by a text of its own where a place was announced.
func (k *Kit) dayText(plain, somewhere string, d closedDay) string {
	key := plain
	if d.Place != "" {
		key = somewhere
	}
	return k.text(key, map[string]string{"date": k.locale().Day(d.Date), "place": d.Place, "reason": d.Reason, "kind": k.text(kindText(d.Outage), nil)})
}

// movedText says from which day to which a deadline moved. Where the case does not have
// it, a previous program wrote it: what it was counted as at first is the day then,
// unless it is that again.
func (k *Kit) movedText(r Redated, t workflow.Task) string {
	key, from := "notice.moved", r.From
	if from == "" {
		from = r.DueDate
	}
	if from == t.DueDate {
		key = "notice.moved_to"
	}
	return k.text(key, map[string]string{"from": k.day(from), "due_date": k.day(t.DueDate)})
}

// redatedNotices tell whoever has a task from when to when its deadline has moved.
func (k *Kit) redatedNotices(c caseInHand, t workflow.Task, people []told, since time.Time) []notice {
	var out []notice
	for _, r := range c.extra.Redated {
		if r.Task != t.ID || r.At.IsZero() || r.At.Before(since) || !r.Now.Equal(t.Due) {
			continue
		}
		for _, p := range people {
			n := k.noticeWith(c, t, p, ruleRedated, int(r.At.Unix()), false, r.At, map[string]string{"moved": k.movedText(r, t)})
			n.kind = MessageRead
			out = append(out, n)
		}
	}
	return out
}
