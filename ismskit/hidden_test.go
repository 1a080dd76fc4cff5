package ismskit_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/record"
	"github.com/ismskit/ismskit/storage/memory"
	"github.com/ismskit/ismskit/workflow"
)

// hiringTypes: the head signs without seeing the reason and the salary grade; the
// clerk who carries out a row sees the grade, not the reason.
func hiringTypes(t *testing.T, subject string) []ismskit.Type {
	t.Helper()
	var out []ismskit.Type
	for _, text := range []string{`{
		"key": "hiring", "version": "1", "title": {"zh-TW": "進用申請單"}, "offered": true, "subject": "` + subject + `", "number": {"pattern": "HR-{roc}-{n:3}"},
		"form": {"key": "hiring", "version": "1", "title": {"zh-TW": "進用申請單"}, "fields": [
			{"key": "what", "type": "text", "label": {"zh-TW": "主旨"}},
			{"key": "reason", "type": "text", "label": {"zh-TW": "事由"}},
			{"key": "lines", "type": "table", "label": {"zh-TW": "職缺"}, "fields": [
				{"key": "job", "type": "text", "label": {"zh-TW": "職務"}},
				{"key": "grade", "type": "text", "label": {"zh-TW": "薪級"}}]}]},
		"flow": {"key": "hiring", "version": "1", "root": {"sequence": [
			{"step": {"id": "head", "name": {"zh-TW": "主管核准"}, "kind": "approve", "hide": ["reason", "lines.grade"], "who": [{"kind": "person", "ids": ["P11"]}]}},
			{"split": {"id": "rows", "name": {"zh-TW": "辦理"}, "over": "lines", "type": "hiring_row"}}]}}}`, `{
		"key": "hiring_row", "version": "1", "title": {"zh-TW": "進用辦理"}, "subject": "job",
		"form": {"key": "hiring_row", "version": "1", "title": {"zh-TW": "進用辦理"}, "fields": [
			{"key": "job", "type": "text", "label": {"zh-TW": "職務"}},
			{"key": "reason", "type": "text", "label": {"zh-TW": "事由"}},
			{"key": "grade", "type": "text", "label": {"zh-TW": "薪級"}}]},
		"flow": {"key": "hiring_row", "version": "1", "child": true, "root": {"sequence": [
			{"step": {"id": "do", "name": {"zh-TW": "辦理"}, "kind": "handle", "hide": ["reason"], "who": [{"kind": "person", "ids": ["P05"]}],
				"results": [{"key": "done", "text": {"zh-TW": "已辦理"}}]}}]}}}`} {
		typ, err := ismskit.ParseType([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, typ)
	}
	return out
}

// What a step hides stays hidden: before and after signing, in the rows, on their
// trails, and from the search of the archive.
func TestAHiddenFieldIsHiddenInRowsAndFromTheSearchToo(t *testing.T) {
	o := openOffice(t, nil)
	o.extend(func(c *ismskit.Config) { c.Types = append(c.Types, hiringTypes(t, "what")...) })
	values := forms.Values{"what": "補實職缺", "reason": "前任停職", "lines": []forms.Row{{forms.RowID: "aaaa", "job": "戶籍員", "grade": "玖等三級"}}}
	c := o.open("P13", "hiring", values, true)
	sees := func(person, id string, want map[string]bool) {
		t.Helper()
		read := o.read(person, id)
		read.Form = nil
		told := fmt.Sprintf("%v %v %v", read.Fields, read.Trail, read.Rows)
		for text, shown := range want {
			if strings.Contains(told, text) != shown {
				t.Errorf("%s sees %q: %v, want %v", person, text, !shown, shown)
			}
		}
	}
	sees("P11", c.Case, map[string]bool{"前任停職": false, "玖等三級": false, "戶籍員": true})
	o.act("P11", c.Case, ismskit.Action{Verb: workflow.VerbApprove})
	o.settle()
	sees("P11", c.Case, map[string]bool{"前任停職": false, "玖等三級": false, "戶籍員": true}) // he has signed
	sees("P13", c.Case, map[string]bool{"前任停職": true, "玖等三級": true})
	rows := o.read("P13", c.Case).Rows
	if len(rows) != 1 {
		t.Fatalf("%d rows", len(rows))
	}
	row := rows[0].Case.ID
	sees("P05", row, map[string]bool{"前任停職": false, "玖等三級": true})
	sees("P05", c.Case, map[string]bool{"前任停職": false, "玖等三級": true}) // the request his row belongs to
	sees("P11", row, map[string]bool{"前任停職": false, "玖等三級": false})
	sees("P13", row, map[string]bool{"前任停職": true, "玖等三級": true})

	for text, want := range map[string]int{"前任停職": 0, "玖等三級": 0, "戶籍員": 2, "補實職缺": 1} {
		found, err := o.kit.Records().Query(o.ctx, ismskit.System("test"), record.Query{Text: text})
		if err != nil || len(found) != want {
			t.Errorf("%s finds %d records, want %d, %v", text, len(found), want, err)
		}
	}
}

// A row that is added once the request has come back hides what its columns hide, though the
// trail has it as one change.
func TestAHiddenColumnOfARowThatWasAddedIsHiddenOnTheTrail(t *testing.T) {
	o := openOffice(t, nil)
	o.extend(func(c *ismskit.Config) {
		for _, typ := range hiringTypes(t, "what") {
			typ.Flow.Root.Sequence = slices.Clone(typ.Flow.Root.Sequence)
			for i, n := range typ.Flow.Root.Sequence {
				if n.Step != nil && n.Step.ID == "head" {
					step := *n.Step
					step.ReturnTo = []string{workflow.Applicant}
					typ.Flow.Root.Sequence[i].Step = &step
				}
			}
			c.Types = append(c.Types, typ)
		}
	})
	row := func(id, job, grade string) forms.Row { return forms.Row{forms.RowID: id, "job": job, "grade": grade} }
	first := row("aaaa", "戶籍員", "玖等三級")
	c := o.open("P13", "hiring", forms.Values{"what": "補實職缺", "lines": []forms.Row{first}}, true)
	o.act("P11", c.Case, ismskit.Action{Verb: workflow.VerbReturn, To: workflow.Applicant, Comment: "請補一列"})
	o.act("P13", c.Case, ismskit.Action{Verb: workflow.VerbSubmit, Values: forms.Values{"lines": []forms.Row{first, row("bbbb", "檔管員", "拾等一級")}}})
	read := o.read("P11", c.Case)
	told := fmt.Sprintf("%v", read.Trail)
	if strings.Contains(told, "拾等一級") || strings.Contains(told, "玖等三級") || !strings.Contains(told, "檔管員") {
		t.Errorf("the head, from whom the grade is hidden, reads %s", told)
	}
	if told := fmt.Sprintf("%v", o.read("P13", c.Case).Trail); !strings.Contains(told, "拾等一級") {
		t.Errorf("the applicant reads %s", told)
	}
}

// Having a form checked is for those who may edit it, and gives back nothing that is
// hidden from them: whoever signs cannot read that way what his step hides.
func TestCheckingAFormShowsNothingHidden(t *testing.T) {
	o := openOffice(t, nil)
	o.extend(func(c *ismskit.Config) { c.Types = append(c.Types, hiringTypes(t, "what")...) })
	check := func(person, id string) (string, error) {
		values, _, err := o.kit.Types().Validate(o.ctx, o.as(person), ismskit.Preview{Case: id}, false)
		return fmt.Sprint(values), err
	}
	fields := forms.Values{"what": "補實職缺", "reason": "前任停職", "lines": []forms.Row{{forms.RowID: "aaaa", "job": "戶籍員", "grade": "玖等三級"}}}
	c := o.open("P13", "hiring", fields, true)
	for person, want := range map[string]error{"P11": ismskit.ErrForbidden, "P13": ismskit.ErrForbidden, "P06": ismskit.ErrNotFound} {
		if told, err := check(person, c.Case); !errors.Is(err, want) || strings.Contains(told, "停職") {
			t.Errorf("%s has it checked: %v, %s", person, err, told)
		}
	}
	o.act("P11", c.Case, ismskit.Action{Verb: workflow.VerbReturn, To: workflow.Applicant, Comment: "請補正"})
	o.settle()
	if told, err := check("P13", c.Case); err != nil || !strings.Contains(told, "前任停職") {
		t.Errorf("the applicant mends it: %v, %s", err, told)
	}
	if told, err := check("P11", c.Case); !errors.Is(err, ismskit.ErrForbidden) {
		t.Errorf("the signer who sent it back has it checked: %v, %s", err, told)
	}
	// The head's own request comes to himself, under a step that hides it from him.
	own := o.open("P11", "hiring", fields, true)
	o.act("P11", own.Case, ismskit.Action{Verb: workflow.VerbReturn, To: workflow.Applicant, Comment: "請補正"})
	o.settle()
	if told, err := check("P11", own.Case); err != nil || strings.Contains(told, "前任停職") || !strings.Contains(told, "補實職缺") {
		t.Errorf("what his step hides: %v, %s", err, told)
	}
}

func TestAHiddenFieldIsNoSubject(t *testing.T) {
	if _, err := ismskit.New(ismskit.Config{Store: memory.New(), Types: hiringTypes(t, "reason")}); err == nil || !strings.Contains(err.Error(), `subject shows "reason", which a step hides`) {
		t.Errorf("%v", err)
	}
}

// Why somebody was found is one text for all who are told: what a step hides from one of them stands in none.
func TestWhyATaskCameTellsNothingHidden(t *testing.T) {
	const flow = `{"key":"memo","version":"1","root":{"sequence":[
		{"step":{"id":"head","name":{"zh-TW":"科長","en":"Head"},"kind":"review","hide":["note"],"who":[{"kind":"unit_head","because":{"zh-TW":"您是單位主管","en":"You head the unit"}}],"due":{"term":"3wd"}}},
		{"step":{"id":"chief","name":{"zh-TW":"局長","en":"Chief"},"kind":"approve","who":[{"kind":"post","ids":["T01"],"because":{"zh-TW":"{subject}：因為{note}","en":"{subject}: for {note}"}}],"due":{"term":"2wd"}}}]}}`
	o := openOffice(t, memory.New(), memo(t, flow))
	sent := o.open("P13", "memo", forms.Values{"subject": "採購", "note": "不可告人"}, true)
	c := o.read("P11", sent.Case)
	if c.Fields["note"] != nil {
		t.Fatal("it is not hidden from him")
	}
	whole, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	if text := string(whole); strings.Contains(text, "不可告人") || !strings.Contains(text, "採購：因為（不公開）") {
		t.Errorf("he is told %s", text)
	}
}
