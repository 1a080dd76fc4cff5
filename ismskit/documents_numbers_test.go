package ismskit_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/document"
)

// Numbers from before all were kept in one writing: a copy is found by what is printed on it
// and by what people type for it, its forms stand under it, and a further version leaves the
// number as it is, also where another differs from it in writing alone.
func TestADocumentKeptUnderANumberAsItWasPrintedIsFoundAndStays(t *testing.T) {
	eachStore(t, func(t *testing.T, o *office) {
		const printed, plain = "IS-04-012（附件一）", "IS-04-012(附件一)"
		stored := func(id, number, parent string) {
			t.Helper()
			err := o.store.Update(o.ctx, func(ctx context.Context, tx ismskit.Tx) error {
				return tx.Documents().PutDocument(ctx, document.Document{
					ID: id, Revision: 1, Number: number, Parent: parent, Level: 4, State: document.Draft, Class: ismskit.ClassInternal,
					Title: map[string]string{"zh-TW": "機房進出登記 " + id},
				})
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		stored("d1", printed, "IS–02–008")
		stored("d2", "IS-04-099", printed)
		o.file(ismskit.Filing{Document: document.Document{ID: "d3", Number: "IS-04-098", Parent: printed, Level: 4, Title: map[string]string{"zh-TW": "附件"}}})
		file := func(label, issued string) {
			t.Helper()
			doc := o.document("d1").Document // as a page sends what it read
			o.file(ismskit.Filing{Document: doc, Version: document.Version{Label: label, Issued: issued}})
		}
		is := func(when string) {
			t.Helper()
			view := o.document("d1")
			if view.Number != printed || view.Parent != "IS–02–008" || len(view.FormerNumbers) > 0 || len(view.Forms) != 2 {
				t.Errorf("%s: %q below %q, formerly %q, %d forms", when, view.Number, view.Parent, view.FormerNumbers, len(view.Forms))
			}
		}
		file("1.0", "2026-11-20")
		is("filed")
		for _, typed := range []string{printed, plain, "is–04–012（附件一）"} {
			found, err := o.kit.Documents().Check(o.ctx, ismskit.Actor{}, ismskit.Copy{Number: typed, Label: "1.0"})
			if err != nil || len(found) != 1 || !found[0].Known || found[0].Current.Label != "1.0" {
				t.Errorf("%q: %+v %v", typed, found, err)
			}
		}
		_, err := o.kit.Documents().Put(o.ctx, ismskit.System("test"), ismskit.Filing{Document: document.Document{Number: plain, Level: 4, Title: map[string]string{"zh-TW": "另一份"}}})
		if taken, ok := errors.AsType[*document.Refusal](err); !ok || taken.Code != "number_taken" {
			t.Errorf("the number in another writing: %v", err)
		}
		stored("d4", "is-04-012（附件一）", "")
		file("1.1", "2026-11-21")
		is("with another alike")
		entries, err := o.kit.Documents().Lists().Entries(o.ctx, ismskit.System("test"), document.Query{}, "")
		var twice []string
		for _, e := range entries {
			if e.Twice {
				twice = append(twice, e.ID)
			}
		}
		if err != nil || !slices.Equal(slices.Sorted(slices.Values(twice)), []string{"d1", "d4"}) {
			t.Errorf("the same number: %q %v", twice, err)
		}
	})
}

// What is wrong with a new number and with the rest of the description is said together.
func TestANumberThatIsTakenHidesNothingElse(t *testing.T) {
	o := openOffice(t, nil)
	title := map[string]string{"zh-TW": "資訊備份管理說明書"}
	o.file(ismskit.Filing{Document: document.Document{ID: "d1", Number: "IS-03-001", Level: 3, Title: title}})
	o.file(ismskit.Filing{Document: document.Document{ID: "d2", Number: "IS-03-002", Level: 3, Title: title}})
	_, err := o.kit.Documents().Put(o.ctx, ismskit.System("test"), ismskit.Filing{Document: document.Document{
		ID: "d2", Number: "is-03-001", Level: 9, Title: title, Note: strings.Repeat("字", document.MaxText+1)}, Version: document.Version{Label: "1.0"}})
	refusals, _ := document.AsRefusals(err)
	var fields []string
	for _, r := range refusals {
		fields = append(fields, r.Field)
	}
	if want := []string{"number", "level", "note", "issued"}; !slices.Equal(fields, want) {
		t.Errorf("refused at %q, not %q: %v", fields, want, err)
	}
}
