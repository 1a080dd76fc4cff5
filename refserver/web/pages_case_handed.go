package web

import (
	"net/http"
	"slices"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/workflow"
)

// endingView are the accounts of his own that end with the last day of who hands over.
type endingView struct {
	Title string
	Lines []string
}

func (p *Pages) ending(r *http.Request, c ismskit.Case) *endingView {
	if len(c.Ending) == 0 {
		return nil
	}
	view := &endingView{Title: p.text(r, "case.ending")}
	if who, _ := c.Fields[c.Kind.HandsOver].(forms.Person); who.ID == p.actor(r).Person {
		view.Title = p.text(r, "case.ending_own")
	}
	for _, held := range c.Ending {
		view.Lines = append(view.Lines, p.in(r, workflow.Text(held.Name)))
	}
	return view
}

// notHandedView is what a handover sheet did not carry out, and the button by which the
// reader has it tried again; Verb is "" where he may not.
type notHandedView struct {
	Lines       []notHandedLine
	Verb, Label string
}

type notHandedLine struct {
	What, Why string
	Since     time.Time
	Over      bool
}

func (p *Pages) notHanded(r *http.Request, c ismskit.Case) *notHandedView {
	if len(c.NotHanded) == 0 {
		return nil
	}
	lang, view := p.lang(r), &notHandedView{}
	for _, n := range c.NotHanded {
		view.Lines = append(view.Lines, notHandedLine{What: n.What.In(lang), Why: n.Why.In(lang), Since: n.Since, Over: n.Over})
	}
	if slices.ContainsFunc(c.Others, func(o ismskit.OtherAct) bool { return o.Verb == ismskit.VerbHandAgain }) {
		view.Verb, view.Label = string(ismskit.VerbHandAgain), p.decided(r, ismskit.VerbHandAgain, "", "", "")
	}
	return view
}
