package catalog

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/record"
	"github.com/ismskit/ismskit/ismskit/register"
)

// B3.5: what an execution record says of itself is corrected with a reason by who maintains its
// category, its file replaced: the archive finds it by what it says now, in its year, while the
// trail has what it said before and the former file is read by whom it was read.
func TestB3_5AnExecutionRecordIsCorrectedWithAReason(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		id := o.filed("P07", "C04", "外部稽核報告", forms.Values{"kind": "minutes"})
		old, err := o.kit.Case(o.ctx, o.as("P02"), id)
		must(t, err)
		file, err := o.kit.Files().Upload(o.ctx, o.as("P07"), "正確報告.txt", strings.NewReader("複評結果：全數改善完成。"))
		must(t, err)
		amend := ismskit.Action{Verb: ismskit.VerbAmend, Comment: "誤傳初稿", Values: forms.Values{
			"subject": "外部稽核複評報告", "kind": "report", "year": int64(114), "original": "資訊室鐵櫃 A-3", "files": []forms.File{file},
		}}
		for who, want := range map[string]error{"P02": ismskit.ErrForbidden, "P10": ismskit.ErrNotFound} {
			if _, err := o.kit.Act(o.ctx, o.as(who), id, amend); !errors.Is(err, want) {
				t.Errorf("by %s: %v", who, err)
			}
		}
		if slices.ContainsFunc(old.Others, func(a ismskit.OtherAct) bool { return a.Verb == ismskit.VerbAmend }) {
			t.Error("it is offered to who only reads the category")
		}
		silent := amend
		silent.Comment = ""
		if _, err := o.kit.Act(o.ctx, o.as("P07"), id, silent); !refusedAt(err, ismskit.FieldComment) {
			t.Errorf("without a reason: %v", err)
		}
		nothing := ismskit.Action{Verb: ismskit.VerbAmend, Comment: "再看一次", Values: forms.Values{"subject": "外部稽核報告"}}
		if _, err := o.kit.Act(o.ctx, o.as("P07"), id, nothing); !refusedAt(err, ismskit.FieldComment) {
			t.Errorf("with nothing corrected: %v", err)
		}
		for field, v := range map[string]any{"category": category("C01"), "only": true, "year": int64(200), "kind": "unheard_of"} {
			wrong := ismskit.Action{Verb: ismskit.VerbAmend, Comment: "更正", Values: forms.Values{field: v}}
			if _, err := o.kit.Act(o.ctx, o.as("P07"), id, wrong); !refusedAt(err, field) {
				t.Errorf("%s: %v", field, err)
			}
		}
		o.act("P07", id, amend)

		for _, who := range []string{"P07", "P02"} {
			c, err := o.kit.Case(o.ctx, o.as(who), id)
			must(t, err)
			last := c.Trail[len(c.Trail)-1]
			said := map[string][2]any{}
			for _, ch := range last.Changes {
				said[ch.Name] = [2]any{ch.From, ch.To}
			}
			if last.Verb != ismskit.VerbAmend || last.Comment != "誤傳初稿" || said["subject"] != [2]any{"外部稽核報告", "外部稽核複評報告"} || said["kind"] != [2]any{"minutes", "report"} ||
				last.Year == nil || last.Year.From != 115 || last.Year.To != 114 {
				t.Errorf("the trail has %+v, year %+v", last.Changes, last.Year)
			}
			if len(c.Faults) != 0 || c.Subject != "外部稽核複評報告" || c.Year != 114 || len(c.Files) != 2 {
				t.Errorf("%s reads %q of %d, %d files, %v", who, c.Subject, c.Year, len(c.Files), c.Faults)
			}
			for _, f := range c.Files { // the former one too
				_, opened, err := o.kit.Files().Open(o.ctx, o.as(who), id, f.Digest)
				must(t, err)
				must(t, opened.Close())
			}
			q := record.Query{Kinds: []string{ismskit.RecordUpload}, Years: []int{114}, DocKinds: []string{"report"}, Text: "複評"}
			if got := o.finds(who, q); got != "外部稽核複評報告" {
				t.Errorf("%s finds %q in its year", who, got)
			}
			q.Years = []int{115}
			if got := o.finds(who, q); got != "" {
				t.Errorf("%s still finds %q in the other", who, got)
			}
		}

		// What a legal hold keeps, or was taken back, stays as it is.
		o.enters("P07", register.LegalHolds, "H1", forms.Values{"name": "民事訴訟", "from": date(11, 23), "numbers": []forms.Row{{forms.RowID: "n1", "number": old.Number}}})
		again := ismskit.Action{Verb: ismskit.VerbAmend, Comment: "再更正", Values: forms.Values{"kind": "evidence"}}
		if _, err := o.kit.Act(o.ctx, o.as("P07"), id, again); !refusedAt(err, ismskit.FieldComment) {
			t.Errorf("under a legal hold: %v", err)
		}
		if c, err := o.kit.Case(o.ctx, o.as("P07"), id); err != nil || slices.ContainsFunc(c.Others, func(a ismskit.OtherAct) bool { return a.Verb == ismskit.VerbAmend }) {
			t.Errorf("offered under a hold: %v", err)
		}
		for person, told := range map[string]bool{"P07": true, "P09": false} { // who reads all corrects nothing
			if c, err := o.kit.Case(o.ctx, o.as(person), id); err != nil || c.Held != told {
				t.Errorf("%s is told of the hold: %t, %v", person, c.Held, err)
			}
		}
		other := o.filed("P07", "C04", "內部稽核報告", nil)
		o.act("P07", other, ismskit.Action{Verb: ismskit.VerbRetract, Comment: "誤傳"})
		if _, err := o.kit.Act(o.ctx, o.as("P07"), other, again); !errors.Is(err, ismskit.ErrForbidden) {
			t.Errorf("of one that was taken back: %v", err)
		}
	})
}

// No form that people fill in promises to take a file that is larger than what is taken.
func TestNoFormPromisesALargerFileThanIsTaken(t *testing.T) {
	types, err := Types()
	must(t, err)
	stated := 0
	for _, typ := range types {
		for _, f := range typ.Form.Fields {
			for _, field := range append([]forms.Field{f}, f.Fields...) {
				if field.Params["max_size"] == nil || typ.Key == "imported_record" { // what is imported comes in a package
					continue
				}
				max, err := strconv.ParseInt(fmt.Sprint(field.Params["max_size"]), 10, 64)
				must(t, err)
				stated++
				if max > ismskit.DefaultMaxUpload {
					t.Errorf("%s: %s takes files of %d bytes, a house %d", typ.Key, field.Key, max, ismskit.DefaultMaxUpload)
				}
			}
		}
	}
	if stated == 0 {
		t.Error("no form states how large its files may be")
	}
}
