package ismskit

import (
	"time"

	"github.com/ismskit/ismskit/ismskit/calendar"
)

// officeDays is the calendar in force as the reminders count by it.
type officeDays struct {
	k  *Kit
	by *calendar.Calendar
}

func (o officeDays) Shift(day time.Time, term string, n int) (time.Time, error) {
	t, err := calendar.ParseTerm(term)
	if err != nil {
		return time.Time{}, err
	}
	local := day.In(o.k.location)
	from := calendar.DateOf(local)
	clock := local.Sub(from.Start(o.k.location))
	var to calendar.Date
	switch t.Unit {
	case calendar.Hours:
		return day.Add(time.Duration(n*t.N) * time.Hour), nil
	case calendar.WorkingDays:
		to = o.by.AddWorkdays(from, n*t.N).To
	case calendar.Days:
		to = from.AddDays(n * t.N)
	case calendar.Weeks:
		to = from.AddDays(7 * n * t.N)
	case calendar.Months:
		to = from.AddMonths(n * t.N)
	default:
		to = from.AddMonths(12 * n * t.N)
	}
	return to.Start(o.k.location).Add(clock), nil
}

func (o officeDays) Workday(day time.Time) bool {
	return o.by.Workday(calendar.DateOf(day.In(o.k.location)))
}

func (o officeDays) Location() *time.Location { return o.k.location }
