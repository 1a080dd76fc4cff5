package answer

import "net/http"

// WrongMethod says of a request that a mux has no pattern for whether only its
// method is wrong, and which methods the address allows. Handler is the one that the
// mux gave for it.
func WrongMethod(handler http.Handler, r *http.Request) (allow string, wrong bool) {
	seen := &statusOnly{head: http.Header{}}
	handler.ServeHTTP(seen, r)
	return seen.head.Get("Allow"), seen.status == http.StatusMethodNotAllowed
}

// statusOnly learns what the mux would answer, without its English text.
type statusOnly struct {
	head   http.Header
	status int
}

// Header implements http.ResponseWriter.
func (s *statusOnly) Header() http.Header { return s.head }

// WriteHeader implements http.ResponseWriter.
func (s *statusOnly) WriteHeader(status int) { s.status = status }

// Write implements http.ResponseWriter.
func (s *statusOnly) Write(b []byte) (int, error) { return len(b), nil }
