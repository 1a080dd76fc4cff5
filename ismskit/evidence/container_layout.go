package evidence

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"hash/crc32"
	"slices"
	"strings"
)

// A ZIP file says everything twice: in the directory at its end, by which the bundle is
// checked, and in a header before each file, by which some tools unpack. Where the two
// differ in more than a tool that packs files writes of its own, such a tool gives its
// user other files than those that were checked.

const (
	descriptorFollows = 0x0008
	toolFlags         = descriptorFollows | utf8Names | 0x0006 // and how hard a tool has compressed
	fieldZip64        = 0x0001
	fieldUnicodeName  = 0x7075
	inField           = 0xffffffff // the number is in the field of ZIP64
)

// layout holds the places and headers of all members against the directory.
func (u *unpacker) layout(all []member, directory int64) error {
	order := make([]*member, len(all))
	for i := range all {
		order[i] = &all[i]
	}
	slices.SortStableFunc(order, func(a, b *member) int { return cmp.Compare(a.offset, b.offset) })
	before, at := &member{}, int64(0)
	for _, m := range order {
		if err := u.between(before, at, int64(m.offset)); err != nil {
			return err
		}
		if err := u.header(m); err != nil {
			return err
		}
		before, at = m, m.end()
	}
	return u.between(before, at, directory)
}

// between holds that nothing is between a member and what comes next, but the
// descriptor that tools write who learn sizes only while they pack.
func (u *unpacker) between(m *member, at, next int64) error {
	if at == next {
		return nil
	}
	if m.after && next > at && next-at <= 24 {
		got, err := u.bytes(at, next-at)
		if err != nil || slices.ContainsFunc(m.descriptors(), func(d []byte) bool { return bytes.Equal(got, d) }) {
			return err
		}
	}
	u.fault(PartGap, m.inner, min(at, next))
	return nil
}

// descriptors are the forms of a member's data descriptor.
func (m member) descriptors() [][]byte {
	le := binary.LittleEndian
	head := le.AppendUint32([]byte("PK\x07\x08"), m.crc)
	short, long := slices.Clone(head), slices.Clone(head)
	for _, size := range []uint32{m.size, m.plain} {
		short, long = le.AppendUint32(short, size), le.AppendUint64(long, uint64(size))
	}
	return [][]byte{short, long}
}

// header holds the header before a member against the directory.
func (u *unpacker) header(m *member) error {
	forged := m.flags&^toolFlags != 0 || m.method == stored && m.size != m.plain
	other := u.otherName(m, m.fields)
	want := m.local()
	got, err := u.bytes(int64(m.offset), int64(len(want)))
	if err != nil {
		return err
	}
	same := m.method == stored && bytes.Equal(got, want)
	if !same && bytes.HasPrefix(got, want[:4]) {
		n, fields := int(binary.LittleEndian.Uint16(got[26:])), int(binary.LittleEndian.Uint16(got[28:]))
		rest, err := u.bytes(int64(m.offset)+localSize, int64(n+fields))
		if err != nil {
			return err
		}
		if rest != nil {
			m.extra = int64(n + fields - len(m.name)) // where those look for the content who go by headers
			if name := string(rest[:n]); name != m.name {
				other = name
			} else if name := u.otherName(m, rest[n:]); name != "" {
				other = name
			}
			m.after = binary.LittleEndian.Uint16(got[6:])&descriptorFollows != 0
		}
		forged = forged || rest == nil || !m.agrees(got, rest[min(n, len(rest)):])
	} else if !same {
		forged = true
	}
	switch {
	case other != "":
		u.faults = append(u.faults, &ContainerError{Part: PartRenamed, Name: m.inner, Offset: int64(m.offset), Says: strings.ToValidUTF8(other[:min(len(other), longestName)], "\uFFFD")})
	case forged:
		u.fault(PartForged, m.inner, int64(m.offset))
	case !same:
		u.fault(PartHeader, m.name, int64(m.offset))
	}
	return nil
}

// agrees says that a header has what the directory has of a file, or nothing where a
// descriptor follows.
func (m member) agrees(head, fields []byte) bool {
	le := binary.LittleEndian
	flags, size, plain := le.Uint16(head[6:]), le.Uint32(head[18:]), le.Uint32(head[22:])
	later := flags&descriptorFollows != 0
	is := func(got, want uint32) bool { return got == want || later && got == 0 }
	if size == inField && plain == inField {
		long := field(fields, fieldZip64)
		if len(long) != 16 || le.Uint32(long[4:]) != 0 || le.Uint32(long[12:]) != 0 {
			return false
		}
		plain, size = le.Uint32(long), le.Uint32(long[8:])
	}
	return flags&^toolFlags == 0 && le.Uint16(head[8:]) == m.method && is(le.Uint32(head[14:]), m.crc) && is(size, m.size) && is(plain, m.plain)
}

// field is the extra field of a kind, nil if there is none.
func field(fields []byte, kind uint16) []byte {
	le := binary.LittleEndian
	for len(fields) >= 4 {
		n := int(le.Uint16(fields[2:]))
		if len(fields) < 4+n {
			break
		}
		if le.Uint16(fields) == kind {
			return fields[4 : 4+n]
		}
		fields = fields[4+n:]
	}
	return nil
}

// otherName is the name that a member's extra fields give it, where that is another.
// Tools write the folder around all in the code of their system, and there as Unicode.
func (u *unpacker) otherName(m *member, fields []byte) string {
	b := field(fields, fieldUnicodeName)
	if len(b) <= 5 || string(b[5:]) == m.name {
		return ""
	}
	name := string(b[5:])
	if binary.LittleEndian.Uint32(b[1:]) != crc32.ChecksumIEEE([]byte(m.name)) {
		return name
	}
	if m.litter {
		spelt := *m
		if spelt.name = name; litter(spelt) {
			return ""
		}
		return name
	}
	spelt, ok := strings.CutSuffix(name, m.inner)
	if u.spelt == "" && strings.HasSuffix(spelt, "/") {
		u.spelt = spelt
	}
	if !ok || u.folder == "" || spelt != u.spelt || strings.Count(spelt, "/") != strings.Count(u.folder, "/") {
		return name
	}
	return ""
}
