package web

import (
	"net/http"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/document"
)

// documentList is the list of a field that points at a document.
const documentList = "document"

// documentChoices are the documents that the reader may name in a form; none for another list.
func (p *Pages) documentChoices(r *http.Request, list string) ([]option, error) {
	if list != documentList {
		return nil, nil
	}
	docs, err := p.kit.Documents().List(r.Context(), p.actor(r), document.Query{})
	if err != nil {
		return nil, err
	}
	out := make([]option, len(docs))
	for i, d := range docs {
		out[i].Value, out[i].Label = d.ID, d.Number+" "+document.TitleIn(d.Title, p.lang(r))
	}
	return out, nil
}

// changing are the ways to have a document changed, and what is on its way.
type changing struct {
	Revise, Retire, Stop string // addresses of the form; "" where it cannot be asked for
	Under, Case          string // the request on its way, and where it is read
}

func changingOf(d ismskit.DocumentReading) changing {
	c := changing{Under: d.Changes.Under}
	if d.Changes.Case != "" {
		c.Case = "/cases/" + d.Changes.Case
	}
	if d.Changes.Type == "" || c.Under != "" || d.Document.Retired != "" {
		return c
	}
	ask := func(op string) string { return changeForm(d.Changes.Type, op, d.Document.ID) }
	c.Revise, c.Retire = ask(ismskit.ChangeRevise), ask(ismskit.ChangeRetire)
	if d.Document.Current != "" {
		c.Stop = ask(ismskit.ChangeStop)
	}
	return c
}

// changeForm is where a change of a document is asked for.
func changeForm(typ, op, id string) string {
	return address("/apply/"+typ, ismskit.ChangeOp, op, ismskit.ChangeDocument, id)
}

// newDocumentForm is where a new document is asked for, "" where the reader may not.
func (p *Pages) newDocumentForm(r *http.Request) (string, error) {
	types, err := p.kit.Types().List(r.Context(), p.actor(r))
	if err != nil {
		return "", err
	}
	for _, t := range types {
		if t.Changes {
			return changeForm(t.Key, ismskit.ChangeNew, ""), nil
		}
	}
	return "", nil
}
