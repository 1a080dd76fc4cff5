package evidence

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"slices"
	"strings"
	"testing"
)

// hiding puts bytes into a container where the directory names nothing, before a place.
func hiding(bundle []byte, at int, hidden []byte) []byte {
	out := slices.Insert(bytes.Clone(bundle), at, hidden...)
	le, end := binary.LittleEndian, out[len(out)-endSize:]
	start := int(le.Uint32(end[16:])) + len(hidden)
	le.PutUint32(end[16:], uint32(start))
	for i := start; bytes.HasPrefix(out[i:], []byte("PK\x01\x02")); i += centralSize + int(le.Uint16(out[i+28:])) + int(le.Uint16(out[i+30:])) {
		if offset := le.Uint32(out[i+42:]); int(offset) >= at {
			le.PutUint32(out[i+42:], offset+uint32(len(hidden)))
		}
	}
	return out
}

// whole is a file as it lies in a container.
func whole(name, content string) []byte {
	size := uint32(len(content))
	return append(member{name: name, crc: crc32.ChecksumIEEE([]byte(content)), size: size, plain: size}.local(), content...)
}

// headerOf is where the header before a file begins.
func headerOf(bundle []byte, name string) int {
	return bytes.Index(bundle, []byte(name)) - localSize
}

// Some tools unpack by the headers before the files. Who puts there what the directory
// doesn't name gives their users another trail than the one that was checked: that is
// no matter of packing, and the report says where.
func TestATrailHiddenFromTheDirectoryIsFound(t *testing.T) {
	h := anOffice(t)
	own := Options{Keys: []string{h.key.Verifier()}}
	forged := whole("cases/1.trail", "a trail that nobody has signed")
	for name, bundle := range map[string][]byte{"as it was made": h.bundle(), "packed again": repacked(t, h.bundle(), 8, "封存檔/", unchanged)} {
		directory := int(binary.LittleEndian.Uint32(bundle[len(bundle)-endSize+16:]))
		for where, at := range map[string]int{"before all": 0, "between": headerOf(bundle, "README.html"), "behind all": directory} {
			if where == "between" && name == "packed again" {
				at = bytes.LastIndex(bundle[:directory], []byte("PK\x03\x04"))
			}
			r := verified(t, hiding(bundle, at, forged), own)
			i := slices.IndexFunc(r.Findings, func(f Finding) bool { return f.Code == "container_gap" })
			if r.Result() != Failing || i < 0 || r.Findings[i].Offset > int64(at) || int64(at)-r.Findings[i].Offset > 24 {
				t.Errorf("%s, %s: %s %v", name, where, r.Result(), r.Findings)
			}
			if said := r.Text("zh-TW"); strings.Contains(said, "內容全部相符") {
				t.Errorf("%s, %s:\n%s", name, where, said)
			}
		}
	}
}

func TestAHeaderThatSaysOtherThanTheDirectoryIsFound(t *testing.T) {
	h := anOffice(t)
	own := Options{Keys: []string{h.key.Verifier()}}
	for _, of := range []struct {
		name string
		at   int // in the header
		to   string
		want string
	}{
		{"cases/2.trail", localSize + len("cases/"), "1", "container_renamed IS-04-023-2 0-0"},
		{"manifest.json", localSize, "MANIFEST", "container_renamed  0-0"},
		{"cases/1.trail", 8, "\x08", "container_forged IS-04-023-1 0-0"},              // compressed
		{"cases/1.trail", 14, "\x00\x00\x00\x00", "container_forged IS-04-023-1 0-0"}, // the checksum, with no descriptor that has it
		{"cases/1.trail", 18, "\x01", "container_forged IS-04-023-1 0-0"},
		{"cases/1.trail", 22, "\x01", "container_forged IS-04-023-1 0-0"},
		{"cases/1.trail", 6, "\x01", "container_forged IS-04-023-1 0-0"}, // encrypted
		{"README.html", 0, "XX", "container_forged  0-0"},
	} {
		b := h.bundle()
		copy(b[headerOf(b, of.name)+of.at:], of.to)
		if r := verified(t, b, own); r.Result() != Failing || !slices.Equal(codes(r), []string{of.want}) {
			t.Errorf("%s at %d: %s %q", of.name, of.at, r.Result(), codes(r))
		}
	}
	b := h.bundle()
	copy(b[headerOf(b, "cases/2.trail")+localSize:], "cases/1")
	want := "✕ 封存檔內 cases/2.trail（第 " // with the place, and the name that it has beside
	if said := verified(t, b, own).Text("zh-TW"); !strings.Contains(said, want) || !strings.Contains(said, "另載有別的檔名「cases/1.trail」") {
		t.Errorf("%s", said)
	}
	// A date, or which version of the tool is needed, misleads nobody.
	for at, to := range map[int]string{4: "\x0a", 10: "\x12\x34\x56\x5b"} {
		b := h.bundle()
		copy(b[headerOf(b, "cases/1.trail")+at:], to)
		if r := verified(t, b, own); r.Result() != Repacked {
			t.Errorf("%d: %s %q", at, r.Result(), codes(r))
		}
	}
}

