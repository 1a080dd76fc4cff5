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
	types := make([]string, len(columns))
	for i, c := range columns {
		types[i] = c.Type
	}
	var lines [][]string
	var over surplus
	for i, cells := range sheetCells(text) {
		heading := len(lines) == 0 && form.Called(columns[0].Path, cells[0])
		if strings.TrimSpace(strings.Join(cells, "")) != "" && !heading {
			cells = forms.JoinPeriods(types, cells)
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
		into.cells[name] = pastedCell{c, cell}
		code, err := form.ReadCell(posted, name, c.Path, cell, chosen, sheetCalls{p, r})
		if err != nil {
			return err
		}
		if code != "" {
			into.unknown = append(into.unknown, forms.Fault{Field: c.Path, Row: at.n, Code: code})
		}
	}
	return nil
}

// sheetCalls is what things are called for whoever pastes (forms.Calling).
type sheetCalls struct {
	p *Pages
	r *http.Request
}

// Row is found by what it is called in any language, for a sheet is kept in the house's,
// whatever the page is read in.
func (c sheetCalls) Row(list, name string) (id string, several bool, err error) {
	p, r := c.p, c.r
	list, ok := registerOf(list)
	if !ok {
		return name, false, nil // a case or a document, which the form itself looks up
	}
	rows, err := p.kit.Registers().Rows(r.Context(), p.actor(r), register.Query{List: list, At: p.now()})
	if err != nil {
		return "", false, err
	}
	found := map[string]bool{}
	for _, lang := range p.renderer.Texts().Languages() {
		titles, err := p.kit.Registers().Titles(r.Context(), p.actor(r), lang, rows...)
		if err != nil {
			return "", false, err
		}
		for i, row := range rows {
			if row.ID == name {
				return name, false, nil
			}
			if titles[i] == name {
				id, found[row.ID] = row.ID, true
			}
		}
	}
	if len(found) > 1 {
		return "", true, nil
	}
	return id, false, nil
}

func (c sheetCalls) Options(of forms.Need) ([]forms.Option, error) {
	lookup, err := c.p.kit.Types().Options(c.r.Context(), c.p.actor(c.r), ismskit.Preview{}, []forms.Need{of})
	if err != nil {
		return nil, err
	}
	options, _ := lookup.Options(of)
	return options, nil
}

func (c sheetCalls) Knows(words string) (bool, error) {
	found, err := c.p.kit.People().Search(c.r.Context(), c.p.actor(c.r), words, 1)
	return len(found) > 0, err
}

// Person is searched for with the rest of the page, where he can be picked too.
func (c sheetCalls) Person(name string) (map[string]string, string, error) {
	return map[string]string{partFind: name}, "", nil
}

// pasteWaits are the tables into whose box something was pasted that was not added: sent like that
// it would be left out without a word.
func (p *Pages) pasteWaits(form *forms.Form, posted forms.Posted) (out forms.Invalid) {
	for _, f := range form.Schema().Fields {
		if f.Type == "table" && strings.TrimSpace(posted.Get("paste."+f.Key)) != "" {
			out = append(out, forms.Fault{Field: f.Key, Code: "paste_waits", Label: f.Label, Text: p.everyLang("paste.waits")})
		}
	}
	return out
}
