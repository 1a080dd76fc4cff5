package ismskit

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/workflow"
)

// Closures are the days and half days on which offices are closed without a calendar
// saying so (停止上班), or on which their systems stood (停機, U9): entered once, with a
// preview of what moves, also afterwards, and withdrawn again. Working days and legal
// periods go by whole days, legal periods not by outages; half days are kept for display;
// hours never stand still.
type Closures struct{ k *Kit }

// Limits of one entry.
const (
	MaxClosedDays = 14 // at once
	// ClosedWithin is how many days a closure may lie behind or ahead.
	ClosedWithin = 366
	// MovesShown is how many of the deadlines that move a preview lists; it counts all.
	MovesShown = 200
	maxWords   = 200 // of a reason
)

// ClosedDays is what somebody enters.
type ClosedDays struct {
	From, To calendar.Date // To may be zero: one day
	Part     calendar.Part // of a single day
	Outage   bool          // offices were open, their systems stood
	Agency   string        // id of a unit, with all beneath it; "" for the whole house
	Place    string        // as announced, e.g. 臺北市
	Reason   string
	// Announced is when it was; zero: now.
	Announced time.Time
}

// ClosedDay is one day as it was entered.
type ClosedDay struct {
	ID string
	calendar.Closure
	Agency, AgencyName string
	Announced          time.Time
	Entered            time.Time
	By                 string // by name
	Withdrawn          bool
	WithdrawnAt        time.Time
	WithdrawnBy, Why   string
}

// Moves is what a change of closures does to open deadlines, as far as its reader sees
// them on lists of everybody's tasks (see TodoFilter) or may read their cases.
type Moves struct {
	// Seen is the state of the calendar it was worked out from; whoever goes on says
	// which one he has seen.
	Seen  int
	Cases int
	// Deadlines counts those that move, Stopped the cases whose clock stands: theirs
	// are counted once it goes on.
	Deadlines, Stopped int
	// Others says that more moves, which he may not see: of that nothing is counted.
	Others bool
	Lines  []Move // the first MovesShown, by due date
}

// Move is a deadline that moves.
type Move struct {
	Case    string // "" where the reader may not open it
	Number  string
	RowNo   int           // which row of its request it is for, for NumberIn
	Title   workflow.Text // of the type
	Subject string        // "" where the reader may not know it
	Step    workflow.Text
	Holders []string
	From    calendar.Date
	To      calendar.Date
}

// May says whether the actor may enter closures: who may change the list of calendars.
func (c Closures) May(ctx context.Context, actor Actor) (bool, error) {
	c.k = c.k.once()
	return c.k.Registers().MayChange(ctx, actor, register.Calendars, "")
}

func (c Closures) allow(ctx context.Context, actor Actor) error {
	may, err := c.May(ctx, actor)
	if err == nil && !may {
		err = ErrForbidden
	}
	return err
}

// List returns the closures, the last day first, for everybody in the house.
func (c Closures) List(ctx context.Context, actor Actor) ([]ClosedDay, error) {
	c.k = c.k.once()
	if err := c.k.Registers().mayRead(ctx, actor, register.Calendars); err != nil {
		return nil, err
	}
	return c.list(ctx)
}

func (c Closures) list(ctx context.Context) ([]ClosedDay, error) {
	var out []ClosedDay
	err := c.k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		found, err := c.k.enteredDays(ctx, tx)
		out = found
		return err
	})
	if err != nil {
		return nil, err
	}
	port, ok := c.k.directory.(Roster)
	for i := range out {
		out[i].AgencyName = out[i].Agency
		if !ok || out[i].Agency == "" {
			continue
		}
		u, found, err := port.Unit(ctx, out[i].Agency)
		if err != nil {
			return nil, fmt.Errorf("ismskit: directory: %w", err)
		}
		if found {
			out[i].AgencyName = u.Name
		}
	}
	slices.SortStableFunc(out, func(a, b ClosedDay) int {
		return cmp.Or(b.Date.Compare(a.Date), b.Entered.Compare(a.Entered), strings.Compare(a.ID, b.ID))
	})
	return out, nil
}

// enteredDays are all closures of the list of calendars, withdrawn ones too.
func (k *Kit) enteredDays(ctx context.Context, tx Tx) ([]ClosedDay, error) {
	var out []ClosedDay
	err := k.eachClosure(ctx, tx, func(agency string, row register.Row, line forms.Row) {
		out = append(out, enteredDay(agency, row, line))
	})
	return out, err
}

