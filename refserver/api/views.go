package api

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/ismskit/ismskit/ismskit"
)

// View is a list as its owner wants to see it again: the conditions under a name.
type View struct {
	ID     string              `json:"id"`
	List   string              `json:"list" enum:"todo,records"`
	Name   string              `json:"name" doc:"Once a list."`
	Filter map[string][]string `json:"filter" doc:"The conditions, as the page of the list has them in its address."`
	Saved  time.Time           `json:"saved"`
}

// viewable are the lists whose conditions can be saved.
var viewable = map[string]bool{"todo": true, "records": true}

type viewsAnswer struct {
	Body struct {
		Items []View `json:"items" nullable:"false"`
	}
}

type viewAnswer struct{ Body View }

type saveViewRequest struct {
	Keyed
	Body struct {
		List   string              `json:"list" enum:"todo,records" doc:"What is to be done, or the records."`
		Name   string              `json:"name" doc:"Of at most 60 characters."`
		Filter map[string][]string `json:"filter" doc:"The conditions, as the page of the list has them in its address: q, year, kind and so on. What is only a place in the list, such as after, is not looked at."`
	}
}

// ViewPath names a saved view.
type ViewPath struct {
	Keyed
	ID string `path:"id" maxLength:"100" doc:"Somebody else's is answered as if it were not there."`
}

type renameViewRequest struct {
	ViewPath
	Body struct {
		Name string `json:"name" doc:"Of at most 60 characters."`
	}
}

func (a *API) viewOperations() {
	add(a, operation{id: "list-views", method: http.MethodGet, path: "/views", tag: "records",
		summary: "One's own saved views, by list and name"}, a.listViews)
	add(a, operation{id: "save-view", method: http.MethodPost, path: "/views", tag: "records", created: true,
		summary: "Save the conditions of a list under a name", refusals: []int{s409}}, a.saveView)
	add(a, operation{id: "rename-view", method: http.MethodPut, path: "/views/{id}", tag: "records",
		summary: "Give one of one's own saved views another name", refusals: []int{s404, s409}}, a.renameView)
	add(a, operation{id: "delete-view", method: http.MethodDelete, path: "/views/{id}", tag: "records",
		summary: "Delete one of one's own saved views", refusals: []int{s404, s409, http.StatusUnprocessableEntity}}, a.deleteView)
}

func (a *API) listViews(ctx context.Context, _ *struct{}) (*viewsAnswer, error) {
	all, err := a.kit.Queue().Views(ctx, actor(ctx))
	if err != nil {
		return nil, err
	}
	out := &viewsAnswer{}
	out.Body.Items = []View{}
	for _, v := range all {
		if viewable[v.List] {
			view, err := viewOut(v)
			if err != nil {
				continue // another program's
			}
			out.Body.Items = append(out.Body.Items, view)
		}
	}
	return out, nil
}

func viewOut(v ismskit.SavedView) (View, error) {
	filter, err := url.ParseQuery(v.Filter)
	return View{ID: v.ID, List: v.List, Name: v.Name, Filter: filter, Saved: v.Saved}, err
}

func (a *API) saveView(ctx context.Context, in *saveViewRequest) (*viewAnswer, error) {
	return a.changeView(ctx, in.Keyed, ismskit.ViewChange{List: in.Body.List, Name: in.Body.Name, Filter: url.Values(in.Body.Filter).Encode()})
}

func (a *API) renameView(ctx context.Context, in *renameViewRequest) (*viewAnswer, error) {
	return a.changeView(ctx, in.Keyed, ismskit.ViewChange{ID: in.ID, Name: in.Body.Name})
}

func (a *API) deleteView(ctx context.Context, in *ViewPath) (*struct{}, error) {
	_, err := a.changeView(ctx, in.Keyed, ismskit.ViewChange{ID: in.ID, Drop: true})
	return nil, err
}

// changeView carries out a change and gives the view as it is then.
func (a *API) changeView(ctx context.Context, keyed Keyed, c ismskit.ViewChange) (*viewAnswer, error) {
	var err error
	if c.Key, err = keyed.key(); err != nil {
		return nil, err
	}
	changed, err := a.kit.Queue().Views(ctx, actor(ctx), c)
	if err != nil {
		return nil, err
	}
	view, err := viewOut(changed[0])
	return &viewAnswer{Body: view}, err
}
