package api

import (
	"context"
	"net/http"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/document"
)

// Related is another document with what it has to do with this one.
type Related struct {
	Kind    string `json:"kind" enum:"references,supersedes,derived_from,belongs_to"`
	Back    bool   `json:"back,omitempty" doc:"The other one says so: it refers to this one, supersedes it, derives from it, belongs to it."`
	Retires bool   `json:"retires,omitempty" doc:"The one superseded is retired once a version comes into force."`
	ID      string `json:"id"`
	Number  string `json:"number"`
	Title   string `json:"title"`
	State   string `json:"state"`
}

// FiledRelation names another document in a filing.
type FiledRelation struct {
	Kind     string `json:"kind" enum:"references,supersedes,derived_from,belongs_to"`
	Document string `json:"document" maxLength:"100" doc:"Its id or number."`
	Retires  bool   `json:"retires,omitempty" doc:"Of supersedes: the other is retired, in the same transaction, once a version of this one comes into force."`
}

// Reviewed is a review after which a document stayed as it was.
type Reviewed struct {
	On      string `json:"on" format:"date"`
	Version string `json:"version"`
	By      string `json:"by"`
	Note    string `json:"note"`
	Next    string `json:"next_review" format:"date"`
}

func relatedOf(all []ismskit.RelatedDocument, lang string) []Related {
	out := []Related{}
	for _, r := range all {
		d := r.Document
		out = append(out, Related{Kind: r.Kind, Back: r.Back, Retires: r.Retires, ID: d.ID, Number: d.Number, Title: document.TitleIn(d.Title, lang), State: string(d.State)})
	}
	return out
}

func reviewsOf(all []document.Reviewed) []Reviewed {
	out := []Reviewed{}
	for _, r := range all {
		out = append(out, Reviewed{On: r.On, Version: r.Version, By: r.By, Note: r.Note, Next: r.Next})
	}
	return out
}

// relationsFiled are the relations that a request names; nil where it names none at all.
func relationsFiled(named []FiledRelation) []document.Relation {
	if named == nil {
		return nil
	}
	out := []document.Relation{}
	for _, r := range named {
		out = append(out, document.Relation{Kind: r.Kind, Number: r.Document, Retires: r.Retires})
	}
	return out
}

type reviewRequest struct {
	DocumentPath
	Revised
	Keyed
	Body struct {
		Note string `json:"note" maxLength:"2000" doc:"What was looked at; it stands on the document's trail."`
		Next string `json:"next_review,omitempty" format:"date" doc:"By the document's cycle where it is left out."`
	}
}

type dueReviewsRequest struct {
	By string `query:"by" required:"true" format:"date" doc:"Reviews due by this day."`
}

type dueReviewsAnswer struct {
	Body struct {
		Items []Document `json:"items" nullable:"false" doc:"The earliest first."`
	}
}

func (a *API) reviewOperations() {
	add(a, operation{id: "document-reviews-due", method: http.MethodGet, path: "/document-reviews", tag: "documents",
		summary: "Documents in force whose review is due"}, a.reviewsDue)
	add(a, operation{id: "review-document", method: http.MethodPost, path: "/documents/{id}/review", tag: "documents",
		summary:  "Note that a document was reviewed and stays as it is; for document controllers and the head of the owning unit",
		refusals: []int{s404, s409, s412, s428}}, a.reviewDocument)
	a.describeMatch(http.MethodPost, "/documents/{id}/review", "Required (428 without).", true)
}

func (a *API) reviewsDue(ctx context.Context, in *dueReviewsRequest) (*dueReviewsAnswer, error) {
	all, err := a.kit.Documents().Lists().Due(ctx, actor(ctx), in.By)
	if err != nil {
		return nil, err
	}
	out := &dueReviewsAnswer{}
	out.Body.Items = []Document{}
	for _, d := range all {
		out.Body.Items = append(out.Body.Items, documentView(d, langOf(ctx)))
	}
	return out, nil
}

func (a *API) reviewDocument(ctx context.Context, in *reviewRequest) (*documentAnswer, error) {
	doc, seen, named, key, err := a.toFile(ctx, in.DocumentPath, in.Revised, in.Keyed)
	if err != nil {
		return nil, err
	}
	err = a.kit.Documents().Lists().Reviewed(ctx, actor(ctx), ismskit.DocumentReview{Document: doc.ID, Note: in.Body.Note, Next: in.Body.Next, Seen: seen, Key: key})
	if err != nil {
		return nil, matched(err, named)
	}
	return a.getDocument(ctx, &DocumentPath{ID: doc.ID})
}
