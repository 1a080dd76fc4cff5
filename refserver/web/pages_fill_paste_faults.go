package web

import (
	"slices"
	"strconv"
	"strings"

	"github.com/ismskit/ismskit/forms"
)

// surplus is what stands in pasted lines beyond the last column.
type surplus struct {
	lines []string // their numbers, as they stand in what was pasted
	first string   // the first such cell
}

func (s *surplus) note(line int, cells []string, columns int) {
	if len(cells) <= columns {
		return
	}
	for _, cell := range cells[columns:] {
		if cell = strings.TrimSpace(cell); cell != "" {
			if len(s.lines) == 0 {
				s.first = cell
			}
			s.lines = append(s.lines, strconv.Itoa(line))
			return
		}
	}
}

func (s *surplus) text(p *Pages, columns int) forms.Text {
	out := forms.Text{}
	texts := p.renderer.Texts()
	for _, lang := range texts.Languages() {
		lines := strings.Join(s.lines, texts.Text(lang, "word.list"))
		out[lang] = texts.Text(lang, "paste.too_wide", "N", len(s.lines), "Lines", lines, "Columns", columns, "Cell", s.first)
	}
	return out
}

// pastedCells are the cells that were just pasted, by the name of their control, with
// those that nothing is called like.
type pastedCells struct {
	cells   map[string]pastedCell
	unknown forms.Invalid
}

type pastedCell struct {
	column forms.FieldView
	text   string
}

// unread names every pasted cell that was not recognised, with its row, its column and
// what stands in it: a control that offers choices cannot show it any more.
func (c pastedCells) unread(p *Pages, form *forms.Form, invalid forms.Invalid) forms.Invalid {
	var out forms.Invalid
	for _, bad := range slices.Concat(c.unknown, invalid) {
		at := bad
		at.Part = ""
		cell, ok := c.cells[at.Path()]
		if !ok || len(out.At(at.Path())) > 0 {
			continue
		}
		info, _ := form.Field(cell.column.Path)
		at.Label = info.Label
		bad.Code, bad.Label, bad.Text = "paste_unread", info.Label, forms.Text{}
		bad.Title = "" // the row's number says it; it is called by what was pasted, if at all
		for _, lang := range p.renderer.Texts().Languages() {
			bad.Text[lang] = p.renderer.Texts().Text(lang, "paste.unread", "Column", info.Label.In(lang), "Cell", cell.text, "Mend", at.Message(lang))
		}
		out = append(out, bad)
	}
	return form.InOrder(out)
}
