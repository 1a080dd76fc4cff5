package storagetest

import (
	"fmt"
	"testing"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/record"
)

// PreviousProgram: one that joins people to a record in the former table runs beside
// this one, or ran before it; whom it joined finds the record. exec runs a text of the
// previous program, again opens the store anew.
func PreviousProgram(t *testing.T, s ismskit.Store, exec func(text string), again func() ismskit.Store) {
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
	exec(`DELETE FROM isms_participants; DELETE FROM isms_migrations WHERE name = '005_participants'`)
	finds("taken over", again())
}
