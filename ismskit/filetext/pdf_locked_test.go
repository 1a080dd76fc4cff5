package filetext_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/ismskit/filetext"
)

// A PDF that opens with a password only is of no use to who is to read it in three years; one that is
// closed against printing alone opens for everybody. The files are of every way of encryption that
// the standard had (qpdf made them: R2 to R6, in one the metadata is left plain, one packs its objects).
func TestAPDFWithAPasswordIsToldFromOneThatOnlyForbidsPrinting(t *testing.T) {
	files, err := filepath.Glob("testdata/locked/*.pdf")
	if err != nil || len(files) != 14 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		err = filetext.Vet(t.Context(), bytes.NewReader(data), filetext.Limits{})
		if locked := strings.HasSuffix(file, "-password.pdf"); errors.Is(err, filetext.ErrEncrypted) != locked || !locked && err != nil {
			t.Errorf("%s: %v", file, err)
		}
		if _, err := read(t, data, filetext.Limits{}); !errors.Is(err, filetext.ErrEncrypted) {
			t.Errorf("%s read: %v", file, err)
		}
	}
}

// Whoever writes of its encryption what he likes gets the file in, or an answer in time.
func TestWhatAPDFSaysOfItsEncryptionIsNotBelieved(t *testing.T) {
	of := func(encrypt string) []byte {
		return []byte("%PDF-1.7\n1 0 obj <</Type /Catalog>> endobj\n2 0 obj " + encrypt + " endobj\ntrailer <</Root 1 0 R /Encrypt 2 0 R /ID 7>>")
	}
	long := "<" + strings.Repeat("00", 48) + ">"
	for name, test := range map[string]struct {
		data []byte
		want error
	}{
		"nothing":                 {of("null"), nil},
		"no revision":             {of("<</Filter /Standard>>"), nil},
		"one of the future":       {of("<</Filter /Standard /R 1000000000000000000000 /U " + long + ">>"), nil},
		"too little":              {of("<</Filter /Standard /R 3 /O <00> /U <00>>>"), nil},
		"a key of no bits":        {of("<</Filter /Standard /V 1 /R 3 /Length -9 /O " + long + " /U " + long + ">>"), filetext.ErrEncrypted},
		"a key of too many":       {of("<</Filter /Standard /V 1 /R 3 /Length 1e9 /O " + long + " /U " + long + ">>"), filetext.ErrEncrypted},
		"by certificate":          {of("<</Filter /Adobe.PubSec>>"), filetext.ErrEncrypted},
		"refers to itself":        {of("2 0 R"), nil},
		"a brief that is no file": {[]byte("%PDF-1.7 /Encrypt"), nil},
		"more than is looked at":  {[]byte("%PDF-1.7 /Encrypt 1 0 obj\n" + strings.Repeat("[", 100_000)), nil},
	} {
		t.Run(name, func(t *testing.T) {
			if err := filetext.Vet(t.Context(), bytes.NewReader(test.data), filetext.Limits{}); !errors.Is(err, test.want) || test.want == nil && err != nil {
				t.Errorf("%v, want %v", err, test.want)
			}
		})
	}
}
