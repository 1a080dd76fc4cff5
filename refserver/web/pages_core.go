package web

import "net/http"

// registerCore puts the pages of daily work on a mux.
func (p *Pages) registerCore(mux *http.ServeMux) {
	mux.HandleFunc("GET /{$}", p.todo)
	mux.HandleFunc("GET /sent", p.sent)
	mux.HandleFunc("GET /overview", p.overview)
	mux.HandleFunc("GET /apply", p.applyIndex)
}
