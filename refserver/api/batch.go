package api

import (
	"cmp"
	"context"
	"net/http"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/workflow"
)

// BatchRequest is one yes to several like tasks (批次核章).
type BatchRequest struct {
	Items   []BatchItem `json:"items" nullable:"false" minItems:"1" maxItems:"50" doc:"Tasks of one type and one step that offer it (the list's batch)."`
	Comment string      `json:"comment,omitempty" maxLength:"2000" doc:"The opinion, the same on each."`

	Password string `json:"password,omitempty" maxLength:"256" format:"password" doc:"The token owner's, where the tasks say reauth."`
}

// BatchItem is one of the tasks.
type BatchItem struct {
	Case     string `json:"case" maxLength:"100"`
	Task     string `json:"task" maxLength:"40"`
	Revision int64  `json:"revision" minimum:"1" doc:"The case's, as it stood on the list: if what one decides on has changed since, this one is refused."`
	For      string `json:"for,omitempty" maxLength:"100" doc:"The principal, when acting as deputy."`
}

// BatchOutcome is what became of one of the tasks.
type BatchOutcome struct {
	Case    string   `json:"case"`
	Task    string   `json:"task"`
	Receipt *Receipt `json:"receipt,omitempty"`
	Problem *Problem `json:"problem,omitempty" doc:"Why this one was refused; the others stand."`
}

// BatchAnswer is what became of each, in the order of the request.
type BatchAnswer struct {
	Body struct {
		Items []BatchOutcome `json:"items" nullable:"false"`
	}
}

type batchRequest struct {
	Keyed
	Body BatchRequest
}

func (a *API) batchOperations() {
	add(a, operation{id: "sign-tasks", method: http.MethodPost, path: "/tasks/sign", tag: "tasks",
		summary: "Approve several like tasks with one act, each with an entry of its own; a token knows of no form that was opened, so the entries say not opened", refusals: []int{s409}}, a.signTasks)
}

func (a *API) signTasks(ctx context.Context, in *batchRequest) (*BatchAnswer, error) {
	key, err := in.key()
	if err != nil {
		return nil, err
	}
	b := ismskit.Batch{Comment: in.Body.Comment, Key: key}
	for _, item := range in.Body.Items {
		b.Items = append(b.Items, ismskit.BatchItem{Case: item.Case, Task: item.Task, Revision: item.Revision, For: item.For})
	}
	who, unproved, err := a.proving(ctx, in.Body.Password)
	if err = cmp.Or(err, unproved.Err()); err != nil {
		return nil, err
	}
	results, err := a.kit.Queue().Sign(ctx, who, b)
	if err != nil {
		return nil, err
	}
	out := &BatchAnswer{}
	out.Body.Items = make([]BatchOutcome, len(results))
	for i, r := range results {
		a.metrics.acted(string(workflow.VerbApprove), r.Receipt, r.Err)
		out.Body.Items[i] = BatchOutcome{Case: r.Case, Task: r.Task}
		if r.Err != nil {
			out.Body.Items[i].Problem = a.problem(ctx, matched(r.Err, true))
			continue
		}
		done := receipt(r.Receipt, langOf(ctx)).Body
		out.Body.Items[i].Receipt = &done
	}
	return out, nil
}
