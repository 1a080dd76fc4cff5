package document

import (
	"regexp"
	"strconv"
	"strings"
)

// Lines are the parts of a text that a program has laid out, a line a paragraph with its number
// before it, where a line that begins with a tab is a row of a table. Clauses are told by
// the numbers that offices use: 壹、 一、 (一) 1. (1), 第一章 第一條, 1.2.3. Unlike in Markdown
// nothing is wrong with a number that comes twice or stands alone. What stands before the
// first clause is taken paragraph by paragraph.
func Lines(text string) []Part {
	var out []Part
	var own []string // lines of the last part
	var open []openPart
	done := func() {
		if n := len(out); n > 0 && len(own) > 0 {
			out[n-1].Text = strings.Join(own, "\n")
		}
	}
	begin := func(address, line string) {
		done()
		out, own = append(out, Part{Address: address}), own[:0]
		if line != "" {
			own = append(own, line)
		}
	}
	for line := range strings.SplitSeq(text, "\n") {
		row := strings.HasPrefix(line, "\t")
		line = strings.Join(strings.Fields(line), " ")
		rank, mark, rest := 0, "", line
		if !row {
			rank, mark, rest = numberedLine(line)
		}
		switch {
		case line == "":
		case rank > 0:
			for len(open) > 0 && open[len(open)-1].rank >= rank {
				open = open[:len(open)-1]
			}
			address := addressIn(open, rank, mark)
			open = append(open, openPart{rank, address})
			begin(address, rest)
		default:
			if !row {
				line, _ = bulletText(line)
			}
			if len(open) == 0 {
				begin("", line)
			} else {
				own = append(own, line)
			}
		}
	}
	done()
	return out
}

// Sheets are the parts of a workbook: its rows, each a line that begins with its number, with
// tabs between cells, under a line that begins with mark and names the sheet.
func Sheets(text, mark string) []Part {
	var out []Part
	sheet := ""
	for line := range strings.SplitSeq(text, "\n") {
		if name, is := strings.CutPrefix(line, mark); is {
			sheet = name
			continue
		}
		number, cells, found := strings.Cut(line, "\t")
		row, err := strconv.Atoi(number)
		if !found || err != nil {
			continue
		}
		out = append(out, Part{Address: sheet, Row: row, Text: strings.ReplaceAll(cells, "\t", "｜")})
	}
	return out
}

// openPart is a clause within which others may stand.
type openPart struct {
	rank    int
	address string
}

// The ranks of numbers; those of official clauses lie between them in the order of Depth.
const (
	rankPart    = 1 // 第一編
	rankChapter = 2 // 第一章
	rankSection = 3 // 第一節
	rankArticle = 4 // 第一條
	rankOffice  = 4 // 壹、 is 5, 一、 6, (一) 7, 1. 8
	rankDecimal = 8 // 1.1 is 9, 1.1.1 is 10
	rankPoint   = 20
)

var (
	lawful   = regexp.MustCompile(`^(第[一二三四五六七八九十百零〇0-9０-９]{1,8}([編章節條])(?:之[一二三四五六七八九十0-9]{1,3})?)(?:[ 、：（(]|$)`)
	decimals = regexp.MustCompile(`^([0-9]{1,3}(?:\.[0-9]{1,3}){1,4})(?:[.、]? |[.、]|$)`)
	rankOf   = map[string]int{"編": rankPart, "章": rankChapter, "節": rankSection, "條": rankArticle}
)

// numberedLine reads the number at the start of a line; rank is 0 where there is none.
func numberedLine(line string) (rank int, mark, rest string) {
	if found := lawful.FindStringSubmatch(line); found != nil {
		return rankOf[found[2]], found[1], strings.TrimLeft(line[len(found[1]):], " 、：")
	}
	if found := decimals.FindStringSubmatch(line); found != nil {
		return rankDecimal + strings.Count(found[1], "."), found[1], strings.TrimSpace(line[len(found[0]):])
	}
	depth, mark, rest := opening(line)
	switch depth {
	case 0:
		return 0, "", line
	case SubPoint:
		return rankPoint, mark, rest
	}
	return rankOffice + int(depth), mark, rest
}

// addressIn is the address of a clause within others: an article is known by its own number,
// and of 4.2.1 the number of 4.2 is a part.
func addressIn(open []openPart, rank int, mark string) string {
	if rank == rankArticle || rank == rankPart {
		return mark
	}
	for i := len(open) - 1; i >= 0; i-- {
		if rank > rankDecimal && rank < rankPoint && open[i].rank >= rankDecimal {
			continue
		}
		return open[i].address + mark
	}
	return mark
}

// markdownLines is Markdown that is not written in clauses, a line a paragraph.
func markdownLines(text string) string {
	var out []string
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if isRow(line) {
			if !isDashes(line) {
				row := ""
				for _, cell := range cells(line) {
					row += "\t" + Plain(cell)
				}
				out = append(out, row)
			}
			continue
		}
		_, line = heading(line)
		out = append(out, Plain(inline(line)))
	}
	return strings.Join(out, "\n")
}
