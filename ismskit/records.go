package ismskit

import (
	"context"
	"maps"
	"slices"

	"github.com/ismskit/ismskit/ismskit/record"
)

// Records is the archive: everything that was submitted or filed, as far as the
// reader may see it.
type Records struct{ k *Kit }

// Query returns a page of records, newest first. The reader's rights are part of
// the query: what he may not see is in no list and no count.
func (r Records) Query(ctx context.Context, actor Actor, q record.Query) ([]record.Record, error) {
	r.k = r.k.once()
	q, err := r.allowed(ctx, actor, q)
	if err != nil {
		return nil, err
	}
	var out []record.Record
	err = r.k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		found, err := tx.Records().Query(ctx, q)
		out = found
		return err
	})
	if err == nil {
		err = r.editionsRead(ctx, actor, out)
	}
	return out, err
}

// allowed puts the reader's rights into the query, the categories below those asked for, the other numbers of
// the forms asked for, and the row whose number was typed.
func (r Records) allowed(ctx context.Context, actor Actor, q record.Query) (record.Query, error) {
	q, err := r.rights(ctx, actor, q)
	if err != nil {
		return q, err
	}
	if q, err = r.allNumbers(ctx, actor, q); err != nil {
		return q, err
	}
	return r.aRow(ctx, withoutRetracted(q))
}

// rights puts the reader's rights into the query, and the categories below those asked for.
func (r Records) rights(ctx context.Context, actor Actor, q record.Query) (record.Query, error) {
	q.ACLs, q.All, q.Reader, q.Also = nil, actor.system, "", nil
	if len(q.Categories) > 0 {
		tree, err := r.k.tree(ctx)
		if err != nil {
			return q, err
		}
		var below []string
		for _, id := range q.Categories {
			below = append(append(below, id), tree.Under(id)...)
		}
		slices.Sort(below)
		q.Categories = slices.Compact(below)
	}
	if len(q.Editions) > 0 {
		named, err := r.editionsNamed(ctx, actor, q.Editions)
		if err != nil {
			return q, err
		}
		q.Editions = named
	}
	if actor.system {
		return q, nil
	}
	now := r.k.moment()
	if _, err := r.k.person(ctx, actor.Person, now); err != nil {
		return q, err
	}
	reader, err := r.k.reader(ctx, actor.Person, now)
	if err != nil {
		return q, err
	}
	q.Reader = actor.Person
	if reader.ReadAll {
		q.All = true
		return q, nil
	}
	var acls []record.ACL
	err = r.k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		found, err := tx.Records().ACLs(ctx)
		acls = found
		return err
	})
	if err != nil {
		return q, err
	}
	if reader, err = r.k.readerOfRecords(ctx, actor.Person, now, acls...); err != nil {
		return q, err
	}
	q.ACLs = record.Satisfied(acls, reader)
	if q.Also, err = r.waitingFor(ctx, actor); err != nil {
		return q, err
	}
	lent, err := r.lent(ctx, actor)
	q.Also = append(q.Also, lent...)
	return q, err
}

// lent are the records of the documents that are lent to the actor, with their former versions.
func (r Records) lent(ctx context.Context, actor Actor) ([]string, error) {
	ids, err := r.k.Documents().lentTo(ctx, actor.Person)
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	var out []string
	err = r.k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		var records []string
		for _, id := range ids {
			versions, err := tx.Documents().Versions(ctx, id)
			if err != nil {
				return err
			}
			records = append(records, documentRecord(id))
			for _, v := range versions {
				records = append(records, documentRecord(id)+"/"+v.Label)
			}
		}
		out = records
		return nil
	})
	return out, err
}

// waitingFor are the records of cases in which the actor may act now, as deputy, by
// a role or as a successor, with the requests they are rows of: he may read them
// all, though he has no part in them yet.
func (r Records) waitingFor(ctx context.Context, actor Actor) ([]string, error) {
	todos, err := r.k.Tasks(ctx, actor, TodoFilter{})
	if err != nil {
		return nil, err
	}
	ids := map[string]bool{}
	for _, t := range todos {
		for _, id := range []string{t.Case, t.Parent} {
			if id != "" {
				ids[recordID(id)] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(ids)), nil
}
