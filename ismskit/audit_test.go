package ismskit_test

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/evidence"
	"github.com/ismskit/ismskit/storage/postgres"
	"github.com/ismskit/ismskit/storage/sqlite"
	"github.com/ismskit/ismskit/storage/storagetest/postgrestest"
)

// tamperable is an office whose database an administrator has his hands in.
type tamperable struct {
	*office
	key evidence.Key
	sql func(query string, args ...any)
}

func onBothDatabases(t *testing.T, test func(t *testing.T, o tamperable)) {
	t.Run("sqlite", func(t *testing.T) {
		s, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "isms.db"), sqlite.Options{})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		})
		key := aKey(t, "isms.example")
		test(t, tamperable{signingOffice(t, s, key), key, executor(t, s.DB().DB, "")})
	})
	t.Run("postgres", func(t *testing.T) {
		own := strings.ToLower(rand.Text())
		s := postgrestest.Open(t, postgres.Options{Schema: own})
		var schema string
		err := s.DB().QueryRowContext(t.Context(), "SELECT table_schema FROM information_schema.tables WHERE table_name = 'isms_trail' AND table_schema LIKE '"+own+"%'").Scan(&schema)
		if err != nil {
			t.Fatal(err)
		}
		key := aKey(t, "isms.example")
		test(t, tamperable{signingOffice(t, s, key), key, executor(t, s.DB().DB, `"`+schema+`".`)})
	})
}

func executor(t *testing.T, db *sql.DB, schema string) func(string, ...any) {
	return func(query string, args ...any) {
		t.Helper()
		query = strings.ReplaceAll(query, " isms_", " "+schema+"isms_")
		r, err := db.ExecContext(t.Context(), query, args...)
		if err != nil {
			t.Fatalf("%s: %v", query, err)
		}
		if n, err := r.RowsAffected(); err != nil || n == 0 {
			t.Fatalf("%s: %d rows, %v", query, n, err)
		}
	}
}

// signedCase is a case with two entries, one of them in the first checkpoint.
func (o tamperable) signedCase() (chain, number string, early []byte) {
	o.t.Helper()
	sent := o.apply("P13", threeRows())
	o.until(monday.AddDate(0, 0, 1))
	o.finish(sent.Case)
	early = o.checkpoints()[0].Note
	o.until(monday.AddDate(0, 0, 2))
	if r := o.audit(early); !r.Holds() {
		o.t.Fatalf("before: %v", r.Findings)
	}
	return "case/" + sent.Case, sent.Number, early
}

func (o tamperable) finds(early []byte, want string) {
	o.t.Helper()
	var got []string
	for _, f := range o.audit(early).Findings {
		got = append(got, fmt.Sprintf("%s %s %d", f.Code, f.Case, f.Seq))
	}
	if !slices.Contains(got, want) {
		o.t.Errorf("%s is not found; found is %v", want, got)
	}
}

// K15: an administrator who deletes an entry, changes one, puts two in another
// order or removes a whole chain is found, with the case and the entry.
func TestK15ATrailTamperedWithInTheDatabaseIsFound(t *testing.T) {
	onBothDatabases(t, func(t *testing.T, o tamperable) {
		chain, number, early := o.signedCase()
		o.sql(`UPDATE isms_trail SET actor = 'P01' WHERE chain = '` + chain + `' AND seq = 2`)
		o.finds(early, "hash_false "+number+" 2")
		o.sql(`UPDATE isms_trail SET seq = seq + 1000 WHERE chain = '` + chain + `' AND seq IN (2, 3)`)
		o.sql(`UPDATE isms_trail SET seq = 1005 - seq WHERE chain = '` + chain + `' AND seq IN (1002, 1003)`)
		o.finds(early, "chain_unlinked "+number+" 2")

		// What somebody said is taken out, and the chain holds by its digest.
		o.sql(`UPDATE isms_trail SET payload = NULL WHERE chain = '` + chain + `' AND seq = 4`)
		o.finds(early, "chain_payload_gone "+number+" 4")
		faults, err := o.kit.Evidence().Verify(o.ctx, o.as("P13"), strings.TrimPrefix(chain, "case/"))
		if err != nil || !slices.ContainsFunc(faults, func(f evidence.Fault) bool { return f.Code == ismskit.PayloadGone && f.Seq == 4 }) {
			t.Errorf("the case's own check: %v, %v", faults, err)
		}
		o.sql(`DELETE FROM isms_trail WHERE chain = '` + chain + `' AND seq = 4`)
		o.finds(early, "chain_missing "+number+" 4")
		o.sql(`DELETE FROM isms_trail WHERE chain = '` + chain + `'`)
		o.finds(early, "chain_missing "+number+" 1")
		o.sql(`DELETE FROM isms_trail WHERE chain = 'list/people/P13'`)
		o.finds(early, "chain_missing  1")
	})
}

