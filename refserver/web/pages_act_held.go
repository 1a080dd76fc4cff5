package web

import (
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/refserver/account"
	"github.com/ismskit/ismskit/workflow"
)

// doHold keeps what was filled in for a task, without doing anything on the case: naming
// who follows in twenty things is not done in one sitting. It is the signer's own, stands
// in the task when he opens it again, and nobody else sees it. doRelease throws it away.
const (
	doHold    = "hold"
	doRelease = "release-held"
	heldTime  = "held_at" // when, in business time
	heldSeen  = "held_seen"
)

// heldView is what of a task was kept, for the page of its case.
type heldView struct {
	At      time.Time
	Differs []otherLine // what others have changed since, where it was filled in otherwise
}

// ends says whether a verb ends the task of whoever uses it, with all that he kept for it. One
// who asks somebody first goes on with it afterwards.
func ends(verb workflow.Verb) bool {
	return decides(verb) || verb == workflow.VerbReject || verb == workflow.VerbUnable || verb == workflow.VerbReturn || verb == workflow.VerbDecline
}

// hold keeps what was filled in for a task in place of what was kept for it before.
func (p *Pages) hold(w http.ResponseWriter, r *http.Request, c ismskit.Case, a attempt) {
	i := slices.IndexFunc(c.Mine, func(t ismskit.MyTask) bool { return t.ID == a.task && len(t.Edit) > 0 })
	if p.keeper == nil || i < 0 {
		p.renderCase(w, r, http.StatusConflict, c, a) // what was typed stands there to be copied
		return
	}
	before, err := p.heldFor(r, c, c.Mine[i])
	if err != nil {
		p.fail(w, r, err)
		return
	}
	if before != nil && heldMark(before) != a.posted.Get(heldSeen) {
		p.heldMeanwhile(w, r, c, c.Mine[i], a, *before, "held.other_do")
		return
	}
	err = p.holdTyped(r, c, c.Mine[i], a)
	if errors.Is(err, account.ErrHeld) {
		a.trouble = &trouble{Title: p.text(r, "held.full"), Lines: []string{p.text(r, "held.full_do", "N", account.MostHeld)}}
		p.renderCase(w, r, http.StatusConflict, c, a)
		return
	}
	if err != nil {
		p.fail(w, r, errors.Join(ismskit.ErrUnavailable, err))
		return
	}
	err = p.releaseBefore(r, c, a.task)
	if err == nil {
		err = p.forget(r) // the form whose session ended, from which he went on
	}
	if err != nil {
		p.fail(w, r, err)
		return
	}
	a.posted = maps.Clone(a.posted)
	delete(a.posted, heldSeen)                                                               // what is kept now is what this page holds
	if a.invalid = slices.Concat(a.filled.refused, a.attached.refused); len(a.invalid) > 0 { // a file that was not kept would not be missed on the next page
		p.renderCase(w, r, http.StatusUnprocessableEntity, c, a)
		return
	}
	p.done(w, r, "/cases/"+c.ID, p.text(r, "held.done", "At", dates{zone: p.location}.clock(p.now())))
}

// heldFor is what the reader keeps for a task, nil for nothing.
func (p *Pages) heldFor(r *http.Request, c ismskit.Case, t ismskit.MyTask) (*account.Held, error) {
	kept, err := p.keeper.Held(r.Context(), p.actor(r).Person, c.ID)
	if err != nil {
		return nil, errors.Join(ismskit.ErrUnavailable, err)
	}
	i := slices.IndexFunc(kept, func(h account.Held) bool { return h.Task == t.ID })
	if i < 0 {
		return nil, nil
	}
	return &kept[i], nil
}

// holdTyped keeps what was typed in a task, with what stood in the case when it was. Where
// there is no room, what was kept for tasks that are over makes it.
func (p *Pages) holdTyped(r *http.Request, c ismskit.Case, t ismskit.MyTask, a attempt) error {
	fields := url.Values(maps.Clone(a.posted))
	maps.Copy(fields, a.filled.posted) // the files that came along are kept by now
	for _, name := range []string{takenUpName, ownerName, heldSeen, "token"} {
		fields.Del(name)
	}
	fields.Set("do", doHold)
	fields.Set(heldTime, p.now().UTC().Format(time.RFC3339))
	holdBase(fields, c, t, a.revision)
	kept := account.Held{Person: p.actor(r).Person, Case: c.ID, Task: t.ID, Fields: fields}
	err := p.keeper.Hold(r.Context(), kept, time.Now())
	if !errors.Is(err, account.ErrHeld) {
		return err
	}
	if err := p.releasePast(r); err != nil {
		return err
	}
	return p.keeper.Hold(r.Context(), kept, time.Now())
}

// asksFirst says whether a verb lets its holder's task wait for others.
func asksFirst(verb workflow.Verb) bool {
	return verb == workflow.VerbAddBefore || verb == workflow.VerbConsult || verb == workflow.VerbDelegate
}

// holdWaiting keeps what was typed in a task whose holder has asked somebody first: until they
// have answered no page has a place for it. It returns what to tell him, "" for nothing.
func (p *Pages) holdWaiting(r *http.Request, c ismskit.Case, a attempt) (string, error) {
	i := slices.IndexFunc(c.Mine, func(t ismskit.MyTask) bool { return t.ID == a.task && len(t.Edit) > 0 })
	if p.keeper == nil || i < 0 || !asksFirst(a.verb) {
		return "", nil
	}
	rest := attempt{task: a.task, filled: a.filled, posted: maps.Clone(a.posted), revision: a.revision}
	dropActed(rest.posted, a)
	t := c.Mine[i]
	if !retyped(c.Form.ToText(shownIn(c, t), p.locale(r)), a.filled.posted, editKeys(t.Edit)) && rest.posted.Get(commentName) == "" && len(a.files()) == 0 {
		return "", nil
	}
	err := p.holdTyped(r, c, t, rest)
	if errors.Is(err, account.ErrHeld) {
		return p.text(r, "held.no_room"), nil
	}
	if err != nil {
		return "", errors.Join(ismskit.ErrUnavailable, err)
	}
	return p.text(r, "held.waiting"), nil
}

