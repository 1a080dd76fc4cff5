package filetext

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"slices"
)

// pdfFile knows where the objects of a PDF lie. Its table of them is not read: what it
// says is often wrong after a file was mended, and is for an attacker to write. Objects are
// found by their own marks; the later of one number holds, as after a change.
type pdfFile struct {
	j       *job
	data    []byte
	objects map[int]pdfPlace
	packed  map[int][]byte // streams that hold objects, unpacked
	root    any
	encrypt any // how it is encrypted, nil where it is not
	id      any
	cached  map[int]any // the objects that were asked for last
}

// pdfPlace is where an object lies: in the file, or in a stream of objects.
type pdfPlace struct {
	in       int // number of the stream, 0 for the file itself
	at       int
	stream   int // where its bytes begin, 0 where it has none
	streamTo int
}

func newPDF(data []byte, j *job) *pdfFile {
	return &pdfFile{j: j, data: data, objects: map[int]pdfPlace{}, packed: map[int][]byte{}, cached: map[int]any{}}
}

func openPDF(data []byte, j *job) (*pdfFile, error) {
	p := newPDF(data, j)
	packs, err := p.scan()
	if err != nil {
		return nil, err
	}
	if p.encrypt != nil {
		return nil, ErrEncrypted
	}
	for _, n := range packs {
		if err := p.unpackObjects(n); err != nil {
			return nil, err
		}
	}
	if p.root == nil {
		err = p.findRoot()
	}
	return p, err
}

// scan goes through the file once.
func (p *pdfFile) scan() (packs []int, err error) {
	l := &pdfLexer{j: p.j, b: p.data}
	objects, trailers := marks{data: p.data, word: "obj"}, marks{data: p.data, word: "trailer"}
	endless := false // no stream from here on has an end
	for at := 0; ; {
		if err := p.j.step(); err != nil {
			return nil, err
		}
		next := min(objects.from(at), trailers.from(at))
		if next == len(p.data) {
			return packs, nil
		}
		if p.data[next] == 't' {
			l.at, l.values = next+len("trailer"), 0
			if v, err := l.value(0); err == nil {
				dict, _ := v.(pdfDict)
				p.trailer(dict)
			} else if !errors.Is(err, ErrBroken) {
				return nil, err
			}
			at = max(l.at, next+1)
			continue
		}
		n, ok := numberBefore(p.data, next)
		l.at, l.values = next+len("obj"), 0
		at = l.at
		if !ok {
			continue
		}
		place := pdfPlace{at: l.at}
		v, err := l.value(0)
		at = max(l.at, at)
		if err != nil {
			if errors.Is(err, ErrBroken) {
				continue
			}
			return nil, err
		}
		dict, isDict := v.(pdfDict)
		if from, ok := streamFrom(p.data, l.at); ok && isDict && !endless {
			to, found := streamEnd(p.data, from, dict)
			endless = !found
			place.stream, place.streamTo = from, to
			at = to
		}
		if len(p.objects) >= p.j.limits.Parts*50 {
			return nil, fmt.Errorf("%w: too many PDF objects", ErrTooLarge)
		}
		p.objects[n] = place
		switch dict["Type"] {
		case pdfName("ObjStm"):
			packs = append(packs, n)
		case pdfName("XRef"):
			p.trailer(dict)
		}
	}
}

// marks finds a word again and again from the front to the back, each byte looked at once.
type marks struct {
	data []byte
	word string
	at   int
}

// from is where the word next stands at or behind a place, the end of the data for never.
func (m *marks) from(at int) int {
	if m.at < at || m.at == 0 {
		if i := bytes.Index(m.data[at:], []byte(m.word)); i >= 0 {
			m.at = at + i
		} else {
			m.at = len(m.data)
		}
	}
	return m.at
}

// numberBefore is the number of the object whose "obj" stands at a place.
func numberBefore(data []byte, at int) (int, bool) {
	back := func(ok func(byte) bool, most int) int {
		n := 0
		for at > 0 && n < most && ok(data[at-1]) {
			at--
			n++
		}
		return n
	}
	digit := func(c byte) bool { return c >= '0' && c <= '9' }
	back(pdfSpace, 8)
	if back(digit, 6) == 0 || back(pdfSpace, 8) == 0 {
		return 0, false
	}
	to := at
	if back(digit, 9) == 0 {
		return 0, false
	}
	n := 0
	for _, c := range data[at:to] {
		n = n*10 + int(c-'0')
	}
	return n, n > 0
}

