package forms

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/ismskit/ismskit/ismskit/calendar"
)

// clockType is a time of day. Rules: min, max ("08:30").
type clockType struct{}

func (clockType) Name() string { return "time" }

func (clockType) Compile(f Field, r Report) Input {
	r.Params(f.Params, &struct{}{})
	in := clockInput{max: Clock{23, 59}}
	if f.Min != "" {
		in.min = readClockLimit(f.Min, r.At("min"))
	}
	if f.Max != "" {
		in.max = readClockLimit(f.Max, r.At("max"))
	}
	if in.min.Compare(in.max) > 0 {
		r.At("min").Problem("min_over_max")
	}
	return in
}

func readClockLimit(l Limit, r Report) Clock {
	c, ok := parseClock(string(l))
	if !ok {
		r.Problem("limit", "value", string(l))
	}
	return c
}

type clockInput struct{ min, max Clock }

func parseClock(s string) (Clock, bool) {
	hour, minute, ok := strings.Cut(s, ":")
	if !ok || len(hour) == 0 || len(hour) > 2 || len(minute) != 2 || !allDigits(hour+minute) {
		return Clock{}, false
	}
	h, _ := strconv.Atoi(hour) // one or two digits, just checked
	m, _ := strconv.Atoi(minute)
	c := Clock{h, m}
	return c, c.Valid()
}

func (clockInput) Decode(in any) (any, *Fault) {
	s, ok := in.(string)
	if !ok {
		return nil, fault("type", "want", "time")
	}
	if s == "" {
		return nil, nil
	}
	c, ok := parseClock(s)
	if !ok {
		return nil, fault("clock_format")
	}
	return c, nil
}

// Parse reads 14:05, １４：０５, 1405, 9:05, 下午2:05, 下午2時5分 by way of a date with a time.
func (clockInput) Parse(p Post) (any, *Fault) {
	s := narrow(p.Text(""))
	if s == "" {
		return nil, nil
	}
	if len(s) == 4 && allDigits(s) {
		s = s[:2] + ":" + s[2:]
	}
	t, err := calendar.ParseTime("2000-01-01 "+s, time.UTC)
	if err != nil || t.Day() != 1 {
		return nil, fault("clock_format")
	}
	return Clock{t.Hour(), t.Minute()}, nil
}

func (t clockInput) Check(_ *CheckContext, v any) *Fault {
	c, ok := v.(Clock)
	switch {
	case !ok:
		return fault("type", "want", "time")
	case !c.Valid():
		return fault("clock_format")
	case c.Compare(t.min) < 0:
		return fault("too_early", "min", t.min.String())
	case c.Compare(t.max) > 0:
		return fault("too_late", "max", t.max.String())
	}
	return nil
}

func (clockInput) Canonical(v any) any {
	if c, ok := v.(Clock); ok {
		return c.String()
	}
	return nil
}

// Shape: in expressions a time of day is the text "14:05".
func (clockInput) Shape() Shape               { return Shape{Kind: KindText} }
func (t clockInput) Part(v any, _ string) any { return t.Canonical(v) }

func (clockInput) Format(v any, _ Locale) string {
	if c, ok := v.(Clock); ok {
		return c.String()
	}
	return ""
}

// instantType is a moment: a day and a time of day, kept in UTC to the microsecond. Rules: min, max as for dates, by
// the day in the place of the CheckContext.
type instantType struct{}

func (instantType) Name() string { return "date_time" }

func (instantType) Compile(f Field, r Report) Input {
	days, _ := dateType{}.Compile(f, r).(dateInput)
	return instantInput{days}
}

type instantInput struct{ days dateInput }

func (instantInput) Decode(in any) (any, *Fault) {
	s, ok := in.(string)
	if !ok {
		return nil, fault("type", "want", "date_time")
	}
	if s == "" {
		return nil, nil
	}
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		return nil, fault("instant_format")
	}
	t = t.UTC().Truncate(time.Microsecond)
	if t.Year() < 1000 || t.Year() > 9999 {
		return nil, fault("instant_format")
	}
	return t, nil
}

// Parse reads what calendar.ParseTime does, also when day and time were typed into two boxes ("date", "time").
func (instantInput) Parse(p Post) (any, *Fault) {
	s := p.Text("")
	if s == "" {
		s = p.Text("date") + " " + narrow(p.Text("time"))
	}
	if s == " " {
		return nil, nil
	}
	t, err := calendar.ParseTime(s, p.Location())
	if err != nil {
		return nil, fault(calendarCode(err, "instant_format"))
	}
	return t.UTC(), nil
}

func (t instantInput) Check(ctx *CheckContext, v any) *Fault {
	at, ok := v.(time.Time)
	switch {
	case !ok:
		return fault("type", "want", "date_time")
	case at.Location() != time.UTC || at != at.Truncate(time.Microsecond):
		return fault("instant_form")
	}
	return t.days.Check(ctx, calendar.DateOf(at.In(place(ctx.Location))))
}

const instantLayout = "2006-01-02T15:04:05.000000Z"

func (instantInput) Canonical(v any) any {
	if t, ok := v.(time.Time); ok {
		return t.UTC().Format(instantLayout)
	}
	return nil
}

func (instantInput) Shape() Shape             { return Shape{Kind: KindInstant} }
func (instantInput) Part(v any, _ string) any { return v }
func (t instantInput) needsToday() bool       { return t.days.needsToday() }

func (instantInput) Format(v any, in Locale) string {
	t, _ := v.(time.Time)
	return in.Moment(t)
}

// Text writes day and time as they are typed, into one box; seconds, which nobody types, are kept.
func (instantInput) Text(v any, in Locale, put func(part, text string)) {
	t, ok := v.(time.Time)
	if !ok {
		return
	}
	t = t.In(place(in.Location))
	clock := fmt.Sprintf("%02d:%02d", t.Hour(), t.Minute())
	if t.Second() != 0 {
		clock += fmt.Sprintf(":%02d", t.Second())
	}
	put("", in.TypedDay(calendar.DateOf(t))+" "+clock)
}
