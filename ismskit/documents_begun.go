package ismskit

import (
	"context"
	"slices"
	"time"

	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/ismskit/record"
	"github.com/ismskit/ismskit/workflow"
)

// Changes says how a document changes, and which request for it is on its way; ErrNotFound where
// the actor may not read the document.
func (l DocumentLists) Changes(ctx context.Context, actor Actor, idOrNumber string) (DocumentChanges, error) {
	l.k = l.k.once()
	view, err := Documents(l).whole(ctx, actor, idOrNumber)
	if err != nil {
		return DocumentChanges{}, err
	}
	return Documents(l).changesOf(ctx, actor, view)
}

// mostBegun is how many cases Begun gives.
const mostBegun = 200

// Begun lists the newest cases, at most 200, that were begun on the forms of a version of a document
// while that was in force, of those that the actor may read; label "" is the one in force. more says
// that there are others. ErrNotFound for a document or version that is not there for him.
func (l DocumentLists) Begun(ctx context.Context, actor Actor, idOrNumber, label string) (rows []CaseRow, more bool, err error) {
	l.k = l.k.once()
	d := Documents(l)
	view, err := d.whole(ctx, actor, idOrNumber)
	if err != nil {
		return nil, false, err
	}
	reading, err := document.Read(view.Document, view.Versions, label)
	if _, refused := document.AsRefusals(err); refused {
		return nil, false, ErrNotFound
	}
	if err != nil {
		return nil, false, err
	}
	err = d.eachBegun(ctx, view.Document, view.Versions, reading.Version, func(page []CaseRow) (bool, error) {
		his, err := d.k.readBy(ctx, actor, page)
		if rows = append(rows, his...); len(rows) > mostBegun {
			rows, more = rows[:mostBegun], true
		}
		return !more, err
	})
	return rows, more, err
}

// begunFor lists the cases that were begun on the forms of a version that was stopped.
func (d Documents) begunFor(ctx context.Context, actor Actor, r *DocumentReading) error {
	if r.Version.State != document.Stopped {
		return nil
	}
	all, err := d.begunOn(ctx, r.Document, r.Versions, r.Version)
	if err == nil {
		r.Begun, err = d.k.readBy(ctx, actor, all)
	}
	return err
}

// readBy are those of some cases that somebody may read: others are not counted for him either, nor does
// he wait for each of them.
func (k *Kit) readBy(ctx context.Context, actor Actor, all []CaseRow) ([]CaseRow, error) {
	reads := map[string]bool{}
	for part := range slices.Chunk(all, heldAtOnce) {
		ids := make([]string, len(part))
		for i, row := range part {
			ids[i] = recordID(row.ID)
		}
		found, err := k.Records().Query(ctx, actor, record.Query{IDs: ids, Limit: len(ids)})
		if err != nil {
			return nil, err
		}
		for _, r := range found {
			reads[r.ID] = true
		}
	}
	return slices.DeleteFunc(slices.Clone(all), func(row CaseRow) bool { return !reads[recordID(row.ID)] }), nil
}

// begunOn are all cases begun on the forms of a version, newest first.
func (d Documents) begunOn(ctx context.Context, doc document.Document, versions []document.Version, v document.Version) (out []CaseRow, err error) {
	err = d.eachBegun(ctx, doc, versions, v, func(page []CaseRow) (bool, error) {
		out = append(out, page...)
		return true, nil
	})
	return out, err
}

// heldUntil is the first day, an ISO date, on which a version was in force no more; "" while it is.
// That of a stop counts to it.
func heldUntil(doc document.Document, versions []document.Version, v document.Version) string {
	switch v.State {
	case document.Superseded:
		for _, next := range versions {
			if next.Label == v.SupersededBy && next.State != document.Withdrawn {
				return next.Issued
			}
		}
	case document.Stopped:
		if day, err := parseISO(v.Stopped); err == nil && !day.IsZero() {
			return day.AddDays(1).String()
		}
	}
	return doc.Retired
}

// eachBegun goes through the cases that were begun on the forms of a version while it was in force,
// newest first, a page at a time, until each says that it has enough: of the document itself, and of those that name it
// as their parent.
func (d Documents) eachBegun(ctx context.Context, doc document.Document, versions []document.Version, v document.Version, each func([]CaseRow) (more bool, err error)) error {
	issued, err := parseISO(v.Issued)
	if err != nil || issued.IsZero() || !slices.Contains([]document.State{document.Current, document.Superseded, document.Stopped, document.Retired}, v.State) {
		return err
	}
	var until calendar.Date
	if last := heldUntil(doc, versions, v); last != "" {
		if until, err = parseISO(last); err != nil {
			return err
		}
	}
	types, err := d.formTypes(ctx, doc)
	if err != nil || len(types) == 0 {
		return err
	}
	from, to := issued.Start(d.k.location), time.Time{}
	if !until.IsZero() {
		to = until.Start(d.k.location)
	}
	q := CaseQuery{Types: types, Roots: true, Limit: heldAtOnce}
	for {
		rows, err := d.k.listCases(ctx, q)
		if err != nil {
			return err
		}
		var page []CaseRow
		for _, row := range rows { // newest first
			if !row.Created.Before(from) && (to.IsZero() || row.Created.Before(to)) && row.Phase != string(workflow.PhaseDraft) {
				page = append(page, row)
			}
		}
		if more, err := each(page); err != nil || !more {
			return err
		}
		if len(rows) < heldAtOnce || rows[len(rows)-1].Created.Before(from) {
			return nil
		}
		last := rows[len(rows)-1]
		q.After, q.AfterID = last.Created, last.ID
	}
}

// formTypes are the types in use whose form is a document, or one that names it as its parent.
func (d Documents) formTypes(ctx context.Context, doc document.Document) (types []string, err error) {
	var numbers []string
	err = d.k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		numbers = doc.Numbers() // a type names its form by the number it had then
		forms, err := formsBelow(ctx, tx, doc, nil)
		for _, f := range forms {
			numbers = append(numbers, f.Numbers()...)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	for key, kind := range d.k.kinds.inUse() {
		if kind.FormNo != "" && slices.ContainsFunc(numbers, func(n string) bool { return document.SameNumber(n, kind.FormNo) }) {
			types = append(types, key)
		}
	}
	slices.Sort(types)
	return types, nil
}
