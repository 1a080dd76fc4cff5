package web

import (
	"net/http"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/forms"
)

// allFaults adds to what could not be read what the rules say of the rest, so that
// everything comes at once. A draft is asked for less.
func (p *Pages) allFaults(r *http.Request, d draft, f filled, invalid forms.Invalid) (forms.Invalid, error) {
	if len(f.invalid) == 0 {
		return invalid, nil
	}
	_, more, err := p.kit.Types().Validate(r.Context(), p.actor(r), d.preview(f), f.do != "submit")
	if err != nil {
		return nil, err
	}
	return d.form.InOrder(f.invalid.With(more)), nil
}

// touchedFaults are what is wrong with the fields somebody has just left, rules
// included, and what is still wrong with those that were marked before.
func (p *Pages) touchedFaults(r *http.Request, d draft, f filled) (forms.Invalid, error) {
	touched, marked := r.PostForm["touched"], r.PostForm["marked"]
	find := func(draftOnly bool, names []string, about func(forms.Fault, string) bool) (forms.Invalid, error) {
		if len(names) == 0 {
			return nil, nil
		}
		_, invalid, err := p.kit.Types().Validate(r.Context(), p.actor(r), d.preview(f), draftOnly)
		if err != nil {
			return nil, err
		}
		var out forms.Invalid
		for _, fault := range f.invalid.With(invalid) {
			if slices.ContainsFunc(names, func(name string) bool { return about(fault, name) }) {
				out = append(out, fault)
			}
		}
		return out, nil
	}
	left, err := find(true, touched, within)
	if err != nil {
		return nil, err
	}
	// What a rule says of two fields, such as a day before another, is said at the one where it is mended.
	before, err := find(false, slices.Concat(marked, touched), func(f forms.Fault, control string) bool {
		return exactly(f, control) && (f.Code == "rule" || slices.Contains(marked, control))
	})
	if err != nil {
		return nil, err
	}
	for _, fault := range left { // of one field several parts may be wrong
		if !slices.ContainsFunc(before, func(f forms.Fault) bool { return f.Path() == fault.Path() }) {
			before = append(before, fault)
		}
	}
	return d.form.InOrder(before), nil
}

// exactly says whether a fault stands at a control itself.
func exactly(f forms.Fault, control string) bool {
	return f.Path() == control || f.Part == "" && within(f, control)
}

// within says whether a fault is about the field that a control belongs to.
func within(f forms.Fault, control string) bool {
	f.Part = ""
	path := f.Path()
	return path != "" && (control == path || strings.HasPrefix(control, path+"."))
}
