package web

import (
	"net/http"
	"strings"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/calendar"
)

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

// inOneLine is a cell with line breaks as it goes into a field of one line.
func inOneLine(cell string) string {
	return strings.Join(strings.FieldsFunc(cell, func(c rune) bool { return c == '\n' }), " ")
}

// arrives are the words beside the day on which somebody begins.
var arrives = strings.NewReplacer("尚未到職", "", "，", "", "預定", "", "預計", "", "到職日", "", "到職", "", "報到", "", "起", "", "：", "", ":", "", "expected", "", "arrives", "", "starts", "", "on ", "")

// pastePerson reads a name, or with what stands behind it in brackets somebody who is
// not in the directory: a vendor's engineer with his firm, a newcomer with the day he
// begins. Whom the directory knows is of the house whatever stands there.
func (p *Pages) pastePerson(r *http.Request, posted forms.Posted, c forms.FieldView, name, cell string) error {
	external, _ := c.Params["external"].(bool)
	expected, _ := c.Params["expected"].(bool)
	posted[name+".kind"], posted[name+"."+partFind] = []string{string(forms.InDirectory)}, []string{cell}
	who, beside, ok := strings.Cut(strings.NewReplacer("(", "（", ")", "）").Replace(cell), "（")
	beside, closed := strings.CutSuffix(strings.TrimSpace(beside), "）")
	if who, beside = strings.TrimSpace(who), strings.TrimSpace(beside); !ok || !closed || who == "" || beside == "" {
		return nil
	}
	kind, part := forms.External, "org"
	day := strings.TrimSpace(arrives.Replace(beside))
	if _, err := calendar.ParseDate(day); err == nil || strings.Contains(beside, "到職") || strings.Contains(beside, "expected") {
		kind, part, beside = forms.Arriving, "expected", day
	}
	if kind == forms.External && !external || kind == forms.Arriving && !expected {
		return nil
	}
	found, err := p.kit.People().Search(r.Context(), p.actor(r), who+" "+beside, 1)
	if err != nil || len(found) > 0 && kind == forms.External {
		return err
	}
	delete(posted, name+"."+partFind)
	posted[name+".kind"], posted[name+".name"], posted[name+"."+part] = []string{string(kind)}, []string{who}, []string{beside}
	return nil
}
