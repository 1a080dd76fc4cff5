package web

import (
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
	if f.pick == nil {
		f.pick = map[string][]option{}
	}
	id, fault, err := p.personPicked(r, posted, name, f.pick)
	switch {
	case err != nil:
		return err
	case fault == nil && id == "":
		fault = &forms.Fault{Code: "required", Text: p.everyLang("same.nobody")}
	case fault == nil && id == f.leaver:
		fault = &forms.Fault{Code: "same.leaver", Text: p.everyLang("same.leaver")}
	}
	if fault != nil {
		fault.Field, fault.Label = name, info.Label
		f.refused = append(f.refused, *fault)
		return nil
	}
	who, n, all := posted.Get(name+"."+partKnown), 0, partNumbers(posted, table)
	for _, row := range all {
		at := table + "." + strconv.Itoa(row) + "." + column
		if strings.TrimSpace(posted.Get(at+"."+partFind)) != "" || posted.Get(at+".id") != "" || posted.Get(at) != "" {
			continue
		}
		posted[at+".id"], posted[at+"."+partKnown], posted[at+"."+partFind] = []string{id}, []string{who}, []string{who}
		n++
	}
	dropBelow(posted, name)
	f.told = p.text(r, "same.done", "N", n, "Who", who, "Left", len(all)-n)
	return nil
}
