package catalog

import (
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/record"
)

// B3.5: what was taken in is corrected like any execution record, but stays what it is: nobody makes of an
// old paper something that was entered here, gives it another number, or has it come from another index.
func TestB3_5ACorrectionLeavesWhatWasTakenInAnImport(t *testing.T) {
	o := openOffice(t, inMemory(t))
	r := o.takeIn("P07", o.handIn("P07", oldArchive()))
	id := r.Lines[0].Record[len("case/"):]
	for field, v := range map[string]any{"what": "report", "number": "稽-115-99", "unit_name": "", "staff": "P01", "source": "當日建立"} {
		_, err := o.kit.Act(o.ctx, o.as("P07"), id, ismskit.Action{Verb: ismskit.VerbAmend, Comment: "更正", Values: forms.Values{field: v}})
		if !refusedAt(err, field) {
			t.Errorf("%s is corrected: %v", field, err)
		}
	}
	o.act("P07", id, ismskit.Action{Verb: ismskit.VerbAmend, Comment: "誤植", Values: forms.Values{"subject": "108 年度內部稽核報告", "person": "溫怡真"}})
	c, err := o.kit.Case(o.ctx, o.as("P07"), id)
	must(t, err)
	found, err := o.kit.Records().Query(o.ctx, o.as("P07"), record.Query{Numbers: []string{"稽-108-01"}})
	must(t, err)
	if !c.Imported || len(found) != 1 || found[0].Origin != ismskit.OriginImported || found[0].Name != "溫怡真" || !found[0].Closed.Equal(found[0].Filed) {
		t.Errorf("imported %t, found %+v", c.Imported, found)
	}
}
