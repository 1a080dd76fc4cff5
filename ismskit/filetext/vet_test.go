package filetext_test

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/ismskit/ismskit/ismskit/filetext"
)

// bombOf is a Word file with a part that says of itself how much it unpacks to.
func bombOf(t testing.TB, unpacked uint64) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	f, err := w.CreateRaw(&zip.FileHeader{Name: "word/document.xml", Method: zip.Deflate, UncompressedSize64: unpacked, CompressedSize64: 4})
	if err == nil {
		_, err = f.Write([]byte("\x03\x00\x00\x00"))
	}
	if err = errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// A trap is refused by name; what is merely broken, large, or of an older program is let through.
func TestWhatIsATrapIsToldFromWhatIsBroken(t *testing.T) {
	word := docxOf(t, "<w:p/>")
	const declared = `<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>`
	for name, test := range map[string]struct {
		data []byte
		want error
	}{
		"an ordinary Word file":                  {word, nil},
		"an entity from outside":                 {zipOf(t, part{"word/document.xml", declared + "<a>&x;</a>"}), filetext.ErrDoctype},
		"behind a long comment":                  {zipOf(t, part{"word/document.xml", "<?xml version='1.0'?><!--" + strings.Repeat(" ", 100_000) + "-->" + declared + "<a/>"}), filetext.ErrDoctype},
		"in a part that nobody reads here":       {docxOf(t, "", part{"customXml/item1.xml", declared + "<a/>"}), filetext.ErrDoctype},
		"in relations":                           {docxOf(t, "", part{"word/_rels/document.xml.rels", declared + "<a/>"}), filetext.ErrDoctype},
		"in an OpenDocument file":                {odfOf(t, "text", "", part{"styles.xml", declared + "<a/>"}), filetext.ErrDoctype},
		"the manifest of an older OpenOffice":    {odfOf(t, "text", "", part{"META-INF/manifest.xml", `<!DOCTYPE manifest PUBLIC "x" "Manifest.dtd"><manifest/>`}), nil},
		"the text of a document that has one":    {docxOf(t, "<w:t>&lt;!DOCTYPE&gt;</w:t>"), nil},
		"a bomb":                                 {bombOf(t, 1<<30), filetext.ErrTooLarge},
		"a bomb of many bombs":                   {bombOf(t, 1<<60), filetext.ErrTooLarge},
		"much, though within bounds":             {bombOf(t, 500<<20), nil},
		"a million parts":                        {[]byte("PK\x03\x04" + strings.Repeat("PK\x01\x02"+strings.Repeat("\x00", 42), 300_000)), filetext.ErrTooLarge},
		"a prologue without end":                 {zipOf(t, part{"word/document.xml", "<!--" + spaces(9<<20)}), filetext.ErrTooLarge},
		"an encrypted part":                      {flagEncrypted(word), filetext.ErrEncrypted},
		"an encrypted OpenDocument file":         {odfOf(t, "text", "", part{"META-INF/manifest.xml", `<m:manifest xmlns:m="m"><m:file-entry><m:encryption-data/></m:file-entry></m:manifest>`}), filetext.ErrEncrypted},
		"a Word file cut off":                    {word[:len(word)-40], nil},
		"XML that is none":                       {docxOf(t, "", part{"word/a.xml", "<<<"}, part{"word/b.xml", ""}), nil},
		"a part that is there twice":             {docxOf(t, "", part{"WORD/document.xml", "<a/>"}), nil},
		"no container, whatever it says":         {[]byte(declared), nil},
		"less than a beginning":                  {[]byte("PK"), nil},
		"nothing":                                {nil, nil},
		"a picture that packs well in its place": {docxOf(t, "", part{"word/media/a.bmp", spaces(32 << 20)}), nil},
	} {
		t.Run(name, func(t *testing.T) {
			if err := filetext.Vet(t.Context(), bytes.NewReader(test.data), filetext.Limits{}); !errors.Is(err, test.want) || test.want == nil && err != nil {
				t.Errorf("%v, want %v", err, test.want)
			}
		})
	}
	if err := filetext.Vet(t.Context(), bytes.NewReader(bombOf(t, 1<<60)), filetext.Limits{Bytes: 10}); err != nil {
		t.Errorf("larger than is read: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	many := make([]part, 2000)
	for i := range many {
		many[i] = part{strings.Repeat("a", i+1) + ".xml", "<a/>"}
	}
	if err := filetext.Vet(ctx, bytes.NewReader(zipOf(t, many...)), filetext.Limits{}); !errors.Is(err, context.Canceled) {
		t.Errorf("ended from outside: %v", err)
	}
	wrong := errors.New("the share is away")
	if err := filetext.Vet(t.Context(), io.MultiReader(bytes.NewReader(word), iotest.ErrReader(wrong)), filetext.Limits{}); !errors.Is(err, wrong) {
		t.Errorf("a reader that fails: %v", err)
	}
}
