package forms

import (
	"strconv"
	"strings"

	"github.com/ismskit/ismskit/ismskit/calendar"
)

// dateType is a day. Typed in Minguo or Gregorian writing, kept and sent as ISO. Rules: min, max; they may be "today",
// "today+7", "today-1".
type dateType struct{}

func (dateType) Name() string { return "date" }

func (dateType) Compile(f Field, r Report) Input {
	r.Params(f.Params, &struct{}{})
	in := dateInput{min: readDateLimit(f.Min, r.At("min")), max: readDateLimit(f.Max, r.At("max"))}
	if in.min.fixed() && in.max.fixed() && in.min.date.After(in.max.date) {
		r.At("min").Problem("min_over_max")
	}
	return in
}

// dateLimit is a day, or a number of days from today.
type dateLimit struct {
	date  calendar.Date
	today bool
	days  int
}

func readDateLimit(l Limit, r Report) dateLimit {
	if l == "" {
		return dateLimit{}
	}
	if offset, ok := strings.CutPrefix(string(l), "today"); ok {
		if offset == "" {
			return dateLimit{today: true}
		}
		if n, err := strconv.Atoi(offset); err == nil && strings.ContainsAny(offset[:1], "+-") && n > -40_000 && n < 40_000 {
			return dateLimit{today: true, days: n}
		}
		r.Problem("limit", "value", string(l))
		return dateLimit{}
	}
	var d calendar.Date
	if err := d.UnmarshalText([]byte(l)); err != nil {
		r.Problem("limit", "value", string(l))
	}
	return dateLimit{date: d}
}

func (l dateLimit) fixed() bool { return !l.today && !l.date.IsZero() }

// on gives the day the limit means today; none when there is no limit or today isn't known.
func (l dateLimit) on(today calendar.Date) calendar.Date {
	if l.today && !today.IsZero() {
		return today.AddDays(l.days)
	}
	return l.date
}

type dateInput struct{ min, max dateLimit }

func (dateInput) Decode(in any) (any, *Fault) {
	s, ok := in.(string)
	if !ok {
		return nil, fault("type", "want", "date")
	}
	if s == "" {
		return nil, nil
	}
	var d calendar.Date
	if err := d.UnmarshalText([]byte(s)); err != nil {
		return nil, fault(calendarCode(err, "date_format"))
	}
	return d, nil
}

func (dateInput) Parse(p Post) (any, *Fault) {
	s := p.Text("")
	if s == "" {
		return nil, nil
	}
	d, err := calendar.ParseDate(s)
	if err != nil {
		return nil, fault(calendarCode(err, "date_format"))
	}
	return d, nil
}

// calendarCode is the calendar's own code for what is wrong, where it has one.
func calendarCode(err error, otherwise string) string {
	if code := calendar.CodeOf(err); code != "" {
		return code
	}
	return otherwise
}

func (t dateInput) Check(ctx *CheckContext, v any) *Fault {
	d, ok := v.(calendar.Date)
	if !ok {
		return fault("type", "want", "date")
	}
	if !d.Valid() {
		return fault("date_no_such_day")
	}
	if least := t.min.on(ctx.Today); !least.IsZero() && d.Before(least) {
		return fault("too_early", "min", least)
	}
	if most := t.max.on(ctx.Today); !most.IsZero() && d.After(most) {
		return fault("too_late", "max", most)
	}
	return nil
}

func (dateInput) Canonical(v any) any {
	if d, ok := v.(calendar.Date); ok {
		return d.String()
	}
	return nil
}

func (dateInput) Shape() Shape                   { return Shape{Kind: KindDate} }
func (dateInput) Part(v any, _ string) any       { return v }
func (t dateInput) needsToday() bool             { return t.min.today || t.max.today }
func (dateInput) Format(v any, in Locale) string { d, _ := v.(calendar.Date); return in.Day(d) }

func (dateInput) Text(v any, in Locale, put func(part, text string)) {
	if d, ok := v.(calendar.Date); ok {
		put("", in.TypedDay(d))
	}
}

func formatMonth(m calendar.YearMonth, in Locale) string {
	if in.Minguo() {
		return m.ROC()
	}
	return m.String()
}