// A chain that was made anew with every hash right differs from the head that the
// log wrote down; a log made anew too, signed with the server's own key, differs from
// the checkpoint that had left the house.
func TestK15ATrailRewrittenWithTheServersOwnKeyIsFound(t *testing.T) {
	onBothDatabases(t, func(t *testing.T, o tamperable) {
		chain, number, early := o.signedCase()
		// A clumsy forger leaves the signature as it was.
		o.rewrite(chain, false)
		o.finds(early, "chain_head_false "+number+" 1")
		o.finds(early, "chain_signature_false "+number+" 1")
		o.rewrite(chain, true)

		// Now the log as well: forgotten, and made anew by the server itself.
		o.sql(`DELETE FROM isms_trail WHERE chain = 'log'`)
		o.sql(`DELETE FROM isms_trail_marks`)
		for range 2 {
			o.signs("")
		}
		if r := o.audit(); !r.Holds() {
			t.Errorf("the forger was clumsy: %v", r.Findings)
		}
		r := o.audit(early)
		if len(r.Findings) != 1 || r.Findings[0].Code != "history_rebuilt" {
			t.Errorf("against the earlier checkpoint: %v", r.Findings)
		}
	})
}

// A checkpoint whose text somebody spoiled is listed as what it is, with the time of its
// entry, which is more than nothing at all; the house goes on signing.
func TestASpoiledCheckpointIsListedAsSuch(t *testing.T) {
	onBothDatabases(t, func(t *testing.T, o tamperable) {
		first, second, third := o.signs(""), o.signs(""), o.signs("")
		spoil := func(number int64, payload string) {
			o.sql(`UPDATE isms_trail SET payload = $1 WHERE chain = 'log' AND seq = $2`, []byte(payload), number)
		}
		spoil(first.Number, "nothing")
		spoil(second.Number, `{"note":"nothing","size":1}`)
		o.signs("")
		all := o.checkpoints()
		if len(all) != 4 || !all[0].Malformed || !all[1].Malformed || all[2].Malformed || all[3].Malformed {
			t.Fatalf("%+v", all)
		}
		for _, c := range all[:2] {
			if !c.Time.Equal(third.Time) || c.Size != 0 || c.By != "P05" {
				t.Errorf("it says %+v", c)
			}
		}
		if _, err := o.kit.Evidence().CheckpointNote(o.ctx, o.as("P04"), first.Number); !errors.Is(err, ismskit.ErrNotFound) {
			t.Errorf("the text of the first: %v", err)
		}
		if note, err := o.kit.Evidence().CheckpointNote(o.ctx, o.as("P04"), second.Number); err != nil || string(note) != "nothing" {
			t.Errorf("the text of the second: %q, %v", note, err)
		}
		r := o.audit()
		if r.Holds() || r.Checkpoints != 2 {
			t.Errorf("the audit finds %v", r.Findings)
		}
		// It says which, and that it is of the database: there is no bundle.
		if said := r.Text("zh-TW"); !strings.Contains(said, fmt.Sprintf("檢查點 #%d 的簽章不符", second.Number)) || strings.Contains(said, "封存檔") || strings.Contains(said, "清單") {
			t.Errorf("the audit says\n%s", said)
		}
	})
}

// rewrite makes a case's chain anew, with another actor in its first entry, and puts
// the new end on the case; signed, also signed anew.
func (o tamperable) rewrite(chain string, signed bool) {
	o.t.Helper()
	var rows []ismskit.TrailEntry
	err := o.store.View(o.ctx, func(ctx context.Context, tx ismskit.Tx) error {
		found, err := tx.Trail().Entries(ctx, ismskit.EntryQuery{Chain: chain})
		rows = found
		return err
	})
	if err != nil {
		o.t.Fatal(err)
	}
	head := evidence.Head{Chain: chain}
	for i, row := range rows {
		e := row.Entry
		if i == 0 {
			e.Actor = "P01"
		}
		if i == 0 && signed {
			row.Payload = o.signedBy("P01", row)
		}
		next, end, err := evidence.Next(head, e, row.Payload)
		if err != nil {
			o.t.Fatal(err)
		}
		head = end
		o.sql(`UPDATE isms_trail SET actor = $1, prev = $2, hash = $3, payload = $4, digest = $5 WHERE chain = $6 AND seq = $7`,
			next.Actor, next.Prev[:], end.Hash[:], row.Payload, next.Payload[:], chain, next.Seq)
	}
	o.sql(`UPDATE isms_cases SET head_hash = $1 WHERE head_chain = $2`, head.Hash[:], chain)
}

// signedBy is what an entry says as if somebody else had signed it.
func (o tamperable) signedBy(person string, row ismskit.TrailEntry) []byte {
	o.t.Helper()
	said, err := evidence.ParseCanonical(row.Payload)
	if err != nil {
		o.t.Fatal(err)
	}
	payload := said.(map[string]any)
	payload["by"].(map[string]any)["person"] = person
	if err := evidence.SignPayload(payload, row.Chain, row.At); err != nil {
		o.t.Fatal(err)
	}
	again, err := evidence.Canonical(payload)
	if err != nil {
		o.t.Fatal(err)
	}
	return again
}
