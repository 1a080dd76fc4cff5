package ismskit_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/ismskit/record"
	"github.com/ismskit/ismskit/storage/memory"
)

// What was signed stays called what it was: a title corrected afterwards stands beside it, and
// nobody learns a title by a check who may not read the document.
func TestAVersionKeepsTheTitleItWasIssuedUnder(t *testing.T) {
	blobs := memory.NewBlobs()
	o := openOfficeWith(t, nil, func(c *ismskit.Config) { c.CheckKey, c.Blobs = []byte(strings.Repeat("k", 32)), blobs })
	title := func(zh, en string) map[string]string { return map[string]string{"zh-TW": zh, "en": en} }
	doc := document.Document{Number: "IS-02-031", Title: title("行動裝置管理", "Mobile devices"), Level: 2, Class: ismskit.ClassInternal, Owner: "資訊室"}
	one := document.File{Name: "程序書.pdf", MediaType: "application/pdf"}
	var err error
	if one.Digest, one.Size, err = blobs.Put(o.ctx, strings.NewReader("%PDF-1.7"), 100); err != nil {
		t.Fatal(err)
	}
	doc.ID = o.file(ismskit.Filing{Document: doc, Version: document.Version{Label: "1.0", Issued: "2026-01-01", Files: []document.File{one}}})
	o.file(ismskit.Filing{Document: doc, Version: document.Version{Label: "1.1", Issued: "2026-02-01"}})
	for _, named := range []map[string]string{title("行動裝置及遠距作業管理", "Mobile devices"), title("行動裝置及遠距工作管理", "Mobile devices and teleworking")} {
		doc.Title = named // twice on one day
		o.file(ismskit.Filing{Document: doc, Reason: "更正名稱"})
	}

	says := func(label, lang string) (string, []string) {
		t.Helper()
		r, err := o.kit.Documents().Read(o.ctx, o.as("P13"), doc.ID, label)
		if err != nil {
			t.Fatal(err)
		}
		var notices []string
		for _, n := range r.Notices {
			if n.Title != nil {
				notices = append(notices, n.Text(lang))
			}
		}
		return document.TitleIn(r.Title(), lang), notices
	}
	for _, want := range []struct{ label, lang, title, notice string }{
		{"1.0", "zh-TW", "行動裝置管理", "本文件現名「行動裝置及遠距工作管理」"},
		{"1.1", "zh-TW", "行動裝置及遠距工作管理", "本版發行時名稱為「行動裝置管理」"},
		{"1.0", "en", "Mobile devices", "The document is now called “Mobile devices and teleworking”"},
	} {
		if got, notices := says(want.label, want.lang); got != want.title || !slices.Equal(notices, []string{want.notice}) {
			t.Errorf("%s in %s is called %q: %q", want.label, want.lang, got, notices)
		}
	}

	byOld, err := o.kit.Documents().List(o.ctx, o.as("P13"), document.Query{Text: "行動裝置管理"})
	if err != nil || len(byOld) != 1 || byOld[0].ID != doc.ID {
		t.Errorf("the list finds %d documents by the old title: %v", len(byOld), err)
	}
	acts := o.document(doc.ID).Acts
	first := []ismskit.DocumentFact{{Name: ismskit.FactTitle, From: "行動裝置管理", To: "行動裝置及遠距作業管理"}}
	second := []ismskit.DocumentFact{
		{Name: ismskit.FactTitle, From: "行動裝置及遠距作業管理", To: "行動裝置及遠距工作管理"}, {Name: ismskit.FactTitleEN, From: "Mobile devices", To: "Mobile devices and teleworking"},
	}
	if n := len(acts); !slices.Equal(acts[n-2].Facts, first) || !slices.Equal(acts[n-1].Facts, second) || acts[0].Facts != nil {
		t.Errorf("of the corrections it says %+v", acts)
	}

	taken, err := o.kit.Documents().Download(o.ctx, o.as("P13"), doc.ID, "1.0", one.Digest, "zh-TW")
	if err != nil {
		t.Fatal(err)
	}
	if err := taken.Body.Close(); err != nil || taken.File.Name != "程序書（舊版，已由 1.1 版取代（115.02.01））.pdf" {
		t.Error(taken.File.Name, err)
	}

	found, err := o.kit.Records().Query(o.ctx, o.as("P13"), record.Query{Text: "行動裝置管理"})
	if err != nil {
		t.Fatal(err)
	}
	var subjects []string
	for _, r := range found {
		subjects = append(subjects, r.Subject)
	}
	if !slices.Contains(subjects, "行動裝置管理") || !slices.Contains(subjects, "行動裝置及遠距工作管理") {
		t.Errorf("the old title finds %q", subjects)
	}

	view := o.document(doc.ID)
	for _, v := range view.Versions {
		checks, err := o.kit.Documents().Check(o.ctx, ismskit.Actor{Channel: "web"}, ismskit.Copy{Number: doc.Number, Label: v.Label, Code: view.Codes[v.Seq]})
		if err != nil || len(checks) != 1 {
			t.Fatal(checks, err)
		}
		if c := checks[0]; c.Title() != nil || c.Version.Title != nil || slices.ContainsFunc(c.Notices, func(n document.Notice) bool { return n.Title != nil }) {
			t.Errorf("a visitor with %s hears of titles: %+v", v.Label, c)
		}
	}
}
