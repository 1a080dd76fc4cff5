package ismskit

import (
	"cmp"
	"context"
	"errors"
	"fmt"
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
// saying so (停止上班、停電停機): entered once, with a preview of what moves, also
// afterwards, and withdrawn again. Working days and legal periods go by whole days;
// half days are kept for display; hours never stand still.
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

// Moves is what a change of closures does to open deadlines.
type Moves struct {
	// Seen is the state of the calendar it was worked out from; whoever goes on says
	// which one he has seen.
	Seen  int
	Cases int
	// Deadlines counts those that move, Stopped the cases whose clock stands: theirs
	// are counted once it goes on.
	Deadlines, Stopped int
	Lines              []Move // the first MovesShown, by due date
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
		out = nil
		return c.k.eachClosure(ctx, tx, func(agency string, row register.Row, line forms.Row) {
			text := func(key string) string { s, _ := line[key].(string); return s }
			at := func(key string) time.Time { t, _ := line[key].(time.Time); return t }
			d := ClosedDay{
				ID: row.ID + "/" + text(forms.RowID), Closure: closureOf(line), Agency: agency, Announced: at("announced"), Entered: at("entered"),
				By: text("entered_by"), WithdrawnAt: at("withdrawn_at"), WithdrawnBy: text("withdrawn_by"), Why: text("withdrawn_why"),
			}
			d.Withdrawn, _ = line["withdrawn"].(bool)
			out = append(out, d)
		})
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

// Preview says what entering closures would move. What is wrong with them is
// forms.Invalid at from, to, part, agency, place, reason or announced.
func (c Closures) Preview(ctx context.Context, actor Actor, d ClosedDays) (Moves, error) {
	c.k = c.k.once()
	if err := c.allow(ctx, actor); err != nil {
		return Moves{}, err
	}
	days, _, err := c.check(ctx, &d)
	if err != nil {
		return Moves{}, err
	}
	return c.moves(ctx, actor, func(closed []closedDay) []closedDay { return append(slices.Clip(closed), days...) })
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
	days, twice, err := c.check(ctx, &d)
	if twice != "" && twice == by.Name {
		return nil // a double click, or an answer that was lost
	}
	if err != nil {
		return err
	}
	if err := c.sees(ctx, seen); err != nil {
		return err
	}
	return c.change(ctx, actor, d.Agency, d.Reason, func(lines []forms.Row) []forms.Row {
		for _, day := range days {
			lines = append(lines, forms.Row{
				forms.RowID: forms.NewRowID(), "day": day.Date, "part": partKey(day.Part), "place": day.Place, "reason": day.Reason,
				"announced": d.Announced, "entered": c.k.moment(), "entered_by": by.Name,
			})
		}
		return lines
	})
}

// PreviewWithdrawal says what withdrawing a day would move; ErrNotFound where there is
// no such day, or it is withdrawn.
func (c Closures) PreviewWithdrawal(ctx context.Context, actor Actor, id string) (ClosedDay, Moves, error) {
	c.k = c.k.once()
	if err := c.allow(ctx, actor); err != nil {
		return ClosedDay{}, Moves{}, err
	}
	day, err := c.one(ctx, id)
	if err != nil {
		return ClosedDay{}, Moves{}, err
	}
	gone := closedDay{day.Agency, day.Closure}
	moves, err := c.moves(ctx, actor, func(closed []closedDay) []closedDay {
		i := slices.Index(closed, gone)
		if i < 0 {
			return closed
		}
		return slices.Delete(slices.Clone(closed), i, i+1)
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
	day, err := c.one(ctx, id)
	if err != nil {
		return err
	}
	if why = strings.TrimSpace(why); why == "" || tooLong(why) {
		return numberFault("why", "closure.why", map[string]string{"max": strconv.Itoa(maxWords)})
	}
	if err := c.sees(ctx, seen); err != nil {
		return err
	}
	by, err := c.k.byline(ctx, actor)
	if err != nil {
		return err
	}
	_, line, _ := strings.Cut(id, "/")
	return c.change(ctx, actor, day.Agency, why, func(lines []forms.Row) []forms.Row {
		for i := range lines {
			if lines[i][forms.RowID] == line {
				lines[i] = lines[i].Clone()
				lines[i]["withdrawn"], lines[i]["withdrawn_at"], lines[i]["withdrawn_by"], lines[i]["withdrawn_why"] = true, c.k.moment(), by.Name, why
			}
		}
		return lines
	})
}

// one is a day that counts.
func (c Closures) one(ctx context.Context, id string) (ClosedDay, error) {
	all, err := c.list(ctx)
	if err != nil {
		return ClosedDay{}, err
	}
	i := slices.IndexFunc(all, func(d ClosedDay) bool { return d.ID == id && !d.Withdrawn })
	if i < 0 {
		return ClosedDay{}, ErrNotFound
	}
	return all[i], nil
}

// change writes the closures of an agency.
func (c Closures) change(ctx context.Context, actor Actor, agency, reason string, change func([]forms.Row) []forms.Row) error {
	k := c.k
	var row register.Row
	err := k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		found, err := k.calendarRow(ctx, tx, agency)
		row = found
		return err
	})
	if err != nil {
		return err
	}
	values, err := k.rowOrNew(row)
	if err != nil {
		return err
	}
	if agency != "" {
		values["agency"] = forms.Ref{List: "unit", ID: agency}
	}
	lines, _ := values["closures"].([]forms.Row)
	values["closures"] = change(slices.Clone(lines))
	_, err = k.Registers().change(ctx, actor, RowChange{List: register.Calendars, ID: row.ID, Seen: row.Revision, Values: values, Reason: reason})
	return err
}

// sees refuses whoever has seen another state of the calendar.
func (c Closures) sees(ctx context.Context, seen int) error {
	c.k.office.forget()
	if err := c.k.freshen(ctx); err != nil {
		return err
	}
	if c.k.inForce() != seen {
		return fmt.Errorf("%w: the calendar is in state %d, not %d", ErrConflict, c.k.inForce(), seen)
	}
	return nil
}

// check holds what somebody enters to what can be, and gives its days. twice is who
// has entered exactly the same already.
func (c Closures) check(ctx context.Context, d *ClosedDays) (days []closedDay, twice string, err error) {
	k := c.k
	now := k.moment()
	today := calendar.DateOf(now.In(k.location))
	if d.To.IsZero() {
		d.To = d.From
	}
	if d.Announced.IsZero() {
		d.Announced = now
	}
	d.Announced = d.Announced.UTC().Truncate(time.Microsecond)
	d.Place, d.Reason = strings.TrimSpace(d.Place), strings.TrimSpace(d.Reason)
	fault := func(field, code string, params map[string]string) error { return numberFault(field, code, params) }
	switch span := d.To.Sub(d.From) + 1; {
	case !d.From.Valid():
		return nil, "", fault("from", "closure.from", nil)
	case d.From.Sub(today) > ClosedWithin || today.Sub(d.From) > ClosedWithin:
		return nil, "", fault("from", "closure.far", map[string]string{"max": strconv.Itoa(ClosedWithin)})
	case !d.To.Valid() || span < 1:
		return nil, "", fault("to", "closure.to", nil)
	case span > MaxClosedDays:
		return nil, "", fault("to", "closure.many", map[string]string{"max": strconv.Itoa(MaxClosedDays)})
	case d.Part != calendar.WholeDay && d.Part != calendar.Morning && d.Part != calendar.Afternoon:
		return nil, "", fault("part", "closure.part", nil)
	case d.Part != calendar.WholeDay && span > 1:
		return nil, "", fault("part", "closure.half", nil)
	case d.Reason == "" || tooLong(d.Reason):
		return nil, "", fault("reason", "closure.reason", map[string]string{"max": strconv.Itoa(maxWords)})
	case tooLong(d.Place):
		return nil, "", fault("place", "closure.place", map[string]string{"max": strconv.Itoa(maxWords)})
	case d.Announced.After(now):
		return nil, "", fault("announced", "closure.announced", nil)
	}
	if err := c.checkAgency(ctx, d.Agency); err != nil {
		return nil, "", err
	}
	for day := d.From; !day.After(d.To); day = day.AddDays(1) {
		days = append(days, closedDay{d.Agency, calendar.Closure{Date: day, Part: d.Part, Place: d.Place, Reason: d.Reason}})
	}
	there, err := c.list(ctx)
	if err != nil {
		return nil, "", err
	}
	same := 0
	for _, e := range there {
		overlaps := e.Part == d.Part || e.Part == calendar.WholeDay || d.Part == calendar.WholeDay
		if e.Withdrawn || e.Agency != d.Agency || e.Date.Before(d.From) || e.Date.After(d.To) || !overlaps {
			continue
		}
		if slices.Contains(days, closedDay{e.Agency, e.Closure}) {
			same++
		}
		twice = e.By
		err = forms.Invalid{{Field: "from", Code: "closure.twice", Text: sayAll("closure.twice", func(lang string) map[string]string {
			return map[string]string{"date": forms.Locale{Lang: lang, Location: k.location}.Day(e.Date), "reason": e.Reason, "by": e.By}
		})}}
	}
	if same < len(days) {
		twice = ""
	}
	return days, twice, err
}

func (c Closures) checkAgency(ctx context.Context, agency string) error {
	if agency == "" {
		return nil
	}
	port, ok := c.k.directory.(Roster)
	if !ok {
		return nil
	}
	_, found, err := port.Unit(ctx, agency)
	if err != nil {
		return fmt.Errorf("ismskit: directory: %w", err)
	}
	if !found {
		return numberFault("agency", "closure.agency", nil)
	}
	return nil
}

func tooLong(s string) bool { return len([]rune(s)) > maxWords }

func partKey(p calendar.Part) string {
	for key, part := range partOf {
		if part == p {
			return key
		}
	}
	return ""
}

// moves works out what another set of closures moves.
func (c Closures) moves(ctx context.Context, actor Actor, change func([]closedDay) []closedDay) (Moves, error) {
	k := c.k
	k.office.forget()
	if err := k.freshen(ctx); err != nil {
		return Moves{}, err
	}
	known, _, _ := k.office.states()
	last := known.last()
	next := &calendarState{n: last.n + 1, base: last.base, closed: change(last.closed)}
	under := known.under
	if closed := agencies(append(slices.Clip(known.all), next)...); len(closed) > 0 {
		var err error
		if under, err = k.under(ctx, closed); err != nil {
			return Moves{}, err
		}
	}
	out := Moves{Seen: last.n}
	q := CaseQuery{Phases: []string{string(workflow.PhaseRunning), string(workflow.PhaseSuspended)}, Limit: 500}
	for {
		rows, err := k.listCases(ctx, q)
		if err != nil {
			return Moves{}, err
		}
		for _, row := range rows {
			if err := c.movesOf(ctx, actor, row, next, under[row.Unit], &out); err != nil {
				return Moves{}, err
			}
		}
		if len(rows) < q.Limit {
			break
		}
		q.After, q.AfterID = rows[len(rows)-1].Created, rows[len(rows)-1].ID
	}
	slices.SortStableFunc(out.Lines, func(a, b Move) int {
		return cmp.Or(a.From.Compare(b.From), strings.Compare(a.Number, b.Number))
	})
	out.Lines = out.Lines[:min(len(out.Lines), MovesShown)]
	return out, nil
}

// movesOf adds what moves in one case. A case that can't be worked on here moves once
// it can.
func (c Closures) movesOf(ctx context.Context, actor Actor, row CaseRow, next *calendarState, under []string, out *Moves) error {
	k := c.k
	in, err := k.inHand(ctx, row)
	if errors.Is(err, ErrReadOnly) {
		return nil
	}
	if err != nil {
		return err
	}
	r := k.recounted(in, next, under, k.moment())
	if len(r.dues) == 0 {
		return nil
	}
	if in.state.Phase == workflow.PhaseSuspended {
		out.Stopped++
		return nil
	}
	out.Cases++
	out.Deadlines += len(r.dues)
	way, err := k.mayRead(ctx, actor, in, k.moment())
	if ignoreNotFound(err) != nil {
		return err
	}
	for _, due := range r.dues {
		t, _ := in.state.Task(due.Task)
		step, _ := in.kind.flow.Step(t.Step)
		m := Move{Number: row.Number, RowNo: in.rowNo(), Title: workflow.Text(in.kind.Title), Step: step.Name, Holders: called(t.Holder.Named)}
		if len(m.Holders) == 0 && t.Why["members"] != "" {
			m.Holders = strings.Split(t.Why["members"], memberSeparator)
		}
		if way != "" {
			m.Case = row.ID
			if !Confidential(row.Class) {
				m.Subject = row.Subject
			}
		}
		if m.From, err = parseISO(t.DueDate); err != nil {
			return fmt.Errorf("ismskit: case %s: task %s: %w", row.ID, t.ID, err)
		}
		if m.To, err = parseISO(due.DueDate); err != nil {
			return fmt.Errorf("ismskit: case %s: task %s: %w", row.ID, t.ID, err)
		}
		out.Lines = append(out.Lines, m)
	}
	return nil
}
