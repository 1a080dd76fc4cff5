package calendar

import "time"

// Due says when something that was given a term is late.
type Due struct {
	At        time.Time // the instant from which it is late
	Date      Date      // the last day on which it is still in time, for people
	Estimated bool      // rests on dates the calendar does not hold (暫估, U12)
	Skipped   []Day     // days that were not counted or were moved over, in order
	Moved     bool      // the legal period's last day was a day of rest (§48 第 4 項)
}

// Due returns when something begun at start is late after term t, on the clocks of
// loc. A term that is not valid, or a start that is the zero time, gives the zero
// Due.
//
//   - Working days count from the next day (次日起算) and end with the last of them.
//   - Hours run at once on the clock (即時起算); no night, week-end or closure stops
//     them.
//   - Legal days, weeks, months and years do not count the first day. They end on the
//     day before the one that corresponds to the first day counted, or with the month
//     where there is no such day, so that 3/31 and a month is 4/30.
//   - A legal period whose last day is a day of rest moves: from a Saturday to the
//     morning of the following Monday (until 12:00), from any other day to the next,
//     and again from there. A Friday holiday thus moves to Monday morning, a Sunday
//     to all of Monday, a Saturday before a Monday holiday to all of Tuesday. A
//     make-up working Saturday is worked by the whole administration and therefore
//     ends the period itself (法務部 99.2.3 函).
//
// The stricter reckoning for penalties (§48 第 5 項) is not made here.
func (c *Calendar) Due(start time.Time, t Term, loc *time.Location) Due {
	if !t.Valid() || start.IsZero() {
		return Due{}
	}
	from := DateOf(start.In(zone(loc)))
	switch t.Unit {
	case Hours:
		at := start.Add(time.Duration(t.N) * time.Hour).In(zone(loc))
		return Due{At: at, Date: lastDayBefore(at)}
	case WorkingDays:
		span := c.AddWorkdays(from, t.N)
		return Due{At: span.To.AddDays(1).Start(loc), Date: span.To, Estimated: span.Estimated, Skipped: span.Skipped}
	default:
		return c.offRest(lastLegalDay(from, t), loc)
	}
}

// lastDayBefore is the day of the last moment before at, which at midnight is the
// day that has just ended.
func lastDayBefore(at time.Time) Date { return DateOf(at.Add(-time.Nanosecond)) }

// lastLegalDay is the last day of a legal period whose event fell on the given day.
// The day of the event does not count; the period ends on the day before the one
// that corresponds to its first day, or with the month where there is no such day
// (§48 第 2、3 項). A period that begins with a month ends with a month by the same
// rule.
func lastLegalDay(event Date, t Term) Date {
	first := event.AddDays(1)
	months := t.N
	switch t.Unit {
	case Days:
		return event.AddDays(t.N)
	case Weeks:
		return event.AddDays(7 * t.N)
	case Years:
		months = 12 * t.N
	}
	corresponding := first.AddMonths(months)
	if corresponding.Day != first.Day {
		return corresponding // shortened to the month's last day
	}
	return corresponding.AddDays(-1)
}

// offRest moves the last day of a legal period off days of rest (§48 第 4 項), by the
// rules at Due.
func (c *Calendar) offRest(last Date, loc *time.Location) Due {
	due := Due{Date: last}
	morning := false
	for due.Date.Valid() {
		rests, estimated := c.rests(due.Date)
		due.Estimated = due.Estimated || estimated
		if !rests {
			break
		}
		due.Moved, morning = true, due.Date.Weekday() == time.Saturday
		due.Skipped = append(due.Skipped, c.Day(due.Date))
		due.Date = due.Date.AddDays(1)
		if morning {
			due = c.overSunday(due)
		}
	}
	due.At = due.Date.AddDays(1).Start(loc)
	if morning {
		due.At = due.Date.at(12, loc)
	}
	return due
}

// overSunday steps from the Sunday after a Saturday to Monday, whatever the
// calendar says of that Sunday.
func (c *Calendar) overSunday(due Due) Due {
	due.Skipped = append(due.Skipped, c.Day(due.Date))
	due.Date = due.Date.AddDays(1)
	return due
}
