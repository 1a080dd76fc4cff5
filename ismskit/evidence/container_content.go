package evidence

import (
	"bytes"
	"compress/flate"
	"hash/crc32"
	"io"
	"path"
	"strings"
)

// What people do to a bundle before it comes to be checked: they unpack it, look, and
// have their system pack the folder again. That compresses the files, puts the folder
// around them and adds files of the system's own. The container is then not as it was
// made; what the files hold is read all the same.

const (
	stored   = 0
	deflated = 8

	mostInflated = 256 << 20 // of one file: a small upload can't fill the memory
)

// litter says that a member is a folder, or a file that an operating system adds to
// whatever it packs. Neither is one of the bundle's.
func litter(m member) bool {
	switch base := path.Base(m.name); {
	case strings.HasSuffix(m.name, "/"):
		return m.plain == 0 && m.size <= 2 // nothing, as it is or compressed
	case strings.HasPrefix(m.name, "__MACOSX/"):
		return strings.HasPrefix(base, "._")
	default:
		return base == ".DS_Store" || base == "Thumbs.db" || base == "desktop.ini"
	}
}

// unfold gives every member its name in the bundle: without the folder that another
// tool has put around all of it.
func (u *unpacker) unfold(all []member) {
	folder, found := "", false
	for _, m := range all {
		if in, is := strings.CutSuffix(m.name, ManifestName); is && (in == "" || strings.HasSuffix(in, "/")) && (!found || len(in) < len(folder)) {
			folder, found = in, true
		}
	}
	u.folder = folder
	for i := range all {
		all[i].inner = strings.TrimPrefix(all[i].name, folder)
	}
}

// has says whether there is a file of a name.
func (u *unpacker) has(name string) bool {
	_, ok := u.byName[name]
	return ok
}

// unreadable says that another tool has packed a file in a way that can't be read.
func (u *unpacker) unreadable(name string) bool {
	i, ok := u.byName[name]
	if !ok {
		return false
	}
	m := u.members[i]
	return m.method != stored && (m.method != deflated || m.plain > mostInflated || u.inflated+int64(m.plain) > mostBytes)
}

// read returns a file's content, nil if it isn't there or not all of it. A content
// that is not that of its checksum is a fault once; it is returned all the same.
func (u *unpacker) read(name string) ([]byte, error) {
	i, ok := u.byName[name]
	if !ok || u.unreadable(name) {
		return nil, nil
	}
	m := u.members[i]
	if m.end() > u.size {
		u.fault(PartContent, name, m.data())
		return nil, nil
	}
	b, err := u.bytes(m.data(), int64(m.size))
	if err == nil && m.method == deflated {
		b = u.inflate(b, m.plain)
	}
	if err == nil && crc32.ChecksumIEEE(b) != m.crc {
		u.fault(PartContent, name, m.data())
	}
	return b, err
}

// inflate reads as much as the directory says that there is, and one byte more, by
// which it is seen that there is more.
func (u *unpacker) inflate(b []byte, plain uint32) []byte {
	packed := bytes.NewReader(b)
	content, err := io.ReadAll(io.LimitReader(flate.NewReader(packed), int64(plain)+1))
	u.inflated += int64(len(content))
	if err != nil || len(content) > int(plain) || packed.Len() > 0 { // or hides something behind it
		return nil // not what was packed; its digest says so
	}
	return content
}
