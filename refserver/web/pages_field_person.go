package web

import (
	"cmp"
	"net/http"
	"strconv"
	"strings"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/directory"
)

// Parts of a person field that only the page knows: what was typed to find
// somebody, what the person found is called, and the choice among several.
const (
	partFind  = "find"
	partKnown = "known"
	partPick  = "pick"
)

// persons draws a field for one person, or several.
func (p *Pages) persons(r *http.Request, v *fieldView, s sheet, f forms.FieldView) {
	v.Many = f.Type == "persons"
	external, _ := f.Params["external"].(bool)
	expected, _ := f.Params["expected"].(bool)
	if !v.Many && (external || expected) {
		kind := last(s.posted[v.Name+".kind"])
		if kind == "" {
			kind = string(forms.InDirectory)
		}
		v.Kinds = append(v.Kinds, option{Value: string(forms.InDirectory), Label: p.text(r, "person.in_house")})
		if expected {
			v.Kinds = append(v.Kinds, option{Value: string(forms.Arriving), Label: p.text(r, "person.expected")})
		}
		if external {
			v.Kinds = append(v.Kinds, option{Value: string(forms.External), Label: p.text(r, "person.external")})
		}
		v.Kinds = ticked(v.Kinds, []string{kind})
	}
	names := []string{v.Name}
	if v.Many {
		names = nil
		next := 0
		for _, n := range partNumbers(s.posted, v.Name) {
			at := v.Name + "." + strconv.Itoa(n)
			if last(s.posted[at+".id"]) != "" || last(s.posted[at+"."+partFind]) != "" {
				names, next = append(names, at), n+1
			}
		}
		names = append(names, v.Name+"."+strconv.Itoa(next)) // one more to fill in
	}
	for _, at := range names {
		person := personView{Name: at, ID: last(s.posted[at+".id"]), Known: last(s.posted[at+"."+partKnown]), Find: last(s.posted[at+"."+partFind])}
		if person.ID == "" {
			person.ID = last(s.posted[at])
		}
		if _, typed := s.posted[at+"."+partFind]; !typed {
			person.Find = cmp.Or(s.called[person.ID], last(s.posted[at+".name"]))
		}
		if person.Known == "" {
			person.Known = person.Find
		}
		person.Candidates = s.pick[at]
		v.People = append(v.People, person)
	}
}

// personLabel is how a person stands in a field: name, post and unit.
func (p *Pages) personLabel(r *http.Request, h directory.Holder) string {
	name := strings.TrimSpace(h.Name + " " + p.called(r, h.PostTitle))
	if h.UnitName == "" {
		return name
	}
	return p.text(r, "person.label", "Name", name, "Unit", p.called(r, h.UnitName))
}

// findPeople turns what was typed for people into people of the directory. What names
// nobody, several, or somebody by a part of his name only is a fault; who may be meant
// becomes a choice.
func (p *Pages) findPeople(r *http.Request, form *forms.Form, posted forms.Posted) (map[string][]option, forms.Invalid, error) {
	pick := map[string][]option{}
	var faults forms.Invalid
	for _, at := range personFields(form, posted) {
		fault, err := p.findPerson(r, posted, at.name, pick)
		if err != nil {
			return nil, nil, err
		}
		if fault != nil {
			fault.Field, fault.Row, fault.Part, fault.Label = at.path, at.row, at.part, at.label
			fault.Text = p.atField(at.label, fault.Text)
			faults = append(faults, *fault)
		}
	}
	typedRefs(form, posted)
	return pick, faults, nil
}

// atField puts the name of a field before what is wrong at it, which above a form of
// several such fields would else be the same line for each.
func (p *Pages) atField(label, text forms.Text) forms.Text {
	out := forms.Text{}
	for lang, s := range text {
		out[lang] = p.renderer.Texts().Text(lang, "person.at", "Label", label.In(lang), "Text", s)
	}
	return out
}

// personAt is a place where a person can be typed.
type personAt struct {
	name, path, part string
	row              int
	label            forms.Text
}

// personFields are the places of a form's people in what was posted.
func personFields(form *forms.Form, posted forms.Posted) []personAt {
	var out []personAt
	add := func(f forms.Field, path, name string, row int) {
		at := personAt{name: name, path: path, row: row, label: f.Label}
		toPeople := peopleRef(form, path)
		switch {
		case f.Type == "person", f.Type == "ref" && toPeople:
			out = append(out, at)
		case f.Type == "persons", f.Type == "refs" && toPeople:
			for _, n := range partNumbers(posted, name) {
				one := at
				one.part = strconv.Itoa(n)
				one.name = name + "." + one.part
				out = append(out, one)
			}
		}
	}
	for _, f := range form.Schema().Fields {
		if f.Type != "table" {
			add(f, f.Key, f.Key, 0)
			continue
		}
		columns := f.Fields
		for _, variant := range f.Variants {
			columns = append(columns[:len(columns):len(columns)], variant.Fields...)
		}
		for _, n := range partNumbers(posted, f.Key) {
			for _, c := range columns {
				add(c, f.Key+"."+c.Key, f.Key+"."+strconv.Itoa(n)+"."+c.Key, n)
			}
		}
	}
	return out
}

// findPerson settles one person; it returns a fault without place.
func (p *Pages) findPerson(r *http.Request, posted forms.Posted, at string, pick map[string][]option) (*forms.Fault, error) {
	typed, asked := posted[at+"."+partFind]
	kind := posted.Get(at + ".kind")
	if !asked || kind != "" && kind != string(forms.InDirectory) {
		return nil, nil
	}
	find, known := strings.TrimSpace(last(typed)), posted.Get(at+"."+partKnown)
	set := func(id, name string) {
		posted[at+".id"], posted[at+"."+partKnown], posted[at+"."+partFind] = []string{id}, []string{name}, []string{name}
	}
	switch {
	case find == "":
		delete(posted, at+".id")
		delete(posted, at)
		return nil, nil
	case find == known && posted.Get(at+".id") != "" && posted.Get(at+"."+partPick) == "":
		return nil, nil
	}
	found, err := p.kit.People().Search(r.Context(), p.actor(r), nameWords(find), mostAlike)
	if err != nil {
		return nil, err
	}
	meant, err := p.whoIsMeant(r, found, find, posted.Get(at+"."+partPick))
	if err != nil {
		return nil, err
	}
	if meant != nil {
		set(meant.Person, p.personLabel(r, *meant))
		delete(posted, at+"."+partPick)
		return nil, nil
	}
	delete(posted, at+".id")
	if len(found) == 0 {
		return &forms.Fault{Code: "no_such_person"}, nil
	}
	for _, h := range found {
		pick[at] = append(pick[at], option{Value: h.Person, Label: p.personLabel(r, h)})
	}
	text := p.everyLang("person.several", "N", len(found))
	if len(found) == 1 {
		text = p.everyLang("person.perhaps", "Who", pick[at][0].Label)
	}
	return &forms.Fault{Code: "no_such_person", Text: text}, nil
}

// everyLang is one of our texts in every language, for what others keep as such.
func (p *Pages) everyLang(key string, args ...any) forms.Text {
	out := forms.Text{}
	for _, lang := range p.renderer.Texts().Languages() {
		out[lang] = p.renderer.Texts().Text(lang, key, args...)
	}
	return out
}
