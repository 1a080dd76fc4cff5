package api

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/refserver/account"
	"github.com/ismskit/ismskit/refserver/answer"
)

// Options of an API. Kit and Accounts are needed, the rest works without.
type Options struct {
	Kit      *ismskit.Kit
	Accounts *account.Store
	// Lists are the living lists on offer beside the built-in ones.
	Lists []string
	// Admit slows down guessing of passwords: false refuses a sign-in before the
	// password is looked at. Nil admits everybody; the lock of package account
	// holds anyhow.
	Admit func(r *http.Request, login string) bool
	// Ready tells whether the databases answer; nil is always.
	Ready func(ctx context.Context) error
	// Incident is the number under which the log has a request, for an answer that
	// should not have happened. Nil leaves it out.
	Incident func(ctx context.Context) string
	// Base is the prefix under which a host mounts the API, such as "/isms",
	// stripped before requests come here; it only stands in the description.
	Base string
	// Location is where the office is; nil is Taiwan. Days in queries are its days.
	Location *time.Location
	// Now is business time, the same as the Kit's. Nil is time.Now.
	Now func() time.Time
	// Imprint is what the organisation says on a print, in a language: its name and its
	// own line at the foot. Nil says nothing.
	Imprint func(ctx context.Context, lang string) ismskit.Imprint
	// Metrics takes what is counted; nil counts for itself. See Register.
	Metrics *prometheus.Registry
	// MaxUpload is the largest file in bytes, as in the Kit's Config; 0 is 20 MB.
	MaxUpload int64
	// MaxBundle is the largest bundle in bytes that is checked; 0 is 512 MB.
	MaxBundle int64
	Log       *slog.Logger
}

// API answers REST requests. It is safe for concurrent use.
type API struct {
	o       Options
	kit     *ismskit.Kit
	huma    huma.API
	inner   *http.ServeMux
	metrics *meters
	checks  *checks
}

// New checks the options and describes every operation.
func New(o Options) (*API, error) {
	if o.Kit == nil || o.Accounts == nil {
		return nil, errors.New("api: Kit and Accounts are needed")
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	if o.Location == nil {
		o.Location = time.FixedZone("Asia/Taipei", 8*3600) // no summer time since 1979
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.MaxBundle <= 0 {
		o.MaxBundle = defaultBundle
	}
	if o.MaxUpload <= 0 {
		o.MaxUpload = ismskit.DefaultMaxUpload
	}
	if o.Admit == nil {
		o.Admit = func(*http.Request, string) bool { return true }
	}
	if o.Ready == nil {
		o.Ready = func(context.Context) error { return nil }
	}
	if o.Incident == nil {
		o.Incident = func(context.Context) string { return "" }
	}
	if o.Imprint == nil {
		o.Imprint = func(_ context.Context, lang string) ismskit.Imprint { return ismskit.Imprint{Lang: lang} }
	}
	if o.Metrics == nil {
		o.Metrics = prometheus.NewRegistry()
	}
	if _, err := catalogue(); err != nil {
		return nil, err
	}
	a := &API{o: o, kit: o.Kit, inner: http.NewServeMux(), checks: newChecks()}
	var err error
	if a.metrics, err = newMeters(o.Metrics); err != nil {
		return nil, err
	}
	a.huma = humago.New(a.inner, a.description())
	a.operations()
	// The library describes errors of its own kind beside ours; nobody gets one.
	schemas := a.huma.OpenAPI().Components.Schemas.Map()
	delete(schemas, "ErrorModel")
	delete(schemas, "ErrorDetail")
	return a, nil
}

// operations are all of them, a group each.
func (a *API) operations() {
	a.sessionOperations()
	a.tokenOperations()
	a.typeOperations()
	a.dryRunOperations()
	a.migrationOperations()
	a.flowOperations()
	a.prefillOperations()
	a.caseOperations()
	a.actionOperations()
	a.taskOperations()
	a.batchOperations()
	a.fileOperations()
	a.bundleCheckOperations()
	a.documentOperations()
	a.touchOperations()
	a.filingOperations()
	a.nextNumberOperations()
	a.reviewOperations()
	a.documentListOperations()
	a.documentTextOperations()
	a.checkOperations()
	a.documentReaderOperations()
	a.documentLoanOperations()
	a.printOperations()
	a.recordOperations()
	a.retentionOperations()
	a.viewOperations()
	a.numberOperations()
	a.yearOperations()
	a.closureOperations()
	a.sheetOperations()
	a.importOperations()
	a.bundleOperations()
	a.recordsSheetOperation()
	a.checkpointOperations()
	a.changeOperations()
	a.registerOperations()
	a.firstNeedsOperations()
	a.peopleOperations()
	a.noticeOperations()
}

// lists are the keys of the living lists on offer.
func (a *API) lists() []string {
	return append([]string{
		register.Units, register.Posts, register.People, register.Groups, register.Roles, register.Deputies, register.Externals,
		register.Offices, register.Systems, register.Services, register.Grants, register.Templates, register.Categories, register.Calendars,
		register.Certificates, register.Classes, register.DocumentNumbers, register.Distributions, register.DocumentLoans, register.RetentionRules, register.LegalHolds,
		register.Settings,
	}, a.o.Lists...)
}

// Register puts the API and its probes on a mux: /api/, /healthz, /readyz and
// /metrics.
func (a *API) Register(mux *http.ServeMux) {
	mux.Handle("/api/", a.Handler())
	mux.HandleFunc("GET /healthz", a.alive)
	mux.HandleFunc("GET /readyz", a.ready)
	mux.Handle("GET /metrics", a.metrics.handler(a.o.Metrics))
}

// Handler answers everything below /api/.
func (a *API) Handler() http.Handler {
	return a.measured(a.worded(http.HandlerFunc(a.route)))
}

// route sends a request on its way: to an operation, or to a problem of our own
// where there is none.
func (a *API) route(w http.ResponseWriter, r *http.Request) {
	handler, pattern := a.inner.Handler(r)
	if pattern == "" {
		if allow, wrong := answer.WrongMethod(handler, r); wrong {
			w.Header().Set("Allow", allow)
			a.refuse(w, r, errMethod)
			return
		}
		a.refuse(w, r, ismskit.ErrNotFound)
		return
	}
	note(r.Context()).route = pattern
	if pattern == patternDescription || pattern == patternSignIn {
		a.bounded(a.inner).ServeHTTP(w, r)
		return
	}
	a.known(a.bounded(a.inner)).ServeHTTP(w, r)
}

// alive answers as long as the process does.
func (a *API) alive(w http.ResponseWriter, r *http.Request) { a.probe(w, r, nil) }

// ready answers whether requests can be served: the databases answer, and their
// migrations were done when they were opened.
func (a *API) ready(w http.ResponseWriter, r *http.Request) { a.probe(w, r, a.o.Ready(r.Context())) }

func (a *API) probe(w http.ResponseWriter, r *http.Request, err error) {
	status, body := http.StatusOK, "ok\n"
	if err != nil {
		a.o.Log.WarnContext(r.Context(), "not ready", "error", err)
		status, body = http.StatusServiceUnavailable, "unavailable\n"
		w.Header().Set("Retry-After", answer.RetryAfter)
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	if _, err := w.Write([]byte(body)); err != nil {
		a.o.Log.DebugContext(r.Context(), "probe not received", "error", err)
	}
}
