package web

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/refserver/account"
	"github.com/ismskit/ismskit/workflow"
)

// Keeper keeps forms that arrive after the session has ended, until the person who
// filled them in has signed in again, and what somebody keeps himself of a task.
// *account.Store is one.
type Keeper interface {
	// Seal marks a page, by its token and the path its form is sent to, as the
	// person's own; Sealed tells whose one is.
	Seal(person, token, path string) string
	Sealed(seal, token, path string) (person string, ok bool)
	Keep(ctx context.Context, f account.Interrupted, now time.Time) (id string, err error)
	Interrupted(ctx context.Context, person string) ([]account.Interrupted, error)
	Forget(ctx context.Context, person, id string) error
	// Hold keeps what somebody has filled in for a task and not sent, and refuses with
	// account.ErrHeld what it has no room for; Held lists it, of all cases with "".
	Hold(ctx context.Context, h account.Held, now time.Time) error
	Held(ctx context.Context, person, caseID string) ([]account.Held, error)
	Release(ctx context.Context, person, caseID, task string) error
}

// Names that a page with a form carries beside its fields.
const (
	ownerName   = "writer" // whose page it is, sealed
	takenUpName = "kept"   // the interrupted form it goes on from
)

// ownSeal marks a page, whose form goes to a path, as the reader's.
func (p *Pages) ownSeal(r *http.Request, token, path string) string {
	if p.keeper == nil {
		return ""
	}
	return p.keeper.Seal(p.actor(r).Person, token, path)
}

// interrupted catches a form that arrives when its writer isn't signed in any
// more, or somebody else is: it is kept for its writer, and nothing of it is done.
// It answers true when it has answered.
func (p *Pages) interrupted(w http.ResponseWriter, r *http.Request, door http.Handler) bool {
	if p.keeper == nil || r.Method != http.MethodPost || !keepable(r.URL.Path) {
		return false
	}
	current, in := p.visits.Current(r.Context())
	if !in && r.Header.Get(partHeader) != "" {
		return false // the script tries again with the whole page
	}
	if in && !p.parse(w, r) {
		return true
	}
	form, err := sent(r)
	if err != nil {
		return false // nothing that could be kept: to the door, as every page
	}
	fields := form.kept()
	token := fields.Get("token")
	writer, ours := p.keeper.Sealed(fields.Get(ownerName), token, r.URL.Path)
	if !ours || in && writer == current.Person {
		return false
	}
	id, err := p.keeper.Keep(r.Context(), account.Interrupted{Person: writer, Token: token, Path: r.URL.Path, Fields: fields}, time.Now())
	if err != nil {
		p.fail(w, r, errors.Join(ismskit.ErrUnavailable, err))
		return true
	}
	if in {
		p.renderer.Page(w, r, http.StatusConflict, "trouble", troublePage{trouble: trouble{
			Title: p.text(r, "kept.other"), Lines: []string{p.text(r, "kept.other_do")},
		}})
		return true
	}
	door.ServeHTTP(w, pageRequest(r, keptPath+id))
	return true
}

const keptPath = "/kept/"

// keepable says whether a form that is sent to a path may be kept and gone on with:
// one that is filled in, and an act on a case. Nothing else is ever carried on in
// somebody's name.
func keepable(path string) bool {
	parts := strings.Split(strings.TrimPrefix(path, "/"), "/")
	switch {
	case slices.Contains(parts, "") || slices.Contains(parts, "..") || slices.Contains(parts, "."):
		return false
	case len(parts) == 2:
		return parts[0] == "apply"
	}
	return len(parts) == 3 && parts[0] == "cases" && (parts[2] == "edit" || parts[2] == "act")
}

// pageRequest asks for another page with the same session.
func pageRequest(r *http.Request, path string) *http.Request {
	out := r.Clone(r.Context())
	out.Method, out.URL = http.MethodGet, &url.URL{Path: path}
	out.Body, out.ContentLength = http.NoBody, 0
	out.Header.Del("Content-Type")
	out.Form, out.PostForm, out.MultipartForm = nil, nil, nil
	return out
}

// keptPage is the model of kept.html.
type keptPage struct {
	Href, Subject, Files string
	Act                  bool // an act on a case, else a form that is filled in
}

// keptForm shows that an interrupted form of the reader's waits, with the button that
// goes on with it: following a link changes nothing.
func (p *Pages) keptForm(w http.ResponseWriter, r *http.Request) {
	form, ok := p.keptOf(w, r)
	if !ok {
		return
	}
	line, ok := p.waitingLine(r, form)
	if !ok {
		p.fail(w, r, ismskit.ErrNotFound)
		return
	}
	p.renderer.Page(w, r, http.StatusOK, "kept", keptPage{
		Href: line.Href, Subject: line.Subject, Act: isAct(form), Files: strings.Join(form.Fields[filesName], p.text(r, "word.list")),
	})
}

// isAct says whether a form is an act on a case.
func isAct(f account.Interrupted) bool { return strings.HasSuffix(f.Path, "/act") }

