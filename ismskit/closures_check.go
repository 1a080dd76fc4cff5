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
		days = append(days, closedDay{d.Agency, calendar.Closure{Date: day, Part: d.Part, Place: d.Place, Reason: d.Reason}})
	}
	return days, nil
}

// entered is a closure that some days would enter once more, nil for none, and whether
// all of them are entered exactly so.
func entered(there []ClosedDay, days []closedDay) (earlier *ClosedDay, same bool) {
	n := 0
	for i, e := range there {
		overlaps := func(d closedDay) bool {
			return e.Agency == d.Agency && e.Date == d.Date && (e.Part == d.Part || e.Part == calendar.WholeDay || d.Part == calendar.WholeDay)
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
		return map[string]string{"date": forms.Locale{Lang: lang, Location: c.k.location}.Day(e.Date), "reason": e.Reason, "by": e.By}
	})}}
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
