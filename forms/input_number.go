package forms

import (
	"encoding/json"
	"errors"
	"strconv"
	"strings"
)

// integerType is a whole number that JSON readers everywhere can hold (± 2^53 − 1). Rules: min, max. Parameter: unit (a
// word said after the number).
type integerType struct{}

const maxInteger = 1<<53 - 1

func (integerType) Name() string { return "integer" }

type numberParams struct {
	Unit   Text `json:"unit"`
	Places *int `json:"places"`
}

func (integerType) Compile(f Field, r Report) Input {
	in := integerInput{min: -maxInteger, max: maxInteger}
	var params numberParams
	r.Params(f.Params, &params)
	if params.Places != nil {
		r.At("params.places").Problem("unknown_key", "key", "places")
	}
	in.unit = params.Unit
	in.min = integerLimit(f.Min, in.min, r.At("min"))
	in.max = integerLimit(f.Max, in.max, r.At("max"))
	if in.min > in.max {
		r.At("min").Problem("min_over_max")
	}
	return in
}

func integerLimit(l Limit, standard int64, r Report) int64 {
	if l == "" {
		return standard
	}
	n, err := strconv.ParseInt(string(l), 10, 64)
	if err != nil || n > maxInteger || n < -maxInteger {
		r.Problem("limit", "value", string(l))
		return standard
	}
	return n
}

type integerInput struct {
	min, max int64
	unit     Text
}

func (integerInput) Decode(in any) (any, *Fault) {
	switch n := in.(type) {
	case json.Number:
		if i, err := strconv.ParseInt(string(n), 10, 64); err == nil {
			return i, nil
		}
		return nil, fault("integer_format")
	case int64:
		return n, nil
	}
	return nil, fault("type", "want", "integer")
}

func (integerInput) Parse(p Post) (any, *Fault) {
	s := Numerals(p.Text(""))
	if s == "" {
		return nil, nil
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return nil, fault("integer_format")
	}
	return n, nil
}

// Numerals takes what people put around a number away: full-width digits, separators between thousands.
func Numerals(s string) string { return strings.ReplaceAll(strings.TrimSpace(narrow(s)), ",", "") }

func (t integerInput) Check(_ *CheckContext, v any) *Fault {
	n, ok := v.(int64)
	switch {
	case !ok:
		return fault("type", "want", "integer")
	case n < t.min:
		return fault("too_small", "min", t.min)
	case n > t.max:
		return fault("too_large", "max", t.max)
	}
	return nil
}

func (integerInput) Canonical(v any) any      { return v }
func (integerInput) Shape() Shape             { return Shape{Kind: KindInteger} }
func (integerInput) Part(v any, _ string) any { return v }

func (t integerInput) Format(v any, in Locale) string {
	n, ok := v.(int64)
	if !ok {
		return ""
	}
	return withUnit(grouped(strconv.FormatInt(n, 10)), t.unit, in)
}

func (integerInput) Text(v any, _ Locale, put func(part, text string)) {
	if n, ok := v.(int64); ok {
		put("", strconv.FormatInt(n, 10))
	}
}

// grouped sets a comma between the thousands of a written number.
func grouped(s string) string {
	sign := ""
	if strings.HasPrefix(s, "-") {
		sign, s = "-", s[1:]
	}
	whole, fraction, point := strings.Cut(s, ".")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if point {
		whole += "." + fraction
	}
	return sign + whole
}

func withUnit(s string, unit Text, in Locale) string {
	if u := unit.In(in.Lang); u != "" {
		return s + " " + u
	}
	return s
}

// decimalType is an exact decimal. Rules: min, max. Parameters: places (digits after the point, default 2), unit.
type decimalType struct{}

func (decimalType) Name() string { return "decimal" }

func (decimalType) Compile(f Field, r Report) Input {
	var params numberParams
	r.Params(f.Params, &params)
	in := decimalInput{places: 2, unit: params.Unit}
	if params.Places != nil {
		in.places = *params.Places
		if in.places < 0 || in.places > maxScale {
			r.At("params.places").Problem("bound", "max", maxScale)
		}
	}
	in.min, in.hasMin = decimalLimit(f.Min, r.At("min"))
	in.max, in.hasMax = decimalLimit(f.Max, r.At("max"))
	if in.hasMin && in.hasMax && in.min.Compare(in.max) > 0 {
		r.At("min").Problem("min_over_max")
	}
	return in
}

func decimalLimit(l Limit, r Report) (Decimal, bool) {
	if l == "" {
		return Decimal{}, false
	}
	d, err := ParseDecimal(string(l))
	if err != nil {
		r.Problem("limit", "value", string(l))
	}
	return d, err == nil
}

type decimalInput struct {
	min, max       Decimal
	hasMin, hasMax bool
	places         int
	unit           Text
}

func (decimalInput) Decode(in any) (any, *Fault) {
	switch n := in.(type) {
	case json.Number:
		return parseDecimal(n.String())
	case string:
		if n == "" {
			return nil, nil
		}
		return parseDecimal(n)
	}
	return nil, fault("type", "want", "decimal")
}

func (decimalInput) Parse(p Post) (any, *Fault) {
	s := Numerals(p.Text(""))
	if s == "" {
		return nil, nil
	}
	return parseDecimal(s)
}

func parseDecimal(s string) (any, *Fault) {
	d, err := ParseDecimal(s)
	switch {
	case errors.Is(err, ErrDecimalOverflow):
		return nil, fault("decimal_range")
	case err != nil:
		return nil, fault("decimal_format")
	}
	return d, nil
}

func (t decimalInput) Check(_ *CheckContext, v any) *Fault {
	d, ok := v.(Decimal)
	switch {
	case !ok:
		return fault("type", "want", "decimal")
	case d.Places() > t.places:
		return fault("too_many_places", "max", t.places)
	case t.hasMin && d.Compare(t.min) < 0:
		return fault("too_small", "min", t.min)
	case t.hasMax && d.Compare(t.max) > 0:
		return fault("too_large", "max", t.max)
	}
	return nil
}

func (decimalInput) Canonical(v any) any {
	if d, ok := v.(Decimal); ok {
		return d.String()
	}
	return nil
}

func (decimalInput) Shape() Shape             { return Shape{Kind: KindDecimal} }
func (decimalInput) Part(v any, _ string) any { return v }

func (t decimalInput) Format(v any, in Locale) string {
	d, ok := v.(Decimal)
	if !ok {
		return ""
	}
	return withUnit(grouped(d.String()), t.unit, in)
}

func (decimalInput) Text(v any, _ Locale, put func(part, text string)) {
	if d, ok := v.(Decimal); ok {
		put("", d.String())
	}
}
