package main

import (
	"context"
	"log/slog"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/catalog"
	"github.com/ismskit/ismskit/ismskit/clamd"
	"github.com/ismskit/ismskit/ismskit/print"
	"github.com/ismskit/ismskit/refserver/account"
	"github.com/ismskit/ismskit/refserver/answer"
	"github.com/ismskit/ismskit/refserver/api"
	"github.com/ismskit/ismskit/refserver/handin"
	"github.com/ismskit/ismskit/refserver/mail"
	"github.com/ismskit/ismskit/refserver/web"
)

// house is the server with everything in its place.
type house struct {
	kept    *kept
	kit     *ismskit.Kit
	clock   *account.Clock // of a demonstration; nil otherwise
	leaper  *leaper        // what moves it; nil otherwise
	handler http.Handler
	welcome string // what the operator is told after the address
	url     string // under which people reach it
	signs   bool   // people sign with certificates of their own
}

// furnish fills an empty database and puts everything together.
func furnish(ctx context.Context, o options, k *kept, log *slog.Logger) (*house, error) {
	registry := prometheus.NewRegistry()
	cfg, err := kitConfig(o, k, registry, log)
	if err != nil {
		return nil, err
	}
	h := &house{kept: k, url: o.url}
	as, err := begin(ctx, o, k, func(ctx context.Context, as start) error {
		if as == startDemo {
			return loadDemo(ctx, o, k, cfg)
		}
		return fillEmpty(ctx, o, k)
	})
	if err != nil {
		return nil, err
	}
	cfg.Store = k.store // begin may have opened another
	if err := signing(o, &cfg); err != nil {
		return nil, err
	}
	// A command makes and tells no codes. It must run on a restored database, and beside a server
	// elsewhere, whose key it may not replace.
	if !o.ends() {
		if cfg.CheckKey, err = openCheckKey(ctx, o, k.accounts); err != nil {
			return nil, err
		}
	}
	if err := certificates(o, &cfg); err != nil {
		return nil, err
	}
	h.signs = cfg.Certificates != nil
	if as == startDemo {
		if h.clock, err = k.accounts.OpenClock(ctx); err != nil {
			return nil, err
		}
		cfg.Now = h.clock.Now
		h.welcome, err = admitDemo(o)
	} else {
		h.welcome, err = welcomeOwn(ctx, k)
	}
	if err != nil {
		return nil, err
	}
	if h.kit, err = ismskit.New(cfg); err != nil {
		return nil, err
	}
	if err := h.kit.Start(ctx); err != nil {
		return nil, err
	}
	if h.clock != nil {
		h.leaper = &leaper{kit: h.kit, clock: h.clock, log: log}
	}
	if err := registerKept(registry, k.store); err != nil {
		return nil, err
	}
	h.handler, err = h.doors(o, registry, log)
	return h, err
}

// welcomeOwn admits a first administrator where there is still none.
func welcomeOwn(ctx context.Context, k *kept) (string, error) {
	ours, err := hasAdministratorRow(ctx, k)
	if err != nil || !ours {
		return "", err
	}
	return admitAdministrator(ctx, k)
}

// kitConfig is what the Kit is made of, but for the clock.
func kitConfig(o options, k *kept, registry *prometheus.Registry, log *slog.Logger) (ismskit.Config, error) {
	types, err := catalog.Types()
	if err != nil {
		return ismskit.Config{}, err
	}
	cfg := ismskit.Config{
		Store: k.store, Blobs: k.blobs, Types: types, Hooks: catalog.Hooks(), Concerns: catalog.Concerns(), Rights: rights(), Lang: o.lang, Log: log,
		Printer:  print.A4{},
		Link:     func(id string) string { return o.url + "/cases/" + id },
		SignsIn:  k.accounts.SignsIn,
		Settings: o.settings(),
	}
	if o.clamd != "" {
		cfg.Scanner = clamd.Scanner{Address: o.clamd}
	}
	if o.smtp != "" {
		smtp, err := mail.New(mail.Options{Server: o.smtp, User: o.smtpUser, Password: o.smtpPassword, From: o.from})
		if err != nil {
			return ismskit.Config{}, err
		}
		if cfg.Notifier, err = counted(smtp, registry); err != nil {
			return ismskit.Config{}, err
		}
	}
	return cfg, nil
}

