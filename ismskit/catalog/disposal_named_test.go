package catalog

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/record"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/workflow"
)

// U13, K14: of two old records that bear one number each is disposed of by its id, as the list that is made of
// what is past its time names them; and what belongs to no unit is agreed to by the applicant's.
func TestK14RecordsOfOneNumberAreDisposedOfEachByItsID(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		line := func(subject, file, day string) map[string]string {
			return map[string]string{"what": "執行紀錄", "number": "稽-108-01", "subject": subject, "files": file, "category": "稽核／內部稽核", "kind": "報告", "dated": day}
		}
		r := o.takeIn("P07", o.handIn("P07", archive{
			lines: []map[string]string{line("稽核報告甲", "a.txt", "108.11.20"), line("稽核報告乙", "b.txt", "108.11.21")},
			files: fstest.MapFS{"a.txt": {Data: []byte("甲")}, "b.txt": {Data: []byte("乙")}},
		}))
		o.enters("P07", register.RetentionRules, "K02", forms.Values{"name": "執行紀錄", "applies": "filing", "keep": "months", "n": int64(1)})
		_, err := o.disposing("P09", "稽-108-01")
		if !refusedWith(err, "dispose.several") || !strings.Contains(err.(forms.Invalid)[0].Message("zh-TW"), "稽-108-01 "+r.Lines[1].Record+"「稽核報告乙」") {
			t.Errorf("named by the number alone: %v", err)
		}
		if _, err := o.disposing("P09", r.Lines[0].Record, "稽-108-01 "+r.Lines[0].Record); err == nil {
			t.Error("one record is listed twice, by two names")
		}
		if _, err := o.disposing("P09", "稽-108-02 "+r.Lines[0].Record); !refusedWith(err, "dispose.none") {
			t.Errorf("by another's number: %v", err)
		}
		list, err := o.kit.Records().Retention().List(o.ctx, o.as("P09"), "")
		must(t, err)
		o.act("P09", list.Case, ismskit.Action{Verb: workflow.VerbSubmit, Values: forms.Values{"basis": "檔案法"}})
		view, err := o.kit.Case(o.ctx, o.as("P09"), list.Case)
		must(t, err)
		rows, _ := view.Fields["lines"].([]forms.Row)
		if len(rows) != 2 || rows[0]["record"] != r.Lines[0].Record || rows[1]["subject"] != "稽核報告乙" || rows[1]["number"] != "稽-108-01" || rows[1]["unit"] != nil { // of no unit, and none is made up
			t.Fatalf("listed: %v", rows)
		}
		o.enters("P07", register.LegalHolds, "H1", forms.Values{"name": "訴訟", "from": date(11, 1), "until": date(11, 23), "numbers": []forms.Row{{forms.RowID: "n1", "number": "稽-108-01"}}})
		held, err := o.kit.Case(o.ctx, o.as("P09"), list.Case)
		if must(t, err); len(held.Hints) != 2 || !strings.Contains(held.Hints[1].Text.In("zh-TW"), "「稽-108-01」目前暫緩銷毀") || held.Hints[1].RowNo != 2 {
			t.Errorf("what would stay is not named as the list shows it: %v", held.Hints)
		}
		o.runTo(at(11, 24, 9, 0))
		o.act(view.Flow.Tasks[0].Holder.Named[0].Person, list.Case, ismskit.Action{Verb: workflow.VerbApprove})
		o.act("P02", list.Case, ismskit.Action{Verb: workflow.VerbApprove})
		must(t, o.kit.RunUntil(o.ctx, o.clock.Now()))
		gone, err := o.kit.Records().Query(o.ctx, o.as("P09"), record.Query{Numbers: []string{"稽-108-01"}, States: []string{record.StateDisposed}})
		if must(t, err); len(gone) != 2 {
			t.Errorf("disposed of: %v", gone)
		}
	})
}

// One that is disposed of leaves what an import says of another record with its number.
func TestK14WhatAnImportSaysOfAnotherRecordOfTheNumberStays(t *testing.T) {
	o := openOffice(t, inMemory(t))
	line := func(subject, file, day string) map[string]string {
		return map[string]string{"what": "執行紀錄", "number": "稽-108-01", "subject": subject, "files": file, "category": "稽核／內部稽核", "kind": "報告", "dated": day}
	}
	r := o.takeIn("P07", o.handIn("P07", archive{
		lines: []map[string]string{line("稽核報告甲", "a.txt", "108.11.20"), line("稽核報告乙", "b.txt", "115.11.21")},
		files: fstest.MapFS{"a.txt": {Data: []byte("甲")}, "b.txt": {Data: []byte("乙")}},
	}))
	o.enters("P07", register.RetentionRules, "K02", forms.Values{"name": "執行紀錄", "applies": "filing", "keep": "months", "n": int64(1)})
	list, err := o.disposing("P09", r.Lines[0].Record)
	must(t, err)
	view, err := o.kit.Case(o.ctx, o.as("P09"), list.Case)
	must(t, err)
	o.act(view.Flow.Tasks[0].Holder.Named[0].Person, list.Case, ismskit.Action{Verb: workflow.VerbApprove})
	o.act("P02", list.Case, ismskit.Action{Verb: workflow.VerbApprove})
	must(t, o.kit.RunUntil(o.ctx, o.clock.Now()))
	after, err := o.kit.Records().Intake().Report(o.ctx, o.as("P07"), r.ID)
	must(t, err)
	if after.Lines[0].Title != "" || after.Lines[1].Title != "稽核報告乙" {
		t.Errorf("the report says %q and %q", after.Lines[0].Title, after.Lines[1].Title)
	}
}
