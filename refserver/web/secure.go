package web

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"runtime/debug"
	"strings"
	"time"
)

// GuardOptions of a Guard. The zero value works but for Refuse.
type GuardOptions struct {
	// TLS says that people reach the server by https, also when a proxy in
	// front ends the TLS. It turns on Strict-Transport-Security.
	TLS bool
	// TrustedOrigins are other origins that may send forms here, such as
	// "https://portal.example.gov.tw".
	TrustedOrigins []string
	// TrustedProxies are the addresses whose X-Forwarded-For is believed.
	TrustedProxies []netip.Prefix
	// BodyLimit is the largest body of a request in bytes. Default: 1 MiB for
	// everything. A page that takes files answers with more.
	BodyLimit func(r *http.Request) int64
	// Route names a request in the log without its values: the pattern of the
	// mux, such as "GET /cases/{id}". Without it only the method is logged.
	Route func(r *http.Request) string
	// Refuse answers a request that the guard doesn't let through or that
	// panicked; usually Renderer.Refuse.
	Refuse func(w http.ResponseWriter, r *http.Request, kind Refusal)
	// Log takes one line per request, without addresses, queries or bodies.
	// Default slog.Default().
	Log *slog.Logger
}

// Guard is what every request passes first: an incident number, the log,
// panics, headers that bind the browser, forms from elsewhere refused, bodies
// limited. Safe for concurrent use.
type Guard struct {
	opts   GuardOptions
	origin *http.CrossOriginProtection
}

const defaultBody = 1 << 20

// NewGuard checks the options.
func NewGuard(opts GuardOptions) (*Guard, error) {
	if opts.Refuse == nil {
		return nil, errors.New("web: a Guard needs a Refuse function")
	}
	if opts.Log == nil {
		opts.Log = slog.Default()
	}
	if opts.BodyLimit == nil {
		opts.BodyLimit = func(*http.Request) int64 { return defaultBody }
	}
	if opts.Route == nil {
		opts.Route = func(r *http.Request) string { return r.Method }
	}
	g := &Guard{opts: opts, origin: http.NewCrossOriginProtection()}
	for _, origin := range opts.TrustedOrigins {
		if err := g.origin.AddTrustedOrigin(origin); err != nil {
			return nil, fmt.Errorf("web: trusted origin: %w", err)
		}
	}
	g.origin.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { opts.Refuse(w, r, Foreign) }))
	return g, nil
}

type incidentKey struct{}

// Incident is the number of this request in the log, ten letters and digits;
// "" outside of a Guard.
func Incident(ctx context.Context) string {
	no, _ := ctx.Value(incidentKey{}).(string)
	return no
}

// Handler is the middleware around next.
func (g *Guard) Handler(next http.Handler) http.Handler {
	inner := g.origin.Handler(g.limited(next))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		incident := rand.Text()[:10]
		r = remembering(r.WithContext(context.WithValue(r.Context(), incidentKey{}, incident)))
		seen := &seenWriter{ResponseWriter: w}
		bind(w.Header(), g.opts.TLS)
		defer func() {
			if reason := recover(); reason != nil {
				g.panicked(seen, r, incident, reason)
			}
			g.opts.Log.InfoContext(r.Context(), "request", "incident", incident, "route", g.opts.Route(r),
				"status", seen.status, "bytes", seen.bytes, "ms", time.Since(start).Milliseconds())
		}()
		inner.ServeHTTP(seen, r)
	})
}

// panicked answers when it still can; else the connection is cut, so that half
// a page isn't taken for a whole one.
func (g *Guard) panicked(w *seenWriter, r *http.Request, incident string, reason any) {
	if reason == http.ErrAbortHandler {
		panic(reason)
	}
	g.opts.Log.ErrorContext(r.Context(), "panic", "incident", incident, "route", g.opts.Route(r),
		"reason", fmt.Sprint(reason), "stack", string(debug.Stack()))
	if w.status != 0 {
		panic(http.ErrAbortHandler)
	}
	g.opts.Refuse(w, r, Fault)
}

// overLimit is how much more than allowed a form with files may be for what was typed
// into it to be given back: its files pass by unkept.
const overLimit = 4

type limitKey struct{}

// tooMuch is what a request brought, against what it may bring.
type tooMuch struct{ limit, sent int64 }

// limited refuses a body that says it is too large, and stops reading one that doesn't
// say. What is far beyond the limit is not read at all.
func (g *Guard) limited(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		limit := g.opts.BodyLimit(r)
		if r.ContentLength > limit {
			r = r.WithContext(context.WithValue(r.Context(), limitKey{}, tooMuch{limit, r.ContentLength}))
			if r.ContentLength > overLimit*limit || !strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/form-data") {
				r.Body = http.NoBody
			}
			g.opts.Refuse(w, r, TooLarge)
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, limit)
		next.ServeHTTP(w, r)
	})
}

// policy lets a page load what this server sends and nothing else: no script or
// style within a page, no frame around it, no form to elsewhere.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
	"connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

// bind sets the headers that bind the browser. A handler may replace one, as a
// page with documentation of the API does.
func bind(head http.Header, tls bool) {
	head.Set("Content-Security-Policy", policy)
	head.Set("X-Content-Type-Options", "nosniff")
	head.Set("Referrer-Policy", "same-origin")
	head.Set("X-Frame-Options", "DENY")
	head.Set("Cross-Origin-Opener-Policy", "same-origin")
	head.Set("Cross-Origin-Resource-Policy", "same-origin")
	head.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
	if tls {
		head.Set("Strict-Transport-Security", "max-age=31536000")
	}
}

// seenWriter remembers what was answered.
type seenWriter struct {
	http.ResponseWriter
	status int
	bytes  int64
}

// WriteHeader implements http.ResponseWriter.
func (w *seenWriter) WriteHeader(status int) {
	if w.status == 0 && status >= 200 {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

// Write implements http.ResponseWriter.
func (w *seenWriter) Write(b []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	n, err := w.ResponseWriter.Write(b)
	w.bytes += int64(n)
	return n, err
}

// Unwrap serves http.ResponseController.
func (w *seenWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
