package web

import (
	"errors"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/workflow"
)

// pageVerbs are what a case page asks for by itself, without the Kit.
var pageVerbs = map[string]bool{"upload": true, "remove-part": true, "refresh": true, doLanguage: true, doSame: true}

// act carries out one verb on a case.
func (p *Pages) act(w http.ResponseWriter, r *http.Request) {
	if !p.parse(w, r) {
		return
	}
	c, err := p.kit.Case(r.Context(), p.actor(r), r.PathValue("id"))
	if err != nil {
		p.noLonger(w, r, err)
		return
	}
	if first(r.PostForm["do"]) == doRelease {
		p.release(w, r, c)
		return
	}
	actor, password := p.actingAs(r), takeProof(r)
	a, err := p.attempt(r, c)
	if err != nil {
		p.fail(w, r, err)
		return
	}
	if pageVerbs[string(a.verb)] {
		a.invalid = slices.Concat(a.filled.refused, a.attached.refused)
		if do, to, _ := strings.Cut(last(a.posted["do"]), ":"); do == doLanguage {
			r = p.switched(w, r, filled{do: do, at: to})
		}
		p.renderCase(w, r, http.StatusOK, c, a)
		return
	}
	if a.verb == doHold {
		p.hold(w, r, c, a)
		return
	}
	if p.losesHeld(w, r, c, a) {
		return
	}
	unproved, err := p.proving(r, &actor, password)
	if err != nil {
		p.refuseAct(w, r, a, err)
		return
	}
	a.invalid = append(a.invalid, unproved...)
	if a.verb == workflow.VerbUnable {
		if err := p.leaveHeld(r, c, &a); err != nil {
			p.fail(w, r, err)
			return
		}
	}
	action := p.action(c, &a)
	done, err := p.kit.Act(r.Context(), actor, c.ID, action)
	a.unsigned, _ = errors.AsType[*ismskit.Unsigned](err)
	if err == nil {
		err = p.forget(r)
	}
	if err == nil && ends(a.verb) {
		err = p.released(r, c, a.task)
	}
	if err != nil {
		p.refuseAct(w, r, a, err)
		return
	}
	p.wentOn(w, r, c, a, done.Prepared != "")
}

// wentOn goes on after an act: to the list of what else there is to do, or back to
// the case for what the applicant does with it, for a task of which more was typed than
// what was done, and where a draft was prepared that he is to send.
func (p *Pages) wentOn(w http.ResponseWriter, r *http.Request, c ismskit.Case, a attempt, prepared bool) {
	task, _ := c.Flow.Task(a.task) // sent twice, it is no more among what he has to do
	kind, origin := task.Kind, task.Origin
	to := "/cases/" + c.ID
	if i := slices.IndexFunc(c.Mine, func(t ismskit.MyTask) bool { return t.ID == a.task }); i >= 0 {
		if a.verb != workflow.VerbSendOut && a.verb != workflow.VerbAnswer && a.verb != workflow.VerbRemoveSigner && !prepared {
			to = "/"
		}
		if a.next && !prepared {
			var err error
			if to, err = p.next(r, c, c.Mine[i]); err != nil {
				p.fail(w, r, err)
				return
			}
		}
	}
	what := ismskit.RowNumberIn(p.lang(r), c.Number, c.RowNo, c.RowTurn)
	if what == "" {
		what = p.subject(r, c.Subject, c.SubjectIn)
	}
	how := p.decided(r, a.verb, kind, origin, commentOf(a.posted, a.verb))
	if a.verb == workflow.VerbSendOut || a.verb == workflow.VerbAnswer {
		var err error
		if how, err = p.notedOutside(r, c, how); err != nil {
			p.fail(w, r, err)
			return
		}
	}
	did := p.text(r, "case.done", "What", what, "Did", how)
	waits, err := p.holdWaiting(r, c, a)
	if err != nil {
		p.fail(w, r, err)
		return
	}
	did += waits
	if a.leftHeld {
		did += p.text(r, "held.left_out")
	}
	typed, more, err := p.typedBeside(r, a)
	switch {
	case err != nil:
		p.fail(w, r, err)
	case more:
		p.visits.PutFlash(r.Context(), did)
		p.renderer.Page(w, r, http.StatusOK, "case", typed)
	default:
		p.done(w, r, to, did)
	}
}

