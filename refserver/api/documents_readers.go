package api

import (
	"context"
	"net/http"
	"time"

	"github.com/ismskit/ismskit/ismskit"
)

// DocumentReaders is who is to read a version of a document, and who has.
type DocumentReaders struct {
	Version string           `json:"version,omitempty" doc:"The version in force where none was asked for; none for a document without one."`
	Whole   bool             `json:"whole" doc:"All are told. Otherwise only the caller himself, who does not look after documents."`
	Read    int              `json:"read" doc:"How many of the readers told have read it."`
	Readers []DocumentReader `json:"readers" nullable:"false" doc:"Those who were asked, by unit and name."`
	Missing []DocumentReader `json:"missing" nullable:"false" doc:"Those to whom it is distributed and who will be asked within a day."`
	Empty   bool             `json:"empty" doc:"Whether the version has neither text nor file: nobody is asked to read it until it has."`
	Barred  []DocumentReader `json:"barred" nullable:"false" doc:"Those to whom it is distributed and who may not read documents of its class: they are not asked."`
	Lists   []string         `json:"lists" nullable:"false" doc:"The rows of the register distributions that name the document."`
}

// DocumentReader is one of them.
type DocumentReader struct {
	Person string     `json:"person"`
	Name   string     `json:"name"`
	Unit   string     `json:"unit,omitempty"`
	Read   *time.Time `json:"read,omitempty" doc:"When he said that he had read it."`
	Due    string     `json:"due,omitempty" format:"date" doc:"The last day on which he reads it in time, while it waits for him."`
	Late   bool       `json:"late,omitempty"`
	Waived *time.Time `json:"waived,omitempty" doc:"When it was waived: he has left, or somebody said that he need not read it."`
	Reason string     `json:"reason,omitempty" doc:"Why it was waived."`
	Case   string     `json:"case,omitempty" doc:"The sheet on which he says so."`
	Number string     `json:"number,omitempty"`
}

type documentReadersRequest struct {
	DocumentPath
	Version string `query:"version" maxLength:"40" doc:"The version in force where it is empty."`
}

type documentReadersAnswer struct{ Body DocumentReaders }

func (a *API) documentReaderOperations() {
	add(a, operation{id: "list-document-readers", method: http.MethodGet, path: "/documents/{id}/readers", tag: "documents",
		summary: "Who is to read a version of a document, and who has", refusals: []int{s404, s409}}, a.documentReaders)
}

func (a *API) documentReaders(ctx context.Context, in *documentReadersRequest) (*documentReadersAnswer, error) {
	r, err := a.kit.Documents().Readers(ctx, actor(ctx), ismskit.ReadersQuery{Document: in.ID, Label: in.Version, Audience: true})
	if err != nil {
		return nil, err
	}
	return &documentReadersAnswer{DocumentReaders{
		Version: r.Version.Label, Empty: r.Empty, Whole: r.Whole, Read: r.Read(), Readers: readersView(r.Readers), Missing: readersView(r.Missing), Barred: readersView(r.Barred),
		Lists: append([]string{}, r.Lists...),
	}}, nil
}

func readersView(readers []ismskit.DocumentReader) []DocumentReader {
	out := make([]DocumentReader, len(readers))
	for i, r := range readers {
		out[i] = DocumentReader{Person: r.Person, Name: r.Name, Unit: r.Unit, Late: r.Late, Case: r.Case, Number: r.Number}
		if !r.Read.IsZero() {
			out[i].Read = &r.Read
		}
		if !r.Due.IsZero() {
			out[i].Due = r.Due.String()
		}
		if !r.Waived.IsZero() {
			out[i].Waived, out[i].Reason = &r.Waived, r.Reason
		}
	}
	return out
}
