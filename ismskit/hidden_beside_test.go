package ismskit_test

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/print"
	"github.com/ismskit/ismskit/workflow"
)

// inquiryTypes: P12 reviews without seeing the findings, and carries out the rows without
// seeing the source; what the request hides its rows hide too.
func inquiryTypes(t *testing.T) []ismskit.Type {
	t.Helper()
	var out []ismskit.Type
	for _, text := range []string{`{
		"key": "inquiry", "version": "1", "title": {"zh-TW": "查處單"}, "offered": true, "subject": "subject", "number": {"pattern": "Q-{roc}-{n:3}"},
		"form": {"key": "inquiry", "version": "1", "title": {"zh-TW": "查處單"}, "fields": [
			{"key": "subject", "type": "text", "label": {"zh-TW": "主旨"}},
			{"key": "note", "type": "text", "label": {"zh-TW": "查明事項"}},
			{"key": "paper", "type": "files", "label": {"zh-TW": "附件"}},
			{"key": "lines", "type": "table", "label": {"zh-TW": "明細"}, "fields": [
				{"key": "what", "type": "text", "label": {"zh-TW": "事項"}},
				{"key": "source", "type": "text", "label": {"zh-TW": "來源"}},
				{"key": "grade", "type": "text", "label": {"zh-TW": "等級"}}]}]},
		"flow": {"key": "inquiry", "version": "1", "root": {"sequence": [
			{"step": {"id": "head", "name": {"zh-TW": "審核"}, "kind": "review", "hide": ["note", "paper", "lines.grade"], "who": [{"kind": "person", "ids": ["P12"]}], "due": {"term": "3wd"}}},
			{"split": {"id": "rows", "name": {"zh-TW": "辦理"}, "over": "lines", "type": "inquiry_row"}}]}}}`, `{
		"key": "inquiry_row", "version": "1", "title": {"zh-TW": "查處辦理"}, "subject": "what",
		"form": {"key": "inquiry_row", "version": "1", "title": {"zh-TW": "查處辦理"}, "fields": [
			{"key": "what", "type": "text", "label": {"zh-TW": "事項"}},
			{"key": "source", "type": "text", "label": {"zh-TW": "來源"}},
			{"key": "grade", "type": "text", "label": {"zh-TW": "等級"}}]},
		"flow": {"key": "inquiry_row", "version": "1", "child": true, "root": {"sequence": [
			{"step": {"id": "do", "name": {"zh-TW": "辦理"}, "kind": "handle", "hide": ["source"], "who": [{"kind": "person", "ids": ["P12"]}],
				"due": {"term": "3wd"}, "results": [{"key": "done", "text": {"zh-TW": "已辦理"}}]}}]}}}`} {
		typ, err := ismskit.ParseType([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, typ)
	}
	return out
}

const secretNote, secretSource, secretGrade = "前任停職", "匿名檢舉", "玖等三級"

// inquiry is a request of P10's that waits for P12, and the digest of its hidden file.
func (o *office) inquiry() (id, digest string) {
	o.t.Helper()
	f, err := o.kit.Files().Upload(o.ctx, o.as("P10"), "訪談紀錄.txt", strings.NewReader("訪談"))
	if err != nil {
		o.t.Fatal(err)
	}
	r := o.open("P10", "inquiry", forms.Values{"subject": "查處採購", "note": secretNote, "paper": []forms.File{f},
		"lines": []forms.Row{{forms.RowID: "aaaa", "what": "調閱紀錄", "source": secretSource, "grade": secretGrade}}}, true)
	o.settle()
	return r.Case, f.Digest
}

func inquiryOffice(t *testing.T) *office {
	t.Helper()
	return openOfficeWith(t, nil, func(c *ismskit.Config) {
		c.Types, c.Signer, c.Printer = append(c.Types, inquiryTypes(t)...), aKey(t, "isms.example"), print.A4{}
	})
}

// nobodyActs has P12 go away, and whom he has named: his head P11 is to name somebody.
func (o *office) nobodyActs() {
	o.t.Helper()
	o.goneAway("P13", o.now, 5, "P01")
	o.goneAway("P12", o.now, 5, "P13")
}

// told is everything that somebody is given of a case: the case, its trail, its print, its files
// and its export.
func (o *office) toldOf(person, id, digest string) string {
	o.t.Helper()
	c := o.read(person, id)
	c.Form = nil
	trail, err := o.kit.Evidence().Trail(o.ctx, o.as(person), id)
	if err != nil {
		o.t.Fatal(err)
	}
	sheet, err := o.kit.Records().Print(o.ctx, o.as(person), id, ismskit.Imprint{Lang: "zh-TW"})
	if err != nil {
		o.t.Fatal(err)
	}
	out := fmt.Sprintf("%v %v %v %v %v %s", c.Fields, c.Files, c.Trail, c.Rows, trail, sheet.Body)
	out += string(o.export(person, ismskit.Export{Cases: []string{id}}))
	if digest == "" {
		return out
	}
	if _, r, err := o.kit.Files().Open(o.ctx, o.as(person), id, digest); err == nil {
		text, err := io.ReadAll(r)
		if err = errors.Join(err, r.Close()); err != nil {
			o.t.Fatal(err)
		}
		out += string(text)
	} else if !errors.Is(err, ismskit.ErrNotFound) {
		o.t.Fatal(err)
	}
	return out
}

// sees says which words are in what somebody is given of a case.
func (o *office) sees(person, id, digest string, want map[string]bool) {
	o.t.Helper()
	told := o.toldOf(person, id, digest)
	for text, shown := range want {
		if strings.Contains(told, text) != shown {
			o.t.Errorf("%s is given %q: %v, want %v", person, text, !shown, shown)
		}
	}
}

// Whoever is to name a deputy reads what every signer may see, and no more: neither before
// he has, nor afterwards; and he does nothing else with a case that is not his.
func TestU5WhoNamesADeputyReadsNothingHiddenAndDoesNothingElse(t *testing.T) {
	o := inquiryOffice(t)
	id, file := o.inquiry()
	if _, err := o.kit.Case(o.ctx, o.as("P11"), id); !errors.Is(err, ismskit.ErrNotFound) {
		t.Fatalf("P12 is there: %v", err)
	}
	o.nobodyActs()
	o.rules("P11", "unattended")
	hidden := map[string]bool{secretNote: false, secretGrade: false, "訪談": false, secretSource: true, "查處採購": true}
	o.sees("P10", id, file, map[string]bool{secretNote: true, secretGrade: true, "訪談": true})
	o.sees("P11", id, file, hidden)
	flow := o.read("P10", id).Flow
	task := flow.Open()[0].ID
	only := func(want ...workflow.Verb) {
		t.Helper()
		if may := o.may("P11", id); !slices.Equal(may, want) {
			t.Errorf("P11 may %v, want %v", may, want)
		}
		for _, a := range []ismskit.Action{
			{Verb: workflow.VerbReassign, Task: task, People: []string{"P06"}}, {Verb: workflow.VerbSuspend}, {Verb: workflow.VerbVoid},
			{Verb: workflow.VerbToPaper}, {Verb: workflow.VerbCopy, People: []string{"P06"}},
		} {
			a.Comment = "改由他人辦理"
			o.refused(ismskit.ErrForbidden, "P11", id, a)
		}
	}
	only(workflow.VerbAppoint)
	o.act("P11", id, ismskit.Action{Verb: workflow.VerbAppoint, Task: task, People: []string{"P06"}, Comment: "代理人亦不在"})
	o.settle()
	o.sees("P11", id, file, hidden) // he sees what becomes of it
	only(workflow.VerbAppoint)      // it may have been the wrong one
	o.act("P06", id, ismskit.Action{Verb: workflow.VerbApprove, Task: task})
	o.settle()
	o.sees("P11", id, file, hidden)
	only()
	for person, want := range map[string]any{"P10": secretSource, "P11": nil} {
		if got := o.read(person, id).Rows[0].Fields["source"]; got != want {
			t.Errorf("%s reads of the row: %v, want %v", person, got, want)
		}
	}
}

// In a row he sees neither what its own step hides nor what its request does, and the request
// not at all.
func TestU5WhoNamesADeputyForARowReadsNothingHidden(t *testing.T) {
	o := inquiryOffice(t)
	id, _ := o.inquiry()
	o.act("P12", id, ismskit.Action{Verb: workflow.VerbApprove})
	o.settle()
	row := o.read("P10", id).Rows[0].Case.ID
	o.nobodyActs()
	hidden := map[string]bool{secretNote: false, secretGrade: false, secretSource: false, "調閱紀錄": true}
	o.sees("P10", row, "", map[string]bool{secretGrade: true, secretSource: true})
	o.sees("P11", row, "", hidden)
	flow := o.read("P10", row).Flow
	task := flow.Open()[0].ID
	o.act("P11", row, ismskit.Action{Verb: workflow.VerbAppoint, Task: task, People: []string{"P06"}, Comment: "代理人亦不在"})
	o.settle()
	o.sees("P11", row, "", hidden)
	if _, err := o.kit.Case(o.ctx, o.as("P11"), id); !errors.Is(err, ismskit.ErrNotFound) {
		t.Errorf("the request: %v", err)
	}
}
