package ismskit

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/directory"
	"github.com/ismskit/ismskit/ismskit/register"
)

// check holds what somebody enters to what can be, and gives its days.
func (c Closures) check(ctx context.Context, d *ClosedDays) (days []closedDay, err error) {
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
		return nil, fault("from", "closure.from", nil)
	case d.From.Sub(today) > ClosedWithin || today.Sub(d.From) > ClosedWithin:
		return nil, fault("from", "closure.far", map[string]string{"max": strconv.Itoa(ClosedWithin)})
	case !d.To.Valid() || span < 1:
		return nil, fault("to", "closure.to", nil)
	case span > MaxClosedDays:
		return nil, fault("to", "closure.many", map[string]string{"max": strconv.Itoa(MaxClosedDays)})
	case d.Part != calendar.WholeDay && d.Part != calendar.Morning && d.Part != calendar.Afternoon:
		return nil, fault("part", "closure.part", nil)
	case d.Part != calendar.WholeDay && span > 1:
		return nil, fault("part", "closure.half", nil)
	case d.Reason == "" || tooLong(d.Reason):
		return nil, fault("reason", "closure.reason", map[string]string{"max": strconv.Itoa(maxWords)})
	case tooLong(d.Place):
		return nil, fault("place", "closure.place", map[string]string{"max": strconv.Itoa(maxWords)})
	case d.Announced.After(now):
		return nil, fault("announced", "closure.announced", nil)
	}
	if err := c.checkAgency(ctx, d.Agency); err != nil {
		return nil, err
	}
	for day := d.From; !day.After(d.To); day = day.AddDays(1) {
		days = append(days, closedDay{d.Agency, calendar.Closure{Date: day, Part: d.Part, Place: d.Place, Reason: d.Reason, Outage: d.Outage}})
	}
	return days, nil
}

// entered is a closure that some days would enter once more, nil for none, and whether
// all of them are entered exactly so.
func entered(there []ClosedDay, days []closedDay) (earlier *ClosedDay, same bool) {
	n := 0
	for i, e := range there {
		overlaps := func(d closedDay) bool {
			return e.Agency == d.Agency && e.Date == d.Date && e.Outage == d.Outage && (e.Part == d.Part || e.Part == calendar.WholeDay || d.Part == calendar.WholeDay)
		}
		if e.Withdrawn || !slices.ContainsFunc(days, overlaps) {
			continue
		}
		earlier = &there[i]
		if slices.Contains(days, closedDay{e.Agency, e.Closure}) {
			n++
		}
	}
	return earlier, n == len(days)
}

func (c Closures) twice(e ClosedDay) error {
	return forms.Invalid{{Field: "from", Code: "closure.twice", Text: sayAll("closure.twice", func(lang string) map[string]string {
		return map[string]string{"date": forms.Locale{Lang: lang, Location: c.k.location}.Day(e.Date), "kind": say(lang, kindText(e.Outage), nil), "reason": e.Reason, "by": e.By}
	})}}
}

// Agencies are those that may be closed by themselves, for those who may enter closures;
// none where the directory can't list the house.
func (c Closures) Agencies(ctx context.Context, actor Actor) ([]directory.Unit, error) {
	c.k = c.k.once()
	if err := c.allow(ctx, actor); err != nil {
		return nil, err
	}
	port, ok := c.k.directory.(Roster)
	if !ok {
		return nil, nil
	}
	units, err := port.Units(ctx, c.k.moment())
	if err != nil {
		return nil, fmt.Errorf("ismskit: directory: %w", err)
	}
	return slices.DeleteFunc(slices.Clone(units), func(u directory.Unit) bool { return !u.Agency() }), nil
}

// byHand refuses a change of the list of calendars that is for Closures, or the Kit
// itself, to make: it would go round what is looked at there.
func (c Closures) byHand(old, row register.Row) error {
	changes, err := c.k.lists.Diff(old, row)
	if err != nil {
		return err
	}
	closed := false
	if old.Revision > 0 {
		err = c.k.closuresOf(old, func(string, register.Row, forms.Row) { closed = true })
	}
	for _, ch := range changes {
		switch field, _, _ := strings.Cut(ch.Path, "."); {
		case err != nil:
		case field == "closures":
			err = numberFault(field, "closure.by_hand", nil)
		case field == "base":
			err = numberFault(field, "closure.base", nil)
		case field == "agency" && closed:
			err = numberFault(field, "closure.agency_kept", nil)
		}
	}
	return err
}

func (c Closures) checkAgency(ctx context.Context, agency string) error {
	if agency == "" {
		return nil
	}
	port, ok := c.k.directory.(Roster)
	if !ok {
		return nil
	}
	u, found, err := port.Unit(ctx, agency)
	if err != nil {
		return fmt.Errorf("ismskit: directory: %w", err)
	}
	if !found || !u.Agency() {
		return numberFault("agency", "closure.agency", nil)
	}
	return nil
}

func tooLong(s string) bool { return len([]rune(s)) > maxWords }

// Kinds of closure, as the list of calendars names them, and whoever enters one.
const (
	KindClosed = "closed" // offices were closed
	KindOutage = "outage" // they were open, and their systems stood
)

// ClosureKind names the kind of a closure.
func ClosureKind(outage bool) string {
	if outage {
		return KindOutage
	}
	return KindClosed
}

func kindText(outage bool) string { return "closure.kind." + ClosureKind(outage) }

func partKey(p calendar.Part) string {
	for key, part := range partOf {
		if part == p {
			return key
		}
	}
	return ""
}
