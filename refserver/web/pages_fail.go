package web

import (
	"errors"
	"maps"
	"net/http"
	"net/url"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/refserver/answer"
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
	// Kept is which of the lines says that what was typed is still there.
	Kept string
	// Kind is set for answers that have a page of their own.
	Kind Refusal
}

// faultLink leads to a field that must be mended, as template "errors" takes it.
type faultLink struct {
	Field string // its id on the page
	Text  string
}

// unread is what is wrong with a date or a moment that the calendar could not read: the
// field by the key of its name, and why.
func (p *Pages) unread(r *http.Request, field, name string, err error) faultLink {
	return faultLink{Field: field, Text: forms.Unread(field, p.everyLang(name), err).Message(p.lang(r))}
}

// dayAndTime reads a day and, in a field of its own, a time. What can't be read of it is the
// day, the time (the part "time") or both.
func (p *Pages) dayAndTime(field, dayName, timeName string, posted map[string]string) (at time.Time, wrong forms.Invalid) {
	day, clock := posted[field], posted[field+"_time"]
	at, err := calendar.ParseTime(day+" "+clock, p.location)
	if err == nil {
		return at, nil
	}
	if _, err := calendar.ParseDate(day); err != nil {
		wrong = append(wrong, forms.Unread(field, p.everyLang(dayName), err))
	}
	if _, err := calendar.ParseTime(p.today().String()+" "+clock, p.location); err != nil {
		f := forms.Unread(field, p.everyLang(timeName), err)
		f.Part = "time"
		wrong = append(wrong, f)
	}
	if len(wrong) == 0 { // a day and a time that don't belong together
		wrong = append(wrong, forms.Unread(field, p.everyLang(dayName), err))
	}
	return time.Time{}, wrong
}

// said is what the refusals of our packages have in common: a sentence.
type said interface{ Text(lang string) string }

// refusalLine is a refusal as a sentence; when something may be done again is said as a page
// says moments.
func (p *Pages) refusalLine(r *http.Request, refusal *workflow.Refusal) string {
	next, err := time.Parse(time.RFC3339, refusal.Params["next"])
	if err != nil {
		return refusal.Message(p.lang(r))
	}
	said := *refusal
	said.Params = maps.Clone(refusal.Params)
	said.Params["next"] = p.moment(r, next)
	return said.Message(p.lang(r))
}

// trouble puts an error into words; false for what should not have happened. Its
// status is package answer's to say.
func (p *Pages) trouble(r *http.Request, err error) (trouble, bool) {
	lang := p.lang(r)
	status := answer.Status(err)
	say := func(title string, lines ...string) (trouble, bool) {
		return trouble{Status: status, Title: title, Lines: lines}, true
	}
	// Faults of a form come first: whatever their status, they stand at the fields,
	// beside what was typed.
	if invalid, ok := errors.AsType[forms.Invalid](err); ok {
		return trouble{Status: status, Title: p.text(r, "part.errors", "N", len(invalid)), Faults: p.faultLinks(r, invalid)}, true
	}
	switch status {
	case http.StatusBadRequest:
		return trouble{Status: status, Kind: BadRequest}, true
	case http.StatusNotFound:
		if answer.HasLeft(r.Context(), p.kit, p.actor(r)) {
			return trouble{Status: answer.Status(ismskit.ErrNotInOffice), Kind: NotInOffice}, true
		}
		return trouble{Status: status, Kind: NotThere}, true
	case http.StatusServiceUnavailable:
		return trouble{Status: status, Kind: Unavailable}, true
	case http.StatusRequestEntityTooLarge:
		return trouble{Status: status, Title: p.text(r, "refusal.too_large"), Lines: []string{p.text(r, "refusal.too_large_text")}, Kind: TooLarge}, true
	case http.StatusInternalServerError:
		return trouble{}, false
	}
	if errors.Is(err, ismskit.ErrNotInOffice) {
		return trouble{Status: status, Kind: NotInOffice}, true
	}
	var (
		conflict  *ismskit.Conflict
		refusal   *workflow.Refusal
		unstaffed *ismskit.Unstaffed
		barred    *ismskit.Barred
		readOnly  *ismskit.ReadOnly
		infected  *ismskit.Infected
		worded    said
	)
	switch {
	case errors.As(err, &conflict) && !conflict.Draft.IsZero():
		at := dates{zone: p.location}.clock(conflict.Draft)
		return trouble{Status: status, Title: p.text(r, "trouble.draft"), Lines: []string{p.text(r, "trouble.draft_do", "At", at)}}, true
	case errors.As(err, &conflict) && conflict.Why != nil:
		title := "trouble.overtaken"
		switch workflow.TaskStatus(conflict.Why.Params["status"]) {
		case workflow.TaskRemoved, workflow.TaskDeclined:
			title = "trouble.taken_back"
		case workflow.TaskMoved:
			title = "trouble.moved"
		}
		if ownDoing(conflict.Since, p.actor(r).Person) {
			title = "trouble.done_already" // in another window of his own
		}
		kept := p.text(r, "trouble.kept_below")
		return trouble{Status: status, Title: p.text(r, title), Lines: []string{conflict.Why.Message(lang), kept, p.text(r, "trouble.overtaken_do")}, Kept: kept, Since: conflict.Since}, true
	case errors.As(err, &conflict):
		kept := p.text(r, "trouble.kept")
		return trouble{Status: status, Title: p.text(r, "trouble.conflict"), Lines: []string{p.text(r, "trouble.conflict_do"), kept}, Kept: kept, Since: conflict.Since}, true
	case errors.As(err, &refusal):
		return say(p.text(r, "trouble.refused"), p.refusalLine(r, refusal))
	case errors.As(err, &unstaffed):
		t := trouble{Status: status, Title: p.text(r, "trouble.unstaffed")}
		for _, s := range unstaffed.Steps {
			t.Lines = append(t.Lines, p.unstaffedLine(r, s))
		}
		t.Lines = append(t.Lines, p.text(r, "trouble.unstaffed_do"))
		return t, true
	case errors.As(err, &infected):
		return say(p.text(r, "trouble.infected", "Name", infected.Name), p.text(r, "trouble.infected_do"))
	case errors.As(err, &worded):
		return say(p.text(r, "trouble.refused"), worded.Text(lang))
	case errors.Is(err, ismskit.ErrKeyKept):
		return say(p.text(r, "trouble.key_kept"), p.text(r, "trouble.key_kept_do"))
	case errors.Is(err, ismskit.ErrKeyReused):
		return say(p.text(r, "trouble.key_reused"), p.text(r, "trouble.key_reused_do"))
	case errors.Is(err, ismskit.ErrConflict):
		kept := p.text(r, "trouble.kept")
		return trouble{Status: status, Title: p.text(r, "trouble.conflict"), Lines: []string{p.text(r, "trouble.conflict_again"), kept}, Kept: kept}, true
	case errors.As(err, &barred):
		return say(p.text(r, "trouble.barred"), barred.Texts(lang)...)
	case errors.As(err, &readOnly):
		return say(p.text(r, "trouble.read_only"), readOnly.Text(lang))
	case errors.Is(err, ismskit.ErrReadOnly):
		return say(p.text(r, "trouble.read_only"), p.text(r, "trouble.read_only_do"))
	}
	return trouble{}, false
}

