package ismskit

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/ismskit/record"
)

// FormName is what a number under which records are filed stands for.
type FormName struct {
	Title forms.Text
	// Now is the number that the document has today where this is a former one of its, "" otherwise.
	Now string
}

// formOf is which of the documents that somebody may know a number stands for: one that bears it now (is), or else
// the only one that ever did.
func formOf(docs []document.Document, number string) (doc document.Document, is, ok bool) {
	var had []document.Document
	for _, d := range docs {
		switch {
		case document.SameNumber(d.Number, number):
			if !is {
				doc, is, ok = d, true, true
			}
		case slices.Contains(d.Numbers(), document.TypedNumber(number)):
			had = append(had, d)
		}
	}
	if !is && len(had) == 1 {
		doc, ok = had[0], true
	}
	return doc, is, ok
}

// nameForms says what the numbers are called of what was found, of what it was counted by, and of what
// was asked for: as the actor knows the form that is filled in under it, or the document.
func (r Records) nameForms(ctx context.Context, actor Actor, found *Finding, asked []string) error {
	numbers := slices.AppendSeq(slices.Clone(asked), maps.Values(found.FormOf))
	for _, b := range found.Counts[record.ByForm] {
		numbers = append(numbers, b.Value)
	}
	for _, rec := range found.Records {
		numbers = append(numbers, rec.Form)
	}
	slices.Sort(numbers)
	numbers = slices.DeleteFunc(slices.Compact(numbers), func(n string) bool { return n == "" })
	if len(numbers) == 0 {
		return nil
	}
	reach, err := r.k.Documents().reach(ctx, actor)
	if err != nil {
		return err
	}
	var docs []document.Document
	err = r.k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		docs = nil
		for part := range slices.Chunk(numbers, 100) {
			some, err := tx.Documents().Documents(ctx, document.Query{Numbers: part, Reach: reach})
			if err != nil {
				return err
			}
			docs = append(docs, some...)
		}
		return nil
	})
	if err != nil {
		return err
	}
	slices.SortFunc(docs, func(a, b document.Document) int { return strings.Compare(document.Cursor(a), document.Cursor(b)) })
	docs = slices.CompactFunc(docs, func(a, b document.Document) bool { return a.ID == b.ID })
	types, err := r.k.Types().List(ctx, actor)
	if err != nil {
		return err
	}
	found.FormNames = map[string]FormName{}
	for _, number := range numbers {
		doc, is, ok := formOf(docs, number)
		i := slices.IndexFunc(types, func(t TypeInfo) bool { return t.FormNo != "" && document.SameNumber(t.FormNo, number) })
		switch {
		case i >= 0:
			found.FormNames[number] = FormName{Title: forms.Text(types[i].Title)}
		case ok && is:
			found.FormNames[number] = FormName{Title: forms.Text(doc.Title)}
		case ok: // what was filed under it stays so
			found.FormNames[number] = FormName{Title: forms.Text(doc.Title), Now: doc.Number}
		}
	}
	return nil
}
