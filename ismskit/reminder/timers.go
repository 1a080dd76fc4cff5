package reminder

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Subject is an open task, as far as reminders need to know it. A task that is
// no longer open has no timers; do not ask for them.
type Subject struct {
	Task   string // part of every key; new at each opening
	Opened time.Time
	Due    time.Time // instant from which it is late; zero for none
	// DueDate is the last day, ISO; the date of Due when empty.
	DueDate string
	// Expected and ExpectedDate are when an outside office's reply is expected;
	// zero when nothing was sent out, or it has been answered.
	Expected     time.Time
	ExpectedDate string
	// Suspended is since when the clock has been stopped; zero when it runs.
	Suspended time.Time
	// Lapses is when it ends unanswered; zero for never.
	Lapses time.Time
	// Now is how far repetitions without a limit are listed: all up to it, and
	// the first after it.
	Now time.Time
}

// Rules say what happens around a task's dates. Terms are the office's own
// ("1wd", "72h", "7d"); those in hours are exact and urgent, all others leave in
// the morning of a working day.
type Rules struct {
	Before   []string // terms before the last day
	OnDay    bool
	Every    string // term between reminders while it is late
	Max      int    // of them; 0 means until it is done
	Then     string // term between those after Max or ReplyMax, until it is done; "" means that they end
	Escalate []Escalation
	// EscalateEvery is the term between escalations after the first of each, until it is
	// done; "" means that each is told once.
	EscalateEvery string

	ReplyEvery     string // term between reminders while an outside reply is late
	ReplyMax       int
	SuspendedEvery string // term between notices that the clock still stands

	// Morning is when non-urgent reminders leave, counted from midnight; 8:30
	// when zero.
	Morning time.Duration
}

// Escalation tells somebody else when a task is late by a term.
type Escalation struct {
	After string
	To    string // the caller's own name for whom
}

// Rule names why a timer fires.
type Rule string

// The rules.
const (
	RuleBefore    Rule = "before"
	RuleOnDay     Rule = "on_day"
	RuleOverdue   Rule = "overdue"
	RuleEscalate  Rule = "escalate"
	RuleTimeout   Rule = "timeout"
	RuleReply     Rule = "reply"
	RuleSuspended Rule = "suspended"
)

// Timer is one moment at which something must happen.
type Timer struct {
	Key        string // task|rule|occurrence: the same however often it is computed
	At         time.Time
	Rule       Rule
	Occurrence int    // from 1
	To         string // of an escalation; "" means the task's holders
	Urgent     bool   // at once, not with the morning mail
}

// Days is the office's arithmetic of days; the caller adapts its calendar.
type Days interface {
	// Shift moves a day by a term n times, keeping the time of day.
	Shift(day time.Time, term string, n int) (time.Time, error)
	// Workday says whether a day is a working day.
	Workday(day time.Time) bool
	// Location is where the office's mornings are.
	Location() *time.Location
}

const (
	defaultMorning = 8*time.Hour + 30*time.Minute
	maxOccurrences = 1000 // of one rule, so that a wrong term can't fill the memory
	maxDaysOff     = 60   // in a row, for the same reason
)

// Timers lists the timers of a task by time. A suspended task has only the
// notice that it still is. The error is that of a term the calendar does not know.
func Timers(s Subject, r Rules, days Days) ([]Timer, error) {
	l := lister{s: s, r: r, days: days}
	if l.r.Morning == 0 {
		l.r.Morning = defaultMorning
	}
	if !s.Suspended.IsZero() {
		l.repeat(RuleSuspended, s.Suspended, s.Suspended, r.SuspendedEvery, 0)
		return l.sorted()
	}
	if !s.Due.IsZero() {
		day := l.day(s.DueDate, s.Due)
		l.before(day)
		last := l.repeat(RuleOverdue, day, s.Due, r.Every, r.Max)
		if r.Max > 0 {
			l.goOn(Timer{At: last, Rule: RuleOverdue, Occurrence: r.Max}, r.Then, 1)
		}
		for i, e := range r.Escalate {
			if at, urgent := l.after(day, s.Due, e.After, 1); !at.IsZero() {
				first := Timer{At: at, Rule: RuleEscalate, Occurrence: i + 1, To: e.To, Urgent: urgent}
				l.add(first)
				l.goOn(first, r.EscalateEvery, len(r.Escalate))
			}
		}
	}
	if !s.Lapses.IsZero() {
		l.add(Timer{At: s.Lapses, Rule: RuleTimeout, Occurrence: 1, Urgent: true})
	}
	if !s.Expected.IsZero() {
		last := l.repeat(RuleReply, l.day(s.ExpectedDate, s.Expected), s.Expected, r.ReplyEvery, r.ReplyMax)
		if r.ReplyMax > 0 {
			l.goOn(Timer{At: last, Rule: RuleReply, Occurrence: r.ReplyMax}, r.Then, 1)
		}
	}
	return l.sorted()
}

