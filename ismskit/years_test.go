package ismskit_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/ismskit/record"
	"github.com/ismskit/ismskit/storage/memory"
	"github.com/ismskit/ismskit/storage/storagetest"
	"github.com/ismskit/ismskit/workflow"
)

// recordsOffice is an office whose records P04 keeps, who reads all of them.
func recordsOffice(t *testing.T, store ismskit.Store) *office {
	t.Helper()
	o := openOfficeWith(t, store, func(c *ismskit.Config) { c.Rights.ManageRecords = []string{"records/records_manager"} })
	o.role("records", "records_manager", "P04", "P10")
	return o
}

// setYear files a record under another working year.
func (o *office) setYear(person, record string, year int, reason string) error {
	return o.kit.Records().SetYear(o.ctx, o.as(person), ismskit.YearChange{Record: record, Year: year, Reason: reason})
}

// inYear are the subjects of the records that somebody finds under a working year.
func (o *office) inYear(person string, year int, kind string) []string {
	o.t.Helper()
	found, err := o.kit.Records().Query(o.ctx, o.as(person), record.Query{Years: []int{year}, Kinds: []string{kind}})
	if err != nil {
		o.t.Fatal(err)
	}
	var out []string
	for _, r := range found {
		out = append(out, r.Subject)
	}
	return out
}

// The working year of a request is changed by an officer of records alone, with a reason:
// it stands on its trail, the search finds it under the new year, and its rows go with
// it, those too that open later.
func TestTheWorkingYearIsChangedWithAnEntry(t *testing.T) {
	onDatabases(t, func(t *testing.T, store ismskit.Store) {
		o := recordsOffice(t, store)
		sent := o.apply("P13", oneRow())
		o.settle()
		record := "case/" + sent.Case
		if err := o.setYear("P13", record, 116, "誤植"); !errors.Is(err, ismskit.ErrForbidden) {
			t.Errorf("the applicant: %v", err)
		}
		if err := o.setYear("P10", record, 116, "誤植"); !errors.Is(err, ismskit.ErrNotFound) {
			t.Errorf("an officer who may not read it: %v", err)
		}
		for _, wrong := range []struct {
			year   int
			reason string
			paths  string
		}{{116, "  ", "comment"}, {0, "次年度辦理", "year"}, {118, "", "year comment"}} {
			err := o.setYear("P04", record, wrong.year, wrong.reason)
			if _, ok := errors.AsType[forms.Invalid](err); !ok || pathsOf(err) != wrong.paths {
				t.Errorf("%d for %q: %v", wrong.year, wrong.reason, err)
			}
		}
		if c := o.read("P04", sent.Case); c.Year != 115 || !c.MaySetYear || o.read("P13", sent.Case).MaySetYear {
			t.Errorf("before: %d, %v", c.Year, c.MaySetYear)
		}
		before := o.read("P13", sent.Case)
		if err := o.setYear("P04", record, 116, "屬 116 年度計畫"); err != nil {
			t.Fatal(err)
		}
		c := o.read("P13", sent.Case)
		last := c.Trail[len(c.Trail)-1]
		if last.Verb != ismskit.VerbSetYear || last.By.Person != "P04" || last.Comment != "屬 116 年度計畫" || last.Year == nil || *last.Year != (ismskit.YearNote{From: 115, To: 116}) {
			t.Errorf("on its trail: %+v", last)
		}
		if c.Year != 116 || len(c.Faults) != 0 || c.Word != before.Word || len(c.Flow.Open()) != 1 {
			t.Errorf("the case: year %d, %v, %s", c.Year, c.Faults, c.Word)
		}
		if err := o.setYear("P04", record, 116, "再一次"); err != nil || len(o.read("P13", sent.Case).Trail) != len(c.Trail) {
			t.Errorf("the same once more: %v", err)
		}
		if got := o.inYear("P13", 116, ismskit.RecordCase); len(got) != 1 || len(o.inYear("P13", 115, ismskit.RecordCase)) != 0 {
			t.Errorf("found under 116: %v", got)
		}
		// A screen from before it still signs: nothing that is signed has changed.
		o.act("P11", sent.Case, ismskit.Action{Verb: workflow.VerbApprove, Revision: before.Revision})
		o.settle()
		row := o.read("P13", sent.Case).Rows[0]
		if err := o.setYear("P04", "case/"+row.Case.ID, 115, "單列"); pathsOf(err) != "year" {
			t.Errorf("a row alone: %v", err)
		}
		if got := o.inYear("P04", 116, ismskit.RecordRow); len(got) != 1 {
			t.Errorf("rows under 116: %v", got)
		}
		if err := o.setYear("P04", record, 115, "依申請日"); err != nil {
			t.Fatal(err)
		}
		if len(o.inYear("P04", 115, ismskit.RecordRow)) != 1 || len(o.inYear("P04", 115, ismskit.RecordCase)) != 1 || o.read("P04", row.Case.ID).Year != 115 {
			t.Error("a row did not go with its request")
		}
		o.finishOneFrom(sent.Case)
		if err := o.setYear("P04", record, 116, "結案後更正"); err != nil {
			t.Errorf("after its end: %v", err)
		}
		if report := o.kitFaults(sent.Case); len(report) != 0 {
			t.Errorf("the chain: %v", report)
		}
	})
}