// actingAs is the actor with the principal he says he acts for; the Kit checks it.
func (p *Pages) actingAs(r *http.Request) ismskit.Actor {
	actor := p.actor(r)
	actor.For = r.PostForm.Get("for")
	return actor
}

// typedBeside is the page of a case after an act in a task that goes on, with what was
// typed in the task beside what was done; more says whether there is any.
func (p *Pages) typedBeside(r *http.Request, a attempt) (page casePage, more bool, err error) {
	if a.task == "" || decides(a.verb) || a.verb == workflow.VerbReturn {
		return page, false, nil
	}
	c, err := p.kit.Case(r.Context(), p.actor(r), r.PathValue("id"))
	if errors.Is(err, ismskit.ErrNotFound) {
		return page, false, nil
	}
	if err != nil {
		return page, false, err
	}
	rest := attempt{task: a.task, filled: a.filled, attached: a.attached, posted: maps.Clone(a.posted), pick: a.pick}
	dropActed(rest.posted, a)
	return p.withTyped(r, c, rest)
}

// dropActed takes out of what was typed in a task what was done with it.
func dropActed(posted forms.Posted, a attempt) {
	delete(posted, "do")
	delete(posted, ownComment(a.verb))
	switch a.verb {
	case workflow.VerbSendOut:
		for _, name := range []string{"to", "how", "number", "sent", "expected", "text"} {
			delete(posted, "outside."+name)
		}
	case workflow.VerbAnswer:
		for _, name := range []string{"replied", "reply_number", "reply"} {
			delete(posted, "outside."+name)
		}
	case workflow.VerbExtend:
		delete(posted, "term")
	}
	dropBelow(posted, peopleName(a.task, a.verb))
}

// attempt reads what a case page sent.
func (p *Pages) attempt(r *http.Request, c ismskit.Case) (attempt, error) {
	posted := maps.Clone(forms.Posted(r.PostForm))
	do, beside, _ := strings.Cut(last(posted["do"]), ":")
	a := attempt{next: beside == goOn, owes: beside == oweDo, verb: workflow.Verb(do), task: posted.Get("task"), posted: posted, token: posted.Get("token")}
	if seen, err := strconv.ParseInt(posted.Get("revision"), 10, 64); err == nil {
		a.revision = seen
	}
	if err := p.verbNeeds(r, c, &a); err != nil {
		return a, err
	}
	if err := p.signing(r, &a); err != nil {
		return a, err
	}
	var err error
	if a.attached, err = p.handedIn(r, posted); err != nil {
		return a, err
	}
	if ismskit.MayAttach(a.verb) {
		a.invalid = append(a.invalid, a.attached.invalid...)
	} else { // those that were kept stay on the page
		a.invalid = append(a.invalid, a.attached.refused...)
	}
	if posted.Get("fields") == "" {
		return a, nil
	}
	// The page says which fields it has; which ones the step may change is the
	// Kit's to say.
	f, err := p.readOf(r, c.Form, c.Leaver)
	if err != nil {
		return a, err
	}
	f.values = only(c.Form.Whole(f.values), strings.Split(posted.Get("fields"), ","))
	a.filled = f
	switch {
	case decides(a.verb) || a.verb == workflow.VerbUnable || pageVerbs[string(a.verb)]:
		a.invalid = append(a.invalid, f.invalid...)
	default: // the fields stay on the page, but a file that was not kept is gone
		a.invalid = append(a.invalid, f.refused...)
	}
	return a, nil
}

// The opinion, and 受理號 where it comes with the result. Every other verb of a task has
// a reason of its own, under a name of its own: they are parts of one form.
const (
	commentName  = "comment"
	resultNumber = "result.number"
)

func ownComment(verb workflow.Verb) string { return commentName + "." + string(verb) }

