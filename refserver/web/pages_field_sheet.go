package web

import (
	"net/http"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
)

// sheet is a form on its way to a page: what was typed, what it means so far, and
// what is wrong with it.
type sheet struct {
	form    *forms.Form
	view    forms.FormView
	posted  forms.Posted
	values  forms.Values
	invalid forms.Invalid
	refused map[string][]string // files that were not kept, as the page carries them on, by control
	rights  forms.Rights
	blank   map[string]int // further empty rows to show, by table
	pick    map[string][]option
	// applicant is whose request it is, "" for the reader's own.
	applicant string
	caseID    string            // the case that is being changed, "" for none
	request   string            // of which type it is, "" for a form that asks for nothing
	noFiles   bool              // files are not asked for
	follows   forms.Values      // what the Kit fills in of the rows of a draft, by table
	moves     *ismskit.Transfer // where somebody goes who moves; nil where it is not asked

	design *ismskit.NodeForm // the part of a flow that it is the form of; nil for others

	lookup  forms.Lookup
	lists   map[string][]option
	affects map[string]bool
	called  map[string]string // people of the house with post and unit, by id
	lang    string
}

// fields draws a form. What the rights do not let somebody edit is left out.
func (p *Pages) fields(r *http.Request, s sheet) ([]fieldView, error) {
	s.lang = p.lang(r)
	s.view = s.form.Describe(s.lang)
	s.lists, s.affects = map[string][]option{}, map[string]bool{}
	if err := p.listsOf(r, &s, s.view.Fields); err != nil {
		return nil, err
	}
	needs := s.chooseSole()
	var err error
	if s.lookup, err = p.kit.Types().Options(r.Context(), p.actor(r), ismskit.Preview{Case: s.caseID, Type: s.request, Applicant: s.applicant}, needs); err != nil {
		return nil, err
	}
	if s.rights.Edit == nil { // the form is being filled in: it says what it would be kept as
		s.values = s.form.Named(s.values, s.lookup)
	}
	if err := p.callPeople(r, &s); err != nil {
		return nil, err
	}
	s.dependencies(s.view.Fields)
	for _, f := range s.view.Fields {
		if _, follows := s.follows[f.Key]; follows {
			for _, c := range f.Fields {
				s.affects[c.Path] = true
			}
		}
	}
	if s.moves != nil {
		s.affects[s.moves.Unit] = true
	}
	shown := shownKeys(s.form.Shown(s.values, "", nil))
	var out []fieldView
	for _, f := range s.view.Fields {
		if !s.edits(f) {
			continue
		}
		v := p.field(r, s, f, f.Key, nil)
		p.asShown(r, &v, shown, f.Path)
		out = append(out, v)
	}
	return out, nil
}

// edits says whether a field is asked for at all.
func (s sheet) edits(f forms.FieldView) bool {
	table, _, _ := strings.Cut(f.Path, ".")
	switch {
	case s.noFiles && (f.Type == "file" || f.Type == "files"):
		return false
	case f.System:
		return s.rights.Edit == nil && (f.Type == "computed" || f.Type == "serial")
	case s.rights.Edit == nil:
		return !f.Later
	case slices.Contains(s.rights.Edit, f.Path), slices.Contains(s.rights.Require, f.Path):
		return true
	case f.Type == "table":
		return slices.ContainsFunc(s.rights.Edit, func(path string) bool { return strings.HasPrefix(path, f.Path+".") })
	}
	return table != f.Path && !f.Later && slices.Contains(s.rights.Edit, table)
}

func shownKeys(list []forms.FieldInfo) map[string]forms.FieldInfo {
	out := make(map[string]forms.FieldInfo, len(list))
	for _, f := range list {
		out[f.Path] = f
	}
	return out
}

// asShown hides a field that the form as it is filled in has no place for, and marks one
// that it demands by a condition.
func (p *Pages) asShown(r *http.Request, v *fieldView, shown map[string]forms.FieldInfo, path string) {
	info, ok := shown[path]
	if v.Hidden = !ok; info.Wanted && !v.Required {
		v.Required, v.Need = true, p.text(r, "field.required")
	}
}

// listsOf fetches the rows that fields point to, each list once.
func (p *Pages) listsOf(r *http.Request, s *sheet, fields []forms.FieldView) error {
	for _, f := range fields {
		if len(f.Fields) > 0 {
			if err := p.listsOf(r, s, f.Fields); err != nil {
				return err
			}
		}
		info, _ := s.form.Field(f.Path)
		if info.List == "" || !s.edits(f) || peopleRef(s.form, f.Path) {
			continue
		}
		if _, done := s.lists[info.List]; done {
			continue
		}
		list, ok := registerOf(info.List)
		if !ok && info.List != documentList {
			continue
		}
		options, err := p.documentChoices(r, info.List)
		if ok {
			options, err = p.choices(r, list)
		}
		if err != nil {
			return err
		}
		s.lists[info.List] = options
	}
	return nil
}

// offered are the rows of a list to choose from in a field: who moves has a post of the
// unit he goes to, once that is chosen.
func (s sheet) offered(f forms.FieldView, list string) []option {
	all := s.lists[list]
	if s.moves == nil || f.Path != s.moves.Post {
		return all
	}
	unit, chosen := s.values[s.moves.Unit].(forms.Ref)
	if !chosen || unit.ID == "" {
		return all
	}
	return slices.DeleteFunc(slices.Clone(all), func(o option) bool { return o.unit != unit.ID })
}

// registerOf is the living list that references of a field point into.
func registerOf(list string) (string, bool) {
	if list == "unit" {
		return "units", true
	}
	return strings.CutPrefix(list, "register/")
}

// dependencies notes the fields that show, require or fill others.
func (s *sheet) dependencies(fields []forms.FieldView) {
	for _, f := range fields {
		for _, c := range []*forms.ConditionView{f.ShowIf, f.RequireIf} {
			if c == nil {
				continue
			}
			for _, path := range c.Fields {
				s.affects[path] = true
				if table, column, nested := strings.Cut(path, "."); nested {
					s.affects[table+"."+strings.Split(column, ".")[0]] = true
				}
			}
		}
		if f.OptionsFrom != nil && f.OptionsFrom.Of != "" {
			table, _, nested := strings.Cut(f.Path, ".")
			if nested {
				s.affects[table+"."+f.OptionsFrom.Of] = true
			}
			s.affects[f.OptionsFrom.Of] = true
		}
		if f.Fact != nil {
			table, _, _ := strings.Cut(f.Path, ".")
			s.affects[table+"."+f.Fact.Of], s.affects[f.Fact.Of] = true, true
		}
		s.dependencies(f.Fields)
	}
}
