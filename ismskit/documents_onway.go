package ismskit

import (
	"context"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/ismskit/document"
)

// onTheWay says of documents that were never issued which of them a request carries: their state
// is then document.InReview. It is worked out when they are read, and nowhere kept.
func (d Documents) onTheWay(ctx context.Context, docs []document.Document) error {
	if !slices.ContainsFunc(docs, func(doc document.Document) bool { return doc.State == document.Draft }) {
		return nil
	}
	carried := map[string]bool{}
	err := d.k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		clear(carried)
		return d.k.eachChange(ctx, tx, func(_ CaseRow, about changedThing) { carried[about.id] = true })
	})
	for i := range docs {
		if docs[i].State == document.Draft && carried[docs[i].ID] {
			docs[i].State = document.InReview
		}
	}
	return err
}

// listReviewed is List where documents are asked for by a state that none of them keeps: those in
// review, also such as are not there yet, and drafts, which are in review no more.
func (d Documents) listReviewed(ctx context.Context, actor Actor, q document.Query) ([]document.Document, error) {
	all := q
	all.Limit, all.States = 0, append(slices.DeleteFunc(slices.Clone(q.States), func(s document.State) bool { return s == document.InReview }), document.Draft)
	var docs []document.Document
	err := d.k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		found, err := listedBy(ctx, tx, all)
		docs = found
		return err
	})
	if err == nil {
		err = d.onTheWay(ctx, docs)
	}
	if err != nil {
		return nil, err
	}
	if slices.Contains(q.States, document.InReview) {
		asked, err := d.askedFor(ctx, actor)
		if err != nil {
			return nil, err
		}
		docs = append(docs, slices.DeleteFunc(asked, func(doc document.Document) bool { return !meant(doc, q) })...)
	}
	docs = slices.DeleteFunc(docs, func(doc document.Document) bool { return !slices.Contains(q.States, doc.State) })
	slices.SortFunc(docs, func(a, b document.Document) int { return strings.Compare(document.Cursor(a), document.Cursor(b)) })
	if q.Limit > 0 && len(docs) > q.Limit {
		docs = docs[:q.Limit]
	}
	return docs, nil
}

// askedFor are the documents that are not there yet, as the requests on their way describe them
// which the actor may read.
func (d Documents) askedFor(ctx context.Context, actor Actor) ([]document.Document, error) {
	var rows []CaseRow
	err := d.k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		rows = nil
		return d.k.eachChange(ctx, tx, func(row CaseRow, about changedThing) {
			if about.id == "" {
				rows = append(rows, row)
			}
		})
	})
	if err != nil {
		return nil, err
	}
	var out []document.Document
	for _, row := range rows {
		may, err := d.k.mayReadCase(ctx, actor, row.ID)
		if err != nil {
			return nil, err
		}
		if !may {
			continue
		}
		c, err := d.k.take(ctx, row.ID)
		if err != nil {
			return nil, err
		}
		values, err := d.k.redacted(ctx, actor, c, c.values, d.k.moment())
		if err != nil {
			return nil, err
		}
		doc := newDocument(values)
		doc.ID, doc.Request, doc.State = row.ID, row.ID, document.InReview
		out = append(out, doc)
	}
	return out, nil
}

// meant says whether a query asks for a document that is in no store.
func meant(doc document.Document, q document.Query) bool {
	has := func(s string) bool { return strings.Contains(strings.ToLower(s), strings.ToLower(q.Text)) }
	named := has(doc.Number)
	for _, title := range doc.Title {
		named = named || has(title)
	}
	return named && q.Parent == "" && document.Cursor(doc) > q.After &&
		(len(q.Levels) == 0 || slices.Contains(q.Levels, doc.Level)) &&
		(q.Classes == nil || slices.Contains(q.Classes, doc.Class)) &&
		(len(q.Numbers) == 0 || slices.ContainsFunc(q.Numbers, func(n string) bool { return document.SameNumber(n, doc.Number) }))
}
