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

// check holds what somebody enters to what can be. It gives its days, none where it
// cannot be told which they are, and everything that is wrong, each at its field.
func (c Closures) check(ctx context.Context, d *ClosedDays) (days []closedDay, wrong forms.Invalid, err error) {
	k := c.k
	now := k.moment()
	if d.To.IsZero() {
		d.To = d.From
	}
	if d.Announced.IsZero() {
		d.Announced = now
	}
	d.Announced = d.Announced.UTC().Truncate(time.Microsecond)
	d.Place, d.Reason = strings.TrimSpace(d.Place), strings.TrimSpace(d.Reason)
	wrong = checkPeriod(*d, calendar.DateOf(now.In(k.location)))
	agency, err := c.checkAgency(ctx, d.Agency)
	if err != nil {
		return nil, nil, err
	}
	wrong = d.Unread.With(append(wrong, agency...))
	known := !slices.ContainsFunc(wrong, func(f forms.Fault) bool { return f.Field != "announced" })
	for day := d.From; known && !day.After(d.To); day = day.AddDays(1) {
		days = append(days, closedDay{d.Agency, calendar.Closure{Date: day, Part: d.Part, Place: d.Place, Reason: d.Reason, Outage: d.Outage}})
	}
	words := map[string]string{"max": strconv.Itoa(maxWords)}
	var said forms.Invalid
	if d.Reason == "" || tooLong(d.Reason) {
		said = append(said, closureFault("reason", "closure.reason", words))
	}
	if tooLong(d.Place) {
		said = append(said, closureFault("place", "closure.place", words))
	}
	if d.Announced.After(now) {
		said = append(said, closureFault("announced", "closure.announced", nil))
	}
	return days, inClosureOrder(wrong.With(said)), nil
}

// closureFields are the fields of an entry in the order in which they are asked for.
var closureFields = []string{"from", "to", "kind", "part", "agency", "reason", "place", "announced"}

// inClosureOrder sorts what is wrong as its fields are asked for.
func inClosureOrder(wrong forms.Invalid) forms.Invalid {
	place := func(f forms.Fault) int { return slices.Index(closureFields, f.Field) }
	slices.SortStableFunc(wrong, func(a, b forms.Fault) int { return place(a) - place(b) })
	return wrong
}

// checkPeriod is what is wrong with the days of an entry.
func checkPeriod(d ClosedDays, today calendar.Date) (wrong forms.Invalid) {
	fault := func(field, code string, params map[string]string) {
		wrong = append(wrong, closureFault(field, code, params))
	}
	whole := d.Part == calendar.WholeDay
	if !whole && d.Part != calendar.Morning && d.Part != calendar.Afternoon {
		fault("part", "closure.part", nil)
		whole = true
	}
	if !d.From.Valid() {
		fault("from", "closure.from", nil)
		return wrong
	}
	if d.From.Sub(today) > ClosedWithin || today.Sub(d.From) > ClosedWithin {
		fault("from", "closure.far", map[string]string{"max": strconv.Itoa(ClosedWithin)})
	}
	switch span := d.To.Sub(d.From) + 1; {
	case !d.To.Valid() || span < 1:
		fault("to", "closure.to", nil)
	case span > MaxClosedDays:
		fault("to", "closure.many", map[string]string{"max": strconv.Itoa(MaxClosedDays)})
	case !whole && span > 1:
		fault("part", "closure.half", nil)
	}
	return wrong
}

func closureFault(field, code string, params map[string]string) forms.Fault {
	return forms.Fault{Field: field, Code: code, Text: sayAll(code, func(string) map[string]string { return params })}
}

// also adds to what is wrong that days are entered already; that alone may be a double
// click, and is for Enter to say.
func (c Closures) also(ctx context.Context, days []closedDay, wrong forms.Invalid) (forms.Invalid, error) {
	there, err := c.list(ctx)
	if err != nil {
		return nil, err
	}
	if e, _ := entered(there, days); e != nil {
		wrong = inClosureOrder(wrong.With(c.twice(*e)))
	}
	return wrong, nil
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

func (c Closures) twice(e ClosedDay) forms.Invalid {
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

func (c Closures) checkAgency(ctx context.Context, agency string) (forms.Invalid, error) {
	port, ok := c.k.directory.(Roster)
	if agency == "" || !ok {
		return nil, nil
	}
	u, found, err := port.Unit(ctx, agency)
	if err != nil {
		return nil, fmt.Errorf("ismskit: directory: %w", err)
	}
	if !found || !u.Agency() {
		return forms.Invalid{closureFault("agency", "closure.agency", nil)}, nil
	}
	return nil, nil
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
