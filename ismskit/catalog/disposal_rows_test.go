package catalog

import (
	"slices"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/workflow"
)

// A row may have a number of its own. What a hold names or describes by it is kept with its request: at the
// list, and where the hold comes after the signatures.
func TestK14AHoldOfARowKeepsItsRequest(t *testing.T) {
	o := openOffice(t, inMemory(t))
	cfg := o.l.cfg
	cfg.Types = slices.Clone(cfg.Types)
	for i, typ := range cfg.Types {
		if typ.Key == "account_request_row" {
			typ.Version, typ.FormNo, typ.Number = "99", "IS-04-912", &ismskit.Numbering{Pattern: "列-{roc}-{n:4}", At: "submit"}
			cfg.Types[i] = typ
		}
	}
	cfg.Now, cfg.Notifier, cfg.Blobs = o.clock.Now, o.mails, o.l.blobs
	cfg.Rights.ManageDocs, cfg.Rights.ManageRecords = []string{"documents/document_controller"}, []string{"records/records_manager"}
	cfg.Rights.ReadAll = []string{"records/reads_all"}
	kit, err := ismskit.New(cfg)
	must(t, err)
	must(t, kit.Start(o.ctx))
	o.kit = kit
	request, child, filed, numbers := overdueOffice(t, o)
	row := o.numbered(child)
	if row == "" || row == numbers[0] {
		t.Fatalf("the row has the number %q", row)
	}
	retention := o.kit.Records().Retention()
	hold := forms.Values{"name": "訴訟", "from": date(12, 24), "numbers": []forms.Row{{forms.RowID: "n1", "number": row}}}
	o.enters("P07", register.LegalHolds, "H1", hold)
	scope, err := retention.Holding(o.ctx, o.as("P09"), "H1")
	if must(t, err); len(scope.Unknown) > 0 || scope.Count != 1 {
		t.Errorf("the hold says that it keeps %+v", scope)
	}
	if _, err := o.disposing("P09", numbers[0]); !refusedWith(err, "dispose.held") {
		t.Errorf("the request of a row that is held: %v", err)
	}
	hold["until"] = date(12, 24)
	o.enters("P07", register.LegalHolds, "H1", hold)
	o.runTo(at(12, 25, 9, 0))

	list, err := o.disposing("P09", numbers...)
	must(t, err)
	must(t, o.kit.RunUntil(o.ctx, o.clock.Now()))
	for _, head := range []string{"P11", "P04"} {
		o.act(head, list.Case, ismskit.Action{Verb: workflow.VerbApprove})
	}
	o.enters("P07", register.LegalHolds, "H2", forms.Values{"name": "稽核", "from": date(12, 25), "form_no": "IS-04-912"})
	o.act("P02", list.Case, ismskit.Action{Verb: workflow.VerbApprove})
	must(t, o.kit.RunUntil(o.ctx, o.clock.Now()))
	if o.gone(request) || o.gone(child) || !o.gone(filed) {
		t.Errorf("gone: the request %t, its row %t, what is not held %t", o.gone(request), o.gone(child), o.gone(filed))
	}
}
