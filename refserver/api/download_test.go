package api

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"
	"testing/iotest"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
)

// away is the connection to a program that has stopped receiving.
type away struct{ *httptest.ResponseRecorder }

// Write implements http.ResponseWriter.
func (away) Write([]byte) (int, error) { return 0, syscall.EPIPE }

// A download that its reader breaks off is no error in the log; one that cannot be read to
// its end is, under the number of the request. Neither passes for a whole one.
func TestOnlyAFaultOfOursIsAnErrorInTheLog(t *testing.T) {
	for what, c := range map[string]struct {
		to    http.ResponseWriter
		body  io.Reader
		error bool
	}{
		"the reader has gone":   {away{httptest.NewRecorder()}, strings.NewReader("PK"), false},
		"the store is broken":   {httptest.NewRecorder(), iotest.ErrReader(errors.New("disk")), true},
		"it arrives to its end": {httptest.NewRecorder(), strings.NewReader("PK"), false},
	} {
		var told bytes.Buffer
		a := &API{o: Options{Log: slog.New(slog.NewTextHandler(&told, nil)), Incident: func(context.Context) string { return "INCIDENT01" }}}
		broken := func() (reason any) {
			defer func() { reason = recover() }()
			r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", nil)
			a.send("bundle.zip", "application/zip", 0, io.NopCloser(c.body)).Body(humago.NewContext(&huma.Operation{}, r, c.to))
			return nil
		}()
		if whole := what == "it arrives to its end"; whole != (broken == nil) || !whole && broken != http.ErrAbortHandler {
			t.Errorf("%s: ended by %v", what, broken)
		}
		if log := told.String(); c.error != strings.Contains(log, "level=ERROR") || c.error != strings.Contains(log, "INCIDENT01") {
			t.Errorf("%s: the log has %q", what, log)
		}
	}
}
