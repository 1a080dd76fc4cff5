package catalog

import (
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/ismskit/record"
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
	})
}
