package intake

import (
	"io"
	"path"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Limits bound a package; a zero is the default.
type Limits struct {
	Size     int64 // bytes of the ZIP; 1 GiB
	Unpacked int64 // bytes of all its files; 4 GiB
	File     int64 // bytes of one file; 256 MiB
	Files    int   // 5,000
	Times    int64 // how many times its size a ZIP beyond 16 MiB may unpack to; 100
}

// WithDefaults are the limits that hold.
func (l Limits) WithDefaults() Limits {
	or := func(n *int64, otherwise int64) {
		if *n <= 0 {
			*n = otherwise
		}
	}
	or(&l.Size, 1<<30)
	or(&l.Unpacked, 4<<30)
	or(&l.File, 256<<20)
	or(&l.Times, 100)
	if l.Files <= 0 {
		l.Files = 5000
	}
	return l
}

// small is what a ZIP may unpack to however small it is: an empty table shrinks very much.
const small = 16 << 20

// maxName is how many bytes the name of a file has at most, with its folders.
const maxName = 1000

// Package is what was handed in. It is good as long as what it was opened from is.
type Package struct {
	// Files are in the order of their names.
	Files []File
	// Left are names of what no one means to hand in, such as what a computer keeps for itself in each folder.
	Left []string
}

// File is a file of a package.
type File struct {
	Name string // with its folders, separated by /
	Size int64
	open func() (io.ReadCloser, error)
}

// NewFile is a file that lies beside a package, such as an index that was sent by itself.
func NewFile(name string, size int64, open func() (io.ReadCloser, error)) File {
	return File{Name: name, Size: size, open: open}
}

// Open gives its bytes; reading more than Size of them fails.
func (f File) Open() (io.ReadCloser, error) {
	r, err := f.open()
	if err != nil {
		return nil, err
	}
	return &bounded{r, f.Name, f.Size}, nil
}

// bounded fails where a file is longer than it said.
type bounded struct {
	io.ReadCloser
	name string
	left int64
}

func (b *bounded) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if b.left -= int64(n); b.left < 0 {
		return 0, refuse(Broken, "name", b.name)
	}
	return n, err
}

// Find is the file that somebody calls so: by its name with the folders, or by that alone where one file only
// has it; letters may be large or small, and / written \. several says that more than one is called so.
func (p *Package) Find(name string) (f File, several, found bool) {
	wanted, ok := cleaned(name)
	if !ok {
		return File{}, false, false
	}
	for _, alike := range []func(name string) bool{
		func(name string) bool { return name == wanted },
		func(name string) bool { return strings.EqualFold(name, wanted) },
		func(name string) bool {
			return strings.EqualFold(path.Base(name), wanted) || hasFolded(name, "/"+wanted)
		},
	} {
		var all []File
		for _, one := range p.Files {
			if alike(one.Name) {
				all = append(all, one)
			}
		}
		if len(all) > 0 {
			return all[0], len(all) > 1, len(all) == 1
		}
	}
	return File{}, false, false
}

func hasFolded(name, end string) bool {
	return len(name) > len(end) && strings.EqualFold(name[len(name)-len(end):], end)
}

// Index is the workbook that says what the files are: the one .xlsx outside of any folder, or the one of them that
// is called 索引, 目錄 or index. A package may lie in one folder of its own.
func (p *Package) Index() (File, bool) {
	within := ""
	if first, _, ok := strings.Cut(p.first(), "/"); ok && !slices.ContainsFunc(p.Files, func(f File) bool { return !strings.HasPrefix(f.Name, first+"/") }) {
		within = first + "/"
	}
	var all, named []File
	for _, f := range p.Files {
		name := strings.TrimPrefix(f.Name, within)
		if strings.Contains(name, "/") || !strings.EqualFold(path.Ext(name), ".xlsx") {
			continue
		}
		all = append(all, f)
		if folded := strings.ToLower(name); strings.Contains(folded, "索引") || strings.Contains(folded, "目錄") || strings.Contains(folded, "index") {
			named = append(named, f)
		}
	}
	switch {
	case len(named) == 1:
		return named[0], true
	case len(all) == 1:
		return all[0], true
	}
	return File{}, false
}

func (p *Package) first() string {
	if len(p.Files) == 0 {
		return ""
	}
	return p.Files[0].Name
}

// cleaned is a name as it is compared; not ok is one that leads out of the package, or none.
func cleaned(name string) (string, bool) {
	name = norm.NFC.String(strings.ReplaceAll(strings.TrimSpace(name), `\`, "/"))
	name = strings.TrimPrefix(name, "./")
	switch {
	case name == "" || len(name) > maxName || strings.HasPrefix(name, "/") || len(name) > 1 && name[1] == ':':
		return "", false
	case strings.ContainsFunc(name, func(r rune) bool {
		return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == unicode.ReplacementChar
	}):
		return "", false
	}
	for part := range strings.SplitSeq(name, "/") {
		if part == "" || part == "." || part == ".." {
			return "", false
		}
	}
	return name, true
}

// kept says whether a file is one that a computer keeps for itself.
func kept(name string) bool {
	base := path.Base(name)
	return strings.HasPrefix(name, "__MACOSX/") || strings.HasPrefix(base, "._") || strings.HasPrefix(base, "~$") ||
		slices.ContainsFunc([]string{".DS_Store", "Thumbs.db", "desktop.ini"}, func(one string) bool { return strings.EqualFold(base, one) })
}

// gather puts files together, each held to the limits.
type gather struct {
	out   Package
	l     Limits
	total int64
	names map[string]bool
}

func (g *gather) add(f File) error {
	name, ok := cleaned(f.Name)
	if !ok {
		return refuse(Name, "name", shown(f.Name))
	}
	if f.Name = name; kept(name) {
		g.out.Left = append(g.out.Left, name)
		return nil
	}
	switch {
	case g.names[strings.ToLower(name)]:
		return refuse(Twice, "name", shown(name))
	case len(g.out.Files) >= g.l.Files:
		return refuse(TooMany, "max", count(int64(g.l.Files)))
	case f.Size < 0 || f.Size > g.l.File:
		return refuse(FileTooLarge, "name", shown(name), "max", megabytes(g.l.File))
	case f.Size > g.l.Unpacked-g.total:
		return refuse(Bomb, "max", megabytes(g.l.Unpacked))
	}
	g.names[strings.ToLower(name)] = true
	g.total += f.Size
	g.out.Files = append(g.out.Files, f)
	return nil
}

func (g *gather) whole() (*Package, error) {
	if len(g.out.Files) == 0 {
		return nil, refuse(Empty)
	}
	slices.SortFunc(g.out.Files, func(a, b File) int { return strings.Compare(a.Name, b.Name) })
	return &g.out, nil
}
