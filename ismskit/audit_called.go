package ismskit

import (
	"context"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/document"
)

// calledRow is which row of its request a case is for, of one that has its request's number. Of
// one that can't be read, which is a finding of its own, nothing but the number is known.
func (k *Kit) calledRow(ctx context.Context, row CaseRow) calledAs {
	if row.Parent == "" {
		return calledAs{}
	}
	kind, err := k.kinds.of(ctx, k.store, row.Type, row.Version)
	if err != nil {
		return calledAs{}
	}
	extra, err := parseExtra(row.Extra)
	if err != nil {
		return calledAs{}
	}
	c := caseInHand{row: row, kind: kind, extra: extra}
	if c.rowNo() == 0 {
		return calledAs{}
	}
	return calledAs{row: c.rowNo(), turn: c.extra.Turn}
}

// documentCalled is what people call the document of a chain: by its trail, for its row may
// have been changed, with the title that the row has; "" for a chain that is no document's.
func (k *Kit) documentCalled(ctx context.Context, chain string) (name string, err error) {
	id, is := strings.CutPrefix(chain, documentRecord(""))
	if !is {
		return "", nil
	}
	err = k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		doc, _, err := tx.Documents().Document(ctx, id)
		if err != nil {
			return err
		}
		rows, err := chainRows(ctx, tx, EntryQuery{Chain: chain})
		number := ""
		for _, e := range slices.Backward(entriesOf(rows)) {
			if number = e.Number; number != "" {
				break
			}
		}
		name = documentName(number, doc, k.cfg.Lang)
		return err
	})
	return name, err
}

// documentName is a document's number and title; of one that is gone only the number is known.
func documentName(number string, doc document.Document, lang string) string {
	if number == "" {
		number = doc.Number
	}
	return strings.TrimSpace(number + " " + forms.Text(doc.Title).In(lang))
}
