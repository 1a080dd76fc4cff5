package ismskit

import (
	"context"
	"slices"

	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/ismskit/record"
)

// What was filed under a number stays so when its document or form is given another. Whoever asks for one of the
// numbers means the document: it is looked for under all of them, and counted under the present one.

// renumbered are the numbers of documents that were renumbered: by each number that stands for one alone, all
// that it has and had, the present one first. To the actor there are no documents but those that he may know.
func (r Records) renumbered(ctx context.Context, actor Actor, numbers []string) (map[string][]string, error) {
	reach, err := r.k.Documents().reach(ctx, actor)
	if err != nil {
		return nil, err
	}
	var docs []document.Document
	bearers := map[string]map[string]bool{}
	err = r.k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		docs = nil
		var all []string
		for part := range slices.Chunk(numbers, 100) {
			found, err := tx.Documents().Documents(ctx, document.Query{Numbers: part, Reach: reach})
			if err != nil {
				return err
			}
			for _, doc := range found {
				if len(doc.FormerNumbers) > 0 {
					docs, all = append(docs, doc), append(all, doc.Numbers()...)
				}
			}
		}
		clear(bearers)
		for part := range slices.Chunk(all, 100) {
			found, err := tx.Documents().Documents(ctx, document.Query{Numbers: part, Reach: reach})
			if err != nil {
				return err
			}
			for _, doc := range found {
				for _, n := range doc.Numbers() {
					if bearers[n] == nil {
						bearers[n] = map[string]bool{}
					}
					bearers[n][doc.ID] = true
				}
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	out := map[string][]string{}
	for _, doc := range docs {
		var its []string
		for _, n := range document.NumberKeys(append([]string{doc.Number}, doc.FormerNumbers...)...) {
			if len(bearers[document.TypedNumber(n)]) == 1 {
				its = append(its, n)
			}
		}
		if len(its) == 0 || its[0] != doc.Number {
			continue // a present number that another has or had too is no place to count under
		}
		for _, n := range its {
			out[n] = its
		}
	}
	return out, nil
}

// allNumbers puts beside the forms asked for the other numbers that they have and had.
func (r Records) allNumbers(ctx context.Context, actor Actor, q record.Query) (record.Query, error) {
	if len(q.Forms) == 0 {
		return q, nil
	}
	renumbered, err := r.renumbered(ctx, actor, q.Forms)
	var all []string
	for _, n := range q.Forms {
		for _, one := range append([]string{n}, renumbered[document.TypedNumber(n)]...) {
			if !slices.Contains(all, one) {
				all = append(all, one)
			}
		}
	}
	q.Forms = all
	return q, err
}

// presentForms counts what is filed under former numbers of a document together under its present one, and says
// which that is, of the numbers asked for too.
func (r Records) presentForms(ctx context.Context, actor Actor, counted []record.Bucket, asked []string) ([]record.Bucket, map[string]string, error) {
	numbers := slices.Clone(asked)
	for _, b := range counted {
		numbers = append(numbers, b.Value)
	}
	if len(numbers) == 0 {
		return counted, nil, nil
	}
	renumbered, err := r.renumbered(ctx, actor, numbers)
	if err != nil || len(renumbered) == 0 {
		return counted, nil, err
	}
	now := map[string]string{}
	for _, n := range asked {
		if its := renumbered[document.TypedNumber(n)]; len(its) > 0 && its[0] != n {
			now[n] = its[0]
		}
	}
	for _, b := range counted { // as they are looked for: in the writings that the document has
		if its := renumbered[b.Value]; len(its) > 0 && its[0] != b.Value {
			now[b.Value] = its[0]
		}
	}
	var out []record.Bucket
	for _, b := range counted {
		if present := now[b.Value]; present != "" {
			b.Value = present
		}
		at := slices.IndexFunc(out, func(o record.Bucket) bool { return o.Value == b.Value })
		if at < 0 {
			out = append(out, b)
			continue
		}
		n := out[at].Count + b.Count
		out[at].Count, out[at].More = min(n, record.CountUpTo), out[at].More || b.More || n > record.CountUpTo
	}
	slices.SortStableFunc(out, func(a, b record.Bucket) int { return b.Count - a.Count })
	return out, now, nil
}
