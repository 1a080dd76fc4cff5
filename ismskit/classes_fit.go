package ismskit

import (
	"context"
	"fmt"
	"unicode/utf8"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/ismskit/record"
	"github.com/ismskit/ismskit/ismskit/register"
)

// classFits holds a row of the list of classes to the others. No two have one place, or one name; there is always
// one that everybody of the house may read and that can be chosen; and one that everybody may read
// stands below all that only the named read, for what is made of two classes gets the higher one and
// must not be opened by it. The reading rule of a class that something may carry already stays.
func (k *Kit) classFits(ctx context.Context, tx Tx, old, row register.Row) error {
	if err := alone(ctx, tx, aloneClasses); err != nil {
		return err
	}
	now, err := k.classOf(row)
	if err != nil {
		return err
	}
	rows, err := tx.Registers().Rows(ctx, register.Query{List: register.Classes})
	if err != nil {
		return err
	}
	before, err := k.classesOf(rows)
	if err != nil {
		return err
	}
	if err := k.readersFit(ctx, tx, before, now); err != nil {
		return err
	}
	open := false
	for _, other := range before.with(now) {
		open = open || other.Open && !other.Retired
		switch {
		case other.ID == now.ID:
		case other.sameName(now):
			return k.classFault("name", "classes.name_taken", other)
		case other.Place == now.Place:
			return k.classFault(classPlace, "classes.place_taken", other)
		case other.Open && !now.Open && other.Place > now.Place, now.Open && !other.Open && now.Place > other.Place:
			return k.classFault(classPlace, "classes.open_above", other)
		}
	}
	if !open {
		return k.classFault(classRetired, "classes.none_open", now)
	}
	return nil
}

// sameName says whether two classes are called the same, each in any language, so that nobody could
// tell which of them an index, or a stamp, means.
func (c Class) sameName(other Class) bool {
	for _, mine := range c.Title {
		for _, its := range other.Title {
			if sameName(mine, its) {
				return true
			}
		}
	}
	return false
}

// readersFit refuses a new class that would open to everybody what carries its id already: documents,
// cases and what else is on file, or types whose cases are to come; and another reading rule for one
// that is stored, or that the program brings: what carries it would be read by others than it was filed for.
func (k *Kit) readersFit(ctx context.Context, tx Tx, before Classes, now Class) error {
	was, known := before.Of(now.ID)
	if known && was.Open != now.Open {
		return k.classFault(classReaders, "classes.readers_fixed", was)
	}
	if known || !now.Open {
		return nil
	}
	carried := k.kinds.ofClass(now.ID)
	if !carried {
		docs, err := tx.Documents().Documents(ctx, document.Query{Classes: []string{now.ID}, Limit: 1})
		if err != nil {
			return err
		}
		records, err := tx.Records().Query(ctx, record.Query{All: true, Classes: []string{now.ID}, Limit: 1})
		if err != nil {
			return err
		}
		carried = len(docs)+len(records) > 0
	}
	if carried {
		return k.classFault(classReaders, "classes.carried", now)
	}
	return nil
}

func (k *Kit) classFault(field, code string, class Class) error {
	form, _ := k.lists.Form(register.Classes)
	info, _ := form.Field(field)
	return forms.Invalid{{Field: field, Code: code, Label: info.Label, Text: sayAll(code, func(lang string) map[string]string {
		return map[string]string{"name": class.Title.In(lang), "place": fmt.Sprint(class.Place)}
	})}}
}

// classed refuses a class for a document that is not on the scale, or retired, unless the document has
// it. A host that files its stock may name a retired one. What is too long to be any is refused as that.
func (d Documents) classed(ctx context.Context, tx Tx, actor Actor, scale Classes, doc document.Document) (document.Refusals, error) {
	if doc.Class == "" || utf8.RuneCountInString(doc.Class) > document.MaxNumber || actor.system && scale.has(doc.Class) {
		return nil, nil
	}
	stored, _, err := tx.Documents().Document(ctx, doc.ID)
	if err != nil || scale.fits(doc.Class, stored.Class) {
		return nil, err
	}
	var choices []string
	for _, one := range scale.Choices("") {
		choices = append(choices, one.ID+" "+one.Title.In(d.k.cfg.Lang))
	}
	return document.Refusals{document.RefuseClass(doc.Class, choices)}, nil
}
