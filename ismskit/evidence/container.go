package evidence

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"math"
)

// A bundle's container is a ZIP file that leaves nothing to choose: entries stored
// without compression, in the order of their names' bytes, no time, no attribute, no
// extra field, no comment, nothing before, between or after. Given the names and the
// contents there is one such file, so a reader can account for every byte of it.

// Errors of containers.
var (
	// ErrContainer: bytes that are no such container; a *ContainerError says where.
	ErrContainer = errors.New("evidence: not the container of a bundle")
	// ErrBundleTooLarge: more than fits: 65,534 files, or 4 GiB. The period or scope
	// has to be smaller.
	ErrBundleTooLarge = errors.New("evidence: too large for one bundle")
	// ErrOrder: something was added to a bundle out of order, or twice.
	ErrOrder = errors.New("evidence: added to the bundle out of order")
)

const (
	localSize   = 30
	centralSize = 46
	endSize     = 22
	mostEntries = math.MaxUint16 - 1
	mostBytes   = math.MaxUint32 - 1
	utf8Names   = 0x0800
	dosEpoch    = 0x0021 // 1980-01-01, the zero of ZIP
	zipVersion  = 20
)

// member is one file in a container.
type member struct {
	name   string
	size   uint32
	crc    uint32
	offset uint32 // of its local header
	extra  int64  // bytes between name and content, where another tool has put some
	method uint16 // of compression, by another tool; 0 is none
	plain  uint32 // its size without it
	inner  string // its name in the bundle, where another tool has put a folder around all
	flags  uint16
	fields []byte // extra fields of the directory
	litter bool   // it is none of the bundle's
	after  bool   // a data descriptor may follow it
}

func (m member) data() int64 {
	return int64(m.offset) + localSize + int64(len(m.name)) + m.extra
}
func (m member) end() int64 { return m.data() + int64(m.size) }

// local is the header before the content.
func (m member) local() []byte {
	b := make([]byte, 0, localSize+len(m.name))
	b = append(b, "PK\x03\x04"...)
	b = m.common(b)
	return append(b, m.name...)
}

// common is what both headers say.
func (m member) common(b []byte) []byte {
	le := binary.LittleEndian
	b = le.AppendUint16(b, zipVersion)
	b = le.AppendUint16(b, utf8Names)
	b = le.AppendUint16(b, 0) // stored
	b = le.AppendUint16(b, 0)
	b = le.AppendUint16(b, dosEpoch)
	b = le.AppendUint32(b, m.crc)
	b = le.AppendUint32(b, m.size)
	b = le.AppendUint32(b, m.size)
	b = le.AppendUint16(b, uint16(len(m.name)))
	return le.AppendUint16(b, 0) // no extra field
}

// central is the member in the directory at the end.
func (m member) central() []byte {
	b := make([]byte, 0, centralSize+len(m.name))
	b = append(b, "PK\x01\x02"...)
	b = binary.LittleEndian.AppendUint16(b, zipVersion)
	b = m.common(b)
	b = append(b, make([]byte, 10)...) // comment, disk, attributes
	b = binary.LittleEndian.AppendUint32(b, m.offset)
	return append(b, m.name...)
}

func endRecord(count int, size, offset int64) []byte {
	le := binary.LittleEndian
	b := append(make([]byte, 0, endSize), "PK\x05\x06\x00\x00\x00\x00"...)
	b = le.AppendUint16(b, uint16(count))
	b = le.AppendUint16(b, uint16(count))
	b = le.AppendUint32(b, uint32(size))
	b = le.AppendUint32(b, uint32(offset))
	return le.AppendUint16(b, 0)
}

// packer writes a container, front to back.
type packer struct {
	w       io.Writer
	at      int64
	members []member

	directory int64 // bytes the directory will need
}

func (p *packer) write(b []byte) error {
	n, err := p.w.Write(b)
	p.at += int64(n)
	return err
}

// add writes one file. Names come in order.
func (p *packer) add(name string, content []byte) error {
	if len(p.members) > 0 && p.members[len(p.members)-1].name >= name {
		return fmt.Errorf("%w: %s", ErrOrder, name)
	}
	p.directory += int64(centralSize + len(name))
	switch {
	case !memberName(name):
		return fmt.Errorf("%w: name %q", ErrOrder, name)
	case len(p.members) >= mostEntries || p.at+localSize+int64(len(name)+len(content))+p.directory > mostBytes:
		return ErrBundleTooLarge
	}
	m := member{name: name, size: uint32(len(content)), crc: crc32.ChecksumIEEE(content), offset: uint32(p.at)}
	p.members = append(p.members, m)
	if err := p.write(m.local()); err != nil {
		return err
	}
	return p.write(content)
}

// close writes the directory.
func (p *packer) close() error {
	start := p.at
	for _, m := range p.members {
		if err := p.write(m.central()); err != nil {
			return err
		}
	}
	return p.write(endRecord(len(p.members), p.at-start, start))
}

// memberName says whether a name may stand in a container: a relative path of plain
// characters, that goes nowhere else wherever it is unpacked.
func memberName(name string) bool {
	if name == "" || len(name) > longestName {
		return false
	}
	part := 0 // length of the part of the path so far
	for i := range len(name) {
		c := name[i]
		switch {
		case c == '/' || c == '.':
			if part == 0 {
				return false
			}
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '-', c == '_', c == '%':
		default:
			return false
		}
		part++
		if c == '/' {
			part = 0
		}
	}
	return part > 0
}

// pathPart makes a text part of a member's name: what may not stand there becomes
// %XX.
func pathPart(s string) string {
	const figures = "0123456789ABCDEF"
	var b []byte
	for i := range len(s) {
		c := s[i]
		switch {
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9', c == '-', c == '_':
			b = append(b, c)
		default: // also capitals: two names that differ in them alone are one on some disks
			b = append(b, '%', figures[c>>4], figures[c&15])
		}
	}
	return string(b)
}

// ContainerError says where the bytes of a container are not what they must be.
type ContainerError struct {
	Part   string // one of the parts below
	Name   string // of the file concerned, if one is
	Offset int64
	Says   string // the other name that a PartRenamed gives
}

// Parts of a container.
const (
	PartDirectory = "directory" // the directory at the end
	PartHeader    = "header"    // the header before a file
	PartLitter    = "litter"    // a file of somebody's system, which isn't the bundle's

	// What no tool does that packs files again; readers that go by other parts of the
	// container may get other files than those that were checked.
	PartEnd     = "end"     // the record at the end
	PartContent = "content" // a file isn't that of its checksum
	PartForged  = "forged"  // a header and the directory say different things of a file
	PartRenamed = "renamed" // a file has another name beside that of the directory
	PartGap     = "gap"     // bytes that belong to nothing
)

// packing says that a part is so also where a tool has only packed the files again.
func packing(part string) bool {
	return part == PartDirectory || part == PartHeader || part == PartLitter
}

// Error returns the place for a log; it is not meant for users.
func (e *ContainerError) Error() string {
	return fmt.Sprintf("%v: %s %s at %d", ErrContainer, e.Part, e.Name, e.Offset)
}

// Unwrap returns ErrContainer.
func (e *ContainerError) Unwrap() error { return ErrContainer }
