package calendar

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"
)

// Day is what an office calendar says about one date.
type Day struct {
	Date Date   `json:"date"`
	Off  bool   `json:"off"`            // not worked
	Name string `json:"name,omitempty"` // 國慶日, 補假, 補行上班; empty for ordinary days
}

// Calendar says which days an office works. It is immutable and safe for
// concurrent use. About dates it does not hold it answers by the weekday alone,
// and everything reckoned with such a date is marked as an estimate (U12).
//
// A nil *Calendar holds no dates.
type Calendar struct {
	key, version string
	first        int // day number of days[0]
	days         []dayKind
	names        map[Date]string
	closed       map[Date]Closure // whole days only
	closures     []Closure
}

type dayKind uint8

const (
	unknown dayKind = iota
	worked
	off
)

// Errors of [New].
var (
	ErrNoKey        = errors.New("calendar: key or version missing")
	ErrNoSuchDay    = errors.New("calendar: a day that does not exist")
	ErrDuplicateDay = errors.New("calendar: a day is listed twice")
)

// New makes a calendar of the given days, in any order. Key says whose calendar it
// is and version which issue of it; both are required. Lists of holidays do not
// name ordinary week-ends: in a year whose Mondays to Fridays are all listed,
// unlisted Saturdays and Sundays are known to be off.
//
// Errors wrap ErrNoKey, ErrNoSuchDay or ErrDuplicateDay.
func New(key, version string, days []Day) (*Calendar, error) {
	if key == "" || version == "" {
		return nil, ErrNoKey
	}
	c := &Calendar{key: key, version: version, names: map[Date]string{}}
	for _, d := range days {
		if !d.Date.Valid() {
			return nil, fmt.Errorf("%w: %s", ErrNoSuchDay, d.Date)
		}
	}
	c.reserve(days)
	for _, d := range days {
		at := &c.days[d.Date.number()-c.first]
		if *at != unknown {
			return nil, fmt.Errorf("%w: %s", ErrDuplicateDay, d.Date)
		}
		*at = worked
		if d.Off {
			*at = off
		}
		if d.Name != "" {
			c.names[d.Date] = d.Name
		}
	}
	c.completeWeekends()
	return c, nil
}

// reserve makes room for whole years, so that week-ends at either end of a year
// fit too.
func (c *Calendar) reserve(days []Day) {
	if len(days) == 0 {
		return
	}
	byDate := func(a, b Day) int { return a.Date.Compare(b.Date) }
	from, to := slices.MinFunc(days, byDate).Date.Year, slices.MaxFunc(days, byDate).Date.Year
	c.first = Date{Year: from, Month: time.January, Day: 1}.number()
	c.days = make([]dayKind, Date{Year: to + 1, Month: time.January, Day: 1}.number()-c.first)
}

func (c *Calendar) completeWeekends() {
	for start := 0; start < len(c.days); {
		year := dateOfNumber(c.first + start).Year
		end := start + Date{Year: year, Month: time.December, Day: 31}.utc().YearDay()
		if c.weekdaysListed(start, end) {
			for i := start; i < end; i++ {
				if c.days[i] == unknown {
					c.days[i] = off
				}
			}
		}
		start = end
	}
}

func (c *Calendar) weekdaysListed(start, end int) bool {
	for i := start; i < end; i++ {
		if c.days[i] == unknown && !weekend(c.first+i) {
			return false
		}
	}
	return true
}

// Merge returns the days of two lists ordered by date. Where both name a date the
// newer one counts. Make-up Saturdays of an older list survive a newer list of
// holidays that is silent about them.
func Merge(older, newer []Day) []Day {
	byDate := make(map[Date]Day, len(older)+len(newer))
	for _, d := range slices.Concat(older, newer) {
		byDate[d.Date] = d
	}
	return slices.SortedFunc(maps.Values(byDate), func(a, b Day) int { return a.Date.Compare(b.Date) })
}

// Key returns whose calendar this is.
func (c *Calendar) Key() string {
	if c == nil {
		return ""
	}
	return c.key
}

// Version returns which issue of the calendar this is.
func (c *Calendar) Version() string {
	if c == nil {
		return ""
	}
	return c.version
}

// Days returns everything the calendar holds, ordered by date, without closures:
// New makes an equal calendar of it.
func (c *Calendar) Days() []Day {
	if c == nil {
		return nil
	}
	var all []Day
	for i, kind := range c.days {
		if kind == unknown {
			continue
		}
		date := dateOfNumber(c.first + i)
		all = append(all, Day{Date: date, Off: kind == off, Name: c.names[date]})
	}
	return all
}

// Covers reports whether the calendar holds every day of the year, so that an
// administrator can be warned before the next year begins (U12).
func (c *Calendar) Covers(year int) bool {
	from, to := Date{Year: year, Month: time.January, Day: 1}, Date{Year: year, Month: time.December, Day: 31}
	for n := from.number(); n <= to.number(); n++ {
		if c.kind(n) == unknown {
			return false
		}
	}
	return true
}

// Known reports whether the calendar holds d; what it says about other dates is an
// estimate. A whole-day closure makes its date known.
func (c *Calendar) Known(d Date) bool {
	return c.closedOn(d) || c.kind(d.number()) != unknown
}

// Workday reports whether d is worked. Half-day closures leave a day worked.
func (c *Calendar) Workday(d Date) bool {
	works, _ := c.works(d.number(), d)
	return works
}

// Name returns what d is called in the calendar, or the reason it is closed, or "".
func (c *Calendar) Name(d Date) string {
	if c == nil {
		return ""
	}
	if closure, ok := c.closed[d]; ok && closure.Reason != "" {
		return closure.Reason
	}
	return c.names[d]
}

// Day returns what is known or estimated about d.
func (c *Calendar) Day(d Date) Day {
	return Day{Date: d, Off: !c.Workday(d), Name: c.Name(d)}
}

// works answers for a date and its day number, and says whether it is an estimate.
func (c *Calendar) works(n int, d Date) (works, estimated bool) {
	if c.closedOn(d) {
		return false, false
	}
	return c.worksUsually(n)
}

// rests answers for the last day of a legal period: an outage is no day of rest.
func (c *Calendar) rests(d Date) (rests, estimated bool) {
	if c.closedOn(d) && !c.closed[d].Outage {
		return true, false
	}
	works, estimated := c.worksUsually(d.number())
	return !works, estimated
}

// worksUsually answers by the calendar without closures.
func (c *Calendar) worksUsually(n int) (works, estimated bool) {
	switch c.kind(n) {
	case worked:
		return true, false
	case off:
		return false, false
	}
	return !weekend(n), true
}

func (c *Calendar) kind(n int) dayKind {
	if c == nil || n < c.first || n-c.first >= len(c.days) {
		return unknown
	}
	return c.days[n-c.first]
}

func (c *Calendar) closedOn(d Date) bool {
	if c == nil || len(c.closed) == 0 {
		return false
	}
	_, closed := c.closed[d]
	return closed
}

// weekend tells Saturdays and Sundays by day number; 1970-01-01 was a Thursday.
func weekend(n int) bool {
	weekday := ((n+4)%7 + 7) % 7
	return weekday == int(time.Sunday) || weekday == int(time.Saturday)
}
