package filetext

import (
	"archive/zip"
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
)

// zipFile is a container whose parts are read one after the other.
type zipFile struct {
	j     *job
	parts map[string]*zip.File // by name in lower case
	main  string               // the part that a program opens, "" where the package doesn't say
}

func openZip(data []byte, j *job) (*zipFile, error) {
	// Before the directory is read: a small file can list a million parts.
	if n := bytes.Count(data, []byte("PK\x01\x02")); n > j.limits.Parts {
		return nil, fmt.Errorf("%w: %d parts", ErrTooLarge, n)
	}
	r, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, fmt.Errorf("%w: %v", ErrBroken, err)
	}
	z := &zipFile{j: j, parts: make(map[string]*zip.File, len(r.File))}
	for _, f := range r.File {
		if f.Flags&1 != 0 {
			return nil, ErrEncrypted
		}
		name := strings.ToLower(strings.TrimPrefix(f.Name, "/"))
		if _, twice := z.parts[name]; twice { // which of them a program reads is its own affair
			return nil, fmt.Errorf("%w: a part is there twice", ErrBroken)
		}
		z.parts[name] = f
	}
	return z, nil
}

func (z *zipFile) part(name string) *zip.File {
	return z.parts[strings.ToLower(strings.TrimPrefix(name, "/"))]
}

// matching are the names of parts, those with a higher number later.
func (z *zipFile) matching(pattern string) []string {
	var out []string
	for name := range z.parts {
		if ok, err := path.Match(pattern, name); ok && err == nil {
			out = append(out, name)
		}
	}
	slices.SortFunc(out, inNumber)
	return out
}

// inNumber is the order of names that end with numbers.
func inNumber(a, b string) int { return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b)) }

// head is how a part begins, "" where it is not there.
func (z *zipFile) head(name string, most int) (string, error) {
	f := z.part(name)
	if f == nil {
		return "", nil
	}
	r, err := f.Open()
	if err != nil {
		return "", fmt.Errorf("%w: %v", ErrBroken, err)
	}
	b, err := io.ReadAll(io.LimitReader(r, int64(most)))
	if err = errors.Join(err, r.Close()); err != nil {
		return "", fmt.Errorf("%w: %v", ErrBroken, err)
	}
	return string(b), nil
}

// open gives a part's bytes, within the limits; a part that is not there is broken.
func (z *zipFile) open(name string) (io.ReadCloser, error) {
	f := z.part(name)
	if f == nil {
		return nil, fmt.Errorf("%w: %s is missing", ErrBroken, name)
	}
	r, err := f.Open()
	if err != nil {
		return nil, fmt.Errorf("%w: %s: %v", ErrBroken, name, err)
	}
	return &unpacking{ReadCloser: r, j: z.j, packed: int64(f.CompressedSize64)}, nil
}

// ratioFrom is how much a part may unpack to before its ratio counts.
const ratioFrom = 1 << 20

type unpacking struct {
	io.ReadCloser
	j            *job
	packed, read int64
}

func (u *unpacking) Read(p []byte) (int, error) {
	n, err := u.ReadCloser.Read(p)
	u.read += int64(n)
	// What the directory says of a part's size is not believed.
	if u.read > ratioFrom && u.read/u.j.limits.Ratio > u.packed {
		return n, fmt.Errorf("%w: a part unpacks to over %d times its size", ErrTooLarge, u.j.limits.Ratio)
	}
	if over := u.j.unpack(n); over != nil {
		return n, over
	}
	if err != nil && err != io.EOF {
		err = fmt.Errorf("%w: %v", ErrBroken, err)
	}
	return n, err
}
