package catalog

import (
	"testing"
	"testing/fstest"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/ismskit/record"
)

// A record that is corrected to be of another document was made under the version that was in force when it
// was filed, or on the day of the old paper, and not under that of the day of the correction.
func TestB3_5ACorrectedRecordWasMadeUnderTheVersionOfItsDay(t *testing.T) {
	o := openOffice(t, inMemory(t))
	first, second := o.stock("IS-03-221", ismskit.ClassInternal), o.stock("IS-03-222", ismskit.ClassInternal)
	id := o.filed("P07", "C03", "檢討紀錄", forms.Values{"document": forms.Ref{List: "document", ID: first}, "clause": "1.0"})
	old := o.takeIn("P07", o.handIn("P07", archive{
		lines: []map[string]string{{"what": "執行紀錄", "number": "舊-115-01", "subject": "舊檢討", "files": "a.txt", "category": "教育訓練", "form_no": "IS-03-222", "dated": "115.10.5"}},
		files: fstest.MapFS{"a.txt": {Data: []byte("檢討")}},
	}))
	o.runTo(at(12, 5, 9, 0))
	_, err := o.kit.Documents().Put(o.ctx, ismskit.System("test"), ismskit.Filing{Document: document.Document{ID: second}, Version: document.Version{Label: "1.1", Issued: "2026-12-01"}})
	must(t, err)
	made := func(id string) []string {
		t.Helper()
		found, err := o.kit.Records().Query(o.ctx, o.as("P07"), record.Query{IDs: []string{id}})
		must(t, err)
		return found[0].Editions
	}
	o.act("P07", id, ismskit.Action{Verb: ismskit.VerbAmend, Comment: "誤植文件", Values: forms.Values{"document": forms.Ref{List: "document", ID: second}, "clause": "1.1"}})
	if got := made("case/" + id); len(got) != 1 || got[0] != record.Edition(second, "1.0") {
		t.Errorf("filed in November, it was made under %v", got)
	}
	paper := old.Lines[0].Record
	if got := made(paper); len(got) != 0 {
		t.Errorf("of a day before the first issue, it was made under %v", got)
	}
	o.act("P07", paper[len("case/"):], ismskit.Action{Verb: ismskit.VerbAmend, Comment: "日期誤植", Values: forms.Values{"dated": date(12, 2)}})
	if got := made(paper); len(got) != 1 || got[0] != record.Edition(second, "1.1") {
		t.Errorf("of another day, it was made under %v", got)
	}
}
