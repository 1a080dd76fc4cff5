package workflow

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Facts of a task's Why that name the unit which was asked by consult, or the units, where one and
// the same speaks for several: of whoever speaks for it by his post, and of a person to whom that
// was assigned anew.
const (
	WhyUnit      = "consulted"
	WhyUnitGiven = "consulted_given"
)

// whyEach stands before the facts of each unit that is asked with others by one task: after it
// comes which of them it is, counted from 1.
const whyEach = WhyUnit + "."

// AsksUnit says whether it asks somebody for a unit that was asked by consult: it is his because
// of his post.
func (t *Task) AsksUnit() bool { return t.Origin == OriginConsult && t.Why[WhyUnit] != "" }

// UnitOf is the unit of which a task's facts say that it was asked by consult, "" for none.
func UnitOf(why map[string]string) string { return cmp.Or(why[WhyUnit], why[WhyUnitGiven]) }

// UnitsAsked are the units for which a task with such a Why asks somebody, each with how he was
// found for it; none where it asks for no unit.
func UnitsAsked(why map[string]string) []UnitAsked {
	if why[WhyUnit] == "" {
		return nil
	}
	var out []UnitAsked
	for n := 1; why[whyEach+strconv.Itoa(n)] != ""; n++ {
		at := whyEach + strconv.Itoa(n)
		u := UnitAsked{Name: why[at], Why: map[string]string{}}
		for key, value := range why {
			if fact, ok := strings.CutPrefix(key, at+"."); ok {
				u.Why[fact] = value
			}
		}
		out = append(out, u)
	}
	if out == nil {
		own := maps.Clone(why)
		delete(own, WhyUnit)
		out = []UnitAsked{{Name: why[WhyUnit], Why: own}}
	}
	return out
}

// whyUnits are the facts of a task that asks for units. Of several each keeps its own, as the one
// may have a head and the other not.
func whyUnits(units []UnitAsked) map[string]string {
	if len(units) == 1 {
		out := map[string]string{WhyUnit: units[0].Name}
		maps.Copy(out, units[0].Why)
		return out
	}
	out := map[string]string{}
	names := make([]string, len(units))
	for i, u := range units {
		at := whyEach + strconv.Itoa(i+1)
		names[i], out[at] = u.Name, u.Name
		for fact, value := range u.Why {
			out[at+"."+fact] = value
		}
	}
	out[WhyUnit] = strings.Join(names, unitSeparator)
	return out
}

// UnitAsked is a unit that is asked by consult, with those who speak for it, as the caller found
// them: any one of them answers.
type UnitAsked struct {
	Name   string // what it is called
	People []Signer
	Why    map[string]string // how they were found, for Task.Why
}

// unitsTask is what one task asks: units, and those who speak for each of them.
type unitsTask struct {
	units  []UnitAsked
	people []Signer
}

// spokenFor leaves of each unit those who may be asked. A unit for which nobody is there, or
// nobody who may, is refused by its name; units for which the same one speaks, as where neither
// has a head of its own, are asked by one task.
func (r *run) spokenFor(p *place, t *Task, a Action) ([]unitsTask, error) {
	if len(a.People)+len(a.Units) > MaxPeople {
		return nil, refuse(ErrPeople, p.id, "n", MaxPeople, "verb", a.Verb)
	}
	var out []unitsTask
	for _, u := range a.Units {
		if err := u.valid(); err != nil {
			return nil, err
		}
		var barred error
		var may []Signer
		for _, s := range u.People {
			if err := r.maySpeak(p, t, a, s); err != nil {
				barred = err
				continue
			}
			may = append(may, s)
		}
		switch {
		case len(u.People) == 0:
			return nil, refuse(ErrUnitNobody, p.id, "unit", u.Name)
		case len(may) == 0:
			return nil, ofUnit(barred, u.Name)
		}
		out = joinUnit(out, u, may)
	}
	return out, nil
}

// joinUnit adds a unit to the one task whose holders speak for it too, which is theirs alone
// from then on; else it gets a task of its own. No two tasks have a holder in common.
func joinUnit(tasks []unitsTask, u UnitAsked, may []Signer) []unitsTask {
	for i := range tasks {
		both := slices.DeleteFunc(slices.Clone(tasks[i].people), func(s Signer) bool { return !hasPerson(may, s.Person) })
		if len(both) > 0 {
			tasks[i].units, tasks[i].people = append(tasks[i].units, u), both
			return tasks
		}
	}
	return append(tasks, unitsTask{units: []UnitAsked{u}, people: may})
}

// maySpeak says why one who speaks for a unit may not be asked: by the rules for whoever is
// named, or because he is named besides.
func (r *run) maySpeak(p *place, t *Task, a Action, s Signer) error {
	if hasPerson(a.People, s.Person) {
		return refuse(ErrAlready, p.id, "person", s.Name)
	}
	a.People = []Signer{s}
	return r.newcomers(p, t, a)
}

// ofUnit is the refusal of whoever speaks for a unit, told by the unit's name.
func ofUnit(err error, unit string) error {
	if why := AsRefusal(err); why != nil {
		told := *why
		told.Params = maps.Clone(why.Params)
		if told.Params == nil {
			told.Params = map[string]string{}
		}
		told.Params["unit"] = unit
		return &told
	}
	return err
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
