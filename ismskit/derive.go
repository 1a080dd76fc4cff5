package ismskit

import (
	"context"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/ismskit/register"
)

// derive fills the fields that follow from register rows and documents. It returns values with
// those fields set, or without them where there is nothing to follow from. What followed from a
// document before stays as it was, while the same is referred to: others signed it so. Nothing
// follows from one that the actor may not read, for what follows tells that it is there.
func (k *Kit) derive(ctx context.Context, actor Actor, kind *kind, before, values forms.Values) (forms.Values, error) {
	if len(kind.Derived) == 0 {
		return values, nil
	}
	var reach *document.Reach
	if slices.ContainsFunc(kind.Derived, func(d Derived) bool { return refIn(values[d.Of], "document") }) {
		var err error
		if reach, err = k.Documents().reach(ctx, actor); err != nil {
			return nil, err
		}
	}
	out := values.Clone()
	err := k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		for _, d := range kind.Derived {
			delete(out, d.Field)
			ref, _ := values[d.Of].(forms.Ref)
			was, _ := before[d.Of].(forms.Ref)
			if ref.List == "document" && was.ID == ref.ID && before[d.Field] != nil {
				out[d.Field] = before[d.Field]
				continue
			}
			if ref.List == "document" {
				may := reach
				if was.ID == ref.ID {
					may = nil // somebody who may read it named it
				}
				if err := k.deriveDocument(ctx, tx, kind, d, ref.ID, may, out); err != nil {
					return err
				}
				continue
			}
			list, ok := strings.CutPrefix(ref.List, "register/")
			if !ok {
				continue
			}
			row, found, err := tx.Registers().Row(ctx, list, ref.ID)
			if err != nil {
				return err
			}
			if !found {
				continue
			}
			cells, err := k.lists.Values(row)
			if err != nil {
				return err
			}
			if v, ok := cells[d.From]; ok {
				out[d.Field] = v
			}
		}
		return nil
	})
	return out, err
}

// refIn says whether a value is a reference to something of a list.
func refIn(v any, list string) bool {
	ref, ok := v.(forms.Ref)
	return ok && ref.List == list
}

// What of a document a field may follow from, as Derived.From names it.
const (
	derivedName  = "name" // number and title
	derivedClass = "class"
	derivedUnit  = "unit"
	derivedGroup = "group"
)

// deriveDocument fills a field from the document that another one refers to. A class that the
// field does not offer, and a document that no unit or no group owns, leave it empty.
func (k *Kit) deriveDocument(ctx context.Context, tx Tx, kind *kind, d Derived, id string, reach *document.Reach, out forms.Values) error {
	doc, found, err := tx.Documents().Document(ctx, id)
	if err != nil || !found || !reach.Lets(doc) {
		return err
	}
	switch d.From {
	case derivedName:
		out[d.Field] = strings.TrimSpace(doc.Number + " " + document.TitleIn(doc.Title, k.cfg.Lang))
	case derivedClass:
		if class := k.classOffered(kind, d.Field, doc.Class); class != "" {
			out[d.Field] = class
		}
	case derivedUnit:
		return k.deriveRow(ctx, tx, d.Field, "unit", register.Units, doc.Unit, out)
	case derivedGroup:
		return k.deriveRow(ctx, tx, d.Field, "register/"+register.Groups, register.Groups, doc.Group, out)
	}
	return nil
}

// deriveRow fills a field with a reference to a row, by what the row is called.
func (k *Kit) deriveRow(ctx context.Context, tx Tx, field, as, list, id string, out forms.Values) error {
	if id == "" {
		return nil
	}
	row, found, err := tx.Registers().Row(ctx, list, id)
	if err != nil || !found {
		return err
	}
	name, err := k.lists.Title(row, k.cfg.Lang)
	if err != nil {
		return err
	}
	out[field] = forms.Ref{List: as, ID: id, Name: name}
	return nil
}
