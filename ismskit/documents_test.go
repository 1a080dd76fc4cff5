package ismskit_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/ismskit/record"
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
	// All of it comes at once, of the document and of the version.
	_, err := o.kit.Documents().Put(o.ctx, ismskit.System("test"), ismskit.Filing{Document: document.Document{Number: "is-03-001", Level: 9},
		Version: document.Version{Label: "1", Issued: "2026-02-30", NextReview: "", Files: []document.File{{Name: "a.exe", MediaType: "application/x-msdownload", Digest: strings.Repeat("a1", 32)}}}})
	refusals, _ := document.AsRefusals(err)
	var at []string
	for _, r := range refusals {
		at = append(at, r.Field+" "+r.Code)
	}
	if want := []string{"files file_kind", "title title_needed", "level level", "number number_taken", "version label_form", "issued date_form"}; !slices.Equal(at, want) {
		t.Errorf("%q, not %q", at, want)
	}
	dry := ismskit.Filing{Document: document.Document{Number: "IS-03-009", Title: title, Level: 3}, Version: document.Version{Label: "1.0", Issued: "2026-01-05"}, Dry: true}
	if made, err := o.kit.Documents().Put(o.ctx, ismskit.System("test"), dry); err != nil || made != "" {
		t.Errorf("%q %v", made, err)
	}
	if _, err := o.kit.Documents().Get(o.ctx, ismskit.System("test"), "IS-03-009"); !errors.Is(err, ismskit.ErrNotFound) {
		t.Errorf("filed by trying it: %v", err)
	}
	o.file(ismskit.Filing{Document: document.Document{Number: "IS-03-001", Title: title, Level: 3}, Duplicate: true})
	if err := o.kit.Documents().End(o.ctx, ismskit.System("test"), ismskit.DocumentEnd{Document: id, Reason: "併入另一文件"}); err != nil {
		t.Fatal(err)
	}
	if got := o.document(id); got.State != document.Retired || got.Retired != "2026-11-23" {
		t.Errorf("%+v", got.Document)
	}
}

// B1.4: a version that waits for its day changes nothing of the one in force: neither when
// that is to be reviewed, nor under which year the archive has it.
func TestAWaitingVersionChangesNothingYet(t *testing.T) {
	eachStore(t, func(t *testing.T, o *office) {
		doc := document.Document{Number: "IS-03-001", Title: map[string]string{"zh-TW": "資訊備份管理說明書"}, Level: 3, Class: ismskit.ClassInternal, NextReview: "2026-11-17"}
		doc.ID = o.file(ismskit.Filing{Document: doc, Version: document.Version{Label: "1.0", Issued: "2025-08-05"}})
		doc.NextReview = "2028-12-01"
		o.file(ismskit.Filing{Document: doc, Version: document.Version{Label: "1.1", Issued: "2027-01-04"}})
		holds := func(review string, year int) {
			t.Helper()
			found, err := o.kit.Records().Query(o.ctx, o.as("P04"), record.Query{Kinds: []string{ismskit.RecordDocument}})
			if err != nil || len(found) != 1 {
				t.Fatalf("%+v %v", found, err)
			}
			if got := o.document(doc.ID).NextReview; got != review || found[0].Year != year || found[0].State != string(document.Current) {
				t.Errorf("reviewed on %s, filed under %d as %s; want %s and %d", got, found[0].Year, found[0].State, review, year)
			}
		}
		holds("2026-11-17", 114)
		o.until(time.Date(2027, time.January, 4, 1, 0, 0, 0, time.UTC))
		holds("2028-12-01", 116)
	})
}
