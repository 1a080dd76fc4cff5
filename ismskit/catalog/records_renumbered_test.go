package catalog

import (
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/ismskit/record"
)

// What was filed under a number stays so; whoever asks for the form by its present or its former number finds all of
// it, and it is counted once. A number that another form has or had is counted by itself, and who may not know the
// document learns nothing of its numbers.
func TestARenumberedFormIsOneFormInTheArchive(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		was, _ := o.request("P13", "P12", "add", o.asks("l1", "S01", permissionOf(t, o.kit, "S01"), o.l.books.person("P13"), forms.Period{From: date(11, 24), To: date(12, 31)}))
		o.renumber("IS-04-012", "IS-04-112")
		o.filesMany("IS-04-112", record.StateClosed, 0, 1)
		info, _, err := o.kit.Types().Get(o.ctx, o.as("P13"), TypeAccountRequest)
		must(t, err)
		if f := info.Form; f == nil || f.Number != "IS-04-112" || !f.Renumbered || info.FormNo != "IS-04-012" {
			t.Errorf("the form under %s: %+v", info.FormNo, f)
		}
		found := func(person string, numbers ...string) (int, map[string]int, map[string]string) {
			t.Helper()
			look, err := o.kit.Records().Find(o.ctx, o.as(person), record.Query{Forms: numbers, Kinds: []string{ismskit.RecordCase}}, record.ByForm)
			must(t, err)
			counts := map[string]int{}
			for _, b := range look.Counts[record.ByForm] {
				counts[b.Value] = b.Count
			}
			return len(look.Records), counts, look.FormOf
		}
		whole, counts, _ := found("P09")
		if n := counts["IS-04-112"]; counts["IS-04-012"] != 0 || n < 2 || whole < n {
			t.Errorf("counted: %v", counts)
		}
		for _, number := range []string{"IS-04-112", "IS-04-012", "is-04-012"} {
			n, its, of := found("P09", number)
			if n != counts["IS-04-112"] || its["IS-04-112"] != n || number != "IS-04-112" && of[number] != "IS-04-112" {
				t.Errorf("by %s: %d found, counted %v, %v", number, n, its, of)
			}
		}
		if n, _, _ := found("P13", "IS-04-112"); n == 0 {
			t.Errorf("the applicant of %s does not find it by the present number", was)
		}
		by, err := o.kit.Records().Count(o.ctx, o.as("P09"), record.Query{Kinds: []string{ismskit.RecordCase}}, record.ByForm)
		must(t, err)
		for _, b := range by {
			if b.Value == "IS-04-012" {
				t.Errorf("counted by itself: %+v", b)
			}
		}

		secret := o.doc("IS-04-112").Document
		secret.Class = ismskit.ClassSecret
		_, err = o.kit.Documents().Put(o.ctx, o.as("P07"), ismskit.Filing{Document: secret, Seen: secret.Revision, Reason: "更正"})
		must(t, err)
		if n, _, of := found("P13", "IS-04-112"); n != 0 || len(of) != 0 {
			t.Errorf("who may not know the document learns that %d are under its other number, %v", n, of)
		}

		secret = o.doc("IS-04-112").Document
		secret.Class = ismskit.ClassInternal
		_, err = o.kit.Documents().Put(o.ctx, o.as("P07"), ismskit.Filing{Document: secret, Seen: secret.Revision, Reason: "更正"})
		must(t, err)
		his, counted, _ := found("P13", "IS-04-112")
		_, err = o.kit.Documents().Put(o.ctx, ismskit.System("import"), ismskit.Filing{Duplicate: true, Document: document.Document{
			Number: "IS-04-012", Level: 3, Class: ismskit.ClassSecret, Unit: "U03", Title: map[string]string{"zh-TW": "機密說明書"},
		}, Version: document.Version{Label: "1.0", Issued: "2026-11-02"}})
		must(t, err)
		if n, its, _ := found("P13", "IS-04-112"); n == 0 || n != his || its["IS-04-112"] != counted["IS-04-112"] {
			t.Errorf("a document that he may not know changes what he finds: %d, not %d, counted %v", n, his, its)
		}

		_, err = o.kit.Documents().Put(o.ctx, ismskit.System("import"), ismskit.Filing{Duplicate: true, Document: document.Document{
			Number: "IS-04-012", Level: 3, Class: ismskit.ClassInternal, Unit: "U03", Title: map[string]string{"zh-TW": "說明書"},
		}, Version: document.Version{Label: "1.0", Issued: "2026-11-02"}})
		must(t, err)
		if _, its, _ := found("P09"); its["IS-04-012"] == 0 || its["IS-04-112"] == 0 {
			t.Errorf("where another document has the former number: %v", its)
		}
	})
}
