package calendar

import "slices"

// Span is the way from a day to the last of a number of working days.
type Span struct {
	From      Date  // not counted itself
	To        Date  // the last day counted
	Skipped   []Day // days between the two that are not worked, in order of date
	Estimated bool  // a date was looked at that the calendar does not hold
}

// AddWorkdays counts n working days from d. The count begins on the next day
// (次日起算), so Friday and one working day is the following Monday. A negative n
// counts backwards; with 0 the span ends on d, worked or not. A count that would
// leave the years a Date can hold ends on the last such day, as an estimate.
func (c *Calendar) AddWorkdays(d Date, n int) Span {
	span := Span{From: d, To: d}
	step, left := 1, n
	if n < 0 {
		step, left = -1, -n
	}
	if !d.Valid() {
		span.Estimated = true
		return span
	}
	for at, number := d, d.number(); left > 0; {
		number += step
		at = dateOfNumber(number)
		if !at.Valid() {
			span.Estimated = true
			break
		}
		works, estimated := c.works(number, at)
		span.Estimated = span.Estimated || estimated
		if works {
			span.To = at
			left--
			continue
		}
		span.Skipped = append(span.Skipped, Day{Date: at, Off: true, Name: c.Name(at)})
	}
	if step < 0 {
		slices.Reverse(span.Skipped)
	}
	return span
}

// Workdays counts the working days after from up to and including to. When to is
// before from it is minus the count from to to from, so that
// Workdays(d, AddWorkdays(d, n).To) is n for n > 0.
func (c *Calendar) Workdays(from, to Date) int {
	if to.Before(from) {
		return -c.Workdays(to, from)
	}
	count := 0
	if !from.Valid() || !to.Valid() {
		return 0
	}
	for n := from.number() + 1; n <= to.number(); n++ {
		if works, _ := c.works(n, c.dateIfClosures(n)); works {
			count++
		}
	}
	return count
}

// NextWorkday returns the first working day after d.
func (c *Calendar) NextWorkday(d Date) Date { return c.AddWorkdays(d, 1).To }

// WorkdayFrom returns d when it is worked, else the first working day after it.
func (c *Calendar) WorkdayFrom(d Date) Date {
	if c.Workday(d) {
		return d
	}
	return c.NextWorkday(d)
}

// dateIfClosures spares a long count the date of every day number when there are no
// closures to look up.
func (c *Calendar) dateIfClosures(n int) Date {
	if c == nil || len(c.closed) == 0 {
		return Date{}
	}
	return dateOfNumber(n)
}
