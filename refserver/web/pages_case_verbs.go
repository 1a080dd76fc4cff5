package web

import (
	"net/http"
	"slices"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/workflow"
)

// verbForm is one thing that can be done.
type verbForm struct {
	Verb, Label, Title, ReasonLabel, Hint string
	Reason                                bool
	Open                                  bool
	Comment, Error, TermError             string
	Task                                  string     // in forms that are no part of the reader's own task
	People                                *fieldView // whom it names
	Term, Unit                            string     // more time
	MayBeginAfresh, Afresh                bool       // whoever takes over begins from nothing
	Why                                   string     // why it is asked of him
	Planned                               string     // who would sign afterwards and is taken away
}

// offers puts the verbs of a task where the page has them: the expected one first,
// its counterpart beside it, the rest under 更多.
func (p *Pages) offers(r *http.Request, c ismskit.Case, t ismskit.MyTask, posted forms.Posted, a attempt, box *taskBox) {
	box.Comment = posted.Get(commentName)
	box.WithComment = t.Kind != workflow.KindHandle && t.Kind != workflow.KindQuestion
	box.ResultLabel = p.text(r, "case.result")
	if t.Kind == workflow.KindQuestion {
		box.ResultLabel = p.text(r, "case.answer")
	}
	box.CommentLabel, box.CommentHint = p.text(r, "case.opinion"), p.commentHint(r, c, t)
	box.Later = t.Next == workflow.VerbSendOut || t.Next == workflow.VerbAnswer
	for _, o := range t.Offers {
		v := verbForm{
			Verb: string(o.Verb), Reason: o.Reason, Label: p.button(r, o.Verb, t), Title: p.decided(r, o.Verb, t.Kind, t.Origin, ""),
			ReasonLabel: p.text(r, "case.reason", "Verb", p.decided(r, o.Verb, t.Kind, t.Origin, "")), Hint: p.verbHint(r, o.Verb),
		}
		if a.task == t.ID && a.verb == o.Verb {
			v.Open = true
		}
		v.Comment = posted.Get(ownComment(o.Verb))
		if v.Open {
			v.Comment = commentOf(posted, o.Verb)
		}
		if !v.Reason {
			v.ReasonLabel = p.text(r, "case.remark")
		}
		p.needs(r, t, o, a, &v)
		v.Open = v.Open || v.typedIn()
		switch o.Verb {
		case workflow.VerbApprove, workflow.VerbRecord:
			box.Main, box.LaterOpen = &v, a.task == t.ID && a.verb == o.Verb || posted.Get("result") != "" || posted.Get(resultNumber) != "" || posted.Get("outside.unasked") != ""
			box.Choose = p.chooseFields(r, c, t, o, a)
			box.Number, box.Unasked = p.numberMissing(r, t, a), p.unasked(r, t, a)
			for _, res := range o.Results {
				only := len(o.Results) == 1 // there is nothing to choose
				box.Results = append(box.Results, option{Value: res.Key, Label: p.in(r, res.Text), Checked: only || posted.Get("result") == res.Key})
			}
		case workflow.VerbReturn:
			box.Second = append(box.Second, v)
			box.To = p.returnTargets(r, c, o.To, posted.Get("to"))
		case workflow.VerbUnable:
			box.Others = append(box.Others, v)
		case workflow.VerbSendOut:
			box.Outside = p.sendOut(r, t, noteBefore(c), posted, a.task == t.ID && a.verb == o.Verb, v.Label)
			box.Outside.Lead = t.Next == workflow.VerbSendOut
			if decided := a.task == t.ID && decides(a.verb); a.task == t.ID && a.verb == o.Verb || decided && t.Task.Outside.Sent.IsZero() {
				box.Outside.Errors = outsideErrors(a.invalid, p.lang(r))
			}
		case workflow.VerbAnswer:
			box.Answer = p.answer(r, t, posted, a.task == t.ID && a.verb == o.Verb, v.Label)
			box.Answer.Lead = t.Next == workflow.VerbAnswer
			if a.task == t.ID && (a.verb == o.Verb || decides(a.verb)) {
				box.Answer.Errors = outsideErrors(a.invalid, p.lang(r))
				box.Answer.Open = box.Answer.Open || box.Answer.Errors["outside.replied"] != ""
			}
		default:
			box.Rare = append(box.Rare, v)
		}
	}
}

// returnTargets are where it may be returned to; a single one needs no choice.
func (p *Pages) returnTargets(r *http.Request, c ismskit.Case, to []string, chosen string) []option {
	if len(to) < 2 {
		return nil
	}
	names := map[string]string{workflow.Applicant: p.text(r, "word.applicant")}
	for _, s := range c.Way.Steps {
		names[s.ID] = p.in(r, s.Name)
	}
	out := make([]option, len(to))
	for i, id := range to {
		out[i] = option{Value: id, Label: names[id], Checked: id == chosen || chosen == "" && i == 0}
		if out[i].Label == "" {
			out[i].Label = id
		}
	}
	return out
}

// button is what a button says: what it does.
func (p *Pages) button(r *http.Request, verb workflow.Verb, t ismskit.MyTask) string {
	if verb == workflow.VerbApprove && t.Kind == workflow.KindConsult && t.Origin != workflow.OriginDelegate {
		return p.text(r, "button.consult")
	}
	return p.decided(r, verb, t.Kind, t.Origin, "")
}

func (p *Pages) commentHint(r *http.Request, c ismskit.Case, t ismskit.MyTask) string {
	if t.Kind == workflow.KindConsult {
		return p.text(r, "case.opinion_consult")
	}
	at := slices.IndexFunc(t.Offers, func(o workflow.Offer) bool { return o.Verb == workflow.VerbReturn })
	switch {
	case at < 0:
		return ""
	case t.Kind == workflow.KindAttest:
		return p.text(r, "case.opinion_dispute")
	case t.Kind == workflow.KindAccept:
		return p.text(r, "case.opinion_accept")
	case slices.ContainsFunc(c.Way.Steps, func(s ismskit.RouteStep) bool {
		return len(s.Rows) > 1 && slices.Contains(t.Offers[at].To, s.ID)
	}):
		return p.text(r, "case.opinion_return_rows")
	}
	return p.text(r, "case.opinion_return")
}

func (p *Pages) verbHint(r *http.Request, verb workflow.Verb) string {
	switch verb {
	case workflow.VerbReject:
		return p.text(r, "case.hint_reject")
	case workflow.VerbUnable:
		return p.text(r, "case.hint_unable")
	case workflow.VerbToPaper:
		return p.text(r, "case.hint_to_paper")
	case workflow.VerbChase:
		return p.text(r, "case.hint_chase")
	case workflow.VerbSuspend:
		return p.text(r, "case.hint_suspend")
	case workflow.VerbVoid:
		return p.text(r, "case.hint_void")
	case ismskit.VerbRetract:
		return p.text(r, "case.hint_retract")
	}
	return ""
}

// decides says whether a verb needs what an office outside did.
func decides(verb workflow.Verb) bool {
	return verb == workflow.VerbRecord || verb == workflow.VerbApprove
}
