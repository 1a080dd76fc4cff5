package filetext

import (
	"bytes"
	"compress/flate"
	"encoding/ascii85"
	"fmt"
	"io"
	"slices"
)

// pdfStream is a stream as it is stored.
type pdfStream struct {
	dict pdfDict
	raw  []byte
}

// streamFrom is where the bytes of a stream begin, behind its dictionary.
func streamFrom(data []byte, at int) (int, bool) {
	for at < len(data) && pdfSpace(data[at]) {
		at++
	}
	if !bytes.HasPrefix(data[at:], []byte("stream")) {
		return 0, false
	}
	at += len("stream")
	if at < len(data) && data[at] == '\r' {
		at++
	}
	if at < len(data) && data[at] == '\n' {
		at++
	}
	return at, true
}

// streamEnd believes a length only where the end stands behind it.
func streamEnd(data []byte, from int, dict pdfDict) (to int, found bool) {
	const end = "endstream"
	if n, ok := dict["Length"].(float64); ok && n >= 0 && n < float64(len(data)-from) {
		to := from + int(n)
		if i := bytes.Index(data[to:min(len(data), to+len(end)+4)], []byte(end)); i >= 0 {
			return to, true
		}
	}
	i := bytes.Index(data[from:], []byte(end))
	if i < 0 {
		return len(data), false
	}
	return from + i, true
}

// streamOf gives a stream, nil where the object is none.
func (p *pdfFile) streamOf(n int) (*pdfStream, error) {
	place, ok := p.objects[n]
	if !ok || place.stream == 0 {
		return nil, nil
	}
	d, err := p.dict(pdfRef(n))
	if err != nil || d == nil {
		return nil, err
	}
	return &pdfStream{dict: d, raw: p.data[place.stream:place.streamTo]}, nil
}

// stream gives the unpacked bytes of the stream that something refers to, nil where
// there is none or its packing is not known.
func (p *pdfFile) stream(v any) ([]byte, error) {
	ref, ok := v.(pdfRef)
	if !ok {
		return nil, nil
	}
	s, err := p.streamOf(int(ref))
	if err != nil || s == nil {
		return nil, err
	}
	return p.unpacked(s)
}

// unpacked undoes the filters of a stream.
func (p *pdfFile) unpacked(s *pdfStream) ([]byte, error) {
	filters := []any{s.dict["Filter"]}
	filter, err := p.get(s.dict["Filter"])
	if err != nil {
		return nil, err
	}
	if list, ok := filter.([]any); ok {
		filters = list
	}
	b := s.raw
	for i, f := range filters {
		if i > 4 {
			return nil, fmt.Errorf("%w: filters upon filters", ErrTooLarge)
		}
		name, err := p.name(f)
		if err != nil {
			return nil, err
		}
		switch name {
		case "":
		case "FlateDecode", "Fl":
			b, err = p.inflate(b)
		case "ASCIIHexDecode", "AHx":
			b = slices.Concat([]byte("<"), b, []byte(">"))
			var v any
			v, err = (&pdfLexer{j: p.j, b: b}).hex()
			str, _ := v.(pdfString)
			b = []byte(str)
		case "ASCII85Decode", "A85":
			b, err = p.ascii85(b)
		default: // of pictures, or one that nobody has used for long
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
	}
	return b, p.j.unpack(len(b))
}

// inflate unpacks as much as can be unpacked: many files have a wrong sum at the end.
func (p *pdfFile) inflate(b []byte) ([]byte, error) {
	if len(b) < 2 {
		return nil, nil
	}
	left := p.j.limits.Unpacked - p.j.unpacked
	r := io.LimitReader(flate.NewReader(bytes.NewReader(b[2:])), left+1)
	out, err := io.ReadAll(r)
	if int64(len(out)) > left {
		return nil, fmt.Errorf("%w: unpacks to more than %d bytes", ErrTooLarge, p.j.limits.Unpacked)
	}
	if len(out) > ratioFrom && int64(len(out))/p.j.limits.Ratio > int64(len(b)) {
		return nil, fmt.Errorf("%w: a stream unpacks to over %d times its size", ErrTooLarge, p.j.limits.Ratio)
	}
	if err != nil && len(out) == 0 {
		return nil, nil
	}
	return out, nil
}

func (p *pdfFile) ascii85(b []byte) ([]byte, error) {
	b = bytes.TrimSpace(b)
	b = bytes.TrimPrefix(b, []byte("<~"))
	if i := bytes.IndexByte(b, '~'); i >= 0 {
		b = b[:i]
	}
	left := p.j.limits.Unpacked - p.j.unpacked
	out, err := io.ReadAll(io.LimitReader(ascii85.NewDecoder(bytes.NewReader(b)), left+1))
	if int64(len(out)) > left {
		return nil, fmt.Errorf("%w: unpacks to more than %d bytes", ErrTooLarge, p.j.limits.Unpacked)
	}
	if err != nil && len(out) == 0 {
		return nil, nil
	}
	return out, nil
}
