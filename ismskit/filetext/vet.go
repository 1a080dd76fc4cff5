package filetext

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
)

// bombFrom is how many times Limits.Unpacked all parts of a container unpack to, by its own
// directory, before they are a trap: pictures and sheets of an honest file unpack to much, too.
const bombFrom = 4

// Vet says whether a file is one that no program of an office makes, or that nobody else can open:
// ErrDoctype for XML that brings its own document type and with it entities from elsewhere,
// ErrTooLarge for what unpacks to far more than it is, ErrEncrypted for a container with a password.
// Whatever else is wrong with it, or is larger than Limits.Bytes, Vet has nothing to say of; nor of
// what is no container (Office Open XML, OpenDocument, ZIP). It reads no more of a part than where
// its first element begins, and does not panic.
func Vet(ctx context.Context, r io.Reader, l Limits) (err error) {
	l = l.filled()
	ctx, cancel := context.WithTimeoutCause(ctx, l.Time, fmt.Errorf("%w: not looked through within %s", ErrTooLarge, l.Time))
	defer cancel()
	head := make([]byte, 4)
	n, err := io.ReadFull(r, head)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || err == nil && string(head) != "PK\x03\x04" && string(head) != "PK\x05\x06" {
		return nil
	}
	if err != nil {
		return err
	}
	data, err := io.ReadAll(io.LimitReader(io.MultiReader(bytes.NewReader(head[:n]), r), l.Bytes+1))
	if err != nil || int64(len(data)) > l.Bytes {
		return err
	}
	defer func() {
		if p := recover(); p != nil { // as in read
			err = nil
		}
	}()
	return named(vet(data, &job{ctx: ctx, limits: l}))
}

// named is an error that Vet speaks of.
func named(err error) error {
	if errors.Is(err, ErrDoctype) || errors.Is(err, ErrTooLarge) || errors.Is(err, ErrEncrypted) || errors.Is(err, context.Canceled) {
		return err
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
		unpacked += f.UncompressedSize64
	}
	if most := uint64(j.limits.Unpacked) * bombFrom; unpacked > most && unpacked/uint64(j.limits.Ratio) > uint64(len(data)) {
		return fmt.Errorf("%w: unpacks to over %d bytes", ErrTooLarge, most)
	}
	for name := range z.parts {
		if j.ctx.Err() != nil {
			return context.Cause(j.ctx)
		}
		if name == "meta-inf/manifest.xml" {
			continue // older programs give it a document type, which nothing reads
		}
		if !strings.HasSuffix(name, ".xml") && !strings.HasSuffix(name, ".rels") {
			continue
		}
		if err := named(z.prologue(name)); err != nil {
			return err
		}
	}
	if err := z.encrypted(); errors.Is(err, ErrEncrypted) {
		return err
	}
	return nil
}

// prologue reads what stands before the first element of a part.
func (z *zipFile) prologue(name string) error {
	r, err := z.open(name)
	if err != nil {
		return err
	}
	src := &bounded{r: r}
	d := xml.NewDecoder(src)
	for {
		t, err := d.RawToken()
		if err != nil {
			return errors.Join(xmlFault(err, src.failed), r.Close())
		}
		switch t.(type) {
		case xml.Directive:
			return errors.Join(fmt.Errorf("%w (%s)", ErrDoctype, name), r.Close())
		case xml.StartElement:
			return r.Close()
		}
		if err := z.j.step(); err != nil {
			return errors.Join(err, r.Close())
		}
	}
}
