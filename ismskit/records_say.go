package ismskit

import (
	"cmp"
	"context"

	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/workflow"
)

// say reads the cases of what was found where they have more to say of it: which row of its
// request it is for, and its subject in other languages.
func (r Records) say(ctx context.Context, found *Finding) error {
	found.KindNames = r.k.docKinds()
	var err error
	if found.Classes, err = r.k.classesNow(ctx); err != nil {
		return err
	}
	var ids []string
	for _, rec := range found.Records {
		kind, ok := r.k.kinds.latestOf(rec.Type)
		if rec.Kind == RecordRow || rec.Case != "" && ok && len(kind.SubjectIn) > 0 {
			ids = append(ids, rec.Case)
		}
	}
	if err := r.sayDocuments(ctx, found); err != nil || len(ids) == 0 {
		return err
	}
	rows, err := r.k.listCases(ctx, CaseQuery{IDs: ids, Limit: len(ids)})
	if err != nil {
		return err
	}
	found.RowNos, found.RowTurns = make(map[string]int, len(rows)), map[string]int{}
	for _, row := range rows {
		c, err := r.k.inHand(ctx, row)
		if unread(err) {
			continue // what it says cannot be told here
		}
		if err != nil {
			return err
		}
		if in := c.subjectIn(r.k); in != nil {
			found.SubjectIn[row.ID] = in
		}
		if row.Parent != "" {
			found.RowNos[row.ID] = c.rowNo()
			if c.extra.Turn > 1 {
				found.RowTurns[row.ID] = c.extra.Turn
			}
		}
	}
	return nil
}

// sayDocuments says of documents which version is in force, and what they are called in other languages.
func (r Records) sayDocuments(ctx context.Context, found *Finding) error {
	subjects, versions := map[string]workflow.Text{}, map[string]string{}
	err := r.k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		clear(subjects)
		clear(versions)
		for _, rec := range found.Records {
			id, version, is := DocumentOf(rec.ID)
			if !is {
				continue
			}
			doc, known, err := tx.Documents().Document(ctx, id)
			if err != nil {
				return err
			}
			if !known {
				continue
			}
			versions[rec.ID] = cmp.Or(version, doc.Current)
			title := doc.Title
			if document.TitleIn(title, r.k.cfg.Lang) != rec.Subject { // a former version may have been called otherwise
				if title, err = formerTitle(ctx, tx, id, version); err != nil {
					return err
				}
			}
			if document.TitleIn(title, r.k.cfg.Lang) == rec.Subject {
				subjects[rec.ID] = workflow.Text(title)
			}
		}
		return nil
	})
	found.SubjectIn, found.Versions = subjects, versions
	return err
}
