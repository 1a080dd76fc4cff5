package ismskit

import (
	"context"
	"slices"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/directory"
	"github.com/ismskit/ismskit/ismskit/record"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/workflow"
)

// A look into the archive: what is found, counted by facets, and what that is called.

// Finding is one look into the archive.
type Finding struct {
	Records []record.Record
	Counts  map[record.Facet][]record.Bucket
	// KindNames are what the kinds of execution records are called.
	KindNames map[string]forms.Text
	// TypeNames are what the types are called that were counted by.
	TypeNames map[string]forms.Text
	// CategoryNames are what the categories are called that were counted by: a record names its own to
	// whoever reads it, though he reads no other there.
	CategoryNames map[string]forms.Text
	// SystemNames are, of an export, what the application systems are called that the actor knows.
	SystemNames map[string]forms.Text
	// FormOf is, of numbers of forms and documents that were asked for or that records are filed under and
	// that are former ones, the present one: by that they are counted.
	FormOf map[string]string
	// FormNames are what the numbers are called that records are filed under, that they were counted by or
	// that were asked for.
	FormNames map[string]FormName
	// Classes are the house's scale, for what the classes are called.
	Classes Classes
	// RowNos say of records of rows, by case, which row of its request each is for.
	RowNos map[string]int
	// RowTurns say of those handled for another time, for the how manieth, for RowNumberIn.
	RowTurns map[string]int
	// SubjectIn are the subjects that their types word in several languages, by case, for
	// SubjectFor; of documents, by the id of the record, their titles.
	SubjectIn map[string]workflow.Text
	// Versions are the labels of the versions that records of documents are of, by the id of the record.
	Versions map[string]string
}

// Find returns what Query would, and counts by facets. A facet is counted beside the
// reader's own choice of it: what he would find had he chosen otherwise. His rights are
// worked out once.
func (r Records) Find(ctx context.Context, actor Actor, q record.Query, by ...record.Facet) (Finding, error) {
	r.k = r.k.once()
	asked := q.Forms
	q, err := r.allowed(ctx, actor, q)
	if err != nil {
		return Finding{}, err
	}
	var out Finding
	err = r.k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		found := Finding{Counts: map[record.Facet][]record.Bucket{}}
		var err error
		if found.Records, err = tx.Records().Query(ctx, q); err != nil {
			return err
		}
		for _, facet := range by {
			if found.Counts[facet], err = tx.Records().Count(ctx, unchosen(q, facet), facet); err != nil {
				return err
			}
		}
		out = found
		return nil
	})
	if filed := out.Counts[record.ByCategories]; err == nil && len(filed) > 0 {
		if out.CategoryNames, err = r.categoryNames(ctx, filed); err != nil {
			return Finding{}, err
		}
		out.Counts[record.ByCategories], err = r.summed(ctx, actor, filed, out.CategoryNames)
	}
	if err == nil && slices.Contains(by, record.ByForm) {
		out.Counts[record.ByForm], out.FormOf, err = r.presentForms(ctx, actor, out.Counts[record.ByForm], asked)
	}
	if err == nil && len(by) > 0 {
		err = r.nameForms(ctx, actor, &out, asked)
	}
	if err == nil {
		err = r.editionsRead(ctx, actor, out.Records)
	}
	if err == nil {
		err = r.k.nameOwners(ctx, out.Counts[record.ByPerson])
	}
	if err == nil {
		out.TypeNames = r.k.typeNames(out.Counts[record.ByType])
		err = r.say(ctx, &out)
	}
	return out, err
}

// nameOwners labels counts by person with names, of whoever has left too.
func (k *Kit) nameOwners(ctx context.Context, counted []record.Bucket) error {
	if len(counted) == 0 {
		return nil
	}
	now := k.moment()
	ask := make([]directory.Question, len(counted))
	for i, b := range counted {
		ask[i] = directory.Question{ID: b.Value, Kind: directory.KindPerson, Person: b.Value, At: now}
	}
	answers, err := k.resolve(ctx, ask)
	if err != nil {
		return err
	}
	for i, a := range answers {
		if len(a.Holders) > 0 {
			counted[i].Label = a.Holders[0].Name
		}
	}
	return nil
}

