package ismskit

import (
	"context"
	"slices"
	"time"

	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/workflow"
)

// Changes says how a document changes, and which request for it is on its way; ErrNotFound where
// the actor may not read the document.
func (l DocumentLists) Changes(ctx context.Context, actor Actor, idOrNumber string) (DocumentChanges, error) {
	l.k = l.k.once()
	view, err := Documents(l).Get(ctx, actor, idOrNumber)
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
	view, err := d.Get(ctx, actor, idOrNumber)
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
	err = d.eachBegun(ctx, view.Document, view.Versions, reading.Version, func(row CaseRow) (bool, error) {
		may, err := d.k.mayReadCase(ctx, actor, row.ID)
		if err != nil || !may {
			return true, err
		}
		if more = len(rows) == mostBegun; !more {
			rows = append(rows, row)
		}
		return !more, nil
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

// readBy are those of some cases that somebody may read: others are not counted for him either.
func (k *Kit) readBy(ctx context.Context, actor Actor, all []CaseRow) ([]CaseRow, error) {
	var out []CaseRow
	for _, row := range all {
		may, err := k.mayReadCase(ctx, actor, row.ID)
		if err != nil {
			return nil, err
		}
		if may {
			out = append(out, row)
		}
	}
	return out, nil
}

// begunOn are all cases begun on the forms of a version, newest first.
func (d Documents) begunOn(ctx context.Context, doc document.Document, versions []document.Version, v document.Version) (out []CaseRow, err error) {
	err = d.eachBegun(ctx, doc, versions, v, func(row CaseRow) (bool, error) {
		out = append(out, row)
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
// newest first, until each says that it has enough: of the document itself, and of those that name it
// as their parent.
func (d Documents) eachBegun(ctx context.Context, doc document.Document, versions []document.Version, v document.Version, each func(CaseRow) (more bool, err error)) error {
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
		for _, row := range rows { // newest first
			if row.Created.Before(from) {
				return nil
			}
			if !to.IsZero() && !row.Created.Before(to) || row.Phase == string(workflow.PhaseDraft) {
				continue
			}
			if more, err := each(row); err != nil || !more {
				return err
			}
		}
		if len(rows) < heldAtOnce {
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
		forms, err := tx.Documents().Documents(ctx, document.Query{Parent: doc.Number})
		numbers = []string{doc.Number}
		for _, f := range forms {
			numbers = append(numbers, f.Number)
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
