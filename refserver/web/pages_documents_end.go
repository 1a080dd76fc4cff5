package web

import (
	"cmp"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/document"
)

// How a document ends by hand, as addresses say it.
const (
	endRetire = "retire"
	endStop   = "stop"
)

func endAddress(id, as string) string { return address("/documents/"+id+"/end", "as", as) }

// endingPage is the model of document_end.html.
type endingPage struct {
	filingPage
	As, Version, Again string // Again is the version that is in force again after a stop, "" for none
	Shown              string // the version that was in force as the page was shown
	Under, Case        string // the request for a change on its way, and where it is read
}

// toEnd is the page on which a document is retired, or its version in force stopped, without
// sign-off; it answers by itself where the person may not.
func (p *Pages) toEnd(w http.ResponseWriter, r *http.Request) (endingPage, bool) {
	d, ok := p.toCorrect(w, r)
	if !ok {
		return endingPage{}, false
	}
	as := r.URL.Query().Get("as")
	if as != endStop && as != endRetire && as != "" {
		p.fail(w, r, ismskit.ErrNotFound)
		return endingPage{}, false
	}
	as = cmp.Or(as, endRetire)
	again, _ := document.Replaced(d.Versions, d.Current)
	changes, err := p.kit.Documents().Lists().Changes(r.Context(), p.actor(r), d.ID)
	if err != nil {
		p.fail(w, r, err)
		return endingPage{}, false
	}
	underway := ""
	if changes.Case != "" {
		underway = "/cases/" + changes.Case
	}
	return endingPage{Under: changes.Under, Case: underway, As: as, Again: again.Label, Version: d.Current, Shown: d.Current, filingPage: filingPage{
		ID: d.ID, Number: d.Number, Title: document.TitleIn(d.Title, p.lang(r)), To: endAddress(d.ID, as), Revision: d.Revision, Token: newToken(),
		Posted: map[string]string{}, Wrong: map[string]string{},
	}}, true
}

func (p *Pages) endDocument(w http.ResponseWriter, r *http.Request) {
	if page, ok := p.toEnd(w, r); ok {
		p.renderer.Page(w, r, http.StatusOK, "document_end", page)
	}
}

func (p *Pages) putEnd(w http.ResponseWriter, r *http.Request) {
	page, ok := p.toEnd(w, r)
	if !ok || !p.parse(w, r) {
		return
	}
	page.Posted["reason"], page.Token, page.Shown = strings.TrimSpace(r.PostForm.Get("reason")), r.PostForm.Get("token"), r.PostForm.Get("shown")
	end := ismskit.DocumentEnd{Document: page.ID, Stop: page.As == endStop, Reason: page.Posted["reason"], Key: page.Token}
	if seen, err := strconv.ParseInt(r.PostForm.Get("revision"), 10, 64); err == nil {
		end.Seen = seen
	}
	err := p.kit.Documents().End(r.Context(), p.actor(r), end)
	if err == nil {
		said := p.text(r, "documents.ended_retire", "Number", page.Number)
		if end.Stop {
			said = p.text(r, "documents.ended_stop", "Number", page.Number, "Version", page.Shown)
		}
		p.done(w, r, "/documents/"+page.ID, said)
		return
	}
	status := http.StatusUnprocessableEntity
	if changed, ok := errors.AsType[*ismskit.DocumentChanged](err); ok {
		page.Shown = page.Version // the page tells of it now
		page.Faults, status = []faultLink{{Field: "reason", Text: changed.Text(p.lang(r))}}, http.StatusConflict
	} else if page.Faults = p.filingFaults(r, err); page.Faults == nil {
		p.fail(w, r, err)
		return
	}
	for i := range page.Faults { // there is one field
		page.Faults[i].Field = "reason"
		page.Wrong["reason"] = page.Faults[i].Text
	}
	p.renderer.Page(w, r, status, "document_end", page)
}
