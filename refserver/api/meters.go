package api

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/ismskit/ismskit/ismskit"
)

// meters are what operators watch. No label holds a person, a case or a value.
type meters struct {
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
	actions  *prometheus.CounterVec
}

func newMeters(reg prometheus.Registerer) (*meters, error) {
	m := &meters{
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "ismskit_api_requests_total", Help: "Requests to the REST API.",
		}, []string{"route", "status"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "ismskit_api_request_seconds", Help: "How long requests to the REST API took.", Buckets: prometheus.ExponentialBuckets(0.002, 2.5, 9),
		}, []string{"route"}),
		actions: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "ismskit_api_actions_total", Help: "Actions on cases through the REST API, by verb and what came of them.",
		}, []string{"verb", "outcome"}),
	}
	for _, c := range []prometheus.Collector{m.requests, m.seconds, m.actions} {
		if err := reg.Register(c); err != nil {
			return nil, err
		}
	}
	return m, nil
}

// handler shows everything in a registry.
func (m *meters) handler(reg *prometheus.Registry) http.Handler {
	return promhttp.HandlerFor(reg, promhttp.HandlerOpts{EnableOpenMetrics: true})
}

// acted counts an action by its verb and by "done", "repeated" or the code of the
// refusal. What is no verb of ours is counted as one kind.
func (m *meters) acted(verb string, receipt ismskit.Receipt, err error) {
	outcome := "done"
	switch {
	case err != nil:
		_, outcome = status(err)
	case receipt.Repeated:
		outcome = "repeated"
	}
	m.actions.WithLabelValues(verb, outcome).Inc()
}

// measured counts requests and takes the notes along.
func (a *API) measured(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		n := &notes{lang: defaultLang, route: "none"}
		seen := &statusWriter{ResponseWriter: w}
		defer func() {
			// A panic is counted on its way to whoever recovers it.
			if seen.status == 0 {
				seen.status = http.StatusInternalServerError
			}
			a.metrics.requests.WithLabelValues(n.route, strconv.Itoa(seen.status)).Inc()
			a.metrics.seconds.WithLabelValues(n.route).Observe(time.Since(start).Seconds())
		}()
		next.ServeHTTP(seen, r.WithContext(context.WithValue(r.Context(), notesKey{}, n)))
	})
}

// statusWriter remembers the status.
type statusWriter struct {
	http.ResponseWriter
	status int
}

// WriteHeader implements http.ResponseWriter.
func (w *statusWriter) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

// Write implements http.ResponseWriter.
func (w *statusWriter) Write(b []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	return w.ResponseWriter.Write(b)
}

// Unwrap serves http.ResponseController.
func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
