package catalog

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/ismskit/ismskit/ismskit/calendar"
)

// moment is a day, or a time of a day, as data/demo/README.md says: counted in
// working days or days from the day of the start, or fixed. The zero moment is
// none.
type moment struct {
	workdays *int
	days     *int
	fixed    string // a date, or a date and a local time
	clock    string // local time of day, "" for a whole day
}

func (m moment) none() bool { return m.workdays == nil && m.days == nil && m.fixed == "" }

// UnmarshalJSON reads {"wd":-3,"time":"14:05"}, {"days":10} or "2025-08-18T00:00".
func (m *moment) UnmarshalJSON(b []byte) error {
	if strings.HasPrefix(string(b), `"`) {
		var s string
		if err := json.Unmarshal(b, &s); err != nil {
			return err
		}
		m.fixed, m.clock, _ = strings.Cut(s, "T")
		return nil
	}
	var raw struct {
		WD   *int   `json:"wd"`
		Days *int   `json:"days"`
		Time string `json:"time"`
	}
	if err := strictly(b, &raw); err != nil {
		return err
	}
	m.workdays, m.days, m.clock = raw.WD, raw.Days, raw.Time
	return nil
}

// strictly decodes JSON; a key it does not know is an error that names it.
func strictly(b []byte, into any) error {
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.DisallowUnknownFields()
	return dec.Decode(into)
}

// almanac turns moments into dates and times from the day of the start.
type almanac struct {
	zero   calendar.Date
	cal    *calendar.Calendar
	office *time.Location
}

// almanacOf begins on a day, or on the last working day before it.
func almanacOf(start time.Time, cal *calendar.Calendar, office *time.Location) almanac {
	zero := calendar.DateOf(start.In(office))
	if !cal.Workday(zero) {
		zero = cal.AddWorkdays(zero, -1).To
	}
	return almanac{zero: zero, cal: cal, office: office}
}

func (a almanac) date(m moment) (calendar.Date, error) {
	switch {
	case m.workdays != nil:
		return a.cal.AddWorkdays(a.zero, *m.workdays).To, nil
	case m.days != nil:
		return a.zero.AddDays(*m.days), nil
	case m.fixed != "":
		return calendar.ParseDate(m.fixed)
	}
	return calendar.Date{}, nil
}

// time is a moment's instant; one without a time of day is that time of its day.
func (a almanac) time(m moment, otherwise string) (time.Time, error) {
	day, err := a.date(m)
	if err != nil {
		return time.Time{}, err
	}
	clock := m.clock
	if clock == "" {
		clock = otherwise
	}
	of, err := time.Parse("15:04", clock)
	if err != nil {
		return time.Time{}, fmt.Errorf("time %q: %w", clock, err)
	}
	return time.Date(day.Year, day.Month, day.Day, of.Hour(), of.Minute(), 0, 0, a.office), nil
}
