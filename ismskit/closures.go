package ismskit

import (
	"cmp"
	"context"
	"fmt"
	"slices"
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
	// Unread is what of it could not be read, at its field: it is refused together with
	// whatever else is wrong, and what could not be read is not missing too.
	Unread forms.Invalid
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
