package answer

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
)

// Level is how loudly a failed request is logged. A browser that has gone on to another
// page cancels what it asked for: that the storage stopped there is no fault of anybody's.
// Nor is a download that is not received to its end (To).
func Level(ctx context.Context, err error) slog.Level {
	if errors.As(err, &gone{}) {
		return slog.LevelDebug
	}
	if errors.Is(ctx.Err(), context.Canceled) && Status(err) == http.StatusServiceUnavailable {
		return slog.LevelDebug
	}
	return slog.LevelError
}