const (
	systemName   = "資通安全管理系統"
	systemNameEN = "ISMS"
	sealOf       = "資"

	// formRoom is the largest form without files: twice the JSON of the largest
	// form, since text is longer in a posted form.
	formRoom = 2 * forms.MaxBytes
	// filesRoom is a page with files: more than one file may have, so that a file
	// too large is refused at its field, beside everything that was typed.
	filesRoom = 64 << 20
	// bundleRoom is the largest bundle that is checked on a page; a larger one is
	// checked on one's own computer.
	bundleRoom = 512 << 20
)

// bodyLimit is how much a request may send: pages take files as multipart forms,
// the API bounds its own requests more closely.
func bodyLimit(r *http.Request) int64 {
	switch r.URL.Path {
	case "/bundle", "/checkpoints/audit": // who chooses a bundle where a checkpoint is asked for is told so
		return bundleRoom
	case "/records/import", "/api/v1/imports":
		return handin.MaxPackage + handin.MaxIndex + formRoom
	case "/api/v1/bundle-checks":
		return bundleRoom + filesRoom // with checkpoints beside it
	}
	if strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/form-data") || strings.HasPrefix(r.URL.Path, "/api/") {
		return filesRoom
	}
	return formRoom
}

// doors puts pages and API behind one guard.
func (h *house) doors(o options, registry *prometheus.Registry, log *slog.Logger) (http.Handler, error) {
	h.kept.accounts.OnSignIn(func(ctx context.Context, t account.Try) error {
		in := ismskit.SignIn{Person: t.Person, Refused: t.Refused, Channel: t.Channel}
		return h.kit.Evidence().SignedIn(ctx, ismskit.System("refserver"), in)
	})
	// The answer to a database that is away needs what is only made below.
	var refuse func(http.ResponseWriter, *http.Request, web.Refusal)
	sessions, err := account.NewSessions(h.kept.accounts, account.SessionOptions{
		Secure: o.secure(), Fail: func(w http.ResponseWriter, r *http.Request, err error) {
			log.Log(r.Context(), answer.Level(r.Context(), err), "session", "incident", web.Incident(r.Context()), "error", err)
			refuse(w, r, web.Unavailable)
		},
	})
	if err != nil {
		return nil, err
	}
	texts, err := web.NewTexts(overlay())
	if err != nil {
		return nil, err
	}
	agency := &agencyName{ask: func(ctx context.Context) (name, en string, err error) { return topAgency(ctx, h.kit) }}
	shell, err := web.NewShell(web.ShellOptions{Kit: h.kit, Visits: sessions, Texts: texts, House: agency.shell(texts)})
	if err != nil {
		return nil, err
	}
	renderer, err := web.NewRenderer(web.RendererOptions{Shell: h.demoShell(shell), Overlay: overlay(), Log: log})
	if err != nil {
		return nil, err
	}
	mux, pages := http.NewServeMux(), http.NewServeMux()
	var rest *api.API
	refuse = func(w http.ResponseWriter, r *http.Request, kind web.Refusal) {
		if strings.HasPrefix(r.URL.Path, "/api/") {
			rest.Refuse(w, r, kind.Status())
			return
		}
		renderer.Refuse(w, r, kind)
	}
	guard, err := web.NewGuard(web.GuardOptions{
		TLS: o.secure(), TrustedProxies: o.proxies, Refuse: refuse, Log: log, BodyLimit: bodyLimit,
		Route: func(r *http.Request) string { return routeName(mux, pages, r) },
	})
	if err != nil {
		return nil, err
	}
	limit := &web.SignInLimit{} // one for both ways in
	if err := h.openPages(pages, web.DoorOptions{
		Renderer: renderer, Guard: guard, Accounts: h.kept.accounts, Sessions: sessions, Limit: limit,
	}); err != nil {
		return nil, err
	}
	rest, err = api.New(api.Options{
		Kit: h.kit, Accounts: h.kept.accounts, Ready: h.kept.ready, Incident: web.Incident, Metrics: registry, Log: log,
		Imprint: agency.imprint(texts), Now: h.now(), MaxBundle: bundleRoom,
		Admit: func(r *http.Request, login string) bool {
			return limit.Allow(client(guard, r), login, time.Now())
		},
	})
	if err != nil {
		return nil, err
	}
	rest.Register(mux)
	mux.Handle("/assets/", renderer.Assets().Handler())
	mux.Handle("/", renderer.Texts().Handler(sessions.Handler(pages)))
	return guard.Handler(mux), nil
}

