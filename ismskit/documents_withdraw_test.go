package ismskit_test

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/ismskit/evidence"
	"github.com/ismskit/ismskit/ismskit/record"
)

// waitingVersion is a document in force whose version 1.1 waits for a day that was
// typed wrongly.
func (o *office) waitingVersion() (id string) {
	o.t.Helper()
	doc := document.Document{Number: "IS-03-001", Title: map[string]string{"zh-TW": "資訊備份管理說明書"}, Level: 3, Class: ismskit.ClassInternal, NextReview: "2026-12-17"}
	doc.ID = o.file(ismskit.Filing{Document: doc, Version: document.Version{Label: "1.0", Issued: "2025-08-05"}})
	doc.NextReview = "2028-12-01"
	o.file(ismskit.Filing{Document: doc, Version: document.Version{Label: "1.1", Issued: "2027-01-04", Description: "增列異地備份",
		Files: []document.File{{Name: "說明書.pdf", MediaType: "application/pdf", Digest: strings.Repeat("a1", 32), Main: true}}}})
	return doc.ID
}

// The day of issue was typed wrongly, and is noticed before it comes: the version is taken
// back with a reason, and the corrected one comes in under the same number, on its own day.
func TestAVersionThatWaitsIsWithdrawn(t *testing.T) {
	eachStore(t, func(t *testing.T, o *office) {
		id := o.waitingVersion()
		system := ismskit.System("test")
		withdraw := func(label, key string) error {
			return o.kit.Documents().Withdraw(o.ctx, system, ismskit.VersionWithdrawal{Document: id, Label: label, Reason: " 發行日誤繕 ", Key: key})
		}
		refuses := func(err error, says string) {
			t.Helper()
			if refusal, ok := errors.AsType[*document.Refusal](err); !ok || refusal.Text("zh-TW") != says {
				t.Errorf("%v, not %q", err, says)
			}
		}
		if err := o.kit.Documents().Withdraw(o.ctx, o.as("P13"), ismskit.VersionWithdrawal{Document: id, Label: "1.1", Reason: "x"}); !errors.Is(err, ismskit.ErrForbidden) {
			t.Errorf("by somebody who may not file: %v", err)
		}
		if err := o.kit.Documents().Withdraw(o.ctx, system, ismskit.VersionWithdrawal{Document: "nowhere", Label: "1.1", Reason: "x"}); !errors.Is(err, ismskit.ErrNotFound) {
			t.Errorf("of a document that is not there: %v", err)
		}
		refuses(o.kit.Documents().Withdraw(o.ctx, system, ismskit.VersionWithdrawal{Document: id, Label: "1.1", Reason: " "}), "請填寫撤回的理由")
		refuses(withdraw("1.0", ""), "1.0 版已於 114.08.05 生效，無法撤回；內容有誤時請登錄新版次")

		seen := o.document(id).Revision
		if err := withdraw("1.1", "click"); err != nil {
			t.Fatal(err)
		}
		if err := withdraw("1.1", "click"); err != nil { // the answer was lost
			t.Errorf("sent twice: %v", err)
		}
		refuses(withdraw("1.1", ""), "1.1 版已由系統於 115.11.23 撤回")

		d := o.document(id)
		v := d.Versions[1]
		if d.Current != "1.0" || d.State != document.Current || d.NextReview != "2026-12-17" || v.State != document.Withdrawn ||
			v.Withdrawal == nil || v.Withdrawal.Reason != "發行日誤繕" || v.Withdrawal.On != "2026-11-23" || v.Issued != "2027-01-04" {
			t.Errorf("%+v %+v", d.Document, v)
		}
		archive := func(query record.Query) []record.Record {
			t.Helper()
			query.Kinds = []string{ismskit.RecordDocument}
			found, err := o.kit.Records().Query(o.ctx, o.as("P04"), query)
			if err != nil {
				t.Fatal(err)
			}
			return found
		}
		if found := archive(record.Query{}); len(found) != 1 || found[0].State != string(document.Current) || found[0].Year != 114 {
			t.Errorf("the archive has %+v", found)
		}
		if found := archive(record.Query{Text: "異地備份"}); len(found) != 0 {
			t.Errorf("found by what never held: %+v", found)
		}
		// Its file is kept, and a copy of it is known for what it is.
		check, err := o.kit.Documents().Check(o.ctx, o.as("P13"), ismskit.Copy{Digest: strings.Repeat("a1", 32)})
		if err != nil || len(check) != 1 || check[0].Version.State != document.Withdrawn || check[0].Notices[0].Text("zh-TW") != "本版尚未生效即已撤回（115.11.23），請使用 1.0 版" {
			t.Errorf("%+v %v", check, err)
		}

		o.file(ismskit.Filing{Document: document.Document{ID: id, NextReview: "2027-12-01"}, Version: document.Version{Label: "1.1", Issued: "2026-12-04"}})
		stale := ismskit.VersionWithdrawal{Document: id, Label: "1.1", Reason: "發行日誤繕", Seen: seen}
		var changed *ismskit.DocumentChanged
		if err := o.kit.Documents().Withdraw(o.ctx, system, stale); !errors.As(err, &changed) { // whose page still shows the first 1.1
			t.Errorf("the corrected version was withdrawn for the one before it: %v", err)
		}
		o.until(time.Date(2026, time.December, 4, 1, 0, 0, 0, time.UTC))
		d = o.document(id)
		if d.Current != "1.1" || d.NextReview != "2027-12-01" || len(d.Versions) != 3 || d.Versions[1].Withdrawal == nil || d.Versions[2].State != document.Current {
			t.Errorf("on its day: %+v", d)
		}
		refuses(withdraw("1.1", ""), "1.1 版已於 115.12.04 生效，無法撤回；內容有誤時請登錄新版次")
		for name, asker := range map[string]ismskit.Actor{"a visitor": {}, "a reader": o.as("P13")} {
			for _, copied := range []ismskit.Copy{{Number: "IS-03-001"}, {Number: "IS-03-001", Label: "1.1"}, {Number: "IS-03-001", Label: "1.0"}, {Digest: strings.Repeat("a1", 32)}} {
				found, err := o.kit.Documents().Check(o.ctx, asker, copied)
				if err != nil || len(found) != 1 || found[0].Current.Label != "1.1" || found[0].Current.Issued != "2026-12-04" || found[0].Current.State != document.Current {
					t.Errorf("%s who asks for %+v hears of another version in force: %+v %v", name, copied, found, err)
				}
			}
		}
		says := func(copied ismskit.Copy, newest bool, want string) {
			t.Helper()
			found, err := o.kit.Documents().Check(o.ctx, ismskit.Actor{}, copied)
			if err != nil || len(found) != 1 || found[0].InForce != newest || len(found[0].Notices) != 1 || found[0].Notices[0].Text("zh-TW") != want {
				t.Errorf("%+v: %+v %v, not %q", copied, found, err, want)
			}
		}
		says(ismskit.Copy{Number: "IS-03-001", Label: "1.1"}, true, "另有發行日 116.01.04 的 1.1 版，已於 115.11.23 撤回；請核對手上那份的發行日")
		says(ismskit.Copy{Digest: strings.Repeat("a1", 32)}, false, "本版尚未生效即已撤回（115.11.23），請使用 115.12.04 發行的 1.1 版")
		o.until(time.Date(2027, time.January, 4, 1, 0, 0, 0, time.UTC)) // the day that was typed wrongly
		if d = o.document(id); d.Current != "1.1" || d.Versions[2].State != document.Current || d.Versions[1].State != document.Withdrawn {
			t.Errorf("the withdrawn version came back: %+v", d)
		}
		var trail []string
		err = o.store.View(o.ctx, func(ctx context.Context, tx ismskit.Tx) error {
			entries, err := tx.Trail().Entries(ctx, ismskit.EntryQuery{Chain: "document/" + id, Limit: 100})
			for _, e := range entries {
				trail = append(trail, string(e.Payload))
			}
			return err
		})
		if err != nil || !slices.ContainsFunc(trail, func(e string) bool {
			return strings.Contains(e, `"withdraw"`) && strings.Contains(e, "發行日誤繕")
		}) {
			t.Errorf("the trail: %v %q", err, trail)
		}
	})
}

