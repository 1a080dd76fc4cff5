package answer

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"syscall"
	"testing"

	"github.com/ismskit/ismskit/ismskit"
)

// broken is a connection on which nothing arrives any more.
type broken struct{ err error }

// Write implements io.Writer.
func (b broken) Write([]byte) (int, error) { return 0, b.err }

func unreceived(err error) error {
	_, err = To(broken{err}).Write([]byte("PK"))
	return err
}

// Who has gone on to another page leaves no error in the log; a database that is away
// does, and so does a fault of ours, whoever is still there.
func TestACancelledRequestIsNoErrorInTheLog(t *testing.T) {
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	cancelled := fmt.Errorf("%w: %w", ismskit.ErrUnavailable, context.Canceled)
	for _, c := range []struct {
		what string
		ctx  context.Context
		err  error
		want slog.Level
	}{
		{"the reader has gone", gone, cancelled, slog.LevelDebug},
		{"the reader waits, the database is away", t.Context(), ismskit.ErrUnavailable, slog.LevelError},
		{"something was cancelled, but not by the reader", t.Context(), cancelled, slog.LevelError},
		{"a fault of ours", gone, errors.New("nil map"), slog.LevelError},
		{"the reader broke a download off", t.Context(), fmt.Errorf("bundle: %w", unreceived(syscall.EPIPE)), slog.LevelDebug},
		{"more was sent than was said", t.Context(), unreceived(http.ErrContentLength), slog.LevelError},
	} {
		if got := Level(c.ctx, c.err); got != c.want {
			t.Errorf("%s: %v, want %v", c.what, got, c.want)
		}
	}
}
