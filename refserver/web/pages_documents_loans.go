package web

import (
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/document"
)

// loansPage is the model of document_loans.html: to whom a document is lent (調閱).
type loansPage struct {
	ID, Number, Title string
	Lines             []loanLine
	MayEnd            bool
	Token             string // the same page sent twice ends a loan once
	Faults            []faultLink
}

// loanLine is one loan.
type loanLine struct {
	ID, Name, Period string
	Request, No      string // the case's page and number
	State            stateView
	Why              string // by whom and why it was ended before its time
	Revision         int64
	Over             bool
	Reason, Error    string // as it was typed for its end, and what is wrong with it
}

// loanBand is what a request for a loan says of it.
type loanBand struct{ Title, Text, Href, Label string }

func (p *Pages) documentLoans(w http.ResponseWriter, r *http.Request) {
	page, err := p.loansPage(r)
	if err != nil {
		p.fail(w, r, err)
		return
	}
	p.page(w, r, "document_loans", page)
}

func (p *Pages) loansPage(r *http.Request) (loansPage, error) {
	view, err := p.kit.Documents().Get(r.Context(), p.actor(r), r.PathValue("id"))
	if err != nil {
		return loansPage{}, err
	}
	loans, err := p.kit.Documents().Lists().Loans().Of(r.Context(), p.actor(r), view.ID)
	if err != nil {
		return loansPage{}, err
	}
	page := loansPage{ID: view.ID, Number: view.Number, Title: document.TitleIn(view.Title, p.lang(r))}
	may, err := p.kit.Documents().MayFile(r.Context(), p.actor(r))
	if err != nil {
		return loansPage{}, err
	}
	page.MayEnd, page.Token = may.May, newToken()
	for _, l := range loans {
		page.Lines = append(page.Lines, loanLine{
			ID: l.ID, Name: p.called(r, l.Name), Period: p.loanPeriod(r, l), Request: "/cases/" + l.Case, No: l.Request,
			State: p.loanState(r, l), Why: p.loanEnded(r, l), Revision: l.Revision, Over: l.Over,
		})
	}
	return page, nil
}

func (p *Pages) loanPeriod(r *http.Request, l ismskit.Loan) string {
	return p.text(r, "loans.period", "From", p.dayOf(r, l.Period.From), "To", p.dayOf(r, l.Period.To))
}

func (p *Pages) loanState(r *http.Request, l ismskit.Loan) stateView {
	switch {
	case !l.Ended.IsZero():
		return stateView{Kind: "void", Text: p.text(r, "loans.taken_back")}
	case l.Over:
		return stateView{Kind: "void", Text: p.text(r, "loans.over")}
	case l.Holds:
		return stateView{Kind: "done", Text: p.text(r, "loans.holds")}
	}
	return stateView{Kind: "wait", Text: p.text(r, "loans.begins")}
}

// loanEnded says who took a document back before its time, and why; "" where nobody did.
func (p *Pages) loanEnded(r *http.Request, l ismskit.Loan) string {
	if l.Ended.IsZero() {
		return ""
	}
	return p.text(r, "loans.ended_by", "By", p.called(r, l.EndedBy), "On", p.dayOf(r, l.Ended), "Why", l.Reason)
}

// endLoan takes a document back. What is refused comes back with the reason that was typed.
func (p *Pages) endLoan(w http.ResponseWriter, r *http.Request) {
	if !p.parse(w, r) {
		return
	}
	end := ismskit.LoanEnd{ID: r.PathValue("loan"), Reason: r.PostForm.Get("reason"), Key: r.PostForm.Get("token")}
	end.Seen, _ = strconv.ParseInt(r.PostForm.Get("revision"), 10, 64) // none is a stale one, and refused
	err := p.kit.Documents().Lists().Loans().End(r.Context(), p.actor(r), end)
	if err == nil {
		p.done(w, r, "/documents/"+r.PathValue("id")+"/loans", p.text(r, "loans.ended_done"))
		return
	}
	text, status := "", http.StatusUnprocessableEntity
	var invalid forms.Invalid
	switch {
	case errors.As(err, &invalid):
		text = invalid[0].Message(p.lang(r))
	case errors.Is(err, ismskit.ErrConflict):
		text, status = p.text(r, "loans.changed"), http.StatusConflict
	default:
		p.fail(w, r, err)
		return
	}
	page, err := p.loansPage(r)
	if err != nil {
		p.fail(w, r, err)
		return
	}
	for i, l := range page.Lines {
		if l.ID == end.ID && !l.Over {
			page.Lines[i].Reason, page.Lines[i].Error = strings.TrimSpace(end.Reason), text
			page.Faults = []faultLink{{Field: "reason-" + l.ID, Text: text}}
		}
	}
	if page.Faults == nil {
		page.Faults = []faultLink{{Field: "main", Text: text}}
	}
	p.renderer.Page(w, r, status, "document_loans", page)
}

// loansPanel says on a document's page how many it is lent to, to who is told; nil where it
// is lent to nobody, or he is not told.
func (p *Pages) loansPanel(r *http.Request, id string) (*option, error) {
	loans, err := p.kit.Documents().Lists().Loans().Of(r.Context(), p.actor(r), id)
	if errors.Is(err, ismskit.ErrNotFound) || err == nil && len(loans) == 0 {
		return nil, nil
	}
	hold := 0
	for _, l := range loans {
		if !l.Over {
			hold++
		}
	}
	return &option{Value: "/documents/" + id + "/loans", Label: p.text(r, "loans.sum", "N", hold)}, err
}

// loanOf is what a request for a loan says of it; nil where there is none, or the reader is not told.
func (p *Pages) loanOf(r *http.Request, c ismskit.Case) *loanBand {
	l := c.Loan
	if l == nil {
		return nil
	}
	band := &loanBand{Title: p.loanState(r, *l).Text, Text: p.loanPeriod(r, *l)}
	if ended := p.loanEnded(r, *l); ended != "" {
		band.Text = ended
	}
	if l.Holds && l.Person == p.actor(r).Person {
		band.Href, band.Label = "/documents/"+l.Document, p.text(r, "loans.read")
	}
	return band
}

// loanForm is where somebody asks for a document that he may not read, "" where he can't.
func (p *Pages) loanForm(r *http.Request) (string, error) {
	types, err := p.kit.Types().List(r.Context(), p.actor(r))
	for _, t := range types {
		if t.Lends {
			return "/apply/" + t.Key, err
		}
	}
	return "", err
}
