package catalog

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/record"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/storage/sqlite"
	"github.com/ismskit/ismskit/workflow"
)

// K14, 4.7: what was disposed of is nowhere any more: not what it said, who signed it with which words,
// what its files were called and said; in no table and in no file that anything refers to. What it was called
// stands where it had its place, and nowhere else. It was signed, filed and taken in from an old archive.
func TestK14NothingIsLeftOfWhatWasDisposedOf(t *testing.T) {
	const word, called = "Qzxwvmlk", "Plmkoijn"
	path := t.TempDir() + "/isms.db"
	store, err := sqlite.Open(t.Context(), path, sqlite.Options{})
	must(t, err)
	t.Cleanup(func() { must(t, store.Close()) })
	o := openOffice(t, store)
	o.enters("P07", register.RetentionRules, "K01", forms.Values{"name": "申請表單", "applies": "case", "form_no": "IS-04-*", "keep": "months", "n": int64(1)})
	o.enters("P07", register.RetentionRules, "K02", forms.Values{"name": "執行紀錄", "applies": "filing", "keep": "months", "n": int64(1)})

	line := o.asks("l1", "S01", permissionOf(t, o.kit, "S01"), forms.Person{Kind: forms.InDirectory, ID: "P13"}, forms.Period{From: date(11, 26), To: date(12, 31)})
	line[forms.RowID] = "r1"
	signed, err := o.kit.Open(o.ctx, o.as("P13"), ismskit.Opening{Type: TypeAccountRequest, Submit: true, Values: forms.Values{
		"subject": "帳號申請 " + called, "op": "add", "reason": word + "專案需要", "lines": []forms.Row{line},
	}})
	must(t, err)
	o.runTo(at(11, 24, 9, 0)) // the mail of the morning tells of it
	o.act("P12", signed.Case, ismskit.Action{Verb: workflow.VerbApprove, Comment: "同意" + word})
	child := o.line(signed.Case)
	o.act("P05", child, ismskit.Action{Verb: workflow.VerbRecord, Result: "opened", Comment: word, Values: forms.Values{"given_account": "qh150013"}})
	o.runTo(at(11, 25, 9, 0))
	o.act("P13", signed.Case, ismskit.Action{Verb: workflow.VerbApprove})
	filed := o.filed("P07", "C06", called+"簽到", forms.Values{"kind": "attendance", "original": word + "檔案櫃"})
	old := archive{files: fstest.MapFS{word + ".txt": &fstest.MapFile{Data: []byte(word + " 名單")}}}.and(map[string]string{
		"what": "執行紀錄", "number": "舊-109-01", "subject": called + "講習", "files": word + ".txt", "category": "教育訓練", "dated": "109.10.5", "person": word, "note": word,
	})
	if r := o.takeIn("P07", o.handIn("P07", old)); r.Counts[ismskit.IntakeImported] != 1 {
		t.Fatalf("taken in:\n%s", saidOf(r))
	}
	wrong := o.handIn("P07", old.with(0, map[string]string{"category": "沒有這個分類"})) // the same once more, and with a mistake
	if wrong.Lines[0].State == ismskit.IntakeImported {
		t.Fatal("taken in twice")
	}
	if len(leftOf(t, path, word)) == 0 {
		t.Fatal("the word is nowhere")
	}

	o.runTo(at(12, 27, 9, 0))
	imported := o.finding("P07", "舊-109-01")
	list, err := o.disposing("P09", o.numbered(signed.Case), o.numbered(filed), "舊-109-01")
	must(t, err)
	must(t, o.kit.RunUntil(o.ctx, o.clock.Now()))
	for _, head := range []string{"P11", "P04"} {
		o.act(head, list.Case, ismskit.Action{Verb: workflow.VerbApprove})
	}
	o.act("P02", list.Case, ismskit.Action{Verb: workflow.VerbApprove})
	o.runTo(at(12, 28, 9, 0))
	for _, id := range []string{signed.Case, child, filed, imported} {
		if gone, err := o.kit.Case(o.ctx, o.as("P09"), id); err != nil || gone.Disposed == nil || len(gone.Faults) > 0 {
			t.Errorf("%s was not disposed of: %v, %v", id, err, gone.Faults)
		}
	}
	for _, id := range []string{filed, imported} { // and nothing is put into it again
		c, err := o.kit.Case(o.ctx, o.as("P07"), id)
		must(t, err)
		if slices.ContainsFunc(c.Others, func(a ismskit.OtherAct) bool { return a.Verb == ismskit.VerbAmend }) {
			t.Errorf("correcting %s is offered", c.Number)
		}
		if _, err := o.kit.Act(o.ctx, o.as("P07"), id, ismskit.Action{Verb: ismskit.VerbAmend, Comment: "更正", Values: forms.Values{"subject": word}}); !errors.Is(err, ismskit.ErrForbidden) {
			t.Errorf("%s is corrected: %v", c.Number, err)
		}
	}
	left := leftOf(t, path, word)
	for _, place := range slices.Sorted(maps.Keys(left)) {
		t.Errorf("left in %s: %s", place, left[place])
	}
	left = leftOf(t, path, called)
	for _, place := range slices.Sorted(maps.Keys(left)) {
		if !slices.Contains([]string{"isms_cases.extra", "isms_cases.subject", "isms_records.body"}, place) {
			t.Errorf("what it was called is left in %s: %s", place, left[place])
		}
	}
	if len(left) == 0 {
		t.Error("nobody can say what was disposed of")
	}
	for digest, content := range o.referred() {
		if strings.Contains(content, word) || strings.Contains(content, called) {
			t.Errorf("left in the file %s: %.200s", digest, content)
		}
	}
}

