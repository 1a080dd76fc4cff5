package document

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Part is a clause with its own words, without those beneath it, or a paragraph of a text
// without clauses, or a row of a workbook.
type Part struct {
	Address string // 陸三(四)2; "" for what stands before the first clause; of a row its sheet
	Row     int    // of the sheet, counted from 1; 0 where it is none
	Text    string
}

// Parts are the clauses of a text, in its order, each with its own words alone, after the
// title and what stands before them. A text that is not written as Clauses reads it is taken
// as Lines does.
func Parts(text []byte) []Part {
	_, body, err := ParseMeta(text)
	if err != nil {
		body = text
	}
	tree, err := Clauses(body)
	if err != nil || len(tree.Chapters) == 0 {
		return Lines(markdownLines(string(body)))
	}
	var out []Part
	add := func(address string, own Clause) {
		if s := own.Text(); s != "" {
			out = append(out, Part{Address: address, Text: s})
		}
	}
	add("", Clause{Heading: tree.Title})
	for _, block := range tree.Preamble {
		add("", Clause{Blocks: []Block{block}})
	}
	tree.Walk(func(c *Clause) { add(c.Address, Clause{Heading: c.Heading, Blocks: c.Blocks}) })
	return out
}

// Kind of a Difference.
type Kind string

// What became of a clause.
const (
	Added      Kind = "added"
	Removed    Kind = "removed"
	Changed    Kind = "changed"
	Renumbered Kind = "renumbered" // its words are the same
)

// Difference is one clause that two texts do not have alike.
type Difference struct {
	Kind Kind
	// Old and New are what it was and is; the zero Part where it was added or removed.
	Old, New Part
}

// Address is that of the new text, or of the old one where the clause was removed.
func (d Difference) Address() string {
	if d.Kind == Removed {
		return d.Old.Address
	}
	return d.New.Address
}

// Compare tells two texts apart, clause by clause, in the order of the new one. A clause
// that only got another number because one before it came or went is Renumbered; a row of a
// workbook that did is the same. Spaces and line breaks count only between words that are
// written with spaces. The work is bounded: of texts with very many clauses those are the
// same that both have once, and what lies between is paired by number alone once likeness
// has cost enough.
func Compare(before, after []Part) []Difference {
	c := comparing{ids: map[string]int32{}, left: mostLikened}
	x, y := c.folded(before), c.folded(after)
	var out []Difference
	i, j := 0, 0
	for _, pair := range common(x, y, mostPaired) {
		out = append(out, c.between(before[i:pair[0]], after[j:pair[1]])...)
		was, is := before[pair[0]], after[pair[1]]
		if was.Address != is.Address && is.Row == 0 {
			out = append(out, Difference{Renumbered, was, is})
		}
		i, j = pair[0]+1, pair[1]+1
	}
	return append(out, c.between(before[i:], after[j:])...)
}

const (
	mostPaired  = 4_000_000   // clauses by clauses that are compared each with each
	mostLikened = 100_000_000 // words by words that are compared for likeness
)

// comparing is the comparison of two texts.
type comparing struct {
	ids  map[string]int32 // of words, and of whole clauses
	left int              // words by words that may still be compared
}

func (c *comparing) id(s string) int32 {
	n, ok := c.ids[s]
	if !ok {
		n = int32(len(c.ids))
		c.ids[s] = n
	}
	return n
}

// folded are parts by what they say, without the spaces that make no difference.
func (c *comparing) folded(parts []Part) []int32 {
	out := make([]int32, len(parts))
	for i, p := range parts {
		out[i] = c.id("\x00" + unspaced(p.Text)) // no word begins so
	}
	return out
}

// unspaced leaves one space between words that are written with spaces, and none elsewhere.
func unspaced(s string) string {
	var b strings.Builder
	last, space := ' ', false
	for _, r := range s {
		if unicode.IsSpace(r) {
			space = true
			continue
		}
		if space && writtenApart(last) && writtenApart(r) {
			b.WriteByte(' ')
		}
		space, last = false, r
		b.WriteRune(r)
	}
	return b.String()
}

// writtenApart says whether a letter is of a writing with spaces between words.
func writtenApart(r rune) bool { return r < 0x2E80 && (unicode.IsLetter(r) || unicode.IsDigit(r)) }

