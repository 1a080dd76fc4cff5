package storagetest

import (
	"context"
	"testing"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/document"
)

// EarlierNumbers makes of an up-to-date schema what it was before numbers were found
// however they are typed: a document's numbers as they stand, and step 007 undone.
const EarlierNumbers = `
INSERT INTO isms_documents (id, revision, number, level, class, parent, state, folded, body) VALUES
	('d1', 1, 'IS-04-012（附件一）', 4, 'internal', '', 'current', '', '{"ID":"d1","Revision":1,"Number":"IS-04-012（附件一）","FormerNumbers":["ＩＳ－04–007"]}');
INSERT INTO isms_document_numbers (number, document) VALUES ('IS-04-012（附件一）', 'd1'), ('ＩＳ－04–007', 'd1');
DELETE FROM isms_migrations WHERE name = '007_document_numbers';`

// CheckEarlierNumbers checks what a newer program finds after EarlierNumbers, also when it
// has written the document.
func CheckEarlierNumbers(t *testing.T, s ismskit.Store) {
	t.Helper()
	found := func(when string) {
		t.Helper()
		for _, number := range []string{"IS-04-012（附件一）", "IS-04-012(附件一)", "is–04–012（附件一）", "IS-04-007", "ＩＳ－04–007"} {
			docs := get(t, s, func(ctx context.Context, tx ismskit.Tx) ([]document.Document, error) {
				return tx.Documents().Documents(ctx, document.Query{Numbers: []string{number}})
			})
			same(t, when+": "+number, idsOf(docs, func(d document.Document) string { return d.ID }), []string{"d1"})
		}
	}
	found("as it was stored")
	update(t, s, func(ctx context.Context, tx ismskit.Tx) error {
		doc, _, err := tx.Documents().Document(ctx, "d1")
		if err != nil {
			return err
		}
		doc.Revision++
		return tx.Documents().PutDocument(ctx, doc)
	})
	found("written anew")
}