// openPages puts the pages on their mux: the door, what lies behind it, and the
// demonstration's clock.
func (h *house) openPages(mux *http.ServeMux, opts web.DoorOptions) error {
	if h.clock != nil {
		demo, err := catalog.ReadDemo(catalog.Options{})
		if err != nil {
			return err
		}
		opts.Demo, opts.DemoPassword = demoAccounts(demo), demoPassword
	}
	opts.Words = doorWords(opts.Renderer.Texts())
	door, err := web.NewDoor(opts)
	if err != nil {
		return err
	}
	asking := &web.SignInLimit{} // of its own: who asks too often can still sign in
	index, err := applyIndex()
	if err != nil {
		return err
	}
	pages, err := web.NewPages(web.PagesOptions{
		Kit: h.kit, Renderer: opts.Renderer, Visits: opts.Sessions, Require: door.Require, Keeper: h.kept.accounts, Accounts: h.kept.accounts, Certificates: h.signs, Now: h.now(), Apply: index, URL: h.url,
		Admit: func(r *http.Request) bool { return asking.Allow(client(opts.Guard, r), "", time.Now()) },
	})
	if err != nil {
		return err
	}
	door.Register(mux)
	pages.Register(mux)
	if h.clock != nil {
		(&demoTime{leaper: h.leaper, clock: h.clock, renderer: opts.Renderer, flash: opts.Sessions}).register(mux, door.Require)
	}
	return nil
}

// doorWords name, beside the sign-in, the pages that need none.
func doorWords(texts *web.Texts) func(lang string) web.DoorWords {
	return func(lang string) web.DoorWords {
		return web.DoorWords{Notes: []web.DoorNote{{
			Title: texts.Text(lang, "house.without"),
			Links: []web.DoorLink{{Href: "/check", Label: texts.Text(lang, "check.title"), Note: texts.Text(lang, "house.check_what")}},
		}}}
	}
}

// now is business time.
func (h *house) now() func() time.Time {
	if h.clock != nil {
		return h.clock.Now
	}
	return time.Now
}

// applyIndex is 「我要辦什麼」 as the pages take it.
func applyIndex() (web.ApplyIndex, error) {
	index, err := catalog.Apply()
	if err != nil {
		return web.ApplyIndex{}, err
	}
	out := web.ApplyIndex{Title: index.Title, Hint: index.Hint}
	for _, e := range index.Entries {
		out.Entries = append(out.Entries, web.ApplyEntry{
			Key: e.Key, Type: e.Type, Form: e.Form, Planned: e.Planned, Urgent: e.Urgent, Minutes: e.Minutes,
			Title: e.Title, Time: e.Time, Hint: e.Hint,
		})
	}
	return out, nil
}

// client is the address a request comes from.
func client(guard *web.Guard, r *http.Request) netip.Addr {
	return guard.Client(r.RemoteAddr, r.Header.Values("X-Forwarded-For"))
}

// routeName names a request for the log by the pattern it leads to, never by its
// address, which may hold a search.
func routeName(mux, pages *http.ServeMux, r *http.Request) string {
	_, pattern := mux.Handler(r)
	if pattern == "/" {
		_, pattern = pages.Handler(r)
	}
	if pattern == "" {
		pattern = r.Method
	}
	return pattern
}
