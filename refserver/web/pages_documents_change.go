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
	var out, retired []option // what is in use first
	for _, d := range docs {
		o := option{Value: d.ID, Label: d.Number + " " + document.TitleIn(d.Title, p.lang(r))}
		if d.Retired != "" {
			o.Label += p.text(r, "word.aside", "What", p.text(r, "documents.retired"))
			retired = append(retired, o)
			continue
		}
		out = append(out, o)
	}
	return append(out, retired...), nil
}

// changing are the ways to have a document changed, and what is on its way.
type changing struct {
	Revise, Retire, Stop string // addresses of the form; "" where it cannot be asked for
	Letter               string // where a letter that approved a change outside is entered
	Under, Case          string // the request on its way, and where it is read
	Entered              bool   // it enters such a letter
}

func changingOf(d ismskit.DocumentReading) changing {
	c := changing{Under: d.Changes.Under, Entered: d.Changes.Entered}
	if d.Changes.Case != "" {
		c.Case = "/cases/" + d.Changes.Case
	}
	if c.Under != "" || d.Document.Retired != "" {
		return c
	}
	if d.Changes.Outside != "" {
		c.Letter = changeForm(d.Changes.Outside, ismskit.ChangeRevise, d.Document.ID)
	}
	if d.Changes.Type == "" {
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

// newDocumentForms are where a new document is asked for, and where one that was approved outside
// is entered; "" where the reader may not.
func (p *Pages) newDocumentForms(r *http.Request) (ask, letter string, err error) {
	types, err := p.kit.Types().List(r.Context(), p.actor(r))
	if err != nil {
		return "", "", err
	}
	for _, t := range types {
		switch {
		case !t.Changes:
		case t.Outside:
			letter = changeForm(t.Key, ismskit.ChangeNew, "")
		default:
			ask = changeForm(t.Key, ismskit.ChangeNew, "")
		}
	}
	return ask, letter, nil
}
