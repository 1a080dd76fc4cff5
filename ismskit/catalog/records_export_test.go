package catalog

import (
	"slices"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/ismskit/record"
	"github.com/ismskit/ismskit/ismskit/register"
)

// A list that is taken out says under which versions its records were made as the page does: of documents that
// its reader may read.
func TestK18AListTakenOutTellsOfNoDocumentThatItsReaderMayNotRead(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		form := o.stock("IS-03-221", ismskit.ClassInternal)
		q := record.Query{IDs: []string{"case/" + o.filed("P07", "C03", "檢討紀錄", forms.Values{"document": forms.Ref{List: "document", ID: form}})}}
		editions := func(person string) (shown, taken int) {
			t.Helper()
			found, err := o.kit.Records().Query(o.ctx, o.as(person), q)
			must(t, err)
			out, err := o.kit.Records().Export(o.ctx, o.as(person), q, nil)
			must(t, err)
			return len(found[0].Editions), len(out.Records[0].Editions)
		}
		if shown, taken := editions("P01"); shown != 1 || taken != 1 {
			t.Errorf("of a document that he reads: %d shown, %d taken out", shown, taken)
		}
		must(t, o.correct("IS-03-221", func(d *document.Document) { d.Class = ismskit.ClassConfidential }))
		if shown, taken := editions("P01"); shown != 0 || taken != 0 {
			t.Errorf("of one that he may not read: %d shown, %d taken out", shown, taken)
		}
		if shown, taken := editions("P07"); shown != 1 || taken != 1 {
			t.Errorf("to the controller: %d shown, %d taken out", shown, taken)
		}
		// Nor do what is past its time, and what a hold keeps.
		found, err := o.kit.Records().Query(o.ctx, o.as("P07"), q)
		must(t, err)
		o.enters("P07", register.RetentionRules, "K02", forms.Values{"name": "執行紀錄", "applies": "filing", "keep": "months", "n": int64(1)})
		o.enters("P07", register.LegalHolds, "H1", forms.Values{"name": "訴訟", "from": date(11, 23), "numbers": []forms.Row{{forms.RowID: "n1", "number": found[0].Number}}})
		o.holders("records.records_manager", "P01", "P07")
		o.runTo(at(12, 24, 9, 0))
		for person, want := range map[string]int{"P01": 0, "P07": 1} {
			over, err := o.kit.Records().Retention().Overdue(o.ctx, o.as(person))
			must(t, err)
			held, err := o.kit.Records().Retention().Holding(o.ctx, o.as(person), "H1")
			must(t, err)
			at := slices.IndexFunc(over.Records, func(r ismskit.KeptRecord) bool { return r.ID == found[0].ID })
			if at < 0 || len(held.First) != 1 || len(over.Records[at].Editions) != want || len(held.First[0].Editions) != want {
				t.Errorf("%s is told of %d past their time, held %+v", person, len(over.Records), held.First)
			}
		}
	})
}
