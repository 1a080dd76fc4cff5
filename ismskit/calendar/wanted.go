package calendar

import "time"

// nextYearKnown is the month by which the next year's calendar is issued: the personnel
// administration does it in May or June, and terms of some months reach into that year
// from October on (U12).
const nextYearKnown = time.October

// Wanted is the year whose days c should hold on a day and does not: that day's own, or
// from October on the next; 0 where nothing is missing. Dates beyond are estimates.
func (c *Calendar) Wanted(on Date) int {
	switch {
	case !c.Covers(on.Year):
		return on.Year
	case on.Month >= nextYearKnown && !c.Covers(on.Year+1):
		return on.Year + 1
	}
	return 0
}

// Last is the last year of which c holds every day, 0 for none.
func (c *Calendar) Last() int {
	if c == nil || len(c.days) == 0 {
		return 0
	}
	for year := dateOfNumber(c.first + len(c.days) - 1).Year; year >= dateOfNumber(c.first).Year; year-- {
		if c.Covers(year) {
			return year
		}
	}
	return 0
}

// Differing are the days of a list that c does not hold so, in order. A day of a
// closure counts as its calendar has it.
func (c *Calendar) Differing(days []Day) []Day {
	var out []Day
	for _, d := range Merge(nil, days) {
		kind := c.kind(d.Date.number())
		if kind == unknown || (kind == off) != d.Off || c.names[d.Date] != d.Name {
			out = append(out, d)
		}
	}
	return out
}
