package web

import (
	"net/http"
	"strings"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/document"
)

// twicePage is the model of document_twice.html: the documents of which one is meant.
type twicePage struct {
	Number    string
	Documents []documentLine
}

func (p *Pages) numberTwice(r *http.Request, twice *ismskit.NumberTwice) twicePage {
	page := twicePage{Number: twice.Number}
	for _, d := range twice.Documents {
		page.Documents = append(page.Documents, documentLine{
			ID: d.ID, Number: d.Number, Former: strings.Join(d.FormerNumbers, p.text(r, "word.list")), Title: document.TitleIn(d.Title, p.lang(r)),
			Version: d.Current, Owner: p.called(r, d.Owner), State: p.documentState(r, string(d.State)),
		})
	}
	return page
}
