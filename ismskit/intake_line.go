package ismskit

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/ismskit/ismskit/forms"
)

// intakeLine is a line on its way to what it becomes, as it is kept.
type intakeLine struct {
	Sheet  string       `json:"sheet"`
	Row    int          `json:"row"`
	State  string       `json:"state"`
	What   string       `json:"what,omitempty"`
	Number string       `json:"number,omitempty"`
	Title  string       `json:"title,omitempty"`
	Values []byte       `json:"values,omitempty"` // of the index's form
	Files  []forms.File `json:"files,omitempty"`
	Unit   string       `json:"unit,omitempty"`
	// UnitName is what the unit is called in the index, which may be its name of then.
	UnitName string        `json:"unit_name,omitempty"`
	Ref      string        `json:"ref,omitempty"`      // the document that its form_no names
	Document string        `json:"document,omitempty"` // of a controlled document's version: its id
	One      string        `json:"one,omitempty"`      // which thing it is
	Digest   string        `json:"digest,omitempty"`
	Faults   []intakeFault `json:"faults,omitempty"`
	Flags    []intakeFault `json:"flags,omitempty"`
	Record   string        `json:"record,omitempty"`

	cells  []forms.SheetCell
	values forms.Values
	names  []string // of its files, as it calls them
}

// intakeFault is what is to be said of a cell.
type intakeFault struct {
	Cell  string     `json:"cell"`
	Value string     `json:"value,omitempty"`
	Field string     `json:"field,omitempty"`
	Code  string     `json:"code"`
	Text  forms.Text `json:"text"`
	// Kept is, of intakeFileKept, the id of the record that keeps the file. What it is called is told when
	// the report is shown, to who may read it then: the line outlives both the right and the record.
	Kept string `json:"kept,omitempty"`
}

// intakeFileKept flags a line with a file that a record keeps already.
const intakeFileKept = "intake.file_kept"

func digestText(parts ...string) string {
	sum := sha256.New()
	for _, part := range parts {
		fmt.Fprintf(sum, "%d:%s", len(part), part)
	}
	return hex.EncodeToString(sum.Sum(nil))
}

func (l *intakeLine) cell(field string) forms.SheetCell {
	for _, cell := range l.cells {
		if cell.Field == field {
			return cell
		}
	}
	return forms.SheetCell{At: strconv.Itoa(l.Row)}
}

func (l *intakeLine) wrongAt(field string) bool {
	return slices.ContainsFunc(l.Faults, func(f intakeFault) bool { return f.Field == field })
}

func (l *intakeLine) said(field, code string, params map[string]string) intakeFault {
	cell := l.cell(field)
	return intakeFault{Cell: cell.At, Value: cell.Text, Field: field, Code: code, Text: sayAll(code, func(string) map[string]string { return params })}
}

func (l *intakeLine) fault(field, code string, params map[string]string) {
	l.Faults = append(l.Faults, l.said(field, code, params))
}

// needed says that a column is empty which what the line is cannot do without.
func (c *checkingIntake) needed(line *intakeLine, field, code string) {
	info, _ := c.form.Field(field)
	cell := line.cell(field)
	line.Faults = append(line.Faults, intakeFault{Cell: cell.At, Field: field, Code: code, Text: sayAll(code, func(lang string) map[string]string {
		return map[string]string{"field": info.Label.In(lang)}
	})})
}

func (l *intakeLine) flag(field, code string, params map[string]string) {
	l.Flags = append(l.Flags, l.said(field, code, params))
}

func textOf(values forms.Values, key string) string {
	text, _ := values[key].(string)
	return text
}

// inWords is a text in each language.
func inWords(text func(lang string) string) forms.Text {
	out := forms.Text{}
	for _, lang := range languages {
		out[lang] = text(lang)
	}
	return out
}

// classAbove says whether somebody names a class whose papers stay off the system (K18), unless the house
// has put one of that name on its scale.
func classAbove(text string) bool {
	text = strings.ToLower(strings.Join(strings.Fields(text), ""))
	return slices.ContainsFunc([]string{"絕對機密", "極機密", "國家機密", "topsecret", "statesecret"}, func(above string) bool { return strings.Contains(text, above) })
}

// fileNames are the names in a cell: a line each, or set apart by semicolons. A 、 or a comma may be part
// of a name.
func fileNames(cell string) []string {
	var out []string
	for name := range strings.FieldsFuncSeq(cell, func(r rune) bool { return strings.ContainsRune("\n\r;；|｜", r) }) {
		if name = strings.TrimSpace(name); name != "" && !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out
}
