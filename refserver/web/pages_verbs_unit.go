package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
)

// pickedUnit stands before the id of a unit that was chosen among what may be meant.
const pickedUnit = "unit:"

// consulted reads whom an opinion is asked of: people, and units by their names. A name that
// is a unit's in full means the unit, also where people work there.
func (p *Pages) consulted(r *http.Request, a *attempt, name string) error {
	if a.pick == nil {
		a.pick = map[string][]option{}
	}
	units, err := p.kit.People().Units(r.Context(), p.actor(r))
	if err != nil {
		return err
	}
	for _, n := range partNumbers(a.posted, name) {
		at := name + "." + strconv.Itoa(n)
		find, chosen := strings.TrimSpace(a.posted.Get(at+"."+partFind)), a.posted.Get(at+"."+partPick)
		if a.posted.Get(at+".id") != "" && find == a.posted.Get(at+"."+partKnown) {
			chosen = "" // somebody, as he was found
		} else if meant := unitsMeant(units, find, chosen); len(meant) == 1 {
			a.units = append(a.units, meant[0].ID)
			p.unitFound(r, a, at, meant[0], units)
			continue
		} else if len(meant) > 1 {
			a.invalid = append(a.invalid, forms.Fault{Field: ismskit.FieldPeople, Code: "no_such_person", Text: p.everyLang("person.several_units", "N", len(meant))})
			a.pick[at] = p.unitChoices(r, meant, units)
			continue
		}
		fault, err := p.findPerson(r, a.posted, at, a.pick)
		if err != nil {
			return err
		}
		if fault != nil {
			fault.Field = ismskit.FieldPeople
			if alike := unitsAlike(units, find); len(alike) > 0 {
				text := p.everyLang("person.no_unit")
				if people := len(a.pick[at]); people > 0 {
					text = p.everyLang("person.several_both", "N", people+len(alike))
				}
				fault.Text, a.pick[at] = text, append(p.unitChoices(r, alike, units), a.pick[at]...)
			}
			a.invalid = append(a.invalid, *fault)
			continue
		}
		if id := a.posted.Get(at + ".id"); id != "" {
			a.people = append(a.people, id)
		}
	}
	return nil
}

// unitFound keeps in the form which unit is meant, for a page that is refused for something else:
// by its name or, where several are called so, by the choice among them.
func (p *Pages) unitFound(r *http.Request, a *attempt, at string, u ismskit.UnitView, units []ismskit.UnitView) {
	delete(a.posted, at+".id")
	delete(a.posted, at+"."+partPick)
	name := p.called(r, u.Name)
	if len(unitsMeant(units, name, "")) == 0 {
		name = u.Name // what it is called in this language is none of its names
	}
	a.posted[at+"."+partFind] = []string{name}
	if alike := unitsMeant(units, name, ""); len(alike) > 1 {
		a.pick[at] = ticked(p.unitChoices(r, alike, units), []string{pickedUnit + u.ID})
	}
}

// unitsMeant are the units that were chosen, or are called just so.
func unitsMeant(units []ismskit.UnitView, find, chosen string) []ismskit.UnitView {
	var out []ismskit.UnitView
	for _, u := range units {
		if id, ok := strings.CutPrefix(chosen, pickedUnit); ok && id == u.ID && slices.ContainsFunc(unitsAlike(units, find), func(alike ismskit.UnitView) bool { return alike.ID == id }) {
			return []ismskit.UnitView{u}
		}
		if find != "" && slices.ContainsFunc([]string{u.Name, u.NameEN, u.Short}, func(name string) bool { return strings.EqualFold(name, find) }) {
			out = append(out, u)
		}
	}
	return out
}

// unitsAlike are the units in whose names stands what was typed.
func unitsAlike(units []ismskit.UnitView, find string) []ismskit.UnitView {
	var out []ismskit.UnitView
	for _, u := range units {
		if find != "" && strings.Contains(strings.ToLower(u.Name+"\n"+u.NameEN+"\n"+u.Short), strings.ToLower(find)) && len(out) < mostAlike {
			out = append(out, u)
		}
	}
	return out
}

// unitChoices tell units of one name apart by the unit above them.
func (p *Pages) unitChoices(r *http.Request, of, all []ismskit.UnitView) []option {
	out := make([]option, len(of))
	for i, u := range of {
		out[i] = option{Value: pickedUnit + u.ID, Label: p.called(r, u.Name)}
		if at := slices.IndexFunc(all, func(above ismskit.UnitView) bool { return above.ID == u.Parent }); at >= 0 {
			out[i].Label = p.text(r, "person.label", "Name", out[i].Label, "Unit", p.called(r, all[at].Name))
		}
	}
	return out
}
