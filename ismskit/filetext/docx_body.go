package filetext

import "strings"

// wordParagraph is one that is being read.
type wordParagraph struct {
	text            strings.Builder
	style           string
	list            string
	level           int
	listed, leveled bool
	tables          int // within which it stands
}

// wordTable is one that is being read.
type wordTable struct {
	cells []string
	cell  *strings.Builder // nil between cells
}

// wordBody reads the paragraphs and tables of a Word document.
type wordBody struct {
	z          *zipFile
	numbers    *wordNumbers
	paragraphs []*wordParagraph
	tables     []*wordTable
	text, run  int
	blocks     []bool // of the content controls that are open: whether it is a table of contents
	contents   int
}

func (z *zipFile) docxBody() error {
	numbers, err := z.wordNumbers()
	if err != nil {
		return err
	}
	b := &wordBody{z: z, numbers: numbers}
	for _, kind := range []string{"document", "footnotes", "endnotes"} {
		parts, err := z.wordParts(kind)
		if err != nil {
			return err
		}
		for _, name := range parts {
			if err := z.walk(name, visitor{skip: b.left, begin: b.begin, end: b.end, text: b.words}); err != nil {
				return err
			}
		}
	}
	for kind, what := range map[string]string{"header": LeftHeaders, "footer": LeftHeaders, "comments": LeftComments} {
		parts, err := z.wordParts(kind)
		if err != nil {
			return err
		}
		if err := z.leaveParts(what, parts, "", "t"); err != nil {
			return err
		}
	}
	return nil
}

// left is wordLeft, and notes what tracked changes took away.
func (b *wordBody) left(name string) bool {
	if name == "del" || name == "moveFrom" {
		b.z.j.leave(LeftDeleted)
	}
	return wordLeft(name)
}

// wordLeft is what is left out: what was struck out or moved away, what is said twice, and
// how something was before.
func wordLeft(name string) bool {
	switch name {
	case "Fallback", "del", "moveFrom", "pPrChange", "rPrChange", "sectPr", "rt":
		return true
	}
	return false
}

func (b *wordBody) paragraph() *wordParagraph {
	if n := len(b.paragraphs); n > 0 {
		return b.paragraphs[n-1]
	}
	return nil
}

func (b *wordBody) begin(e element) error {
	p := b.paragraph()
	switch e.name {
	case "ins", "moveTo":
		b.z.j.leave(LeftInserted)
	case "vanish", "webHidden":
		if b.run > 0 && wordTrue(e.attr("val")) {
			b.z.j.leave(LeftHidden)
		}
	case "p":
		b.paragraphs = append(b.paragraphs, &wordParagraph{tables: len(b.tables)})
	case "tbl":
		b.tables = append(b.tables, &wordTable{})
	case "tc":
		if n := len(b.tables); n > 0 {
			b.tables[n-1].cell = &strings.Builder{}
		}
	case "sdt":
		b.blocks = append(b.blocks, false)
	case "docPartGallery":
		if n := len(b.blocks); n > 0 && !b.blocks[n-1] && e.attr("val") == "Table of Contents" {
			b.blocks[n-1] = true
			b.contents++
		}
	case "t":
		b.text++
	case "r":
		b.run++
	}
	if p == nil {
		return nil
	}
	switch e.name {
	case "pStyle":
		p.style = e.attr("val")
	case "numId":
		p.list, p.listed = e.attr("val"), true
	case "ilvl":
		p.level, p.leveled = levelNumber(e.attr("val")), true
	case "tab", "ptab":
		if b.run > 0 { // elsewhere it sets a stop
			return b.write(" ")
		}
	case "br", "cr":
		return b.write("\n")
	case "noBreakHyphen":
		return b.write("-")
	}
	return nil
}

func (b *wordBody) end(name string) error {
	switch name {
	case "t":
		b.text = max(0, b.text-1)
	case "r":
		b.run = max(0, b.run-1)
	case "sdt":
		if n := len(b.blocks); n > 0 {
			if b.blocks[n-1] {
				b.contents--
			}
			b.blocks = b.blocks[:n-1]
		}
	case "p":
		if n := len(b.paragraphs); n > 0 {
			p := b.paragraphs[n-1]
			b.paragraphs = b.paragraphs[:n-1]
			return b.done(p)
		}
	case "tc":
		if n := len(b.tables); n > 0 && b.tables[n-1].cell != nil {
			t := b.tables[n-1]
			t.cells, t.cell = append(t.cells, t.cell.String()), nil
		}
	case "tr":
		if n := len(b.tables); n > 0 {
			cells := b.tables[n-1].cells
			b.tables[n-1].cells = nil
			return b.row(cells)
		}
	case "tbl":
		if n := len(b.tables); n > 0 {
			b.tables = b.tables[:n-1]
		}
	}
	return nil
}

func (b *wordBody) words(s string) error {
	if b.text > 0 && len(b.paragraphs) > 0 {
		return b.write(s)
	}
	return nil
}

// write adds to the paragraph; beyond what is read of the whole nothing is kept.
func (b *wordBody) write(s string) error {
	if p := b.paragraph(); p != nil && p.text.Len() <= b.z.j.limits.Text {
		p.text.WriteString(s)
	}
	return b.z.j.step()
}

// done is called at the end of a paragraph.
func (b *wordBody) done(p *wordParagraph) error {
	number := b.numbers.number(p)
	text := p.text.String()
	if strings.TrimSpace(text) == "" {
		return nil
	}
	if b.contents > 0 || b.numbers.contents(p.style) {
		b.z.j.leave(LeftContents)
		return nil
	}
	if number != "" {
		text = number + " " + text
	}
	return b.z.j.block(p.tables, b.cell(), text)
}

// cell is the one that is being read.
func (b *wordBody) cell() *strings.Builder {
	if n := len(b.tables); n > 0 {
		return b.tables[n-1].cell
	}
	return nil
}

// block adds a paragraph to the cell that it stands in, or else its lines to the body.
func (j *job) block(tables int, cell *strings.Builder, text string) error {
	if tables > 0 && cell != nil {
		if cell.Len() <= j.limits.Text {
			cell.WriteString(text + "\n")
		}
		return nil
	}
	for line := range strings.SplitSeq(text, "\n") {
		if err := j.line(line); err != nil {
			return err
		}
	}
	return nil
}

// row adds a row: to the cell of the table in which its own stands, else to the body. One of a
// single cell is a frame around paragraphs.
func (b *wordBody) row(cells []string) error {
	return b.z.j.tableRow(len(b.tables)-1, b.outer(), cells)
}

func (b *wordBody) outer() *strings.Builder {
	if n := len(b.tables); n > 1 {
		return b.tables[n-2].cell
	}
	return nil
}

func (j *job) tableRow(outside int, outer *strings.Builder, cells []string) error {
	switch {
	case outside > 0 && outer != nil:
		return j.block(outside, outer, strings.Join(cells, " "))
	case len(cells) == 1:
		return j.block(0, nil, cells[0])
	}
	return j.row(cells)
}
