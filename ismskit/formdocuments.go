package ismskit

import (
	"context"
	"slices"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/document"
)

// NamedDocument is a document that something else names.
type NamedDocument struct {
	ID, Number string // Number is the one that it bears today
	Title      forms.Text
	// Renumbered says that it is named by a number that it bore before (曾用編號).
	Renumbered bool
}

// formDocuments puts to types the documents that they name, as far as the actor may read
// them: the form under its number, and the procedure that lists it. A number that is not
// that of one document alone names none. Whether the house had issued the form at all on a
// day, today for the zero time, is no secret: it stands on every print.
func (k *Kit) formDocuments(ctx context.Context, actor Actor, on time.Time, types ...*TypeInfo) error {
	var numbers []string
	for _, t := range types {
		if t.FormNo != "" && !slices.Contains(numbers, t.FormNo) {
			numbers = append(numbers, t.FormNo)
		}
	}
	if len(numbers) == 0 {
		return nil
	}
	today := calendar.DateOf(k.moment().In(k.location)).String()
	day := today
	if !on.IsZero() {
		day = calendar.DateOf(on.In(k.location)).String()
	}
	reach, err := k.Documents().reach(ctx, actor)
	if err != nil {
		return err
	}
	var listed, procedures, issued []document.Document
	err = k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		listed, procedures, issued = nil, nil, nil
		found, err := tx.Documents().Documents(ctx, document.Query{Numbers: numbers})
		if err != nil {
			return err
		}
		listed = found
		var parents []string
		for _, doc := range found {
			was := doc.Current != "" && day == today
			if !was {
				versions, err := tx.Documents().Versions(ctx, doc.ID)
				if err != nil {
					return err
				}
				was = document.WasIssued(versions, day)
			}
			if was {
				issued = append(issued, doc)
			}
			if doc.Parent != "" && !slices.Contains(parents, doc.Parent) {
				parents = append(parents, doc.Parent)
			}
		}
		if len(parents) > 0 {
			procedures, err = tx.Documents().Documents(ctx, document.Query{Numbers: parents})
		}
		return err
	})
	if err != nil {
		return err
	}
	bears := func(doc document.Document, number string) bool {
		return slices.Contains(doc.Numbers(), document.TypedNumber(number))
	}
	one := func(among []document.Document, number string) (document.Document, bool) {
		its := slices.DeleteFunc(slices.Clone(among), func(doc document.Document) bool { return !bears(doc, number) })
		if number == "" || len(its) != 1 || !reach.Lets(its[0]) {
			return document.Document{}, false
		}
		return its[0], true
	}
	for _, t := range types {
		if on.IsZero() { // of today alone: a case on its way goes on
			its := slices.DeleteFunc(slices.Clone(listed), func(doc document.Document) bool { return t.FormNo == "" || !bears(doc, t.FormNo) })
			if t.Barred == nil && t.PaperOf == "" {
				if kind, ok := k.kinds.latestOf(t.Key); ok {
					t.Barred = retiredForm(kind, its)
				}
			}
			if t.Edition != "" && len(its) == 1 && its[0].Current != t.Edition && reach.Lets(its[0]) {
				t.InForce = its[0].Current
			}
		}
		t.Template = t.FormNo != "" && !slices.ContainsFunc(issued, func(doc document.Document) bool { return bears(doc, t.FormNo) })
		form, ok := one(listed, t.FormNo)
		if !ok {
			continue
		}
		t.Form = &NamedDocument{ID: form.ID, Number: form.Number, Title: form.Title, Renumbered: !document.SameNumber(form.Number, t.FormNo)}
		if procedure, ok := one(procedures, form.Parent); ok {
			t.Procedure = &NamedDocument{ID: procedure.ID, Number: procedure.Number, Title: procedure.Title}
		}
	}
	return nil
}
