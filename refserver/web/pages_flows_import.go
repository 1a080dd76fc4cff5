package web

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/workflow"
)

// importFlow reads a flow from a file into the draft. A file that is no flow changes nothing.
func (p *Pages) importFlow(w http.ResponseWriter, r *http.Request) {
	if !p.parse(w, r) {
		return
	}
	d, err := p.designed(r)
	if err != nil {
		p.fail(w, r, err)
		return
	}
	file, _, err := r.FormFile("file")
	if err != nil {
		p.showDraft(w, r, http.StatusUnprocessableEntity, designTry{unread: []string{p.text(r, "flows.file_missing")}})
		return
	}
	defer file.Close() // only read
	body, err := io.ReadAll(io.LimitReader(file, workflow.MaxBytes+1))
	if err != nil {
		p.fail(w, r, err)
		return
	}
	flow, err := workflow.ParseFlow(body)
	if err == nil && revisionOf(r) != d.Draft.Revision {
		err = ismskit.ErrConflict
	}
	if err == nil {
		err = p.saveFlow(r, d, flow)
	}
	if problems, ok := errors.AsType[workflow.Problems](err); ok {
		p.showDraft(w, r, http.StatusUnprocessableEntity, designTry{unread: p.unreadLines(r, body, problems)})
		return
	}
	if errors.Is(err, ismskit.ErrConflict) {
		p.showDraft(w, r, http.StatusConflict, designTry{changed: true, unread: []string{p.text(r, "flows.file_again")}})
		return
	}
	if err != nil {
		p.fail(w, r, err)
		return
	}
	p.done(w, r, flowHref(d.Type.Key)+"/draft", p.text(r, "flows.imported"))
}

// unreadLines say why a file could not be read in, and where in it.
func (p *Pages) unreadLines(r *http.Request, body []byte, problems workflow.Problems) []string {
	var out []string
	for _, problem := range problems {
		line := problem.Message(p.lang(r))
		var offset int
		if _, err := fmt.Sscan(problem.Params["offset"], &offset); err == nil && offset <= len(body) {
			line = p.text(r, "flows.at_line", "Line", bytes.Count(body[:offset], []byte("\n"))+1, "What", line)
		} else if problem.Path != "" {
			line = p.text(r, "flows.at_path", "Path", problem.Path, "What", line)
		}
		out = append(out, line)
	}
	return out
}
