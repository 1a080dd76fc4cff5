package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/print"
	"github.com/ismskit/ismskit/ismskit/record"
	"github.com/ismskit/ismskit/ismskit/register"
)

// registerLists puts the pages on which rows of the house's lists are entered on a mux.
func (p *Pages) registerLists(mux *http.ServeMux) {
	mux.HandleFunc("GET /lists/{list}", p.list)
	mux.HandleFunc("GET /lists/{list}/new", p.newRow)
	mux.HandleFunc("POST /lists/{list}/new", p.addRow)
	mux.HandleFunc("GET /lists/{list}/{id}", p.listedRow)
	mux.HandleFunc("GET /lists/{list}/{id}/edit", p.editRow)
	mux.HandleFunc("POST /lists/{list}/{id}/edit", p.changeListed)
}

// enteredLists are the lists whose rows are entered on a page, each with the page that
// shows all of them: roles, deputies, closures and documents have pages of their own.
var enteredLists = map[string]string{
	register.Units: "/lists/units", register.Posts: "/lists/posts", register.People: "/people", register.Systems: "/systems",
	register.Categories: "/lists/categories", register.Distributions: "/lists/distributions",
	register.DocumentNumbers: "/lists/document_numbers", register.Classes: "/lists/classes",
	register.RetentionRules: "/lists/retention_rules", register.LegalHolds: "/lists/legal_holds",
	register.Groups: "/lists/groups", register.Settings: "/lists/settings",
}

// listHomes are the pages above those of lists, with what they are called; of any other list it is
// that of people and organisation.
var listHomes = map[string][2]string{
	register.Categories: {"/records", "records.title"}, register.RetentionRules: {"/records/retention", "retention.title"}, register.LegalHolds: {"/records/retention", "retention.title"},
	register.Distributions: {"/documents", "documents.title"}, register.DocumentNumbers: {"/documents", "documents.title"}, register.Classes: {"/documents", "documents.title"},
}

// listPage is the model of lists.html.
type listPage struct {
	List, Title string
	Home        linkLine // the page above
	Why         string
	Query       string
	Add         string // what the button says that adds one, "" for who may not
	Rows        []listedLine
	More        string // address of what comes after, "" for nothing
}

// listedLine is a row of a list with what else is said of it.
type listedLine struct{ ID, Title, Sub string }

// listWhy say what a list is for, and in which order things are entered.
var listWhy = map[string]string{register.Units: "lists.why_units", register.Posts: "lists.why_posts", register.Categories: "lists.why_categories", register.Distributions: "lists.why_distributions", register.DocumentNumbers: "lists.why_document_numbers", register.Classes: "lists.why_classes",
	register.RetentionRules: "lists.why_retention_rules", register.LegalHolds: "lists.why_legal_holds", register.Groups: "lists.why_groups", register.Settings: "lists.why_settings"}

const listPageSize = 100

func (p *Pages) list(w http.ResponseWriter, r *http.Request) {
	list := r.PathValue("list")
	if to, known := enteredLists[list]; !known {
		p.fail(w, r, ismskit.ErrNotFound)
		return
	} else if to != "/lists/"+list {
		http.Redirect(w, r, p.renderer.Href(to), http.StatusSeeOther)
		return
	}
	page := listPage{List: list, Query: strings.TrimSpace(r.URL.Query().Get("q")), Why: p.text(r, listWhy[list]), Home: linkLine{Href: "/people", Text: p.text(r, "people.title")}}
	if home, ok := listHomes[list]; ok {
		page.Home = linkLine{Href: home[0], Text: p.text(r, home[1])}
	}
	if err := p.fillList(r, &page); err != nil {
		p.fail(w, r, err)
		return
	}
	p.page(w, r, "lists", page)
}

