package storage_test

import (
	"context"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/storage/sqlite"
)

// A withdrawn version comes back as it was, while to a program that knows no withdrawals its
// row is that of a draft, which is never in force.
func TestAWithdrawnVersionIsADraftToAnEarlierProgram(t *testing.T) {
	s, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "isms.db"), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	gone := document.Version{Document: "d1", Label: "1.4", Seq: 1, Revision: 1, State: document.Withdrawn, Issued: "2027-12-15",
		Withdrawal: &document.Withdrawal{On: "2026-12-02", Person: "P07", By: "王文管", Reason: "發行日誤繕"}}
	if err := s.Update(t.Context(), func(ctx context.Context, tx ismskit.Tx) error { return tx.Documents().PutVersion(ctx, gone) }); err != nil {
		t.Fatal(err)
	}
	err = s.View(t.Context(), func(ctx context.Context, tx ismskit.Tx) error {
		versions, err := tx.Documents().Versions(ctx, "d1")
		if err == nil && (len(versions) != 1 || !reflect.DeepEqual(versions[0], gone)) {
			t.Errorf("%+v, not %+v", versions, gone)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
	var row string
	if err := s.DB().QueryRowContext(t.Context(), `SELECT body FROM isms_document_versions`).Scan(&row); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(row, `"State":"draft"`) || strings.Contains(row, `"withdrawn"`) {
		t.Errorf("its row is %s", row)
	}
}
