package filetext

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
)

// maxToken is how long one piece of text or one element with its attributes may be.
const maxToken = 8 << 20

// element is where a walk through XML stands: a name's namespace does not matter, since
// both editions of OOXML and all of ODF use names that mean one thing in text.
type element struct {
	name  string
	attrs []xml.Attr
}

func (e element) attr(local string) string {
	for _, a := range e.attrs {
		if a.Name.Local == local {
			return a.Value
		}
	}
	return ""
}

// visitor is told what XML holds, in order.
type visitor struct {
	skip  func(name string) bool  // leave out what lies in it
	begin func(e element) error   // nil where nobody asks
	end   func(name string) error // nil where nobody asks
	text  func(s string) error    // nil where nobody asks
}

// walk reads a part's XML: no document type that may hurt, no entity but the five of XML itself, no
// other encoding than UTF-8, no deeper than it may be.
func (z *zipFile) walk(name string, v visitor) error {
	r, err := z.open(name)
	if err != nil {
		return err
	}
	err = walkXML(r, z.j, v)
	if closing := r.Close(); err == nil && closing != nil {
		err = fmt.Errorf("%w: %v", ErrBroken, closing)
	}
	if err != nil && !errors.Is(err, errFull) {
		err = fmt.Errorf("%w (%s)", err, name)
	}
	return err
}

func walkXML(r io.Reader, j *job, v visitor) error {
	src := &bounded{r: r}
	d := xml.NewDecoder(src)
	depth, skipped := 0, 0
	for {
		src.since = 0
		t, err := d.Token()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return xmlFault(err, src.failed)
		}
		if err := j.step(); err != nil {
			return err
		}
		switch t := t.(type) {
		case xml.Directive:
			if err := judged(t); err != nil { // comments and instructions are other tokens
				return err
			}
		case xml.StartElement:
			if depth++; depth > j.limits.Depth {
				return fmt.Errorf("%w: XML deeper than %d", ErrTooLarge, j.limits.Depth)
			}
			if skipped == 0 && v.skip != nil && v.skip(t.Name.Local) {
				skipped = depth
			}
			if skipped == 0 && v.begin != nil {
				err = v.begin(element{t.Name.Local, t.Attr})
			}
		case xml.EndElement:
			if skipped == 0 && v.end != nil {
				err = v.end(t.Name.Local)
			}
			if skipped == depth {
				skipped = 0
			}
			depth--
		case xml.CharData:
			if skipped == 0 && v.text != nil {
				err = v.text(string(t))
			}
		}
		if err != nil {
			return err
		}
	}
}

// xmlFault is what the source failed with, or else what is wrong with the XML.
func xmlFault(err, source error) error {
	switch {
	case source != nil:
		return source
	default:
		return fmt.Errorf("%w: %v", ErrBroken, err)
	}
}

// bounded ends a single token that has no end, and keeps what its source failed with.
type bounded struct {
	r      io.Reader
	since  int
	failed error
}

func (b *bounded) Read(p []byte) (int, error) {
	n, err := b.r.Read(p)
	if b.since += n; b.since > maxToken {
		err = fmt.Errorf("%w: a piece of XML of more than %d bytes", ErrTooLarge, maxToken)
	}
	if err != nil && err != io.EOF {
		b.failed = err
	}
	return n, err
}
