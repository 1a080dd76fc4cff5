package web

import (
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/workflow"
)

// filled is a form as a page sent it.
type filled struct {
	posted  forms.Posted // rows numbered from 1, empty ones left out
	values  forms.Values // as far as they can be read
	typed   forms.Posted // what cannot
	invalid forms.Invalid
	refused forms.Invalid // of invalid: what came along and was not taken, as files and pasted cells
	unkept  forms.Invalid // of refused: the files that were not kept
	// standing are the refused files that the page carries on, by control.
	standing map[string][]string
	pick     map[string][]option
	other    []otherLine    // what the draft has that this page hasn't
	blank    map[string]int // empty rows that were there, by table
	// nobody is of invalid: why it cannot be filled in for whom it names, and which
	// people of later steps cannot be found.
	nobody forms.Invalid
	chosen map[string][]string // people of later steps
	pasted pastedCells
	told   string // what was filled in for him
	leaver string // who hands over on it and follows himself in nothing (ismskit.Case.Leaver)
	do, at string // what to do, and with what: "remove-row", "lines.2"
}

// limits of what a page may send beside its fields
const (
	maxPasted = 1 << 20
)

// read takes a form from a request: it keeps the files that came along, does what
// was asked for with rows, finds people by what was typed, and reads every field.
func (p *Pages) read(r *http.Request, form *forms.Form) (filled, error) {
	return p.readOf(r, form, "")
}

// readOf is read for the form of a sheet on which somebody hands over, "" for any other.
func (p *Pages) readOf(r *http.Request, form *forms.Form, leaver string) (filled, error) {
	posted, f := typed(r)
	f.leaver = leaver
	refused, err := p.keepFiles(r, form, posted)
	if err != nil {
		return f, err
	}
	before, err := refusedBefore(r, form, f)
	if err != nil {
		return f, err
	}
	if err := p.refuse(form, slices.Concat(before, refused), &f); err != nil {
		return f, err
	}
	if f.do == "upload" {
		f.refused = append(f.refused, p.noFile(r, form, f.at)...)
	}
	return p.readTyped(r, form, posted, f)
}

// typed is what was typed into a form, and what is to be done with it.
func typed(r *http.Request) (forms.Posted, filled) {
	posted := maps.Clone(forms.Posted(r.PostForm))
	f := filled{blank: map[string]int{}}
	f.do, f.at, _ = strings.Cut(last(posted["do"]), ":")
	return posted, f
}

// readTyped is read, without the files that came along.
func (p *Pages) readTyped(r *http.Request, form *forms.Form, posted forms.Posted, f filled) (filled, error) {
	if err := p.arrange(r, form, posted, &f); err != nil {
		return f, err
	}
	f.posted = form.Tidy(posted)
	for _, table := range form.Schema().Fields {
		if table.Type == "table" && keepsBlank[f.do] {
			f.blank[table.Key] += len(partNumbers(posted, table.Key)) - len(partNumbers(f.posted, table.Key))
		}
	}
	nameRows(form, f.posted)
	pick, unknown, err := p.findPeople(r, form, f.posted)
	if err != nil {
		return f, err
	}
	maps.Copy(pick, f.pick) // beside the form's own fields
	f.pick = pick
	values, invalid := form.FromText(f.posted, p.location)
	if invalid = slices.Concat(unknown, invalid); slices.ContainsFunc(invalid, func(bad forms.Fault) bool { return bad.Row > 0 }) {
		named, err := p.withNames(r, form, values)
		if err != nil {
			return f, err
		}
		invalid = form.Titled(invalid, named)
	}
	f.refused = append(f.refused, f.pasted.unread(p, form, invalid)...)
	if f.do == string(workflow.VerbSubmit) {
		f.refused = append(f.refused, p.pasteWaits(form, posted)...)
	}
	if decides(workflow.Verb(f.do)) {
		waits, err := p.sameWaits(r, form, posted, &f)
		if err != nil {
			return f, err
		}
		f.refused = append(f.refused, waits...)
	}
	f.values, f.typed, f.invalid = values, form.Unread(f.posted, invalid), slices.Concat(f.refused, invalid)
	return f, nil
}

// reopened is a draft as it was left: what was typed, and what is wrong with it.
func (p *Pages) reopened(r *http.Request, c ismskit.Case) (filled, error) {
	f := filled{posted: c.Form.Retype(c.Fields, c.Typed, p.locale(r)), values: c.Fields}
	pick, unknown, err := p.findPeople(r, c.Form, f.posted)
	if err != nil {
		return f, err
	}
	f.pick, f.invalid = pick, c.Form.InOrder(unknown.With(c.Wrong))
	p.retypeChosen(r, c, &f)
	return f, nil
}

// withNames gives values with the names of people and rows as they are now.
func (p *Pages) withNames(r *http.Request, form *forms.Form, values forms.Values) (forms.Values, error) {
	lookup, err := p.kit.Types().Options(r.Context(), p.actor(r), ismskit.Preview{}, form.Needs(values))
	if err != nil {
		return nil, err
	}
	return form.Named(values, lookup), nil
}
