package web

import (
	"errors"
	"net/http"
	"net/url"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/workflow"
)

// trouble is a refusal as the reader is told it: a sentence, or what must be
// mended.
type trouble struct {
	Status int
	Title  string   // what happened
	Lines  []string // why, and what to do
	Faults []faultLink
	Since  []ismskit.Entry // what others did meanwhile
	// Kind is set for answers that have a page of their own.
	Kind Refusal
}

// faultLink leads to a field that must be mended, as template "errors" takes it.
type faultLink struct {
	Field string // its id on the page
	Text  string
}

// said is what the refusals of our packages have in common: a sentence.
type said interface{ Text(lang string) string }

// trouble translates an error; false for what should not have happened. It is the
// one place where errors become answers.
func (p *Pages) trouble(r *http.Request, err error) (trouble, bool) {
	lang := p.lang(r)
	say := func(status int, title string, lines ...string) (trouble, bool) {
		return trouble{Status: status, Title: title, Lines: lines}, true
	}
	var (
		invalid   forms.Invalid
		conflict  *ismskit.Conflict
		refusal   *workflow.Refusal
		unstaffed *ismskit.Unstaffed
		infected  *ismskit.Infected
		tooLarge  *http.MaxBytesError
		worded    said
	)
	switch {
	case errors.As(err, &invalid):
		return trouble{Status: http.StatusUnprocessableEntity, Title: p.text(r, "part.errors", "N", len(invalid)), Faults: faultLinks(invalid, lang)}, true
	case errors.As(err, &conflict):
		return trouble{Status: http.StatusConflict, Title: p.text(r, "trouble.conflict"), Lines: []string{p.text(r, "trouble.conflict_do")}, Since: conflict.Since}, true
	case errors.As(err, &refusal):
		return say(http.StatusUnprocessableEntity, p.text(r, "trouble.refused"), refusal.Message(lang))
	case errors.As(err, &unstaffed):
		t := trouble{Status: http.StatusUnprocessableEntity, Title: p.text(r, "trouble.unstaffed")}
		for _, s := range unstaffed.Steps {
			t.Lines = append(t.Lines, p.unstaffedLine(r, s))
		}
		t.Lines = append(t.Lines, p.text(r, "trouble.unstaffed_do"))
		return t, true
	case errors.As(err, &infected):
		return say(http.StatusUnprocessableEntity, p.text(r, "trouble.infected", "Name", infected.Name), p.text(r, "trouble.infected_do"))
	case errors.As(err, &worded):
		return say(http.StatusUnprocessableEntity, p.text(r, "trouble.refused"), worded.Text(lang))
	case errors.Is(err, ismskit.ErrKeyReused):
		return say(http.StatusConflict, p.text(r, "trouble.key_reused"), p.text(r, "trouble.key_reused_do"))
	case errors.Is(err, ismskit.ErrConflict), errors.Is(err, ismskit.ErrRetry):
		return say(http.StatusConflict, p.text(r, "trouble.conflict"), p.text(r, "trouble.conflict_do"))
	case errors.Is(err, ismskit.ErrReadOnly):
		return say(http.StatusConflict, p.text(r, "trouble.read_only"), p.text(r, "trouble.read_only_do"))
	case errors.As(err, &tooLarge), errors.Is(err, ismskit.ErrTooLarge):
		return trouble{Status: http.StatusRequestEntityTooLarge, Title: p.text(r, "refusal.too_large"), Lines: []string{p.text(r, "refusal.too_large_text")}, Kind: TooLarge}, true
	case errors.Is(err, ismskit.ErrNotFound), errors.Is(err, ismskit.ErrForbidden):
		return trouble{Status: http.StatusNotFound, Kind: NotThere}, true
	case errors.Is(err, ismskit.ErrUnavailable):
		return trouble{Status: http.StatusServiceUnavailable, Kind: Unavailable}, true
	}
	return trouble{}, false
}

func (p *Pages) unstaffedLine(r *http.Request, s ismskit.UnstaffedStep) string {
	name := forms.Text(s.Name).In(p.lang(r))
	if s.Row != "" {
		return p.text(r, "trouble.unstaffed_row", "Row", s.Row, "Step", name)
	}
	return p.text(r, "trouble.unstaffed_step", "Step", name)
}

// faultLinks are the faults of a form as links to its fields.
func faultLinks(invalid forms.Invalid, lang string) []faultLink {
	out := make([]faultLink, len(invalid))
	for i, f := range invalid {
		out[i] = faultLink{Field: fieldID(f.Path()), Text: f.Line(lang)}
	}
	return out
}

// fieldID is the id that a field of a form has on the page.
func fieldID(path string) string {
	if path == "" {
		return "form"
	}
	return "f-" + path
}

// fail answers an error with the page for it. What a person may not see and what
// is not there have the same page.
func (p *Pages) fail(w http.ResponseWriter, r *http.Request, err error) {
	t, known := p.trouble(r, err)
	switch {
	case !known:
		p.renderer.Fail(w, r, err)
	case t.Kind == Unavailable:
		p.renderer.logQuietly(r.Context(), "storage unavailable", err)
		w.Header().Set("Retry-After", "10")
		p.renderer.Refuse(w, r, t.Kind)
	case t.Kind != "":
		p.renderer.Refuse(w, r, t.Kind)
	default:
		p.renderer.Page(w, r, t.Status, "trouble", troublePage{trouble: t, Back: p.back(r), Events: p.entries(r, t.Since)})
	}
}

// troublePage is the model of trouble.html.
type troublePage struct {
	trouble
	Back   string // where the reader came from, "" when unknown
	Events []entryLine
}

// back is the page of ours the reader came from.
func (p *Pages) back(r *http.Request) string {
	from, err := url.Parse(r.Referer())
	if err != nil || from.Host != r.Host {
		return ""
	}
	return SafeNext(from.RequestURI(), "")
}
