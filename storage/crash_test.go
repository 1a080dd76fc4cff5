package storage_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/storage/postgres"
	"github.com/ismskit/ismskit/storage/sqlite"
	"github.com/ismskit/ismskit/storage/storagetest/postgrestest"
)

// crashing names, for the child process, the database it works on.
const crashing = "ISMSKIT_CRASH_STORE"

// TestMain lets the test's program be the one that is killed.
func TestMain(m *testing.M) {
	if where := os.Getenv(crashing); where != "" {
		if err := workUntilKilled(where); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	os.Exit(m.Run())
}

func openAt(ctx context.Context, where string) (ismskit.Store, func() error, error) {
	if path, ok := strings.CutPrefix(where, "sqlite:"); ok {
		s, err := sqlite.Open(ctx, path, sqlite.Options{})
		if err != nil {
			return nil, nil, err
		}
		return s, s.Close, nil
	}
	s, err := postgres.Connect(ctx, where, postgres.Options{})
	if err != nil {
		return nil, nil, err
	}
	return s, s.Close, nil
}

// workUntilKilled signs off cases with eight callers and says so, one line each,
// after the store has.
func workUntilKilled(where string) error {
	ctx := context.Background()
	s, _, err := openAt(ctx, where)
	if err != nil {
		return err
	}
	var all sync.WaitGroup
	errs := make(chan error, 8)
	for i := range 8 {
		all.Go(func() {
			id := fmt.Sprint("case-", i)
			err := openCase(ctx, s, id)
			for n := 2; err == nil; n++ {
				if err = signOff(ctx, s, id); err == nil {
					fmt.Printf("%s %d\n", id, n)
				}
			}
			errs <- err
		})
	}
	all.Wait()
	return <-errs
}

// TestKilledUnderLoad: kill -9 at any moment; everything that was acknowledged
// is there, and nothing is half done.
func TestKilledUnderLoad(t *testing.T) {
	for name, where := range map[string]func(t *testing.T) string{
		"sqlite":   func(t *testing.T) string { return "sqlite:" + filepath.Join(t.TempDir(), "isms.db") },
		"postgres": func(t *testing.T) string { return postgrestest.Database(t) },
	} {
		t.Run(name, func(t *testing.T) {
			at := where(t)
			told := killAfter(t, at, 300)
			s, done, err := openAt(t.Context(), at)
			if err != nil {
				t.Fatal(err)
			}
			for i := range 8 {
				id := fmt.Sprint("case-", i)
				checkWhole(t, s, id, told[id])
			}
			if err := signOff(t.Context(), s, "case-0"); err != nil {
				t.Errorf("works again: %v", err)
			}
			if err := done(); err != nil {
				t.Error(err)
			}
		})
	}
}

// killAfter runs the child until it has acknowledged so many actions, kills it,
// and returns the last revision it told of each case.
func killAfter(t *testing.T, where string, actions int) map[string]int64 {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), crashing+"="+where)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	told := map[string]int64{}
	lines := bufio.NewScanner(out)
	for n := 1; lines.Scan(); n++ {
		var id string
		var revision int64
		if _, err := fmt.Sscan(lines.Text(), &id, &revision); err != nil {
			break // cut in the middle
		}
		told[id] = revision
		if n == actions {
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := cmd.Wait(); err == nil {
		t.Error("the child ended by itself")
	}
	if len(told) == 0 {
		t.Fatal("the child acknowledged nothing")
	}
	return told
}

// checkWhole: case, task, trail and alarm tell of the same revision.
func checkWhole(t *testing.T, s ismskit.Store, id string, told int64) {
	t.Helper()
	err := s.View(t.Context(), func(ctx context.Context, tx ismskit.Tx) error {
		c, err := tx.Cases().Get(ctx, id)
		if err != nil {
			return err
		}
		open, err := tx.Cases().Tasks(ctx, ismskit.TaskQuery{Case: id})
		if err != nil {
			return err
		}
		entries, err := tx.Trail().Entries(ctx, id, 0, 1_000_000)
		if err != nil {
			return err
		}
		if c.Revision < told {
			t.Errorf("%s: acknowledged revision %d, found %d", id, told, c.Revision)
		}
		if len(open) != 1 || open[0].Task != fmt.Sprint("t", c.Revision) {
			t.Errorf("%s at revision %d has tasks %v", id, c.Revision, open)
		}
		if int64(len(entries)) != c.Revision-1 || (len(entries) > 0 && entries[len(entries)-1].Hash != c.Head.Hash) {
			t.Errorf("%s at revision %d has %d entries", id, c.Revision, len(entries))
		}
		return nil
	})
	if err != nil {
		t.Errorf("%s: %v", id, err)
	}
}
