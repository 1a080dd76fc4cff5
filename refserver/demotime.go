package main

import (
	"context"
	"embed"
	"errors"
	"io/fs"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/ismskit/ismskit/ismskit"
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
	// maxLeap is how far the clock may be moved at once.
	maxLeap = 370 * 24 * time.Hour
	// leapPatience is how long the queue may take for that.
	leapPatience = 4 * time.Minute
)

// demoTime moves the demonstration's clock forward: everything that falls due on
// the way is carried out first, each at its own moment.
type demoTime struct {
	kit      *ismskit.Kit
	clock    *account.Clock
	renderer *web.Renderer
	flash    interface {
		PutFlash(ctx context.Context, text string)
	}
	mu sync.Mutex // one leap at a time
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

func (d *demoTime) register(mux *http.ServeMux, require func(http.Handler) http.Handler) {
	mux.Handle("GET "+demoTimePath, require(http.HandlerFunc(d.show)))
	mux.Handle("POST "+demoTimePath, require(http.HandlerFunc(d.move)))
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
	now := d.clock.Now()
	d.renderer.Page(w, r, http.StatusOK, "demotime", demoTimePage{Now: now, Leaps: leaps(now)})
}

func (d *demoTime) move(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		d.renderer.Refuse(w, r, web.BadRequest)
		return
	}
	now := d.clock.Now()
	to, wrong := target(now, r.PostForm.Get("leap"), strings.TrimSpace(r.PostForm.Get("day")))
	if wrong == "" {
		err := d.leap(r.Context(), to)
		if errors.Is(err, account.ErrClockBack) {
			wrong = "demotime.back"
		} else if err != nil {
			d.renderer.Fail(w, r, err)
			return
		}
	}
	if wrong != "" {
		page := demoTimePage{Now: now, Leaps: leaps(now), Wrong: wrong, Typed: r.PostForm.Get("day")}
		d.renderer.Page(w, r, http.StatusUnprocessableEntity, "demotime", page)
		return
	}
	d.flash.PutFlash(r.Context(), d.renderer.Text(r, "demotime.moved"))
	http.Redirect(w, r, d.renderer.Href(demoTimePath), http.StatusSeeOther)
}

// target is where the clock shall go: a usual way forward, or the morning of a day
// that was typed.
func target(now time.Time, leap, day string) (to time.Time, wrong string) {
	for _, l := range leaps(now) {
		if l.Key == leap {
			return l.To, ""
		}
	}
	date, err := calendar.ParseDate(day)
	if err != nil {
		return time.Time{}, "demotime.unreadable"
	}
	switch to = nineOClock(date); {
	case !to.After(now):
		return time.Time{}, "demotime.back"
	case to.After(now.Add(maxLeap)):
		return time.Time{}, "demotime.far"
	}
	return to, ""
}

// leap goes on although the browser may leave: half a leap would leave work done
// at moments that have not come.
func (d *demoTime) leap(ctx context.Context, to time.Time) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), leapPatience)
	defer cancel()
	if !to.After(d.clock.Now()) {
		return account.ErrClockBack
	}
	if err := d.kit.RunUntil(ctx, to); err != nil {
		return err
	}
	return d.clock.MoveTo(ctx, to)
}
