package web

import (
	"errors"
	"net/http"
	"strings"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
)

// closureFields are the names of the form.
var closureFields = []string{"from", "to", "kind", "part", "agency", "reason", "place", "announced", "announced_time"}

func (p *Pages) enterClosures(w http.ResponseWriter, r *http.Request) {
	if !p.parse(w, r) {
		return
	}
	posted := map[string]string{}
	for _, name := range closureFields {
		posted[name] = strings.TrimSpace(r.PostForm.Get(name))
	}
	do := r.PostForm.Get("do")
	if do == "change" {
		p.showClosures(w, r, http.StatusOK, posted, nil)
		return
	}
	days := p.closedDays(r, posted)
	status, faults := http.StatusOK, []faultLink(nil)
	if do == "enter" {
		err := p.kit.Closures().Enter(r.Context(), p.actor(r), days, seenState(r))
		switch {
		case err == nil:
			p.done(w, r, "/closures", p.text(r, "closures.entered"))
			return
		case errors.Is(err, ismskit.ErrConflict):
			status, faults = http.StatusConflict, []faultLink{{Field: "moves", Text: p.text(r, "closures.changed")}}
		default:
			p.closuresRefused(w, r, posted, err)
			return
		}
	}
	moves, err := p.kit.Closures().Preview(r.Context(), p.actor(r), days)
	if err != nil {
		p.closuresRefused(w, r, posted, err)
		return
	}
	words := p.closureWords(r, days.Outage)
	page := closurePage{Action: "/closures", Button: words.Enter, Moves: moves, Moved: p.moveLines(r, moves), More: moves.Deadlines - len(moves.Lines), Faults: faults, Posted: posted, Wrong: map[string]string{}}
	for _, name := range closureFields {
		page.Hidden = append(page.Hidden, option{Value: posted[name], Label: name})
	}
	agency, err := p.agencyName(r, days.Agency)
	if err != nil {
		p.fail(w, r, err)
		return
	}
	for day := days.From; ; day = day.AddDays(1) {
		page.Lines = append(page.Lines, closureLine{Day: day, Kind: words.Kind, Part: p.text(r, partTexts[days.Part]), Place: days.Place, Reason: days.Reason, Agency: agency})
		if !day.Before(days.To) {
			break
		}
	}
	p.renderer.Page(w, r, status, "closures_check", page)
}

func (p *Pages) agencyName(r *http.Request, id string) (string, error) {
	if id == "" {
		return p.text(r, "closures.everybody"), nil
	}
	all, err := p.agencies(r, id)
	for _, o := range all {
		if o.Checked {
			return o.Label, err
		}
	}
	return id, err
}

func (p *Pages) closuresRefused(w http.ResponseWriter, r *http.Request, posted map[string]string, err error) {
	invalid, ok := errors.AsType[forms.Invalid](err)
	if !ok {
		p.fail(w, r, err)
		return
	}
	var faults []faultLink
	for _, f := range invalid {
		field := f.Field
		if f.Part != "" {
			field += "_" + f.Part
		}
		faults = append(faults, faultLink{Field: field, Text: f.Message(p.lang(r))})
	}
	p.showClosures(w, r, http.StatusUnprocessableEntity, posted, faults)
}

// closedDays reads what was typed. What can't be read is for the Kit to refuse, with
// whatever else is wrong.
func (p *Pages) closedDays(r *http.Request, posted map[string]string) ismskit.ClosedDays {
	d := ismskit.ClosedDays{
		Outage: posted["kind"] == ismskit.KindOutage, Part: calendar.Part(posted["part"]), Agency: posted["agency"], Place: posted["place"], Reason: posted["reason"],
	}
	unread := func(name string, err error) {
		if err != nil {
			d.Unread = append(d.Unread, forms.Unread(name, p.everyLang("closures."+name), err))
		}
	}
	day := func(name string) (out calendar.Date) {
		if posted[name] != "" {
			var err error
			out, err = calendar.ParseDate(posted[name])
			unread(name, err)
		}
		return out
	}
	d.From, d.To = day("from"), day("to")
	if kind := posted["kind"]; kind != "" && kind != ismskit.KindClosed && kind != ismskit.KindOutage {
		d.Unread = append(d.Unread, forms.Fault{Field: "kind", Code: "choice", Text: p.everyLang("closures.kind_wrong")})
	}
	if posted["announced"]+posted["announced_time"] != "" {
		var wrong forms.Invalid
		d.Announced, wrong = p.dayAndTime("announced", "closures.announced", "closures.announced_time", posted)
		d.Unread = append(d.Unread, wrong...)
	}
	return d
}
