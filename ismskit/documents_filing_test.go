package ismskit_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/document"
)

// What is filed is what the document controller uploaded himself, of a kind that
// people read, as it was found when it arrived and not as it is called.
func TestADocumentIsFiledOnlyWithAFileThatArrived(t *testing.T) {
	o := openOfficeWith(t, nil, func(cfg *ismskit.Config) { cfg.Rights.ManageDocs = []string{"documents/document_controller"} })
	upload := func(who, name, text string) document.File {
		t.Helper()
		f, err := o.kit.Files().Upload(o.ctx, o.as(who), name, strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		return document.File{Name: name, Digest: f.Digest, Main: true}
	}
	doc := document.Document{ID: "d1", Number: "IS-03-001", Title: map[string]string{"zh-TW": "資訊備份管理說明書"}, Level: 3, Class: ismskit.ClassInternal}
	var seen int64
	file := func(replaces, label string, f document.File) error {
		_, err := o.kit.Documents().Put(o.ctx, o.as("P10"), ismskit.Filing{Document: doc, Seen: seen, Supersedes: replaces, Version: document.Version{
			Label: label, Issued: "2026-11-23", Files: []document.File{f}, ApprovalWay: document.ByRegister, ApprovalNo: "晴民資字第 1150011201 號", Approver: "資通安全長", Approved: "2026-11-20"}})
		return err
	}
	old := upload("P10", "說明書.pdf", "%PDF-1.7 一\n%%EOF")
	o.now = o.now.AddDate(0, 0, 29)
	for name, f := range map[string]struct {
		file document.File
		code string
		says string
	}{
		"a digest out of the air":           {document.File{Name: "說明書.pdf", Size: 9, MediaType: "application/pdf", Digest: strings.Repeat("ab", 32)}, "file_gone", "「說明書.pdf」已不在系統中，請重新附上"},
		"a colleague's upload":              {upload("P05", "說明書.pdf", "%PDF-1.7 二\n%%EOF"), "file_gone", "「說明書.pdf」已不在系統中，請重新附上"},
		"an upload soon to be swept":        {old, "file_gone", "「說明書.pdf」已不在系統中，請重新附上"},
		"a text that is called a Word file": {upload("P10", "報告.docx", "只是一段文字"), "file_content", "「報告.docx」的內容與檔名不符，不是可接受的檔案種類；設有開啟密碼者請先取消密碼，其他請改附 PDF、Word、Excel、PowerPoint、ODF、圖片或純文字檔"},
		"a program that is called a report": {upload("P10", "報告.pdf", "MZ\x90\x00\x03"), "file_content", "「報告.pdf」的內容與檔名不符，不是可接受的檔案種類；設有開啟密碼者請先取消密碼，其他請改附 PDF、Word、Excel、PowerPoint、ODF、圖片或純文字檔"},
	} {
		f.file.MediaType = "application/pdf" // as whoever files it says
		var refusal *document.Refusal
		if err := file("", "1.0", f.file); !errors.As(err, &refusal) || refusal.Code != f.code || refusal.Text("zh-TW") != f.says {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := o.kit.Documents().Get(o.ctx, o.as("P10"), "d1"); !errors.Is(err, ismskit.ErrNotFound) {
		t.Errorf("a refused filing left something: %v", err)
	}
	text := upload("P10", "說明書.md", "## 壹、目的\n\n備份。\n")
	if err := file("", "1.0", text); err != nil {
		t.Fatal(err)
	}
	if f := o.document("d1").Versions[0].Files[0]; f.MediaType != "text/plain" || f.Size != int64(len("## 壹、目的\n\n備份。\n")) {
		t.Errorf("filed as %+v", f)
	}
	// The next version may keep a file of the one before it, however long ago that came.
	o.now, seen = o.now.AddDate(1, 0, 0), o.document("d1").Revision
	if err := file("1.0", "1.1", text); err != nil {
		t.Errorf("the file of the version before: %v", err)
	}
}

// A version that somebody enters says how it was approved: not by a case, which says so itself,
// and not by a letter, for which there is a form; and whoever enters it says which one it replaces. What it lacks he
// hears at once, and nothing is put in force by a slip. A host's own jobs enter what
// there was.
func TestAVersionEnteredByHandSaysHowItWasApprovedAndWhatItReplaces(t *testing.T) {
	o := openOfficeWith(t, nil, func(cfg *ismskit.Config) { cfg.Rights.ManageDocs = []string{"documents/document_controller"} })
	var seen int64
	file := func(f ismskit.Filing) error {
		f.Seen = seen
		f.Document, f.ListOnly = document.Document{ID: "d1", Number: "IS-03-001", Title: map[string]string{"zh-TW": "資訊備份管理說明書"}, Level: 3}, true
		_, err := o.kit.Documents().Put(o.ctx, o.as("P10"), f)
		return err
	}
	version := func(label, way, no, approved, issued string) document.Version {
		return document.Version{Label: label, Issued: issued, ApprovalWay: way, ApprovalNo: no, Approver: "資通安全長", Approved: approved}
	}
	refused := func(err error, want ...string) {
		t.Helper()
		var said []string
		if several, ok := errors.AsType[document.Refusals](err); ok {
			for _, r := range several {
				said = append(said, r.Text("zh-TW"))
			}
		} else if one, ok := errors.AsType[*document.Refusal](err); ok {
			said = append(said, one.Text("zh-TW"))
		}
		if !slices.Equal(said, want) {
			t.Errorf("%q, not %q (%v)", said, want, err)
		}
	}
	const today, letter, number = "2026-11-23", "晴民資字第 1150011201 號", "IS-04-001-115-0001"
	refused(file(ismskit.Filing{Version: version("1.0", "", "", "", today)}), "請選擇核准方式")
	refused(file(ismskit.Filing{Version: version("1.0", "mail", "", "", today)}), "核准方式「mail」應為 register（直接登錄）或 paper（公文簽准）")
	refused(file(ismskit.Filing{Version: version("1.0", document.ByPaper, letter, "2026-11-20", today)}), "公文簽准的版次請填「公文簽准文件登錄單」，附公文掃描檔，經另一人核對後生效")
	refused(file(ismskit.Filing{Version: version("1.0", document.ByCase, number, "", today)}), "線上簽核的版次由系統於核准時登錄，不得自行填寫；請改選其他核准方式，或填文件變更申請單")
	nobody := version("1.0", document.ByRegister, number, "", today)
	nobody.Approver = " "
	refused(file(ismskit.Filing{Version: nobody}), "請填寫核准者的職稱或姓名")
	refused(file(ismskit.Filing{Version: version("1.0", document.ByRegister, number, "", today), Supersedes: "0.9"}), "本文件目前沒有現行版，沒有 0.9 版可取代，請確認")
	// Whoever means a version and forgets its number hears so with all the rest.
	unnamed := version("", document.ByRegister, "", "", "")
	unnamed.Approver = ""
	refused(file(ismskit.Filing{Version: unnamed, WithVersion: true}), "請填寫核准者的職稱或姓名", "請填寫版次，例如 1.0", "請填寫發行日")
	if _, err := o.kit.Documents().Get(o.ctx, o.as("P10"), "d1"); !errors.Is(err, ismskit.ErrNotFound) {
		t.Fatalf("a refused filing left something: %v", err)
	}
	if err := file(ismskit.Filing{Version: version("1.0", document.ByRegister, letter, "2026-11-20", today)}); err != nil {
		t.Fatal(err)
	}
	next := version("1.1", document.ByRegister, number, "", today)
	changed, ok := errors.AsType[*ismskit.DocumentChanged](file(ismskit.Filing{Version: next}))
	if !ok || changed.Revision != o.document("d1").Revision { // by somebody who does not say what he has seen
		t.Fatalf("%+v", changed)
	}
	seen = changed.Revision
	refused(file(ismskit.Filing{Version: next}), "1.0 版將標示為已由 1.1 版取代，請確認")
	refused(file(ismskit.Filing{Version: next, Supersedes: "0.9"}), "1.0 版將標示為已由 1.1 版取代，請確認")
	later := version("1.1", document.ByRegister, number, "", "2026-12-01")
	refused(file(ismskit.Filing{Version: later}), "1.0 版將自 115.12.01 起標示為已由 1.1 版取代，請確認")
	if d := o.document("d1"); d.Current != "1.0" || len(d.Versions) != 1 {
		t.Fatalf("in force by a slip: %+v", d)
	}
	if err := file(ismskit.Filing{Version: next, Supersedes: "1.0"}); err != nil {
		t.Fatal(err)
	}
	if d := o.document("d1"); d.Current != "1.1" || d.Versions[0].SupersededBy != "1.1" {
		t.Errorf("%+v", d)
	}
	_, err := o.kit.Documents().Put(o.ctx, ismskit.System("import"), ismskit.Filing{Document: document.Document{ID: "d1"}, Version: document.Version{Label: "1.2", Issued: today}})
	if err != nil {
		t.Errorf("what an import brings: %v", err)
	}
}

// Two document controllers open the page of a further version at the same time: the
// second one is told what has been filed meanwhile. The same page sent twice files
// one version and says twice where it is.
func TestAVersionIsFiledOnWhatWasSeen(t *testing.T) {
	eachStore(t, func(t *testing.T, o *office) {
		file := func(f ismskit.Filing) (string, error) {
			return o.kit.Documents().Put(o.ctx, ismskit.System("test"), f)
		}
		first := ismskit.Filing{Key: "one", Version: document.Version{Label: "1.0", Issued: "2026-11-20"}, Document: document.Document{
			Number: "IS-03-077", Title: map[string]string{"zh-TW": "檢查表"}, Level: 3, Class: ismskit.ClassInternal, Owner: "資訊室", Note: "原案"}}
		id, err := file(first)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := file(first); err != nil || again != id {
			t.Errorf("sent twice: %q %v, first %q", again, err, id)
		}
		other := first
		other.Version.Label = "2.0"
		if _, err := file(other); !errors.Is(err, ismskit.ErrKeyReused) {
			t.Errorf("another filing under the same key: %v", err)
		}

		seen := o.document(id).Document
		next := ismskit.Filing{Key: "two", Seen: seen.Revision, Document: document.Document{ID: id, NextReview: "2027-11-20"},
			Version: document.Version{Label: "1.1", Issued: "2026-11-21"}}
		if _, err := file(next); err != nil {
			t.Fatal(err)
		}
		// Named by its id alone, it stays as it was.
		now := o.document(id)
		if now.Current != "1.1" || now.NextReview != "2027-11-20" || now.Note != "原案" || now.Owner != "資訊室" || now.Level != 3 {
			t.Errorf("%+v", now.Document)
		}
		// The page's own reading of the document is older or newer than what it sent before.
		next.Document.Revision, next.Document.State = now.Revision, now.State
		if again, err := file(next); err != nil || again != id || len(o.document(id).Versions) != 2 {
			t.Errorf("sent twice: %q %v, %d versions", again, err, len(o.document(id).Versions))
		}
		stale := ismskit.Filing{Key: "three", Seen: seen.Revision, Document: document.Document{ID: id}, Version: document.Version{Label: "1.2", Issued: "2026-11-22"}}
		_, err = file(stale)
		var changed *ismskit.DocumentChanged
		if !errors.As(err, &changed) || !errors.Is(err, ismskit.ErrConflict) || changed.Last != "1.1" || changed.Revision != now.Revision ||
			!strings.Contains(changed.Text("zh-TW"), "目前最近一版為 1.1") {
			t.Fatalf("stale: %v", err)
		}
		stale.Seen = changed.Revision
		if _, err := file(stale); err != nil || o.document(id).Current != "1.2" {
			t.Errorf("after looking again: %v", err)
		}
	})
}

// A number is given once, also where several file a document under it in one instant.
func TestOneOfSeveralFilingsAtOnceGetsTheNumber(t *testing.T) {
	onDatabases(t, func(t *testing.T, store ismskit.Store) {
		o := openOffice(t, store)
		var filed atomic.Int32
		var all sync.WaitGroup
		for i := range 6 {
			all.Go(func() {
				_, err := o.kit.Documents().Put(o.ctx, ismskit.System("test"), ismskit.Filing{
					Document: document.Document{Number: "IS-03-077", Title: map[string]string{"zh-TW": fmt.Sprint("作業說明 ", i)}, Level: 3},
				})
				var taken *document.Refusal
				switch {
				case err == nil:
					filed.Add(1)
				case !errors.As(err, &taken) || taken.Code != "number_taken":
					t.Error(err)
				}
			})
		}
		all.Wait()
		if filed.Load() != 1 {
			t.Errorf("the number is given %d times", filed.Load())
		}
	})
}

// Whoever files a further version and names no day of review means the next one, not the one that has
// passed: a year after the day of issue where the document has no cycle of its own. What was
// never reviewed is not asked for.
func TestB1_1AFurtherVersionHasItsNextReview(t *testing.T) {
	eachStore(t, func(t *testing.T, o *office) {
		doc := document.Document{Number: "IS-03-078", Title: map[string]string{"zh-TW": "備份檢查表"}, Level: 3, Class: ismskit.ClassInternal}
		for name, c := range map[string]struct {
			review string
			months int
			next   string
		}{
			"with a day":    {"2026-11-17", 0, "2027-11-20"},
			"with a cycle":  {"2026-11-17", 24, "2028-11-20"},
			"without a day": {"", 0, ""},
		} {
			t.Run(name, func(t *testing.T) {
				one := doc
				one.Number, one.NextReview, one.ReviewMonths = doc.Number+"-"+name, c.review, c.months
				id := o.file(ismskit.Filing{Document: one, Version: document.Version{Label: "1.0", Issued: "2025-11-17"}})
				o.file(ismskit.Filing{Document: document.Document{ID: id}, Version: document.Version{Label: "1.1", Issued: "2026-11-20"}})
				if now := o.document(id); now.Current != "1.1" || now.NextReview != c.next {
					t.Errorf("%s: next review %q", now.Current, now.NextReview)
				}
			})
		}
	})
}
