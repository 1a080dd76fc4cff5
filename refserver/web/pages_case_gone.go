package web

import (
	"net/http"
	"strings"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/workflow"
)

// noLonger is what a link leads to whose case the reader may not see: where he was told of it,
// as who acted for another, what he was told last, such as that it was taken away and why. To
// anybody else there is no such case.
func (p *Pages) noLonger(w http.ResponseWriter, r *http.Request, err error) {
	told, toldErr := p.kit.Queue().Inbox(r.Context(), p.actor(r), ismskit.NoticeFilter{
		Case: r.PathValue("id"), Kinds: noticeKindsOf[false], Limit: 1,
	})
	if toldErr != nil || len(told) == 0 {
		p.fail(w, r, err)
		return
	}
	last := told[0]
	lines := append([]string{p.text(r, "case.no_longer_last", "At", p.moment(r, last.Created), "Subject", last.Subject)}, strings.Split(last.Body, "\n")...)
	p.renderer.Page(w, r, http.StatusNotFound, "trouble", troublePage{
		trouble: trouble{Title: p.text(r, "case.no_longer"), Lines: append(lines, p.text(r, "case.no_longer_do"))}, Back: p.back(r),
	})
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
