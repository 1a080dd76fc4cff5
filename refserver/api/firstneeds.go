package api

import (
	"context"
	"net/http"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
)

// FirstNeed is one of the things that a house enters before its first request.
type FirstNeed struct {
	What    string       `json:"what" enum:"units,people,roles,systems,calendar,documents"`
	Have    int          `json:"have" doc:"How many there are; of the calendar the last year it holds, 0 for none."`
	Later   bool         `json:"later" doc:"A request can be sent without it."`
	Lacks   []Lack       `json:"lacks" nullable:"false"`
	Entries []FirstEntry `json:"entries" nullable:"false" doc:"Where it is entered."`
}

// Lack is something that is missing.
type Lack struct {
	Code string   `json:"code" enum:"any,others,sign_in,head,member,owner,items,admin,year" doc:"There is none; nobody to sign beside one person; nobody who can sign in has somebody who decides for him and can as well; units without a head; roles that nobody has; systems without an owner, without a permission item, without a permission administrator; the calendar does not hold the year."`
	Of   []string `json:"of,omitempty" nullable:"false" doc:"What lacks it, by name."`
	Year int      `json:"year,omitempty" doc:"That the calendar does not hold."`
}

// FirstEntry is a list in which something is entered.
type FirstEntry struct {
	List  string   `json:"list,omitempty" doc:"A living list; missing: the documents."`
	May   bool     `json:"may" doc:"The asker may enter it."`
	Roles []string `json:"roles,omitempty" nullable:"false" doc:"Where he may not, the roles that may, by name."`
}

type firstNeedsAnswer struct {
	Body struct {
		Items []FirstNeed `json:"items" nullable:"false" doc:"In an order that can be done; empty once a request can be sent."`
	}
}

func (a *API) firstNeedsOperations() {
	add(a, operation{id: "list-first-needs", method: http.MethodGet, path: "/first-needs", tag: "registers",
		summary: "What a new organisation enters before its first request, and what of it is missing, for those who manage people or lists", refusals: []int{s404}}, a.listFirstNeeds)
}

func (a *API) listFirstNeeds(ctx context.Context, _ *struct{}) (*firstNeedsAnswer, error) {
	needs, err := a.kit.Registers().FirstNeeds(ctx, actor(ctx))
	if err != nil {
		return nil, err
	}
	out, lang := &firstNeedsAnswer{}, langOf(ctx)
	out.Body.Items = make([]FirstNeed, len(needs))
	for i, n := range needs {
		out.Body.Items[i] = firstNeed(n, lang)
	}
	return out, nil
}

func firstNeed(n ismskit.FirstNeed, lang string) FirstNeed {
	out := FirstNeed{What: n.What, Have: n.Have, Later: n.Later, Lacks: make([]Lack, len(n.Lacks)), Entries: make([]FirstEntry, len(n.Entries))}
	for i, l := range n.Lacks {
		out.Lacks[i] = Lack{Code: l.Code, Of: allIn(l.Of, lang), Year: l.Year}
	}
	for i, e := range n.Entries {
		out.Entries[i] = FirstEntry{List: e.List, May: e.May, Roles: allIn(e.Roles, lang)}
	}
	return out
}

func allIn(texts []forms.Text, lang string) []string {
	out := make([]string, len(texts))
	for i, text := range texts {
		out[i] = text.In(lang)
	}
	return out
}
