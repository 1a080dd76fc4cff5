package catalog

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/ismskit/record"
)

// madeUnder are the numbers of the requests that somebody finds as made under a version.
func (o *office) madeUnder(person, edition string) string {
	o.Helper()
	found, err := o.kit.Records().Query(o.ctx, o.as(person), record.Query{Editions: []string{edition}, Kinds: []string{ismskit.RecordCase}, From: monday})
	must(o, err)
	var out []string
	for _, r := range found {
		out = append(out, r.Number)
	}
	slices.Sort(out)
	return strings.Join(out, " ")
}

// B1.4: which records were made under a version of a document is asked of the archive: under that of
// the form itself and of the procedure to which it belongs, as they were in force when it was sent. A
// request that was on its way stays with the version it began with, and who may not read the
// procedure finds nothing by it.
func TestB1_4WhichRecordsWereMadeUnderAVersionIsAsked(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		asks := func(system, id string) string {
			until := forms.Period{From: date(11, 24), To: date(12, 31)}
			asked, _ := o.request("P13", "P12", "add", o.asks(id, system, permissionOf(t, o.kit, system), o.l.books.person("P13"), until))
			return asked
		}
		before := asks("S01", "m1")
		_, err := o.kit.Documents().Put(o.ctx, ismskit.System("test"), ismskit.Filing{
			Document: o.doc("IS-04-012").Document, WithVersion: true,
			Version: document.Version{Label: "1.5", Issued: "2026-11-23", Description: "增列欄位"},
		})
		must(t, err)
		after := asks("S02", "m2")
		was, is := o.numbered(before), o.numbered(after)
		for edition, want := range map[string]string{
			"IS-04-012/1.4": was, "IS-04-012/1.5": is, "IS-02-006/1.4": was + " " + is, "is-04-012/1.5": is,
			o.doc("IS-04-012").ID + "/1.5": is, "IS-04-012/1.3": "", "IS-02-008/1.3": "", "IS-04-012": "", "/1.5": "", "": "",
		} {
			if got := o.madeUnder("P13", edition); got != want {
				t.Errorf("made under %q: %q, want %q", edition, got, want)
			}
		}
		if got := o.madeUnder("P16", "IS-04-012/1.5"); got != "" {
			t.Errorf("a colleague who has no part in it finds %s", got)
		}
		editions := func(person string) int {
			found, err := o.kit.Records().Find(o.ctx, o.as(person), record.Query{Numbers: []string{is}})
			must(t, err)
			return len(found.Records[0].Editions)
		}
		if n := editions("P13"); n != 2 {
			t.Errorf("a record says %d versions", n)
		}
		must(t, o.l.cfg.Store.Update(o.ctx, func(ctx context.Context, tx ismskit.Tx) error {
			docs, err := tx.Documents().Documents(ctx, document.Query{Numbers: []string{"IS-02-006"}})
			if err != nil {
				return err
			}
			docs[0].Revision++
			docs[0].Class = ismskit.ClassConfidential
			return tx.Documents().PutDocument(ctx, docs[0])
		}))
		if got := o.madeUnder("P13", "IS-02-006/1.4") + o.madeUnder("P13", o.doc("IS-02-006").ID+"/1.4"); got != "" || editions("P13") != 1 {
			t.Errorf("of a procedure that he may not read he is told %q", got)
		}
		if got := o.madeUnder("P04", "IS-02-006/1.4"); !strings.Contains(got, is) || editions("P04") != 2 {
			t.Errorf("who reads everything finds %q", got)
		}
	})
}
