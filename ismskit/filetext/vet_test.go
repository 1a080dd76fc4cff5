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
	"testing/synctest"
	"time"

	"github.com/ismskit/ismskit/ismskit/filetext"
)

// bombOf is a Word file with parts that say of themselves how much they unpack to.
func bombOf(t testing.TB, unpacked ...uint64) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for i, size := range unpacked {
		f, err := w.CreateRaw(&zip.FileHeader{Name: "word/document" + strings.Repeat("1", i) + ".xml", Method: zip.Deflate, UncompressedSize64: size, CompressedSize64: 4})
		if err == nil {
			_, err = f.Write([]byte("\x03\x00\x00\x00"))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// oleOf is a container of Office 97 with a stream, as its directory names it.
func oleOf(stream string) []byte {
	name := wideName(stream)
	return []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + strings.Repeat("\x00", 504) + name + strings.Repeat("\x00", 64-len(name)) + string(rune(len(name)+2)) + "\x00")
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
		"a part of another name":                 {docxOf(t, "", part{"word/media/document", declared + "<a/>"}), filetext.ErrDoctype},
		"an entity in a manifest":                {odfOf(t, "text", "", part{"META-INF/manifest.xml", declared + "<a/>"}), filetext.ErrDoctype},
		"without a mimetype":                     {zipOf(t, part{"content.xml", declared + "<a/>"}, part{"META-INF/manifest.xml", "<a/>"}), filetext.ErrDoctype},
		"an entity bomb":                         {docxOf(t, "", part{"customXml/item1.xml", `<!DOCTYPE a [<!ENTITY l "lol"><!ENTITY m "&l;&l;">]><a>&m;</a>`}), filetext.ErrDoctype},
		"in UTF-16":                              {docxOf(t, "", part{"customXml/item1.xml", "\xff\xfe" + wideName(`<?xml version="1.0"?>`+declared+"<a/>")}), filetext.ErrDoctype},
		"in UTF-16 that does not say so":         {docxOf(t, "", part{"customXml/item1.xml", wideName(declared + "<a/>")}), filetext.ErrDoctype},
		"in XML of another version and encoding": {docxOf(t, "", part{"customXml/item1.xml", "<?xml version='1.1' encoding='Big5'?><!-- \xa4\xa4 -->" + declared + "<a/>"}), filetext.ErrDoctype},
		"from the server of another":             {docxOf(t, "", part{"customXml/item1.xml", `<!DOCTYPE a SYSTEM "http://x/"><a/>`}), filetext.ErrDoctype},
		"from there under a good name":           {docxOf(t, "", part{"customXml/item1.xml", `<!DOCTYPE a PUBLIC "-//W3C//DTD XHTML 1.0//EN" '//x/a.dtd'><a/>`}), filetext.ErrDoctype},
		"from the reader's own disk":             {docxOf(t, "", part{"customXml/item1.xml", `<!DOCTYPE a SYSTEM "..\a"><a/>`}), filetext.ErrDoctype},
		"a document type without end":            {docxOf(t, "", part{"customXml/item1.xml", `<!DOCTYPE a "` + strings.Repeat("x", 5000) + `"><a/>`}), filetext.ErrDoctype},
		"the manifest of an older OpenOffice":    {odfOf(t, "text", "", part{"META-INF/manifest.xml", `<!DOCTYPE manifest:manifest PUBLIC "-//OpenOffice.org//DTD Manifest 1.0//EN" "Manifest.dtd"><manifest/>`}), nil},
		"an encrypted file of it": {odfOf(t, "text", "", part{"META-INF/manifest.xml", `<!DOCTYPE m:manifest PUBLIC "-//OpenOffice.org//DTD Manifest 1.0//EN" "Manifest.dtd"><m:manifest xmlns:m="m"><m:encryption-data/></m:manifest>`}),
			filetext.ErrEncrypted},
		"LibreOffice with a macro": {odfOf(t, "spreadsheet", "",
			part{"Basic/script-lc.xml", `<?xml version="1.0" encoding="UTF-8"?>` + "\n" + `<!DOCTYPE library:libraries PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "libraries.dtd">` + "\n<a/>"},
			part{"Basic/Standard/Module1.xml", `<!DOCTYPE script:module PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "module.dtd"><a/>`},
			part{"Object 1/content.xml", `<!DOCTYPE math:math PUBLIC "-//OpenOffice.org//DTD Modified W3C MathML 1.01//EN" "math.dtd"><a/>`}), nil},
		"a formula after the standard": {odfOf(t, "text", "", part{"Object 1/content.xml", `<!DOCTYPE math PUBLIC "-//W3C//DTD MathML 2.0//EN" "http://www.w3.org/Math/DTD/mathml2/mathml2.dtd"><a/>`}), nil},
		"a drawing that names its namespaces": {docxOf(t, "", part{"word/media/a.svg", `<?xml version="1.0"?><!-- Adobe Illustrator's --><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd" [
	<!-- its own -->
	<!ENTITY ns_extend "http://ns.adobe.com/Extensibility/1.0/">
	<!ENTITY ns_ai 'http://ns.adobe.com/AdobeIllustrator/10.0/'>
]><svg/>`}), nil},
		"one that draws in a file":                {docxOf(t, "", part{"word/media/a.SVG", `<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg>&x;</svg>`}), filetext.ErrDoctype},
		"one that draws in a named one":           {docxOf(t, "", part{"word/media/a.svg", `<!DOCTYPE svg [<!ENTITY x PUBLIC "x" "http://x/">]><svg>&x;</svg>`}), filetext.ErrDoctype},
		"one with a text of texts":                {docxOf(t, "", part{"word/media/a.svg", `<!DOCTYPE svg [<!ENTITY l "lol"><!ENTITY m "&l;&l;">]><svg>&m;</svg>`}), filetext.ErrDoctype},
		"one with a text that is built":           {docxOf(t, "", part{"word/media/a.svg", `<!DOCTYPE svg [<!ENTITY l "&#60;x/>">]><svg>&l;</svg>`}), filetext.ErrDoctype},
		"one with a definition of definitions":    {docxOf(t, "", part{"word/media/a.svg", `<!DOCTYPE svg [<!ENTITY % p "lol">%p;]><svg/>`}), filetext.ErrDoctype},
		"one with a long text to repeat":          {docxOf(t, "", part{"word/media/a.svg", `<!DOCTYPE svg [<!ENTITY l "` + strings.Repeat("lol", 100) + `">]><svg>&l;&l;</svg>`}), filetext.ErrDoctype},
		"one that defines and lies elsewhere":     {docxOf(t, "", part{"word/media/a.svg", `<!DOCTYPE svg SYSTEM "//x/a.dtd" [<!ENTITY l "lol">]><svg/>`}), filetext.ErrDoctype},
		"one that defines twice":                  {docxOf(t, "", part{"word/media/a.svg", `<!DOCTYPE svg [] [<!ENTITY x SYSTEM "x">]><svg/>`}), filetext.ErrDoctype},
		"one that defines without end":            {docxOf(t, "", part{"word/media/a.svg", `<!DOCTYPE svg [` + strings.Repeat(" ", 5000)}), filetext.ErrDoctype},
		"a document that is called a drawing":     {zipOf(t, part{"[Content_Types].xml", "<a/>"}, part{"word/document.svg", declared + "<a>&x;</a>"}), filetext.ErrDoctype},
		"a page of HTML that Word draws in":       {docxOf(t, "", part{"word/afchunk.html", `<!DOCTYPE html SYSTEM "about:legacy-compat"><html/>`}), nil},
		"one that fetches what is called alike":   {docxOf(t, "", part{"word/afchunk.html", `<!DOCTYPE html SYSTEM "about:legacy-compat/../x"><html/>`}), filetext.ErrDoctype},
		"a ZIP of a scanner's reports":            {zipOf(t, part{"掃描.xml", "<!DOCTYPE nmaprun><nmaprun/>"}, part{"設定.plist.xml", declared + "<a/>"}), nil},
		"Office around an encrypted file":         {oleOf("EncryptedPackage"), filetext.ErrEncrypted},
		"a Word 97 file that speaks of one":       {append(oleOf("WordDocument"), wideName("EncryptedPackage of Office")...), nil},
		"bombs that are more than can be counted": {bombOf(t, 1<<63, 1<<63, 4), filetext.ErrTooLarge},
		"the text of a document that has one":     {docxOf(t, "<w:t>&lt;!DOCTYPE&gt;</w:t>"), nil},
		"a bomb":                                  {bombOf(t, 1<<30), filetext.ErrTooLarge},
		"a bomb of many bombs":                    {bombOf(t, 1<<60), filetext.ErrTooLarge},
		"a bomb that is none of the largest":      {bombOf(t, 129<<20), filetext.ErrTooLarge},
		"much, though within bounds":              {bombOf(t, 127<<20), nil},
		"a million parts":                         {[]byte("PK\x03\x04" + strings.Repeat("PK\x01\x02"+strings.Repeat("\x00", 42), 300_000)), filetext.ErrTooLarge},
		"a prologue without end":                  {zipOf(t, part{"word/document.xml", "<!--" + spaces(9<<20)}), filetext.ErrTooLarge},
		"an encrypted part":                       {flagEncrypted(word), filetext.ErrEncrypted},
		"an encrypted OpenDocument file":          {odfOf(t, "text", "", part{"META-INF/manifest.xml", `<m:manifest xmlns:m="m"><m:file-entry><m:encryption-data/></m:file-entry></m:manifest>`}), filetext.ErrEncrypted},
		"a Word file cut off":                     {word[:len(word)-40], nil},
		"XML that is none":                        {docxOf(t, "", part{"word/a.xml", "<<<"}, part{"word/b.xml", ""}), nil},
		"a part that is there twice":              {docxOf(t, "", part{"WORD/document.xml", "<a/>"}), nil},
		"no container, whatever it says":          {[]byte(declared), nil},
		"less than a beginning":                   {[]byte("PK"), nil},
		"nothing":                                 {nil, nil},
		"a picture that packs well in its place":  {docxOf(t, "", part{"word/media/a.bmp", "BM" + spaces(32<<20)}), nil},
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
	if err := filetext.Vet(ctx, bytes.NewReader(docxOf(t, "", many...)), filetext.Limits{}); !errors.Is(err, context.Canceled) {
		t.Errorf("ended from outside: %v", err)
	}
	wrong := errors.New("the share is away")
	if err := filetext.Vet(t.Context(), io.MultiReader(bytes.NewReader(word), iotest.ErrReader(wrong)), filetext.Limits{}); !errors.Is(err, wrong) {
		t.Errorf("a reader that fails: %v", err)
	}
}

// Where files lie may be slow to answer: that is nothing against them. Where the machine has no time
// to look, that is what is said.
func TestAFileFromASlowDiskIsNoBomb(t *testing.T) {
	word := docxOf(t, "<w:t>資訊安全政策</w:t>")
	synctest.Test(t, func(t *testing.T) {
		slow := func() io.Reader { return slowly{bytes.NewReader(word)} }
		if err := filetext.Vet(t.Context(), slow(), filetext.Limits{}); err != nil {
			t.Errorf("vetted: %v", err)
		}
		if found, err := filetext.Read(t.Context(), slow(), filetext.Limits{}); err != nil || found.Kind != filetext.Docx {
			t.Errorf("read: %v", err)
		}
	})
	if err := filetext.Vet(t.Context(), bytes.NewReader(word), filetext.Limits{Time: 1}); !errors.Is(err, filetext.ErrLate) || errors.Is(err, filetext.ErrTooLarge) {
		t.Errorf("no time to look: %v", err)
	}
}

type slowly struct{ r io.Reader }

func (s slowly) Read(p []byte) (int, error) {
	time.Sleep(time.Minute)
	return s.r.Read(p)
}
