package ismskit

import (
	"context"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/ismskit/register"
)

// heldShown takes the name of what somebody has from a reader who may not know it: a document of a class that
// he may not read, a category that is none to him. That it is there he is told, for somebody has to go on with
// it. A sheet, which more people read, calls by no name a document that not everybody may read, and a category
// that takes over no rights from above.
func (k *Kit) heldShown(ctx context.Context, actor Actor) (func(context.Context, register.Row, register.Cells, *Holding) error, error) {
	reach, err := k.Documents().reach(ctx, actor)
	if err != nil {
		return nil, err
	}
	scale, err := k.classesNow(ctx)
	if err != nil {
		return nil, err
	}
	open := &document.Reach{Classes: scale.open()}
	sight, err := k.Registers().sightOf(ctx, actor, register.Categories)
	if err != nil {
		return nil, err
	}
	unnamed := sayAll("handover.unnamed", func(string) map[string]string { return nil })
	hide := func(h *Holding, him, sheet bool) {
		if sheet {
			h.onSheet = unnamed
		}
		if him {
			h.Row, h.Name = "", unnamed
		}
	}
	return func(ctx context.Context, row register.Row, cells register.Cells, h *Holding) error {
		if row.List == register.Categories {
			_, _, ok, err := sight.of(row)
			hide(h, !ok, cells.Flag("alone"))
			return err
		}
		for _, id := range k.documentsNamed(row.List, cells) {
			doc, _, err := k.Documents().stored(ctx, id)
			if err != nil {
				return err
			}
			hide(h, !reach.Lets(doc), !open.Lets(doc))
		}
		return nil
	}, nil
}

// documentsNamed are the documents to which a row refers.
func (k *Kit) documentsNamed(list string, cells register.Cells) (ids []string) {
	l, _ := k.lists.List(list)
	named := func(fields []forms.Field, cells register.Cells) {
		for _, f := range fields {
			if f.Params["of"] == "document" {
				ids = append(ids, cells.IDs(f.Key)...)
			}
		}
	}
	named(l.Schema.Fields, cells)
	for _, f := range l.Schema.Fields {
		for _, row := range cells.Rows(f.Key) {
			named(f.Fields, row)
		}
	}
	return ids
}