// Who takes the document away as evidence has the files of both, and knows which is which.
func TestABundleTellsAWithdrawnVersionFromTheOneOfItsNumber(t *testing.T) {
	o := signingOffice(t, nil, aKey(t, "isms.example"))
	upload := func(text string) document.File {
		t.Helper()
		f, err := o.kit.Files().Upload(o.ctx, o.as("P13"), text+".txt", strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		return document.File{Name: "說明書.txt", Digest: f.Digest, MediaType: "text/plain", Main: true}
	}
	doc := document.Document{ID: "d1", Number: "IS-03-001", Title: map[string]string{"zh-TW": "資訊備份管理說明書"}, Level: 3}
	o.file(ismskit.Filing{Document: doc, Version: document.Version{Label: "1.0", Issued: "2027-01-04", Files: []document.File{upload("誤繕")}}})
	err := o.kit.Documents().Withdraw(o.ctx, ismskit.System("test"), ismskit.VersionWithdrawal{Document: "d1", Label: "1.0", Reason: "發行日誤繕"})
	if err != nil {
		t.Fatal(err)
	}
	o.file(ismskit.Filing{Document: doc, Version: document.Version{Label: "1.0", Issued: "2026-11-23", Files: []document.File{upload("更正")}}})
	o.until(o.now.Add(24 * time.Hour))
	bundle := o.export("P04", ismskit.Export{Query: record.Query{Kinds: []string{ismskit.RecordDocument}}})
	files, err := zip.NewReader(bytes.NewReader(bundle), int64(len(bundle)))
	if err != nil {
		t.Fatal(err)
	}
	written, err := fs.ReadFile(files, evidence.ManifestName)
	if err != nil {
		t.Fatal(err)
	}
	manifest := string(written)
	for _, field := range []string{`"field":"1.0"`, `"field":"1.0 withdrawn 2026-11-23"`} {
		if strings.Count(manifest, field) != 1 {
			t.Errorf("not one file of %s: %s", field, manifest)
		}
	}
}

// Whether a version can still be taken back is said with it: to whoever may file, while it
// waits, and no longer on the day itself, be it that nothing has put it in force yet.
func TestAVersionCanBeWithdrawnUntilTheEveOfItsDay(t *testing.T) {
	o := openOffice(t, nil)
	id := o.waitingVersion()
	offers := func(actor ismskit.Actor, label string, want bool) {
		t.Helper()
		r, err := o.kit.Documents().Read(o.ctx, actor, id, label)
		if err != nil || r.MayWithdraw != want {
			t.Errorf("version %q: %v %v, want %v", label, r.MayWithdraw, err, want)
		}
	}
	system := ismskit.System("test")
	offers(system, "1.1", true)
	offers(system, "", false)
	offers(o.as("P13"), "1.1", false)
	o.now = time.Date(2027, time.January, 3, 23, 59, 0, 0, taipei)
	offers(system, "1.1", true)
	o.now = o.now.Add(time.Minute)
	offers(system, "1.1", false)
}

// A version that waits longer than a month keeps its file, and a copy of it is known.
func TestAWaitingVersionKeepsItsFile(t *testing.T) {
	eachStore(t, func(t *testing.T, o *office) {
		o.waitingVersion()
		err := o.store.View(o.ctx, func(ctx context.Context, tx ismskit.Tx) error {
			orphans, err := tx.Records().Unreferenced(ctx, []string{strings.Repeat("a1", 32)})
			if len(orphans) > 0 {
				t.Error("its file would be swept away before its day")
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		check, err := o.kit.Documents().Check(o.ctx, o.as("P13"), ismskit.Copy{Digest: strings.Repeat("a1", 32)})
		if err != nil || len(check) != 1 || check[0].Version.State != document.Waiting || check[0].Current.Label != "1.0" {
			t.Errorf("%+v %v", check, err)
		}
	})
}

// Whoever has a bundle alone learns from a document's own trail which files it got.
func TestADocumentsTrailNamesItsFiles(t *testing.T) {
	o := signingOffice(t, nil, aKey(t, "isms.example"))
	f, err := o.kit.Files().Upload(o.ctx, o.as("P13"), "a.txt", strings.NewReader("說明"))
	if err != nil {
		t.Fatal(err)
	}
	doc := document.Document{ID: "d1", Number: "IS-03-001", Title: map[string]string{"zh-TW": "資訊備份管理說明書"}, Level: 3}
	o.file(ismskit.Filing{Document: doc, Version: document.Version{Label: "1.0", Issued: "2026-11-02", Files: []document.File{
		{Name: "說明書.txt", Digest: f.Digest, MediaType: "text/plain", Main: true},
	}}})
	o.file(ismskit.Filing{Document: doc, Version: document.Version{Label: "1.1", Issued: "2026-11-09", Description: "附圖更新", Files: []document.File{
		{Name: "說明書.txt", Digest: f.Digest, MediaType: "text/plain", Main: true},
	}}})
	o.settle()
	r := o.verifyBundle(o.export("P04", ismskit.Export{System: true}))
	for _, f := range r.Remarks {
		if f.Code == "attachment_unnamed" {
			t.Errorf("%s", f.Text("zh-TW"))
		}
	}
	if r.Files == 0 || len(r.Findings) > 0 {
		t.Errorf("%s", r.Text("zh-TW"))
	}
	// A version that takes a file over has it as well.
	err = o.store.View(o.ctx, func(ctx context.Context, tx ismskit.Tx) error {
		entries, err := tx.Trail().Entries(ctx, ismskit.EntryQuery{Chain: "document/d1", Limit: 100})
		for _, e := range entries {
			if !strings.Contains(string(e.Payload), `"files":["`+f.Digest+`"]`) {
				t.Errorf("entry %d does not name it: %s", e.Seq, e.Payload)
			}
		}
		if len(entries) != 2 {
			t.Errorf("%d entries", len(entries))
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}
