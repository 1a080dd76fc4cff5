package web

import (
	"maps"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/forms"
)

// notPresent are the rows that the table does not hold yet: what is brought from a template
// or an earlier request a second time is no second row. Rows are the same where all that
// people filled in is; a row that cannot be read is like no other.
func (p *Pages) notPresent(form *forms.Form, posted forms.Posted, table string, rows []forms.Row, in forms.Locale) []forms.Row {
	have, _ := form.FromText(posted, p.location) // what cannot be read is said when it is checked
	there := map[string]bool{}
	present, _ := have[table].([]forms.Row)
	for _, row := range present {
		there[rowText(form, table, row, in)] = true
	}
	var out []forms.Row
	for _, row := range rows {
		if text := rowText(form, table, row, in); !there[text] {
			there[text] = true
			out = append(out, row)
		}
	}
	return out
}

// rowText is what people filled in in a row; what it is called beside its identity may have
// changed.
func rowText(form *forms.Form, table string, row forms.Row, in forms.Locale) string {
	texts := form.ToText(forms.Values{table: []forms.Row{row}}, in)
	var out strings.Builder
	for _, key := range slices.Sorted(maps.Keys(texts)) {
		if _, part, _ := strings.Cut(strings.TrimPrefix(key, table+"."), "."); part == forms.RowID || strings.HasSuffix(part, ".name") && texts.Get(strings.TrimSuffix(key, ".name")+".id") != "" {
			continue
		}
		for _, text := range texts[key] {
			if text != "" {
				out.WriteString(key + "=" + text + "\n")
			}
		}
	}
	return out.String()
}
