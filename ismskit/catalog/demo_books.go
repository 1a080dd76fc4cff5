package catalog

import (
	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/register"
)

// row is one row of a living list on its way there.
type row struct {
	list, id string
	values   forms.Values
}

// values gathers a row's fields; what is empty is left out. The first date that
// cannot be read is kept for the end.
type values struct {
	forms.Values
	a   almanac
	err error
}

func (v *values) text(key, s string) {
	if s != "" {
		v.Values[key] = s
	}
}

// both sets a text in zh-TW and, beside it, in English.
func (v *values) both(key string, t forms.Text) {
	v.text(key, t["zh-TW"])
	v.text(key+"_en", t["en"])
}

func (v *values) flag(key string, b bool) {
	if b {
		v.Values[key] = true
	}
}

func (v *values) ref(key string, r forms.Ref) {
	if r.ID != "" {
		v.Values[key] = r
	}
}

func (v *values) refs(key string, refs []forms.Ref) {
	if len(refs) > 0 {
		v.Values[key] = refs
	}
}

func (v *values) rows(key string, rows []forms.Row) {
	if len(rows) > 0 {
		v.Values[key] = rows
	}
}

func (v *values) date(key string, m moment) {
	if m.none() {
		return
	}
	day, err := v.a.date(m)
	if err != nil && v.err == nil {
		v.err = err
	}
	v.Values[key] = day
}

func (v *values) time(key string, m moment) {
	if m.none() {
		return
	}
	at, err := v.a.time(m, "00:00")
	if err != nil && v.err == nil {
		v.err = err
	}
	v.Values[key] = at.UTC()
}

// books makes the rows of the living lists, with the names of what they refer to.
type books struct {
	agency
	almanac
	names map[string]string // list/id → name in zh-TW
	made  []row
	err   error
}

// wayNames are, beside the names of lists, those of the ways to an office outside.
const wayNames = "ways"

func newBooks(a agency, days almanac) *books {
	b := &books{agency: a, almanac: days, names: map[string]string{}}
	name := func(list, id string, t forms.Text) { b.names[list+"/"+id] = t["zh-TW"] }
	for _, u := range a.Units {
		name(register.Units, u.ID, u.Name)
	}
	for _, p := range a.Posts {
		name(register.Posts, p.ID, p.Title)
	}
	for _, p := range a.People {
		name(register.People, p.ID, p.Name)
	}
	for _, g := range a.Groups {
		name(register.Groups, g.ID, g.Name)
	}
	for _, o := range a.Offices {
		name(register.Offices, o.ID, o.Name)
	}
	for _, w := range a.Ways {
		name(wayNames, w.Key, w.Name)
	}
	for _, x := range a.Externals {
		name(register.Externals, x.ID, x.Name)
	}
	for _, s := range a.Systems {
		name(register.Systems, s.ID, s.Name)
	}
	for _, c := range a.Categories {
		name(register.Categories, c.ID, c.Name)
	}
	return b
}

func (b *books) ref(list, id string) forms.Ref {
	if id == "" {
		return forms.Ref{}
	}
	return forms.Ref{List: "register/" + list, ID: id, Name: b.names[list+"/"+id]}
}

func (b *books) unit(id string) forms.Ref {
	if id == "" {
		return forms.Ref{}
	}
	return forms.Ref{List: "unit", ID: id, Name: b.names[register.Units+"/"+id]}
}

func (b *books) refs(list string, ids []string) []forms.Ref {
	out := make([]forms.Ref, len(ids))
	for i, id := range ids {
		out[i] = b.ref(list, id)
	}
	return out
}

func (b *books) person(id string) forms.Person {
	return forms.Person{Kind: forms.InDirectory, ID: id, Name: b.names[register.People+"/"+id]}
}

// add makes a row of what fill sets.
func (b *books) add(list, id string, fill func(v *values)) {
	v := b.filled(fill)
	b.made = append(b.made, row{list, id, v.Values})
}

func (b *books) filled(fill func(v *values)) *values {
	v := &values{Values: forms.Values{}, a: b.almanac}
	fill(v)
	if b.err == nil {
		b.err = v.err
	}
	return v
}

// tableOf makes the rows of a table in a row.
func tableOf[T any](b *books, items []T, fill func(v *values, item T)) []forms.Row {
	out := make([]forms.Row, 0, len(items))
	for i, item := range items {
		v := b.filled(func(v *values) { fill(v, item) })
		v.Values[forms.RowID] = rowName(i)
		out = append(out, v.Values)
	}
	return out
}

// rowName is the identity of a table's n-th row, the same at every load, so that
// a row that did not change is not stored anew.
func rowName(i int) string { return "r" + string(rune('a'+i/26)) + string(rune('a'+i%26)) }
