package evidence

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"io"
	"slices"
)

// unpacker reads a container. What is wrong with it is in faults; as far as the
// directory can be read, the files can be too.
type unpacker struct {
	r       io.ReaderAt
	size    int64
	members []member       // of the bundle
	byName  map[string]int // by the name in the bundle
	folder  string         // that another tool has put around all
	spelt   string         // the same as Unicode, where the names are in another code
	faults  []*ContainerError
	twice   []string // names that stand there more than once

	inflated int64 // bytes that were read from compressed files
}

// noArchive says of a file that holds nothing and neither begins nor ends as an archive that it
// is none: another file was chosen, and nothing of a bundle was changed.
func (u *unpacker) noArchive() (bool, error) {
	if len(u.members) > 0 {
		return false, nil
	}
	for _, at := range []int64{0, max(0, u.size-endSize)} {
		mark := make([]byte, min(u.size, 2))
		if _, err := u.r.ReadAt(mark, at); err != nil && err != io.EOF {
			return false, err
		}
		if string(mark) == "PK" {
			return false, nil
		}
	}
	return true, nil
}

func (u *unpacker) fault(part, name string, offset int64) {
	u.faults = append(u.faults, &ContainerError{Part: part, Name: name, Offset: offset})
}

// unpack reads the directory and holds every byte that is no content against what
// it must be. The error is one of reading; faults of the container are in the
// unpacker.
func unpack(r io.ReaderAt, size int64) (*unpacker, error) {
	u := &unpacker{r: r, size: size, byName: map[string]int{}}
	end, err := u.bytes(size-endSize, endSize)
	if err != nil {
		return nil, err
	}
	if end == nil || !bytes.HasPrefix(end, []byte("PK\x05\x06")) {
		u.fault(PartEnd, "", max(0, size-endSize))
		return u, nil
	}
	le := binary.LittleEndian
	count, length, start := int(le.Uint16(end[10:])), int64(le.Uint32(end[12:])), int64(le.Uint32(end[16:]))
	if start+length != size-endSize || !bytes.Equal(end, endRecord(count, length, start)) {
		u.fault(PartEnd, "", size-endSize)
	}
	if length = min(length, size-endSize-start); length < 0 || start < 0 {
		return u, nil
	}
	directory, err := u.bytes(start, length)
	if err != nil {
		return nil, err
	}
	all := u.directory(directory, start)
	if count != len(all) {
		u.fault(PartEnd, "", size-endSize)
	}
	u.unfold(all)
	if err := u.layout(all, start); err != nil {
		return nil, err
	}
	for _, m := range all {
		if !m.litter {
			u.members = append(u.members, m)
		}
	}
	// Another tool may have packed them in another order; that is a fault of the
	// container, and the files are checked in theirs all the same.
	slices.SortStableFunc(u.members, func(a, b member) int { return cmp.Compare(a.inner, b.inner) })
	for i, m := range u.members {
		if _, twice := u.byName[m.inner]; twice {
			u.twice = append(u.twice, m.inner)
		}
		u.byName[m.inner] = i
	}
	return u, nil
}

// bytes reads n bytes, nil where there are not as many.
func (u *unpacker) bytes(at, n int64) ([]byte, error) {
	if at < 0 || n < 0 || at+n > u.size {
		return nil, nil
	}
	b := make([]byte, n)
	if _, err := u.r.ReadAt(b, at); err != nil && err != io.EOF {
		return nil, err
	}
	return b, nil
}

// directory reads the members, in its order.
func (u *unpacker) directory(b []byte, at int64) (all []member) {
	le := binary.LittleEndian
	previous, offset := "", int64(-1)
	for len(b) > 0 {
		if len(b) < centralSize || !bytes.HasPrefix(b, []byte("PK\x01\x02")) {
			u.fault(PartGap, "", at)
			return all
		}
		n := int(le.Uint16(b[28:]))
		whole := centralSize + n + int(le.Uint16(b[30:])) + int(le.Uint16(b[32:])) // with what another tool adds
		if len(b) < whole {
			u.fault(PartGap, "", at)
			return all
		}
		m := member{
			name: string(b[centralSize : centralSize+n]), crc: le.Uint32(b[16:]), size: le.Uint32(b[20:]), offset: le.Uint32(b[42:]),
			method: le.Uint16(b[10:]), plain: le.Uint32(b[24:]), flags: le.Uint16(b[8:]), fields: b[centralSize+n : centralSize+n+int(le.Uint16(b[30:]))],
		}
		if m.name <= previous || int64(m.offset) <= offset || !memberName(m.name) || !bytes.Equal(b[:whole], m.central()) {
			u.fault(PartDirectory, m.name, at)
		}
		b, at = b[whole:], at+int64(whole)
		previous, offset = m.name, int64(m.offset)
		if m.litter = litter(m); m.litter && m.plain > 0 {
			u.fault(PartLitter, m.name, int64(m.offset))
		}
		all = append(all, m)
	}
	return all
}
