package web

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"

	"github.com/ismskit/ismskit/forms"
)

// mostUnpacked is how many bytes the lines of a page unpack to at most.
const mostUnpacked = 32 << 20

// mostPacked is how many bytes they are packed: a form's fields have 10 MiB, and some letters are longer
// where they are sent.
const mostPacked = 8 << 20

// errTooPacked is said before anybody looks through what he could not send then.
var errTooPacked = errors.New("web: lines are too many bytes for a page")

// packLines writes lines into a page, so that what was tried out is what is imported: the file
// itself is not kept, and nobody has to choose it twice.
func packLines(lines []forms.SheetLine) (string, error) {
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	plain, err := json.Marshal(lines)
	if err != nil {
		return "", err
	}
	if _, err := z.Write(plain); err != nil {
		return "", err
	}
	if err := z.Close(); err != nil {
		return "", err
	}
	if len(plain) > mostUnpacked || base64.StdEncoding.EncodedLen(out.Len()) > mostPacked {
		return "", errTooPacked
	}
	return base64.StdEncoding.EncodeToString(out.Bytes()), nil
}

// unpackLines reads them back. They come from a page and are looked at like a file's.
func unpackLines(packed string) (lines []forms.SheetLine, err error) {
	z, err := gzip.NewReader(base64.NewDecoder(base64.StdEncoding, bytes.NewReader([]byte(packed))))
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, z.Close()) }()
	if err := json.NewDecoder(io.LimitReader(z, mostUnpacked)).Decode(&lines); err != nil {
		return nil, err
	}
	return lines, nil
}
