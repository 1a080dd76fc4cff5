package web

import (
	"net/http"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/workflow"
)

// controlOf is the id of the control at which a fault of an act stands. What comes with
// a verb has a control for each verb on the page.
func (a attempt) controlOf(f forms.Fault) string {
	if step, ok := strings.CutPrefix(f.Field, ismskit.FieldChosen+"."); ok && a.task != "" {
		return fieldID(chooseName(a.task, step))
	}
	switch f.Field {
	case ismskit.FieldComment:
		return a.commentID()
	case ismskit.FieldAttached:
		return attachID(a.task)
	case ismskit.FieldPeople:
		return fieldID(peopleName(a.task, a.verb))
	case ismskit.FieldReauth:
		return "reauth-" + a.task
	case ismskit.FieldCertificate:
		return "certificate-" + a.task
	case ismskit.FieldOwe:
		return "owe-" + a.task
	case ismskit.FieldTerm:
		return "term-" + a.task
	case ismskit.FieldResult:
		return fieldID("result")
	}
	return fieldID(f.Path())
}

// commentID is the id of the control for the opinion or reason of a verb.
func (a attempt) commentID() string {
	switch {
	case a.task == "" && (a.verb == workflow.VerbComment || a.verb == workflow.VerbWithdraw):
		return "own-" + string(a.verb)
	case decides(a.verb) || a.verb == workflow.VerbReturn:
		return "comment-" + a.task
	}
	id := "why-" + a.task + "-" + string(a.verb)
	if planned := a.posted.Get("planned"); planned != "" {
		id += "-" + planned
	}
	return id
}

// actFaults are the faults of an act as links to where they stand.
func (p *Pages) actFaults(r *http.Request, a attempt) []faultLink {
	out := make([]faultLink, len(a.invalid))
	for i, f := range a.invalid {
		out[i] = faultLink{Field: a.controlOf(f), Text: p.faultLine(r, f)}
	}
	return out
}

// message is what is wrong at a field, "" where nothing is.
func (a attempt) message(lang, field string) string {
	for _, f := range a.invalid {
		if f.Field == field {
			return f.Message(lang)
		}
	}
	return ""
}

// said is what stands beside a control of the verb: what is wrong at it, else why the
// act was refused. That something has changed meanwhile is no fault of a control's: it is said at
// the head of the page, with what.
func (a attempt) said(lang, field string) string {
	if len(a.invalid) == 0 && a.trouble != nil && a.trouble.Kept == "" && len(a.trouble.Lines) > 0 {
		return a.trouble.Lines[0]
	}
	return a.message(lang, field)
}

// moveTo takes what was typed for a task along to the one that stands in its place: a
// returned case comes to the same step anew once it is sent again.
func (a *attempt) moveTo(c ismskit.Case) {
	is := func(t ismskit.MyTask) bool { return t.ID == a.task }
	old, ok := c.Flow.Task(a.task)
	if !ok || slices.ContainsFunc(c.Mine, is) {
		return
	}
	var same []ismskit.MyTask
	for _, t := range c.Mine {
		if t.Step == old.Step && t.Origin == old.Origin && slices.ContainsFunc(t.Offers, func(o workflow.Offer) bool { return o.Verb == a.verb }) {
			same = append(same, t)
		}
	}
	if len(same) != 1 {
		return
	}
	a.posted, a.task = renamed(a.posted, a.task, same[0].ID), same[0].ID
}

// renamed is what was sent for a task under the names that another task has on its page.
func renamed(sent forms.Posted, from, to string) forms.Posted {
	posted := forms.Posted{}
	for name, texts := range sent {
		for _, kind := range []string{"who", "choose"} {
			if rest, ok := strings.CutPrefix(name, kind+"-"+from+"-"); ok {
				name = kind + "-" + to + "-" + rest
			}
		}
		posted[name] = texts
	}
	return posted
}
