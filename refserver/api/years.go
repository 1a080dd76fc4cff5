package api

import (
	"context"
	"net/http"

	"github.com/ismskit/ismskit/ismskit"
)

// YearRequest files something under another working year.
type YearRequest struct {
	Year   int    `json:"year" doc:"The working year, counted from 1912 (Minguo)."`
	Reason string `json:"reason" maxLength:"2000" doc:"It stands on the trail."`
}

// YearNote says under which working year something was filed, and is from then on.
type YearNote struct {
	From int `json:"from"`
	To   int `json:"to"`
}

type caseYearRequest struct {
	CasePath
	Body YearRequest
}

type documentYearRequest struct {
	DocumentPath
	Body YearRequest
}

func (a *API) yearOperations() {
	add(a, operation{id: "set-case-year", method: http.MethodPost, path: "/cases/{id}/year", tag: "records",
		summary: "File a case, with its rows, under another working year; for officers of records", refusals: []int{s404, s409}}, a.setCaseYear)
	add(a, operation{id: "set-document-year", method: http.MethodPost, path: "/documents/{id}/year", tag: "records",
		summary: "File a document under another working year; for officers of records", refusals: []int{s404, s409}}, a.setDocumentYear)
}

func (a *API) setCaseYear(ctx context.Context, in *caseYearRequest) (*struct{}, error) {
	return nil, a.setYear(ctx, "case/"+in.ID, in.Body)
}

func (a *API) setDocumentYear(ctx context.Context, in *documentYearRequest) (*struct{}, error) {
	doc, err := a.kit.Documents().Get(ctx, actor(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	return nil, a.setYear(ctx, "document/"+doc.ID, in.Body)
}

func (a *API) setYear(ctx context.Context, record string, body YearRequest) error {
	return a.kit.Records().SetYear(ctx, actor(ctx), ismskit.YearChange{Record: record, Year: body.Year, Reason: body.Reason})
}

func yearNote(n *ismskit.YearNote) *YearNote {
	if n == nil {
		return nil
	}
	out := YearNote(*n)
	return &out
}
