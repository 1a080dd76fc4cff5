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

// packLines writes lines into a page, so that what was tried out is what is imported: the file
// itself is not kept, and nobody has to choose it twice.
func packLines(lines []forms.SheetLine) (string, error) {
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	if err := json.NewEncoder(z).Encode(lines); err != nil {
		return "", err
	}
	if err := z.Close(); err != nil {
		return "", err
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
