package filetext

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
)

// docx reads the text of a Word document, then its headers, footers and notes.
func (z *zipFile) docx() error {
	if z.j.body != nil {
		return z.docxBody()
	}
	for _, kind := range []string{"document", "header", "footer", "footnotes", "endnotes", "comments"} {
		parts, err := z.wordParts(kind)
		if err != nil {
			return err
		}
		for _, name := range parts {
			if err := z.runs(name, "r"); err != nil {
				return err
			}
		}
	}
	return nil
}

// wordParts are the parts of a kind of a Word document: "document" is the main one.
func (z *zipFile) wordParts(kind string) ([]string, error) {
	if kind == "document" && z.main != "" {
		return []string{z.main}, nil
	}
	return z.related(kind, "word/"+kind+"*.xml")
}

// pptx reads the slides in the order of their numbers, then their notes.
func (z *zipFile) pptx() error {
	slides, err := z.related("slide", "ppt/slides/slide*.xml")
	if err != nil {
		return err
	}
	for _, name := range append(slides, z.matching("ppt/notesslides/notesslide*.xml")...) {
		if err := z.runs(name, ""); err != nil {
			return err
		}
	}
	return nil
}

// runs reads text that lies in <t>, in paragraphs <p>. What was struck out lies in
// <delText>, and what a fallback says is said twice.
func (z *zipFile) runs(name, tabIn string) error {
	inText, inRun := 0, 0
	write := z.j.write
	return z.walk(name, visitor{
		skip: func(name string) bool { return name == "Fallback" },
		begin: func(e element) error {
			switch e.name {
			case "t":
				inText++
			case tabIn:
				inRun++
			case "tab":
				if inRun > 0 { // elsewhere it sets a stop
					return write(" ")
				}
			case "br", "cr":
				return write("\n")
			}
			return nil
		},
		end: func(name string) error {
			switch name {
			case "t":
				inText--
			case tabIn:
				inRun--
			case "p":
				return write("\n")
			}
			return nil
		},
		text: func(s string) error {
			if inText > 0 {
				return write(s)
			}
			return nil
		},
	})
}

// maxShared is how many texts the cells of a workbook may share.
const maxShared = 1_000_000

// xlsx reads a workbook's sheets in their order, each with its name and its cells.
func (z *zipFile) xlsx() error {
	shared, err := z.sharedStrings()
	if err != nil {
		return err
	}
	sheets, err := z.sheets()
	if err != nil {
		return err
	}
	for _, s := range sheets {
		if z.j.body != nil {
			err = z.j.sheet(clip(s.name, mostNumberText))
		} else {
			err = z.j.write(s.name + "\n")
		}
		if err != nil {
			return err
		}
		if err := z.cells(s.part, shared); err != nil {
			return err
		}
	}
	comments := z.matching("xl/comments*.xml")
	if z.j.body != nil {
		return z.leaveParts(LeftComments, comments, "", "t")
	}
	for _, name := range comments {
		if err := z.runs(name, ""); err != nil {
			return err
		}
	}
	return nil
}

type sheet struct{ name, part string }

// workbook is the main part of a workbook.
func (z *zipFile) workbook() string { return cmp.Or(z.main, "xl/workbook.xml") }

// sheets are those that the workbook names, where they lie.
func (z *zipFile) sheets() ([]sheet, error) {
	workbook := z.workbook()
	all, err := z.relations(workbook)
	if err != nil {
		return nil, err
	}
	targets := map[string]string{}
	for _, r := range all {
		targets[r.id] = r.part
	}
	var out []sheet
	err = z.walk(workbook, visitor{begin: func(e element) error {
		if e.name != "sheet" {
			return nil
		}
		if state := e.attr("state"); state != "" && state != "visible" {
			z.j.leave(LeftHidden)
		}
		for _, a := range e.attrs {
			// The id of the relation has a namespace, the one without is a number.
			if a.Name.Local == "id" && a.Name.Space != "" && z.part(targets[a.Value]) != nil {
				if len(out) >= z.j.limits.Parts {
					return fmt.Errorf("%w: too many sheets", ErrTooLarge)
				}
				out = append(out, sheet{e.attr("name"), targets[a.Value]})
			}
		}
		return nil
	}})
	if len(out) == 0 && err == nil && z.main == "" {
		for _, part := range z.matching("xl/worksheets/sheet*.xml") {
			out = append(out, sheet{"", part})
		}
	}
	return out, err
}

func (z *zipFile) sharedStrings() ([]string, error) {
	name, err := z.relatedOne("sharedStrings", "xl/sharedstrings.xml")
	if err != nil || name == "" {
		return nil, err
	}
	var out []string
	var b strings.Builder
	inText := 0
	err = z.walk(name, visitor{
		skip: func(name string) bool { return name == "rPh" }, // how it is pronounced
		begin: func(e element) error {
			switch e.name {
			case "si":
				b.Reset()
			case "t":
				inText++
			}
			return nil
		},
		end: func(name string) error {
			switch name {
			case "t":
				inText--
			case "si":
				if len(out) >= maxShared {
					return fmt.Errorf("%w: more than %d texts", ErrTooLarge, maxShared)
				}
				out = append(out, b.String())
			}
			return nil
		},
		text: func(s string) error {
			if inText > 0 {
				b.WriteString(s)
			}
			return nil
		},
	})
	return out, err
}

// cells reads one sheet: a line per row, a space between cells.
func (z *zipFile) cells(part string, shared []string) error {
	kind, in, column, number := "", "", 0, 0
	var b strings.Builder
	var row []string // of a body
	write := func(s string) error {
		if z.j.body == nil {
			return z.j.write(" " + s)
		}
		for len(row) < min(column-1, mostColumns) {
			row = append(row, "")
		}
		if len(row) < mostColumns {
			row = append(row, s)
		}
		return z.j.step()
	}
	return z.walk(part, visitor{
		skip: func(name string) bool { return name == "rPh" || name == "f" }, // a formula is not what is read
		begin: func(e element) error {
			switch e.name {
			case "oddHeader", "oddFooter", "evenHeader", "evenFooter", "firstHeader", "firstFooter":
				z.j.leave(LeftHeaders)
			case "row":
				if number++; e.attr("r") != "" {
					number = whole(e.attr("r"))
				}
			case "c":
				kind, column = e.attr("t"), columnOf(e.attr("r"))
				b.Reset()
			case "v", "t":
				in = e.name
			}
			return nil
		},
		end: func(name string) error {
			switch name {
			case "v", "t":
				in = ""
			case "row":
				if z.j.body == nil {
					return z.j.write("\n")
				}
				cells := row
				row = row[:0]
				return z.j.sheetRow(number, cells)
			case "c":
				s := b.String()
				if kind == "s" {
					i, err := strconv.Atoi(strings.TrimSpace(s))
					if err != nil || i < 0 || i >= len(shared) {
						return fmt.Errorf("%w: a cell points at no text", ErrBroken)
					}
					s = shared[i]
				}
				switch {
				case kind == "b" && z.j.body != nil:
					s = map[string]string{"1": "TRUE", "0": "FALSE"}[strings.TrimSpace(s)]
				case (kind == "b" || kind == "e") && z.j.body == nil:
					return nil
				}
				return write(s)
			}
			return nil
		},
		text: func(s string) error {
			if in != "" {
				b.WriteString(s)
			}
			return nil
		},
	})
}

// columnOf is the column that "C5" names, from 1; 0 for none.
func columnOf(place string) int {
	n := 0
	for _, r := range place {
		if r < 'A' || r > 'Z' || n > 20_000 {
			break
		}
		n = n*26 + int(r-'A') + 1
	}
	return n
}
