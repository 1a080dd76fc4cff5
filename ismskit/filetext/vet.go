package filetext

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strings"
)

// Vet says whether a file is one that may hurt who opens it, or that nobody else can open:
// ErrDoctype for an office file whose XML defines entities or draws in what lies elsewhere (a part
// called .svg may define short texts, as drawing programs do, and nothing else),
// ErrTooLarge for what unpacks to far more than it is, ErrEncrypted for a container or a PDF that
// opens with a password only.
// ErrLate says that there was no time to look: nothing is known against the file. Limits.Time begins
// when the file has been read, however slow that was. Whatever else is wrong with it, or is larger
// than Limits.Bytes, Vet has nothing to say of; nor of what is neither PDF nor a container (Office
// Open XML, OpenDocument, ZIP, the one that Office puts around an encrypted file), nor of the XML in
// a ZIP that is no office file. It reads no more of a part than where its first element begins, and
// does not panic.
func Vet(ctx context.Context, r io.Reader, l Limits) (err error) {
	l = l.filled()
	head := make([]byte, pdfWithin)
	n, err := io.ReadFull(r, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return err
	}
	head = head[:n]
	ole := bytes.HasPrefix(head, []byte("\xd0\xcf\x11\xe0"))
	look := vet
	switch {
	case ole, bytes.HasPrefix(head, []byte("PK\x03\x04")), bytes.HasPrefix(head, []byte("PK\x05\x06")):
	case pdfBegins(head):
		look = vetPDF
	default:
		return nil
	}
	data, err := io.ReadAll(io.LimitReader(io.MultiReader(bytes.NewReader(head), r), l.Bytes+1))
	if err != nil || int64(len(data)) > l.Bytes {
		return err
	}
	if ole {
		return sealed(data)
	}
	ctx, cancel := context.WithTimeoutCause(ctx, l.Time, fmt.Errorf("%w: not looked through within %s", ErrLate, l.Time))
	defer cancel()
	defer func() {
		if p := recover(); p != nil { // as in read
			err = nil
		}
	}()
	return named(look(data, &job{ctx: ctx, limits: l}))
}

// sealed says of an OLE container that Office has put an encrypted file into it: an entry of its
// directory is called so, and no text that speaks of one.
func sealed(data []byte) error {
	const stream = "EncryptedPackage"
	name := wide(stream)
	entry := append(append(name, make([]byte, 64-len(name))...), byte(len(name)+2), 0)
	if bytes.Contains(data, entry) {
		return ErrEncrypted
	}
	return nil
}

// named is an error that Vet speaks of.
func named(err error) error {
	for _, one := range []error{ErrDoctype, ErrTooLarge, ErrEncrypted, ErrLate, context.Canceled} {
		if errors.Is(err, one) {
			return err
		}
	}
	return nil
}

func vet(data []byte, j *job) error {
	z, err := openZip(data, j)
	if err != nil {
		return err
	}
	var unpacked uint64
	for _, f := range z.parts {
		if unpacked += f.UncompressedSize64; unpacked < f.UncompressedSize64 {
			unpacked = math.MaxUint64
			break
		}
	}
	// Pictures and sheets of an honest file unpack to much too, and never to so many times its size.
	if most := uint64(j.limits.Unpacked); unpacked > most && unpacked/uint64(j.limits.Ratio) > uint64(len(data)) {
		return fmt.Errorf("%w: unpacks to over %d bytes", ErrTooLarge, most)
	}
	if ofOffice, err := z.ofOffice(); err != nil || !ofOffice {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(z.parts)) {
		if j.ctx.Err() != nil {
			return context.Cause(j.ctx)
		}
		if err := named(z.prologue(name, strings.HasSuffix(name, ".svg"))); err != nil {
			return err
		}
	}
	if err := z.encrypted(); errors.Is(err, ErrEncrypted) {
		return err
	}
	return nil
}

// ofOffice says that a container is one that an office program opens, and no ZIP of whatever
// programs write: a scanner's report has a document type by right.
func (z *zipFile) ofOffice() (bool, error) {
	for _, name := range []string{"[Content_Types].xml", "_rels/.rels", "META-INF/manifest.xml", "word/document.xml", "xl/workbook.xml", "ppt/presentation.xml"} {
		if z.part(name) != nil {
			return true, nil
		}
	}
	mime, err := z.head("mimetype", 100)
	return strings.HasPrefix(mime, "application/vnd.oasis.opendocument."), err
}
