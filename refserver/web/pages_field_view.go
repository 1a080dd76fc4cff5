package web

import (
	"strings"
)

// fieldView is one field of a form as template "field" draws it, filled with what
// was typed so far.
type fieldView struct {
	Name, ID     string // posted as; id of the control, or of the fieldset around several
	Label, Help  string
	Row          string // "（第 2 列）" for those who only hear the label
	Widget       string
	Need         string // 必填, 選填
	NeedFor      string // the results, if chosen, for which it is required
	Required     bool
	Hidden       bool // does not belong to the form as it is filled in
	Live         bool // other fields, or the options of others, depend on it
	Wide         bool
	Texts        map[string]string // by part, "" for the field itself
	Errors       map[string]string // by part
	Options      []option
	Folded       int // how many of them are shown when asked for alone
	Marks        []markView
	People       []personView
	Kinds        []option // of a person: 同仁, 尚未到職, 委外人員
	Files        []fileView
	Refused      []string // files that were not kept, as the page carries them on
	Table        *tableView
	Open, Reason bool     // of a period: without end is possible, and needs a reason
	Many         bool     // several people, or files
	Condition    bool     // an expression, into which a comparison that is chosen beside it is put
	Keys         []string // of fields and options, as it writes them
	Units        bool     // units may be named as well as people
	Mode         string
	MaxLength    int
	Echo         string
	Note         string
	Caution      string // what is to be heeded of what stands in it, though it can be sent
	Accept       string // kinds of file, for the browser's file dialog
	Example      string // how a day is typed, as an example
}

// Described are the ids of what is said of the field.
func (f fieldView) Described() string {
	var ids []string
	for _, part := range [][2]string{{f.Help, "-hint"}, {f.Caution, "-caution"}, {f.Error(), "-error"}} {
		if part[0] != "" {
			ids = append(ids, f.ID+part[1])
		}
	}
	return strings.Join(ids, " ")
}

// Error is what is wrong with the field itself.
func (f fieldView) Error() string { return f.Errors[""] }

// Wrong says whether anything is wrong in it.
func (f fieldView) Wrong() bool { return len(f.Errors) > 0 }

// Part is the name of a part of the field.
func (f fieldView) Part(part string) string { return partOf(f.Name, part) }

// PartID is the id of a part's control.
func (f fieldView) PartID(part string) string { return fieldID(partOf(f.Name, part)) }

func partOf(name, part string) string {
	if part == "" {
		return name
	}
	return name + "." + part
}

type markView struct {
	Name, Label, Help string
	Answers           []option
	Remark            string
	Error             string
}

type personView struct {
	Name       string // of the part
	ID, Known  string // as it was found, and what it is called
	Find       string // what was typed
	Candidates []option
}

type fileView struct {
	Name, Digest, Type, Size string
	Part                     string
	Shown                    string // size for people
}

type tableView struct {
	Heads []string
	Rows  []rowView
	Full  bool
	Fixed bool // its rows stay as they are: a step fills in some columns of each
	Told  bool // what is not filled in here is said of its rows
	Count int
	Paste string // pasted and not taken

	Columns string // what is pasted, in order
	Person  string // a column that takes people who are not in the directory
	Period  string // a column among them that is a period
	Open    bool   // which may have no end
	Max     int    // rows
	// Same asks for one person for every row that has nobody yet, and SameDo puts him there.
	Same   *fieldView
	SameDo string
}

type rowView struct {
	N      int
	Name   string // lines.2
	ID     string // identity, "" for a row that has none yet
	Cells  [][]fieldView
	Hidden []fieldView // columns of another variant
	Says   string      // what stands in the columns that are not filled in here
	Wrong  bool
}
