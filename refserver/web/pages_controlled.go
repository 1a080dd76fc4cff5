package web

import (
	"net/http"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/document"
)

// controlled are the documents that a form names, as far as the reader may read them:
// the form itself and the procedure that lists it.
type controlled struct{ FormDocument, Procedure *documentLine }

func (p *Pages) controlled(r *http.Request, t ismskit.TypeInfo) controlled {
	line := func(d *ismskit.NamedDocument) *documentLine {
		if d == nil {
			return nil
		}
		return &documentLine{ID: d.ID, Number: d.Number, Title: document.TitleIn(d.Title, p.lang(r))}
	}
	return controlled{line(t.Form), line(t.Procedure)}
}
