package document

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// inline reads **bold**; a backslash takes * and | literally.
func inline(text string) []Span {
	var spans []Span
	var run strings.Builder
	bold := false
	flush := func() {
		if run.Len() > 0 {
			spans = append(spans, Span{run.String(), bold})
			run.Reset()
		}
	}
	for i := 0; i < len(text); i++ {
		switch {
		case text[i] == '\\' && i+1 < len(text) && strings.IndexByte(`*|\`, text[i+1]) >= 0:
			i++
			run.WriteByte(text[i])
		case strings.HasPrefix(text[i:], "**") && (bold || strings.Contains(text[i+2:], "**")):
			flush()
			bold = !bold
			i++
		default:
			run.WriteByte(text[i])
		}
	}
	flush()
	return spans
}

// join puts two lines of one paragraph together, with a blank only between
// letters that need one: Chinese lines run on.
func join(a, b []Span) []Span {
	if len(a) == 0 || len(b) == 0 {
		return append(a, b...)
	}
	last, _ := utf8.DecodeLastRuneInString(a[len(a)-1].Text)
	first, _ := utf8.DecodeRuneInString(b[0].Text)
	if spaced(last) && spaced(first) {
		a[len(a)-1].Text += " "
	}
	return append(a, b...)
}

func spaced(r rune) bool { return r < 0x2E80 && !unicode.IsSpace(r) }

func heading(line string) (hashes int, text string) {
	for hashes < len(line) && line[hashes] == '#' {
		hashes++
	}
	if hashes == 0 || hashes > 6 || hashes == len(line) || line[hashes] != ' ' {
		return 0, line
	}
	return hashes, strings.TrimSpace(line[hashes:])
}

func bulletText(line string) (string, bool) {
	for _, mark := range []string{"- ", "* ", "+ "} {
		if rest, found := strings.CutPrefix(line, mark); found {
			return strings.TrimSpace(rest), true
		}
	}
	return line, false
}

func isRule(line string) bool {
	return len(line) >= 3 && (strings.Trim(line, "-") == "" || strings.Trim(line, "*") == "" || strings.Trim(line, "_") == "")
}

// tableLines returns how many of the lines are a table: a row, a row of dashes,
// rows; 0 where none begins here.
func tableLines(lines []string) int {
	if len(lines) < 2 || !isRow(lines[0]) || !isRow(lines[1]) || !isDashes(lines[1]) {
		return 0
	}
	n := 2
	for n < len(lines) && isRow(lines[n]) {
		n++
	}
	return n
}

func isRow(line string) bool { return strings.HasPrefix(strings.TrimSpace(line), "|") }

func isDashes(line string) bool {
	return strings.Trim(strings.TrimSpace(line), "|:- \t") == "" && strings.Contains(line, "-")
}

// tableBlock reads a table; every row has as many cells as the head.
func tableBlock(lines []string) Block {
	b := Block{Kind: TableBlock, Head: cells(lines[0])}
	for _, line := range lines[2:] {
		row := cells(line)
		for len(row) < len(b.Head) {
			row = append(row, nil)
		}
		b.Rows = append(b.Rows, row[:len(b.Head)])
	}
	return b
}

func cells(line string) [][]Span {
	line = strings.TrimPrefix(strings.TrimSpace(line), "|")
	var out [][]Span
	start, escaped := 0, false
	for i := range len(line) {
		switch {
		case escaped:
			escaped = false
		case line[i] == '\\':
			escaped = true
		case line[i] == '|':
			out = append(out, inline(strings.TrimSpace(line[start:i])))
			start = i + 1
		}
	}
	if rest := strings.TrimSpace(line[start:]); rest != "" {
		out = append(out, inline(rest))
	}
	return out
}
