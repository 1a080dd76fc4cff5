package web

import (
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
)

// viewLists are the lists whose conditions can be saved, with their addresses and names,
// and what of an address is a condition and not a place in the list.
var viewLists = []struct {
	list, path, name string
	dropped          []string
}{
	{"todo", "/", "nav.todo", []string{"after", "case", "lang"}},
	{"records", "/records", "nav.records", []string{"after", "lang"}},
}

// viewsPanel is what stands beside a list: the reader's saved views of it, and the form
// that saves what is shown.
type viewsPanel struct {
	List, Filter string // of what is shown; no Filter: there is nothing to save
	Views        []viewLine
}

type viewLine struct {
	ID, Name, Href string
	List           string // what its list is called
	Current        bool
}

// viewsPage is the model of views.html.
type viewsPage struct {
	Faults        []faultLink
	Views         []viewLine
	Asked         *viewAsked        // what was to be saved and was refused
	Names, Errors map[string]string // of those that were to be renamed, by id
}

// viewAsked is a view that was to be saved.
type viewAsked struct{ List, ListName, Filter, Name, Error string }

func (p *Pages) registerViews(mux *http.ServeMux) {
	mux.HandleFunc("GET /views", p.views)
	mux.HandleFunc("POST /views", p.saveView)
	mux.HandleFunc("POST /views/{id}", p.renameView)
	mux.HandleFunc("POST /views/{id}/drop", p.dropView)
}

// savedViews is the panel of a list for what the address asks for.
func (p *Pages) savedViews(r *http.Request, list string) (viewsPanel, error) {
	views, err := p.kit.Queue().Views(r.Context(), p.actor(r))
	if err != nil {
		return viewsPanel{}, err
	}
	panel := viewsPanel{List: list, Filter: conditions(list, r.URL.Query())}
	for _, v := range p.viewLines(r, views) {
		if strings.HasPrefix(v.Href, viewPath(list)) && v.List == p.listName(r, list) {
			v.Current = v.Href == viewAddress(list, panel.Filter)
			panel.Views = append(panel.Views, v)
		}
	}
	return panel, nil
}

// conditions are those of an address, written in one order.
func conditions(list string, query url.Values) string {
	kept := url.Values{}
	for name, values := range query {
		for _, v := range values {
			if v = strings.TrimSpace(v); v != "" {
				kept.Add(name, v)
			}
		}
	}
	for _, l := range viewLists {
		if l.list == list {
			for _, name := range l.dropped {
				kept.Del(name)
			}
		}
	}
	return kept.Encode()
}

func viewPath(list string) string {
	for _, l := range viewLists {
		if l.list == list {
			return l.path
		}
	}
	return ""
}

func viewAddress(list, filter string) string {
	if filter == "" {
		return viewPath(list)
	}
	return viewPath(list) + "?" + filter
}

func (p *Pages) listName(r *http.Request, list string) string {
	for _, l := range viewLists {
		if l.list == list {
			return p.text(r, l.name)
		}
	}
	return list
}

// viewLines are saved views of lists that there are.
func (p *Pages) viewLines(r *http.Request, views []ismskit.SavedView) []viewLine {
	var out []viewLine
	for _, v := range views {
		query, err := url.ParseQuery(v.Filter)
		if viewPath(v.List) == "" || err != nil {
			continue // another program's
		}
		out = append(out, viewLine{ID: v.ID, Name: v.Name, Href: viewAddress(v.List, conditions(v.List, query)), List: p.listName(r, v.List)})
	}
	return out
}

func (p *Pages) views(w http.ResponseWriter, r *http.Request) {
	p.showViews(w, r, http.StatusOK, viewsPage{})
}

func (p *Pages) showViews(w http.ResponseWriter, r *http.Request, status int, page viewsPage) {
	views, err := p.kit.Queue().Views(r.Context(), p.actor(r))
	if err != nil {
		p.fail(w, r, err)
		return
	}
	page.Views = p.viewLines(r, views)
	p.renderer.Page(w, r, status, "views", page)
}

// saveView keeps the conditions of a list under a name, and leads back to the list.
func (p *Pages) saveView(w http.ResponseWriter, r *http.Request) {
	if !p.parse(w, r) {
		return
	}
	list := r.PostForm.Get("list")
	query, err := url.ParseQuery(r.PostForm.Get("filter"))
	if viewPath(list) == "" || err != nil {
		p.renderer.Refuse(w, r, NotThere)
		return
	}
	asked := viewAsked{List: list, ListName: p.listName(r, list), Filter: conditions(list, query), Name: r.PostForm.Get("name")}
	_, err = p.kit.Queue().Views(r.Context(), p.actor(r), ismskit.ViewChange{List: list, Name: asked.Name, Filter: asked.Filter})
	if invalid, refused := errors.AsType[forms.Invalid](err); refused {
		asked.Error = invalid[0].Message(p.lang(r))
		p.showViews(w, r, http.StatusUnprocessableEntity, viewsPage{Asked: &asked, Faults: []faultLink{{Field: "view-name", Text: asked.Error}}})
		return
	}
	if err != nil {
		p.fail(w, r, err)
		return
	}
	p.done(w, r, viewAddress(list, asked.Filter), p.text(r, "views.saved", "Name", strings.TrimSpace(asked.Name)))
}

func (p *Pages) renameView(w http.ResponseWriter, r *http.Request) {
	if !p.parse(w, r) {
		return
	}
	id, name := r.PathValue("id"), r.PostForm.Get("name")
	_, err := p.kit.Queue().Views(r.Context(), p.actor(r), ismskit.ViewChange{ID: id, Name: name})
	if invalid, refused := errors.AsType[forms.Invalid](err); refused {
		said := invalid[0].Message(p.lang(r))
		p.showViews(w, r, http.StatusUnprocessableEntity, viewsPage{
			Faults: []faultLink{{Field: "name-" + id, Text: said}}, Names: map[string]string{id: name}, Errors: map[string]string{id: said},
		})
		return
	}
	if err != nil {
		p.fail(w, r, err)
		return
	}
	p.done(w, r, "/views", p.text(r, "views.renamed", "Name", strings.TrimSpace(name)))
}

func (p *Pages) dropView(w http.ResponseWriter, r *http.Request) {
	if _, err := p.kit.Queue().Views(r.Context(), p.actor(r), ismskit.ViewChange{ID: r.PathValue("id"), Drop: true}); err != nil {
		p.fail(w, r, err)
		return
	}
	p.done(w, r, "/views", p.text(r, "views.dropped"))
}
