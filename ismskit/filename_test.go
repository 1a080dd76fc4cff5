package ismskit

import (
	"testing"

	"golang.org/x/text/unicode/norm"
)

// A file's name goes on the trail, which takes text in one form only, whatever stood in it.
func TestAFilesNameIsOfOneForm(t *testing.T) {
	for name, want := range map[string]string{
		`C:\公文\簽.pdf`: "簽.pdf", "../../etc/passwd": "passwd", "a<b>:c.txt": "abc.txt", "附件\u202Efdp.exe": "附件fdp.exe", "\ufeff簽\u2066.pdf": "簽.pdf", "a\u0085b.txt": "ab.txt", "e\x01\u0301.txt": "\u00e9.txt", "e\u0301.txt": "\u00e9.txt", "\x01": "file", "..": "file",
	} {
		if got := cleanFileName(name); got != want || !norm.NFC.IsNormalString(got) {
			t.Errorf("%q is kept as %q, want %q", name, got, want)
		}
	}
}
