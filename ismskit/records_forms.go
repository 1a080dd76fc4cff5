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

// formsOf are the documents among some that a number stands for: those that bear it now (are), of which an
// old list may have several, or else the only one that ever did.
func formsOf(docs []document.Document, number string) (its []document.Document, are bool) {
	var had []document.Document
	for _, d := range docs {
		switch {
		case document.SameNumber(d.Number, number):
			its = append(its, d)
		case slices.Contains(d.Numbers(), document.TypedNumber(number)):
			had = append(had, d)
		}
	}
	if len(its) == 0 && len(had) == 1 {
		return had, false
	}
	return its, len(its) > 0
}

// formName is what a number is called by the forms that are filled in under it, and the documents that it stands for:
// where it stands for several now, by each of them.
func formName(types []TypeInfo, docs []document.Document, number string) (FormName, bool) {
	its, are := formsOf(docs, number)
	var titles, filled []forms.Text
	for _, d := range its {
		titles = append(titles, forms.Text(d.Title))
	}
	for _, t := range types {
		if t.FormNo != "" && t.PaperOf == "" && document.SameNumber(t.FormNo, number) {
			filled = append(filled, forms.Text(t.Title))
		}
	}
	out := FormName{Title: titlesOf(titles)}
	if len(filled) > 0 && len(its) < 2 {
		out.Title = titlesOf(filled)
	}
	if len(its) == 1 && !are { // what was filed under it stays so
		out.Now = its[0].Number
	}
	return out, len(titles)+len(filled) > 0
}

// titlesOf is each of several titles, those that are the same once.
func titlesOf(titles []forms.Text) forms.Text {
	out := forms.Text{}
	for _, lang := range languages {
		var said []string
		for _, t := range titles {
			if one := t.In(lang); !slices.Contains(said, one) {
				said = append(said, one)
			}
		}
		out[lang] = strings.Join(said, say(lang, "word.list", nil))
	}
	return out
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
		if name, ok := formName(types, docs, number); ok {
			found.FormNames[number] = name
		}
	}
	return nil
}
