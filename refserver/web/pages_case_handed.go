package web

import (
	"net/http"
	"slices"
	"time"

	"github.com/ismskit/ismskit/ismskit"
)

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
