package forms

import (
	"errors"

	"github.com/ismskit/ismskit/ismskit/calendar"
)

// Settle brings values into the state in which they are kept: fields that aren't shown are dropped, and computed values
// are set, in the order in which they depend on one another. The faults are computations that can't be done (a division by
// zero); one that only waits for an answer leaves its field unanswered.
func (f *Form) Settle(v Values) (Values, Invalid) {
	out := v.Clone()
	if out == nil {
		out = Values{}
	}
	s := settling{checking{top: out, frame: frame{top: out}}, nil}
	for _, fl := range f.order {
		if fl.table == nil {
			s.field(fl, out, nil, 0)
			continue
		}
		rows, _ := out[fl.table.Key].([]Row)
		for i, row := range rows {
			s.field(fl, row, row, i+1)
		}
	}
	return out, s.invalid
}

type settling struct {
	conditions checking
	invalid    Invalid
}

func (s *settling) field(fl *field, of Values, row Row, n int) {
	if !s.conditions.shown(fl, row) {
		delete(of, fl.Key)
		return
	}
	if empty(of[fl.Key]) {
		delete(of, fl.Key)
	}
	if fl.compute == nil {
		return
	}
	value, bad := compute(fl, s.conditions.top, row)
	if bad != nil && len(s.invalid) < MaxFaults {
		s.invalid = append(s.invalid, fl.fault(bad, n, row))
	}
	put(of, fl.Key, value)
}

// compute gives the value the engine sets for fl, nil while an answer is missing.
func compute(fl *field, top Values, row Row) (any, *Fault) {
	v, err := fl.compute.eval(top, row, calendar.Date{})
	if err != nil {
		var e *EvalError
		if errors.As(err, &e) && e.Code != "missing" {
			return nil, fault("compute_" + e.Code)
		}
		return nil, nil
	}
	switch want := fl.shaped.Kind; {
	case empty(v):
		return nil, nil
	case want == KindDecimal:
		return fitPlaces(fl, decimalOf(v)), nil
	}
	return v, nil
}

// fitPlaces rounds a computed decimal to the places the field shows.
func fitPlaces(fl *field, d Decimal) Decimal {
	if in, ok := fl.input.(decimalInput); ok {
		return d.Round(in.places)
	}
	return d
}

// Needs lists the questions about people, units, rows, files and options that Check will put to the Lookup for v, each
// once. The caller answers them in one go, without any transaction of its own being open.
func (f *Form) Needs(v Values) []Need {
	var out []Need
	seen := map[Need]bool{}
	add := func(n Need) {
		if !seen[n] {
			seen[n] = true
			out = append(out, n)
		}
	}
	for _, fl := range f.fields {
		if !fl.isTable {
			f.needs(fl, v, nil, add)
			continue
		}
		rows, _ := v[fl.Key].([]Row)
		for _, row := range rows {
			for _, column := range fl.columns {
				f.needs(column, v, row, add)
			}
		}
	}
	return out
}

func (f *Form) needs(fl *field, top Values, row Row, add func(Need)) {
	of := top
	if fl.table != nil {
		of = row
	}
	if n, ok := fl.input.(Needing); ok && of[fl.Key] != nil {
		n.Needs(of[fl.Key], add)
	}
	if fl.OptionsFrom != nil {
		if need, ok := f.optionsNeed(fl, top, row); ok {
			add(need)
		}
	}
}

// Chosen lists what is chosen of the options that rows of registers own, by the question that asks for them.
func (f *Form) Chosen(v Values) map[Need][]string {
	out := map[Need][]string{}
	note := func(fl *field, of Values, row Row) {
		if fl.OptionsFrom == nil {
			return
		}
		need, ok := f.optionsNeed(fl, v, row)
		switch chosen := of[fl.Key].(type) {
		case string:
			out[need] = append(out[need], chosen)
		case []string:
			out[need] = append(out[need], chosen...)
		}
		if !ok {
			delete(out, need)
		}
	}
	for _, fl := range f.fields {
		note(fl, v, nil)
		rows, _ := v[fl.Key].([]Row)
		for _, row := range rows {
			for _, column := range fl.columns {
				note(column, row, row)
			}
		}
	}
	return out
}

// Named gives values in which people, units and rows carry the names that the lookup knows now, whatever name was sent, and
// in which facts are what it says of the options chosen.
func (f *Form) Named(v Values, l Lookup) Values {
	out := v.Clone()
	name := func(fl *field, of Values) {
		if n, ok := fl.input.(Naming); ok && of[fl.Key] != nil {
			of[fl.Key] = n.Named(of[fl.Key], l)
		}
	}
	for _, fl := range f.fields {
		name(fl, out)
		if fl.Fact != nil && out != nil {
			f.tell(fl, out, nil, l)
		}
		rows, _ := out[fl.Key].([]Row)
		for _, row := range rows {
			for _, column := range fl.columns {
				name(column, row)
				if column.Fact != nil {
					f.tell(column, out, row, l)
				}
			}
		}
	}
	return out
}

// Accept does everything that stands between what somebody sent and what is kept: names are filled in (with a Lookup), the
// step's rights applied to the old values (nil for a new form), the result settled and checked. All faults come together, in
// the order of the form.
func (f *Form) Accept(ctx CheckContext, old, sent Values) (Values, Invalid) {
	if ctx.Lookup != nil {
		sent = f.Named(sent, ctx.Lookup)
	}
	v, refused := f.ApplyEdit(old, sent, ctx.Rights)
	v, failed := f.Settle(v)
	if ctx.Keep {
		failed = nil // what can't be computed yet stays unanswered
	}
	faults := f.InOrder(append(append(refused, failed...), f.Check(ctx, v)...))
	return v, faults[:min(len(faults), MaxFaults)]
}