// finishOneFrom carries out and confirms a request of one row that its head has agreed to.
func (o *office) finishOneFrom(id string) {
	o.t.Helper()
	o.act("P05", o.todo("P05")[0].Case, ismskit.Action{Verb: workflow.VerbRecord, Result: "opened"})
	o.settle()
	o.act("P13", id, ismskit.Action{Verb: workflow.VerbApprove})
	o.settle()
}

// kitFaults is what the check of a case's chain finds.
func (o *office) kitFaults(id string) []string {
	o.t.Helper()
	faults, err := o.kit.Evidence().Verify(o.ctx, o.as("P04"), id)
	if err != nil {
		o.t.Fatal(err)
	}
	var out []string
	for _, f := range faults {
		out = append(out, f.Code)
	}
	return out
}

// A draft has no year, and what is no record none either.
func TestADraftHasNoWorkingYear(t *testing.T) {
	o := recordsOffice(t, nil)
	draft, err := o.kit.Open(o.ctx, o.as("P04"), ismskit.Opening{Type: "account_request", Values: oneRow()})
	if err != nil {
		t.Fatal(err)
	}
	if err := o.setYear("P04", "case/"+draft.Case, 116, "x"); !errors.Is(err, workflow.ErrPhase) {
		t.Errorf("a draft: %v", err)
	}
	for _, none := range []string{"case/none", "document/none", "upload/x", ""} {
		if err := o.setYear("P04", none, 116, "x"); !errors.Is(err, ismskit.ErrNotFound) {
			t.Errorf("%q: %v", none, err)
		}
	}
}

