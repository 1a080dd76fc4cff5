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
// which dates the files, puts a folder around them and files of the system beside them,
// and keeps no order.
func repacked(t *testing.T, bundle []byte, method uint16, folder string, change func(name, content string) string) []byte {
	t.Helper()
	r, err := zip.NewReader(bytes.NewReader(bundle), int64(len(bundle)))
	fatal(t, err)
	slices.Reverse(r.File)
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	_, err = w.Create(folder + "cases/")
	fatal(t, err)
	for _, f := range r.File {
		from, err := f.Open()
		fatal(t, err)
		content, err := io.ReadAll(from)
		fatal(t, err)
		to, err := w.CreateHeader(&zip.FileHeader{Name: folder + f.Name, Method: method, Modified: time.Date(2026, 11, 26, 1, 0, 0, 0, time.UTC)})
		fatal(t, err)
		_, err = io.WriteString(to, change(f.Name, string(content)))
		fatal(t, err)
	}
	for _, system := range []string{"__MACOSX/" + folder + "._manifest.json", folder + ".DS_Store", folder + "cases/Thumbs.db"} {
		to, err := w.Create(system)
		fatal(t, err)
		_, err = io.WriteString(to, "of the system")
		fatal(t, err)
	}
	fatal(t, w.Close())
	return out.Bytes()
}

func unchanged(_, content string) string { return content }

// tools are how people's systems pack a folder.
var tools = map[string]struct {
	method uint16
	folder string
}{
	"stored":                 {zip.Store, ""},
	"compressed":             {zip.Deflate, ""},
	"compressed in a folder": {zip.Deflate, "封存檔 115.11.30/"},
}

// What was changed in a case comes before all else, and that everything was packed
// again is one line, however many files there are and whether they were compressed.
func TestWhatWasChangedIsToldBeforeThatItWasPackedAgain(t *testing.T) {
	h := anOffice(t)
	for i := range 200 {
		h.act("list/people/王"+strconv.Itoa(i), "put", map[string]any{"name": "同仁"})
	}
	h.checkpoint()
	own := Options{Keys: []string{h.key.Verifier()}}
	for name, tool := range tools {
		forged := repacked(t, h.bundle(), tool.method, tool.folder, func(_, content string) string {
			return strings.ReplaceAll(content, `\"comment\":\"職務調整\"`, `\"comment\":\"職務升遷\"`)
		})
		r := verified(t, forged, own)
		if got := codes(r); !slices.Equal(got, []string{"chain_payload_false IS-04-023-1case/1 1-1", "file_changed IS-04-023-1 0-0"}) {
			t.Errorf("%s: %q", name, got)
		}
		said := strings.Split(r.Text("zh-TW"), "\n")
		i := slices.IndexFunc(said, func(line string) bool { return strings.HasPrefix(line, "▲ 封裝與製作時不同（") })
		if i < 2 || said[i-1] != "另附說明（不計入不相符之處）：" || !strings.HasPrefix(said[i-2], "✕ ") || len(r.Packing) > 4 || r.Verdict("zh-TW") != "✕ 不相符，共 2 處：" {
			t.Errorf("%s: %q", name, said)
		}
	}
}

// Whoever only unpacked a bundle, looked at it and packed it again has changed no
// record: that is said first. It still isn't the bundle as it was made.
func TestABundleThatWasOnlyPackedAgainIsToldApartFromAChangedOne(t *testing.T) {
	h := anOffice(t)
	for name, tool := range tools {
		b := repacked(t, h.bundle(), tool.method, tool.folder, unchanged)
		r := verified(t, b, Options{Keys: []string{h.key.Verifier()}})
		if r.Result() != Repacked || r.Holds() || len(r.Findings) > 0 || len(r.Packing) == 0 || r.Cases == 0 {
			t.Errorf("%s: %s %q", name, r.Result(), codes(r))
		}
		if said := r.Verdict("zh-TW"); said != "▲ 內容全部相符，僅封裝不同，應是以其他工具重新壓縮過。" {
			t.Errorf("%s: %s", name, said)
		}
		// Without a key from elsewhere nothing more is proved than of any other bundle.
		r = verified(t, b, Options{})
		if said := r.Verdict("zh-TW"); r.Result() != Unvouched || !strings.HasSuffix(said, "重新壓縮過。簽章金鑰未經另行查證。") {
			t.Errorf("%s: %s %s", name, r.Result(), said)
		}
	}
}

// A tool that packs in a way of its own leaves nothing that can be checked: that is
// said of what it packed, and not that its content was changed.
func TestWhatCannotBeUnpackedIsNotCalledChanged(t *testing.T) {
	h := anOffice(t)
	b := repacked(t, h.bundle(), zip.Deflate, "", unchanged)
	method := func(b []byte) { // in the headers and the directory's entries
		for i := 0; i+12 < len(b); i++ {
			switch string(b[i : i+4]) {
			case "PK\x01\x02":
				b[i+10] = 93
			case "PK\x03\x04":
				b[i+8] = 93
			}
		}
	}
	method(b)
	r := verified(t, b, Options{})
	if got := codes(r); r.Result() != Failing || !slices.Equal(got, []string{"manifest_compressed  0-0"}) {
		t.Errorf("%q", got)
	}
	b = repacked(t, h.bundle(), zip.Deflate, "", unchanged)
	for _, at := range []int{bytes.Index(b, []byte(PageName)) - localSize, bytes.LastIndex(b, []byte(PageName)) - centralSize} {
		method(b[at : at+centralSize])
	}
	if got := codes(verified(t, b, Options{})); !slices.Equal(got, []string{"file_compressed  0-0"}) {
		t.Errorf("%q", got)
	}
}

// A file that says more than the directory promises, and one that stands there twice,
// of which a reader's tool may show him the other, are no matter of packing.
func TestWhatIsHiddenByPackingIsFound(t *testing.T) {
	h := anOffice(t)
	b := repacked(t, h.bundle(), zip.Deflate, "", unchanged)
	at := bytes.LastIndex(b, []byte(PageName)) - centralSize
	b[at+24]--
	if got := codes(verified(t, b, Options{})); !slices.Equal(got, []string{"container_gap  0-0", "container_content  0-0", "file_changed  0-0"}) {
		t.Errorf("%q", got)
	}
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	r, err := zip.NewReader(bytes.NewReader(h.bundle()), int64(len(h.bundle())))
	fatal(t, err)
	for _, f := range append(slices.Clone(r.File), r.File[0]) {
		fatal(t, w.Copy(f))
	}
	fatal(t, w.Close())
	if got := codes(verified(t, out.Bytes(), Options{})); !slices.Equal(got, []string{"file_twice  0-0"}) {
		t.Errorf("%q", got)
	}
}