func (p *Pages) fillList(r *http.Request, page *listPage) error {
	registers, actor := p.kit.Registers(), p.actor(r)
	about, _, err := registers.Form(r.Context(), actor, page.List)
	if err != nil {
		return err
	}
	page.Title = about.Title.In(p.lang(r))
	may, err := registers.MayChange(r.Context(), actor, page.List, "")
	if err != nil {
		return err
	}
	if adds, has := addTexts[page.List]; has && may {
		page.Add = p.text(r, adds)
	}
	switch page.List {
	case register.Categories:
		return p.fillTree(r, page)
	case register.Classes:
		return p.fillScale(r, page)
	}
	rows, err := registers.Rows(r.Context(), actor, register.Query{
		List: page.List, Text: page.Query, After: r.URL.Query().Get("after"), Limit: listPageSize + 1,
	})
	if err != nil {
		return err
	}
	if len(rows) > listPageSize {
		rows = rows[:listPageSize]
		page.More = address("/lists/"+page.List, "q", page.Query, "after", rows[listPageSize-1].ID)
	}
	titles, err := registers.Titles(r.Context(), actor, p.lang(r), rows...)
	if err != nil {
		return err
	}
	subs, err := p.listedSubs(r, page.List, rows)
	if err != nil {
		return err
	}
	for i, row := range rows {
		page.Rows = append(page.Rows, listedLine{ID: row.ID, Title: titles[i], Sub: subs[i]})
	}
	return nil
}

// fillTree lists the categories of records as they are below each other: all that have what is
// looked for in their names, or in those above them.
func (p *Pages) fillTree(r *http.Request, page *listPage) error {
	categories, err := p.choices(r, register.Categories)
	if err != nil {
		return err
	}
	for _, c := range categories {
		if strings.Contains(record.Fold(c.Label), record.Fold(page.Query)) {
			page.Rows = append(page.Rows, listedLine{ID: c.Value, Title: c.Label})
		}
	}
	return nil
}

// listedSubs tell rows of one name apart: a unit by the one above it, a post by its unit
// and who holds it; and say how long something is kept or held.
func (p *Pages) listedSubs(r *http.Request, list string, rows []register.Row) ([]string, error) {
	cells, err := p.kit.Registers().Cells(r.Context(), p.actor(r), rows...)
	if err != nil {
		return nil, err
	}
	var units, people []string
	field := map[string]string{register.Units: "parent", register.Posts: "unit", register.DocumentNumbers: "unit"}[list]
	for _, c := range cells {
		units = append(units, c.ID(field))
		for _, h := range c.Rows("holders") {
			people = append(people, h.ID("person"))
		}
	}
	unitNames, err := p.titlesByID(r, register.Units, distinct(units))
	if err != nil {
		return nil, err
	}
	names, err := p.titlesByID(r, register.People, distinct(people))
	if err != nil {
		return nil, err
	}
	out := make([]string, len(rows))
	for i, c := range cells {
		parts := unitNames.of(c.IDs(field))
		for _, h := range c.Rows("holders") {
			parts = append(parts, names.of(h.IDs("person"))...)
		}
		switch list {
		case register.RetentionRules:
			kept := map[string]string{"years": "retention.years", "months": "retention.months", "permanent": "retention.ever"}[c.Text("keep")]
			parts = append(parts, p.text(r, kept, "N", c.Number("n")))
		case register.DocumentNumbers:
			if level, err := strconv.Atoi(strings.TrimPrefix(c.Text("level"), "level_")); err == nil {
				parts = append([]string{print.LevelName(p.lang(r), level)}, parts...)
			}
			parts = append(parts, p.rowSpan(r, rows[i], "lists.over")...)
		case register.LegalHolds:
			parts = append(parts, p.rowSpan(r, rows[i], "holds.over")...)
		}
		out[i] = strings.Join(parts, "　")
	}
	return out, nil
}

// rowSpan says when a row holds, where that is not always, and that it does so no more, in the words
// of its list.
func (p *Pages) rowSpan(r *http.Request, row register.Row, over string) (parts []string) {
	from, to := p.dayOf(r, p.day(row.From)), ""
	if !row.To.IsZero() {
		to = p.dayOf(r, lastDay(row.To, p.location))
	}
	switch {
	case row.From.IsZero() && to == "":
	case row.From.IsZero():
		parts = append(parts, p.text(r, "lists.until", "To", to))
	case to == "":
		parts = append(parts, p.text(r, "holds.since", "From", from))
	default:
		parts = append(parts, p.text(r, "loans.period", "From", from, "To", to))
	}
	if row.Over(p.now()) {
		parts = append(parts, p.text(r, over))
	}
	return parts
}

func distinct(ids []string) []string {
	ids = slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return id == "" })
	slices.Sort(ids)
	return slices.Compact(ids)
}