func enteredDay(agency string, row register.Row, line forms.Row) ClosedDay {
	text := func(key string) string { s, _ := line[key].(string); return s }
	at := func(key string) time.Time { t, _ := line[key].(time.Time); return t }
	d := ClosedDay{
		ID: row.ID + "/" + text(forms.RowID), Closure: closureOf(line), Agency: agency, Announced: at("announced"), Entered: at("entered"),
		By: text("entered_by"), WithdrawnAt: at("withdrawn_at"), WithdrawnBy: text("withdrawn_by"), Why: text("withdrawn_why"),
	}
	d.Withdrawn, _ = line["withdrawn"].(bool)
	return d
}

// Preview says what entering closures would move. What is wrong with them is
// forms.Invalid at from, to, part, agency, place, reason or announced.
func (c Closures) Preview(ctx context.Context, actor Actor, d ClosedDays) (Moves, error) {
	c.k = c.k.once()
	if err := c.allow(ctx, actor); err != nil {
		return Moves{}, err
	}
	days, err := c.check(ctx, &d)
	if err != nil {
		return Moves{}, err
	}
	there, err := c.list(ctx)
	if err != nil {
		return Moves{}, err
	}
	if e, _ := entered(there, days); e != nil {
		return Moves{}, c.twice(*e)
	}
	return c.moves(ctx, actor, func(last *calendarState) (*calendarState, error) {
		return &calendarState{n: last.n + 1, base: last.base, closed: append(slices.Clip(last.closed), days...)}, nil
	})
}

// Enter enters closures, and has what Preview showed carried out. seen is
// Moves.Seen; where the calendar has changed since it is ErrConflict. The same entered
// twice is one entry.
func (c Closures) Enter(ctx context.Context, actor Actor, d ClosedDays, seen int) error {
	c.k = c.k.once()
	if err := c.allow(ctx, actor); err != nil {
		return err
	}
	by, err := c.k.byline(ctx, actor)
	if err != nil {
		return err
	}
	days, err := c.check(ctx, &d)
	if err != nil {
		return err
	}
	return c.change(ctx, actor, change{agency: d.Agency, reason: d.Reason, seen: seen, by: by}, func(ctx context.Context, tx Tx, there []ClosedDay, lines []forms.Row) ([]forms.Row, error) {
		if e, same := entered(there, days); e != nil {
			first, err := c.k.lastHand(ctx, tx, *e)
			if err == nil && (!same || first != by.Person) {
				err = c.twice(*e)
			}
			return nil, err // a double click, or an answer that was lost
		}
		for _, day := range days {
			lines = append(lines, forms.Row{
				forms.RowID: forms.NewRowID(), "day": day.Date, "kind": ClosureKind(day.Outage), "part": partKey(day.Part), "place": day.Place, "reason": day.Reason,
				"announced": d.Announced, "entered": c.k.moment(), "entered_by": by.Name,
			})
		}
		return lines, nil
	})
}

// PreviewWithdrawal says what withdrawing a day would move; ErrNotFound where there is
// no such day, or it is withdrawn.
func (c Closures) PreviewWithdrawal(ctx context.Context, actor Actor, id string) (ClosedDay, Moves, error) {
	c.k = c.k.once()
	if err := c.allow(ctx, actor); err != nil {
		return ClosedDay{}, Moves{}, err
	}
	all, err := c.list(ctx)
	if err != nil {
		return ClosedDay{}, Moves{}, err
	}
	day, ok := dayOf(all, id)
	if !ok || day.Withdrawn {
		return ClosedDay{}, Moves{}, ErrNotFound
	}
	gone := closedDay{day.Agency, day.Closure}
	moves, err := c.moves(ctx, actor, func(last *calendarState) (*calendarState, error) {
		closed := slices.Clone(last.closed)
		if i := slices.Index(closed, gone); i >= 0 {
			closed = slices.Delete(closed, i, i+1)
		}
		return &calendarState{n: last.n + 1, base: last.base, closed: closed}, nil
	})
	return day, moves, err
}

