package api

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
)

// Template is a prepared set of rows (職務範本) for a form type.
type Template struct {
	ID    string `json:"id"`
	Title string `json:"title"`
}

// Beginning are values to begin a form with, to be changed and sent with POST /cases.
type Beginning struct {
	Table  string          `json:"table,omitempty" doc:"The table that the rows of a template go into."`
	Values json.RawMessage `json:"values" doc:"The fields, by key; rows have an identity of their own (_row)."`
}

// OnlineRequest is what the entry of a paper begins with: the request that went on on paper.
type OnlineRequest struct {
	Case      string          `json:"case" doc:"The case that went on on paper."`
	Applicant Signer          `json:"applicant" doc:"For whom the paper is entered."`
	Values    json.RawMessage `json:"values" doc:"The fields that both forms have, by key; rows keep their identity (_row), by which the entry is held against the request."`
	Left      []string        `json:"left" nullable:"false" doc:"Labels of what the request answered and is not among the values: files, and what the caller must not see."`
	Handled   []string        `json:"handled" nullable:"false" doc:"Titles of rows that were handled before it went on on paper. They stay with the request and are not among the values."`
}

type onlineQuery struct {
	TypePath
	Number string `query:"number" required:"true" maxLength:"60" doc:"The number on the paper."`
}

type onlineAnswer struct {
	Body OnlineRequest
}

type templatesAnswer struct {
	Body struct {
		Items []Template `json:"items" nullable:"false" doc:"One's own unit's first."`
	}
}

type templatePath struct {
	TypePath
	Template string `path:"template" maxLength:"100"`
}

type beginningAnswer struct {
	Body Beginning
}

func (a *API) prefillOperations() {
	add(a, operation{id: "list-templates", method: http.MethodGet, path: "/types/{type}/templates", tag: "types",
		summary: "Prepared sets of rows for a form, for one's unit", refusals: []int{s404}}, a.listTemplates)
	add(a, operation{id: "get-template", method: http.MethodGet, path: "/types/{type}/templates/{template}", tag: "types",
		summary: "The rows of a template as rows of the form, from today", refusals: []int{s404}}, a.getTemplate)
	add(a, operation{id: "get-last-request", method: http.MethodGet, path: "/types/{type}/last", tag: "types",
		summary:  "The fields of one's last request of a type, to begin a new one with: without files, with rows that are new ones",
		refusals: []int{s404}}, a.getLast)
	add(a, operation{id: "get-online-request", method: http.MethodGet, path: "/types/{type}/online", tag: "types",
		summary:  "The request that went on on paper under a number, to begin the entry of its paper with; 422 says why no such paper is awaited",
		refusals: []int{s404, http.StatusUnprocessableEntity}}, a.getOnline)
}

func (a *API) getOnline(ctx context.Context, in *onlineQuery) (*onlineAnswer, error) {
	online, err := a.kit.Types().Prefills().Online(ctx, actor(ctx), in.Type, in.Number)
	if err != nil {
		return nil, err
	}
	_, form, err := a.kit.Types().Prefills().Form(ctx, actor(ctx), ismskit.Preview{Type: in.Type, Values: forms.Values{ismskit.FieldPaperNumber: in.Number}})
	if err != nil {
		return nil, err
	}
	out := &onlineAnswer{Body: OnlineRequest{Case: online.Case, Applicant: signer(online.Applicant), Values: form.EncodeJSON(online.Values), Left: []string{}, Handled: append([]string{}, online.Handled...)}}
	for _, label := range online.Left {
		out.Body.Left = append(out.Body.Left, label.In(langOf(ctx)))
	}
	return out, nil
}

func (a *API) listTemplates(ctx context.Context, in *TypePath) (*templatesAnswer, error) {
	rows, err := a.kit.Types().Prefills().Templates(ctx, actor(ctx), in.Type)
	if err != nil {
		return nil, err
	}
	titles, err := a.kit.Registers().Titles(ctx, actor(ctx), langOf(ctx), rows...)
	if err != nil {
		return nil, err
	}
	out := &templatesAnswer{}
	out.Body.Items = make([]Template, len(rows))
	for i, row := range rows {
		out.Body.Items[i] = Template{ID: row.ID, Title: titles[i]}
	}
	return out, nil
}

func (a *API) getTemplate(ctx context.Context, in *templatePath) (*beginningAnswer, error) {
	table, rows, err := a.kit.Types().Prefills().Template(ctx, actor(ctx), in.Type, in.Template)
	if err != nil {
		return nil, err
	}
	return a.beginning(ctx, in.Type, table, forms.Values{table: rows})
}

func (a *API) getLast(ctx context.Context, in *TypePath) (*beginningAnswer, error) {
	values, err := a.kit.Types().Prefills().Again(ctx, actor(ctx), in.Type)
	if err != nil {
		return nil, err
	}
	return a.beginning(ctx, in.Type, "", values)
}

func (a *API) beginning(ctx context.Context, key, table string, values forms.Values) (*beginningAnswer, error) {
	_, form, err := a.kit.Types().Get(ctx, actor(ctx), key)
	if err != nil {
		return nil, err
	}
	return &beginningAnswer{Body: Beginning{Table: table, Values: form.EncodeJSON(values)}}, nil
}