// commentOf is what was typed beside a verb.
func commentOf(posted forms.Posted, verb workflow.Verb) string {
	if own, ok := posted[ownComment(verb)]; ok {
		return last(own)
	}
	return posted.Get(commentName)
}

// only keeps the fields that a step may edit.
func only(values forms.Values, paths []string) forms.Values {
	out := forms.Values{}
	for _, path := range paths {
		key, _, _ := strings.Cut(path, ".")
		if v, ok := values[key]; ok {
			out[key] = v
		}
	}
	return out
}

// action is what the Kit is asked to do, with what could not be read.
func (p *Pages) action(c ismskit.Case, a *attempt) ismskit.Action {
	action := ismskit.Action{
		Verb: a.verb, Task: a.task, Revision: a.revision, Comment: strings.TrimSpace(commentOf(a.posted, a.verb)),
		People: a.people, Units: a.units, Chosen: a.chosen, Term: a.term, Certificate: a.signed, Owe: a.owe,
	}
	if a.token != "" && len(a.token) < 64 {
		action.Key = a.token + "." + string(a.verb)
	}
	switch a.verb {
	case workflow.VerbRecord:
		action.Result = a.posted.Get("result")
		action.Values, action.Outside = a.filled.values, p.heard(c, a)
	case workflow.VerbUnable, workflow.VerbApprove:
		action.Values, action.Outside = a.filled.values, p.heard(c, a)
	case workflow.VerbDecline, workflow.VerbAddBefore, workflow.VerbAddAfter, workflow.VerbConsult, workflow.VerbDelegate:
		action.Outside = p.heard(c, a)
	case workflow.VerbReassign:
		action.Afresh = a.posted.Get(afreshName) == "1"
	case workflow.VerbReturn:
		action.To, action.Outside = a.posted.Get("to"), p.heard(c, a)
	case workflow.VerbSendOut, workflow.VerbAnswer:
		note, unread := p.outsideNote(a.posted)
		action.Outside, a.invalid = note, append(append(a.invalid, unread...), p.noteEmptied(a)...)
		if a.verb == workflow.VerbAnswer {
			action.Values = filesOf(c.Form, a.filled.values)
		}
	}
	if ismskit.MayAttach(a.verb) {
		action.Files = a.files()
	}
	action.Unread = a.invalid
	return action
}

// filesOf keeps of values the fields that hold files.
func filesOf(form *forms.Form, values forms.Values) forms.Values {
	out := forms.Values{}
	for path, v := range values {
		if _, takes := form.FileKinds(path); takes {
			out[path] = v
		}
	}
	return out
}

// refuseAct shows the case as it is now, with why the act was refused and
// everything that was typed. After a conflict the page has the case's present
// revision, so that the reader can go on knowingly.
func (p *Pages) refuseAct(w http.ResponseWriter, r *http.Request, a attempt, err error) {
	if u, ok := errors.AsType[*ismskit.Unsigned](err); ok && len(u.Refused) == 0 {
		p.askToSign(w, r, a)
		return
	}
	t, known := p.trouble(r, err)
	if !known || t.Kind != "" {
		p.fail(w, r, err)
		return
	}
	now, caseErr := p.kit.Case(r.Context(), p.actor(r), r.PathValue("id"))
	if caseErr != nil {
		p.noLonger(w, r, caseErr)
		return
	}
	if invalid, ok := errors.AsType[forms.Invalid](err); ok {
		a.invalid = invalid
		p.renderCase(w, r, t.Status, now, a)
		return
	}
	if errors.Is(err, ismskit.ErrKeyReused) {
		a.token = ""
	}
	p.overMeanwhile(r, &t, now, err)
	a.moveTo(now)
	p.filesSince(r, now, &a, err)
	p.stepOver(r, &t, now, a, err)
	if t.Kept != "" {
		kept, err := p.keeps(r, now, a)
		if err != nil {
			p.fail(w, r, err)
			return
		}
		if !kept {
			t.Lines = slices.DeleteFunc(t.Lines, func(line string) bool { return line == t.Kept })
		}
	}
	a.trouble = &t
	p.renderCase(w, r, t.Status, now, a)
}
