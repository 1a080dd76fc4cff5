package web

import (
	"net/http"
	"slices"
	"strconv"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
)

// chosenName is the field of a form for the people of a later step.
func chosenName(step string) string { return ismskit.FieldChosen + "." + step }

// readChosen takes the people whom the applicant names for later steps. A name that fits
// nobody is a fault at the field.
func (p *Pages) readChosen(r *http.Request, d draft, f *filled) error {
	for _, c := range d.info.Choose {
		name, ids := chosenName(c.Step), []string{}
		for _, n := range partNumbers(f.posted, name) {
			at := name + "." + strconv.Itoa(n)
			fault, err := p.findPerson(r, f.posted, at, f.pick)
			if err != nil {
				return err
			}
			if fault != nil {
				fault.Field, fault.Text = name, p.atField(forms.Text(c.Name), fault.Text)
				f.nobody, f.invalid = append(f.nobody, *fault), append(f.invalid, *fault)
				continue
			}
			if id := f.posted.Get(at + ".id"); id != "" {
				ids = append(ids, id)
			}
		}
		if f.chosen == nil {
			f.chosen = map[string][]string{}
		}
		f.chosen[c.Step] = ids
	}
	return nil
}

// retypeChosen puts the people of a draft's later steps into their fields again.
func (p *Pages) retypeChosen(r *http.Request, c ismskit.Case, f *filled) {
	for step, people := range c.Chosen {
		for i, s := range people {
			at, label := chosenName(step)+"."+strconv.Itoa(i), p.signer(r, s)
			if s.UnitName != "" {
				label = p.text(r, "person.label", "Name", label, "Unit", s.UnitName)
			}
			f.posted[at+".id"], f.posted[at+"."+partKnown], f.posted[at+"."+partFind] = []string{s.Person}, []string{label}, []string{label}
			if f.chosen == nil {
				f.chosen = map[string][]string{}
			}
			f.chosen[step] = append(f.chosen[step], s.Person)
		}
	}
}

// chosenFields ask for the people of later steps.
func (p *Pages) chosenFields(r *http.Request, d draft, f filled) []*fieldView {
	var out []*fieldView
	for _, c := range d.info.Choose {
		v := p.whoField(r, chosenName(c.Step), p.text(r, "case.choose", "Step", p.in(r, c.Name)), attempt{posted: f.posted, pick: f.pick})
		v.Live = true
		if more := len(v.People) - 1; more >= c.Max {
			v.People = v.People[:more] // no room for one more
		}
		for _, fault := range slices.Backward(f.invalid) {
			if fault.Field == v.Name {
				v.Errors[""] = fault.Message(p.lang(r))
			}
		}
		out = append(out, v)
	}
	return out
}
