package api

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"net/http"
	"strings"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/refserver/handin"
)

const (
	// maxBody is a form at its largest with the request around it.
	maxBody = forms.MaxBytes + 64<<10
	// maxSignIn is for those of whom nobody knows yet who they are.
	maxSignIn = 8 << 10

	patternSignIn      = "POST /api/v1/sessions"
	patternSignOut     = "DELETE /api/v1/sessions/current"
	patternUpload      = "POST /api/v1/files"
	patternDescription = "GET /api/openapi.json"
)

// bounded looks at a body before anything else does: its size, that it is JSON,
// and that every reader would read the same. Files are streamed and looked at
// by their own operation.
func (a *API) bounded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		route := note(r.Context()).route
		switch {
		case r.Method == http.MethodGet || r.Method == http.MethodHead || r.Method == http.MethodDelete:
			r.Body = http.NoBody
		case route == patternUpload:
			r.Body = http.MaxBytesReader(w, r.Body, a.o.MaxUpload+multipartRoom)
		case route == patternCheckBundle:
			r.Body = http.MaxBytesReader(w, r.Body, a.o.MaxBundle+multipartRoom+maxEarlier*maxNote)
		case route == patternImport:
			r.Body = http.MaxBytesReader(w, r.Body, handin.MaxPackage+multipartRoom)
		case route == patternTrySheet || route == patternImportSheet:
			r.Body = http.MaxBytesReader(w, r.Body, maxSheet+multipartRoom)
		default:
			limit := int64(maxBody)
			if route == patternSignIn {
				limit = maxSignIn
			}
			body, err := readBody(w, r, limit)
			if err != nil {
				a.refuse(w, r, err)
				return
			}
			r.Body = io.NopCloser(bytes.NewReader(body))
			r.ContentLength = int64(len(body))
		}
		next.ServeHTTP(w, r)
	})
}

func readBody(w http.ResponseWriter, r *http.Request, limit int64) ([]byte, error) {
	if r.ContentLength == 0 {
		return nil, nil // whether there must be a body is the operation's to say
	}
	if !isJSON(r.Header.Get("Content-Type")) {
		return nil, errMediaType
	}
	if r.ContentLength > limit {
		drain(w, r)
		return nil, &http.MaxBytesError{Limit: limit}
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, limit))
	if err != nil {
		if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
			drain(w, r)
			return nil, err
		}
		return nil, errors.Join(errCutOff, err)
	}
	if faults := checkJSON(body); faults != nil {
		return nil, faults
	}
	return body, nil
}

// What is too large is read on for a while, and thrown away: a client that writes all of it
// before it reads would find the line cut and never see why.
const (
	drainBytes    = 16 << 20
	drainPatience = 2 * time.Second
)

// drain reads on within these bounds. One who waits to be told to go on (Expect) sends nothing.
func drain(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Expect") != "" || r.ContentLength > drainBytes {
		return
	}
	if err := http.NewResponseController(w).SetReadDeadline(time.Now().Add(drainPatience)); err != nil {
		return // whoever serves it cannot be told how long to wait
	}
	_, _ = io.CopyN(io.Discard, r.Body, drainBytes) // what cannot be read cannot be answered either
}

func isJSON(contentType string) bool {
	kind, params, err := mime.ParseMediaType(contentType)
	if err != nil {
		return false
	}
	charset := strings.ToLower(params["charset"])
	return kind == "application/json" && (charset == "" || charset == "utf-8")
}
