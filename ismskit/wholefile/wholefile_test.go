package wholefile_test

import (
	"archive/zip"
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/ismskit/wholefile"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func complete(file []byte) bool {
	c := wholefile.Of(file[:min(len(file), 3072)])
	_, err := c.Write(file)
	return err == nil && c.Complete()
}

func picture() image.Image {
	r := rand.New(rand.NewPCG(1, 1))
	m := image.NewRGBA(image.Rect(0, 0, 60, 40))
	for i := range m.Pix {
		m.Pix[i] = byte(r.UintN(256))
	}
	m.Set(0, 0, color.Black)
	return m
}

// container writes files as they are, without squeezing them: one of them may be a
// container itself.
func container(t testing.TB, comment string, files map[string][]byte) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	must(t, z.SetComment(comment))
	for _, name := range slices.Sorted(maps.Keys(files)) {
		w, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store})
		must(t, err)
		_, err = w.Write(files[name])
		must(t, err)
	}
	must(t, z.Close())
	return out.Bytes()
}

const letter = "%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\nxref\n0 2\ntrailer\n<< /Size 2 >>\nstartxref\n9\n%%EOF\n"

// thumbnailed puts a small picture with an end of its own into the head of a picture, as
// cameras do.
func thumbnailed(file []byte) []byte {
	small := file[:0:0]
	small = append(small, "Exif\x00\x00"...)
	small = append(small, file[:len(file)/2]...)
	small = append(small, 0xff, 0xd9)
	n := len(small) + 2
	out := append([]byte{0xff, 0xd8, 0xff, 0xe1, byte(n >> 8), byte(n)}, small...)
	return append(out, file[2:]...)
}

// files are whole ones of each kind.
func files(t testing.TB) map[string][]byte {
	t.Helper()
	var p, j bytes.Buffer
	must(t, png.Encode(&p, picture()))
	must(t, jpeg.Encode(&j, picture(), nil))
	text := map[string][]byte{"[Content_Types].xml": []byte("<Types/>"), "word/document.xml": []byte(strings.Repeat("核准 ", 300))}
	office := container(t, "", text)
	return map[string][]byte{
		"a letter":                      []byte(letter),
		"a letter changed once":         []byte(letter + "2 0 obj\n<< >>\nendobj\nstartxref\n300\n%%EOF"),
		"a drawing":                     p.Bytes(),
		"a photograph":                  j.Bytes(),
		"a photograph with a small one": thumbnailed(j.Bytes()),
		"a text of an office program":   office,
		"a container with a comment":    container(t, "送審版", text),
		"a container in a container":    container(t, "", map[string][]byte{"a.docx": office, "b.txt": []byte("附註")}),
	}
}

// Wherever a file is cut off, that its end is missing is seen; in a PDF, whose end is a
// word, only what stands behind the word may be missing.
func TestAFileThatIsCutOffAnywhereIsSeen(t *testing.T) {
	for name, file := range files(t) {
		if !complete(file) {
			t.Errorf("%s is complete", name)
		}
		enough := len(file)
		if bytes.HasPrefix(file, []byte("%PDF")) {
			enough = bytes.LastIndex(file, []byte("%%EOF")) + 5
		}
		for n := 8; n < enough; n++ {
			if complete(file[:n]) && !earlierState(name, n) {
				t.Errorf("%s of %d bytes passes with its first %d", name, len(file), n)
			}
		}
	}
}

// earlierState: a PDF that was changed once begins with a whole one, as it was before; it
// is that one until the first object of the change begins.
func earlierState(name string, n int) bool {
	return name == "a letter changed once" && n >= len(letter)-1 && n < len(letter)+len("2 0 obj")
}

// Some programs write more behind the end: that is no file cut off.
func TestWhatStandsBehindTheEndIsLetPass(t *testing.T) {
	for name, file := range files(t) {
		for _, more := range []string{"\r\n", strings.Repeat("\x00", 4096), strings.Repeat("<!-- sent by the scanner -->\n", 500)} {
			if !complete(slices.Concat(file, []byte(more))) {
				t.Errorf("%s with %d bytes behind it is refused", name, len(more))
			}
		}
	}
}

// A large container names places in it as it does in a small one; more than 65,535 files
// have a directory of the longer kind.
func TestLargeContainers(t *testing.T) {
	large := container(t, strings.Repeat("註", 20_000), map[string][]byte{"a.bin": bytes.Repeat([]byte("0123456789abcdef"), 60_000)})
	if !complete(large) || complete(large[:len(large)-1]) || complete(large[:len(large)/2]) {
		t.Error("one large file with a long comment")
	}
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for range 70_000 {
		_, err := z.CreateHeader(&zip.FileHeader{Name: "a", Method: zip.Store})
		must(t, err)
	}
	must(t, z.Close())
	if many := out.Bytes(); !complete(many) || complete(many[:len(many)-1]) || complete(many[:len(many)-40]) {
		t.Error("many files")
	}
}

// Of other kinds nobody can tell the end.
func TestOtherKindsPass(t *testing.T) {
	for _, file := range []string{"", "核准", "%PD", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "GIF89a"} {
		if !complete([]byte(file)) {
			t.Errorf("%q is refused", file)
		}
	}
}

// However a file arrives, in one piece or in many, the answer is the same, and what is
// complete stays so with a line end behind it.
func FuzzCheck(f *testing.F) {
	for _, file := range files(f) {
		f.Add(file, 7)
		f.Add(file[:len(file)/2], 1)
		f.Add(file[:7], 1) // one byte before a drawing's signature is there
	}
	f.Fuzz(func(t *testing.T, file []byte, piece int) {
		atOnce := complete(file)
		c := wholefile.Of(file[:min(len(file), 3072)])
		if _, err := io.CopyBuffer(struct{ io.Writer }{c}, struct{ io.Reader }{bytes.NewReader(file)}, make([]byte, 1+uint(piece)%5000)); err != nil {
			t.Fatal(err)
		}
		if c.Complete() != atOnce {
			t.Errorf("in one piece %v, in many %v", atOnce, c.Complete())
		}
		// Of both bytes: a line feed alone is also the last byte of a drawing's signature, and
		// would make a drawing without an end of the seven bytes before it, which are none yet.
		if atOnce && !complete(append(slices.Clone(file), "\r\n"...)) {
			t.Error("refused with a line end behind it")
		}
	})
}
