package calendar

import (
	"maps"
	"slices"
)

// Part is how much of a day an office is closed.
type Part string

// Parts of a day.
const (
	WholeDay  Part = ""
	Morning   Part = "am"
	Afternoon Part = "pm"
)

// Closure is a day or half a day on which an office is closed without a calendar
// saying so: a typhoon (U11), or on which its systems stand (U9). Closures are announced
// per place, so whoever uses a calendar gives it those of its own place.
type Closure struct {
	Date   Date   `json:"date"`
	Part   Part   `json:"part,omitempty"`
	Place  string `json:"place,omitempty"`  // as announced, e.g. a county
	Reason string `json:"reason,omitempty"` // shown where a day is not counted
	// Outage is true where people came to work and only their systems stood: it is no
	// day of rest, so no legal period ends later for it (行政程序法 §48 第 4 項).
	Outage bool `json:"outage,omitempty"`
}

// With returns a calendar that is also closed as given. Whole days off count as no
// working day and, outages excepted, as a day of rest for legal periods; half days stay
// working days and are only kept for display. Key and version stay those of c: closures come and
// go without a new issue of the calendar. A withdrawn closure is left out of the
// next call on the calendar without closures.
func (c *Calendar) With(closures []Closure) *Calendar {
	next := Calendar{}
	if c != nil {
		next = *c
	}
	next.closures = slices.Concat(next.closures, closures)
	next.closed = maps.Clone(next.closed)
	if next.closed == nil {
		next.closed = map[Date]Closure{}
	}
	for _, closure := range closures {
		if closure.Part != WholeDay || !closure.Date.Valid() {
			continue
		}
		if closure.Outage && !next.Workday(closure.Date) {
			continue // it is no working day for a stronger reason
		}
		next.closed[closure.Date] = closure
	}
	return &next
}

// Closures returns what With was given, oldest call first.
func (c *Calendar) Closures() []Closure {
	if c == nil {
		return nil
	}
	return slices.Clone(c.closures)
}
