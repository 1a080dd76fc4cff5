package catalog

import (
	"context"
	"testing"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/document"
)

// A form names its document and the procedure that lists it, to those who may read them:
// once the procedure is 「密」, to whoever reads everything.
func TestAFormNamesTheDocumentsItsReaderMayRead(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		of := func(person string) (listed, got, seen ismskit.TypeInfo) {
			t.Helper()
			types, err := o.kit.Types().List(o.ctx, o.as(person))
			must(t, err)
			for _, info := range types {
				if info.Key == TypeAccountRequest {
					listed = info
				}
			}
			got, _, err = o.kit.Types().Get(o.ctx, o.as(person), TypeAccountRequest)
			must(t, err)
			c, err := o.kit.Case(o.ctx, loading, o.l.cases["C02"])
			must(t, err)
			return listed, got, c.Kind
		}
		listed, got, seen := of("P13")
		for _, info := range []ismskit.TypeInfo{listed, got, seen} {
			if info.Form == nil || info.Form.Number != "IS-04-012" || info.Form.ID == "" || info.Procedure == nil || info.Procedure.Number != "IS-02-006" || info.Procedure.Title.In("zh-TW") == "" {
				t.Errorf("named: %+v, %+v", info.Form, info.Procedure)
			}
		}
		must(t, o.l.cfg.Store.Update(o.ctx, func(ctx context.Context, tx ismskit.Tx) error {
			docs, err := tx.Documents().Documents(ctx, document.Query{Numbers: []string{"IS-02-006"}})
			if err != nil {
				return err
			}
			doc := docs[0]
			doc.Revision++
			doc.Class = ismskit.ClassConfidential
			return tx.Documents().PutDocument(ctx, doc)
		}))
		listed, got, seen = of("P13")
		if listed.Form == nil || listed.Procedure != nil || got.Procedure != nil {
			t.Errorf("a clerk is told of %+v, %+v", listed.Procedure, got.Procedure)
		}
		if seen.Procedure == nil {
			t.Error("whoever reads everything is told of none")
		}
	})
}

// No form of the demonstration is called a template, neither in use nor on a case of years ago.
func TestTheDemonstrationHasIssuedItsForms(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		types, err := o.kit.Types().List(o.ctx, o.as("P13"))
		must(t, err)
		for _, info := range types {
			if info.Template {
				t.Errorf("%s %s is called a template", info.Key, info.FormNo)
			}
		}
		for key, id := range o.l.cases {
			c, err := o.kit.Case(o.ctx, loading, id)
			must(t, err)
			if c.Kind.Template {
				t.Errorf("%s of %s is called a case of a template", key, c.Submitted)
			}
		}
	})
}
