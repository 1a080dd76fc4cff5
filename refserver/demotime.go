package main

import (
	"context"
	"embed"
	"errors"
	"io/fs"
	"net/http"
	"strings"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/refserver/account"
	"github.com/ismskit/ismskit/refserver/web"
)

// overlayFiles are the server's own page, template and texts, over those of the
// package web.
//
//go:embed overlay
var overlayFiles embed.FS

func overlay() fs.FS {
	sub, err := fs.Sub(overlayFiles, "overlay")
	if err != nil { // the name is valid, and that is all Sub looks at
		return overlayFiles
	}
	return sub
}

const (
	demoTimePath = "/demo/time"
	// demoMovingPath says how far a leap is, and what became of it.
	demoMovingPath = "/demo/time/moving"
	// maxLeap is how far the clock may be moved at once.
	maxLeap = 370 * 24 * time.Hour
	// leapGlance is how long an answer waits for the end of a leap: a short one is
	// over before anybody would read that it is under way.
	leapGlance = 700 * time.Millisecond
	// movingRefresh is after how many seconds the page of a leap asks anew.
	movingRefresh = "1"
)

// demoTime are the pages that move the demonstration's clock.
type demoTime struct {
	leaper   *leaper
	clock    *account.Clock
	renderer *web.Renderer
	flash    interface {
		PutFlash(ctx context.Context, text string)
	}
}

// demoTimePage is the model of demotime.html.
type demoTimePage struct {
	Now   time.Time
	Wrong string // what is wrong with the day that was typed
	Typed string
	Leaps []demoLeap
}

// demoLeap is a usual way forward.
type demoLeap struct {
	Key string
	To  time.Time
}

// demoMovingPage is the model of demotime_moving.html.
type demoMovingPage struct {
	Now, To  time.Time
	Moving   bool
	Percent  int
	Failed   bool // it ended before it was there
	Stopping bool // because the server stops
	Incident string
}

func (d *demoTime) register(mux *http.ServeMux, require func(http.Handler) http.Handler) {
	mux.Handle("GET "+demoTimePath, require(http.HandlerFunc(d.show)))
	mux.Handle("POST "+demoTimePath, require(http.HandlerFunc(d.move)))
	mux.Handle("GET "+demoMovingPath, require(http.HandlerFunc(d.moving)))
}

// leaps are the moments one mostly wants to see, from now.
func leaps(now time.Time) []demoLeap {
	days := calendar.Taiwan()
	today := calendar.DateOf(now.In(office))
	return []demoLeap{
		{"demotime.workday", nineOClock(days.NextWorkday(today))},
		{"demotime.week", nineOClock(days.WorkdayFrom(today.AddDays(7)))},
		{"demotime.month", nineOClock(days.WorkdayFrom(today.AddMonths(1)))},
		{"demotime.year", nineOClock(days.WorkdayFrom(today.AddMonths(12)))},
	}
}

func (d *demoTime) show(w http.ResponseWriter, r *http.Request) {
	if l := d.leaper.latest(); l != nil && l.underWay() {
		d.toMoving(w, r)
		return
	}
	now := d.clock.Now()
	d.renderer.Page(w, r, http.StatusOK, "demotime", demoTimePage{Now: now, Leaps: leaps(now)})
}

func (d *demoTime) toMoving(w http.ResponseWriter, r *http.Request) {
	http.Redirect(w, r, d.renderer.Href(demoMovingPath), http.StatusSeeOther)
}

func (d *demoTime) move(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		d.renderer.Refuse(w, r, web.BadRequest)
		return
	}
	if l := d.leaper.latest(); l != nil && l.underWay() {
		d.toMoving(w, r)
		return
	}
	now := d.clock.Now()
	to, wrong := d.target(r, now)
	if wrong != "" {
		page := demoTimePage{Now: now, Leaps: leaps(now), Wrong: wrong, Typed: r.PostForm.Get("day")}
		d.renderer.Page(w, r, http.StatusUnprocessableEntity, "demotime", page)
		return
	}
	l := d.leaper.begin(r.Context(), to, web.Incident(r.Context()))
	if l == nil {
		d.renderer.Refuse(w, r, web.Unavailable)
		return
	}
	glance(r.Context(), l)
	d.toMoving(w, r)
}

// glance waits a moment for the end of a leap.
func glance(ctx context.Context, l *leap) {
	timer := time.NewTimer(leapGlance)
	defer timer.Stop()
	select {
	case <-l.done:
	case <-timer.C:
	case <-ctx.Done():
	}
}

// moving says how far a leap is; the page asks anew by itself until it has ended,
// and then says how it ended.
func (d *demoTime) moving(w http.ResponseWriter, r *http.Request) {
	l := d.leaper.latest()
	if l == nil { // the server was started anew since
		http.Redirect(w, r, d.renderer.Href(demoTimePath), http.StatusSeeOther)
		return
	}
	glance(r.Context(), l)
	page := demoMovingPage{Moving: l.underWay(), Now: d.clock.Now(), To: l.to}
	switch {
	case page.Moving:
		page.Percent = min(99, max(0, int(100*page.Now.Sub(l.from)/l.to.Sub(l.from))))
		w.Header().Set("Refresh", movingRefresh)
	case errors.Is(l.err, context.Canceled):
		page.Failed, page.Stopping = true, true
	case l.err != nil:
		page.Failed, page.Incident = true, l.incident
	default:
		l.told.Do(func() { d.flash.PutFlash(r.Context(), d.renderer.Text(r, "demotime.moved")) })
	}
	d.renderer.Page(w, r, http.StatusOK, "demotime_moving", page)
}

// target is where the clock shall go: a usual way forward, or the morning of a day
// that was typed.
func (d *demoTime) target(r *http.Request, now time.Time) (to time.Time, wrong string) {
	leap, day := r.PostForm.Get("leap"), strings.TrimSpace(r.PostForm.Get("day"))
	for _, l := range leaps(now) {
		if l.Key == leap {
			return l.To, ""
		}
	}
	date, err := calendar.ParseDate(day)
	if err != nil {
		lang := d.renderer.Texts().Choose(r)
		label := forms.Text{lang: d.renderer.Text(r, "demotime.day")}
		return time.Time{}, forms.Unread("day", label, err).Message(lang)
	}
	switch to = nineOClock(date); {
	case !to.After(now):
		return time.Time{}, d.renderer.Text(r, "demotime.back")
	case to.After(now.Add(maxLeap)):
		return time.Time{}, d.renderer.Text(r, "demotime.far")
	}
	return to, ""
}
