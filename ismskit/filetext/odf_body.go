package filetext

import (
	"strings"
)

// odfBody reads the paragraphs and tables of an ODF text.
type odfBody struct {
	j          *job
	numbers    *odfNumbers
	lists      []odfList
	asides     [][]odfList // lists outside of the cell or note that is open
	paragraphs []*wordParagraph
	numbersOf  []string
	tables     []*wordTable
}

func (z *zipFile) odtBody() error {
	n := &odfNumbers{lists: map[string]*[maxLevels]numberLevel{}, styles: map[string]odfStyle{}, byStyle: map[string]*counter{}, byList: map[string]*counter{}}
	for _, part := range []string{"styles.xml", "content.xml"} {
		if z.part(part) != nil {
			if err := n.read(z, part); err != nil {
				return err
			}
		}
	}
	b := &odfBody{j: z.j, numbers: n}
	if z.part("styles.xml") != nil {
		for _, within := range []string{"header", "footer"} {
			if err := z.leaveParts(LeftHeaders, []string{"styles.xml"}, within, "p"); err != nil {
				return err
			}
		}
	}
	return z.walk("content.xml", visitor{skip: z.j.odfLeft, begin: b.begin, end: b.end, text: b.words})
}

// odfLeft is what is left out: what was struck out, tables of contents, comments, and styles.
func (j *job) odfLeft(name string) bool {
	switch name {
	case "annotation":
		j.leave(LeftComments)
	case "tracked-changes":
		j.leave(LeftDeleted)
		j.leave(LeftInserted)
	case "table-of-content", "illustration-index", "alphabetical-index":
		j.leave(LeftContents)
	}
	switch name {
	case "tracked-changes", "script", "binary-data", "table-of-content", "illustration-index", "alphabetical-index", "annotation",
		"automatic-styles", "font-face-decls", "note-citation", "ruby-text", "desc":
		return true
	}
	return false
}

func (b *odfBody) begin(e element) error {
	switch e.name {
	case "list":
		l, err := b.numbers.begin(e, b.lists, b.j.limits.Parts)
		b.lists = append(b.lists, l)
		return err
	case "list-item", "list-header":
		if n := len(b.lists); n > 0 {
			l := &b.lists[n-1]
			l.numbered, l.silent = false, e.name == "list-header"
			if start := e.attr("start-value"); start != "" && n <= maxLevels {
				l.count.at[n-1], l.count.has[n-1] = whole(start)-1, true
			}
		}
	case "p", "h":
		b.paragraphs = append(b.paragraphs, &wordParagraph{tables: len(b.tables)})
		b.numbersOf = append(b.numbersOf, b.numbers.number(e, b.lists))
	case "table":
		b.tables = append(b.tables, &wordTable{})
	case "table-cell", "covered-table-cell":
		if n := len(b.tables); n > 0 {
			b.tables[n-1].cell = &strings.Builder{}
			b.asides, b.lists = append(b.asides, b.lists), nil
		}
	case "tab", "s":
		return b.words(" ")
	case "line-break":
		return b.words("\n")
	}
	return nil
}

func (b *odfBody) end(name string) error {
	n := len(b.tables)
	switch name {
	case "list":
		b.lists = b.lists[:max(0, len(b.lists)-1)]
	case "p", "h":
		if at := len(b.paragraphs) - 1; at >= 0 {
			p, number := b.paragraphs[at], b.numbersOf[at]
			b.paragraphs, b.numbersOf = b.paragraphs[:at], b.numbersOf[:at]
			return b.done(p, number)
		}
	case "table-cell", "covered-table-cell":
		if n > 0 && b.tables[n-1].cell != nil {
			t := b.tables[n-1]
			if name == "table-cell" {
				t.cells = append(t.cells, t.cell.String())
			}
			t.cell = nil
			b.lists, b.asides = b.asides[len(b.asides)-1], b.asides[:len(b.asides)-1]
		}
	case "table-row":
		if n > 0 {
			cells := b.tables[n-1].cells
			b.tables[n-1].cells = nil
			var outer *strings.Builder
			if n > 1 {
				outer = b.tables[n-2].cell
			}
			return b.j.tableRow(n-1, outer, cells)
		}
	case "table":
		b.tables = b.tables[:max(0, n-1)]
	}
	return nil
}

func (b *odfBody) words(s string) error {
	if n := len(b.paragraphs); n > 0 && b.paragraphs[n-1].text.Len() <= b.j.limits.Text {
		b.paragraphs[n-1].text.WriteString(s)
	}
	return b.j.step()
}

func (b *odfBody) done(p *wordParagraph, number string) error {
	text := p.text.String()
	if strings.TrimSpace(text) == "" {
		return nil
	}
	if number != "" {
		text = number + " " + text
	}
	var cell *strings.Builder
	if n := len(b.tables); n > 0 {
		cell = b.tables[n-1].cell
	}
	return b.j.block(p.tables, cell, text)
}

// mostEmpty is how many equal cells are written out that an ODF table has one behind the
// other: a sheet is filled with a million of them. Equal rows are one line.
const mostEmpty = 50

// odsBody reads a workbook: a line a row, the cells in their places.
func (z *zipFile) odsBody() error {
	j := z.j
	var cells []string
	var cell strings.Builder
	inCell, paragraphs, repeat := false, 0, 1
	row, rows := 0, 1
	return z.walk("content.xml", visitor{
		skip: j.odfLeft,
		begin: func(e element) error {
			switch e.name {
			case "table":
				row, rows = 0, 1
				return j.sheet(clip(e.attr("name"), mostNumberText))
			case "table-row":
				cells, row, rows = cells[:0], row+rows, max(1, whole(e.attr("number-rows-repeated")))
				row = min(row, 1_000_000_000)
			case "table-cell", "covered-table-cell":
				cell.Reset()
				inCell, repeat = true, max(1, min(whole(e.attr("number-columns-repeated")), mostEmpty))
			case "p":
				if paragraphs++; cell.Len() > 0 {
					cell.WriteByte(' ')
				}
			case "s", "tab", "line-break":
				cell.WriteByte(' ')
			}
			return nil
		},
		end: func(name string) error {
			switch name {
			case "p":
				paragraphs--
			case "table-cell", "covered-table-cell":
				for range repeat {
					if inCell && len(cells) < mostColumns {
						cells = append(cells, cell.String())
					}
				}
				inCell = false
			case "table-row":
				return j.sheetRow(row, cells)
			}
			return nil
		},
		text: func(s string) error {
			if paragraphs > 0 && inCell && cell.Len() <= j.limits.Text {
				cell.WriteString(s)
			}
			return nil
		},
	})
}

// mostColumns is how many columns of a row are compared.
const mostColumns = 500
