package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/catalog"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/refserver/account"
	"github.com/ismskit/ismskit/refserver/web"
)

// demoPassword is that of every demonstration account; it is no secret.
const demoPassword = "Ismskit-demo-115"

// office is where the demonstration agency is.
var office = time.FixedZone("Asia/Taipei", 8*3600)

// loadDemo fills an empty database with the demonstration agency and opens its
// clock on a working day, when its people are there.
func loadDemo(ctx context.Context, o options, k *kept, cfg ismskit.Config) error {
	demo, err := catalog.ReadDemo(catalog.Options{Agency: o.agency})
	if err != nil {
		return err
	}
	clock, err := k.accounts.OpenClock(ctx)
	if err != nil {
		return err
	}
	start := opening(clock.Now())
	cfg.Store = k.store
	if err := demo.Load(ctx, cfg, start); err != nil {
		return err
	}
	if err := clock.MoveTo(ctx, start); err != nil && !errors.Is(err, account.ErrClockBack) {
		return err
	}
	now := time.Now()
	for _, p := range demo.People() {
		if p.Login == "" {
			continue
		}
		_, err := k.accounts.Create(ctx, p.Login, p.Person, demoPassword, false, now)
		if err != nil && !errors.Is(err, account.ErrExists) {
			return fmt.Errorf("account %s: %w", p.Login, err)
		}
	}
	return nil
}

// opening is now, or the next working day's morning when the office is closed or
// has not opened yet.
func opening(now time.Time) time.Time {
	days := calendar.Taiwan()
	today := calendar.DateOf(now.In(office))
	day := days.WorkdayFrom(today)
	if morning := nineOClock(day); now.Before(morning) {
		return morning
	}
	return now
}

func nineOClock(d calendar.Date) time.Time { return d.Start(office).Add(9 * time.Hour) }

// admitDemo says with whom to look at the demonstration: who each is, and what waits there.
func admitDemo(o options) (string, error) {
	demo, err := catalog.ReadDemo(catalog.Options{Agency: o.agency})
	if err != nil {
		return "", err
	}
	texts, err := web.NewTexts(overlay())
	if err != nil {
		return "", err
	}
	lines := []string{texts.Text(o.lang, "demo.welcome", "Password", demoPassword)}
	for _, l := range demo.Logins() {
		lines = append(lines, "  "+texts.Text(o.lang, "demo.account", "Login", fmt.Sprintf("%-12s", l.Login), "Name", l.Name.In(o.lang), "Role", l.Role.In(o.lang), "Look", l.Look.In(o.lang)))
	}
	return strings.Join(lines, "\n") + "\n", nil
}

// demoAccounts are the accounts on the sign-in page.
func demoAccounts(demo catalog.Demo) func(lang string) []web.DemoAccount {
	logins := demo.Logins()
	return func(lang string) []web.DemoAccount {
		out := make([]web.DemoAccount, len(logins))
		for i, l := range logins {
			name := l.Name.In(lang)
			if own := l.Name.In(web.DefaultLanguage); own != name {
				name += " " + own // as the pages call him
			}
			out[i] = web.DemoAccount{Login: l.Login, Name: name, Role: l.Role.In(lang), Look: l.Look.In(lang)}
		}
		return out
	}
}

// demoShell adds the demonstration's clock to what surrounds every page.
func (h *house) demoShell(shell func(*http.Request) (web.Shell, error)) func(*http.Request) (web.Shell, error) {
	if h.clock == nil {
		return shell
	}
	return func(r *http.Request) (web.Shell, error) {
		s, err := shell(r)
		s.Demo, s.Now = true, h.clock.Now()
		if s.Person != "" {
			s.Nav = append(s.Nav, web.NavGroup{Label: "demotime.group", Items: []web.NavItem{
				{Label: "demotime.title", Href: demoTimePath, Current: r.URL.Path == demoTimePath || r.URL.Path == demoMovingPath},
			}})
		}
		return s, err
	}
}

// agencies asks the list of units for agencies.
func agencies() register.Query {
	return register.Query{List: register.Units, Keys: []string{register.Key("kind", "agency")}}
}
