package ismskit_test

import (
	"errors"
	"testing"
	"time"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/document"
)

func (o *office) file(f ismskit.Filing) string {
	o.t.Helper()
	id, err := o.kit.Documents().Put(o.ctx, ismskit.System("test"), f)
	if err != nil {
		o.t.Fatal(err)
	}
	return id
}

func (o *office) document(id string) ismskit.DocumentView {
	o.t.Helper()
	view, err := o.kit.Documents().Get(o.ctx, ismskit.System("test"), id)
	if err != nil {
		o.t.Fatal(err)
	}
	return view
}

// B1.4, B1.5: a version whose day has come supersedes the one before it; one that
// is issued for a later day waits, and comes into force by itself that morning.
func TestAVersionComesIntoForceOnItsDay(t *testing.T) {
	eachStore(t, func(t *testing.T, o *office) {
		doc := document.Document{Number: "IS-03-001", Title: map[string]string{"zh-TW": "資訊備份管理說明書"}, Level: 3, Class: ismskit.ClassInternal}
		id := o.file(ismskit.Filing{Document: doc, Version: document.Version{Label: "1.0", Issued: "2024-08-05"}})
		doc.ID = id
		o.file(ismskit.Filing{Document: doc, Version: document.Version{Label: "1.1", Issued: "2026-11-23"}})
		o.file(ismskit.Filing{Document: doc, Version: document.Version{Label: "1.2", Issued: "2026-12-01"}})
		states := func() (out string) {
			for _, v := range o.document(id).Versions {
				out += v.Label + " " + string(v.State) + "; "
			}
			return out
		}
		if got := states(); got != "1.0 superseded; 1.1 current; 1.2 waiting; " {
			t.Errorf("before its day: %s", got)
		}
		day := time.Date(2026, time.December, 1, 8, 0, 0, 0, time.FixedZone("Asia/Taipei", 8*3600))
		if err := o.kit.RunUntil(o.ctx, day); err != nil {
			t.Fatal(err)
		}
		o.now = day
		if got := states(); got != "1.0 superseded; 1.1 superseded; 1.2 current; " || o.document(id).Current != "1.2" {
			t.Errorf("on its day: %s", got)
		}
	})
}

func TestDocumentControlRefuses(t *testing.T) {
	o := openOffice(t, nil)
	title := map[string]string{"zh-TW": "資訊備份管理說明書"}
	o.file(ismskit.Filing{Document: document.Document{Number: "IS-03-001", Title: title, Level: 3}})
	id := o.file(ismskit.Filing{
		Document: document.Document{Number: "IS-03-002", Title: title, Level: 3}, Version: document.Version{Label: "1.3", Issued: "2026-01-05"},
	})
	for code, f := range map[string]ismskit.Filing{
		"number_taken": {Document: document.Document{Number: "IS-03-001", Title: title, Level: 3}},
		"label_used":   {Document: document.Document{ID: id, Title: title, Level: 3}, Version: document.Version{Label: "1.3", Issued: "2026-02-05"}},
		"label_order":  {Document: document.Document{ID: id, Title: title, Level: 3}, Version: document.Version{Label: "1.2", Issued: "2026-02-05"}},
		"issued_order": {Document: document.Document{ID: id, Title: title, Level: 3}, Version: document.Version{Label: "1.4", Issued: "2025-02-05"}},
	} {
		_, err := o.kit.Documents().Put(o.ctx, ismskit.System("test"), f)
		var refusal *document.Refusal
		if !errors.As(err, &refusal) || refusal.Code != code {
			t.Errorf("%s: %v", code, err)
		}
	}
	if _, err := o.kit.Documents().Put(o.ctx, o.as("P13"), ismskit.Filing{}); !errors.Is(err, ismskit.ErrForbidden) {
		t.Errorf("filed by somebody who may not: %v", err)
	}
	o.file(ismskit.Filing{Document: document.Document{Number: "IS-03-001", Title: title, Level: 3}, Duplicate: true})
	if err := o.kit.Documents().Retire(o.ctx, ismskit.System("test"), id, "併入另一文件"); err != nil {
		t.Fatal(err)
	}
	if got := o.document(id); got.State != document.Retired || got.Retired != "2026-11-23" {
		t.Errorf("%+v", got.Document)
	}
}

// An office that begins in mid-year goes on from its old register's numbers.
func TestNumbersGoOnFromTheOldRegister(t *testing.T) {
	o := openOffice(t, nil)
	if err := o.kit.Types().Continue(o.ctx, o.as("P05"), "account_request", "", 86); !errors.Is(err, ismskit.ErrForbidden) {
		t.Errorf("by a person: %v", err)
	}
	for _, last := range []int64{86, 12} { // a lower one changes nothing
		if err := o.kit.Types().Continue(o.ctx, ismskit.System("test"), "account_request", "", last); err != nil {
			t.Fatal(err)
		}
	}
	if got := o.apply("P13", threeRows()).Number; got != "IS-04-012-115-0087" {
		t.Errorf("number %s", got)
	}
}
