package web

import (
	"net/http"
	"slices"
	"time"

	"github.com/ismskit/ismskit/ismskit"
)

// countedAtMost is how many tasks are counted on one page. Where there are more, it
// says that there are at least so many.
const countedAtMost = 1000

// counted are a list's tasks as far as they are counted, by due date.
type counted struct {
	todos []ismskit.Todo
	more  bool // there are more
}

// count reads a list's tasks to be counted.
func (p *Pages) count(r *http.Request, f ismskit.TodoFilter) (counted, error) {
	f.Limit = countedAtMost + 1
	todos, err := p.kit.Tasks(r.Context(), p.actor(r), f)
	if len(todos) > countedAtMost {
		return counted{todos[:countedAtMost], true}, err
	}
	return counted{todos, false}, err
}

// number counts those of a kind.
func (c counted) number(of func(ismskit.Todo) bool) int {
	n := 0
	for _, t := range c.todos {
		if of(t) {
			n++
		}
	}
	return n
}

// numbered words a number that may be more.
func (p *Pages) numbered(r *http.Request, label string, more bool) string {
	if more {
		return p.text(r, "word.at_least", "What", label)
	}
	return label
}

// turning leads from a page of a long list to its first, and to the next; "" where
// that is this one, or there is none.
type turning struct{ First, Next string }

// turn reads a page of a list of tasks. The address, made of path and pairs as in
// address, says which the last one seen was.
func (p *Pages) turn(r *http.Request, f ismskit.TodoFilter, size int, path string, pairs ...string) ([]ismskit.Todo, turning, error) {
	query := r.URL.Query()
	var links turning
	due, err := time.Parse(time.RFC3339Nano, query.Get("after"))
	// A task without a due date comes after all that have one.
	if id := query.Get("case"); id != "" && (err == nil || query.Get("after") == "") {
		f.AfterDue, f.AfterCase, f.AfterTask = due, id, query.Get("task")
		links.First = address(path, pairs...)
	}
	f.Limit = size + 1
	todos, err := p.kit.Tasks(r.Context(), p.actor(r), f)
	if err != nil {
		return nil, links, err
	}
	todos, links.Next = firstOf(todos, size, path, pairs...)
	return todos, links, nil
}

// turnOf is turn for a list that has been counted: its first page is known already.
func (p *Pages) turnOf(r *http.Request, all counted, f ismskit.TodoFilter, size int, path string, pairs ...string) ([]ismskit.Todo, turning, error) {
	if query := r.URL.Query(); len(f.Kinds) > 0 || query.Has("after") || query.Has("case") {
		return p.turn(r, f, size, path, pairs...)
	}
	todos, next := firstOf(all.todos, size, path, pairs...)
	return todos, turning{Next: next}, nil
}

// firstOf cuts a page from tasks, with the address of the next one if there are more.
func firstOf(todos []ismskit.Todo, size int, path string, pairs ...string) (page []ismskit.Todo, next string) {
	if len(todos) <= size {
		return todos, ""
	}
	last, after := todos[size-1], ""
	if !last.Due.IsZero() {
		after = last.Due.UTC().Format(time.RFC3339Nano)
	}
	return todos[:size], address(path, append(slices.Clip(pairs), "after", after, "case", last.Case, "task", last.Task)...)
}
