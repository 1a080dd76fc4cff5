package web

import (
	"context"
	"errors"
	"mime/multipart"
	"net/http"
	"strings"
)

// formMemory is how much of a form with files is held in memory; the rest goes to
// temporary files, which swept removes.
const formMemory = 1 << 20

// parse reads a form of limited size; it answers by itself when it can't.
func (p *Pages) parse(w http.ResponseWriter, r *http.Request) bool {
	var err error
	if strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/form-data") {
		err = r.ParseMultipartForm(formMemory) // what it refuses leaves no files
		toSweep(r)
	} else {
		err = r.ParseForm()
	}
	if err == nil {
		remember(r)
		return true
	}
	kind := BadRequest
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge || errors.Is(err, multipart.ErrMessageTooLarge) {
		kind = TooLarge
	}
	p.renderer.Refuse(w, r, kind)
	return false
}

type sweepKey struct{}

// swept removes the temporary files of the form that next reads, once it has answered.
// net/http removes only those it finds at the request as it came; a form is read at a
// copy, which every r.WithContext on the way makes.
func (p *Pages) swept(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var form *multipart.Form
		r = r.WithContext(context.WithValue(r.Context(), sweepKey{}, &form))
		defer func() {
			if form != nil {
				p.renderer.logQuietly(r.Context(), "temporary files of a form", form.RemoveAll())
			}
		}()
		next.ServeHTTP(w, r)
	})
}

// toSweep leaves the form of a request with swept.
func toSweep(r *http.Request) {
	if form, ok := r.Context().Value(sweepKey{}).(**multipart.Form); ok && r.MultipartForm != nil {
		*form = r.MultipartForm
	}
}