// trailer takes what a trailer says of the whole.
func (p *pdfFile) trailer(dict pdfDict) {
	if dict["Encrypt"] != nil {
		p.encrypt = dict["Encrypt"]
	}
	if dict["ID"] != nil {
		p.id = dict["ID"]
	}
	if ref, ok := dict["Root"].(pdfRef); ok {
		p.root = ref
	}
}

// unpackObjects finds the objects in a stream of objects.
func (p *pdfFile) unpackObjects(n int) error {
	s, err := p.streamOf(n)
	if err != nil || s == nil {
		return err
	}
	b, err := p.unpacked(s)
	if err != nil {
		return err
	}
	count, _ := s.dict["N"].(float64)
	first, _ := s.dict["First"].(float64)
	if first < 0 || first > float64(len(b)) {
		return nil
	}
	p.packed[n] = b
	l := &pdfLexer{j: p.j, b: b[:int(first)], stream: true}
	for i := 0.0; i < count; i++ {
		number, err := l.value(0)
		if err != nil {
			return ignoreBroken(err)
		}
		offset, err := l.value(0)
		if err != nil {
			return ignoreBroken(err)
		}
		num, ok1 := number.(float64)
		off, ok2 := offset.(float64)
		if !ok1 || !ok2 || num < 1 || num > 1e9 || off < 0 || off > float64(len(b))-first {
			continue
		}
		if len(p.objects) >= p.j.limits.Parts*50 {
			return fmt.Errorf("%w: too many PDF objects", ErrTooLarge)
		}
		// One that lies in the file itself, behind this stream, is newer.
		if old, there := p.objects[int(num)]; !there || old.in != 0 || old.at < p.objects[n].at {
			p.objects[int(num)] = pdfPlace{in: n, at: int(first + off)}
		}
	}
	return nil
}

func ignoreBroken(err error) error {
	if errors.Is(err, ErrBroken) {
		return nil
	}
	return err
}

// findRoot looks for the catalogue of a file whose trailer is lost.
func (p *pdfFile) findRoot() error {
	for _, n := range slices.Backward(slices.Sorted(maps.Keys(p.objects))) {
		v, err := p.get(pdfRef(n))
		if err != nil {
			return err
		}
		if d, ok := v.(pdfDict); ok && d["Type"] == pdfName("Catalog") {
			p.root = pdfRef(n)
			return nil
		}
	}
	return fmt.Errorf("%w: a PDF without a catalogue", ErrBroken)
}

// maxCached keeps the memory small that objects take which were asked for.
const maxCached = 2000

// get gives what something refers to, nil where nothing is there.
func (p *pdfFile) get(v any) (any, error) {
	for range 8 { // a reference to a reference, and no further
		ref, ok := v.(pdfRef)
		if !ok {
			return v, nil
		}
		if c, ok := p.cached[int(ref)]; ok {
			v = c
			continue
		}
		place, ok := p.objects[int(ref)]
		if !ok {
			return nil, nil
		}
		l := &pdfLexer{j: p.j, b: p.data, at: place.at}
		if place.in != 0 {
			l.b = p.packed[place.in]
		}
		from := l.at
		read, err := l.value(0)
		// What is read again and again counts like what is unpacked.
		if over := p.j.unpack((l.at - from) / 8); over != nil {
			return nil, over
		}
		if err != nil {
			if ignoreBroken(err) != nil {
				return nil, err
			}
			read = nil
		}
		if len(p.cached) >= maxCached {
			clear(p.cached)
		}
		p.cached[int(ref)] = read
		v = read
	}
	return nil, nil
}

func (p *pdfFile) dict(v any) (pdfDict, error) {
	v, err := p.get(v)
	d, _ := v.(pdfDict)
	return d, err
}

func (p *pdfFile) array(v any) ([]any, error) {
	v, err := p.get(v)
	a, _ := v.([]any)
	return a, err
}

func (p *pdfFile) name(v any) (pdfName, error) {
	v, err := p.get(v)
	n, _ := v.(pdfName)
	return n, err
}