// keptOf is the reader's interrupted form that the address names. One of somebody
// else's isn't there: it answers by itself then.
func (p *Pages) keptOf(w http.ResponseWriter, r *http.Request) (account.Interrupted, bool) {
	waiting, err := p.waiting(r)
	if err != nil {
		p.fail(w, r, err)
		return account.Interrupted{}, false
	}
	i := slices.IndexFunc(waiting, func(f account.Interrupted) bool { return f.ID == r.PathValue("id") && keepable(f.Path) })
	if i < 0 {
		http.Redirect(w, r, p.renderer.Href("/"), http.StatusSeeOther)
		return account.Interrupted{}, false
	}
	return waiting[i], true
}

// takeUp goes on with an interrupted form of the reader's: a form that is filled
// in becomes a draft, an act on a case is shown again with what was typed.
func (p *Pages) takeUp(w http.ResponseWriter, r *http.Request) {
	form, ok := p.keptOf(w, r)
	if !ok {
		return
	}
	fields := url.Values(maps.Clone(form.Fields))
	fields.Set(takenUpName, form.ID)
	fields.Set("do", string(ismskit.VerbSave))
	if isAct(form) {
		fields.Set("do", "refresh")
		p.visits.PutFlash(r.Context(), p.takenUp(r, fields))
	}
	again := pageRequest(r, form.Path)
	again.Method, again.Form, again.PostForm = http.MethodPost, fields, fields
	p.inner.ServeHTTP(w, again)
}

// dropKept throws an interrupted form of the reader's away.
func (p *Pages) dropKept(w http.ResponseWriter, r *http.Request) {
	form, ok := p.keptOf(w, r)
	if !ok {
		return
	}
	if err := p.keeper.Forget(r.Context(), p.actor(r).Person, form.ID); err != nil {
		p.fail(w, r, errors.Join(ismskit.ErrUnavailable, err))
		return
	}
	p.done(w, r, "/", p.text(r, "kept.dropped"))
}

// waiting are the reader's interrupted forms. One that can't be gone on with any more
// is dropped.
func (p *Pages) waiting(r *http.Request) ([]account.Interrupted, error) {
	if p.keeper == nil {
		return nil, nil
	}
	all, err := p.keeper.Interrupted(r.Context(), p.actor(r).Person)
	if err != nil {
		return nil, errors.Join(ismskit.ErrUnavailable, err)
	}
	waiting := all[:0]
	for _, f := range all {
		past, err := p.past(r, f)
		if err != nil {
			return nil, err
		}
		if !past {
			waiting = append(waiting, f)
			continue
		}
		if err := p.keeper.Forget(r.Context(), p.actor(r).Person, f.ID); err != nil {
			return nil, errors.Join(ismskit.ErrUnavailable, err)
		}
	}
	return waiting, nil
}

// past says that nothing can come of an interrupted form any more: its case can't be
// edited by the reader, or is closed, or gone.
func (p *Pages) past(r *http.Request, f account.Interrupted) (bool, error) {
	parts := strings.Split(strings.TrimPrefix(f.Path, "/"), "/")
	if len(parts) != 3 {
		return false, nil
	}
	c, err := p.kit.Case(r.Context(), p.actor(r), parts[1])
	switch {
	case errors.Is(err, ismskit.ErrNotFound):
		return true, nil
	case err != nil:
		return false, err
	case isAct(f):
		return c.Flow.Phase == workflow.PhaseClosed && len(c.Mine) == 0, nil
	}
	return !c.MayEdit, nil
}

// waitingFor is the page of the newest interrupted form of the reader's that was sent
// to a path; none is "".
func (p *Pages) waitingFor(r *http.Request, path string) (string, error) {
	waiting, err := p.waiting(r)
	if err != nil {
		return "", err
	}
	for _, f := range waiting {
		if f.Path == path {
			return keptPath + f.ID, nil
		}
	}
	return "", nil
}

// takenUp says that a form goes on from where its session ended.
func (p *Pages) takenUp(r *http.Request, fields url.Values) string {
	if files := fields[filesName]; len(files) > 0 {
		return p.text(r, "kept.taken_up_files", "Files", strings.Join(files, p.text(r, "word.list")))
	}
	return p.text(r, "kept.taken_up")
}

// forget drops the interrupted form that a page went on from, and the page's own that
// was interrupted before, once what it holds is kept or done.
func (p *Pages) forget(r *http.Request) error {
	id, token := r.PostForm.Get(takenUpName), r.PostForm.Get("token")
	if p.keeper == nil {
		return nil
	}
	person := p.actor(r).Person
	all, err := p.keeper.Interrupted(r.Context(), person)
	if err != nil {
		return errors.Join(ismskit.ErrUnavailable, err)
	}
	for _, f := range all {
		if f.ID != id && (token == "" || f.Token != token) {
			continue
		}
		if err := p.keeper.Forget(r.Context(), person, f.ID); err != nil {
			return errors.Join(ismskit.ErrUnavailable, err)
		}
	}
	return nil
}
