package web

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/register"
)

// pasted are the columns of a table that can be pasted, in the order of the form.
func pasted(table forms.FieldView) []forms.FieldView {
	var columns []forms.FieldView
	for _, c := range table.Fields {
		if !c.Later && !c.System && c.Type != "file" && c.Type != "files" {
			columns = append(columns, c)
		}
	}
	return columns
}

// paste reads cells copied from a spreadsheet into rows of a table: a line a row,
// tabs between the columns, in the order of the form (see sheetCells). Systems, permissions and
// people are found by what they are called; a first line of headings is left out. More
// rows than the table takes, or cells with no column to go to, are refused as a whole:
// what was pasted stays where it is.
func (p *Pages) paste(r *http.Request, form *forms.Form, posted forms.Posted, f *filled) (forms.Invalid, error) {
	table := f.at
	text := posted.Get("paste." + table)
	var columns []forms.FieldView
	most := 0
	lang := p.lang(r)
	for _, field := range form.Describe(lang).Fields {
		if field.Key != table || field.Type != "table" {
			continue
		}
		most = field.MaxRows
		columns = pasted(field)
	}
	if len(columns) == 0 {
		return nil, nil
	}
	first, _ := form.Field(columns[0].Path)
	var lines [][]string
	var over surplus
	for i, cells := range sheetCells(text) {
		heading := len(lines) == 0 && columnCalled(first.Label, cells[0])
		if strings.TrimSpace(strings.Join(cells, "")) != "" && !heading {
			cells = joinPeriods(columns, cells)
			lines = append(lines, cells)
			over.note(i+1, cells, len(columns))
		}
	}
	if len(lines) == 0 { // never in silence: whoever pasted would take it for done
		return forms.Invalid{{Field: table, Code: "no_rows", Text: p.everyLang("paste.none")}}, nil
	}
	next := nextRow(form.Tidy(posted), table)
	if next-1+len(lines) > most || len(text) > maxPasted {
		return forms.Invalid{{
			Field: table, Code: "too_many_rows", Text: p.everyLang("paste.too_many", "N", len(lines), "Have", next-1, "Max", most),
		}}, nil
	}
	if len(over.lines) > 0 {
		return forms.Invalid{{Field: table, Code: "too_many_cells", Text: over.text(p, len(columns))}}, nil
	}
	tidyRows(form, posted, table)
	posted["paste."+table] = nil
	f.pasted.cells = map[string]pastedCell{}
	for _, cells := range lines {
		if err := p.pasteRow(r, form, posted, rowAt{table, next}, columns, cells, &f.pasted); err != nil {
			return nil, err
		}
		next++
	}
	return nil, nil
}

// rowAt is a place in a table, counted from 1.
type rowAt struct {
	table string
	n     int
}

func (at rowAt) cell(column string) string { return at.table + "." + strconv.Itoa(at.n) + "." + column }

func (p *Pages) pasteRow(r *http.Request, form *forms.Form, posted forms.Posted, at rowAt, columns []forms.FieldView, cells []string, into *pastedCells) error {
	chosen := map[string]string{} // rows of registers, by column
	for i, c := range columns {
		if i >= len(cells) {
			break
		}
		cell, name := strings.TrimSpace(cells[i]), at.cell(c.Key)
		if cell == "" {
			continue
		}
		if c.Type != "long_text" && c.Type != "multi_choice" {
			cell = inOneLine(cell)
		}
		into.cells[name] = pastedCell{c, cell}
		unknown := func(code string) {
			into.unknown = append(into.unknown, forms.Fault{Field: c.Path, Row: at.n, Code: code})
		}
		switch c.Type {
		case "ref", "unit":
			id, known, err := p.rowCalled(r, form, c, cell)
			if err != nil {
				return err
			}
			posted[name] = []string{id}
			if known {
				chosen[c.Key] = id
			} else {
				unknown("no_such_ref")
			}
		case "choice", "multi_choice":
			options, err := p.optionsFor(r, form, c, chosen)
			if err != nil {
				return err
			}
			keys, known := keysCalled(options, cell)
			if posted[name] = keys; !known {
				unknown("no_such_option")
			}
		case "person":
			if err := p.pastePerson(r, posted, c, name, cell); err != nil {
				return err
			}
		case "period", "date_range":
			pastePeriod(posted, name, cell)
		default:
			posted[name] = []string{cell}
		}
	}
	return nil
}

// rowCalled is the id of a row by what it is called in any language, for a sheet is
// kept in the house's, whatever the page is read in; what nothing is called stays
// as it was typed, and is not known.
func (p *Pages) rowCalled(r *http.Request, form *forms.Form, c forms.FieldView, name string) (id string, known bool, err error) {
	info, _ := form.Field(c.Path)
	list, ok := registerOf(info.List)
	if !ok {
		return name, true, nil // a case or a document, which the form itself looks up
	}
	rows, err := p.kit.Registers().Rows(r.Context(), p.actor(r), register.Query{List: list, At: p.now()})
	if err != nil {
		return "", false, err
	}
	for _, lang := range p.renderer.Texts().Languages() {
		titles, err := p.kit.Registers().Titles(r.Context(), p.actor(r), lang, rows...)
		if err != nil {
			return "", false, err
		}
		for i, row := range rows {
			if row.ID == name || titles[i] == name {
				return row.ID, true, nil
			}
		}
	}
	return name, false, nil
}

// optionsFor are the options of a cell, once for what they are called in each language.
func (p *Pages) optionsFor(r *http.Request, form *forms.Form, c forms.FieldView, chosen map[string]string) ([]option, error) {
	var out []option
	add := func(key string, label forms.Text) {
		for _, lang := range p.renderer.Texts().Languages() {
			out = append(out, option{Value: key, Label: label.In(lang)})
		}
	}
	for _, lang := range p.renderer.Texts().Languages() {
		for _, table := range form.Describe(lang).Fields {
			for _, column := range table.Fields {
				if column.Path != c.Path {
					continue
				}
				for _, o := range column.Options {
					out = append(out, option{Value: o.Key, Label: o.Label})
				}
			}
		}
	}
	if c.OptionsFrom == nil || chosen[c.OptionsFrom.Of] == "" {
		return out, nil
	}
	need := forms.Need{Kind: forms.NeedOptions, List: c.OptionsFrom.Register, ID: chosen[c.OptionsFrom.Of], Field: c.OptionsFrom.List}
	lookup, err := p.kit.Types().Options(r.Context(), p.actor(r), ismskit.Preview{}, []forms.Need{need})
	if err != nil {
		return nil, err
	}
	options, _ := lookup.Options(need)
	for _, o := range options {
		add(o.Key, o.Label)
	}
	return out, nil
}

// keysCalled are the options a cell names; known is false where it names something
// else too.
func keysCalled(options []option, cell string) (keys []string, known bool) {
	known = true
	for _, name := range strings.FieldsFunc(cell, func(c rune) bool { return strings.ContainsRune("、,，;；\n", c) }) {
		name = strings.TrimSpace(name)
		key, called := name, false
		for _, o := range options {
			if o.Label == name || o.Value == name {
				key, called = o.Value, true
			}
		}
		known = known && called
		keys = append(keys, key)
	}
	return keys, known
}
