package web

import (
	"net/http"
	"slices"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/workflow"
)

// goOn is what the name of a button says beside its verb: the next one is opened
// afterwards (核章並開下一件).
const goOn = "next"

// signedInTurn are the kinds of steps whose tasks are decided one after the other.
var signedInTurn = []workflow.Kind{workflow.KindReview, workflow.KindApprove, workflow.KindConsult, workflow.KindRead}

// another says whether the reader has another task of the kind he is about to decide.
func (p *Pages) another(r *http.Request, c ismskit.Case, t ismskit.MyTask) (bool, error) {
	if !slices.Contains(signedInTurn, t.Kind) {
		return false, nil
	}
	todos, err := p.kit.Tasks(r.Context(), p.actor(r), ismskit.TodoFilter{Kinds: alike(t.Kind), Limit: 2})
	return slices.ContainsFunc(todos, func(o ismskit.Todo) bool { return o.Case != c.ID || o.Task != t.ID }), err
}

// next is the address of the task that comes after one that was decided, by due date as
// the list has them; after the last one the first; the list itself where none is left.
func (p *Pages) next(r *http.Request, c ismskit.Case, t ismskit.MyTask) (string, error) {
	after := ismskit.TodoFilter{Kinds: alike(t.Kind), AfterDue: t.Due, AfterCase: c.ID, AfterTask: t.ID, Limit: 1}
	todos, err := p.kit.Tasks(r.Context(), p.actor(r), after)
	if err == nil && len(todos) == 0 {
		todos, err = p.kit.Tasks(r.Context(), p.actor(r), ismskit.TodoFilter{Kinds: alike(t.Kind), Limit: 1})
	}
	if err != nil || len(todos) == 0 {
		return "/", err
	}
	return p.todoLine(r, todos[0]).Href, nil
}

// alike are the kinds that stand under one tab with a kind.
func alike(kind workflow.Kind) []string {
	i := slices.IndexFunc(todoKinds, func(k struct {
		name  string
		kinds []string
	}) bool {
		return slices.Contains(k.kinds, string(kind))
	})
	return todoKinds[i].kinds
}
