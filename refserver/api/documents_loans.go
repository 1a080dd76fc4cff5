package api

import (
	"context"
	"net/http"

	"github.com/ismskit/ismskit/ismskit"
)

// DocumentLoan is a document that is lent to somebody for a time (調閱).
type DocumentLoan struct {
	ID       string `json:"id"`
	Revision int64  `json:"revision" doc:"To be named by who ends it."`
	Person   string `json:"person"`
	Name     string `json:"name"`
	From     string `json:"from" format:"date"`
	To       string `json:"to" format:"date" doc:"The last day."`
	Request  string `json:"request" doc:"Number of the request that granted it."`
	Case     string `json:"case"`
	Holds    bool   `json:"holds" doc:"It may be read today."`
	Over     bool   `json:"over" doc:"Its time is past, or it was ended."`
	Ended    string `json:"ended,omitempty" format:"date"`
	EndedBy  string `json:"ended_by,omitempty"`
	Reason   string `json:"reason,omitempty"`
}

type documentLoansAnswer struct {
	Body struct {
		Loans []DocumentLoan `json:"loans" nullable:"false" doc:"Those that hold or will first, then the latest."`
	}
}

type endLoanRequest struct {
	ID string `path:"loan" maxLength:"100"`
	Keyed
	Body struct {
		Revision int64  `json:"revision" minimum:"1"`
		Reason   string `json:"reason" maxLength:"200" minLength:"1"`
	}
}

func (a *API) documentLoanOperations() {
	add(a, operation{id: "list-document-loans", method: http.MethodGet, path: "/documents/{id}/loans", tag: "documents",
		summary: "To whom a document is lent", refusals: []int{s404, s409}}, a.documentLoans)
	add(a, operation{id: "end-document-loan", method: http.MethodPost, path: "/document-loans/{loan}/end", tag: "documents",
		summary: "End a loan before its time", refusals: []int{s404, s409}}, a.endLoan)
}

func (a *API) documentLoans(ctx context.Context, in *DocumentPath) (*documentLoansAnswer, error) {
	view, err := a.kit.Documents().Get(ctx, actor(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	loans, err := a.kit.Documents().Lists().Loans().Of(ctx, actor(ctx), view.ID)
	if err != nil {
		return nil, err
	}
	out := &documentLoansAnswer{}
	out.Body.Loans = make([]DocumentLoan, len(loans))
	for i, l := range loans {
		out.Body.Loans[i] = loanView(l)
	}
	return out, nil
}

func loanView(l ismskit.Loan) DocumentLoan {
	out := DocumentLoan{
		ID: l.ID, Revision: l.Revision, Person: l.Person, Name: l.Name, From: l.Period.From.String(), To: l.Period.To.String(),
		Request: l.Request, Case: l.Case, Holds: l.Holds, Over: l.Over, EndedBy: l.EndedBy, Reason: l.Reason,
	}
	if !l.Ended.IsZero() {
		out.Ended = l.Ended.String()
	}
	return out
}

func (a *API) endLoan(ctx context.Context, in *endLoanRequest) (*struct{}, error) {
	key, err := in.key()
	if err != nil {
		return nil, err
	}
	end := ismskit.LoanEnd{ID: in.ID, Seen: in.Body.Revision, Reason: in.Body.Reason, Key: key}
	return nil, a.kit.Documents().Lists().Loans().End(ctx, actor(ctx), end)
}