// releasePast drops what the reader kept for tasks that are over. What lies in a case that he
// does not read at present stays: whom he stands in for may be away again tomorrow.
func (p *Pages) releasePast(r *http.Request) error {
	person := p.actor(r).Person
	all, err := p.keeper.Held(r.Context(), person, "")
	if err != nil {
		return err
	}
	for _, h := range all {
		c, err := p.kit.Case(r.Context(), p.actor(r), h.Case)
		if errors.Is(err, ismskit.ErrNotFound) {
			continue
		}
		if err != nil {
			return err
		}
		if t, ok := c.Flow.Task(h.Task); ok && t.Status.Live() {
			continue
		}
		if _, ok := inPlaceOf(c, h.Task); ok {
			continue
		}
		if err := p.keeper.Release(r.Context(), person, h.Case, h.Task); err != nil {
			return err
		}
	}
	return nil
}

// release throws away what the reader kept for a task.
func (p *Pages) release(w http.ResponseWriter, r *http.Request, c ismskit.Case) {
	if err := p.released(r, c, r.PostForm.Get("task")); err != nil {
		p.fail(w, r, err)
		return
	}
	p.done(w, r, "/cases/"+c.ID, p.text(r, "held.dropped"))
}

// released drops what the reader keeps for a task, and for what it stands in the place of.
func (p *Pages) released(r *http.Request, c ismskit.Case, task string) error {
	if p.keeper == nil || task == "" {
		return nil
	}
	if err := p.keeper.Release(r.Context(), p.actor(r).Person, c.ID, task); err != nil {
		return errors.Join(ismskit.ErrUnavailable, err)
	}
	return p.releaseBefore(r, c, task)
}

// releaseBefore drops what the reader keeps for what a task stands in the place of.
func (p *Pages) releaseBefore(r *http.Request, c ismskit.Case, task string) error {
	person := p.actor(r).Person
	kept, err := p.keeper.Held(r.Context(), person, c.ID)
	for _, h := range kept {
		if t, ok := inPlaceOf(c, h.Task); err == nil && ok && t.ID == task {
			err = p.keeper.Release(r.Context(), person, c.ID, h.Task)
		}
	}
	if err != nil {
		return errors.Join(ismskit.ErrUnavailable, err)
	}
	return nil
}

// inPlaceOf is the reader's task that stands in the place of one that was moved or made void:
// the same step came to him again. One that he has done is not gone on with.
func inPlaceOf(c ismskit.Case, task string) (ismskit.MyTask, bool) {
	old, ok := c.Flow.Task(task)
	if !ok || old.Status != workflow.TaskMoved && old.Status != workflow.TaskVoid {
		return ismskit.MyTask{}, false
	}
	var same []ismskit.MyTask
	for _, t := range c.Mine {
		if t.Step == old.Step && t.Origin == old.Origin {
			same = append(same, t)
		}
	}
	if len(same) != 1 {
		return ismskit.MyTask{}, false
	}
	return same[0], true
}

// heldIn are the reader's tasks of a case as he left them, each on its own; not the one of
// which the page shows what was just sent.
func (p *Pages) heldIn(r *http.Request, c ismskit.Case, a attempt) (map[string]attempt, error) {
	if p.keeper == nil || !slices.ContainsFunc(c.Mine, func(t ismskit.MyTask) bool { return len(t.Edit) > 0 }) {
		return nil, nil
	}
	kept, err := p.keeper.Held(r.Context(), p.actor(r).Person, c.ID)
	if err != nil {
		return nil, errors.Join(ismskit.ErrUnavailable, err)
	}
	out := map[string]attempt{}
	for _, h := range kept {
		t, ok := inPlaceOf(c, h.Task)
		if i := slices.IndexFunc(c.Mine, func(t ismskit.MyTask) bool { return t.ID == h.Task }); i >= 0 {
			t, ok = c.Mine[i], true
		}
		if _, newer := out[t.ID]; !ok || newer || t.ID == a.task || len(t.Edit) == 0 {
			continue
		}
		if out[t.ID], err = p.goneOn(r, c, t, h); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// goneOn is a task as its holder left it, in the case as it is now.
func (p *Pages) goneOn(r *http.Request, c ismskit.Case, t ismskit.MyTask, h account.Held) (attempt, error) {
	again := r.Clone(r.Context())
	again.PostForm = url.Values(renamed(forms.Posted(h.Fields), h.Task, t.ID))
	again.PostForm.Set("task", t.ID)
	again.Form, again.MultipartForm = again.PostForm, nil
	a, err := p.attempt(again, c)
	if err != nil {
		return a, err
	}
	// It says what of it cannot be read.
	a.revision, a.invalid = c.Revision, a.filled.invalid
	at, err := time.Parse(time.RFC3339, first(h.Fields[heldTime]))
	if err != nil {
		return a, err // we wrote it
	}
	a.held = &heldView{At: at}
	return a, p.broughtUp(r, c, t, h, &a)
}
