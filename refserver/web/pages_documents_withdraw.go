package web

import (
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/document"
)

// withdrawal is the form by which a version that waits for its day is taken back.
type withdrawal struct {
	To, Label     string
	Revision      int64 // of the document that the page shows
	Token         string
	Reason, Error string
	Open          bool // it was sent and came back
}

// withdrawVersion takes back a version that waits for its day. What is refused comes back on
// the version's page as it stands now, with the reason that was typed.
func (p *Pages) withdrawVersion(w http.ResponseWriter, r *http.Request) {
	if !p.parse(w, r) {
		return
	}
	doc, err := p.kit.Documents().Get(r.Context(), p.actor(r), r.PathValue("id"))
	if err != nil {
		p.fail(w, r, err)
		return
	}
	asked := ismskit.VersionWithdrawal{Document: doc.ID, Label: r.PathValue("label"), Reason: r.PostForm.Get("reason"), Key: r.PostForm.Get("token")}
	if seen, err := strconv.ParseInt(r.PostForm.Get("revision"), 10, 64); err == nil {
		asked.Seen = seen
	}
	err = p.kit.Documents().Withdraw(r.Context(), p.actor(r), asked)
	if err == nil {
		p.done(w, r, versionAddress(asked.Document, asked.Label), p.text(r, "documents.withdrawn_done", "Number", doc.Number, "Version", asked.Label))
		return
	}
	text, status := "", http.StatusUnprocessableEntity
	if refusal, ok := errors.AsType[*document.Refusal](err); ok {
		text = refusal.Text(p.lang(r)) + p.text(r, "word.stop")
	} else if changed, ok := errors.AsType[*ismskit.DocumentChanged](err); ok {
		text, status = changed.Text(p.lang(r)), http.StatusConflict
	}
	if text == "" {
		p.fail(w, r, err)
		return
	}
	reading, ok := p.readDocument(w, r)
	if !ok { // as it stands after whoever was quicker
		return
	}
	page, ok := p.documentPage(w, r, reading)
	if !ok {
		return
	}
	page.Faults = []faultLink{{Field: "rev", Text: text}}
	if form := page.Withdraw; form != nil {
		page.Faults[0].Field = "reason"
		form.Reason, form.Error, form.Open = strings.TrimSpace(asked.Reason), text, true
		if status != http.StatusConflict { // the same page, once more
			form.Token = asked.Key
		}
	}
	p.renderer.Page(w, r, status, "document", page)
}
