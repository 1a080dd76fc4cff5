package main

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"io"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/ismskit/evidence"
	"github.com/ismskit/ismskit/refserver/web/browsertest"
)

// In the list of cases each mark speaks of its own case: what was changed in one says
// nothing of the next, and where what would prove them is missing nothing is ticked.
func TestTheMarkOfACaseSpeaksOfThatCaseAlone(t *testing.T) {
	bundle, err := os.ReadFile(golden)
	check(t, err)
	html, err := evidence.Page()
	check(t, err)
	folder := t.TempDir()
	put(t, folder, evidence.PageName, html)
	page := browsertest.Start(t).Open(t, "file://"+folder, "/"+evidence.PageName, browsertest.Look{Size: browsertest.Desktop})
	renamed := func(from, to string) func([]byte) []byte { // in the header alone
		return func(b []byte) []byte { return bytes.Replace(b, []byte(from), []byte(to), 1) }
	}
	for _, of := range []struct {
		name, without, from, to, marks string
		unvouched                      bool
		change                         func([]byte) []byte
	}{
		{name: "whole", marks: "✓✓"},
		{name: "whole, by a key nobody vouches for", unvouched: true, marks: "▲▲"},
		{name: "named as the other", change: renamed("cases/2.html", "cases/1.html"), marks: "✕✕"},
		{name: "named otherwise", change: renamed("cases/2.trail", "cases/3.trail"), marks: "✓✕"},
		{name: "a proof named otherwise", change: renamed("checkpoints/nodes", "checkpoints/nodex"), marks: "▲▲"},
		{name: "named as a proof", change: renamed("README.html", "keys/x.html"), marks: "▲▲"},
		{name: "something hidden", change: hidden, marks: "▲▲"},
		{name: "entry", from: "同意", to: "退回", marks: "✕✓"},
		{name: "attachment", from: "%PDF", to: "%XDF", marks: "✓✕"},
		{name: "its file", without: "cases/2.html", marks: "✓✕"},
		{name: "signature", without: evidence.ManifestSigned, marks: "▲▲"},
		{name: "proofs", without: "checkpoints/nodes", marks: "▲▲"},
		{name: "both", without: "checkpoints/nodes", from: "同意", to: "退回", marks: "✕▲"},
		{name: "changed in the database", from: `"subject":"`, to: `"stored_false":2,"subject":"`, marks: "✕▲"},
		{name: "another list", from: "王大明\\", to: "王小明\\", marks: "✓✓"},
	} {
		page.Go("/" + evidence.PageName)
		if page.Text("#language") == "中文" {
			page.Click("#language")
		}
		b := bytes.Clone(bundle)
		if of.change != nil {
			b = of.change(b)
		} else {
			b = without(t, bundle, of.without, of.from, of.to)
		}
		o := evidence.Options{Keys: []string{house(t).Verifier()}}
		if of.unvouched {
			o.Keys = nil
		} else {
			page.Type("#trusted", o.Keys[0])
			page.Press("\t")
		}
		page.Attach("#file", put(t, folder, of.name+".zip", b))
		page.Wait("#list li:nth-child(2)")
		// The program says the same.
		r, err := evidence.VerifyBundle(bytes.NewReader(b), int64(len(b)), o)
		check(t, err)
		var said []string
		for _, f := range r.Findings {
			said = append(said, "✕ "+f.Text("zh-TW"))
		}
		shown := strings.Split(page.Text("#result"), "\n")
		shown = slices.DeleteFunc(shown, func(line string) bool { return !strings.HasPrefix(line, "✕ ") || line == r.Verdict("zh-TW") })
		slices.Sort(said)
		slices.Sort(shown)
		if !slices.Equal(said, shown) || page.Text("#verdict") != r.Verdict("zh-TW") {
			t.Errorf("%s: the program says\n%s\n%s\nand the page\n%s\n%s", of.name, r.Verdict("zh-TW"), strings.Join(said, "\n"), page.Text("#verdict"), strings.Join(shown, "\n"))
		}
		var marks string
		for _, id := range []string{"IS-04-023-1", "IS-04-023-2"} {
			page.Type("#search", id)
			page.Wait("#list li:only-child")
			mark, _, _ := strings.Cut(page.Text("#list"), " ")
			marks += mark
			page.Type("#search", "")
		}
		if marks != of.marks {
			t.Errorf("%s: %s, not %s; %s", of.name, marks, of.marks, page.Text("#result"))
		}
	}
}

// hidden is a bundle with a trail before its directory that the directory doesn't name.
func hidden(b []byte) []byte {
	le, end := binary.LittleEndian, len(b)-22
	start := le.Uint32(b[end+16:])
	trail := bytes.Index(b, []byte("cases/1.trail")) - 30
	next := bytes.Index(b, []byte("cases/2.html")) - 30
	le.PutUint32(b[end+16:], start+uint32(next-trail))
	return slices.Insert(b, int(start), b[trail:next]...)
}

// without is a bundle that lacks a file, and has other words.
func without(t *testing.T, bundle []byte, name, from, to string) []byte {
	t.Helper()
	all := repacked(t, bundle, zip.Store, from, to)
	r, err := zip.NewReader(bytes.NewReader(all), int64(len(all)))
	check(t, err)
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, f := range r.File {
		if name == "" || !strings.HasSuffix(f.Name, "/"+name) {
			check(t, w.Copy(f))
		}
	}
	check(t, w.Close())
	return out.Bytes()
}

// Where a browser cannot decompress the trail of a case, the case is left open: nothing is
// known to be missing from it.
func TestATrailThatCannotBeDecompressedIsNotSaidToBeMissing(t *testing.T) {
	bundle, err := os.ReadFile(golden)
	check(t, err)
	html, err := evidence.Page()
	check(t, err)
	folder := t.TempDir()
	put(t, folder, evidence.PageName, html)
	page := browsertest.Start(t).Open(t, "file://"+folder, "/"+evidence.PageName, browsertest.Look{Size: browsertest.Desktop})
	page.Eval(`globalThis.DecompressionStream = undefined`, nil)
	if page.Text("#language") == "中文" {
		page.Click("#language")
	}
	page.Type("#trusted", house(t).Verifier())
	page.Press("\t")
	page.Attach("#file", put(t, folder, "compressed.zip", compressed(t, bundle, "cases/1.trail")))
	page.Wait("#list li:nth-child(2)")
	lines := strings.Split(page.Text("#result"), "\n")
	lines = slices.DeleteFunc(lines, func(line string) bool { return !strings.HasPrefix(line, "✕ ") || line == page.Text("#verdict") })
	if list := strings.Fields(page.Text("#list")); len(lines) != 1 || len(list) < 5 || !strings.Contains(lines[0], "壓縮") || list[0] != "✓" || list[1] != "IS-04-023-2" || list[4] != "▲" {
		t.Errorf("the page says %q, and of the cases %q", lines, list)
	}
}

// compressed is a bundle in which another tool has compressed one file.
func compressed(t *testing.T, bundle []byte, name string) []byte {
	t.Helper()
	r, err := zip.NewReader(bytes.NewReader(bundle), int64(len(bundle)))
	check(t, err)
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, f := range r.File {
		if !strings.HasSuffix(f.Name, name) {
			check(t, w.Copy(f))
			continue
		}
		from, err := f.Open()
		check(t, err)
		to, err := w.CreateHeader(&zip.FileHeader{Name: f.Name, Method: zip.Deflate})
		check(t, err)
		_, err = io.Copy(to, from)
		check(t, err)
		check(t, from.Close())
	}
	check(t, w.Close())
	return out.Bytes()
}