// finding is the case of a record by its number.
func (o *office) finding(person, number string) string {
	o.Helper()
	found, err := o.kit.Records().Query(o.ctx, o.as(person), record.Query{Numbers: []string{number}})
	must(o, err)
	if len(found) != 1 {
		o.Fatalf("%d records %s", len(found), number)
	}
	return found[0].Case
}

// leftOf are the places in a database at which a word stands, with what stands there. What is found
// by words lies in an index of its own, in whose pages a dropped text may lie until they are merged.
func leftOf(t *testing.T, path, word string) map[string]string {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path+"?mode=ro")
	must(t, err)
	defer func() { must(t, db.Close()) }()
	names := func(query string) (out []string) {
		rows, err := db.Query(query)
		must(t, err)
		for rows.Next() {
			var name string
			must(t, rows.Scan(&name))
			out = append(out, name)
		}
		must(t, rows.Err())
		return out
	}
	left := map[string]string{}
	for _, table := range names(`SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'isms_record_index%'`) {
		for _, column := range names(fmt.Sprintf("SELECT name FROM pragma_table_info('%s')", table)) {
			rows, err := db.Query(fmt.Sprintf("SELECT CAST(%q AS BLOB) FROM %q", column, table))
			must(t, err)
			for rows.Next() {
				var value []byte
				must(t, rows.Scan(&value))
				if i := bytes.Index(bytes.ToLower(value), []byte(strings.ToLower(word))); i >= 0 {
					left[table+"."+column] = strings.ToValidUTF8(string(value[max(0, i-300):min(len(value), i+200)]), "?")
				}
			}
			must(t, rows.Err())
		}
	}
	return left
}

// referred are the files to which anything refers, by digest.
func (o *office) referred() map[string]string {
	o.Helper()
	digests, err := o.l.blobs.List(o.ctx, time.Now().Add(time.Hour), "", 10_000)
	must(o, err)
	var loose []string
	o.store(func(ctx context.Context, tx ismskit.Tx) error {
		found, err := tx.Records().Unreferenced(ctx, digests)
		loose = found
		return err
	})
	out := map[string]string{}
	for _, d := range digests {
		if slices.Contains(loose, d) {
			continue // the night's sweep removes it
		}
		r, err := o.l.blobs.Open(o.ctx, d)
		must(o, err)
		content, err := io.ReadAll(r)
		must(o, err)
		must(o, r.Close())
		out[d] = string(content)
	}
	return out
}
