package document

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Part is a clause with its own words, without those beneath it, or a paragraph of a text
// without clauses.
type Part struct {
	Address string // 陸三(四)2; "" for what stands before the first clause
	Text    string
}

// Parts are the clauses of a text, in its order, each with its own words alone, after the
// title and what stands before them. A text that has none that can be told apart is taken
// paragraph by paragraph.
func Parts(text []byte) []Part {
	_, body, err := ParseMeta(text)
	if err != nil {
		body = text
	}
	tree, err := Clauses(body)
	if err != nil || len(tree.Chapters) == 0 {
		return paragraphs(string(body))
	}
	var out []Part
	add := func(address string, own Clause) {
		if s := own.Text(); s != "" {
			out = append(out, Part{address, s})
		}
	}
	add("", Clause{Heading: tree.Title})
	for _, block := range tree.Preamble {
		add("", Clause{Blocks: []Block{block}})
	}
	tree.Walk(func(c *Clause) { add(c.Address, Clause{Heading: c.Heading, Blocks: c.Blocks}) })
	return out
}

func paragraphs(text string) []Part {
	var out []Part
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, Part{Text: line})
		}
	}
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
// that only got another number because one before it came or went is Renumbered.
func Compare(before, after []Part) []Difference {
	var out []Difference
	i, j := 0, 0
	for _, pair := range common(len(before), len(after), func(i, j int) bool { return before[i].Text == after[j].Text }) {
		out = append(out, between(before[i:pair[0]], after[j:pair[1]])...)
		was, is := before[pair[0]], after[pair[1]]
		if was.Address != is.Address {
			out = append(out, Difference{Renumbered, was, is})
		}
		i, j = pair[0]+1, pair[1]+1
	}
	return append(out, between(before[i:], after[j:])...)
}

// between compares what stands between two clauses that both texts have. One of the same
// number was changed, and so was one of another number with much the same words.
func between(before, after []Part) []Difference {
	partner := make([]int, len(after)) // the old one's place, counted from 1
	taken := make([]bool, len(before))
	for _, alike := range []func(a, b Part) bool{
		func(a, b Part) bool { return a.Address != "" && a.Address == b.Address },
		func(a, b Part) bool { return similar(a.Text, b.Text) },
	} {
		for j, is := range after {
			if partner[j] > 0 {
				continue
			}
			for i, was := range before {
				if !taken[i] && alike(was, is) {
					partner[j], taken[i] = i+1, true
					break
				}
			}
		}
	}
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

// similar says whether two texts share at least half of their words.
func similar(a, b string) bool {
	x, y := words(a), words(b)
	if len(x) == 0 || len(y) == 0 || len(x)*len(y) > mostMarked {
		return false
	}
	return 2*len(common(len(x), len(y), func(i, j int) bool { return x[i] == y[j] })) >= max(len(x), len(y))
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
	for _, pair := range common(len(x), len(y), func(i, j int) bool { return x[i] == y[j] }) {
		inX[pair[0]], inY[pair[1]] = true, true
	}
	return runs(x, inX, true), runs(y, inY, true)
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

// common are the places of a longest list that two lists have in common.
func common(n, m int, same func(i, j int) bool) [][2]int {
	start := 0
	for start < n && start < m && same(start, start) {
		start++
	}
	end := 0
	for start+end < n && start+end < m && same(n-1-end, m-1-end) {
		end++
	}
	rows, columns := n-start-end, m-start-end
	length := make([][]int32, rows+1)
	for i := range length {
		length[i] = make([]int32, columns+1)
	}
	for i := rows - 1; i >= 0; i-- {
		for j := columns - 1; j >= 0; j-- {
			if same(start+i, start+j) {
				length[i][j] = length[i+1][j+1] + 1
			} else {
				length[i][j] = max(length[i+1][j], length[i][j+1])
			}
		}
	}
	var out [][2]int
	for i := range start {
		out = append(out, [2]int{i, i})
	}
	for i, j := 0, 0; i < rows && j < columns; {
		switch {
		case same(start+i, start+j):
			out = append(out, [2]int{start + i, start + j})
			i, j = i+1, j+1
		case length[i+1][j] >= length[i][j+1]:
			i++
		default:
			j++
		}
	}
	for i := end; i > 0; i-- {
		out = append(out, [2]int{n - i, m - i})
	}
	return slices.Clip(out)
}
