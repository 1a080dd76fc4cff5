package web

import (
	"net/http"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/register"
)

// callPeople finds how the people of the house that a form names stand in its fields: with
// post and unit, as when they were chosen. A draft keeps only who they are.
func (p *Pages) callPeople(r *http.Request, s *sheet) error {
	s.called = map[string]string{}
	names := map[string]string{}
	namedIn(s.values, names)
	for _, field := range s.view.Fields {
		rows, _ := s.values[field.Key].([]forms.Row)
		for _, row := range rows {
			namedIn(row, names)
		}
	}
	for id, name := range names {
		found, err := p.kit.People().Search(r.Context(), p.actor(r), name, mostAlike)
		if err != nil {
			return err
		}
		for _, h := range found {
			if h.Person == id {
				s.called[id] = p.personLabel(r, h)
			}
		}
	}
	return nil
}

// namedIn collects the people of the house among values, by id.
func namedIn(values forms.Values, names map[string]string) {
	add := func(id, name string) {
		if id != "" && name != "" {
			names[id] = name
		}
	}
	for _, v := range values {
		switch v := v.(type) {
		case forms.Person:
			add(v.ID, v.Name)
		case []forms.Person:
			for _, one := range v {
				add(one.ID, one.Name)
			}
		case forms.Ref:
			if v.List == "register/"+register.People {
				add(v.ID, v.Name)
			}
		case []forms.Ref:
			for _, one := range v {
				if one.List == "register/"+register.People {
					add(one.ID, one.Name)
				}
			}
		}
	}
}
