package main

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ismskit/ismskit/ismskit/evidence"
	"github.com/ismskit/ismskit/refserver/web/browsertest"
)

// K14: of a case that was disposed of the digests are left. The program and the page say by which
// list its content went, and hold the bundle to be whole; content that is missing where nothing
// disposed of it is said to be missing, by no list.
func TestABundleSaysByWhichListContentWasDisposedOf(t *testing.T) {
	nothing := func(map[string]any) {}
	gone := decidedTrail(t, "7", nothing, nothing)
	last := gone[len(gone)-1]
	content, err := evidence.Canonical(map[string]any{"verb": "dispose", "comment": "DS-115-001", "by": map[string]any{"person": "system"}})
	check(t, err)
	e, next, err := evidence.Next(evidence.Head{Chain: last.Chain, Seq: last.Seq, Hash: last.Hash},
		evidence.Entry{At: last.At.Add(time.Hour), Kind: "dispose", Actor: "system"}, content)
	check(t, err)
	for i := range gone {
		gone[i].Content = nil
	}
	gone = append(gone, evidence.Stored{Entry: e, Hash: next.Hash, Content: content})
	missing := decidedTrail(t, "8", nothing, nothing)
	missing[0].Content = nil
	bundle := signedBundle(t, map[string][]evidence.Stored{"7": gone, "8": missing})

	r, err := evidence.VerifyBundle(bytes.NewReader(bundle), int64(len(bundle)), evidence.Options{Keys: []string{house(t).Verifier()}})
	check(t, err)
	if !r.Holds() || r.Absent != 3 {
		t.Errorf("%d without content: %v", r.Absent, r.Findings)
	}
	var said []string
	for _, f := range r.Remarks {
		if f.Code == "content_disposed" {
			said = append(said, f.Text("zh-TW"))
		}
	}
	if len(said) != 1 || !strings.Contains(said[0], "DS-115-001") {
		t.Fatalf("the program says %q of %v", said, r.Remarks)
	}

	html, err := evidence.Page()
	check(t, err)
	folder := t.TempDir()
	put(t, folder, evidence.PageName, html)
	page := browsertest.Start(t).Open(t, "file://"+folder, "/"+evidence.PageName, browsertest.Look{Size: browsertest.Desktop})
	if page.Text("#language") == "中文" {
		page.Click("#language")
	}
	page.Type("#trusted", house(t).Verifier())
	page.Press("\t")
	page.Attach("#file", put(t, folder, "bundle.zip", bundle))
	page.Wait("#verdict")
	var shown []string
	for line := range strings.SplitSeq(page.Text("#result"), "\n") {
		if strings.Contains(line, "DS-115-001") {
			shown = append(shown, strings.TrimPrefix(line, "▲ "))
		}
	}
	if !strings.Contains(page.Text("#verdict"), r.Verdict("zh-TW")) || !slices.Equal(shown, said) {
		t.Errorf("the page says %q and\n%q; want\n%q", page.Text("#verdict"), shown, said)
	}
}
