package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/ismskit/ismskit/forms"
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
	Folded       int // how many of them are shown when asked for alone: those that are not ticked, of many
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

// field draws one field under the name at, within row or at the top.
func (p *Pages) field(r *http.Request, s sheet, f forms.FieldView, at string, row forms.Row) fieldView {
	v := fieldView{
		Name: at, ID: fieldID(at), Label: f.Label, Help: f.Help, Widget: widgetOf(f), MaxLength: typedInto(f.MaxLength),
		Required: f.Required || slices.Contains(s.rights.Require, f.Path),
		Example:  p.example(r),
		Live:     s.affects[f.Path], Texts: map[string]string{}, Errors: p.errorsAt(s, at),
	}
	if v.Required {
		v.Need = p.text(r, "field.required")
	}
	for name := range s.posted {
		if name == at {
			v.Texts[""] = last(s.posted[name])
		} else if part, below := strings.CutPrefix(name, at+"."); below && f.Type != "table" {
			v.Texts[part] = last(s.posted[name])
		}
	}
	p.fit(r, &v, s, f, row)
	if s.design != nil && s.design.IsCondition(f.Path) {
		v.Wide, v.Condition, v.Keys = row == nil, true, s.design.Keys(p.lang(r))
		if said := s.design.Says(v.Texts[""], p.lang(r)); said != "" {
			v.Echo = p.text(r, "flows.when_is", "When", said)
		}
	}
	return v
}

// typedInto is what a browser lets somebody type into a field: far more than is kept, for
// it cuts off what is pasted without a word. The server says how long it may be.
func typedInto(kept int) int {
	if kept == 0 {
		return 0
	}
	return max(10*kept, 10_000)
}

// fit adds what only one kind of field has.
func (p *Pages) fit(r *http.Request, v *fieldView, s sheet, f forms.FieldView, row forms.Row) {
	own := s.values
	if strings.Contains(f.Path, ".") {
		own = row
	}
	switch v.Widget {
	case "table":
		v.Wide, v.Table = true, p.table(r, s, f)
		if v.Table.Fixed {
			v.Help = "" // it is for who fills in the rows, not for who names something in each
		}
		v.Table.Paste = s.posted.Get("paste." + f.Key)
	case "area", "checklist":
		v.Wide = true
	case "input":
		const line = 60 // more than that does not fit into half a line
		v.Wide = row == nil && s.rights.Edit == nil && f.Type == "text" && f.MaxLength >= line
	}
	switch f.Type {
	case "integer", "decimal", "integer_range", "decimal_range":
		v.Mode = "numeric"
		if strings.HasPrefix(f.Type, "decimal") {
			v.Mode = "decimal"
		}
	case "email":
		v.Mode = "email"
	case "url":
		v.Mode = "url"
	case "date", "date_range", "period", "date_time":
		v.Echo = p.echo(r, own[f.Key])
	case "serial":
		if v.Texts[""] = s.form.Format(f.Path, own[f.Key], p.locale(r)); v.Texts[""] == "" {
			v.Texts[""] = p.text(r, numberDue(s.form, f.Key))
		}
	case "computed":
		v.Texts[""] = s.form.Format(f.Path, own[f.Key], p.locale(r))
	case "boolean":
		p.booleans(r, v, s, f)
	case "choice", "multi_choice":
		p.optionsOf(r, v, s, f, row)
	case "ref", "refs", "unit":
		info, _ := s.form.Field(f.Path)
		if peopleRef(s.form, f.Path) {
			p.refPeople(r, v, s, f, own[f.Key])
			break
		}
		v.Options = p.withheld(r, s, info, ticked(s.offered(f, info.List), s.posted[v.Name]))
		if _, known := s.lists[info.List]; !known {
			v.Widget = "input"
		}
	case "person", "persons":
		p.persons(r, v, s, f)
	case "file", "files":
		p.attachments(r, v, s, f)
	case "checklist":
		p.marks(v, s, f)
	}
	if f.Type == "period" {
		v.Open, _ = f.Params["open"].(bool)
		v.Reason, _ = f.Params["reason"].(bool)
	}
	if v.Widget == "ticks" || v.Widget == "radios" {
		if len(v.Options) > 4 {
			v.Wide = row == nil
		}
		v.fold()
	}
	if one := len(v.Options) == 1 && v.Required && len(s.posted[v.Name]) == 0; one && (v.Widget == "select" || v.Widget == "radios") {
		v.Options[0].Checked = true // there is nothing to choose
	}
	if v.Widget == "select" && len(v.Options) > 0 && v.Texts[""] == "" {
		v.Texts[""] = first(s.posted[v.Name])
	}
}

// mostTicks is how many boxes of a field are shown at once.
const mostTicks = 12

// fold hides what is not ticked of many boxes until it is asked for.
func (v *fieldView) fold() {
	if v.Widget != "ticks" || len(v.Options) <= mostTicks {
		return
	}
	for _, o := range v.Options {
		if !o.Checked {
			v.Folded++
		}
	}
}

// numberTimes say when a number that a form still waits for is given.
var numberTimes = map[string]string{"create": "field.number_create", "submit": "form.number_later", "approve": "field.number_approve"}

func numberDue(form *forms.Form, key string) string {
	at := ""
	for _, s := range form.Serials() {
		if s.Key == key {
			at = s.At
		}
	}
	return numberTimes[at]
}

func last(texts []string) string {
	if len(texts) == 0 {
		return ""
	}
	return texts[len(texts)-1]
}

func first(texts []string) string {
	if len(texts) == 0 {
		return ""
	}
	return texts[0]
}

// widgetOf is the control for a kind of field; kinds of an embedder's own are
// typed as text.
func widgetOf(f forms.FieldView) string {
	switch f.Type {
	case "long_text":
		return "area"
	case "boolean":
		if f.Required {
			return "radios"
		}
		return "check"
	case "choice":
		if f.OptionsFrom == nil && len(f.Options) <= 6 {
			return "radios"
		}
		return "select"
	case "multi_choice":
		return "ticks"
	case "ref", "unit":
		return "select"
	case "refs":
		return "ticks"
	case "person", "persons":
		return "person"
	case "file", "files":
		return "files"
	case "serial":
		return "computed"
	case "checklist", "table", "period", "computed":
		return f.Type
	}
	if strings.HasSuffix(f.Type, "_range") {
		return "range"
	}
	return "input"
}

// errorsAt are the messages for a field and its parts. Whatever has no control of
// its own is said at the field.
func (p *Pages) errorsAt(s sheet, at string) map[string]string {
	out := map[string]string{}
	for _, f := range s.invalid {
		path := f.Path()
		part, below := strings.CutPrefix(path, at+".")
		if path != at && !below {
			continue
		}
		if path == at {
			part = ""
		}
		if _, have := out[part]; !have {
			out[part] = f.Message(s.lang)
		}
	}
	return out
}

// partNumbers are the numbered parts below a name, in order.
func partNumbers(posted forms.Posted, name string) []int {
	seen := map[int]bool{}
	for key := range posted {
		rest, below := strings.CutPrefix(key, name+".")
		if !below {
			continue
		}
		digits, _, _ := strings.Cut(rest, ".")
		if n, err := strconv.Atoi(digits); err == nil && n >= 0 && strconv.Itoa(n) == digits {
			seen[n] = true
		}
	}
	out := make([]int, 0, len(seen))
	for n := range seen {
		out = append(out, n)
	}
	slices.Sort(out)
	return out
}
