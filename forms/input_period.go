package forms

import (
	"github.com/ismskit/ismskit/ismskit/calendar"
)

// periodType is a period of use: from a day to a day, or 無期限. Rules: min, max (of both days). Parameters: open (無期限
// may be chosen), reason (and then says why), max_days (longest period with an end).
type periodType struct{}

func (periodType) Name() string { return "period" }

type periodParams struct {
	Open    bool `json:"open"`
	Reason  bool `json:"reason"`
	MaxDays int  `json:"max_days"`
}

func (periodType) Compile(f Field, r Report) Input {
	var in periodInput
	r.Params(f.Params, &in.periodParams)
	if in.Reason && !in.Open {
		r.At("params.reason").Problem("reason_without_open")
	}
	if in.MaxDays < 0 {
		r.At("params.max_days").Problem("bound", "max", 100_000)
	}
	f.Params = nil
	in.days, _ = dateType{}.Compile(f, r).(dateInput)
	return in
}

type periodInput struct {
	periodParams
	days dateInput
}

func (t periodInput) Decode(in any) (any, *Fault) {
	object, ok := in.(map[string]any)
	if !ok {
		return nil, fault("type", "want", "period")
	}
	var p Period
	for _, key := range sortedKeys(object) {
		var bad *Fault
		value := object[key]
		switch key {
		case "from":
			p.From, bad = t.day(value)
		case "to":
			p.To, bad = t.day(value)
		case "open":
			if p.Open, ok = value.(bool); !ok {
				bad = fault("type", "want", "boolean")
			}
		case "reason":
			p.Reason, bad = textPart(value)
		default:
			bad = fault("unknown_part", "key", key)
		}
		if bad != nil {
			return nil, bad.part(key)
		}
	}
	return answeredPeriod(p), nil
}

func (t periodInput) day(value any) (calendar.Date, *Fault) {
	if value == nil {
		return calendar.Date{}, nil
	}
	v, bad := t.days.Decode(value)
	d, _ := v.(calendar.Date)
	return d, bad
}

// textPart reads a part of a value that is a line of text.
func textPart(value any) (string, *Fault) {
	if value == nil {
		return "", nil
	}
	v, bad := decodeText(value, false)
	s, _ := v.(string)
	return s, bad
}

func answeredPeriod(p Period) any {
	if p == (Period{}) {
		return nil
	}
	return p
}

func (t periodInput) Parse(p Post) (any, *Fault) {
	var out Period
	for _, half := range [...]struct {
		part string
		into *calendar.Date
	}{{"from", &out.From}, {"to", &out.To}} {
		v, bad := t.days.Parse(p.Part(half.part))
		if bad != nil {
			return nil, bad.part(half.part)
		}
		*half.into, _ = v.(calendar.Date)
	}
	open := p.Text("open")
	out.Open = open == "true" || open == "on"
	reason, code := clean(p.Text("reason"), false)
	if code != "" {
		return nil, fault(code).part("reason")
	}
	out.Reason = reason
	return answeredPeriod(out), nil
}

// shownOf leaves out the reason of a period that has an end: it is asked for beside 無期限 alone.
func (periodInput) shownOf(v any) any {
	p, ok := v.(Period)
	if !ok || p.Open {
		return v
	}
	p.Reason = ""
	return answeredPeriod(p)
}

func (t periodInput) Check(ctx *CheckContext, v any) *Fault {
	p, ok := v.(Period)
	if !ok {
		return fault("type", "want", "period")
	}
	if bad := t.checkDays(ctx, p); bad != nil {
		return bad
	}
	if bad := t.checkReason(p); bad != nil {
		return bad
	}
	if p.Open && !t.Open {
		return fault("period_open_forbidden").part("open")
	}
	if p.Open && !p.To.IsZero() {
		return fault("period_open_and_to").part("to")
	}
	if ctx.Draft {
		return nil
	}
	return t.checkGaps(p)
}

func (t periodInput) checkDays(ctx *CheckContext, p Period) *Fault {
	if !p.From.IsZero() {
		if bad := t.days.Check(ctx, p.From); bad != nil {
			return bad.part("from")
		}
	}
	if p.To.IsZero() {
		return nil
	}
	if bad := t.days.Check(ctx, p.To); bad != nil {
		return bad.part("to")
	}
	if p.From.IsZero() {
		return nil
	}
	if p.To.Before(p.From) {
		return fault("range_order").part("to")
	}
	if t.MaxDays > 0 && p.To.Sub(p.From)+1 > t.MaxDays {
		return fault("period_too_long", "max", t.MaxDays).part("to")
	}
	return nil
}

func (t periodInput) checkReason(p Period) *Fault {
	if n, code := kept(p.Reason, false); code != "" {
		return fault(code).part("reason")
	} else if n > DefaultText {
		return fault("too_long", "max", DefaultText, "length", n).part("reason")
	}
	return nil
}

func (t periodInput) checkGaps(p Period) *Fault {
	switch {
	case p.From.IsZero():
		return fault("period_from").part("from")
	case p.Open && t.Reason && p.Reason == "":
		return fault("period_reason").part("reason")
	case !p.Open && p.To.IsZero() && t.Open:
		return fault("period_to_or_open").part("to")
	case !p.Open && p.To.IsZero():
		return fault("period_to").part("to")
	}
	return nil
}

func (t periodInput) Canonical(v any) any {
	p, _ := v.(Period)
	out := map[string]any{}
	if !p.From.IsZero() {
		out["from"] = p.From.String()
	}
	if !p.To.IsZero() {
		out["to"] = p.To.String()
	}
	if p.Open {
		out["open"] = true
	}
	if p.Reason != "" {
		out["reason"] = p.Reason
	}
	return out
}

func (t periodInput) Format(v any, in Locale) string {
	p, _ := v.(Period)
	code := "show_range"
	switch {
	case !p.Open && p.From == p.To:
		return in.Day(p.From)
	case p.Open:
		code = "show_open"
		if p.Reason != "" {
			code = "show_open_reason"
		}
	}
	return say(in.Lang, code, map[string]any{
		"from": in.Day(p.From), "to": in.Day(p.To), "reason": p.Reason}, nil)
}

func (t periodInput) Text(v any, in Locale, put func(part, text string)) {
	p, _ := v.(Period)
	if !p.From.IsZero() {
		put("from", in.TypedDay(p.From))
	}
	if !p.To.IsZero() {
		put("to", in.TypedDay(p.To))
	}
	if p.Open {
		put("open", "true")
	}
	if p.Reason != "" {
		put("reason", p.Reason)
	}
}

func (t periodInput) Shape() Shape {
	return Shape{Kind: KindRecord, Parts: map[string]Shape{"from": {Kind: KindDate}, "to": {Kind: KindDate},
		"open": {Kind: KindBoolean}, "reason": {Kind: KindText}}}
}

func (t periodInput) Part(v any, name string) any {
	p, ok := v.(Period)
	switch {
	case !ok:
		return nil
	case name == "open":
		return p.Open
	case name == "reason":
		return p.Reason
	case name == "from" && !p.From.IsZero():
		return p.From
	case name == "to" && !p.To.IsZero():
		return p.To
	}
	return nil
}

func (t periodInput) needsToday() bool { return t.days.needsToday() }
