package calendar

import (
	"strconv"
	"strings"
)

// Unit is what a [Term] counts.
type Unit uint8

// Units. Working days go by an office calendar, hours run on the clock through
// nights and week-ends, and the rest are legal periods (行政程序法 §48).
const (
	NoUnit Unit = iota
	WorkingDays
	Hours
	Days
	Weeks
	Months
	Years
)

// unitNames and the largest number of each that is a period and not a slip.
var unitNames = [...]struct {
	name    string
	largest int
}{
	WorkingDays: {"wd", 9999},
	Hours:       {"h", 99999},
	Days:        {"d", 36500},
	Weeks:       {"w", 5200},
	Months:      {"m", 1200},
	Years:       {"y", 100},
}

// String returns the unit's suffix in the text of a term: wd, h, d, w, m or y.
func (u Unit) String() string {
	if int(u) >= len(unitNames) {
		return ""
	}
	return unitNames[u].name
}

// Term is a length of time that something may take. The zero Term is none at all,
// which is not the same as 0wd: by the end of the same day.
type Term struct {
	N    int
	Unit Unit
}

// ParseTerm reads a term: 3wd (working days), 72h, 7d, 2w, 1m, 1y. Errors are
// *[ParseError] with code BadTerm or TermRange.
func ParseTerm(s string) (Term, error) {
	suffix := strings.TrimLeft(s, "0123456789")
	figures := s[:len(s)-len(suffix)]
	if figures == "" || len(figures) > 6 || len(figures) > 1 && figures[0] == '0' {
		return Term{}, refuse(BadTerm, s)
	}
	n, err := strconv.Atoi(figures)
	if err != nil {
		return Term{}, refuse(BadTerm, s)
	}
	for u, unit := range unitNames {
		if unit.name != suffix || suffix == "" {
			continue
		}
		t := Term{N: n, Unit: Unit(u)}
		if !t.Valid() {
			return Term{}, refuse(TermRange, s)
		}
		return t, nil
	}
	return Term{}, refuse(BadTerm, s)
}

// IsZero reports whether t is no term.
func (t Term) IsZero() bool { return t == Term{} }

// Valid reports whether t has a unit and a number that is neither negative nor
// beyond any period an office knows (a hundred years). The zero Term is not valid.
func (t Term) Valid() bool {
	return t.Unit != NoUnit && int(t.Unit) < len(unitNames) && t.N >= 0 && t.N <= unitNames[t.Unit].largest
}

// String returns t as ParseTerm reads it, and "" for none.
func (t Term) String() string {
	if t.IsZero() {
		return ""
	}
	return strconv.Itoa(t.N) + t.Unit.String()
}

// MarshalText writes t as ParseTerm reads it, and nothing for none. Other terms
// that are not valid are a *ParseError.
func (t Term) MarshalText() ([]byte, error) {
	if !t.IsZero() && !t.Valid() {
		return nil, refuse(TermRange, t.String())
	}
	return []byte(t.String()), nil
}

// UnmarshalText reads what MarshalText writes.
func (t *Term) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*t = Term{}
		return nil
	}
	parsed, err := ParseTerm(string(text))
	if err != nil {
		return err
	}
	*t = parsed
	return nil
}
