package web

import (
	"errors"
	"net/http"
	"slices"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/register"
)

// retentionPage is the model of retention.html: what is past its time, and how long things are kept.
type retentionPage struct {
	Day          calendar.Date
	Rows         []overdueLine
	Held, Listed int
	More         bool
	LookedAt     int // after how many records of a rule the look for more ended, 0 for none
	Logs         []logLine
	Rules, Holds string // the lists, for who may change them
	NoRules      bool
	Token        string // of the form that puts them on a list, "" where there is nothing to put on it
	Wrong        string // why those that were ticked make no list
}

// overdueLine is a record that is past its time.
type overdueLine struct {
	ID                                string // to be ticked by, "" where it can be put on no list
	Checked                           bool
	Href, Number, Subject, Unit, Rule string
	Closed, Last                      calendar.Date
	Original                          string
	Hold                              string // by which hold it stays, "" for none
	List                              string // that it stands in a list on its way, "" for none
	ListHref                          string // address of that list, "" for who may not read it
}

// logLine is how long a log is kept, and what the archive has of it.
type logLine struct {
	Device, Log, Kept, Basis, Has string
	Missing                       bool
}

func (p *Pages) retention(w http.ResponseWriter, r *http.Request) {
	p.showRetention(w, r, http.StatusOK, nil, "")
}

// showRetention draws the page with what was ticked, and why that makes no list.
func (p *Pages) showRetention(w http.ResponseWriter, r *http.Request, status int, ticked []string, wrong string) {
	handle := p.kit.Records().Retention()
	over, err := handle.Overdue(r.Context(), p.actor(r))
	if err != nil {
		p.fail(w, r, err)
		return
	}
	logs, err := handle.Logs(r.Context(), p.actor(r))
	if err != nil {
		p.fail(w, r, err)
		return
	}
	page := retentionPage{Day: over.On, Held: over.Held, Listed: over.Listed, More: over.More, LookedAt: over.LookedAt, NoRules: over.Rules == 0, Wrong: wrong, Rules: "/lists/" + register.RetentionRules, Holds: "/lists/" + register.LegalHolds}
	for _, rec := range over.Records {
		line := overdueLine{
			Href: "/cases/" + rec.Case, Number: rec.Number, Subject: rec.Subject, Unit: p.called(r, rec.UnitName), Rule: rec.Rule.Name,
			Closed: calendar.DateOf(rec.Closed.In(p.location)), Last: calendar.DateOf(rec.Last), Original: rec.Original,
		}
		if rec.Held {
			line.Hold = p.text(r, "retention.held_by", "Name", rec.Hold.Name)
		}
		switch {
		case rec.ListCase != "":
			line.List, line.ListHref = p.text(r, "retention.listed_on", "Number", rec.List), "/cases/"+rec.ListCase
		case rec.Listed:
			line.List = p.text(r, "retention.listed_on_one")
		}
		if !rec.Held && !rec.Listed {
			line.ID, line.Checked = rec.ID, slices.Contains(ticked, rec.ID)
		}
		page.Rows = append(page.Rows, line)
	}
	for _, l := range logs {
		line := logLine{Device: l.Device, Log: l.Log, Basis: l.Basis, Missing: l.Missing, Kept: p.text(r, "retention.ever")}
		if l.Months > 0 {
			line.Kept = p.text(r, "retention.months", "N", l.Months)
		}
		if line.Has = p.text(r, "retention.log_missing"); !l.Missing {
			line.Has = p.text(r, "retention.log_has", "N", l.Records, "Newest", p.dayOf(r, calendar.DateOf(l.Newest.In(p.location))))
		}
		page.Logs = append(page.Logs, line)
	}
	if over.Free > 0 {
		page.Token = newToken()
	}
	p.renderer.Page(w, r, status, "retention", page)
}

// listOverdue begins the list of what is to be disposed of, as a draft.
func (p *Pages) listOverdue(w http.ResponseWriter, r *http.Request) {
	if !p.parse(w, r) {
		return
	}
	ticked := r.PostForm["record"]
	begun, err := p.kit.Records().Retention().List(r.Context(), p.actor(r), r.PostForm.Get("token"), ticked...)
	if invalid, ok := errors.AsType[forms.Invalid](err); ok {
		p.showRetention(w, r, http.StatusUnprocessableEntity, ticked, invalid[0].Message(p.lang(r)))
		return
	}
	if errors.Is(err, ismskit.ErrKeyReused) { // he went back, and ticked others
		p.showRetention(w, r, http.StatusUnprocessableEntity, ticked, p.text(r, "retention.begun"))
		return
	}
	if err != nil {
		p.fail(w, r, err)
		return
	}
	p.done(w, r, "/cases/"+begun.Case+"/edit", "")
}
