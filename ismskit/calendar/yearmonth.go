package calendar

import (
	"cmp"
	"fmt"
	"time"
)

// YearMonth is a month of a year, such as a reporting period. The zero YearMonth
// means that there is none.
type YearMonth struct {
	Year  int // Gregorian
	Month time.Month
}

// ParseYearMonth reads a month as people write it: 115.11, 115/11, 115年11月, 11511,
// 2026-11, 202611, with 民國 or 西元 before it, with Chinese numerals or full-width
// digits. Years of up to three digits are Minguo years, of four Gregorian ones;
// five digits are read as Minguo, six as Gregorian. Errors are *ParseError.
func ParseYearMonth(s string) (YearMonth, error) {
	p, err := newReading(s)
	if err != nil {
		return YearMonth{}, err
	}
	ym, code := p.yearMonth()
	if code == "" && !p.done() {
		code = BadDate
	}
	if code != "" {
		return YearMonth{}, refuse(code, s)
	}
	return ym, nil
}

// IsZero reports whether ym is no month.
func (ym YearMonth) IsZero() bool { return ym == YearMonth{} }

// Valid reports whether ym is a month of the years 1000 to 9999.
func (ym YearMonth) Valid() bool {
	return ym.Year >= minYear && ym.Year <= maxYear && ym.Month >= time.January && ym.Month <= time.December
}

// String returns ym as 2026-11, and "" for none.
func (ym YearMonth) String() string {
	if ym.IsZero() {
		return ""
	}
	return fmt.Sprintf("%04d-%02d", ym.Year, int(ym.Month))
}

// ROC returns ym as 115.11, and "" for none, with the year as in [Date.ROC].
func (ym YearMonth) ROC() string {
	if ym.IsZero() {
		return ""
	}
	return fmt.Sprintf("%d.%02d", writtenYear(ym.Year), int(ym.Month))
}

// ROCText returns ym as 115年11月, and "" for none.
func (ym YearMonth) ROCText() string {
	if ym.IsZero() {
		return ""
	}
	return fmt.Sprintf("%d年%d月", writtenYear(ym.Year), int(ym.Month))
}

// Compare returns -1, 0 or 1 as ym is before, the same as or after other.
func (ym YearMonth) Compare(other YearMonth) int {
	return cmp.Or(cmp.Compare(ym.Year, other.Year), cmp.Compare(ym.Month, other.Month))
}

// AddMonths returns the month n months after ym, or before it when n is negative.
func (ym YearMonth) AddMonths(n int) YearMonth {
	t := time.Date(ym.Year, ym.Month+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
	return YearMonth{Year: t.Year(), Month: t.Month()}
}

// First returns the first day of ym.
func (ym YearMonth) First() Date { return Date{Year: ym.Year, Month: ym.Month, Day: 1} }

// Last returns the last day of ym.
func (ym YearMonth) Last() Date {
	return Date{Year: ym.Year, Month: ym.Month, Day: daysIn(ym.Year, ym.Month)}
}

// MarshalText writes ym as 2026-11, and nothing for none. A month that does not
// exist is a *ParseError.
func (ym YearMonth) MarshalText() ([]byte, error) {
	if ym.IsZero() {
		return []byte{}, nil
	}
	if !ym.Valid() {
		return nil, refuse(NoSuchDay, ym.String())
	}
	return []byte(ym.String()), nil
}

// UnmarshalText reads what MarshalText writes and nothing else; what people type
// is for [ParseYearMonth].
func (ym *YearMonth) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*ym = YearMonth{}
		return nil
	}
	var d Date
	if err := d.UnmarshalText([]byte(string(text) + "-01")); err != nil {
		return refuse(CodeOf(err), string(text))
	}
	*ym = d.YearMonth()
	return nil
}
