package answer

import (
	"fmt"
	"io"
	"net/http"
)

// gone is a failure to hand something over: who asked for it has gone.
type gone struct{ error }

// Unwrap is what the connection said.
func (g gone) Unwrap() error { return g.error }

// To writes a file to who asked for it. One who goes away before its end is told by the
// error from what fails here, and Level knows it.
func To(w io.Writer) io.Writer { return receiver{w} }

type receiver struct{ w io.Writer }

// Write implements io.Writer.
func (r receiver) Write(b []byte) (int, error) {
	n, err := r.w.Write(b)
	switch err {
	case nil, http.ErrContentLength, http.ErrBodyNotAllowed, http.ErrHandlerTimeout: // mistakes of ours
		return n, err
	}
	return n, gone{fmt.Errorf("not received: %w", err)}
}
