package api

import (
	"context"
	"net/http"
	"time"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/document"
)

// Clause is a clause of a document's text.
type Clause struct {
	Address string   `json:"address" doc:"As it is cited: 陸三(四)2."`
	Heading string   `json:"heading,omitempty"`
	Text    string   `json:"text" doc:"Its words with those of all clauses beneath it, a line a paragraph; of a Word, ODF or PDF file, of which the words are read out, its own alone."`
	Within  []string `json:"within" nullable:"false" doc:"The addresses of the clauses right beneath it; none of such a file."`
}

type clauseRequest struct {
	DocumentPath
	At      string `query:"at" required:"true" minLength:"1" maxLength:"100" doc:"The clause's address, such as 陸三(四)2; marks between the numbers may be left out."`
	Version string `query:"version" maxLength:"40" doc:"The version in force where it is empty."`
}

type clauseAnswer struct {
	Body struct {
		Version string   `json:"version"`
		InForce bool     `json:"in_force" doc:"Whether that version is in force."`
		Notices []string `json:"notices" nullable:"false" doc:"What every reader of that version has to be told."`
		Clause
	}
}

// ChangeOf is how a document changes.
type ChangeOf struct {
	Type     string        `json:"type,omitempty" doc:"The form by which the caller may ask for a change."`
	Outside  string        `json:"outside,omitempty" doc:"The form by which he may enter what was approved outside."`
	UnderWay *ChangeCase   `json:"under_way,omitempty" doc:"The request on its way for the document."`
	Issued   []IssuingCase `json:"issued" nullable:"false" doc:"The requests that issued versions, as far as the caller may read them."`
}

// ChangeCase is a request that is on its way.
type ChangeCase struct {
	Number  string `json:"number"`
	Case    string `json:"case,omitempty" doc:"Its id, for who may read it."`
	Outside bool   `json:"outside,omitempty" doc:"It enters what was approved outside, and waits to be confirmed."`
}

// IssuingCase is the request by which a version was issued.
type IssuingCase struct {
	Version string `json:"version"`
	Case    string `json:"case"`
}

type changesAnswer struct{ Body ChangeOf }

type begunRequest struct {
	DocumentPath
	Version string `query:"version" maxLength:"40" doc:"The version in force where it is empty."`
}

// BegunCase is a case that was begun on a form of the document.
type BegunCase struct {
	Case    string    `json:"case"`
	Type    string    `json:"type"`
	Number  string    `json:"number,omitempty"`
	Subject string    `json:"subject,omitempty"`
	Phase   string    `json:"phase" enum:"draft,running,returned,suspended,closed"`
	Created time.Time `json:"created"`
}

type begunAnswer struct {
	Body struct {
		Items []BegunCase `json:"items" nullable:"false" doc:"The newest first, at most 200."`
		More  bool        `json:"more,omitempty" doc:"There are more."`
	}
}

// LateReview is a document whose review is late.
type LateReview struct {
	Document
	Days int `json:"late_days" doc:"Working days since its day of review."`
}

type lateReviewsAnswer struct {
	Body struct {
		Items []LateReview `json:"items" nullable:"false" doc:"The earliest day of review first."`
	}
}

func (a *API) documentTextOperations() {
	add(a, operation{id: "get-document-clause", method: http.MethodGet, path: "/documents/{id}/clause", tag: "documents",
		summary: "A clause of a document's text, as it is cited; that it was read is noted as for the page", refusals: []int{s404, s409}}, a.documentClause)
	add(a, operation{id: "get-document-changes", method: http.MethodGet, path: "/documents/{id}/changes", tag: "documents",
		summary: "How a document changes: the form, the request on its way, those that issued versions", refusals: []int{s404, s409}}, a.documentChanges)
	add(a, operation{id: "list-document-cases", method: http.MethodGet, path: "/documents/{id}/begun", tag: "documents",
		summary: "Cases one may read that were begun on the forms of a version while it was in force", refusals: []int{s404, s409}}, a.documentBegun)
	add(a, operation{id: "document-reviews-late", method: http.MethodGet, path: "/document-reviews/late", tag: "documents",
		summary: "Documents in force whose review is late"}, a.reviewsLate)
}

func (a *API) documentClause(ctx context.Context, in *clauseRequest) (*clauseAnswer, error) {
	r, err := a.kit.Documents().Read(ctx, actor(ctx), in.ID, in.Version)
	if err != nil {
		return nil, err
	}
	clause, found := clauseOf(r, in.At)
	if !found {
		return nil, ismskit.ErrNotFound
	}
	out := &clauseAnswer{}
	out.Body.Version, out.Body.InForce, out.Body.Notices = r.Version.Label, r.InForce, []string{}
	for _, n := range document.NoticesIn(r.Notices, langOf(ctx)) {
		out.Body.Notices = append(out.Body.Notices, n.Text(langOf(ctx)))
	}
	out.Body.Clause = clause
	return out, nil
}

// clauseOf is a clause of a version's text, or of the words of its file.
func clauseOf(r ismskit.DocumentReading, at string) (Clause, bool) {
	if r.Text == nil {
		i := document.FindPart(r.Extract, at)
		if i < 0 {
			return Clause{}, false
		}
		return Clause{Address: r.Extract[i].Address, Text: r.Extract[i].Text, Within: []string{}}, true
	}
	c, found := r.Text.Find(at)
	if !found {
		return Clause{}, false
	}
	out := Clause{Address: c.Address, Heading: document.Plain(c.Heading), Text: c.Text(), Within: []string{}}
	for _, child := range c.Children {
		out.Within = append(out.Within, child.Address)
	}
	return out, true
}

func (a *API) documentChanges(ctx context.Context, in *DocumentPath) (*changesAnswer, error) {
	view, err := a.kit.Documents().Get(ctx, actor(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	c, err := a.kit.Documents().Lists().Changes(ctx, actor(ctx), view.ID)
	if err != nil {
		return nil, err
	}
	out := ChangeOf{Type: c.Type, Outside: c.Outside, Issued: []IssuingCase{}}
	if c.Under != "" {
		out.UnderWay = &ChangeCase{Number: ismskit.NumberIn(langOf(ctx), c.Under, 0), Case: c.Case, Outside: c.Entered}
	}
	for _, v := range view.Versions {
		if v.Case != "" {
			out.Issued = append(out.Issued, IssuingCase{Version: v.Label, Case: v.Case})
		}
	}
	return &changesAnswer{out}, nil
}

func (a *API) documentBegun(ctx context.Context, in *begunRequest) (*begunAnswer, error) {
	rows, more, err := a.kit.Documents().Lists().Begun(ctx, actor(ctx), in.ID, in.Version)
	if err != nil {
		return nil, err
	}
	out := &begunAnswer{}
	out.Body.Items, out.Body.More = []BegunCase{}, more
	for _, row := range rows {
		out.Body.Items = append(out.Body.Items, BegunCase{row.ID, row.Type, row.Number, row.Subject, row.Phase, row.Created})
	}
	return out, nil
}

func (a *API) reviewsLate(ctx context.Context, _ *struct{}) (*lateReviewsAnswer, error) {
	all, err := a.kit.Documents().Lists().Late(ctx, actor(ctx))
	if err != nil {
		return nil, err
	}
	out := &lateReviewsAnswer{}
	out.Body.Items = []LateReview{}
	for _, d := range all {
		out.Body.Items = append(out.Body.Items, LateReview{documentView(d.Document, langOf(ctx)), d.Days})
	}
	return out, nil
}
