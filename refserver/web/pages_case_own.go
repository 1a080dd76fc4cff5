package web

import (
	"net/http"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/workflow"
)

// ownDecision is what the reader decided last in a case, "" for nothing that still
// counts: beside the state of the whole, for which nobody should take it (glpi#442).
func (p *Pages) ownDecision(r *http.Request, c ismskit.Case) string {
	me := p.actor(r).Person
	var last workflow.Task
	for _, t := range c.Flow.Tasks {
		if t.Status == workflow.TaskDone && t.By != nil && t.By.Person == me && t.Closed.After(last.Closed) {
			last = t
		}
	}
	if last.ID == "" {
		return ""
	}
	decided := p.decided(r, last.Verb, last.Kind, last.Origin, last.Comment)
	return p.text(r, "case.own_decision", "Decision", decided, "At", p.moment(r, last.Closed))
}
