package catalog

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/ismskit/record"
)

// K1: an execution record points at the clause of a procedure that it follows: one that is there, of the
// version in force. It says of which version it was however often the document changes, and whether the
// clause has changed since; who may not read the document points at none and is told of none.
func TestK1ARecordPointsAtAClauseAndSaysWhatBecameOfIt(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		doc := forms.Ref{List: "document", ID: o.doc(procedure).ID}
		points := func(clause string) forms.Values { return forms.Values{"document": doc, "clause": clause} }
		for _, wrong := range []string{"1.3 玖九", "1.2 參", "參", "1.3"} {
			var invalid forms.Invalid
			if _, err := o.filing("P07", "C03", "試辦檢討", points(wrong)); !errors.As(err, &invalid) || invalid[0].Field != "clause" {
				t.Errorf("pointed at %q: %v", wrong, err)
			}
		}
		changed := o.filed("P07", "C03", "範圍檢討", points("1.3 參"))
		same := o.filed("P07", "C03", "網路檢討", points("1.3 陸三(四)"))
		says := func(id string) ismskit.ClauseRef {
			t.Helper()
			c, err := o.kit.Case(o.ctx, o.as("P07"), id)
			must(t, err)
			if len(c.Clauses) != 1 {
				t.Fatalf("it points at %v", c.Clauses)
			}
			return c.Clauses[0]
		}
		if r := says(same); r.Number != procedure || r.Label != "1.3" || r.Address != "陸三(四)" || r.Anchor == "" || r.Since != "" {
			t.Errorf("%+v", r)
		}
		f := o.newText("P07")
		_, err := o.kit.Documents().Put(o.ctx, ismskit.System("test"), ismskit.Filing{
			Document: o.doc(procedure).Document, WithVersion: true,
			Version: document.Version{Label: "1.4", Issued: "2026-11-23", Description: "增訂附則", Files: []document.File{{Name: f.Name, Digest: f.Digest, MediaType: f.MediaType, Size: f.Size, Main: true}}},
		})
		must(t, err)
		if r := says(changed); r.Label != "1.3" || r.Now != "1.4" || r.Since != string(document.Changed) {
			t.Errorf("the clause that was changed: %+v", r)
		}
		if r := says(same); r.Label != "1.3" || r.Now != "1.4" || r.Since != ismskit.ClauseSame {
			t.Errorf("the clause that is the same: %+v", r)
		}
		// Who corrects the record is offered the clause that it has, beside those of the version in force.
		need := forms.Need{Kind: forms.NeedOptions, List: forms.OfDocument, ID: doc.ID, Field: ismskit.Clauses}
		offered := func(who, id string) (keys []string, err error) {
			found, err := o.kit.Types().Options(o.ctx, o.as(who), ismskit.Preview{Case: id}, []forms.Need{need})
			if err != nil {
				return nil, err
			}
			options, _ := found.Options(need)
			for _, one := range options {
				keys = append(keys, one.Key)
			}
			return keys, nil
		}
		if keys, err := offered("P07", same); err != nil || !slices.Contains(keys, "1.3 陸三(四)") || !slices.Contains(keys, "1.4 參") {
			t.Errorf("offered %q, %v", keys, err)
		}
		if keys, err := offered("P07", ""); err != nil || slices.Contains(keys, "1.3 陸三(四)") {
			t.Errorf("for a new one %q, %v", keys, err)
		}
		if _, err := offered("P10", same); !errors.Is(err, ismskit.ErrNotFound) {
			t.Errorf("to who may not read the record: %v", err)
		}
		o.act("P07", same, ismskit.Action{Verb: ismskit.VerbAmend, Comment: "更正名稱", Values: forms.Values{"subject": "網路區隔檢討", "document": doc, "clause": "1.3 陸三(四)"}})
		if r := says(same); r.Label != "1.3" || r.Address != "陸三(四)" {
			t.Errorf("after it was corrected: %+v", r)
		}
		// A document whose clauses cannot be read is pointed at as a whole.
		o.stock("IS-03-220", ismskit.ClassInternal)
		bare := forms.Values{"document": forms.Ref{List: "document", ID: o.doc("IS-03-220").ID}, "clause": "1.0"}
		if r := says(o.filed("P07", "C03", "全文", bare)); r.Address != "" || r.Label != "1.0" {
			t.Errorf("%+v", r)
		}
	})
}

// A version that is a Word file is read on screen by its words, in which what points at a clause of it
// leads to that clause; one of which nothing can be read has none.
func TestK1AClauseOfAWordFileIsReadOnScreen(t *testing.T) {
	o := openOffice(t, inMemory(t))
	word := o.issued("IS-03-231", "a.docx", wordText(t, "說明書", "0|目的", "1|確保資料安全。", "0|權責", "1|資訊室：維護系統。", "1|各單位：遵守規定。"))
	o.issued("IS-03-232", "a.pdf", "%PDF-1.7\n%%EOF")
	if r, err := o.kit.Documents().Read(o.ctx, o.as("P13"), "IS-03-232", ""); err != nil || len(r.Extract) > 0 || r.ExtractCut || r.Text != nil {
		t.Errorf("a file that says nothing shows %v, %v", r.Extract, err)
	}
	o.issued("IS-03-233", "long.docx", wordText(t, "說明書", "0|目的", "1|短文。", "1|"+strings.Repeat("長", ismskit.MostExtract/3)))
	if r, err := o.kit.Documents().Read(o.ctx, o.as("P13"), "IS-03-233", ""); err != nil || len(r.Extract) == 0 || !r.ExtractCut {
		t.Errorf("a long one shows %d parts, cut %t, %v", len(r.Extract), r.ExtractCut, err)
	}
	id := o.filed("P07", "C03", "權責檢討", forms.Values{"document": word, "clause": "1.0 貳二"})
	c, err := o.kit.Case(o.ctx, o.as("P07"), id)
	must(t, err)
	r, err := o.kit.Documents().Read(o.ctx, o.as("P13"), "IS-03-231", "1.0")
	must(t, err)
	at := slices.IndexFunc(r.Extract, func(p document.Part) bool { return p.Address == "貳二" })
	if at < 0 || !strings.Contains(r.Extract[at].Text, "各單位") || c.Clauses[0].Anchor != ismskit.PartAnchor(at) {
		t.Errorf("%+v leads to %d of %+v", c.Clauses[0], at, r.Extract)
	}
}

// K13: the restore test of the yearly continuity exercise is kept under the clause that asks for it, in the
// year of the exercise, and an auditor finds whether there was one.
func TestK13ARestoreTestIsKeptUnderItsClauseInItsYear(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		doc := forms.Ref{List: "document", ID: o.doc(procedure).ID}
		id := o.filed("P07", "C03", "營運持續演練還原測試", forms.Values{"document": doc, "clause": "1.3 陸十一(三)", "kind": "report", "year": int64(114), "done_on": date(11, 20)})
		c, err := o.kit.Case(o.ctx, o.as("P07"), id)
		must(t, err)
		if len(c.Clauses) != 1 || c.Clauses[0].Address != "陸十一(三)" {
			t.Errorf("it points at %+v", c.Clauses)
		}
		for year, want := range map[int]string{114: "營運持續演練還原測試", 115: ""} {
			if got := o.finds("P07", record.Query{Forms: []string{procedure}, Years: []int{year}, DocKinds: []string{"report"}}); got != want {
				t.Errorf("of %d: %q", year, got)
			}
		}
	})
}