// First is the first moment after another at which a timer fires; ok is false
// when there is none.
func First(timers []Timer, after time.Time) (at time.Time, ok bool) {
	for _, t := range timers {
		if t.At.After(after) && (!ok || t.At.Before(at)) {
			at, ok = t.At, true
		}
	}
	return at, ok
}

// Between lists the timers that fire after one moment, up to and including
// another, in order.
func Between(timers []Timer, after, until time.Time) []Timer {
	var out []Timer
	for _, t := range timers {
		if t.At.After(after) && !t.At.After(until) {
			out = append(out, t)
		}
	}
	slices.SortStableFunc(out, byTime)
	return out
}

func byTime(a, b Timer) int { return cmp.Or(a.At.Compare(b.At), strings.Compare(a.Key, b.Key)) }

type lister struct {
	s    Subject
	r    Rules
	days Days
	out  []Timer
	err  error
}

func (l *lister) fail(err error) {
	if l.err == nil {
		l.err = err
	}
}

func (l *lister) sorted() ([]Timer, error) {
	if l.err != nil {
		return nil, l.err
	}
	slices.SortStableFunc(l.out, byTime)
	return l.out, nil
}

// add keeps a timer unless its moment was over before the task opened.
func (l *lister) add(t Timer) {
	if l.err != nil || !t.At.After(l.s.Opened) {
		return
	}
	t.Key = l.s.Task + "|" + string(t.Rule) + "|" + strconv.Itoa(t.Occurrence)
	l.out = append(l.out, t)
}

// before lists the reminders up to the last day. One that falls on a day off
// leaves on the working day before it: afterwards would be too late.
func (l *lister) before(day time.Time) {
	for i, term := range l.r.Before {
		t := Timer{Rule: RuleBefore, Occurrence: i + 1}
		var err error
		if inHours(term) {
			t.At, err = l.days.Shift(l.s.Due, term, -1)
			t.Urgent = true
		} else if t.At, err = l.days.Shift(day, term, -1); err == nil {
			t.At = l.morning(t.At, -1)
		}
		l.fail(err)
		l.add(t)
	}
	if l.r.OnDay {
		l.add(Timer{At: l.morning(day, -1), Rule: RuleOnDay, Occurrence: 1})
	}
}

// repeat lists the reminders that follow a date that has passed, and says when the last
// of them is: also of a task that opened later, such as one assigned anew when it was
// long late.
func (l *lister) repeat(rule Rule, day, instant time.Time, every string, limit int) time.Time {
	if every == "" {
		return time.Time{}
	}
	last := limit
	if limit <= 0 || limit > maxOccurrences {
		last = maxOccurrences
	}
	var previous time.Time
	for n := 1; n <= last; n++ {
		at, urgent := l.after(day, instant, every, n)
		if l.err != nil {
			break
		}
		if n > 1 && !at.After(previous) {
			continue // days off have put it on the morning of the one before
		}
		l.add(Timer{At: at, Rule: rule, Occurrence: n, Urgent: urgent})
		previous = at
		if limit <= 0 && at.After(l.s.Now) {
			break
		}
	}
	return previous
}

// goOn lists the timers after one, at intervals of a term, each numbered by a step
// higher: nothing that is late falls silent before it is done.
func (l *lister) goOn(last Timer, every string, step int) {
	if every == "" || last.At.IsZero() {
		return
	}
	day, next := l.day(last.At.In(l.days.Location()).Format(time.DateOnly), last.At), last
	for i := 1; i <= maxOccurrences; i++ {
		at, urgent := l.after(day, last.At, every, i)
		if l.err != nil {
			return
		}
		if !at.After(next.At) {
			continue // days off have put it on the morning of the one before
		}
		next.At, next.Urgent, next.Occurrence = at, urgent, last.Occurrence+i*step
		l.add(next)
		if at.After(l.s.Now) {
			return
		}
	}
}

// after is the moment that lies n terms after a day that has passed.
func (l *lister) after(day, instant time.Time, term string, n int) (at time.Time, urgent bool) {
	if inHours(term) {
		at, err := l.days.Shift(instant, term, n)
		l.fail(err)
		return at, true
	}
	at, err := l.days.Shift(day, term, n)
	l.fail(err)
	return l.morning(at, 1), false
}

// morning is the morning of a day, or of the nearest working day in a direction.
func (l *lister) morning(day time.Time, step int) time.Time {
	day = day.In(l.days.Location())
	for range maxDaysOff {
		if l.days.Workday(day) {
			break
		}
		day = day.AddDate(0, 0, step)
	}
	at := time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, day.Location()).Add(l.r.Morning)
	return at.UTC()
}

// day is noon of a date, so that shifting it stays on the day.
func (l *lister) day(date string, instant time.Time) time.Time {
	loc := l.days.Location()
	if date != "" {
		d, err := time.ParseInLocation(time.DateOnly, date, loc)
		l.fail(err)
		return d.Add(12 * time.Hour)
	}
	// The instant from which it is late is the end of the last day.
	d := instant.In(loc).Add(-time.Microsecond)
	return time.Date(d.Year(), d.Month(), d.Day(), 12, 0, 0, 0, loc)
}

func inHours(term string) bool { return strings.HasSuffix(term, "h") }
