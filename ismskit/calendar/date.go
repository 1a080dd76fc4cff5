package calendar

import (
	"cmp"
	"fmt"
	"time"
)

// Years a Date may lie in. Both ends are written with four digits, which is what
// tells a Gregorian year from a Minguo one (at most three digits).
const (
	minYear = 1000
	maxYear = 9999
)

const secondsPerDay = 24 * 60 * 60

// Date is a day in the proleptic Gregorian calendar, without clock or place. The
// zero Date means that there is no date. Dates are comparable with ==.
type Date struct {
	Year  int // Gregorian
	Month time.Month
	Day   int
}

// DateOf returns the day t falls on in t's own location; the zero time gives the
// zero Date.
func DateOf(t time.Time) Date {
	if t.IsZero() {
		return Date{}
	}
	y, m, d := t.Date()
	return Date{Year: y, Month: m, Day: d}
}

// IsZero reports whether d is no date.
func (d Date) IsZero() bool { return d == Date{} }

// Valid reports whether d is a day that exists, in the years 1000 to 9999. The
// zero Date is not valid.
func (d Date) Valid() bool {
	return d.Year >= minYear && d.Year <= maxYear &&
		d.Month >= time.January && d.Month <= time.December &&
		d.Day >= 1 && d.Day <= daysIn(d.Year, d.Month)
}

// String returns d as 2026-11-23, and "" for no date.
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return fmt.Sprintf("%04d-%02d-%02d", d.Year, int(d.Month), d.Day)
}

// AddDays returns the day n days after d, or before it when n is negative.
func (d Date) AddDays(n int) Date { return dateOfNumber(d.number() + n) }

// AddMonths returns the same day n months after d, or before it when n is
// negative. Where that month is too short it is the month's last day:
// 31 January and one month is 28 or 29 February.
func (d Date) AddMonths(n int) Date {
	ym := YearMonth{Year: d.Year, Month: d.Month}.AddMonths(n)
	return Date{Year: ym.Year, Month: ym.Month, Day: min(d.Day, daysIn(ym.Year, ym.Month))}
}

// Sub returns the number of days from other to d, negative when d is earlier.
func (d Date) Sub(other Date) int { return d.number() - other.number() }

// Compare returns -1, 0 or 1 as d is before, the same as or after other. The zero
// Date comes before every valid one.
func (d Date) Compare(other Date) int {
	return cmp.Or(cmp.Compare(d.Year, other.Year), cmp.Compare(d.Month, other.Month), cmp.Compare(d.Day, other.Day))
}

// Before reports whether d is earlier than other.
func (d Date) Before(other Date) bool { return d.Compare(other) < 0 }

// After reports whether d is later than other.
func (d Date) After(other Date) bool { return d.Compare(other) > 0 }

// Weekday returns the day of the week of d.
func (d Date) Weekday() time.Weekday { return d.utc().Weekday() }

// YearMonth returns the month d lies in.
func (d Date) YearMonth() YearMonth { return YearMonth{Year: d.Year, Month: d.Month} }

// Start returns the instant at which d begins in loc: midnight, or the first
// instant after it where clocks are put forward over midnight.
func (d Date) Start(loc *time.Location) time.Time { return d.at(0, loc) }

// MarshalText writes d as 2026-11-23, and nothing for no date. A date that does
// not exist is a *ParseError.
func (d Date) MarshalText() ([]byte, error) {
	if d.IsZero() {
		return []byte{}, nil
	}
	if !d.Valid() {
		return nil, refuse(NoSuchDay, d.String())
	}
	return []byte(d.String()), nil
}

// UnmarshalText reads what MarshalText writes and nothing else; what people type
// is for [ParseDate].
func (d *Date) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*d = Date{}
		return nil
	}
	s := string(text)
	if len(s) != len(time.DateOnly) {
		return refuse(BadDate, s)
	}
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return refuse(isoFault(s), s)
	}
	parsed := DateOf(t)
	if !parsed.Valid() {
		return refuse(OutOfRange, s)
	}
	*d = parsed
	return nil
}

// isoFault tells a day that does not exist from a text that is no date at all.
func isoFault(s string) string {
	for i, r := range []byte(s) {
		dash := i == 4 || i == 7
		if dash != (r == '-') || !dash && (r < '0' || r > '9') {
			return BadDate
		}
	}
	return NoSuchDay
}

func (d Date) utc() time.Time { return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC) }

func (d Date) at(hour int, loc *time.Location) time.Time {
	return time.Date(d.Year, d.Month, d.Day, hour, 0, 0, 0, zone(loc))
}

// number counts days from 1970-01-01, so that differences and steps are plain
// integers.
func (d Date) number() int {
	return int(d.utc().Unix() / secondsPerDay) // exact: UTC midnights
}

func dateOfNumber(n int) Date {
	y, m, d := time.Unix(int64(n)*secondsPerDay, 0).UTC().Date()
	return Date{Year: y, Month: m, Day: d}
}

func daysIn(year int, month time.Month) int {
	return time.Date(year, month+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

func zone(loc *time.Location) *time.Location {
	if loc == nil {
		return time.UTC
	}
	return loc
}
