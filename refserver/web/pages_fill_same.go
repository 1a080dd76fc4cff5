package web

import (
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/ismskit/ismskit/forms"
)

// doSame puts one person into every row of a table that has nobody yet, as
// "same:items.successor".
const doSame = "same"

// sameName is where the person is typed whom the empty rows of a column are to get. No
// field of a form can be called so: its first part is no table's.
func sameName(path string) string { return doSame + "." + path }

// sameField asks, above rows in which a step names somebody each, for one person for all of
// them; nil where there is no such column, or but one row.
func (p *Pages) sameField(r *http.Request, s sheet, t *tableView, f forms.FieldView) *fieldView {
	if !t.Fixed || len(t.Rows) < 2 {
		return nil
	}
	i := slices.IndexFunc(f.Fields, func(c forms.FieldView) bool {
		external, _ := c.Params["external"].(bool)
		expected, _ := c.Params["expected"].(bool)
		return c.Type == "person" && !external && !expected && s.edits(c)
	})
	if i < 0 {
		return nil
	}
	c, name := f.Fields[i], sameName(f.Fields[i].Path)
	one := onePerson{
		name: name, label: p.text(r, "same.label"), help: p.text(r, "same.help", "Column", c.Label), pick: s.pick,
		wrong: p.errorsAt(s, name)[""],
	}
	v := p.personField(r, s.posted, one)
	v.ID = fieldID(name)
	t.SameDo = doSame + ":" + c.Path
	return v
}

// fillSame puts the person who was typed for a column into its rows that have nobody.
func (p *Pages) fillSame(r *http.Request, form *forms.Form, posted forms.Posted, f *filled) error {
	table, column, _ := strings.Cut(f.at, ".")
	info, ok := form.Field(f.at)
	if !ok || !info.Column || info.Type != "person" {
		return nil
	}
	name := sameName(f.at)
	id, fault, err := p.samePicked(r, posted, f, info, name)
	if err != nil {
		return err
	}
	if fault != nil {
		f.refused = append(f.refused, *fault)
		return nil
	}
	who, n, all := posted.Get(name+"."+partKnown), 0, partNumbers(posted, table)
	for _, row := range all {
		at := table + "." + strconv.Itoa(row) + "." + column
		if namesOne(posted, at) {
			continue
		}
		posted[at+".id"], posted[at+"."+partKnown], posted[at+"."+partFind] = []string{id}, []string{who}, []string{who}
		n++
	}
	dropBelow(posted, name)
	f.told = p.text(r, "same.done", "N", n, "Who", who, "Left", len(all)-n)
	return nil
}

// samePicked is whom the name typed for a column is, or what is wrong with it.
func (p *Pages) samePicked(r *http.Request, posted forms.Posted, f *filled, info forms.FieldInfo, name string) (string, *forms.Fault, error) {
	if f.pick == nil {
		f.pick = map[string][]option{}
	}
	id, fault, err := p.personPicked(r, posted, name, f.pick)
	switch {
	case err != nil:
		return "", nil, err
	case fault == nil && id == "":
		fault = &forms.Fault{Code: "required", Text: p.everyLang("same.nobody")}
	case fault == nil && id == f.leaver:
		fault = &forms.Fault{Code: "same.leaver", Text: p.everyLang("same.leaver")}
	}
	if fault != nil {
		fault.Field, fault.Label = name, info.Label
	}
	return id, fault, nil
}

// sameWaits are the columns for which a name was typed that stands in no row yet, though rows
// are empty: decided like that, only the rows would be asked for, and the name be lost without a word.
func (p *Pages) sameWaits(r *http.Request, form *forms.Form, posted forms.Posted, f *filled) (out forms.Invalid, err error) {
	for _, key := range slices.Sorted(maps.Keys(posted)) {
		path, same := strings.CutPrefix(key, doSame+".")
		path, typed := strings.CutSuffix(path, "."+partFind)
		if !same || !typed || strings.TrimSpace(posted.Get(key)) == "" {
			continue
		}
		info, ok := form.Field(path)
		table, column, _ := strings.Cut(path, ".")
		if !ok || !info.Column || info.Type != "person" || !slices.ContainsFunc(partNumbers(posted, table), func(row int) bool {
			return !namesOne(posted, table+"."+strconv.Itoa(row)+"."+column)
		}) {
			continue
		}
		_, fault, err := p.samePicked(r, posted, f, info, sameName(path))
		if err != nil {
			return nil, err
		}
		if fault == nil {
			fault = &forms.Fault{Field: sameName(path), Label: info.Label, Code: "same.waits", Text: p.everyLang("same.waits")}
		}
		out = append(out, *fault)
	}
	return out, nil
}

// namesOne says whether somebody is named in a field of a person as it was sent.
func namesOne(posted forms.Posted, at string) bool {
	return strings.TrimSpace(posted.Get(at+"."+partFind)) != "" || posted.Get(at+".id") != "" || posted.Get(at) != ""
}
