package web

import (
	"net/http"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/document"
)

// issuedOf is the version that a request issued, as a link to it, nil where it issued none.
func (p *Pages) issuedOf(r *http.Request, c ismskit.Case) *option {
	i := c.Issued
	if i == nil {
		return nil
	}
	text := p.text(r, "documents.other_version", "Version", i.Version.Label, "State", p.documentState(r, string(i.Version.State)).Text)
	if i.Version.State == document.Waiting {
		text = p.text(r, "case.issued_waits", "Version", i.Version.Label, "On", p.dayOf(r, isoDate(i.Version.Issued)))
	}
	return &option{Value: versionAddress(i.Document.ID, i.Version.Label), Label: i.Document.Number + " " + text}
}

// controlled are the documents that a form names, as far as the reader may read them:
// the form itself and the procedure that lists it.
type controlled struct{ FormDocument, Procedure *documentLine }

func (p *Pages) controlled(r *http.Request, t ismskit.TypeInfo) controlled {
	line := func(d *ismskit.NamedDocument) *documentLine {
		if d == nil {
			return nil
		}
		line := &documentLine{ID: d.ID, Number: d.Number, Title: document.TitleIn(d.Title, p.lang(r))}
		if d.Renumbered {
			line.Renumbered = d.Number
		}
		return line
	}
	return controlled{line(t.Form), line(t.Procedure)}
}
