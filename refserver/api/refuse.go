package api

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// refuse writes a problem where no operation does.
func (a *API) refuse(w http.ResponseWriter, r *http.Request, err error) {
	p := a.problem(r.Context(), err)
	for k, v := range p.head {
		w.Header()[k] = v
	}
	w.Header().Set("Content-Type", problemType)
	w.WriteHeader(p.Status)
	if err := json.NewEncoder(w).Encode(p); err != nil {
		a.o.Log.DebugContext(r.Context(), "problem not received", "error", err)
	}
}

// plain are the refusals of whoever stands before the API, by status.
var plain = map[int]string{
	http.StatusBadRequest: "cut_off", http.StatusForbidden: "foreign", http.StatusMethodNotAllowed: "method",
	http.StatusRequestEntityTooLarge: "too_large", http.StatusTooManyRequests: "too_many",
	http.StatusInternalServerError: "fault", http.StatusServiceUnavailable: "unavailable",
}

// Refuse answers, as a problem, a request that a middleware before the API does
// not let through or that panicked; any other status is answered as 404.
func (a *API) Refuse(w http.ResponseWriter, r *http.Request, status int) {
	code, ok := plain[status]
	if !ok {
		status, code = http.StatusNotFound, "not_found"
	}
	n := &notes{lang: chooseLang(r.Header.Get("Accept-Language")), remote: r}
	w.Header().Set("Content-Language", n.lang)
	a.refuse(w, r.WithContext(context.WithValue(r.Context(), notesKey{}, n)), &refusal{status: status, code: code})
}

// translated turns what the library refuses — a parameter or body that does not
// fit its description — into a Problem like all others. What was sent is not
// sent back.
func (a *API) translated(ctx huma.Context, _ string, v any) (any, error) {
	model, ok := v.(*huma.ErrorModel)
	if !ok {
		return v, nil
	}
	lang := langOf(ctx.Context())
	code := "request"
	switch model.Status {
	case http.StatusUnsupportedMediaType:
		code = "media_type"
	case http.StatusInternalServerError:
		code = "fault"
	case http.StatusBadRequest:
		if len(model.Errors) == 0 { // the library says nothing else of a body that is not there
			code = "no_body"
		}
	}
	p := &Problem{
		Type: problemURN + code, Code: code, Status: model.Status,
		Title: say(lang, code+".title"), Detail: say(lang, code+".detail"),
	}
	for _, e := range model.Errors {
		if e != nil {
			p.Errors = append(p.Errors, FieldError{Field: strings.TrimPrefix(e.Location, "body."), Code: "shape", Message: shapeFault(lang, e.Message)})
		}
	}
	note(ctx.Context()).code = code
	return p, nil
}
