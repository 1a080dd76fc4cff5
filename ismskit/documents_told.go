package ismskit

import (
	"context"
	"slices"

	"github.com/ismskit/ismskit/ismskit/document"
)

// toldDocuments leaves of documents what their reader may know of others: what each has to do with is told with it
// alone (DocumentView.Related), and the number of the one that lists it only where he may read that one.
func toldDocuments(ctx context.Context, tx Tx, reach *document.Reach, docs []document.Document) error {
	if reach == nil {
		return nil
	}
	for i := range docs {
		docs[i].Relations = nil
	}
	return toldParents(ctx, tx, reach, docs)
}

// toldParents does so for the numbers of those that list them, now or earlier.
func toldParents(ctx context.Context, tx Tx, reach *document.Reach, docs []document.Document) error {
	if reach == nil {
		return nil
	}
	var parents []string
	for _, d := range docs {
		parents = append(parents, d.Parent)
		for _, was := range d.Earlier {
			parents = append(parents, was.Parent)
		}
	}
	hidden, err := hiddenNumbers(ctx, tx, reach, parents)
	if err != nil || len(hidden) == 0 {
		return err
	}
	for i := range docs {
		d := &docs[i]
		if hidden[document.TypedNumber(d.Parent)] {
			d.Parent = ""
		}
		d.Earlier = slices.Clone(d.Earlier)
		for n, was := range d.Earlier {
			if hidden[document.TypedNumber(was.Parent)] {
				d.Earlier[n].Parent = ""
			}
		}
	}
	return nil
}

// hiddenNumbers are those of some numbers that documents have or had of which none is within reach.
func hiddenNumbers(ctx context.Context, tx Tx, reach *document.Reach, numbers []string) (map[string]bool, error) {
	numbers = slices.DeleteFunc(slices.Clone(numbers), func(n string) bool { return n == "" })
	slices.Sort(numbers)
	if numbers = slices.Compact(numbers); reach == nil || len(numbers) == 0 {
		return nil, nil
	}
	hidden, seen := map[string]bool{}, map[string]bool{}
	for part := range slices.Chunk(numbers, 500) {
		found, err := tx.Documents().Documents(ctx, document.Query{Numbers: part})
		if err != nil {
			return nil, err
		}
		for _, d := range found {
			for _, n := range d.Numbers() {
				if n = document.TypedNumber(n); reach.Lets(d) {
					seen[n] = true
				} else {
					hidden[n] = true
				}
			}
		}
	}
	for n := range seen {
		delete(hidden, n)
	}
	return hidden, nil
}

// listedBy are the documents of a query, as its reader is told of them: nothing is listed by one that he
// may not read.
func listedBy(ctx context.Context, tx Tx, q document.Query) ([]document.Document, error) {
	named := []string{q.Parent}
	if at := q.PointsAt; at != nil && q.Reach != nil {
		doc, found, err := tx.Documents().Document(ctx, at.ID)
		if err != nil || found && !q.Reach.Lets(doc) {
			return nil, err
		}
		named = append(named, at.Numbers()...)
	}
	hidden, err := hiddenNumbers(ctx, tx, q.Reach, named)
	if err != nil || slices.ContainsFunc(named, func(n string) bool { return hidden[document.TypedNumber(n)] }) {
		return nil, err
	}
	found, err := tx.Documents().Documents(ctx, q)
	if err == nil {
		err = toldDocuments(ctx, tx, q.Reach, found)
	}
	return found, err
}
