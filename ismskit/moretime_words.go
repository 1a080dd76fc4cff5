package ismskit

import (
	"strings"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/workflow"
)

// MoreTime is more time for a task (展期), asked for or granted: how much, and from which
// deadline to which. Who grants it signs these, and an auditor reads them.
type MoreTime struct {
	Step workflow.Text // whose deadline it is
	Task string
	By   workflow.Signer  // who asked
	For  *workflow.Signer // in whose name, as deputy
	Term string           // as 3wd
	From time.Time        // the deadline as it stands, or stood
	To   time.Time        // as it is with the term, or would have been
	// Refused says that it was not granted: the deadline is From still.
	Refused bool
}

// Text is for how long, and from which deadline to which: 「展期 3 個工作天，期限由 115.12.03 延至
// 115.12.08」.
func (m MoreTime) Text(in forms.Locale) string {
	key := "more_time"
	if m.Refused {
		key = "more_time.refused"
	}
	return say(in.Lang, key, m.params(in))
}

func (m MoreTime) params(in forms.Locale) map[string]string {
	term, err := calendar.ParseTerm(m.Term)
	moment := func(t time.Time) string {
		if err == nil && term.Unit == calendar.Hours {
			return in.Moment(t)
		}
		at := lastMoment(t)
		if in.Location != nil {
			at = at.In(in.Location)
		}
		return in.Day(calendar.DateOf(at))
	}
	out := map[string]string{"term": m.Term, "from": moment(m.From), "to": moment(m.To), "step": m.Step.In(in.Lang), "by": namedWithPost(m.By)}
	if err == nil {
		out["term"] = termText(in.Lang, term)
	}
	if m.For != nil {
		out["by"] = say(in.Lang, "why.giver", map[string]string{"by": out["by"], "for": namedWithPost(*m.For)})
	}
	return out
}

func namedWithPost(s workflow.Signer) string { return strings.TrimSpace(s.Name + " " + s.PostTitle) }

// moreTimeOf is what is asked for in a task in which somebody grants more time, with the date that
// it would be granted to now; nil for any other task.
func (k *Kit) moreTimeOf(c *caseInHand, t workflow.Task) *MoreTime {
	if t.Origin != workflow.OriginExtend || t.Extension == nil {
		return nil
	}
	from, ok := c.state.Task(t.From)
	if !ok {
		return nil
	}
	step, _ := c.kind.flow.Step(t.Step)
	m := &MoreTime{Step: taskName(step, from), Task: from.ID, Term: t.Extension.Term, From: from.Due, To: t.Extension.Due}
	if t.Status == workflow.TaskOpen {
		if now, err := k.granted(*c, t); err == nil {
			m.To = now.Due
		}
	}
	switch {
	case t.Giver != nil && t.Giver.Person != "":
		m.By, m.For = *t.Giver, t.GivenFor
	case len(from.Holder.Named) == 1: // asked for by a program that did not keep who
		m.By = from.Holder.Named[0]
	}
	return m
}

// becauseMoreTime is why somebody is asked for more time: who asks it for which step, how much,
// and what the deadline is and would be.
func (k *Kit) becauseMoreTime(m MoreTime) workflow.Text {
	key := "why.extend"
	if m.By.Person == "" {
		key = "why.extend_nobody"
	}
	return workflow.Text(sayAll(key, func(lang string) map[string]string {
		return m.params(forms.Locale{Lang: lang, Location: k.location})
	}))
}

// askedMoreTime follows the requests for more time in a trail, by the task that asked.
type askedMoreTime map[string]MoreTime

// of is what an entry says of more time; nil where it says nothing. What it was granted to is
// its own; who asked, and from when on, the request's.
func (asked askedMoreTime) of(c *caseInHand, e Entry) *MoreTime {
	switch {
	case e.Verb == workflow.VerbExtend && e.Extension != nil:
		m := MoreTime{Task: e.Task, By: e.By, For: e.For, Term: e.Extension.Term, From: e.Due, To: e.Extension.Due}
		if t, ok := c.state.Task(e.Task); ok {
			step, _ := c.kind.flow.Step(t.Step)
			m.Step = taskName(step, t)
		}
		asked[e.Task] = m
		return &m
	case e.Origin != workflow.OriginExtend || e.Verb != workflow.VerbApprove && e.Verb != workflow.VerbReject:
		return nil
	}
	t, _ := c.state.Task(e.Task)
	m, ok := asked[t.From]
	if !ok {
		return nil
	}
	if m.Refused = e.Verb == workflow.VerbReject; e.Extension != nil {
		m.Term, m.To = e.Extension.Term, e.Extension.Due
	}
	return &m
}

// follow takes in by how much the deadlines moved otherwise with an entry: a clock that goes on,
// or the office's calendar.
func (asked askedMoreTime) follow(e Entry) {
	for _, d := range e.Dues {
		if m, ok := asked[d.Task]; ok {
			m.From = d.Due
			asked[d.Task] = m
		}
	}
}
