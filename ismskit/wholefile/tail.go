package wholefile

import (
	"bytes"
	"encoding/binary"
	"regexp"
)

// tailSize is how much of a file's end is kept: a ZIP container may have a comment of
// 64 KiB there, and programs that fill up to a block write less behind it.
const tailSize = 128 << 10

// tail keeps the last bytes of a file.
type tail struct {
	kept []byte
	size int64 // of the whole file
	ends func(kept []byte, before int64) bool
}

func (t *tail) write(b []byte) {
	t.size += int64(len(b))
	t.kept = append(t.kept, b[max(0, len(b)-tailSize):]...)
	if len(t.kept) > 2*tailSize {
		t.kept = append(t.kept[:0], t.kept[len(t.kept)-tailSize:]...)
	}
}

func (t *tail) found() bool {
	kept := t.kept[max(0, len(t.kept)-tailSize):]
	return t.ends(kept, t.size-int64(len(kept)))
}

// object is how an object of a PDF begins.
var object = regexp.MustCompile(`\d\s+\d+\s+obj\b`)

// pdfEnds says whether the last %%EOF ends the file. One after which objects go on is that
// of the first part of a file made for the web, or of a state before a change.
func pdfEnds(kept []byte, _ int64) bool {
	at := bytes.LastIndex(kept, []byte("%%EOF"))
	return at >= 0 && !object.Match(kept[at:])
}

// Signatures of a ZIP container.
const (
	fileHeader      = "PK\x03\x04"
	directoryHeader = "PK\x01\x02"
	signature       = "PK\x05\x05" // of the directory; it stands behind it
	directoryEnd    = "PK\x05\x06"
	directoryEnd64  = "PK\x06\x06"
	locator64       = "PK\x06\x07"
)

// zipEnds says whether the last bytes of a file have the end of its directory, and a
// directory before it: that of a container within a container that is cut off has not.
func zipEnds(kept []byte, before int64) bool {
	for at := bytes.LastIndex(kept, []byte(directoryEnd)); at >= 0; at = bytes.LastIndex(kept[:at], []byte(directoryEnd)) {
		if directoryEndsAt(kept, at, before) {
			return true
		}
	}
	return false
}

func directoryEndsAt(kept []byte, at int, before int64) bool {
	record := kept[at:]
	if len(record) < 22 || len(record) < 22+int(binary.LittleEndian.Uint16(record[20:])) {
		return false
	}
	size, from := uint64(binary.LittleEndian.Uint32(record[12:])), uint64(binary.LittleEndian.Uint32(record[16:]))
	if at >= 20 && bytes.HasPrefix(kept[at-20:], []byte(locator64)) {
		far := int64(binary.LittleEndian.Uint64(kept[at-12:])) - before
		if far < 0 || far > int64(at-20-56) || !bytes.HasPrefix(kept[far:], []byte(directoryEnd64)) {
			return false
		}
		size, from = binary.LittleEndian.Uint64(kept[far+40:]), binary.LittleEndian.Uint64(kept[far+48:])
	}
	first, behind := int64(from)-before, int64(from+size)-before
	if int64(from) < 0 || int64(size) < 0 || behind < max(first, 0) || behind > int64(at) {
		return false
	}
	if first >= 0 && size > 0 && !bytes.HasPrefix(kept[first:], []byte(directoryHeader)) {
		return false
	}
	for _, next := range []string{directoryEnd, directoryEnd64, signature} {
		if bytes.HasPrefix(kept[behind:], []byte(next)) {
			return true
		}
	}
	return false
}
