package evidence

import (
	"archive/zip"
	"bytes"
	"io"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// repacked is a bundle that somebody has unpacked and packed again with another tool,
// which dates the files, adds a folder and keeps no order.
func repacked(t *testing.T, bundle []byte, method uint16, change func(name, content string) string) []byte {
	t.Helper()
	r, err := zip.NewReader(bytes.NewReader(bundle), int64(len(bundle)))
	fatal(t, err)
	slices.Reverse(r.File)
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	_, err = w.Create("cases/")
	fatal(t, err)
	for _, f := range r.File {
		from, err := f.Open()
		fatal(t, err)
		content, err := io.ReadAll(from)
		fatal(t, err)
		to, err := w.CreateHeader(&zip.FileHeader{Name: f.Name, Method: method, Modified: time.Date(2026, 11, 26, 1, 0, 0, 0, time.UTC)})
		fatal(t, err)
		_, err = io.WriteString(to, change(f.Name, string(content)))
		fatal(t, err)
	}
	fatal(t, w.Close())
	return out.Bytes()
}

// What was changed in a case comes before the marks of a tool that packed everything
// again, and each kind of those is one line, however many files there are.
func TestWhatWasChangedIsToldBeforeThatItWasPackedAgain(t *testing.T) {
	h := anOffice(t)
	for i := range 200 {
		h.act("list/people/王"+strconv.Itoa(i), "put", map[string]any{"name": "同仁"})
	}
	h.checkpoint()
	own := Options{Keys: []string{h.key.Verifier()}}
	forged := repacked(t, h.bundle(), zip.Store, func(_, content string) string {
		return strings.ReplaceAll(content, `\"comment\":\"職務調整\"`, `\"comment\":\"職務升遷\"`)
	})
	r := verified(t, forged, own)
	got := codes(r)
	if len(got) > 6 || !slices.Contains(got[:2], "chain_payload_false IS-04-023-1case/1 1-1") || !slices.Contains(got[:2], "file_changed IS-04-023-1 0-0") {
		t.Errorf("%d findings: %q", len(got), got[:min(len(got), 8)])
	}
	for _, f := range r.Findings[2:] {
		if !strings.HasPrefix(f.Code, "container_") {
			t.Errorf("of the content: %s", f)
		}
	}
	said := r.Text("zh-TW")
	if members := strconv.Itoa(len(h.chains) + 12); !strings.Contains(said, "（同類共 "+members+" 處，這是第一處") {
		t.Errorf("of %s files:\n%s", members, said)
	}

	// The content of one that was only packed again is in order, and it still isn't as
	// it was made.
	same := verified(t, repacked(t, h.bundle(), zip.Store, func(_, content string) string { return content }), own)
	for _, f := range same.Findings {
		if !strings.HasPrefix(f.Code, "container_") {
			t.Errorf("nothing was changed but the container: %s", f)
		}
	}
	if same.Holds() || len(same.Findings) > 4 {
		t.Errorf("%q", codes(same))
	}
}

// A tool that compresses leaves nothing that can be checked: that is said, and what to do.
func TestABundleThatWasCompressedIsToldApartFromATamperedOne(t *testing.T) {
	h := anOffice(t)
	r := verified(t, repacked(t, h.bundle(), zip.Deflate, func(_, content string) string { return content }), Options{})
	if r.Result() != Failing || r.Findings[0].Code != "manifest_compressed" || len(r.Findings) > 5 {
		t.Errorf("%q", codes(r))
	}
	if said := r.Text("zh-TW"); !strings.Contains(said, "✕ 封存檔經其他工具重新壓縮，內容無法檢查。請取得原來的封存檔") {
		t.Error(said)
	}
}
