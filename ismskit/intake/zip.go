package intake

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"io/fs"
	"unicode/utf8"

	"golang.org/x/text/encoding/traditionalchinese"
)

// encrypted is the flag of an entry with a password.
const encrypted = 0x1

// others are how the archives begin that people hand in for a ZIP.
var others = [][]byte{[]byte("7z\xbc\xaf\x27\x1c"), []byte("Rar!"), []byte("\x1f\x8b")}

// Zip opens a ZIP.
func Zip(r io.ReaderAt, size int64, l Limits) (out *Package, err error) {
	l = l.WithDefaults()
	if size > l.Size {
		return nil, refuse(TooLarge, "max", megabytes(l.Size))
	}
	head := make([]byte, 8)
	n, err := r.ReadAt(head, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	for _, other := range others {
		if bytes.HasPrefix(head[:n], other) {
			return nil, refuse(OtherArchive)
		}
	}
	directory := &bounding{ReaderAt: r, left: mostDirectory(l)}
	archive, err := zip.NewReader(directory, size)
	switch {
	case directory.over:
		return nil, refuse(TooMany, "max", count(int64(l.Files)))
	case err != nil && !errors.Is(err, zip.ErrInsecurePath):
		return nil, refuse(NotZip)
	}
	directory.opened = true
	if len(archive.File) > 4*l.Files {
		return nil, refuse(TooMany, "max", count(int64(l.Files)))
	}
	g := gather{l: l, names: map[string]bool{}}
	for _, entry := range archive.File {
		name := nameOf(entry)
		mode := entry.Mode()
		switch {
		case entry.Flags&encrypted != 0:
			return nil, refuse(Encrypted, "name", shown(name))
		case mode.IsDir():
			if _, ok := cleaned(trimSlash(name)); !ok {
				return nil, refuse(Name, "name", shown(name))
			}
			continue
		case mode&fs.ModeType != 0:
			return nil, refuse(Link, "name", shown(name))
		case entry.Method != zip.Store && entry.Method != zip.Deflate:
			return nil, refuse(Method, "name", shown(name))
		case entry.UncompressedSize64 > 1<<62:
			return nil, refuse(Bomb, "max", megabytes(l.Unpacked))
		}
		if err := g.add(File{Name: name, Size: int64(entry.UncompressedSize64), open: func() (io.ReadCloser, error) { return opened(entry, name) }}); err != nil {
			return nil, err
		}
	}
	if g.total > small && g.total/l.Times > size {
		return nil, refuse(Bomb, "max", megabytes(max(small, size*l.Times)))
	}
	return g.whole()
}

// mostDirectory is how many bytes of a ZIP are read before its files are known: of each its line in the
// directory at the end, which is read into memory as a whole and may be all that there is.
func mostDirectory(l Limits) int64 {
	const line, slack = 46 + maxName, 1 << 20
	return 2*int64(l.Files)*line + slack
}

// bounding lets no more be read of a ZIP until it is open.
type bounding struct {
	io.ReaderAt
	left         int64
	opened, over bool
}

func (b *bounding) ReadAt(p []byte, at int64) (int, error) {
	if b.opened {
		return b.ReaderAt.ReadAt(p, at)
	}
	if b.left -= int64(len(p)); b.left < 0 {
		b.over = true
		return 0, zip.ErrFormat
	}
	return b.ReaderAt.ReadAt(p, at)
}

func opened(entry *zip.File, name string) (io.ReadCloser, error) {
	r, err := entry.Open()
	if err != nil {
		return nil, refuse(Broken, "name", shown(name))
	}
	return &entryReader{r, name}, nil
}

// entryReader says of which file it is that its bytes are wrong.
type entryReader struct {
	io.ReadCloser
	name string
}

func (e *entryReader) Read(p []byte) (int, error) {
	n, err := e.ReadCloser.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		err = refuse(Broken, "name", shown(e.name))
	}
	return n, err
}

func trimSlash(name string) string {
	for len(name) > 1 && (name[len(name)-1] == '/' || name[len(name)-1] == '\\') {
		name = name[:len(name)-1]
	}
	return name
}

// nameOf is the name of an entry. What Windows packs in Taiwan is in Big5 and says no more than that it is not UTF-8.
func nameOf(entry *zip.File) string {
	if !entry.NonUTF8 && utf8.ValidString(entry.Name) {
		return entry.Name
	}
	if utf8.ValidString(entry.Name) && !onlyASCII(entry.Name) {
		return entry.Name // packed by a program that forgot to say so
	}
	if name, err := traditionalchinese.Big5.NewDecoder().String(entry.Name); err == nil {
		return name
	}
	return entry.Name
}

func onlyASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