// between compares what stands between two clauses that both texts have. One of the same
// number was changed, and so was one of another number with much the same words. Of rows it
// is the words first, as each has another number after one that came.
func (c *comparing) between(before, after []Part) []Difference {
	if len(before) == 0 && len(after) == 0 {
		return nil
	}
	partner := make([]int, len(after)) // the old one's place, counted from 1
	taken := make([]bool, len(before))
	c.byNumber(before, after, partner, taken, func(p Part) bool { return p.Address != "" && p.Row == 0 })
	c.byWords(before, after, partner, taken)
	c.byNumber(before, after, partner, taken, func(p Part) bool { return p.Row > 0 })
	var out []Difference
	told := 0
	removed := func(upTo int) {
		for ; told < upTo; told++ {
			if !taken[told] {
				out = append(out, Difference{Kind: Removed, Old: before[told]})
			}
		}
	}
	for j, is := range after {
		if partner[j] == 0 {
			out = append(out, Difference{Kind: Added, New: is})
			continue
		}
		removed(partner[j] - 1)
		out = append(out, Difference{Changed, before[partner[j]-1], is})
	}
	removed(len(before))
	return out
}

type place struct {
	address string
	row     int
}

// byNumber pairs those parts of a kind that have the same number, in their order.
func (c *comparing) byNumber(before, after []Part, partner []int, taken []bool, of func(Part) bool) {
	at := map[place][]int{}
	for i, p := range before {
		if !taken[i] && of(p) {
			at[place{p.Address, p.Row}] = append(at[place{p.Address, p.Row}], i)
		}
	}
	for j, p := range after {
		free := at[place{p.Address, p.Row}]
		if partner[j] > 0 || len(free) == 0 || !of(p) {
			continue
		}
		partner[j], taken[free[0]] = free[0]+1, true
		at[place{p.Address, p.Row}] = free[1:]
	}
}

// byWords pairs what is left where it says much the same.
func (c *comparing) byWords(before, after []Part, partner []int, taken []bool) {
	words := make([][]int32, len(before))
	for j, is := range after {
		if partner[j] > 0 {
			continue
		}
		own := c.words(is.Text)
		for i, was := range before {
			if c.left--; c.left <= 0 {
				return
			}
			if taken[i] {
				continue
			}
			if words[i] == nil {
				words[i] = c.words(was.Text)
			}
			if c.similar(words[i], own) {
				partner[j], taken[i] = i+1, true
				break
			}
		}
	}
}

func (c *comparing) words(s string) []int32 {
	out := []int32{}
	for _, w := range words(unspaced(s)) {
		out = append(out, c.id(w))
	}
	return out
}

// similar says whether two texts share at least half of their words.
func (c *comparing) similar(x, y []int32) bool {
	most := max(len(x), len(y))
	if len(x) == 0 || len(y) == 0 || 2*min(len(x), len(y)) < most || len(x)*len(y) > mostMarked {
		return false
	}
	c.left -= len(x) * len(y)
	above, row := make([]int32, len(y)+1), make([]int32, len(y)+1)
	for i := range x {
		for j := range y {
			if x[i] == y[j] {
				row[j+1] = above[j] + 1
			} else {
				row[j+1] = max(above[j+1], row[j])
			}
		}
		above, row = row, above
	}
	return 2*int(above[len(y)]) >= most
}

// Run is a piece of a clause beside the other text's: it has the same, or it alone has it.
type Run struct {
	Text string
	Own  bool
}

// mostMarked is the largest comparison, in words by words, in which words are marked.
const mostMarked = 16_000_000

// Words marks what of two clauses the other one has not: characters of Chinese, and words
// of what is written with spaces. Where they are too long for that nothing is marked.
func Words(before, after string) (was, is []Run) {
	x, y := words(before), words(after)
	if before == "" || after == "" {
		return runs(x, nil, false), runs(y, nil, false)
	}
	if len(x)*len(y) > mostMarked {
		return []Run{{Text: before}}, []Run{{Text: after}}
	}
	inX, inY := make([]bool, len(x)), make([]bool, len(y))
	c := comparing{ids: map[string]int32{}}
	for _, pair := range common(c.all(x), c.all(y), mostMarked) {
		inX[pair[0]], inY[pair[1]] = true, true
	}
	return runs(x, inX, true), runs(y, inY, true)
}

// all are words by their numbers.
func (c *comparing) all(words []string) []int32 {
	out := make([]int32, len(words))
	for i, w := range words {
		out[i] = c.id(w)
	}
	return out
}

func runs(list []string, shared []bool, marked bool) []Run {
	var out []Run
	for i, w := range list {
		own := marked && !shared[i]
		if n := len(out); n > 0 && out[n-1].Own == own {
			out[n-1].Text += w
			continue
		}
		out = append(out, Run{w, own})
	}
	return out
}

// words splits a text so that joining it gives it again.
func words(s string) []string {
	var out []string
	for s != "" {
		n := 0
		for i, r := range s {
			if r >= 0x2E80 || !unicode.IsLetter(r) && !unicode.IsDigit(r) {
				if n = i; i == 0 {
					n = utf8.RuneLen(r)
				}
				break
			}
			n = i + utf8.RuneLen(r)
		}
		if n <= 0 { // no text in Unicode
			n = 1
		}
		out, s = append(out, s[:n]), s[n:]
	}
	return out
}