// The directory may hide bytes too: behind a compressed content, in what looks like a
// folder, between two files with the wrong descriptor.
func TestWhatNoDirectoryAccountsForIsFound(t *testing.T) {
	h := anOffice(t)
	own, b := Options{Keys: []string{h.key.Verifier()}}, repacked(t, h.bundle(), 8, "", unchanged)
	end := bytes.Index(b, []byte("PK\x07\x08"))
	wrong := bytes.Clone(b)
	wrong[end+4]++
	without := bytes.Clone(b)
	for at := range without {
		if bytes.HasPrefix(without[at:], []byte("PK\x03\x04")) {
			without[at+6] &^= descriptorFollows
		}
	}
	count := h.bundle()
	count[len(count)-endSize+10]--
	for name, b := range map[string][]byte{"container_gap": wrong, "container_forged": without, "container_end": count} {
		r := verified(t, b, own)
		if r.Result() != Failing || !slices.ContainsFunc(r.Findings, func(f Finding) bool { return f.Code == name }) {
			t.Errorf("%s: %s %q", name, r.Result(), codes(r))
		}
	}
}

// A tool on a Chinese Windows names the folder in the code of the system and, in a field
// beside, as Unicode. A field that gives a file the name of another is no such thing.
func TestTheSameNameInUnicodeIsNotAnotherName(t *testing.T) {
	field := func(name, unicode string) []byte {
		le := binary.LittleEndian
		b := le.AppendUint16(nil, fieldUnicodeName)
		b = le.AppendUint16(b, uint16(5+len(unicode)))
		return append(le.AppendUint32(append(b, 1), crc32.ChecksumIEEE([]byte(name))), unicode...)
	}
	for _, of := range []struct{ name, inner, unicode, other string }{
		{"\xab\xca/cases/1.trail", "cases/1.trail", "封/cases/1.trail", ""},
		{"cases/1.trail", "cases/1.trail", "cases/1.trail", ""},
		{"cases/1.trail", "cases/1.trail", "cases/2.trail", "cases/2.trail"},
		{"cases/1.trail", "cases/1.trail", "封/cases/1.trail", "封/cases/1.trail"},
		{"\xab\xca/cases/1.trail", "cases/1.trail", "封/封/cases/1.trail", "封/封/cases/1.trail"},
		{"\xab\xca/cases/1.trail", "cases/1.trail", "封/cases/2.trail", "封/cases/2.trail"},
		{"\xab\xca/Thumbs.db", "Thumbs.db", "封/Thumbs.db", ""},
		{"\xab\xca/Thumbs.db", "Thumbs.db", "封/cases/1.trail", "封/cases/1.trail"},
	} {
		m := &member{name: of.name, inner: of.inner}
		m.litter = litter(*m)
		u := &unpacker{folder: strings.TrimSuffix(of.name, of.inner)}
		if got := u.otherName(m, field(of.name, of.unicode)); got != of.other {
			t.Errorf("%q, in Unicode %q: %q", of.name, of.unicode, got)
		}
		if got := u.otherName(m, append([]byte{0x55, 0x54, 1, 0, 0}, field("another", of.unicode)...)); got == "" && of.unicode != of.name {
			t.Errorf("%q: a field for another name says %q", of.name, of.unicode)
		}
	}
	u := &unpacker{folder: "x/"}
	for unicode, other := range map[string]string{"封/cases/1.trail": "", "存/cases/1.trail": "存/cases/1.trail"} {
		u.spelt = "封/"
		if got := u.otherName(&member{name: "x/cases/1.trail", inner: "cases/1.trail"}, field("x/cases/1.trail", unicode)); got != other {
			t.Errorf("in the folder 封 %q: %q", unicode, got)
		}
	}
}
