package web

import (
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/refserver/account"
)

// doHold keeps what was filled in for a task, without doing anything on the case: naming
// who follows in twenty things is not done in one sitting. It is the signer's own, stands
// in the task when he opens it again, and nobody else sees it. It waits as long as a form
// whose session ended, with which it is kept.
const (
	doHold   = "hold"
	heldTime = "held_at" // when, in business time
)

// isHeld says whether a form waits because its writer kept it, not because his session ended.
func isHeld(f account.Interrupted) bool { return first(f.Fields["do"]) == doHold }

// heldView is what of a task was kept, for the page of its case.
type heldView struct {
	At   time.Time
	Drop string // where it is thrown away
}

// hold keeps what was filled in for a task in place of what was kept for it before.
func (p *Pages) hold(w http.ResponseWriter, r *http.Request, c ismskit.Case, a attempt) {
	open := slices.ContainsFunc(c.Mine, func(t ismskit.MyTask) bool { return t.ID == a.task && len(t.Edit) > 0 })
	if p.keeper == nil || !open {
		p.renderCase(w, r, http.StatusConflict, c, a) // what was typed stands there to be copied
		return
	}
	fields := url.Values(maps.Clone(a.posted))
	maps.Copy(fields, a.filled.posted) // the files that came along are kept by now
	fields.Set("do", doHold)
	fields.Set(heldTime, p.now().UTC().Format(time.RFC3339))
	fields.Del(takenUpName)
	before, err := p.heldFor(r, c, a.task)
	if err == nil {
		_, err = p.keeper.Keep(r.Context(), account.Interrupted{Person: p.actor(r).Person, Token: a.token, Path: r.URL.Path, Fields: fields}, time.Now())
	}
	for _, f := range before {
		if err == nil && f.Token != a.token { // one of this page has given way
			err = p.keeper.Forget(r.Context(), p.actor(r).Person, f.ID)
		}
	}
	if err != nil {
		p.fail(w, r, errors.Join(ismskit.ErrUnavailable, err))
		return
	}
	if a.invalid = a.filled.refused; len(a.invalid) > 0 { // a file that was not kept would not be missed on the next page
		p.renderCase(w, r, http.StatusUnprocessableEntity, c, a)
		return
	}
	p.done(w, r, "/cases/"+c.ID, p.text(r, "held.done", "At", dates{zone: p.location}.clock(p.now())))
}

// heldFor is what the reader kept for a task, the newest first.
func (p *Pages) heldFor(r *http.Request, c ismskit.Case, task string) ([]account.Interrupted, error) {
	all, err := p.keeper.Interrupted(r.Context(), p.actor(r).Person)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(all, func(f account.Interrupted) bool {
		return !isHeld(f) || f.Path != "/cases/"+c.ID+"/act" || first(f.Fields["task"]) != task
	}), nil
}

// reheld is the page of a case as its reader left a task of his, with the request that
// stands for it; false where he kept nothing.
func (p *Pages) reheld(r *http.Request, c ismskit.Case) (*http.Request, attempt, bool, error) {
	if p.keeper == nil {
		return r, attempt{}, false, nil
	}
	for _, t := range c.Mine {
		if len(t.Edit) == 0 {
			continue
		}
		kept, err := p.heldFor(r, c, t.ID)
		if err != nil {
			return r, attempt{}, false, errors.Join(ismskit.ErrUnavailable, err)
		}
		if len(kept) == 0 {
			continue
		}
		again := r.Clone(r.Context())
		again.PostForm = url.Values(maps.Clone(kept[0].Fields))
		again.PostForm.Set(takenUpName, kept[0].ID) // what is done with the task drops it
		again.Form, again.MultipartForm = again.PostForm, nil
		a, err := p.attempt(again, c)
		if err != nil {
			return r, attempt{}, false, err
		}
		// It goes on from the case as it is now, and says what of it cannot be read.
		a.token, a.revision, a.invalid = "", c.Revision, a.filled.invalid
		a.held = &heldView{At: kept[0].At, Drop: keptPath + kept[0].ID + "/drop"}
		if at, err := time.Parse(time.RFC3339, first(kept[0].Fields[heldTime])); err == nil { // else its session ended while it was sent
			a.held.At = at
		}
		return again, a, true, nil
	}
	return r, attempt{}, false, nil
}

// taskOver says whether the task that something was kept for is the reader's no more.
func taskOver(c ismskit.Case, f account.Interrupted) bool {
	task := first(f.Fields["task"])
	return !slices.ContainsFunc(c.Mine, func(t ismskit.MyTask) bool { return t.ID == task })
}

// caseOf is the page of the case that a form was about.
func caseOf(f account.Interrupted) string {
	parts := strings.Split(f.Path, "/")
	return strings.Join(parts[:len(parts)-1], "/")
}