// A document is filed under another working year in the same way, until its next version
// is in force: that one has its own day.
func TestTheWorkingYearOfADocumentIsChangedWithAnEntry(t *testing.T) {
	o := recordsOffice(t, storagetest.Twice(memory.New()))
	id := o.file(ismskit.Filing{Document: document.Document{Number: "IS-02-900", Title: map[string]string{"zh-TW": "程序書"}, Level: 2},
		Version: document.Version{Label: "1.0", Issued: "2026-11-20", Approver: "局長"}})
	if err := o.setYear("P13", "document/"+id, 116, "x"); !errors.Is(err, ismskit.ErrForbidden) {
		t.Errorf("a clerk: %v", err)
	}
	if err := o.setYear("P04", "document/"+id, 116, ""); pathsOf(err) != "comment" {
		t.Errorf("without a reason: %v", err)
	}
	if err := o.setYear("P04", "document/"+id, 116, "屬次年度修訂"); err != nil {
		t.Fatal(err)
	}
	view, err := o.kit.Documents().Get(o.ctx, o.as("P04"), id)
	if err != nil || view.Year != 116 || view.Refiled == nil || view.Refiled.By != "江志恆" || view.Refiled.Reason != "屬次年度修訂" || !view.MaySetYear {
		t.Errorf("%+v %v", view, err)
	}
	if got := o.inYear("P13", 116, ismskit.RecordDocument); len(got) != 1 || got[0] != "程序書" {
		t.Errorf("found under 116: %v", got)
	}
	var said string
	err = o.store.View(o.ctx, func(ctx context.Context, tx ismskit.Tx) error {
		rows, err := tx.Trail().Entries(ctx, ismskit.EntryQuery{Chain: "document/" + id})
		for _, row := range rows {
			said += string(row.Payload)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(said, `"year":{"from":115,"to":116}`) || !strings.Contains(said, "屬次年度修訂") {
		t.Errorf("its trail: %s", said)
	}
	o.file(ismskit.Filing{Document: document.Document{ID: id}, Seen: view.Revision,
		Version: document.Version{Label: "1.1", Issued: "2026-11-23", Approver: "局長"}, Supersedes: "1.0"})
	if got := o.inYear("P13", 115, ismskit.RecordDocument); len(got) != 1 {
		t.Errorf("the next version is found under 115: %v", got)
	}
}

// A version that is replaced stays filed under the year in which it was issued, or under the
// one that it was given: an auditor who asks for that year finds what was in force then.
func TestAFormerVersionStaysFiledUnderItsYear(t *testing.T) {
	onStores(t, func(t *testing.T, store ismskit.Store) {
		o := recordsOffice(t, store)
		version := func(label, issued, says string) document.Version {
			f, err := o.kit.Files().Upload(o.ctx, o.as("P04"), "程序書.md", strings.NewReader("# 壹、目的\n\n"+says+"\n"))
			if err != nil {
				t.Fatal(err)
			}
			return document.Version{Label: label, Issued: issued, Approver: "局長", Description: "修訂",
				Files: []document.File{{Name: f.Name, MediaType: f.MediaType, Size: f.Size, Digest: f.Digest, Main: true}}}
		}
		title := map[string]string{"zh-TW": "程序書"}
		id := o.file(ismskit.Filing{Document: document.Document{Number: "IS-02-900", Title: title, Level: 2}, Version: version("1.3", "2024-08-05", "磁帶")})
		filed := func(year int) (out []string) {
			t.Helper()
			rows, err := o.kit.Records().Query(o.ctx, o.as("P13"), record.Query{Years: []int{year}, Kinds: []string{ismskit.RecordDocument}})
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range rows {
				of, version, ok := ismskit.DocumentOf(r.ID)
				if !ok || of != id || (version != "") != (r.State == record.StateSuperseded) {
					t.Errorf("%+v", r)
				}
				out = append(out, version)
			}
			return out
		}
		o.file(ismskit.Filing{Document: document.Document{ID: id}, Version: version("1.4", "2026-01-05", "雲端"), Supersedes: "1.3"})
		if was, is := filed(113), filed(115); !slices.Equal(was, []string{"1.3"}) || !slices.Equal(is, []string{""}) {
			t.Errorf("113: %q, 115: %q", was, is)
		}
		if err := o.setYear("P04", "document/"+id, 114, "屬前一年度修訂"); err != nil {
			t.Fatal(err)
		}
		o.file(ismskit.Filing{Document: document.Document{ID: id}, Version: version("1.5", "2026-02-05", "異地"), Supersedes: "1.4"})
		if was, given, is := filed(113), filed(114), filed(115); !slices.Equal(was, []string{"1.3"}) || !slices.Equal(given, []string{"1.4"}) || !slices.Equal(is, []string{""}) {
			t.Errorf("113: %q, 114: %q, 115: %q", was, given, is)
		}
		if err := o.setYear("P04", "document/"+id+"/1.3", 116, "x"); !errors.Is(err, ismskit.ErrNotFound) {
			t.Errorf("a former version is filed anew: %v", err)
		}
	})
}

// A form names the year under which it is filed. Sent again without one, also in another year, it is filed
// under that of the day on which it was sent before; sent again as it was, it stays where an officer of
// records has filed it since.
func TestAYearTakenOutOfTheFormIsNotFiledUnder(t *testing.T) {
	typ, err := ismskit.ParseType([]byte(`{
		"key": "dated", "version": "1", "title": {"zh-TW": "簽辦"}, "offered": true, "subject": "subject", "facets": {"year": "year"},
		"form": {"key": "dated", "version": "1", "title": {"zh-TW": "簽辦"}, "fields": [
			{"key": "subject", "type": "text", "label": {"zh-TW": "主旨"}, "required": true},
			{"key": "year", "type": "integer", "label": {"zh-TW": "年度"}}]},
		"flow": {"key": "dated", "version": "1", "root": {"step": {"id": "head", "name": {"zh-TW": "主管核准"}, "kind": "approve",
			"who": [{"kind": "person", "ids": ["P11"]}]}}}}`))
	if err != nil {
		t.Fatal(err)
	}
	o := openOfficeWith(t, nil, func(c *ismskit.Config) {
		c.Types, c.Rights.ManageRecords = append(c.Types, typ), []string{"records/records_manager"}
	})
	o.role("records", "records_manager", "P04")
	sent := func(year any) string {
		t.Helper()
		values := forms.Values{"subject": "計畫"}
		if year != nil {
			values["year"] = year
		}
		return o.open("P13", "dated", values, true).Case
	}
	again := func(id string, year any) int {
		t.Helper()
		o.act("P11", id, ismskit.Action{Verb: workflow.VerbReturn, Comment: "請確認年度"})
		o.act("P13", id, ismskit.Action{Verb: workflow.VerbSubmit, Values: forms.Values{"year": year}})
		return o.read("P13", id).Year
	}
	id := sent(int64(114))
	if got := o.read("P13", id).Year; got != 114 {
		t.Fatalf("it is filed under %d", got)
	}
	if got := again(id, nil); got != 115 {
		t.Errorf("without a year it is filed under %d", got)
	}
	late := sent(int64(114))
	for _, year := range []any{int64(114), nil} {
		id := sent(year)
		if err := o.setYear("P04", "case/"+id, 116, "屬 116 年度計畫"); err != nil {
			t.Fatal(err)
		}
		if got := again(id, year); got != 116 {
			t.Errorf("sent again with %v it is filed under %d", year, got)
		}
		if got := again(id, int64(113)); got != 113 {
			t.Errorf("sent again for 113 it is filed under %d", got)
		}
	}
	o.until(monday.AddDate(0, 0, 42))
	for _, turn := range []struct {
		year any
		in   int
	}{{nil, 115}, {nil, 115}, {int64(116), 116}, {int64(114), 114}} {
		if got := again(late, turn.year); got != turn.in {
			t.Errorf("in January, with %v, it is filed under %d", turn.year, got)
		}
	}
}