func (p *Pages) unstaffedLine(r *http.Request, s ismskit.UnstaffedStep) string {
	name := forms.Text(s.Name).In(p.lang(r))
	if s.Row != "" {
		name = p.text(r, "trouble.unstaffed_row", "Row", s.Row, "Step", name)
	}
	switch {
	case s.Review:
		return p.text(r, "trouble.unstaffed_review", "Step", name)
	case len(s.Apart) > 0:
		return p.text(r, "trouble.unstaffed_apart", "Step", name, "Others", p.apart(r, s.Apart))
	}
	return p.text(r, "trouble.unstaffed_step", "Step", name)
}

// faultLinks are the faults of a form as links to its fields.
func (p *Pages) faultLinks(r *http.Request, invalid forms.Invalid) []faultLink {
	out := make([]faultLink, len(invalid))
	for i, f := range invalid {
		out[i] = faultLink{Field: fieldID(f.Path()), Text: p.faultLine(r, f)}
	}
	return out
}

// faultLine is a fault with its row, called as the page calls what the row is about.
func (p *Pages) faultLine(r *http.Request, f forms.Fault) string {
	f.Title = p.within(r, f.Title)
	return f.Line(p.lang(r))
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
	if twice, ok := errors.AsType[*ismskit.NumberTwice](err); ok {
		p.renderer.Page(w, r, http.StatusMultipleChoices, "document_twice", p.numberTwice(r, twice))
		return
	}
	t, known := p.trouble(r, err)
	switch {
	case !known:
		p.renderer.Fail(w, r, err)
	case t.Kind == Unavailable:
		p.renderer.logQuietly(r.Context(), "storage unavailable", err)
		p.renderer.Refuse(w, r, t.Kind)
	case t.Kind != "":
		p.renderer.Refuse(w, r, t.Kind)
	default:
		if errors.Is(err, ismskit.ErrConflict) { // no form stands on this page, and it need not be about a case
			t.Title, t.Lines = p.text(r, "trouble.changed"), []string{p.text(r, "trouble.changed_do")}
		}
		if t.Status == http.StatusTooManyRequests {
			w.Header().Set("Retry-After", answer.BundlePatience)
		}
		p.renderer.Page(w, r, t.Status, "trouble", troublePage{trouble: t, Back: p.back(r), Events: p.entries(r, t.Since)})
	}
}

// ownDoing says whether what happened since was all one's own doing, and what followed
// from it by itself.
func ownDoing(since []ismskit.Entry, person string) bool {
	own := false
	for _, e := range since {
		switch e.By.Person {
		case person:
			own = true
		case ismskit.SystemPerson:
		default:
			return false
		}
	}
	return own
}

// overtaken says, at a part of the page that was sent, that somebody changed meanwhile
// what it is about, or that it came twice: the page shows what is there now with what was
// typed, to be sent again.
func (p *Pages) overtaken(r *http.Request, err error, part string) ([]faultLink, bool) {
	switch {
	case errors.Is(err, ismskit.ErrKeyReused):
		return []faultLink{{Field: part, Text: p.text(r, "trouble.came_twice")}}, true
	case errors.Is(err, ismskit.ErrConflict):
		return []faultLink{{Field: part, Text: p.text(r, "trouble.changed_beside")}}, true
	}
	return nil, false
}

// troublePage is the model of trouble.html.
type troublePage struct {
	trouble
	Lost   []string // what was typed and can't be kept
	Back   string   // where the reader came from, "" when unknown
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
