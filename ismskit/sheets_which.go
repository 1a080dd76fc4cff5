package ismskit

import (
	"slices"
	"strings"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/register"
)

// toldApart are the fields by which the rows of a list are told apart, the surest first; those of other
// lists are told apart by what they are called.
var toldApart = map[string][][]string{
	register.People:    {{"login"}, {"email"}, {"name", "unit"}, {"name"}},
	register.Units:     {{"name", "parent"}, {"name"}},
	register.Posts:     {{"title", "unit"}, {"title"}},
	register.Externals: {{"email"}, {"name", "org_name"}, {"name"}},
	register.Grants:    {{"system", "account"}, {"system", "user"}},
}

// ownFields are fields that two people do not have in common.
var ownFields = []string{"login", "email"}

// which finds the row that a line is of; the zero one for a new row. code is why it can't be told, and
// what says of which.
func (p *planning) which(line forms.SheetLine, values forms.Values) (of sheetRow, code, what string) {
	if line.ID != "" {
		if i := slices.IndexFunc(p.stored, func(r sheetRow) bool { return r.row.ID == line.ID }); i >= 0 {
			return p.stored[i], "", ""
		}
		if !register.ValidID(line.ID) {
			return sheetRow{}, "sheet.bad_id", line.ID
		}
	}
	keys := toldApart[p.list.Key]
	if keys == nil {
		keys = [][]string{{p.list.TitleField}}
	}
	for i, key := range keys {
		if slices.ContainsFunc(key, func(field string) bool { return identity(values[field]) == "" }) {
			continue
		}
		var found []sheetRow
		for _, r := range p.stored {
			if !agrees(r.values, values, key) || slices.ContainsFunc(keys[:i], func(surer []string) bool { return contradicts(r.values, values, surer) }) {
				continue
			}
			found = append(found, r)
		}
		var ended []string
		if !slices.ContainsFunc(key, func(field string) bool { return slices.Contains(ownFields, field) }) {
			found, ended = p.living(found, values)
		}
		switch {
		case len(found) > 1:
			return sheetRow{}, "sheet.several", line.ID
		case len(found) == 1 && line.ID != "":
			return sheetRow{}, "sheet.other_id", line.ID // it says to be another row than the one it is called like
		case len(found) == 1:
			return found[0], "", ""
		case len(ended) > 0 && line.ID == "":
			return sheetRow{}, "sheet.ended", strings.Join(ended, "、")
		}
	}
	return sheetRow{}, "", ""
}

// living leaves of rows that are called like a line those that have not ended, else the line of a newcomer would
// give him the posts, roles and trail of one who left; which others there are is for the line to say. One whose end the line has
// too is meant: the same file again changes nothing.
func (p *planning) living(found []sheetRow, values forms.Values) (living []sheetRow, ended []string) {
	end := func(v forms.Values) string { return p.form.Format(p.list.To, v[p.list.To], forms.Locale{}) }
	now := p.s.k.moment()
	for _, r := range found {
		switch {
		case !r.row.Over(now):
			living = append(living, r)
		case end(r.values) == end(values):
			return []sheetRow{r}, nil
		case !p.made[r.row.ID]: // of lines of one file each says of itself until when
			ended = append(ended, r.row.ID)
		}
	}
	return living, ended
}

func agrees(a, b forms.Values, key []string) bool {
	return !slices.ContainsFunc(key, func(field string) bool { return identity(a[field]) != identity(b[field]) })
}

// contradicts says whether two rows are of different ones by a key that both have.
func contradicts(a, b forms.Values, key []string) bool {
	both := !slices.ContainsFunc(key, func(field string) bool { return identity(a[field]) == "" || identity(b[field]) == "" })
	return both && !agrees(a, b, key)
}

// identity is by what a value is compared.
func identity(v any) string {
	switch v := v.(type) {
	case string:
		return strings.ToLower(strings.Join(strings.Fields(v), " "))
	case forms.Ref:
		return v.ID
	case forms.Person:
		if v.ID != "" {
			return v.ID
		}
		return v.Name + "\x00" + v.Org
	case calendar.Date:
		return v.String()
	}
	return ""
}
