package web

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/register"
)

// onePerson is a person asked for on a page of ours: typed and searched for as in a
// form. A list to choose from would hold the whole house.
type onePerson struct {
	name, label, help string
	need              bool
	wrong             string
	pick              map[string][]option
}

// personField draws it with what was posted.
func (p *Pages) personField(r *http.Request, posted forms.Posted, one onePerson) *fieldView {
	v := &fieldView{
		Name: one.name, ID: one.name, Label: one.label, Help: one.help, Widget: "person", Required: one.need,
		Errors: map[string]string{}, Texts: map[string]string{},
	}
	if one.need {
		v.Need = p.text(r, "field.required")
	}
	if one.wrong != "" {
		v.Errors[""] = one.wrong
	}
	p.persons(r, v, sheet{posted: posted, pick: one.pick}, forms.FieldView{Key: one.name, Path: one.name, Type: "person"})
	return v
}

// personPicked is the id of whoever was typed, "" for nobody; a name that fits nobody, or
// several, is a fault without place.
func (p *Pages) personPicked(r *http.Request, posted forms.Posted, name string, pick map[string][]option) (string, *forms.Fault, error) {
	if err := p.knownPerson(r, posted, name); err != nil {
		return "", nil, err
	}
	fault, err := p.findPerson(r, posted, name, pick)
	return posted.Get(name + ".id"), fault, err
}

// knownPerson writes what a person is called who came by his id, as in an address.
func (p *Pages) knownPerson(r *http.Request, posted forms.Posted, name string) error {
	id := posted.Get(name)
	if _, typed := posted[name+"."+partFind]; typed || id == "" {
		return nil
	}
	names, err := p.titles(r, register.People, []string{id})
	if err != nil {
		return err
	}
	posted[name+".id"], posted[name+"."+partKnown], posted[name+"."+partFind] = []string{id}, names, names
	return nil
}

// peopleRef says whether a field points at people of the house, which are typed and
// searched for too.
func peopleRef(form *forms.Form, path string) bool {
	info, ok := form.Field(path)
	return ok && info.List == "register/"+register.People
}

// typedRefs puts the people found for fields that point at people where such fields are
// read from: beside what was typed.
func typedRefs(form *forms.Form, posted forms.Posted) {
	for _, at := range personFields(form, posted) {
		if _, typed := posted[at.name+"."+partFind]; typed && peopleRef(form, at.path) {
			posted[at.name] = []string{posted.Get(at.name + ".id")}
		}
	}
}

// refPeople draws a field that points at people as one in which they are typed: what it
// says by their ids are people who were found.
func (p *Pages) refPeople(r *http.Request, v *fieldView, s sheet, f forms.FieldView, value any) {
	v.Widget = "person"
	put := func(at, id string, refs ...forms.Ref) {
		name := id
		if i := slices.IndexFunc(refs, func(ref forms.Ref) bool { return ref.ID == id && ref.Name != "" }); i >= 0 {
			name = cmp.Or(s.called[id], refs[i].Name)
		}
		s.posted[at+".id"], s.posted[at+"."+partKnown], s.posted[at+"."+partFind] = []string{id}, []string{name}, []string{name}
	}
	kind := "person"
	switch ids := s.posted[v.Name]; {
	case f.Type == "refs":
		kind = "persons"
		if refs, _ := value.([]forms.Ref); len(partNumbers(s.posted, v.Name)) == 0 {
			for i, id := range ids {
				put(v.Name+"."+strconv.Itoa(i), id, refs...)
			}
		}
	case last(ids) != "" && len(s.posted[v.Name+"."+partFind]) == 0:
		ref, _ := value.(forms.Ref)
		put(v.Name, last(ids), ref)
	}
	p.persons(r, v, s, forms.FieldView{Key: f.Key, Path: f.Path, Type: kind})
}
