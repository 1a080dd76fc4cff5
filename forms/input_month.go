package forms

import "github.com/ismskit/ismskit/ismskit/calendar"

// yearMonthType is a month of a year. Rules: min, max ("2026-01").
type yearMonthType struct{}

func (yearMonthType) Name() string { return "year_month" }

func (yearMonthType) Compile(f Field, r Report) Input {
	r.Params(f.Params, &struct{}{})
	in := yearMonthInput{readMonthLimit(f.Min, r.At("min")), readMonthLimit(f.Max, r.At("max"))}
	if !in.min.IsZero() && !in.max.IsZero() && in.min.Compare(in.max) > 0 {
		r.At("min").Problem("min_over_max")
	}
	return in
}

func readMonthLimit(l Limit, r Report) calendar.YearMonth {
	var m calendar.YearMonth
	if err := m.UnmarshalText([]byte(l)); err != nil {
		r.Problem("limit", "value", string(l))
	}
	return m
}

type yearMonthInput struct{ min, max calendar.YearMonth }

func (yearMonthInput) Decode(in any) (any, *Fault) {
	s, ok := in.(string)
	if !ok {
		return nil, fault("type", "want", "year_month")
	}
	if s == "" {
		return nil, nil
	}
	var m calendar.YearMonth
	if err := m.UnmarshalText([]byte(s)); err != nil {
		return nil, fault("month_format")
	}
	return m, nil
}

func (yearMonthInput) Parse(p Post) (any, *Fault) {
	s := p.Text("")
	if s == "" {
		return nil, nil
	}
	m, err := calendar.ParseYearMonth(s)
	if err != nil {
		return nil, fault("month_format")
	}
	return m, nil
}

func (t yearMonthInput) Check(_ *CheckContext, v any) *Fault {
	m, ok := v.(calendar.YearMonth)
	switch {
	case !ok:
		return fault("type", "want", "year_month")
	case !m.Valid():
		return fault("month_format")
	case !t.min.IsZero() && m.Compare(t.min) < 0:
		return fault("too_early", "min", t.min)
	case !t.max.IsZero() && m.Compare(t.max) > 0:
		return fault("too_late", "max", t.max)
	}
	return nil
}

func (yearMonthInput) Canonical(v any) any {
	if m, ok := v.(calendar.YearMonth); ok {
		return m.String()
	}
	return nil
}

// Shape: in expressions a month is the text "2026-11", which sorts as months do.
func (yearMonthInput) Shape() Shape               { return Shape{Kind: KindText} }
func (t yearMonthInput) Part(v any, _ string) any { return t.Canonical(v) }

func (yearMonthInput) Format(v any, in Locale) string {
	m, _ := v.(calendar.YearMonth)
	return formatMonth(m, in)
}

func (yearMonthInput) Text(v any, in Locale, put func(part, text string)) {
	if m, ok := v.(calendar.YearMonth); ok {
		put("", formatMonth(m, in))
	}
}
