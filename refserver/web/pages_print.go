package web

import (
	"html/template"
	"net/http"

	"github.com/ismskit/ismskit/ismskit/print"
)

// printPage is the model of case_print.html.
type printPage struct {
	Back, Title, Number string
	Sheet               template.HTML
}

// printCase shows a case as the official form, ready for paper.
func (p *Pages) printCase(w http.ResponseWriter, r *http.Request) {
	c, err := p.kit.Case(r.Context(), p.actor(r), r.PathValue("id"))
	if err != nil {
		p.fail(w, r, err)
		return
	}
	quiet := r.Clone(r.Context())
	quiet.Header.Set(partHeader, "print") // the message for the next page stays for it
	shell, err := p.renderer.shell(quiet)
	if err != nil {
		p.fail(w, r, err)
		return
	}
	lookup, err := p.namesIn(r, c.Form, c.Fields)
	if err != nil {
		p.fail(w, r, err)
		return
	}
	sheet := print.Of(c, print.Options{
		Agency: shell.Agency, Class: p.renderer.className(p.lang(r), c.Class), Lang: p.lang(r), Location: p.location, Lookup: lookup,
		Now: p.now(), By: p.text(r, "shell.who", "Unit", shell.Unit, "Name", shell.Person, "Post", shell.Post), Note: p.text(r, "print.note"),
	})
	body, err := sheet.HTML()
	if err != nil {
		p.fail(w, r, err)
		return
	}
	p.page(w, r, "case_print", printPage{Back: "/cases/" + c.ID, Title: sheet.Title, Number: c.Number, Sheet: body})
}
