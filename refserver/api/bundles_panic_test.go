package api

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"strings"
	"testing"
)

// A bundle that panics half-way ends as a broken download, not as the end of the
// server, and the log has it under the number of the request.
func TestAPanicBreaksOffOneBundleOnly(t *testing.T) {
	var told bytes.Buffer
	a := &API{o: Options{
		Log: slog.New(slog.NewTextHandler(&told, nil)), Incident: func(context.Context) string { return "INCIDENT01" },
	}}
	body, made := io.Pipe()
	go a.pour(t.Context(), made, func(_ context.Context, w io.Writer) error {
		if _, err := io.WriteString(w, "PK"); err != nil {
			return err
		}
		panic("no such page")
	})
	half, err := io.ReadAll(body)
	if err == nil || string(half) != "PK" {
		t.Errorf("it passes for a whole bundle: %q, %v", half, err)
	}
	for _, said := range []string{"INCIDENT01", "no such page", "bundles_panic_test.go"} {
		if !strings.Contains(told.String(), said) {
			t.Errorf("the log does not say %q: %s", said, told.String())
		}
	}
}