// listedRow shows a row of a list that has no page of its own for it.
func (p *Pages) listedRow(w http.ResponseWriter, r *http.Request) {
	list, id := r.PathValue("list"), r.PathValue("id")
	to, known := enteredLists[list]
	if !known {
		p.fail(w, r, ismskit.ErrNotFound)
		return
	}
	if to != "/lists/"+list {
		http.Redirect(w, r, p.renderer.Href(to+"/"+id), http.StatusSeeOther)
		return
	}
	page, err := p.listRow(r, list, id)
	if err != nil {
		p.fail(w, r, err)
		return
	}
	if list == register.LegalHolds {
		if page.Holds, err = p.holdScope(r, id); err != nil {
			p.fail(w, r, err)
			return
		}
	}
	page.Back = to
	p.page(w, r, "lists_row", page)
}

// newRow is the form of a row that is not there yet, filled with what the address says.
func (p *Pages) newRow(w http.ResponseWriter, r *http.Request) {
	e, err := p.blankRow(r, forms.NewRowID())
	if err != nil {
		p.fail(w, r, err)
		return
	}
	f := filled{posted: forms.Posted{}, values: forms.Values{}}
	for _, field := range e.form.Schema().Fields {
		if v := r.URL.Query().Get(field.Key); v != "" {
			f.posted[field.Key] = []string{v}
		}
	}
	p.showEdit(w, r, http.StatusOK, e, f)
}

// blankRow is a row to be added to a list, for somebody who may. Its id is made with the
// page, so that what is sent twice is one row.
func (p *Pages) blankRow(r *http.Request, id string) (edited, error) {
	list := r.PathValue("list")
	back, known := enteredLists[list]
	if adds := addTexts[list]; !known || adds == "" {
		return edited{}, ismskit.ErrNotFound
	}
	about, form, err := p.kit.Registers().Form(r.Context(), p.actor(r), list)
	if err != nil {
		return edited{}, err
	}
	may, err := p.kit.Registers().MayChange(r.Context(), p.actor(r), list, "")
	if err == nil && !may {
		err = ismskit.ErrForbidden
	}
	return edited{row: register.Row{List: list, ID: id}, form: form, page: editPage{
		ID: id, New: true, List: about.Title.In(p.lang(r)), Title: p.text(r, addTexts[list]), Back: back, To: "/lists/" + list + "/new",
	}}, err
}

// addTexts say what is added to a list; nothing is to one that has none, such as the settings, of
// which each is known by its id.
var addTexts = map[string]string{
	register.Units: "lists.new_unit", register.Posts: "lists.new_post", register.People: "lists.new_person", register.Systems: "lists.new_system",
	register.Categories: "lists.new_category", register.Distributions: "lists.new_distribution", register.DocumentNumbers: "lists.new_document_number", register.Classes: "lists.new_class",
	register.RetentionRules: "lists.new_retention_rule", register.LegalHolds: "lists.new_legal_hold", register.Groups: "lists.new_group",
}

func (p *Pages) addRow(w http.ResponseWriter, r *http.Request) {
	if !p.parse(w, r) {
		return
	}
	id := r.PostForm.Get("id")
	if !register.ValidID(id) {
		p.renderer.Refuse(w, r, BadRequest)
		return
	}
	p.changeRow(w, r, func(r *http.Request) (edited, error) { return p.blankRow(r, id) })
}

func (p *Pages) editRow(w http.ResponseWriter, r *http.Request) {
	e, err := p.listed(r)
	if err != nil {
		p.fail(w, r, err)
		return
	}
	p.openEdit(w, r, e)
}

func (p *Pages) changeListed(w http.ResponseWriter, r *http.Request) {
	if !p.parse(w, r) {
		return
	}
	p.changeRow(w, r, p.listed)
}

// listed is a row that is to be changed.
func (p *Pages) listed(r *http.Request) (edited, error) {
	list, id := r.PathValue("list"), r.PathValue("id")
	back, known := enteredLists[list]
	if !known {
		return edited{}, ismskit.ErrNotFound
	}
	e, err := p.edited(r, list, id, back)
	e.page.To = "/lists/" + list + "/" + id + "/edit"
	return e, err
}
