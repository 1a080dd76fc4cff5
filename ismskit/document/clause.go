package document

import (
	"maps"
	"slices"
	"strings"
)

// Tree is a text read into its clauses. Trees are not changed once made and may
// be shared.
type Tree struct {
	Title    []Span
	Preamble []Block // what stands before the first clause
	Chapters []*Clause

	byAddress map[string]*Clause
}

// Depth is how deep a clause lies: 壹, then 一、, then (一), then 1., then (1).
type Depth int

// The depths of a procedure's clauses.
const (
	Chapter  Depth = 1 // 壹、
	Section  Depth = 2 // 一、
	Item     Depth = 3 // (一)
	Point    Depth = 4 // 1.
	SubPoint Depth = 5 // (1)
)

// Clause is one numbered part of a text with what stands in it.
type Clause struct {
	Depth   Depth
	Number  string // 壹, 一, (一), 1, (1)
	Address string // 陸三(四)2: the numbers on the way to it
	Anchor  string // fragment for a link: c-6-3-4-2
	// Heading is the clause's title. A numbered line that is no sentence counts as
	// one (「(一) 網路服務之管理」).
	Heading  []Span
	Blocks   []Block
	Children []*Clause
	Line     int // of the source, counted from 1
}

// BlockKind tells what a Block holds.
type BlockKind string

// The kinds of block.
const (
	Paragraph  BlockKind = "paragraph"  // Text
	BulletList BlockKind = "list"       // Items
	Subheading BlockKind = "subheading" // Text
	TableBlock BlockKind = "table"      // Head, Rows
)

// Block is a paragraph, list, unnumbered heading or table.
type Block struct {
	Kind  BlockKind
	Text  []Span
	Items [][]Span
	Head  [][]Span
	Rows  [][][]Span
}

// Span is a run of text. Text is plain; a template escapes it.
type Span struct {
	Text string
	Bold bool
}

// Plain returns the text of spans without their looks.
func Plain(spans []Span) string {
	var b strings.Builder
	for _, s := range spans {
		b.WriteString(s.Text)
	}
	return b.String()
}

// Find returns the clause at an address such as 陸三(四)2. Full-width brackets and
// digits, blanks, 、 and . may be written or left out, and a table belongs to the
// clause it stands in.
func (t Tree) Find(address string) (*Clause, bool) {
	c, ok := t.byAddress[plainAddress(address)]
	return c, ok
}

// FindPart is which of some parts is the clause at an address, written as for Tree.Find; -1 for none.
func FindPart(parts []Part, address string) int {
	plain := plainAddress(address)
	return slices.IndexFunc(parts, func(p Part) bool { return plain != "" && plainAddress(p.Address) == plain })
}

// Addresses returns every address in the order of the text.
func (t Tree) Addresses() []string {
	var all []string
	t.Walk(func(c *Clause) { all = append(all, c.Address) })
	return all
}

// Walk visits every clause in the order of the text.
func (t Tree) Walk(visit func(*Clause)) {
	var walk func([]*Clause)
	walk = func(clauses []*Clause) {
		for _, c := range clauses {
			visit(c)
			walk(c.Children)
		}
	}
	walk(t.Chapters)
}

// Text returns the words of a clause with all beneath it, a line a block, for
// search and comparison.
func (c *Clause) Text() string { return textOf(c.Heading, c.Blocks, c.Children) }

// Text returns all words of a text so, what stands before its first clause included.
func (t Tree) Text() string { return textOf(t.Title, t.Preamble, t.Chapters) }

func textOf(heading []Span, blocks []Block, beneath []*Clause) string {
	lines := []string{Plain(heading)}
	for _, b := range blocks {
		lines = append(lines, Plain(b.Text))
		for _, cells := range slices.Concat([][][]Span{b.Items, b.Head}, b.Rows) {
			row := make([]string, len(cells))
			for i, cell := range cells {
				row[i] = Plain(cell)
			}
			lines = append(lines, strings.Join(row, " "))
		}
	}
	for _, child := range beneath {
		lines = append(lines, child.Text())
	}
	return strings.Join(slices.DeleteFunc(lines, func(s string) bool { return s == "" }), "\n")
}

// With returns the tree with its parameters filled in: {{agency}} becomes the
// value of "agency". A value is text, never markup. A parameter without a value
// stays as it is written; Parameters names them.
func (t Tree) With(values map[string]string) Tree {
	if len(values) == 0 {
		return t
	}
	var pairs []string
	for _, name := range slices.Sorted(maps.Keys(values)) {
		pairs = append(pairs, "{{"+name+"}}", values[name])
	}
	fill := filler{strings.NewReplacer(pairs...)}
	out := Tree{Title: fill.spans(t.Title), Preamble: fill.blocks(t.Preamble), byAddress: map[string]*Clause{}}
	out.Chapters = fill.clauses(t.Chapters, out.byAddress)
	return out
}

type filler struct{ r *strings.Replacer }

func (f filler) spans(in []Span) []Span {
	out := make([]Span, len(in))
	for i, s := range in {
		out[i] = Span{f.r.Replace(s.Text), s.Bold}
	}
	return out
}

func (f filler) cells(in [][]Span) [][]Span {
	out := make([][]Span, len(in))
	for i, cell := range in {
		out[i] = f.spans(cell)
	}
	return out
}

func (f filler) blocks(in []Block) []Block {
	out := make([]Block, len(in))
	for i, b := range in {
		out[i] = Block{Kind: b.Kind, Text: f.spans(b.Text), Items: f.cells(b.Items), Head: f.cells(b.Head)}
		for _, row := range b.Rows {
			out[i].Rows = append(out[i].Rows, f.cells(row))
		}
	}
	return out
}

func (f filler) clauses(in []*Clause, byAddress map[string]*Clause) []*Clause {
	out := make([]*Clause, len(in))
	for i, c := range in {
		filled := *c
		filled.Heading, filled.Blocks = f.spans(c.Heading), f.blocks(c.Blocks)
		filled.Children = f.clauses(c.Children, byAddress)
		out[i] = &filled
		byAddress[plainAddress(c.Address)] = &filled
	}
	return out
}

// Parameters returns the names of the parameters that occur in a text, sorted.
func Parameters(markdown []byte) []string {
	var names []string
	for rest := string(markdown); ; {
		_, after, found := strings.Cut(rest, "{{")
		if !found {
			break
		}
		name, next, closed := strings.Cut(after, "}}")
		if !closed {
			break
		}
		if isName(name) {
			names = append(names, name)
			rest = next
		} else {
			rest = after
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func isName(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool { return r != '_' && (r < 'a' || r > 'z') && (r < '0' || r > '9') })
}
