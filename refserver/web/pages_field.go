package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/ismskit/ismskit/forms"
)

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

// fold hides of many boxes those that are not ticked until they are asked for; where none is, all but the
// first.
func (v *fieldView) fold() {
	if v.Widget != "ticks" || len(v.Options) <= mostTicks {
		return
	}
	ticked := slices.ContainsFunc(v.Options, func(o option) bool { return o.Checked })
	for i := range v.Options {
		o := &v.Options[i]
		if o.Folded = ticked && !o.Checked || !ticked && i >= mostTicks; o.Folded {
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
