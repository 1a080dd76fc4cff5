package web

import (
	"errors"
	"net/http"
	"strconv"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
)

// daysShown is how many of the days that differ the check lists; it counts all.
const daysShown = 60

// calendarPage is the model of calendar_check.html: what loading a calendar changes.
type calendarPage struct {
	File   forms.File
	Moves  ismskit.Moves
	Moved  []moveLine
	More   int // deadlines not listed
	Days   []calendarDay
	N      int // days that differ
	Others int // of them, not listed
	Faults []faultLink
}

type calendarDay struct {
	Day  calendar.Date
	Off  bool
	Name string
}

// calendarWords say what the office's calendar holds, and what is missing.
func (p *Pages) calendarWords(r *http.Request) (holds, wanted string, err error) {
	c, err := p.kit.Closures().Calendar(r.Context(), p.actor(r))
	if err != nil {
		return "", "", err
	}
	if c.Wanted != 0 {
		wanted = p.text(r, "calendar.wanted", "Year", p.yearWord(r, c.Wanted))
	}
	return p.text(r, "calendar.holds", "Year", p.yearWord(r, c.Last)), wanted, nil
}

func (p *Pages) yearWord(r *http.Request, year int) string {
	if (forms.Locale{Lang: p.lang(r)}).Minguo() {
		year = calendar.Date{Year: year}.ROCYear()
	}
	return strconv.Itoa(year)
}

// loadCalendar shows what a calendar would change, or has it loaded.
func (p *Pages) loadCalendar(w http.ResponseWriter, r *http.Request) {
	if !p.parse(w, r) {
		return
	}
	file, err := p.received(r)
	if err == nil && file == nil {
		file = keptBefore(r) // the one that was looked through
	}
	if err == nil && file == nil {
		file = &forms.File{} // the Kit says that one is needed
	}
	if err != nil {
		p.calendarRefused(w, r, err)
		return
	}
	status, page := http.StatusOK, calendarPage{File: *file}
	if r.PostForm.Get("do") == "enter" {
		err := p.kit.Closures().Load(r.Context(), p.actor(r), *file, seenState(r))
		switch {
		case err == nil:
			p.done(w, r, "/closures", p.text(r, "calendar.loaded"))
			return
		case errors.Is(err, ismskit.ErrConflict):
			status, page.Faults = http.StatusConflict, []faultLink{{Field: "moves", Text: p.text(r, "closures.changed")}}
		default:
			p.calendarRefused(w, r, err)
			return
		}
	}
	loaded, err := p.kit.Closures().PreviewLoad(r.Context(), p.actor(r), *file)
	if err != nil {
		p.calendarRefused(w, r, err)
		return
	}
	page.Moves, page.Moved, page.More = loaded.Moves, p.moveLines(r, loaded.Moves), loaded.Deadlines-len(loaded.Lines)
	page.N = len(loaded.Days)
	for _, d := range loaded.Days {
		if named := d.Off && d.Name != "" || !d.Off && d.Date.Weekday()%6 == 0; !named && page.N > daysShown {
			continue // of a whole year, those that are something particular
		}
		page.Days = append(page.Days, calendarDay{Day: d.Date, Off: d.Off, Name: d.NameIn(p.lang(r))})
	}
	page.Days = page.Days[:min(len(page.Days), daysShown)]
	page.Others = page.N - len(page.Days)
	p.renderer.Page(w, r, status, "calendar_check", page)
}

func (p *Pages) calendarRefused(w http.ResponseWriter, r *http.Request, err error) {
	invalid, wrong := errors.AsType[forms.Invalid](err)
	text := p.uploadFault(err)
	switch {
	case wrong:
		text = forms.Text{p.lang(r): invalid[0].Message(p.lang(r))}
	case text == nil:
		p.fail(w, r, err)
		return
	}
	p.showClosures(w, r, http.StatusUnprocessableEntity, p.closuresToday(r), []faultLink{{Field: "file", Text: text.In(p.lang(r))}})
}
