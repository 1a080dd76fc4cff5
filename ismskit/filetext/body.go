package filetext

import (
	"context"
	"io"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Body reads a file as somebody reads it who compares it with another, within the same
// bounds as Read. Of a text every paragraph is a line, with the number that its program
// counts and shows before it (壹、 or (一)); headers, footers, tables of contents and comments
// are left out, as is what was struck out, and Found.Left says which of these there were. A line that begins with a tab is a row of a
// table, with a tab between cells. Of a PDF, lines that go on are joined, and those that
// come again in the same place of the pages left out. Of a workbook every row is a line that
// begins with its number, each cell in the place of its column, under a line that begins
// with [SheetMark] and names the sheet.
// Plain text is as it stands.
func Body(ctx context.Context, r io.Reader, l Limits) (Found, error) {
	return read(ctx, r, l, &body{})
}

// SheetMark begins the line that names a sheet of a workbook; no other line has it.
const SheetMark = "\x1d"

// body gathers lines instead of a running text.
type body struct {
	b     strings.Builder
	words bool
	cut   bool
	left  map[string]bool
}

// line adds a paragraph; its spaces are one each. One without a word is left out.
func (j *job) line(s string) error { return j.add("", []string{s}) }

// row adds a row of a table.
func (j *job) row(cells []string) error { return j.add("\t", cells) }

// sheetRow adds a row of a workbook.
func (j *job) sheetRow(number int, cells []string) error {
	return j.add(strconv.Itoa(number)+"\t", cells)
}

// sheet begins a sheet of a workbook.
func (j *job) sheet(name string) error { return j.add(SheetMark, []string{name}) }

func (j *job) add(mark string, cells []string) error {
	var line strings.Builder
	line.WriteString(mark)
	words := mark == SheetMark
	for i, cell := range cells {
		if err := j.step(); err != nil {
			return err
		}
		if i > 0 {
			line.WriteByte('\t')
		}
		cell = tidy(cell, j.limits.Text)
		words = words || cell != ""
		line.WriteString(cell)
		if line.Len() > j.limits.Text {
			break
		}
	}
	if !words {
		return nil
	}
	return j.put(strings.TrimRight(line.String(), "\t"))
}

// put adds a line as it is.
func (j *job) put(line string) error {
	o := j.body
	if o.b.Len()+len(line)+1 > j.limits.Text {
		o.cut = true
		return errFull
	}
	if o.b.Len() > 0 {
		o.b.WriteByte('\n')
	}
	o.b.WriteString(line)
	o.words = o.words || strings.ContainsFunc(line, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) })
	return j.step()
}

// tidy is a text in one line, without what no database takes.
func tidy(s string, most int) string {
	var b strings.Builder
	space := false
	for _, r := range s {
		switch {
		case unicode.IsSpace(r):
			space = b.Len() > 0
			continue
		case r == utf8.RuneError || r == '\ufeff' || unicode.IsControl(r) || unicode.Is(unicode.Co, r):
			continue
		}
		if space {
			b.WriteByte(' ')
			space = false
		}
		b.WriteRune(r)
		if b.Len() > most {
			break
		}
	}
	return norm.NFC.String(b.String())
}

// plainBody is plain text as it stands, without what no database takes.
func (j *job) plainBody(text string) error {
	if len(text) > j.limits.Text {
		text, j.body.cut = text[:j.limits.Text], true
		for !utf8.ValidString(text[max(0, len(text)-utf8.UTFMax):]) && len(text) > 0 && !utf8.RuneStart(text[len(text)-1]) {
			text = text[:len(text)-1]
		}
	}
	text = strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case r == utf8.RuneError || r == '\ufeff' || unicode.IsControl(r):
			return -1
		}
		return r
	}, strings.ReplaceAll(text, "\r\n", "\n"))
	j.body.b.WriteString(norm.NFC.String(strings.ToValidUTF8(text, "")))
	j.body.words = strings.ContainsFunc(text, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) })
	return nil
}
