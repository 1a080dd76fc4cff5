package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/evidence"
)

// maxNote is the most that a signed checkpoint is long.
const maxNote = 64 << 10

var (
	errNothingToAudit = errors.New("-audit: this database holds no organisation yet; start the server first")
	errAuditFails     = errors.New("-audit: the trail does not hold; see above")
)

// readNotes reads checkpoints that were learned earlier.
func readNotes(files []string) ([][]byte, error) {
	var notes [][]byte
	for _, name := range files {
		f, err := os.Open(name)
		if err != nil {
			return nil, fmt.Errorf("-checkpoint: %w", err)
		}
		note, err := io.ReadAll(io.LimitReader(f, maxNote+1))
		if err = errors.Join(err, f.Close()); err != nil {
			return nil, fmt.Errorf("-checkpoint: %w", err)
		}
		if len(note) > maxNote {
			return nil, fmt.Errorf("-checkpoint: %s is no checkpoint: it is longer than one", name)
		}
		notes = append(notes, note)
	}
	return notes, nil
}

// audit holds the whole trail, as it stands in the database now, against the log of
// checkpoints and those that were learned earlier, says what it found and ends: with an
// error where anything does not hold, so that a job of the night can go by it. On PostgreSQL
// the server may run meanwhile; one that has a folder to itself is asked by REST (POST /audit).
func audit(ctx context.Context, o options, out io.Writer, log *slog.Logger) error {
	notes, err := readNotes(o.checkpoints)
	if err != nil {
		return err
	}
	k, err := openKept(ctx, o)
	if err != nil {
		return err
	}
	err = func() error {
		as, err := startOf(ctx, k)
		if err == nil && as != startOwn && as != startDemo {
			err = errNothingToAudit
		}
		if err != nil {
			return err
		}
		h, err := furnish(ctx, o, k, log)
		if err != nil {
			return err
		}
		report, err := h.kit.Evidence().Audit(ctx, ismskit.System("command"), evidence.Options{Checkpoints: notes})
		if err != nil {
			return err
		}
		if _, err := io.WriteString(out, report.Text(o.lang)); err != nil {
			return err
		}
		if !report.Holds() {
			return errAuditFails
		}
		return nil
	}()
	return errors.Join(err, k.Close())
}
