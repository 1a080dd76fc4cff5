package storagetest

import (
	"context"
	"testing"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/document"
)

// EarlierTitles makes of an up-to-date schema what it was before documents were found by the titles
// that they had: one that was corrected twice, one whose correction left its title, one that was
// never corrected, and step 013 undone.
const EarlierTitles = `
INSERT INTO isms_documents (id, revision, number, level, class, parent, state, folded, body) VALUES
	('d1', 1, 'IS-02-031', 2, 'internal', '', 'current', 'is-02-031' || '
' || '行動裝置及遠距工作管理', '{"ID":"d1","Revision":1,"Number":"IS-02-031","Title":{"zh-TW":"行動裝置及遠距工作管理"},"Earlier":[{"Until":"2025-01-01","Title":{"zh-TW":"行動裝置（ＰＤＡ）　管理","en":"Mobile Devices"}},{"Until":"2026-01-01","Title":{"zh-TW":"行動裝置及遠距作業管理"}}]}'),
	('d2', 1, 'IS-02-032', 2, 'internal', '', 'current', 'is-02-032', '{"ID":"d2","Revision":1,"Number":"IS-02-032","Title":{"zh-TW":"媒體"},"Earlier":[{"Until":"2025-01-01","Owner":"P07"},{"Until":"2026-01-01","Title":null}]}'),
	('d3', 1, 'IS-02-033', 2, 'internal', '', 'current', 'is-02-033', '{"ID":"d3","Revision":1,"Number":"IS-02-033","Title":{"zh-TW":"媒體"},"Earlier":null}');
DELETE FROM isms_migrations WHERE name = '013_document_titles';`

// CheckEarlierTitles checks what a newer program finds after EarlierTitles, also when it has written
// the document.
func CheckEarlierTitles(t *testing.T, s ismskit.Store) {
	t.Helper()
	found := func(when string) {
		t.Helper()
		for words, want := range map[string][]string{
			"行動裝置(pda) 管理": {"d1"}, "行動裝置（ＰＤＡ）　管理": {"d1"}, "mobile devices": {"d1"}, "Mobile Devices": {"d1"}, "遠距作業": {"d1"}, "遠距工作": {"d1"},
			"is-02-03": {"d1", "d2", "d3"}, "P07": nil,
		} {
			docs := get(t, s, func(ctx context.Context, tx ismskit.Tx) ([]document.Document, error) {
				return tx.Documents().Documents(ctx, document.Query{Text: words})
			})
			same(t, when+": "+words, idsOf(docs, func(d document.Document) string { return d.ID }), want)
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
