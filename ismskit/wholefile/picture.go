package wholefile

import (
	"bytes"
	"encoding/binary"
)

// png goes from chunk to chunk until it has seen the whole of IEND.
type png struct {
	skip int64  // bytes until the next chunk, or the end
	head []byte // length and type of a chunk, as far as they are there
	last bool   // the chunk is IEND
	done bool
}

func (p *png) write(b []byte) {
	for {
		n := min(p.skip, int64(len(b)))
		p.skip, b = p.skip-n, b[n:]
		if p.done = p.done || p.last && p.skip == 0; p.done || len(b) == 0 {
			return
		}
		n = int64(min(8-len(p.head), len(b)))
		p.head, b = append(p.head, b[:n]...), b[n:]
		if len(p.head) < 8 {
			return
		}
		p.skip = int64(binary.BigEndian.Uint32(p.head)) + 4 // and the sum
		p.last = string(p.head[4:]) == "IEND"
		p.head = p.head[:0]
	}
}

func (p *png) found() bool { return p.done }

// jpeg goes from marker to marker until it has seen the one that ends the picture. A
// smaller picture within a segment is passed over with it.
type jpeg struct {
	skip   int // bytes until the next marker is looked for
	marked bool
	length []byte // of a segment, as far as it is there; nil outside
	done   bool
}

func (j *jpeg) write(b []byte) {
	for len(b) > 0 && !j.done {
		switch {
		case j.skip > 0:
			n := min(j.skip, len(b))
			j.skip, b = j.skip-n, b[n:]
		case j.length != nil:
			if j.length, b = append(j.length, b[0]), b[1:]; len(j.length) == 2 {
				j.skip, j.length = max(0, int(binary.BigEndian.Uint16(j.length))-2), nil
			}
		case j.marked:
			j.mark(b[0])
			b = b[1:]
		default: // the picture itself, in which 0xff stands before nothing but 0 and markers
			at := bytes.IndexByte(b, 0xff)
			if j.marked = at >= 0; !j.marked {
				return
			}
			b = b[at+1:]
		}
	}
}

func (j *jpeg) mark(code byte) {
	switch {
	case code == 0xff: // as many as they like
		return
	case code == 0xd9:
		j.done = true
	case code != 0 && code != 0x01 && (code < 0xd0 || code > 0xd8):
		j.length = make([]byte, 0, 2)
	}
	j.marked = false
}

func (j *jpeg) found() bool { return j.done }
