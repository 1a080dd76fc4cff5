package web

import (
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
)

// yearForm files what a page shows under another working year (作業年度).
type yearForm struct {
	To                     string // where it is sent
	Now                    int    // the year under which it is filed, 0 for none
	May                    bool   // the reader may change it
	Year, Reason           string // as typed
	YearError, ReasonError string
	Open                   bool
}

// Controls of the form, by where a fault about them stands.
var yearControls = map[string]string{ismskit.FieldYear: "year", ismskit.FieldComment: "year-reason"}

func (p *Pages) registerYears(mux *http.ServeMux) {
	mux.HandleFunc("POST /cases/{id}/year", p.setCaseYear)
	mux.HandleFunc("POST /documents/{id}/year", p.setDocumentYear)
}

// setYear carries the form out; what is wrong with it comes back at its controls.
func (p *Pages) setYear(r *http.Request, record string) (typed yearForm, faults []faultLink, err error) {
	typed = yearForm{Year: strings.TrimSpace(r.PostForm.Get("year")), Reason: r.PostForm.Get("reason"), Open: true}
	year, err := strconv.Atoi(typed.Year)
	if err != nil {
		year = 0 // refused as no year
	}
	err = p.kit.Records().SetYear(r.Context(), p.actor(r), ismskit.YearChange{Record: record, Year: year, Reason: typed.Reason})
	invalid, refused := errors.AsType[forms.Invalid](err)
	if !refused {
		return typed, nil, err
	}
	for _, fault := range invalid {
		text := fault.Message(p.lang(r))
		faults = append(faults, faultLink{Field: yearControls[fault.Field], Text: text})
		if fault.Field == ismskit.FieldYear {
			typed.YearError = text
		} else {
			typed.ReasonError = text
		}
	}
	return typed, faults, nil
}

func (p *Pages) setCaseYear(w http.ResponseWriter, r *http.Request) {
	c, err := p.kit.Case(r.Context(), p.actor(r), r.PathValue("id"))
	if err != nil {
		p.fail(w, r, err)
		return
	}
	if !p.parse(w, r) {
		return
	}
	typed, faults, err := p.setYear(r, "case/"+c.ID)
	if err != nil {
		p.fail(w, r, err)
		return
	}
	if len(faults) == 0 {
		p.done(w, r, "/cases/"+c.ID, p.text(r, "year.done", "What", ismskit.NumberIn(p.lang(r), c.Number, c.RowNo), "Year", typed.Year))
		return
	}
	page, err := p.casePage(r, c, attempt{})
	if err != nil {
		p.fail(w, r, err)
		return
	}
	page.Faults, page.Year = faults, typed.beside(page.Year)
	p.renderer.Page(w, r, http.StatusUnprocessableEntity, "case", page)
}

func (p *Pages) setDocumentYear(w http.ResponseWriter, r *http.Request) {
	reading, ok := p.readDocument(w, r)
	if !ok || !p.parse(w, r) {
		return
	}
	typed, faults, err := p.setYear(r, "document/"+reading.Document.ID)
	if err != nil {
		p.fail(w, r, err)
		return
	}
	if len(faults) == 0 {
		p.done(w, r, "/documents/"+reading.Document.ID, p.text(r, "year.done", "What", reading.Document.Number, "Year", typed.Year))
		return
	}
	page, ok := p.documentPage(w, r, reading)
	if !ok {
		return
	}
	page.Faults, page.Year = faults, typed.beside(page.Year)
	p.renderer.Page(w, r, http.StatusUnprocessableEntity, "document", page)
}

// beside is a form that came back, on the page as it stands.
func (f yearForm) beside(now yearForm) yearForm {
	f.To, f.Now, f.May = now.To, now.Now, now.May
	return f
}
