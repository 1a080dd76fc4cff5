package api

import (
	"bytes"
	"context"
	"io"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/forms/xlsx"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/ismskit/print"
	"github.com/ismskit/ismskit/ismskit/record"
)

// ListedDocument is a document as it stood on a day.
type ListedDocument struct {
	ID            string   `json:"id"`
	Number        string   `json:"number" doc:"On that day, as far as a change of it was kept."`
	FormerNumbers []string `json:"former_numbers,omitempty" nullable:"false"`
	Renumbered    string   `json:"renumbered,omitempty" doc:"The number it has now, where it is another."`
	Title         string   `json:"title"`
	Level         int      `json:"level" doc:"1 policy to 4 form or record."`
	Class         string   `json:"class,omitempty" doc:"A row of the register classes, by its id."`
	Owner         string   `json:"owner,omitempty"`
	Parent        string   `json:"parent,omitempty" doc:"The number of the document that lists this one."`
	State         string   `json:"state" enum:"current,stopped,retired"`
	Version       string   `json:"version" doc:"The one in force; of a document that was not in force, the one that was stopped or held last."`
	Issued        string   `json:"issued" format:"date"`
	Filed         string   `json:"filed,omitempty" format:"date" doc:"The day on which that version was filed, where it was later than the day of the list: a list of that day that was made before lacks it. Not known of what was filed before this was kept."`
	NextReview    string   `json:"next_review,omitempty" format:"date"`
	Retired       string   `json:"retired,omitempty" format:"date"`
	Stopped       string   `json:"stopped,omitempty" format:"date"`
}

// DocumentsOn says which list of documents is meant.
type DocumentsOn struct {
	On    string `query:"on" format:"date" doc:"The day; today without one. A later day shows what will be as things stand."`
	Text  string `query:"text" maxLength:"200" doc:"Number or title, as they are now, contains it."`
	Level []int  `query:"level,explode" nullable:"false" minimum:"1" maximum:"4" doc:"4 alone is the list of forms."`
	Shown string `query:"shown" enum:"in_use,late,twice,retired" doc:"A part of the list: all but those that were retired, those whose review is late, those whose number another has or had, those that were retired. The whole list without one."`
}

func (l DocumentsOn) shown() ismskit.DocumentsShown { return ismskit.DocumentsShown(l.Shown) }

func (l DocumentsOn) query() document.Query { return document.Query{Text: l.Text, Levels: l.Level} }

// day is the one asked for; the Kit's own list without a day is of what there is, not of a day.
func (a *API) day(l DocumentsOn) string {
	if l.On != "" {
		return l.On
	}
	return a.o.Now().In(a.o.Location).Format("2006-01-02")
}

type documentListAnswer struct {
	Body struct {
		On    string           `json:"on" format:"date"`
		Items []ListedDocument `json:"items" nullable:"false"`
	}
}

type documentSheetRequest struct {
	DocumentsOn
	inWords
}

func (a *API) documentListOperations() {
	add(a, operation{id: "get-document-list", method: http.MethodGet, path: "/document-list", tag: "documents",
		summary: "The list of documents as it stood on a day, of those one may read now, by number"}, a.documentList)
	add(a, operation{id: "print-document-list", method: http.MethodGet, path: "/document-list/print", tag: "documents",
		summary: "The same list for paper, on A4"}, a.printDocumentList, answersSheet)
	add(a, operation{id: "export-document-list", method: http.MethodPost, path: "/document-list/sheet", tag: "documents",
		summary: "The same list as an Excel file; that it was taken is an entry on the trail", refusals: []int{s404}}, a.documentSheet,
		func(op *huma.Operation) { answersBytes(op, workbookType) })
}

func (a *API) printDocumentList(ctx context.Context, in *struct{ DocumentsOn }) (*sheet, error) {
	return a.printed(a.kit.Documents().Lists().Print(ctx, actor(ctx), in.query(), in.shown(), a.day(in.DocumentsOn), a.o.Imprint(ctx, langOf(ctx))))
}

func (a *API) documentList(ctx context.Context, in *struct{ DocumentsOn }) (*documentListAnswer, error) {
	on := a.day(in.DocumentsOn)
	entries, err := a.kit.Documents().Lists().Entries(ctx, actor(ctx), in.query(), on)
	if err != nil {
		return nil, err
	}
	out := &documentListAnswer{}
	out.Body.On, out.Body.Items = on, make([]ListedDocument, 0, len(entries))
	for _, e := range entries {
		if in.shown().OnSheet(e) {
			out.Body.Items = append(out.Body.Items, listedDocument(e, langOf(ctx)))
		}
	}
	return out, nil
}

func listedDocument(e ismskit.DocumentEntry, lang string) ListedDocument {
	out := ListedDocument{
		ID: e.ID, Number: e.Number, FormerNumbers: e.FormerNumbers, Renumbered: e.Renumbered, Title: document.TitleIn(e.Title, lang), Level: e.Level,
		Class: e.Class, Owner: e.Owner, Parent: e.Parent, State: string(e.State), Version: e.Version.Label, Issued: e.Version.Issued,
		Filed: e.Filed, NextReview: e.NextReview, Retired: e.Retired,
	}
	if e.State == document.Stopped {
		out.Stopped = e.Version.Stopped
	}
	return out
}

func (a *API) documentSheet(ctx context.Context, in *documentSheetRequest) (*download, error) {
	found, err := a.kit.Documents().Lists().Export(ctx, actor(ctx), in.query(), in.shown(), a.day(in.DocumentsOn), scopeOf(ctx, in.asked))
	if err != nil {
		return nil, err
	}
	lang := langOf(ctx)
	locale := forms.Locale{Lang: lang, Location: a.o.Location}
	title := print.DocumentsTitle(lang, found) + " " + locale.Day(found.On)
	list := xlsx.List{Name: title, Headings: print.DocumentsHeadings(lang), Rows: func(yield func([]string) bool) {
		for _, e := range found.Entries {
			if !yield(print.DocumentsRow(locale, found, e, func(state string) string { return record.Word(state, lang) })) {
				return
			}
		}
	}}
	var file bytes.Buffer // whole before it is sent: half a workbook opens as a damaged one
	if err := xlsx.WriteList(&file, list); err != nil {
		return nil, err
	}
	return a.send(title+".xlsx", workbookType, int64(file.Len()), io.NopCloser(&file)), nil
}
