package ismskit

import (
	"context"
	"slices"
	"time"

	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/ismskit/record"
)

// noEdition is no version of any document: nothing was made under it.
const noEdition = "-"

// madeUnder notes with a form that is sent on a day the versions of documents under which it is made: of the
// document whose number it bears, of the one of which it is a record (id, "" for none), and of those
// that these belong to. A form that comes back and is sent again goes on under those it began with.
func (w *work) madeUnder(ctx context.Context, id string, day time.Time) error {
	before := w.before
	same := before.extra.FiledUnder == w.after.extra.FiledUnder && (!w.after.kind.Imported || before.values[intakeDate] == w.after.values[intakeDate])
	if w.before.row.Parent != "" || w.after.row.Parent != "" || same && !w.insert && !before.row.Submitted.IsZero() {
		return nil
	}
	number := w.after.kind.FormNo
	if number == "" && id == "" {
		w.after.extra.Editions = nil
		return nil
	}
	on := calendar.DateOf(day.In(w.k.location))
	if day, ok := w.after.values[intakeDate].(calendar.Date); ok && w.after.kind.Imported {
		on = day // what is taken in was made on its own day
	}
	var out []string
	err := w.k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		found, err := editionsOn(ctx, tx, number, id, on.String())
		out = found
		return err
	})
	if err == nil {
		w.after.extra.Editions = out
	}
	return err
}

// editionsOn are the versions in force on an ISO date of the document that bears a number or has an
// id, and of those that it belongs to.
func editionsOn(ctx context.Context, tx Tx, number, id, on string) ([]string, error) {
	var out []string
	seen := map[string]bool{}
	next := []document.Relation{{ID: id}, {Number: number}}
	for len(next) > 0 {
		named := next[0]
		next = next[1:]
		doc, found, err := relatedDocument(ctx, tx, named)
		if err != nil {
			return nil, err
		}
		if !found || seen[doc.ID] {
			continue
		}
		seen[doc.ID] = true
		versions, err := tx.Documents().Versions(ctx, doc.ID)
		if err != nil {
			return nil, err
		}
		if v, ok := document.AsOf(doc, versions, on); ok {
			out = append(out, record.Edition(doc.ID, v.Label))
		}
		next = append(next, doc.Over()...)
	}
	slices.Sort(out)
	return out, nil
}

// relatedDocument is the document that a relation points at, by its id or by a number that is that of
// one document alone.
func relatedDocument(ctx context.Context, tx Tx, r document.Relation) (doc document.Document, found bool, err error) {
	if r.ID != "" {
		return tx.Documents().Document(ctx, r.ID)
	}
	if r.Number == "" {
		return doc, false, nil
	}
	same, err := tx.Documents().Documents(ctx, document.Query{Numbers: []string{r.Number}})
	if err != nil || len(same) != 1 {
		return doc, false, err
	}
	return same[0], true, nil
}

// editionsNamed are the versions that a query asks for, each as "document/label" with the document's
// id or number. One of a document that the actor may not read is none.
func (r Records) editionsNamed(ctx context.Context, actor Actor, asked []string) ([]string, error) {
	reach, err := r.k.Documents().reach(ctx, actor)
	if err != nil {
		return nil, err
	}
	var out []string
	err = r.k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		named := []string{noEdition}
		for _, edition := range asked {
			id, label, ok := record.EditionOf(edition)
			if !ok {
				continue
			}
			doc, found, err := tx.Documents().Document(ctx, id)
			if err != nil {
				return err
			}
			if !found {
				if doc, found, err = relatedDocument(ctx, tx, document.Relation{Number: id}); err != nil {
					return err
				}
			}
			if found && reach.Lets(doc) {
				named = append(named, record.Edition(doc.ID, label))
			}
		}
		out = named
		return nil
	})
	return out, err
}

// editionsRead leaves of what records were made under what the actor may read.
func (r Records) editionsRead(ctx context.Context, actor Actor, records []record.Record) error {
	if actor.system || !slices.ContainsFunc(records, func(rec record.Record) bool { return len(rec.Editions) > 0 }) {
		return nil
	}
	reach, err := r.k.Documents().reach(ctx, actor)
	if err != nil || reach == nil {
		return err
	}
	reads := map[string]bool{}
	err = r.k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		may := map[string]bool{}
		for _, rec := range records {
			for _, edition := range rec.Editions {
				id, _, _ := record.EditionOf(edition)
				if _, asked := may[id]; asked {
					continue
				}
				doc, found, err := tx.Documents().Document(ctx, id)
				if err != nil {
					return err
				}
				may[id] = found && reach.Lets(doc)
			}
		}
		reads = may
		return nil
	})
	for i, rec := range records {
		records[i].Editions = slices.DeleteFunc(slices.Clone(rec.Editions), func(edition string) bool {
			id, _, _ := record.EditionOf(edition)
			return !reads[id]
		})
	}
	return err
}
