package web

import (
	"net/http"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/register"
)

// systemsPage is the model of lists_systems.html.
type systemsPage struct {
	Query  string
	Rows   []systemRow
	All    int
	MayAdd bool
}

// systemRow is an application system in the list.
type systemRow struct {
	ID, Name, Kind string
	Core           bool
	Owner, Admins  string
	Backup         []string
	Items          int
	Mine           bool
	Unmanned       bool // nobody administers its permissions
	Unreserved     bool // whoever is in reserve administers it himself
}

func (p *Pages) systems(w http.ResponseWriter, r *http.Request) {
	page := systemsPage{Query: strings.TrimSpace(r.URL.Query().Get("q"))}
	rows, err := p.kit.Registers().Rows(r.Context(), p.actor(r), register.Query{List: register.Systems, Text: page.Query, At: p.now()})
	if err != nil {
		p.fail(w, r, err)
		return
	}
	titles, err := p.kit.Registers().Titles(r.Context(), p.actor(r), p.lang(r), rows...)
	if err != nil {
		p.fail(w, r, err)
		return
	}
	cells, err := p.kit.Registers().Cells(r.Context(), p.actor(r), rows...)
	if err != nil {
		p.fail(w, r, err)
		return
	}
	var ids []string // of all people who look after one of them
	for _, c := range cells {
		for _, field := range systemPeople {
			ids = append(ids, c.IDs(field)...)
		}
	}
	slices.Sort(ids)
	people, err := p.titlesByID(r, register.People, slices.Compact(ids))
	if err != nil {
		p.fail(w, r, err)
		return
	}
	for i, row := range rows {
		page.Rows = append(page.Rows, p.systemRow(r, row.ID, titles[i], cells[i], people))
	}
	page.All = len(page.Rows)
	if page.MayAdd, err = p.kit.Registers().MayChange(r.Context(), p.actor(r), register.Systems, ""); err != nil {
		p.fail(w, r, err)
		return
	}
	p.page(w, r, "lists_systems", page)
}

// systemPeople are the fields that say who looks after a system.
var systemPeople = []string{"owner", "admins", "backup_admins"}

func (p *Pages) systemRow(r *http.Request, id, name string, cells register.Cells, people titled) systemRow {
	line := systemRow{ID: id, Name: name, Core: cells.Flag("core"), Kind: p.named(r, cells.Text("kind"), cells.Text("kind_en")), Items: len(cells.Rows("items"))}
	// A kind that is called like the mark says the same twice; the kind's word may hold more.
	line.Core = line.Core && !strings.Contains(line.Kind, p.text(r, "systems.core"))
	me := p.actor(r).Person
	for _, field := range systemPeople {
		line.Mine = line.Mine || slices.Contains(cells.IDs(field), me)
	}
	line.Owner = strings.Join(people.of(cells.IDs("owner")), p.text(r, "word.list"))
	line.Admins = p.administeredBy(r, cells.Text("outside"), strings.Join(people.of(cells.IDs("admins")), p.text(r, "word.list")))
	// That a small office has nobody in reserve is its choice, and stands in the row.
	line.Unreserved = len(cells.IDs("backup_admins")) > 0 && !register.Reserved(cells.IDs("admins"), cells.IDs("backup_admins"))
	line.Backup, line.Unmanned = people.of(cells.IDs("backup_admins")), !register.Administered(cells)
	return line
}

// administeredBy says who administers a system's permissions: the people named, or an
// office outside with them as its contacts.
func (p *Pages) administeredBy(r *http.Request, outside, admins string) string {
	switch {
	case outside == "":
		return admins
	case admins == "":
		return outside
	}
	return p.text(r, "systems.outside", "Office", outside, "Who", admins)
}

// systemPage is the model of lists_row.html: a row of a living list.
type systemPage struct {
	ID, Title string
	Back      string // address of the list
	List      string // what the list is called
	MayChange bool
	Warning   string // what is missing before anybody can use it
	Holds     *holdScope
	Facts     []factLine
	Tables    []factTable
	History   []ismskit.RowRevision
}

// factLine is a field that is not a table, as people read it.
type factLine struct{ Key, Label, Text string }

// factTable is a table of a row.
type factTable struct {
	Label string
	Heads []string
	Rows  [][]factCell
}

// factCell is a cell of it; its label stands beside it on a narrow screen.
type factCell struct{ Label, Text string }

func (p *Pages) system(w http.ResponseWriter, r *http.Request) {
	page, err := p.listRow(r, register.Systems, r.PathValue("id"))
	if err != nil {
		p.fail(w, r, err)
		return
	}
	page.Back = "/systems"
	facts := map[string]string{}
	for _, f := range page.Facts {
		facts[f.Key] = f.Text
	}
	for i, f := range page.Facts {
		if f.Key == "admins" {
			page.Facts[i].Text = p.administeredBy(r, facts["outside"], f.Text)
		}
	}
	p.page(w, r, "lists_row", page)
}

// listRow is a row of any list with its history.
func (p *Pages) listRow(r *http.Request, list, id string) (systemPage, error) {
	registers, actor, lang := p.kit.Registers(), p.actor(r), p.lang(r)
	page := systemPage{ID: id}
	about, form, err := registers.Form(r.Context(), actor, list)
	if err != nil {
		return page, err
	}
	page.List = about.Title.In(lang)
	row, _, err := p.rowOf(r, list, id)
	if err != nil {
		return page, err
	}
	titles, err := registers.Titles(r.Context(), actor, lang, row)
	if err != nil {
		return page, err
	}
	page.Title = titles[0]
	values, err := registers.Fields(r.Context(), actor, row)
	if err != nil {
		return page, err
	}
	called, err := registers.InLanguage(r.Context(), actor, lang, values)
	if err != nil {
		return page, err
	}
	values = called[0]
	page.Facts, page.Tables = p.facts(r, form, values)
	if page.MayChange, err = registers.MayChange(r.Context(), actor, list, id); err != nil {
		return page, err
	}
	if page.Warning, err = p.unmanned(r, row); err != nil {
		return page, err
	}
	page.History, err = registers.History(r.Context(), actor, list, id, lang)
	return page, err
}

// facts writes the answered fields of a form as people read them, tables apart
// and with only the columns that say something.
func (p *Pages) facts(r *http.Request, form *forms.Form, values forms.Values) (facts []factLine, tables []factTable) {
	in := p.locale(r)
	for _, f := range form.Describe(in.Lang).Fields {
		if f.Type != "table" {
			if text := form.Format(f.Path, values[f.Key], in); text != "" {
				facts = append(facts, factLine{Key: f.Key, Label: f.Label, Text: text})
			}
			continue
		}
		rows, _ := values[f.Key].([]forms.Row)
		if len(rows) == 0 {
			continue
		}
		table := factTable{Label: f.Label, Rows: make([][]factCell, len(rows))}
		for _, column := range f.Fields {
			cells := make([]string, len(rows))
			for i, row := range rows {
				cells[i] = form.Format(column.Path, row[column.Key], in)
			}
			if strings.Join(cells, "") == "" {
				continue
			}
			table.Heads = append(table.Heads, column.Label)
			for i := range rows {
				table.Rows[i] = append(table.Rows[i], factCell{Label: column.Label, Text: cells[i]})
			}
		}
		tables = append(tables, table)
	}
	return facts, tables
}
