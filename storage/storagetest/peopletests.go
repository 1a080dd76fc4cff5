package storagetest

import (
	"context"
	"fmt"
	"testing"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/record"
)

// PreviousProgram: one that joins people to a record in the former table runs beside
// this one, or ran before it; whom it joined finds the record. exec runs a text of the
// previous program, again opens the store anew. And whom this one joined the previous one
// finds when one goes back to it: former runs the file for that, and what it asks.
func PreviousProgram(t *testing.T, s ismskit.Store, exec func(text string), again func() ismskit.Store, former func(query string) []string) {
	t.Helper()
	finds := func(what string, s ismskit.Store) {
		t.Helper()
		same(t, what, find(t, s, record.Query{Reader: "P05"}), []string{"a"})
	}
	r := aRecord("a", at(1))
	file(t, s, r)
	exec(fmt.Sprintf(`INSERT INTO isms_record_people (record, person, filed)
		VALUES ('a', 'P05', coalesce((SELECT filed FROM isms_records WHERE id = 'a'), %d)) ON CONFLICT (record, person) DO NOTHING`, 0))
	finds("joined", s)
	r.Filed = at(9)
	file(t, s, r)
	exec(fmt.Sprintf(`UPDATE isms_record_people SET filed = %[1]d WHERE record = 'a' AND filed <> %[1]d`, r.Filed.UnixMicro()))
	finds("filed anew", s)
	exec(`DELETE FROM isms_participants; DELETE FROM isms_migrations WHERE name >= '005'`)
	s = again()
	finds("taken over", s)

	join := func(person string) {
		t.Helper()
		update(t, s, func(ctx context.Context, tx ismskit.Tx) error { return tx.Records().Join(ctx, "a", r.Filed, person) })
	}
	formerly := func(what, person string) {
		t.Helper()
		query := fmt.Sprintf("SELECT record FROM isms_record_people AS p WHERE person = '%s' AND filed = (SELECT filed FROM isms_records WHERE id = p.record)", person)
		same(t, what, former(query), []string{"a"})
	}
	join("P06")
	formerly("joined by this one", "P06")
	r.Filed = at(12)
	file(t, s, r)
	join("P06")
	formerly("filed anew by this one", "P06")
}
