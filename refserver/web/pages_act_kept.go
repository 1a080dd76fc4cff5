package web

import (
	"errors"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/workflow"
)

// withTyped is the page of a case with what was typed in a task laid over it, and whether
// that is anything else than what the page has by itself.
func (p *Pages) withTyped(r *http.Request, c ismskit.Case, rest attempt) (page casePage, more bool, err error) {
	plain, err := p.casePage(r, c, attempt{task: rest.task} /* without what he kept for it */)
	if err != nil {
		return page, false, err
	}
	rest.filled.posted = maps.Clone(rest.filled.posted)
	maps.DeleteFunc(rest.filled.posted, func(_ string, texts []string) bool { return last(texts) == "" })
	page, err = p.casePage(r, c, rest)
	return page, !reflect.DeepEqual(plain.Tasks, page.Tasks), err
}

// overMeanwhile says of a stale page whose case has ended meanwhile how and when, and what
// to do instead: sending it once more would lead nowhere. Where others were first with
// what it was to do the trouble says so, except where that was the system, for nobody had
// answered in time.
func (p *Pages) overMeanwhile(r *http.Request, t *trouble, now ismskit.Case, err error) {
	conflict, stale := errors.AsType[*ismskit.Conflict](err)
	lapsed := now.Flow.Outcome == workflow.OutcomeLapsed
	if !stale || now.Flow.Phase != workflow.PhaseClosed || conflict.Why != nil && !lapsed {
		return
	}
	title, how := "trouble.ended", "trouble.ended_at"
	if lapsed {
		title, how = "trouble.ended_system", "trouble.ended_lapsed"
	}
	if now.Flow.Outcome == workflow.OutcomePaper { // it has not ended for him, it goes on elsewhere
		p.onPaperMeanwhile(r, t, now)
		return
	}
	at, state := p.moment(r, now.Flow.Closed), p.state(r, now.Word, 0, 0).Text
	t.Title, t.Lines = p.text(r, title), []string{p.text(r, how, "At", at, "State", state), p.text(r, "trouble.ended_do"), t.Kept}
}

// stepOver says of a stale page whose step is over meanwhile that it is: to send it once more leads
// nowhere.
func (p *Pages) stepOver(r *http.Request, t *trouble, now ismskit.Case, a attempt, err error) {
	conflict, stale := errors.AsType[*ismskit.Conflict](err)
	if !stale || conflict.Why != nil || !workflow.NeedsTask(a.verb) || now.Flow.Phase == workflow.PhaseClosed ||
		slices.ContainsFunc(now.Mine, func(m ismskit.MyTask) bool { return m.ID == a.task }) {
		return
	}
	t.Title, t.Lines = p.text(r, "trouble.step_over"), []string{p.text(r, "trouble.step_over_do"), t.Kept}
}

// keeps says whether the page that answers a refused act holds something that was typed.
func (p *Pages) keeps(r *http.Request, c ismskit.Case, a attempt) (bool, error) {
	page, err := p.casePage(r, c, a)
	if err != nil {
		return false, err
	}
	typed := func(own *ownAct) bool { return own != nil && own.Text != "" }
	if len(page.Lost) > 0 || typed(page.Withdraw) || typed(page.Comment) || slices.ContainsFunc(page.Others, func(v verbForm) bool { return v.typedIn() }) {
		return true, nil
	}
	rest := attempt{task: a.task, filled: a.filled, attached: a.attached, posted: maps.Clone(a.posted), pick: a.pick}
	delete(rest.posted, "do")
	_, more, err := p.withTyped(r, c, rest)
	return more, err
}

// unplaced is what was typed for something that can't be done any more, to be copied:
// opinions and reasons, what was noted of an office outside, and fields of the step.
func (p *Pages) unplaced(r *http.Request, c ismskit.Case, a attempt) []string {
	var out []string
	for _, name := range slices.Sorted(maps.Keys(a.posted)) {
		if text := a.posted.Get(name); (name == commentName || strings.HasPrefix(name, commentName+".")) && text != "" {
			out = append(out, text)
		}
	}
	for _, f := range a.files() {
		out = append(out, p.text(r, "case.files")+p.text(r, "shell.colon")+f.Name)
	}
	line := func(label, text string) { out = append(out, label+p.text(r, "shell.colon")+text) }
	for _, name := range []string{"to", "how", "number", "sent", "expected", "text", "replied", "reply_number", "reply", "unasked"} {
		if text := strings.TrimSpace(a.posted.Get("outside." + name)); text != "" && !beganWith(a.posted, name) {
			line(p.text(r, "outside."+name), text)
		}
	}
	if number := strings.TrimSpace(a.posted.Get(resultNumber)); number != "" {
		line(p.text(r, numberID), number)
	}
	for _, path := range slices.Sorted(maps.Keys(a.filled.values)) {
		info, ok := c.Form.Field(path)
		if text := c.Form.Format(path, a.filled.values[path], p.locale(r)); ok && text != "" && text != c.Form.Format(path, c.Fields[path], p.locale(r)) {
			line(info.Label.In(p.lang(r)), text)
		}
	}
	return out
}

// filesSince lets the files stand that others have put on record since a stale page was opened, where
// it has none: what came with an answer need not be chosen once more, and is not taken out again.
func (p *Pages) filesSince(r *http.Request, now ismskit.Case, a *attempt, err error) {
	i := slices.IndexFunc(now.Mine, func(t ismskit.MyTask) bool { return t.ID == a.task })
	if _, stale := errors.AsType[*ismskit.Conflict](err); !stale || i < 0 || a.filled.posted == nil {
		return
	}
	shown := shownIn(now, now.Mine[i])
	for _, key := range editKeys(now.Mine[i].Edit) {
		if _, takes := now.Form.FileKinds(key); takes && a.filled.values[key] == nil && changedAfter(now.Trail, a.revision, key) {
			a.takeOver(now.Form.ToText(shown, p.locale(r)), shown, key)
		}
	}
}
