package catalog

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/storage/memory"
	"github.com/ismskit/ismskit/storage/postgres"
	"github.com/ismskit/ismskit/storage/storagetest/postgrestest"
)

// A document is opened by what it has to do with, however many others the house has: their rows are
// not read for it.
func TestB1_2ADocumentIsOpenedWithoutReadingAllOthers(t *testing.T) {
	for name, open := range map[string]func() ismskit.Store{
		"memory":   func() ismskit.Store { return memory.New() },
		"sqlite":   func() ismskit.Store { return openSQLite(t) },
		"postgres": func() ismskit.Store { return postgrestest.Open(t, postgres.Options{}) },
	} {
		t.Run(name, func(t *testing.T) {
			rows := 0
			o := openOffice(t, fetched{open(), &rows})
			one := o.stock("IS-03-202", ismskit.ClassInternal)
			o.stock("IS-03-201", ismskit.ClassInternal, document.Relation{Kind: document.References, Number: "IS-03-202"}, document.Relation{Kind: document.DerivedFrom, Number: "is-03-299"})
			o.stock("IS-03-203", ismskit.ClassInternal, document.Relation{Kind: document.Replaces, Number: "IS-03-201"})
			opened := func() (int, []string) {
				t.Helper()
				rows = 0
				view, err := o.kit.Documents().Get(o.ctx, o.as("P13"), "IS-03-201")
				must(t, err)
				var related []string
				for _, r := range view.Related {
					related = append(related, r.Kind+" "+r.Document.Number)
				}
				return rows, related
			}
			few, related := opened()
			if !slices.Equal(related, []string{"references IS-03-202", "supersedes IS-03-203"}) {
				t.Errorf("related: %q", related)
			}
			for i := range 30 {
				o.stock(fmt.Sprintf("IS-05-%03d", i), ismskit.ClassInternal, document.Relation{Kind: document.References, Number: "IS-03-202", ID: one})
			}
			if many, _ := opened(); many != few || few > 10 {
				t.Errorf("%d rows were read, and %d with 30 documents more", few, many)
			}
			// What was named by a number alone is found once it is there, and by a number it had.
			o.stock("IS-03-299", ismskit.ClassInternal)
			if _, now := opened(); !slices.Contains(now, "derived_from IS-03-299") {
				t.Errorf("once it is there: %q", now)
			}
			view, err := o.kit.Documents().Get(o.ctx, o.as("P13"), "IS-03-299")
			if must(t, err); len(view.Related) != 1 || !view.Related[0].Back {
				t.Errorf("from there: %+v", view.Related)
			}
			must(t, o.correct("IS-03-203", func(d *document.Document) { d.Relations = []document.Relation{} }))
			if _, now := opened(); slices.Contains(now, "supersedes IS-03-203") {
				t.Errorf("after it was taken away: %q", now)
			}
		})
	}
}

// fetched counts the rows of documents that are read.
type fetched struct {
	ismskit.Store
	rows *int
}

type fetchedTx struct {
	ismskit.Tx
	rows *int
}

type fetchedDocuments struct {
	document.Store
	rows *int
}

func (f fetched) View(ctx context.Context, fn func(context.Context, ismskit.Tx) error) error {
	return f.Store.View(ctx, func(ctx context.Context, tx ismskit.Tx) error { return fn(ctx, fetchedTx{tx, f.rows}) })
}

func (f fetchedTx) Documents() document.Store { return fetchedDocuments{f.Tx.Documents(), f.rows} }

func (f fetchedDocuments) Documents(ctx context.Context, q document.Query) ([]document.Document, error) {
	docs, err := f.Store.Documents(ctx, q)
	*f.rows += len(docs)
	return docs, err
}
