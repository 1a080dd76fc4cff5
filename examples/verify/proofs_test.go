package main

import (
	"archive/zip"
	"bytes"
	"io"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/ismskit/evidence"
)

// Where only what would prove it is gone or damaged, nobody is told that history was rewritten:
// the program and the page say that it can't be proved, of the bundle's own checkpoints and of one
// that was kept from before.
func TestDamagedProofsAreNoRewrittenHistory(t *testing.T) {
	bundle, err := os.ReadFile(golden)
	check(t, err)
	early, err := os.ReadFile(checkpoint)
	check(t, err)
	damaged := bytes.Clone(bundle)
	container, err := zip.NewReader(bytes.NewReader(bundle), int64(len(bundle)))
	check(t, err)
	for _, f := range container.File {
		if f.Name != "checkpoints/nodes" {
			continue
		}
		from, err := f.DataOffset()
		check(t, err)
		for i := int64(0); i < int64(f.UncompressedSize64); i += 40 { // in each hash
			damaged[from+i+20] ^= 1
		}
	}
	report, err := evidence.VerifyBundle(bytes.NewReader(damaged), int64(len(damaged)), evidence.Options{Keys: []string{house(t).Verifier()}, Checkpoints: [][]byte{early}})
	check(t, err)
	var codes, lines []string
	for _, f := range report.Findings {
		codes = append(codes, f.Code)
		if f.Code != "history_unproved" { // the page below is given no earlier one
			lines = append(lines, "✕ "+f.Text("zh-TW"))
		}
	}
	if !slices.Contains(codes, "history_unproved") || !slices.Contains(codes, "file_changed") || slices.Contains(codes, "history_rebuilt") || slices.Contains(codes, "consistency_false") {
		t.Errorf("found %q", codes)
	}
	slices.Sort(lines)
	if _, found := findsOnThePage(t, damaged); !slices.Equal(found, lines) {
		t.Errorf("the page finds\n%s\nand the program\n%s", strings.Join(found, "\n"), strings.Join(lines, "\n"))
	}
}

// The newest checkpoint of a bundle is damaged or gone, and the auditor has it from before: nobody is
// told that what came after it was deleted.
func TestADamagedCheckpointIsNoDeletedHistory(t *testing.T) {
	bundle, err := os.ReadFile(golden)
	check(t, err)
	container, err := zip.NewReader(bytes.NewReader(bundle), int64(len(bundle)))
	check(t, err)
	var last *zip.File
	for _, f := range container.File {
		if strings.HasPrefix(f.Name, "checkpoints/") && strings.HasSuffix(f.Name, ".note") {
			last = f
		}
	}
	content, err := last.Open()
	check(t, err)
	early, err := io.ReadAll(content)
	check(t, err)
	from, err := last.DataOffset()
	check(t, err)
	damaged := bytes.Clone(bundle)
	damaged[from+int64(len(early))-10] ^= 1
	report, err := evidence.VerifyBundle(bytes.NewReader(damaged), int64(len(damaged)), evidence.Options{Keys: []string{house(t).Verifier()}, Checkpoints: [][]byte{early}})
	check(t, err)
	var codes []string
	for _, f := range report.Findings {
		codes = append(codes, f.Code)
	}
	if !slices.Contains(codes, "history_unproved") || slices.Contains(codes, "history_short") {
		t.Errorf("found %q", codes)
	}
}

// Where the trail of a case is gone, that is what is missing, and nobody is told so of each entry, or
// that its attachments stand nowhere.
func TestAMissingTrailIsSaidOnce(t *testing.T) {
	bundle, _ := aBundle(t, house(t), printed)
	container, err := zip.NewReader(bytes.NewReader(bundle), int64(len(bundle)))
	check(t, err)
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, f := range container.File {
		if !strings.HasSuffix(f.Name, ".trail") {
			check(t, w.Copy(f))
		}
	}
	check(t, w.Close())
	report, err := evidence.VerifyBundle(bytes.NewReader(out.Bytes()), int64(out.Len()), evidence.Options{Keys: []string{house(t).Verifier()}})
	check(t, err)
	var missing []string
	for _, f := range report.Findings {
		if strings.HasPrefix(f.Code, "container_") {
			continue
		}
		missing = append(missing, "✕ "+f.Text("zh-TW"))
	}
	_, found := findsOnThePage(t, out.Bytes())
	found = slices.DeleteFunc(found, func(line string) bool { return !strings.Contains(line, "軌跡") && !strings.Contains(line, ".trail") })
	if len(missing) != 1 || !slices.Equal(found, missing) {
		t.Errorf("the page finds\n%s\nand the program\n%s", strings.Join(found, "\n"), strings.Join(missing, "\n"))
	}
}
