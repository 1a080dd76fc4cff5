package catalog

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/ismskit/record"
	"github.com/ismskit/ismskit/ismskit/register"
)

// renumber gives a document another number.
func (o *office) renumber(from, to string) {
	o.Helper()
	doc := o.doc(from).Document
	doc.Number = to
	_, err := o.kit.Documents().Put(o.ctx, o.as("P07"), ismskit.Filing{Document: doc, Seen: doc.Revision, Reason: "更正編號", NumberAnyway: true})
	must(o, err)
}

// K14: a rule for a form reaches what was kept under its former numbers, however they were written; it ends nothing
// whose form nobody can tell, nor what a '*' would reach of a form that is called otherwise today.
func TestK14ARuleFollowsAFormThatWasRenumberedAndNoOther(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		overdue := func() string {
			t.Helper()
			found, err := o.kit.Records().Retention().Overdue(o.ctx, o.as("P09"))
			must(t, err)
			seen := map[string]bool{}
			var out []string
			for _, r := range found.Records {
				if !seen[r.Form] {
					seen[r.Form], out = true, append(out, r.Form)
				}
			}
			return strings.Join(out, " ")
		}
		rule := func(number string) {
			t.Helper()
			o.enters("P07", register.RetentionRules, "K01", forms.Values{"name": "申請表單", "applies": "case", "form_no": number, "keep": "months", "n": int64(1)})
		}
		o.filesMany("is-04-012", record.StateClosed, 0, 1) // as an earlier program wrote it
		o.filesMany("IS-04-012", record.StateClosed, 1, 1)
		o.renumber("IS-04-012", "IS-04-112")
		doc := o.doc("IS-04-112").Document
		doc.FormerNumbers, doc.Revision = []string{"is-04-012"}, doc.Revision+1
		o.store(func(ctx context.Context, tx ismskit.Tx) error { return tx.Documents().PutDocument(ctx, doc) }) // so it wrote it there, too
		o.filesMany("IS-04-112", record.StateClosed, 2, 1)
		rule("IS-04-112")
		if got := overdue(); !strings.Contains(got, "is-04-012") || !strings.Contains(got, "IS-04-012") || !strings.Contains(got, "IS-04-112") {
			t.Errorf("by the present number: %q", got)
		}
		rule("IS-04-012")
		if got := overdue(); !strings.Contains(got, "IS-04-012") || !strings.Contains(got, "IS-04-112") {
			t.Errorf("by the former number: %q", got)
		}
		rule("IS-04-01*")
		if got := overdue(); !strings.Contains(got, "IS-04-012") || strings.Contains(got, "IS-04-112") {
			t.Errorf("by all numbers that begin so: %q", got)
		}
		rule("IS-04-11*")
		if got := overdue(); !strings.Contains(got, "IS-04-012") || !strings.Contains(got, "IS-04-112") {
			t.Errorf("by all that begin as it does today: %q", got)
		}
		o.enters("P07", register.LegalHolds, "H1", forms.Values{"name": "稽核", "from": date(11, 23), "form_no": "IS-04-112"})
		held, err := o.kit.Records().Retention().Holding(o.ctx, o.as("P09"), "H1")
		if must(t, err); !slices.ContainsFunc(held.First, func(r record.Record) bool { return r.Form == "is-04-012" }) && held.Count <= len(held.First) {
			t.Errorf("a hold keeps %+v", held)
		}
		_, err = o.kit.Documents().Put(o.ctx, ismskit.System("import"), ismskit.Filing{Duplicate: true, Document: document.Document{
			Number: "IS-04-012", Level: 3, Class: ismskit.ClassInternal, Unit: "U03", Title: map[string]string{"zh-TW": "說明書"},
		}, Version: document.Version{Label: "1.0", Issued: "2026-11-02"}})
		must(t, err)
		rule("IS-04-112")
		if got := overdue(); strings.Contains(got, "IS-04-012") || !strings.Contains(got, "IS-04-112") {
			t.Errorf("where another form has the former number: %q", got)
		}
	})
}
