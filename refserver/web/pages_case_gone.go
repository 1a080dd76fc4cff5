package web

import (
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/workflow"
)

// noLonger is what a link leads to whose case the reader may not see, and an act in one: where he
// was told of it, as who acted for another, what he was told last, such as that it was taken away
// and why. To anybody else there is no such case. What he had typed is there to be copied.
func (p *Pages) noLonger(w http.ResponseWriter, r *http.Request, err error) {
	told, toldErr := p.kit.Queue().Inbox(r.Context(), p.actor(r), ismskit.NoticeFilter{
		Case: r.PathValue("id"), Kinds: noticeKindsOf[false], Limit: 1,
	})
	lost := lostWords(r)
	if t, known := p.trouble(r, err); toldErr != nil || !known || t.Kind != NotThere || len(told)+len(lost) == 0 {
		p.fail(w, r, err)
		return
	}
	page := troublePage{trouble: trouble{Title: p.text(r, "refusal.not_there"), Lines: []string{p.text(r, "refusal.not_there_text")}}, Lost: lost, Back: p.back(r)}
	if len(told) > 0 {
		last, what := told[0], "case.no_longer_do"
		if slices.Contains(toUrge, last.Rule) {
			what = "case.no_longer_urge"
		}
		lines := append([]string{p.text(r, "case.no_longer_last", "At", p.moment(r, last.Created), "Subject", last.Subject)}, strings.Split(last.Body, "\n")...)
		page.Title, page.Lines = p.text(r, "case.no_longer"), append(lines, p.text(r, what))
	}
	p.renderer.Page(w, r, http.StatusNotFound, "trouble", page)
}

// toUrge are the rules by which somebody is told of what others are late with.
var toUrge = []string{"escalate", "chased_up", "late_form_up"}

// lostWords is what was typed in a form that was sent for a case of which nothing can be shown.
func lostWords(r *http.Request) []string {
	var out []string
	for _, name := range slices.Sorted(maps.Keys(r.PostForm)) {
		own := name == commentName || strings.HasPrefix(name, commentName+".") || strings.HasPrefix(name, "outside.") || name == resultNumber
		if text := strings.TrimSpace(last(r.PostForm[name])); own && text != "" && !beganWith(forms.Posted(r.PostForm), strings.TrimPrefix(name, "outside.")) {
			out = append(out, text)
		}
	}
	return out
}

// suspended says why nothing can be done about a case whose clock stands: who stopped it, since
// when and why. "" for any other.
func (p *Pages) suspended(r *http.Request, c ismskit.Case) string {
	if c.Flow.Phase != workflow.PhaseSuspended || len(c.Stops) == 0 {
		return ""
	}
	stop := c.Stops[len(c.Stops)-1]
	return p.text(r, "case.suspended", "By", p.signer(r, stop.By), "At", p.moment(r, stop.From), "Reason", stop.Reason)
}
