package main

import (
	"bytes"
	"crypto/sha256"
	"strings"
	"testing"
	"time"

	"github.com/ismskit/ismskit/ismskit/evidence"
	"github.com/ismskit/ismskit/refserver/web/browsertest"
)

// The page says as the program does which case proves a document's file: the one by which its
// trail says that it was filed, where the entry itself names no files.
func TestThePageTellsWhichCaseProvesADocumentsFile(t *testing.T) {
	html, err := evidence.Page()
	check(t, err)
	folder := t.TempDir()
	put(t, folder, evidence.PageName, html)
	page := browsertest.Start(t).Open(t, "file://"+folder, "/"+evidence.PageName, browsertest.Look{Size: browsertest.Desktop})
	another := strings.Repeat("0", 64)
	for name, of := range map[string]struct {
		entry map[string]any
		told  bool
	}{
		"the issuing case":                   {map[string]any{"verb": "file", "via": "case/7"}, false},
		"another case":                       {map[string]any{"verb": "file", "via": "case/8"}, true},
		"the issuing case, beside files":     {map[string]any{"verb": "file", "via": "case/7", "files": []any{another}}, true},
		"the case by which it was abolished": {map[string]any{"verb": "retire", "via": "case/7"}, true},
	} {
		b := documented(t, of.entry)
		r, err := evidence.VerifyBundle(bytes.NewReader(b), int64(len(b)), evidence.Options{})
		check(t, err)
		var said string
		for _, f := range r.Remarks {
			if f.Code == "attachment_unnamed" {
				said = f.Text("zh-TW")
			}
		}
		page.Go("/" + evidence.PageName)
		if page.Text("#language") == "中文" {
			page.Click("#language")
		}
		page.Attach("#file", put(t, folder, "bundle.zip", b))
		page.Wait("#verdict.unvouched")
		shown := strings.Contains(page.Text("#result"), "沒有記載在其軌跡上")
		if (said != "") != of.told || shown != of.told || !strings.Contains(page.Text("#result"), said) {
			t.Errorf("%s: the program says %q, and the page\n%s", name, said, page.Text("#result"))
		}
	}
}

// documented is a bundle of a case that names a file, and a document that has it, with one entry.
func documented(t *testing.T, entry map[string]any) []byte {
	t.Helper()
	content := []byte("%PDF-1.7")
	file := evidence.Digest(sha256.Sum256(content))
	stored := func(chain string, payload map[string]any) []evidence.Stored {
		body, err := evidence.Canonical(payload)
		check(t, err)
		e, head, err := evidence.Next(evidence.Head{Chain: chain}, evidence.Entry{
			At: time.Date(2026, 11, 23, 6, 5, 0, 0, time.UTC), Kind: payload["verb"].(string), Actor: "u1",
		}, body)
		check(t, err)
		return []evidence.Stored{{Entry: e, Hash: head.Hash, Content: body}}
	}
	var out bytes.Buffer
	b, err := evidence.NewBundle(&out, evidence.Manifest{
		Origin: "isms.example", Made: time.Date(2026, 11, 24, 1, 0, 0, 0, time.UTC), By: "稽核員",
	}, evidence.Proofs{Keys: []string{house(t).Verifier()}}, house(t))
	check(t, err)
	check(t, b.AddCase(evidence.BundleCase{
		ID: "7", Chain: "case/7", Number: "IS-01-021-115-0007", Type: "change@1", Form: "IS-01-021", Title: "文件修訂申請單", State: "已結案",
		Files: []evidence.Attachment{{SHA256: file, Name: "程序書.md", Field: "file"}},
	}, []byte(printed), stored("case/7", map[string]any{"verb": "submit", "type": "change@1", "values": []any{map[string]any{"name": "field/file", "value": map[string]any{"sha256": file.String()}}}})))
	check(t, b.AddChain(evidence.BundleChain{
		Chain: "document/d1", Title: "IS-02-001 備份程序書", Files: []evidence.Attachment{{SHA256: file, Name: "程序書.md", Field: "1.4"}},
	}, stored("document/d1", entry)))
	check(t, b.AddFile(content))
	check(t, b.Close())
	return out.Bytes()
}