// typeNames are what the types are called that records were counted by.
func (k *Kit) typeNames(counted []record.Bucket) map[string]forms.Text {
	out := map[string]forms.Text{}
	for _, b := range counted {
		if kind, ok := k.kinds.latestOf(b.Value); ok {
			out[b.Value] = kind.Title
		}
	}
	return out
}

// categoryNames are what categories are called that something is filed under.
func (r Records) categoryNames(ctx context.Context, filed []record.Bucket) (map[string]forms.Text, error) {
	out := map[string]forms.Text{}
	ids := make([]string, len(filed))
	for i, b := range filed {
		ids[i] = b.Value
	}
	for part := range slices.Chunk(ids, 100) {
		rows, err := r.k.rowsNow(ctx, register.Query{List: register.Categories, IDs: part})
		if err != nil {
			return nil, err
		}
		for i, row := range rows {
			if out[row.ID], err = r.k.titles(rows[i : i+1]); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

// summed are counts by category as a query by a category finds: with what is filed below. Whoever reads
// a record by itself has it counted too, though its category is none of his; one above it that is none of his
// is not counted. Those above are added to the names, the ones that have ended too.
func (r Records) summed(ctx context.Context, actor Actor, filed []record.Bucket, names map[string]forms.Text) ([]record.Bucket, error) {
	if len(filed) == 0 {
		return nil, nil
	}
	tree, err := r.k.tree(ctx)
	if err != nil {
		return nil, err
	}
	out, of := tree.Summed(filed), map[string]bool{}
	for _, b := range filed {
		of[b.Value] = true
	}
	var above []string
	for _, b := range out {
		if !of[b.Value] {
			above = append(above, b.Value)
		}
	}
	for part := range slices.Chunk(above, 100) {
		rows, err := r.k.Registers().Rows(ctx, actor, register.Query{List: register.Categories, IDs: part})
		if ignoreForbidden(ignoreNotFound(err)) != nil {
			return nil, err
		}
		for i, row := range rows {
			of[row.ID] = true
			if names[row.ID], err = r.k.titles(rows[i : i+1]); err != nil {
				return nil, err
			}
		}
	}
	return slices.DeleteFunc(out, func(b record.Bucket) bool { return !of[b.Value] }), nil
}

// unchosen is a query without what was chosen of a facet.
func unchosen(q record.Query, by record.Facet) record.Query {
	switch by {
	case record.ByYear:
		q.Years = nil
	case record.ByForm:
		q.Forms = nil
	case record.BySystem:
		q.Systems = nil
	case record.ByUnit:
		q.Units = nil
	case record.ByState:
		q.States, q.Without = nil, nil
	case record.ByOrigin:
		q.Origins = nil
	case record.ByType:
		q.Types = nil
	case record.ByClass:
		q.Classes = nil
	case record.ByPerson:
		q.People = nil
	case record.ByCategories:
		q.Categories = nil
	case record.ByDocKind:
		q.DocKinds = nil
	}
	return q
}

// Count counts what Query would return, by a facet; counts stop at record.CountUpTo. What is filed
// in a category counts at those above it too, as Query finds it by them, and what is filed under a former
// number of a form at the present one; people are named.
func (r Records) Count(ctx context.Context, actor Actor, q record.Query, by record.Facet) ([]record.Bucket, error) {
	r.k = r.k.once()
	q, err := r.allowed(ctx, actor, q)
	if err != nil {
		return nil, err
	}
	var out []record.Bucket
	err = r.k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		found, err := tx.Records().Count(ctx, q, by)
		out = found
		return err
	})
	if err == nil && by == record.ByCategories {
		out, err = r.summed(ctx, actor, out, map[string]forms.Text{})
	}
	if err == nil && by == record.ByForm {
		out, _, err = r.presentForms(ctx, actor, out, nil)
	}
	if err == nil && by == record.ByPerson {
		err = r.k.nameOwners(ctx, out)
	}
	return out, err
}
