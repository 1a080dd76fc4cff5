package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/register"
)

func (p *Pages) booleans(r *http.Request, v *fieldView, s sheet, f forms.FieldView) {
	yes, no := s.form.Format(f.Path, true, p.locale(r)), s.form.Format(f.Path, false, p.locale(r))
	if yes == "" {
		yes, no = p.text(r, "word.yes"), p.text(r, "word.no")
	}
	typed := last(s.posted[v.Name])
	v.Options = []option{{Value: "true", Label: yes, Checked: typed == "true" || typed == "on"}, {Value: "false", Label: no, Checked: typed == "false"}}
}

// optionsOf are the options of a choice: its own, or those of the row that
// another field points to.
func (p *Pages) optionsOf(r *http.Request, v *fieldView, s sheet, f forms.FieldView, row forms.Row) {
	for _, o := range f.Options {
		v.Options = append(v.Options, option{Value: o.Key, Label: o.Label, Help: o.Help})
	}
	if f.OptionsFrom != nil {
		need, chosen := f.OptionsFrom.Rows()
		if !chosen {
			need.Field = f.OptionsFrom.List
			need.ID, chosen = ownerOf(f.OptionsFrom.Of, s.values, row)
		}
		if !chosen {
			v.Note = p.text(r, "field.options_first", "Of", p.labelBeside(s, f))
		} else if options, ok := s.lookup.Options(need); ok {
			for _, o := range options {
				if closed(s, need, o.Key, row) && !slices.Contains(s.posted[v.Name], o.Key) {
					continue
				}
				v.Options = append(v.Options, option{Value: o.Key, Label: o.Label.In(s.lang), Help: o.Help.In(s.lang)})
			}
		}
	}
	if s.design != nil {
		beside := s.values
		if row != nil || strings.Contains(f.Path, ".") {
			beside = forms.Values(row)
		}
		v.Options = slices.DeleteFunc(v.Options, func(o option) bool {
			return !s.design.Fits(f.Path, beside, o.Value) && !slices.Contains(s.posted[v.Name], o.Value)
		})
	}
	v.Options = ticked(v.Options, s.posted[v.Name])
}

// closed says of an option that it may not be chosen, though it has a name where it
// was.
func closed(s sheet, need forms.Need, option string, row forms.Row) bool {
	l, ok := s.lookup.(forms.Refusing)
	if !ok {
		return false
	}
	beside := s.values
	if row != nil {
		beside = row
	}
	_, refused := l.Refused(need, option, beside)
	return refused
}

// withheld marks the rows that a request could not be sent with. They can be chosen, as
// a draft may wait for somebody to be appointed; what is to be done stands beside the
// field then.
func (p *Pages) withheld(r *http.Request, s sheet, f forms.FieldInfo, options []option) []option {
	l, ok := s.lookup.(forms.Withholding)
	if !ok {
		return options
	}
	held := func(o option) bool {
		_, yes := l.Withheld(f.Path, forms.Need{Kind: forms.NeedRef, List: f.List, ID: o.Value})
		return yes
	}
	if list, _ := registerOf(f.List); list == register.Categories { // others' are not his to choose
		return slices.DeleteFunc(slices.Clone(options), func(o option) bool { return held(o) && !o.Checked })
	}
	for i, o := range options {
		if held(o) {
			options[i].Label = p.text(r, "field.withheld", "Name", o.Label)
		}
	}
	return options
}

func ownerOf(key string, of forms.Values, row forms.Row) (string, bool) {
	for _, from := range []forms.Values{row, of} {
		if ref, ok := from[key].(forms.Ref); ok {
			return ref.ID, true
		}
	}
	return "", false
}

func (p *Pages) labelBeside(s sheet, f forms.FieldView) string {
	table, _, nested := strings.Cut(f.Path, ".")
	path := f.OptionsFrom.Of
	if nested {
		path = table + "." + path
	}
	info, _ := s.form.Field(path)
	return info.Label.In(s.lang)
}

func ticked(options []option, typed []string) []option {
	out := slices.Clone(options)
	for i := range out {
		out[i].Checked = slices.Contains(typed, out[i].Value)
	}
	return out
}

// echo says a date back with its weekday, so that a slip is seen at once.
func (p *Pages) echo(r *http.Request, v any) string {
	d := dates{lang: p.lang(r), zone: p.location}
	say := func(date calendar.Date) string {
		text, err := d.dayWeek(date)
		if err != nil { // a Date is a day
			return ""
		}
		return text
	}
	switch v := v.(type) {
	case calendar.Date:
		return say(v)
	case forms.DateRange:
		switch {
		case v.NoFrom || v.NoTo:
		case v.From == v.To:
			return say(v.From)
		default:
			return p.text(r, "field.span", "From", say(v.From), "To", say(v.To))
		}
	case forms.Period:
		switch {
		case v.From.IsZero():
		case v.Open:
			return p.text(r, "field.from", "From", say(v.From))
		case !v.To.IsZero() && v.To != v.From:
			return p.text(r, "field.span", "From", say(v.From), "To", say(v.To))
		default:
			return say(v.From)
		}
	}
	return ""
}

func (p *Pages) marks(v *fieldView, s sheet, f forms.FieldView) {
	for _, item := range f.Options {
		at := v.Name + "." + item.Key
		m := markView{Name: at, Label: item.Label, Help: item.Help, Remark: last(s.posted[at+".remark"])}
		answer := last(s.posted[at+".answer"])
		for _, a := range f.Answers {
			m.Answers = append(m.Answers, option{Value: a.Key, Label: a.Label, Checked: a.Key == answer})
		}
		for _, part := range []string{item.Key, item.Key + ".answer", item.Key + ".remark"} {
			if e := v.Errors[part]; e != "" {
				m.Error = e
			}
		}
		v.Marks = append(v.Marks, m)
	}
}

func (p *Pages) attachments(r *http.Request, v *fieldView, s sheet, f forms.FieldView) {
	v.Many, v.Refused = f.Type == "files", s.refused[v.Name]
	kinds, _ := s.form.FileKinds(f.Path)
	v.Accept = strings.Join(kinds, ",")
	v.Help = strings.TrimSpace(v.Help + " " + p.text(r, "field.accept", "Kinds", s.form.FileKindNames(f.Path, s.lang), "Max", forms.SizeText(s.form.FileMost(f.Path))))
	prefixes := []string{v.Name}
	if v.Many {
		prefixes = nil
		for _, n := range partNumbers(s.posted, v.Name) {
			prefixes = append(prefixes, v.Name+"."+strconv.Itoa(n))
		}
	}
	for _, at := range prefixes {
		digest := last(s.posted[at+".digest"])
		if digest == "" {
			continue
		}
		size := last(s.posted[at+".size"])
		n, err := strconv.ParseInt(size, 10, 64)
		file := fileView{Part: at, Name: last(s.posted[at+".name"]), Digest: digest, Type: last(s.posted[at+".type"]), Size: size}
		if err == nil {
			file.Shown = forms.SizeText(n)
		}
		v.Files = append(v.Files, file)
	}
}