// Withdraw takes a day back, with the reason, and moves deadlines back. What is wrong
// is forms.Invalid at why.
func (c Closures) Withdraw(ctx context.Context, actor Actor, id, why string, seen int) error {
	c.k = c.k.once()
	if err := c.allow(ctx, actor); err != nil {
		return err
	}
	all, err := c.list(ctx)
	if err != nil {
		return err
	}
	day, ok := dayOf(all, id)
	if !ok {
		return ErrNotFound
	}
	by, err := c.k.byline(ctx, actor)
	if err != nil {
		return err
	}
	if why = strings.TrimSpace(why); why == "" || tooLong(why) {
		return numberFault("why", "closure.why", map[string]string{"max": strconv.Itoa(maxWords)})
	}
	_, line, _ := strings.Cut(id, "/")
	return c.change(ctx, actor, change{agency: day.Agency, reason: why, seen: seen, by: by}, func(ctx context.Context, tx Tx, there []ClosedDay, lines []forms.Row) ([]forms.Row, error) {
		if now, ok := dayOf(there, id); !ok || now.Withdrawn {
			last, err := c.k.lastHand(ctx, tx, now)
			if err == nil && (now.Why != why || last != by.Person) {
				err = ErrNotFound
			}
			return nil, err // a double click, or an answer that was lost
		}
		for i := range lines {
			if lines[i][forms.RowID] == line {
				lines[i] = lines[i].Clone()
				lines[i]["withdrawn"], lines[i]["withdrawn_at"], lines[i]["withdrawn_by"], lines[i]["withdrawn_why"] = true, c.k.moment(), by.Name, why
			}
		}
		return lines, nil
	})
}

// lastHand is who entered a closure, or withdrew it, by id: two people may have one name.
func (k *Kit) lastHand(ctx context.Context, tx Tx, d ClosedDay) (string, error) {
	id, _, _ := strings.Cut(d.ID, "/")
	history, err := tx.Registers().History(ctx, register.Calendars, id)
	if err != nil {
		return "", err
	}
	for _, row := range history {
		found := false
		err := k.closuresOf(row, func(_ string, row register.Row, line forms.Row) {
			e := enteredDay("", row, line)
			found = found || e.ID == d.ID && e.Withdrawn == d.Withdrawn
		})
		if err != nil || found {
			return row.ChangedBy, err
		}
	}
	return "", nil
}

func dayOf(all []ClosedDay, id string) (ClosedDay, bool) {
	i := slices.IndexFunc(all, func(d ClosedDay) bool { return d.ID == id })
	if i < 0 {
		return ClosedDay{}, false
	}
	return all[i], true
}

// change is what is written of a change of closures beside the closures.
type change struct {
	agency, reason string
	seen           int // the state of the calendar that its maker has seen
	by             workflow.Signer
}

// change writes the closures of an agency: what edit makes of them, nil for nothing at
// all. One change is made at a time, so that what edit finds entered, and the state that
// its maker has seen, still hold when it is committed.
func (c Closures) change(ctx context.Context, actor Actor, ch change, edit func(context.Context, Tx, []ClosedDay, []forms.Row) ([]forms.Row, error)) error {
	k, now := c.k, c.k.moment()
	agency := forms.Values{}
	if ch.agency != "" {
		agency["agency"] = forms.Ref{List: "unit", ID: ch.agency}
	}
	form, _ := k.lists.Form(register.Calendars)
	lookup, err := k.lookup(ctx, actor, caseInHand{}, form.Needs(agency), now)
	if err != nil {
		return err
	}
	changed := false
	err = k.store.Update(ctx, func(ctx context.Context, tx Tx) error {
		changed = false
		if err := alone(ctx, tx, aloneClosures); err != nil {
			return err
		}
		there, err := k.enteredDays(ctx, tx)
		if err != nil {
			return err
		}
		row, err := k.calendarRow(ctx, tx, ch.agency)
		if err != nil {
			return err
		}
		values, err := k.rowOrNew(row)
		if err != nil {
			return err
		}
		lines, _ := values["closures"].([]forms.Row)
		if lines, err = edit(ctx, tx, there, slices.Clone(lines)); err != nil || lines == nil {
			return err
		}
		if err := sees(ctx, tx, ch.seen); err != nil {
			return err
		}
		values["closures"] = lines
		maps.Copy(values, agency)
		next, err := k.lists.Apply(row, register.Change{
			List: register.Calendars, ID: row.ID, Seen: row.Revision, Values: values, At: now, By: ch.by.Person, Reason: ch.reason,
			Check: forms.CheckContext{Lookup: unlimited{lookup}, Today: calendar.DateOf(now.In(k.location)), Location: k.location},
		})
		if err != nil || next.Revision == row.Revision {
			return err
		}
		changed = true
		return k.storeRow(ctx, tx, row, next, rowChange{reason: ch.reason, by: ch.by, via: actor.Channel, at: now})
	})
	if err == nil && changed {
		k.forget()
		k.wakeAt(now) // deadlines move with it
	}
	return err
}

// sees refuses whoever has seen another state of the calendar.
func sees(ctx context.Context, tx Tx, seen int) error {
	n, err := countStates(ctx, tx)
	if err == nil && max(n, 1) != seen+1 {
		err = fmt.Errorf("%w: the calendar is in state %d, not %d", ErrConflict, max(n, 1)-1, seen)
	}
	return err
}
