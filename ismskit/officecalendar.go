package ismskit

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/register"
)

// closedDay is a closure as it counts: an agency's, or everybody's where Agency is "".
type closedDay struct {
	Agency string `json:"agency,omitempty"`
	calendar.Closure
}

// calendarState is the office's calendar as it was at one time: an issue, and the
// closures entered up to then. Every change makes a further one, and a case notes by
// which its deadlines were counted. It never changes.
type calendarState struct {
	n      int // counted from 0
	base   *calendar.Calendar
	closed []closedDay
	since  time.Time // when it was made

	mu    sync.Mutex
	above map[string]*calendar.Calendar // by the agencies that a unit lies under
}

// of is the calendar of a unit that lies under agencies.
func (s *calendarState) of(agencies []string) *calendar.Calendar {
	key := strings.Join(agencies, "|")
	s.mu.Lock()
	defer s.mu.Unlock()
	if c, ok := s.above[key]; ok {
		return c
	}
	c := s.base
	var closures []calendar.Closure
	for _, d := range s.closed {
		if d.Agency == "" || slices.Contains(agencies, d.Agency) {
			closures = append(closures, d.Closure)
		}
	}
	if len(closures) > 0 {
		c = s.base.With(closures)
	}
	if s.above == nil {
		s.above = map[string]*calendar.Calendar{}
	}
	s.above[key] = c
	return c
}

// on is the same state on another issue of the calendar.
func (s *calendarState) on(base *calendar.Calendar) *calendarState {
	return &calendarState{n: s.n, base: base, closed: s.closed}
}

// agencies are those that are closed by themselves in any of some states: a deadline
// that was counted by one of them is reckoned from there.
func agencies(states ...*calendarState) []string {
	var out []string
	for _, s := range states {
		for _, d := range s.closed {
			if d.Agency != "" && !slices.Contains(out, d.Agency) {
				out = append(out, d.Agency)
			}
		}
	}
	return out
}

// calendarStates is what a server knows of the office's calendar. It never changes.
type calendarStates struct {
	stamp int64
	all   []*calendarState    // by number; there is one at least
	under map[string][]string // unit → agencies that ever had closures of their own and that it lies under
}

func (s *calendarStates) last() *calendarState { return s.all[len(s.all)-1] }

// calendarFresh is how long a server believes what it knows before it looks at the
// list's stamp again.
const calendarFresh = time.Second

// officeCalendar keeps what a server knows of the office's calendar. A change of its
// own is seen at once, another server's after calendarFresh.
type officeCalendar struct {
	turn chan struct{} // whoever holds it reads the store

	mu      sync.Mutex
	known   *calendarStates
	checked time.Time // real time; zero: never
	forgets int
}

func newOfficeCalendar(plain *calendar.Calendar) *officeCalendar {
	return &officeCalendar{
		turn:  make(chan struct{}, 1),
		known: &calendarStates{stamp: -1, all: []*calendarState{{base: plain}}},
	}
}

// inside is what a joined transaction begins with.
func (o *officeCalendar) inside() *officeCalendar {
	o.mu.Lock()
	defer o.mu.Unlock()
	return &officeCalendar{turn: make(chan struct{}, 1), known: o.known, checked: o.checked}
}

func (o *officeCalendar) forget() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.checked = time.Time{}
	o.forgets++
}

func (o *officeCalendar) states() (s *calendarStates, forgets int, fresh bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.known, o.forgets, !o.checked.IsZero() && time.Since(o.checked) < calendarFresh
}

// freshen looks whether the calendar, the scale of confidentiality, or which types are in use, has changed,
// unless that was done just now.
// Every act and every list begins with it; what they reckon with afterwards asks
// nobody.
func (k *Kit) freshen(ctx context.Context) error {
	if err := k.freshenTypes(ctx); err != nil {
		return err
	}
	if _, err := k.classesNow(ctx); err != nil {
		return err
	}
	o := k.office
	if _, _, fresh := o.states(); fresh {
		return nil
	}
	select {
	case o.turn <- struct{}{}:
		defer func() { <-o.turn }()
	case <-ctx.Done():
		return ctx.Err()
	}
	known, forgets, fresh := o.states()
	if fresh {
		return nil
	}
	begun := time.Now()
	read, err := k.readCalendar(ctx, known)
	if err != nil {
		return fmt.Errorf("ismskit: calendar: %w", err)
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.known = read
	if o.forgets == forgets { // else somebody committed while this was read
		o.checked = begun
	}
	return nil
}

func (k *Kit) readCalendar(ctx context.Context, known *calendarStates) (*calendarStates, error) {
	read := known
	err := k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		stamp, err := tx.Registers().Stamp(ctx, register.Calendars)
		if err != nil || stamp == known.stamp {
			read = known
			return err
		}
		all, err := k.calendarStates(ctx, tx, known.all)
		read = &calendarStates{stamp: stamp, all: all}
		return err
	})
	if err != nil {
		return nil, err
	}
	closed := agencies(read.all...)
	if len(closed) == 0 {
		return read, nil
	}
	// Units move too: the way up is asked each time.
	under, err := k.under(ctx, closed)
	return &calendarStates{stamp: read.stamp, all: read.all, under: under}, err
}

// under says for each unit which of some agencies it lies under. Where the directory
// can't list the house, an agency has only what is filed under itself.
func (k *Kit) under(ctx context.Context, agencies []string) (map[string][]string, error) {
	out := map[string][]string{}
	for _, a := range agencies {
		out[a] = []string{a}
	}
	units, err := k.allUnits(ctx, k.moment()) // a case of one that has ended is counted as before
	if err != nil {
		return nil, err
	}
	parent := map[string]string{}
	for _, u := range units {
		parent[u.ID] = u.Parent
	}
	for _, u := range units {
		var lies []string
		at := u.ID
		for range len(units) + 1 { // a ring in the list ends here
			if slices.Contains(agencies, at) && !slices.Contains(lies, at) {
				lies = append(lies, at)
			}
			if at = parent[at]; at == "" {
				break
			}
		}
		if len(lies) > 0 {
			slices.Sort(lies)
			out[u.ID] = lies
		}
	}
	return out, nil
}

// calendarOf is the calendar in force for a unit; "" is the whole house.
func (k *Kit) calendarOf(unit string) *calendar.Calendar {
	s, _, _ := k.office.states()
	return s.last().of(s.under[unit])
}

// inForce is the number of the state that counts for new cases.
func (k *Kit) inForce() int {
	s, _, _ := k.office.states()
	return s.last().n
}

// countsBy is the calendar by which a case is counted: what an action adds to its
// deadlines is counted by it too.
func (k *Kit) countsBy(c caseInHand) *calendar.Calendar {
	s, _, _ := k.office.states()
	return s.all[min(c.extra.Calendar, len(s.all)-1)].of(s.under[c.row.Unit])
}

// knows makes sure that the state by which a case counts is known here: another
// server may have been told of it first.
func (k *Kit) knows(ctx context.Context, n int) error {
	if s, _, _ := k.office.states(); n < len(s.all) {
		return nil
	}
	k.office.forget()
	if err := k.freshen(ctx); err != nil {
		return err
	}
	if s, _, _ := k.office.states(); n >= len(s.all) {
		return fmt.Errorf("ismskit: calendar: state %d of %d is missing", n, len(s.all))
	}
	return nil
}
