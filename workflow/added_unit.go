package workflow

import (
	"cmp"
	"slices"
)

// Facts of a task's Why that name the unit which was asked by consult: of whoever speaks for it by
// his post, and of a person to whom that was assigned anew.
const (
	WhyUnit      = "consulted"
	WhyUnitGiven = "consulted_given"
)

// AsksUnit says whether it asks somebody for a unit that was asked by consult: it is his because
// of his post.
func (t *Task) AsksUnit() bool { return t.Origin == OriginConsult && t.Why[WhyUnit] != "" }

// UnitOf is the unit of which a task's facts say that it was asked by consult, "" for none.
func UnitOf(why map[string]string) string { return cmp.Or(why[WhyUnit], why[WhyUnitGiven]) }

// UnitAsked is a unit that is asked by consult, with those who speak for it, as the caller found
// them: any one of them answers.
type UnitAsked struct {
	Name   string // what it is called
	People []Signer
	Why    map[string]string // how they were found, for Task.Why
}

// spokenFor leaves of each unit those who may be asked. A unit for which nobody is there, or
// nobody who may, is refused by its name; two for which the same one speaks, as where neither
// has a head of its own, are asked once.
func (r *run) spokenFor(p *place, t *Task, a Action) ([]UnitAsked, error) {
	if len(a.Units) > MaxPeople {
		return nil, refuse(ErrPeople, p.id, "n", MaxPeople)
	}
	var out []UnitAsked
	for _, u := range a.Units {
		if err := u.valid(); err != nil {
			return nil, err
		}
		var barred error
		var may []Signer
		for _, s := range u.People {
			one := a
			one.People = []Signer{s}
			if err := r.newcomers(p, t, one); err != nil {
				barred = err
				continue
			}
			may = append(may, s)
		}
		switch {
		case len(u.People) == 0:
			return nil, refuse(ErrUnitNobody, p.id, "unit", u.Name)
		case len(may) == 0:
			return nil, barred
		}
		if hasPerson(a.People, may[0].Person) {
			return nil, refuse(ErrAlready, p.id, "person", may[0].Name)
		}
		if i := slices.IndexFunc(out, func(o UnitAsked) bool { return hasPerson(o.People, may[0].Person) }); i >= 0 {
			out[i].Name += unitSeparator + u.Name
			continue
		}
		u.People = may
		out = append(out, u)
	}
	return out, nil
}

func (u *UnitAsked) valid() error {
	for k, v := range u.Why {
		if err := validText(k, v); err != nil {
			return err
		}
	}
	return validText(u.Name)
}

// unitSeparator stands between units for which the same one speaks.
const unitSeparator = "、"
