package web

import "strings"

// sheetCells are the lines and cells of what was copied from a spreadsheet: tabs between
// cells, and quotation marks around a cell with line breaks or tabs in it, where a
// quotation mark of its own stands twice. One that does not close before a cell ends is
// a character like any other.
func sheetCells(text string) [][]string {
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(text)
	var lines [][]string
	line := []string{}
	for {
		cell, rest, quoted := quotedCell(text)
		if !quoted {
			end := strings.IndexAny(text, "\t\n")
			if end < 0 {
				end = len(text)
			}
			cell, rest = text[:end], text[end:]
		}
		line = append(line, cell)
		if strings.HasPrefix(rest, "\t") {
			text = rest[1:]
			continue
		}
		lines = append(lines, line)
		if rest == "" {
			return lines
		}
		line, text = []string{}, rest[1:]
	}
}

// quotedCell is the cell at the beginning of a text, if it stands in quotation marks.
func quotedCell(text string) (cell, rest string, ok bool) {
	inner, ok := strings.CutPrefix(text, `"`)
	if !ok {
		return "", text, false
	}
	var b strings.Builder
	for {
		before, after, closed := strings.Cut(inner, `"`)
		if !closed {
			return "", text, false
		}
		b.WriteString(before)
		if again, twice := strings.CutPrefix(after, `"`); twice {
			b.WriteByte('"')
			inner = again
			continue
		}
		if after != "" && after[0] != '\t' && after[0] != '\n' {
			return "", text, false
		}
		return b.String(), after, true
	}
}
