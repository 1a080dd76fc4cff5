package document

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// ClauseError says at which line a text cannot be read, and why: "too_large",
// "encoding", "duplicate" (an address used twice; Text names it) or "orphan" (a
// clause outside any chapter).
type ClauseError struct {
	Line int
	Code string
	Text string
}

// Error names line and reason.
func (e *ClauseError) Error() string {
	return fmt.Sprintf("document: line %d: %s %s", e.Line, e.Code, e.Text)
}

// MaxMarkdown is the most bytes Clauses reads.
const MaxMarkdown = 2 << 20

// Clauses reads limited Markdown into its clauses: headings, paragraphs, bullet
// lists, tables and **bold**; anything else is plain text. A line or heading that
// begins with 壹、 一、 (一) 1. or (1) opens a clause; what follows belongs to it
// until the next one. Every address occurs once.
func Clauses(markdown []byte) (Tree, error) {
	if len(markdown) > MaxMarkdown {
		return Tree{}, &ClauseError{Line: 1, Code: "too_large"}
	}
	if !utf8.Valid(markdown) || bytes.IndexByte(markdown, 0) >= 0 {
		return Tree{}, &ClauseError{Line: 1, Code: "encoding"}
	}
	p := parser{tree: Tree{byAddress: map[string]*Clause{}}, anchors: map[string]bool{}}
	lines := strings.Split(strings.ReplaceAll(string(markdown), "\r\n", "\n"), "\n")
	for i := 0; i < len(lines); i++ {
		used, err := p.line(lines[i:], i+1)
		if err != nil {
			return Tree{}, err
		}
		i += used - 1
	}
	return p.tree, nil
}

// parser keeps the clauses that are open, outermost first.
type parser struct {
	tree Tree
	open []*Clause
	// joins says that the last line may go on in the next one.
	joins bool
	// anchors in use: 十一 and 一十一 are two addresses, but one place.
	anchors map[string]bool
}

// line reads the first of the lines left, and those that belong to it; it
// returns how many it has used.
func (p *parser) line(lines []string, number int) (int, error) {
	line := strings.TrimSpace(lines[0])
	if line == "" || isRule(line) {
		p.joins = false
		return 1, nil
	}
	if n := tableLines(lines); n > 0 {
		p.add(tableBlock(lines[:n]))
		return n, nil
	}
	hashes, text := heading(line)
	bullet := false
	if hashes == 0 {
		text, bullet = bulletText(line)
	}
	depth, mark, rest := opening(text)
	switch {
	case depth == Point && len(p.open) == 0, depth == SubPoint && len(p.open) == 0:
		p.paragraph(text) // a numbered list before the first chapter is only text
	case depth > 0:
		return 1, p.clause(depth, mark, rest, hashes > 0, number)
	case hashes == 1 && len(p.tree.Title) == 0 && len(p.open) == 0:
		p.tree.Title = inline(text)
	case hashes > 0:
		p.add(Block{Kind: Subheading, Text: inline(text)})
	case bullet:
		p.item(text)
	default:
		p.paragraph(text)
	}
	return 1, nil
}

func (p *parser) clause(depth Depth, mark, rest string, headed bool, line int) error {
	for len(p.open) > 0 && p.open[len(p.open)-1].Depth >= depth {
		p.open = p.open[:len(p.open)-1]
	}
	if len(p.open) == 0 && depth != Chapter {
		return &ClauseError{Line: line, Code: "orphan", Text: mark}
	}
	c := &Clause{Depth: depth, Number: mark, Address: mark, Anchor: "c-" + anchorPart(mark), Line: line}
	siblings := &p.tree.Chapters
	if len(p.open) > 0 {
		parent := p.open[len(p.open)-1]
		c.Address, c.Anchor = parent.Address+mark, parent.Anchor+"-"+anchorPart(mark)
		siblings = &parent.Children
	}
	if p.anchors[c.Anchor] {
		return &ClauseError{Line: line, Code: "duplicate", Text: c.Address}
	}
	*siblings = append(*siblings, c)
	p.tree.byAddress[plainAddress(c.Address)], p.anchors[c.Anchor] = c, true
	p.open = append(p.open, c)
	p.joins = false
	switch {
	case rest == "":
	case headed || !isSentence(rest):
		c.Heading = inline(rest)
	default:
		c.Blocks = []Block{{Kind: Paragraph, Text: inline(rest)}}
		p.joins = true
	}
	return nil
}

// anchorPart is 4 for (四) and p2 for (2), which must not meet the point 2.
func anchorPart(mark string) string {
	inner := strings.Trim(mark, "()")
	n := strconv.Itoa(numberValue(inner))
	if inner != mark && inner[0] < utf8.RuneSelf {
		return "p" + n
	}
	return n
}

// isSentence tells a numbered sentence from a numbered heading.
func isSentence(s string) bool { return strings.ContainsAny(s, "。；：，") }

func (p *parser) blocks() *[]Block {
	if len(p.open) == 0 {
		return &p.tree.Preamble
	}
	return &p.open[len(p.open)-1].Blocks
}

func (p *parser) add(b Block) {
	blocks := p.blocks()
	*blocks = append(*blocks, b)
	p.joins = false
}

// paragraph adds text to the paragraph or list item before it, unless an empty
// line lies between.
func (p *parser) paragraph(text string) {
	blocks := *p.blocks()
	if !p.joins || len(blocks) == 0 {
		p.add(Block{Kind: Paragraph, Text: inline(text)})
		p.joins = true
		return
	}
	last := &blocks[len(blocks)-1]
	if n := len(last.Items); n > 0 {
		last.Items[n-1] = join(last.Items[n-1], inline(text))
		return
	}
	last.Text = join(last.Text, inline(text))
}

func (p *parser) item(text string) {
	blocks := *p.blocks()
	if n := len(blocks); n > 0 && blocks[n-1].Kind == BulletList {
		blocks[n-1].Items = append(blocks[n-1].Items, inline(text))
	} else {
		p.add(Block{Kind: BulletList, Items: [][]Span{inline(text)}})
	}
	p.joins = true
}
