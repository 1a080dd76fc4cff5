package web

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/workflow"
)

// endingView are the accounts of his own that end with the last day of who hands over, or
// those for whom he then stands in no more, or the systems that a sheet leaves without
// anybody in reserve.
type endingView struct {
	Title, Text string
	Lines       []string
}

func (p *Pages) ending(r *http.Request, c ismskit.Case) []*endingView {
	lines := map[bool][]string{} // true: accounts
	for _, held := range c.Ending {
		account := held.Kind == ismskit.HoldsAccount
		lines[account] = append(lines[account], p.in(r, workflow.Text(held.Name)))
	}
	accounts, acts := p.text(r, "case.ending"), p.text(r, "case.ending_acts")
	if who, _ := c.Fields[c.Kind.HandsOver].(forms.Person); who.ID == p.actor(r).Person {
		accounts, acts = p.text(r, "case.ending_own"), p.text(r, "case.ending_acts_own")
	}
	var out []*endingView
	if len(lines[true]) > 0 {
		out = append(out, &endingView{Title: accounts, Text: p.text(r, "case.ending_text"), Lines: lines[true]})
	}
	if len(lines[false]) > 0 {
		out = append(out, &endingView{Title: acts, Text: p.text(r, "case.ending_acts_text"), Lines: lines[false]})
	}
	if len(c.Doubled) > 0 {
		before := &endingView{Title: p.text(r, "case.doubled"), Text: p.text(r, "case.doubled_text")}
		for _, d := range c.Doubled {
			names := make([]string, len(d.People))
			for i, h := range d.People {
				names[i] = h.Name
			}
			before.Lines = append(before.Lines, p.text(r, "case.doubled_line", "What", d.Kind.Text().In(p.lang(r)), "System", p.in(r, workflow.Text(d.Name)),
				"As", d.As.Text().In(p.lang(r)), "Who", strings.Join(names, p.text(r, "word.list"))))
		}
		out = append([]*endingView{before}, out...)
	}
	if len(c.Unreserved) > 0 {
		doubled := &endingView{Title: p.text(r, "case.unreserved"), Text: p.text(r, "case.unreserved_text")}
		for _, held := range c.Unreserved {
			doubled.Lines = append(doubled.Lines, p.in(r, workflow.Text(held.Name)))
		}
		out = append([]*endingView{doubled}, out...)
	}
	return out
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
