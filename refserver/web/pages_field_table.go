package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/ismskit/ismskit/forms"
)

// table draws the rows of a table. Its columns stand, in their order, in up to three cells:
// what is asked for, whom it concerns, and until when with everything behind it.
func (p *Pages) table(r *http.Request, s sheet, f forms.FieldView) *tableView {
	rows, _ := s.values[f.Key].([]forms.Row)
	numbers := partNumbers(s.posted, f.Key)
	t := &tableView{}
	groups, heads := p.grouping(r, s, f)
	t.Heads = heads
	t.Fixed = s.rights.Edit != nil && !slices.Contains(s.rights.Edit, f.Path)
	var labels []string
	for _, c := range pasted(f) {
		labels = append(labels, c.Label)
		if c.Type == "period" && t.Period == "" {
			t.Period = c.Label
			t.Open, _ = c.Params["open"].(bool)
		}
		external, _ := c.Params["external"].(bool)
		expected, _ := c.Params["expected"].(bool)
		if c.Type == "person" && external && expected && t.Person == "" {
			t.Person = c.Label
		}
	}
	t.Max = f.MaxRows
	t.Columns = strings.Join(labels, p.text(r, "word.list"))
	follows, _ := s.follows[f.Key].([]forms.Row)
	n := 0
	for i, number := range numbers {
		n = number
		var row forms.Row
		if i < len(rows) {
			row = rows[i]
		}
		view := p.row(r, s, f, groups, number, row)
		if i < len(rows) && i < len(follows) && s.rights.Edit == nil {
			view.Says = p.says(r, s, f, follows[i])
		}
		t.Rows = append(t.Rows, view)
	}
	blank := s.blank[f.Key]
	if len(numbers) == 0 && blank == 0 && s.rights.Edit == nil && f.Required { // what need not be filled in asks for nothing
		blank = 1
	}
	for range blank {
		n++
		t.Rows = append(t.Rows, p.row(r, s, f, groups, n, nil))
	}
	t.Count = len(t.Rows)
	t.Told = t.Fixed || len(follows) > 0
	t.Same = p.sameField(r, s, t, f)
	t.Full = f.MaxRows > 0 && t.Count >= f.MaxRows
	return t
}

// cellOf is the first cell of a row in which a column may stand.
func cellOf(f forms.FieldView) int {
	switch f.Type {
	case "ref", "refs", "unit", "choice", "multi_choice", "checklist", "network", "ports", "computed":
		return 0
	case "person", "persons", "text", "email", "url", "integer", "decimal":
		return 1
	}
	return 2
}

func (p *Pages) grouping(r *http.Request, s sheet, f forms.FieldView) (groups [][]forms.FieldView, heads []string) {
	all := make([][]forms.FieldView, 3)
	g := 0
	for _, c := range f.Fields {
		if s.edits(c) {
			g = max(g, cellOf(c)) // the order stays that of the form, in which rows are pasted too
			all[g] = append(all[g], c)
		}
	}
	for _, g := range all {
		if len(g) == 0 {
			continue
		}
		const most = 2
		var labels []string
		for _, c := range g {
			if c.ShowIf == nil && c.Fact == nil { // the head names what is in every row
				labels = append(labels, c.Label)
			}
		}
		head := strings.Join(labels[:min(len(labels), most)], p.text(r, "word.list"))
		if len(labels) > most {
			head = p.text(r, "field.and_more", "Labels", head)
		}
		if last := len(groups) - 1; head == "" && last >= 0 { // what is asked for in some rows alone makes no column
			groups[last] = append(groups[last], g...)
			continue
		}
		groups, heads = append(groups, g), append(heads, head)
	}
	return groups, heads
}

func (p *Pages) row(r *http.Request, s sheet, f forms.FieldView, groups [][]forms.FieldView, n int, row forms.Row) rowView {
	name := f.Key + "." + strconv.Itoa(n)
	out := rowView{N: n, Name: name, ID: s.posted.Get(name + "." + forms.RowID), Wrong: len(s.invalid.At(name)) > 0}
	row = s.withSole(f, name, row)
	shown := shownKeys(s.form.Shown(s.values, f.Key, row))
	if s.rights.Edit != nil {
		out.Says = p.says(r, s, f, row)
	}
	for _, g := range groups {
		var cell []fieldView
		for _, c := range g {
			v := p.field(r, s, c, name+"."+c.Key, row)
			v.Row = p.text(r, "field.row", "N", n)
			p.asShown(r, &v, shown, c.Path)
			cell = append(cell, v)
		}
		out.Cells = append(out.Cells, cell)
	}
	return out
}

// says is what stands in the columns of a row that are not filled in here: a yes by what
// it is a yes to, a no not at all, a day with what was or is on it.
func (p *Pages) says(r *http.Request, s sheet, f forms.FieldView, row forms.Row) string {
	var out []string
	for _, c := range f.Fields {
		if s.edits(c) || row[c.Key] == nil {
			continue
		}
		text := s.form.Format(c.Path, row[c.Key], p.locale(r))
		if yes, is := row[c.Key].(bool); is {
			if text = c.Label; !yes {
				text = ""
			}
		}
		if text != "" && (c.Type == "date" || c.Type == "datetime") { // of two days none says which it is
			text = c.Label + " " + text
		}
		out = append(out, text)
	}
	return joined(p.text(r, "word.comma"), out...)
}
