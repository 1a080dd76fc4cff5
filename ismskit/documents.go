package ismskit

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/ismskit/document"
)

// Documents is document control: who may read what, filing, versions, files.
type Documents struct{ k *Kit }

// DocumentView is a document with its versions, newest last.
type DocumentView struct {
	document.Document
	// Versions are document.History: withdrawn ones too. Version.Case is "" where the actor may not
	// read the case that issued it.
	Versions []document.Version
	// Forms are the documents that name this one as their parent.
	Forms []document.Document
	// Related are the documents that have to do with this one, both ways, that the actor may read.
	Related []RelatedDocument
	// Year is the working year (作業年度) under which it is filed, 0 before its first issue.
	Year int
	// MaySetYear says that the actor may file it under another one.
	MaySetYear bool
	// Words says of the versions' files, by digest, whether the document is found by what
	// they say.
	Words map[string]FileWords
	// Codes are the check codes of the versions, by Seq: what 版次查詢 knows a copy by.
	Codes map[int]string
	// Acts say what was done to it, by whom and why, oldest first.
	Acts []DocumentAct
}

func documentRecord(id string) string { return "document/" + id }

// DocumentOf are the document that a record of the archive is of, and the version where it is
// of one that is in force no more: such a one stays filed under its own year. false for a
// record of anything else.
func DocumentOf(record string) (id, version string, ok bool) {
	id, ok = strings.CutPrefix(record, documentRecord(""))
	if at := strings.LastIndexByte(id, '/'); at >= 0 && document.IsLabel(id[at+1:]) {
		id, version = id[:at], id[at+1:]
	}
	return id, version, ok
}

// List returns the documents the actor may read. Asked for document.InReview it returns those too
// that are not there yet, of requests that he may read: Document.Request says so.
func (d Documents) List(ctx context.Context, actor Actor, q document.Query) ([]document.Document, error) {
	d.k = d.k.once()
	reach, err := d.reach(ctx, actor)
	if err != nil {
		return nil, err
	}
	q.Reach = reach
	if slices.Contains(q.States, document.InReview) || slices.Contains(q.States, document.Draft) {
		return d.listReviewed(ctx, actor, q)
	}
	var out []document.Document
	err = d.k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		found, err := listedBy(ctx, tx, q)
		out = found
		return err
	})
	if err == nil {
		err = d.onTheWay(ctx, out)
	}
	return out, err
}

// Get returns a document by id, or by present or former number; *NumberTwice where several that the
// actor may read have or had it, ErrNotFound also for one that he may not read.
func (d Documents) Get(ctx context.Context, actor Actor, idOrNumber string) (DocumentView, error) {
	d.k = d.k.once()
	view, err := d.whole(ctx, actor, idOrNumber)
	if err == nil {
		view.Acts, err = d.acts(ctx, actor, view.Document, view.Versions)
	}
	if err == nil {
		err = d.toldCases(ctx, actor, view.Versions)
	}
	return view, err
}

// readable is the document itself, for whoever has only to know whether somebody may read it: as Get
// answers, without all that belongs to it.
func (d Documents) readable(ctx context.Context, actor Actor, idOrNumber string) (doc document.Document, err error) {
	reach, err := d.reach(ctx, actor)
	if err != nil {
		return doc, err
	}
	err = d.k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		found, err := d.find(ctx, tx, reach, idOrNumber)
		doc = found
		return err
	})
	return doc, err
}

// mayReadDocument says whether somebody may read the document of an id now.
func (k *Kit) mayReadDocument(ctx context.Context, actor Actor, id string) (bool, error) {
	_, err := k.Documents().readable(ctx, actor, id)
	if errors.Is(err, ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

// whole is what Get returns, with the cases of all versions and without what was done to it.
func (d Documents) whole(ctx context.Context, actor Actor, idOrNumber string) (DocumentView, error) {
	reach, err := d.reach(ctx, actor)
	if err != nil {
		return DocumentView{}, err
	}
	var view DocumentView
	err = d.k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		doc, err := d.find(ctx, tx, reach, idOrNumber)
		if err != nil {
			return err
		}
		versions, err := tx.Documents().Versions(ctx, doc.ID)
		if err != nil {
			return err
		}
		forms, err := formsBelow(ctx, tx, doc, reach)
		if err != nil {
			return err
		}
		all, err := relatedDocuments(ctx, tx, doc, reach)
		if err != nil {
			return err
		}
		forms = slices.DeleteFunc(forms, func(f document.Document) bool { return f.ID == doc.ID })
		related := relatedTo(&doc, all)
		one := []document.Document{doc}
		for _, r := range related {
			one = append(one, r.Document)
		}
		if err := toldDocuments(ctx, tx, reach, one[1:]); err != nil {
			return err
		}
		if err := toldParents(ctx, tx, reach, one[:1]); err != nil {
			return err
		}
		doc = one[0]
		for i := range related {
			related[i].Document = one[i+1]
		}
		view = DocumentView{Related: related, Codes: d.codesOf(document.History(versions)), Document: doc, Versions: document.History(versions), Forms: forms, Year: d.k.yearOf(d.filedOn(versions, doc), doc.YearGiven())}
		return nil
	})
	if err == nil {
		one := []document.Document{view.Document}
		err = d.onTheWay(ctx, one)
		view.State = one[0].State
	}
	if err == nil {
		view.MaySetYear, err = d.k.mayFileAnew(ctx, actor)
	}
	if err == nil {
		view.Words, err = d.k.fileWords(ctx, readAsFiles(view.Versions))
	}
	return view, err
}

// formsBelow are the documents that name one as their parent, by the number it has or by one it had, as far as
// they are within reach; all for nil.
func formsBelow(ctx context.Context, tx Tx, doc document.Document, reach *document.Reach) (out []document.Document, err error) {
	for _, number := range append([]string{doc.Number}, doc.FormerNumbers...) { // as they stand: stores know both writings
		found, err := listedBy(ctx, tx, document.Query{Parent: number, Reach: reach})
		if err != nil {
			return nil, err
		}
		for _, one := range found {
			if !slices.ContainsFunc(out, func(d document.Document) bool { return d.ID == one.ID }) {
				out = append(out, one)
			}
		}
	}
	return out, nil
}
