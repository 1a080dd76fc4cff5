package web

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/register"
)

// editPage is the model of lists_edit.html: a row of a living list as a form.
type editPage struct {
	ID, Title string
	List      string
	Back, To  string // addresses of the list and of this page
	Revision  int64
	Reason    string
	Fields    []fieldView
	Faults    []faultLink
	New       bool // it is to be added
	Changed   bool // by somebody else meanwhile
	Posted    map[string]string
	Wrong     map[string]string
	Unit      bool       // it is a unit that may be ended
	Moves     *unitMoves // what moves with its end, nil where none is entered
}

// inForm is the form that comes back in another language with what was typed into it.
func (p editPage) inForm() string { return "form" }

// edited is a row with its form, for somebody who may change it.
type edited struct {
	row  register.Row
	form *forms.Form
	page editPage
}

func (p *Pages) editSystem(w http.ResponseWriter, r *http.Request) {
	e, err := p.edited(r, register.Systems, r.PathValue("id"), "/systems")
	if err != nil {
		p.fail(w, r, err)
		return
	}
	p.openEdit(w, r, e)
}

// openEdit shows a row's form with what is stored.
func (p *Pages) openEdit(w http.ResponseWriter, r *http.Request, e edited) {
	values, err := p.kit.Registers().Fields(r.Context(), p.actor(r), e.row)
	if err != nil {
		p.fail(w, r, err)
		return
	}
	p.showEdit(w, r, http.StatusOK, e, filled{posted: e.form.ToText(values, p.locale(r)), values: values})
}

// edited fetches a row; what somebody may not change is not there for him.
func (p *Pages) edited(r *http.Request, list, id, back string) (edited, error) {
	about, form, err := p.kit.Registers().Form(r.Context(), p.actor(r), list)
	if err != nil {
		return edited{}, err
	}
	row, _, err := p.rowOf(r, list, id)
	if err != nil {
		return edited{}, err
	}
	may, err := p.kit.Registers().MayChange(r.Context(), p.actor(r), list, id)
	if err == nil && !may {
		err = ismskit.ErrForbidden
	}
	if err != nil {
		return edited{}, err
	}
	titles, err := p.kit.Registers().Titles(r.Context(), p.actor(r), p.lang(r), row)
	if err != nil {
		return edited{}, err
	}
	return edited{row: row, form: form, page: editPage{
		ID: id, Title: titles[0], List: about.Title.In(p.lang(r)), Back: back, To: back + "/" + id + "/edit", Revision: row.Revision,
	}}, nil
}

func (p *Pages) showEdit(w http.ResponseWriter, r *http.Request, status int, e edited, f filled) {
	page := e.page
	page.Faults = p.faultLinks(r, f.invalid)
	page.Posted, page.Wrong = map[string]string{"reason": page.Reason}, map[string]string{}
	page.Unit = e.row.List == register.Units && !page.New
	var err error
	if page.Moves, err = p.movesOf(r, e, f.values, f.do == "save" && len(f.invalid) == 0 && status == http.StatusOK); err != nil {
		p.fail(w, r, err)
		return
	}
	page.Fields, err = p.fields(r, sheet{form: e.form, posted: f.posted, values: f.values, invalid: f.invalid, blank: f.blank, pick: f.pick})
	if err != nil {
		p.fail(w, r, err)
		return
	}
	if e.row.List == register.Categories { // what earlier programs entered by key goes away, and nothing comes to it
		page.Fields = slices.DeleteFunc(page.Fields, func(v fieldView) bool {
			rows, _ := f.values[v.Name].([]forms.Row)
			return v.Table != nil && len(rows) == 0
		})
	}
	p.renderer.Page(w, r, status, "lists_edit", page)
}

func (p *Pages) changeSystem(w http.ResponseWriter, r *http.Request) {
	if !p.parse(w, r) {
		return
	}
	p.changeRow(w, r, func(r *http.Request) (edited, error) {
		return p.edited(r, register.Systems, r.PathValue("id"), "/systems")
	})
}

// changeRow carries out what the page of a row asked for; find finds the row and calls it
// what the request's language calls it.
func (p *Pages) changeRow(w http.ResponseWriter, r *http.Request, find func(r *http.Request) (edited, error)) {
	e, err := find(r)
	if err != nil {
		p.fail(w, r, err)
		return
	}
	f, err := p.read(r, e.form)
	if err != nil {
		p.fail(w, r, err)
		return
	}
	if in := p.switched(w, r, f); in != r {
		if e, err = find(in); err != nil {
			p.fail(w, r, err)
			return
		}
		r = in
	}
	e.page.Reason = strings.TrimSpace(r.PostForm.Get("reason"))
	if f.do != "save" {
		f.invalid = f.refused
		p.showEdit(w, r, http.StatusOK, e, f)
		return
	}
	if ask, err := p.unitToShow(r, e, f.values); err != nil {
		p.fail(w, r, err)
		return
	} else if ask && len(f.invalid) == 0 {
		p.showEdit(w, r, http.StatusOK, e, f)
		return
	}
	seen, err := strconv.ParseInt(r.PostForm.Get("revision"), 10, 64)
	if err != nil {
		seen = 0 // a page that says nothing has seen nothing
	}
	row, err := p.kit.Registers().Put(r.Context(), p.actor(r), ismskit.RowChange{
		List: e.row.List, ID: e.row.ID, Seen: seen, Values: f.values, Reason: e.page.Reason, Unread: f.invalid,
	})
	if invalid, ok := errors.AsType[forms.Invalid](err); ok {
		f.invalid = invalid
		p.showEdit(w, r, http.StatusUnprocessableEntity, e, f)
		return
	}
	if errors.Is(err, ismskit.ErrConflict) {
		if e.page.New { // it was added meanwhile, by the same page sent before
			if e, err = p.added(r, e); err != nil {
				p.fail(w, r, err)
				return
			}
		}
		e.page.Changed = true
		p.showEdit(w, r, http.StatusConflict, e, f)
		return
	}
	if err != nil {
		p.fail(w, r, err)
		return
	}
	flash := p.text(r, "lists.saved")
	switch {
	case e.page.New:
		flash = p.text(r, "lists.added")
	case row.Revision == seen:
		flash = p.text(r, "lists.unchanged")
	}
	warning, err := p.unmanned(r, row)
	if err != nil {
		p.fail(w, r, err)
		return
	}
	flash += warning
	p.done(w, r, e.page.Back+"/"+e.row.ID, flash)
}

// added is a row that its page has added already, as one to be changed.
func (p *Pages) added(r *http.Request, e edited) (edited, error) {
	again, err := p.edited(r, e.row.List, e.row.ID, e.page.Back)
	again.page.To, again.page.Reason = "/lists/"+e.row.List+"/"+e.row.ID+"/edit", e.page.Reason
	return again, err
}

// unmanned warns whoever has saved a system of which nobody administers the
// permissions, "" for any other row.
func (p *Pages) unmanned(r *http.Request, row register.Row) (string, error) {
	if row.List != register.Systems {
		return "", nil
	}
	cells, err := p.kit.Registers().Cells(r.Context(), p.actor(r), row)
	if err != nil {
		return "", err
	}
	admins, reserve := cells[0].IDs("admins"), cells[0].IDs("backup_admins")
	switch {
	case !register.Administered(cells[0]):
		return p.text(r, "systems.unmanned_saved"), nil
	case len(reserve) > 0 && !register.Reserved(admins, reserve):
		return p.text(r, "systems.unreserved"), nil
	}
	return "", nil
}
