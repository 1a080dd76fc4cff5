package storagetest

import (
	"context"
	"testing"

	"github.com/ismskit/ismskit/ismskit"
)

// EarlierBands makes of an up-to-date schema what it was before versions had
// bands of their own: a document with a band, one without, and step 002 undone.
const EarlierBands = `
INSERT INTO isms_documents (id, revision, number, level, class, parent, state, folded, body) VALUES
	('d1', 1, 'IS-02-008', 2, 'internal', '', 'current', 'is-02-008', '{"ID":"d1","Revision":1,"Number":"IS-02-008","Band":"示範改寫本"}'),
	('d2', 1, 'IS-02-009', 2, 'internal', '', 'current', 'is-02-009', '{"ID":"d2","Revision":1,"Number":"IS-02-009","Band":""}');
INSERT INTO isms_document_versions (document, label, revision, seq, body) VALUES
	('d1', '1.0', 1, 1, '{"Document":"d1","Label":"1.0","Revision":1,"Seq":1,"Description":"訂定"}'),
	('d1', '1.1', 1, 2, '{"Document":"d1","Label":"1.1","Revision":1,"Seq":2}'),
	('d2', '1.0', 1, 1, '{"Document":"d2","Label":"1.0","Revision":1,"Seq":1}');
DELETE FROM isms_migrations WHERE name = '002_version_band';`

// CheckEarlierBands checks what a newer program reads after EarlierBands.
func CheckEarlierBands(t *testing.T, s ismskit.Store) {
	t.Helper()
	err := s.View(t.Context(), func(ctx context.Context, tx ismskit.Tx) error {
		for id, want := range map[string][]string{"d1": {"示範改寫本", "示範改寫本"}, "d2": {""}} {
			versions, err := tx.Documents().Versions(ctx, id)
			if err != nil || len(versions) != len(want) {
				t.Errorf("%s: %d versions, %v", id, len(versions), err)
				continue
			}
			for i, v := range versions {
				if v.Band != want[i] {
					t.Errorf("%s %s: band %q, want %q", id, v.Label, v.Band, want[i])
				}
			}
			if id == "d1" && versions[0].Description != "訂定" {
				t.Errorf("the rest of the row is lost: %+v", versions[0])
			}
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}
