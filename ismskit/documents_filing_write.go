package ismskit

import (
	"context"

	"github.com/ismskit/ismskit/ismskit/document"
)

// put carries out a filing by the rules of document control; one by hand replaces
// what it says it does.
func put(ctx context.Context, c controlling, f Filing, byHand bool) error {
	old, found, err := c.Documents().Document(ctx, f.Document.ID)
	if err != nil {
		return err
	}
	if f.WithVersion && f.Document.NextReview == "" { // from one issue to the next
		cycle := f.Document
		if cycle.ReviewMonths == 0 {
			cycle.ReviewMonths = old.ReviewMonths
		}
		if cycle.ReviewMonths > 0 || old.NextReview != "" {
			f.Document.NextReview = cycle.NextAfter(f.Version.Issued)
		}
	}
	if f.WithVersion { // it holds with the version, which may have to wait for its day
		f.Version.NextReview, f.Document.NextReview = f.Document.NextReview, ""
	}
	described := describe(ctx, c, f, old, found)
	if byHand {
		if early := document.ReviewBefore(f.Version.NextReview, f.Version.Issued); len(early) > 0 {
			described = accept(early, described)
		}
	}
	issue := document.Issue{Version: f.Version, Named: true, Today: c.today}
	if described != nil {
		lacks, refused := document.AsRefusals(described)
		if !refused || !f.WithVersion {
			return described
		}
		more, err := c.lib.Refused(ctx, f.Document.ID, issue)
		if err != nil {
			return err
		}
		return append(lacks, more...)
	}
	if !f.WithVersion {
		return nil
	}
	v, err := c.lib.Issue(ctx, f.Document.ID, issue)
	if err != nil || !byHand {
		return err
	}
	return document.Supersedes(f.Supersedes, old.Current, v)
}

// describe writes what a filing says of the document itself.
func describe(ctx context.Context, c controlling, f Filing, old document.Document, found bool) error {
	if !found {
		if far := document.ReviewFar(f.Document.NextReview, c.today); len(far) > 0 {
			return accept(far, c.lib.Add(ctx, f.Document, f.Duplicate))
		}
		return c.lib.Add(ctx, f.Document, f.Duplicate)
	}
	var lacks document.Refusals
	if f.Document.Number != "" {
		err, known := c.lib.Renumber(ctx, old.ID, f.Document.Number, c.today), false
		if lacks, known = document.AsRefusals(err); err != nil && !known {
			return err
		}
	}
	return accept(lacks, c.lib.Change(ctx, changed(f.Document, old), c.today))
}

// changed is a document's description with the review date and number it had, where
// the filing names none, and with everything it had where it names nothing else.
func changed(now, old document.Document) document.Document {
	if len(now.Title) == 0 {
		named := now
		now = old
		for _, part := range []struct{ into, said *string }{
			{&now.Number, &named.Number}, {&now.Class, &named.Class}, {&now.Note, &named.Note}, {&now.NextReview, &named.NextReview},
		} {
			if *part.said != "" {
				*part.into = *part.said
			}
		}
		if named.ReviewMonths > 0 {
			now.ReviewMonths = named.ReviewMonths
		}
		if named.Relations != nil {
			now.Relations = named.Relations
		}
		return now
	}
	if now.NextReview == "" {
		now.NextReview = old.NextReview
	}
	if now.Number == "" {
		now.Number = old.Number
	}
	return now
}
