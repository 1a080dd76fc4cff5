package web

import (
	"net/http"
	"strings"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/workflow"
)

// draftLines are the reader's newest drafts, and whether there are more.
func (p *Pages) draftLines(r *http.Request, n int) ([]sentLine, bool, error) {
	cases, err := p.kit.Cases(r.Context(), p.actor(r), ismskit.CaseFilter{Phases: []string{string(workflow.PhaseDraft)}, Limit: n + 1})
	if err != nil {
		return nil, false, err
	}
	more := len(cases) > n
	lines := make([]sentLine, 0, len(cases))
	for _, c := range cases[:min(len(cases), n)] {
		line := p.sentLine(r, c)
		line.Since = c.Changed
		lines = append(lines, line)
	}
	return lines, more, nil
}

// waitingLines are the reader's forms that arrived after his session had ended.
func (p *Pages) waitingLines(r *http.Request) ([]sentLine, error) {
	waiting, err := p.waiting(r)
	if err != nil {
		return nil, err
	}
	var lines []sentLine
	for _, f := range waiting {
		line := sentLine{Href: keptPath + f.ID, Subject: first(f.Fields["subject"])}
		if key, isNew := strings.CutPrefix(f.Path, "/apply/"); isNew && strings.TrimSpace(line.Subject) == "" {
			info, _, err := p.kit.Types().Get(key)
			if err != nil {
				continue // the type is no longer on offer
			}
			line.Subject = info.Title.In(p.lang(r))
		}
		if line.Subject == "" {
			line.Subject = p.text(r, "kept.act")
		}
		lines = append(lines, line)
	}
	return lines, nil
}
