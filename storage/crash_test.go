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
	"github.com/ismskit/ismskit/ismskit/record"
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

// workUntilKilled opens requests and signs them to their end with eight callers
// through the Kit, as a server does, and says so, one line each, once the Kit has.
func workUntilKilled(where string) error {
	ctx := context.Background()
	s, _, err := openAt(ctx, where)
	if err != nil {
		return err
	}
	kit, err := signingKit(ctx, s)
	if err != nil {
		return err
	}
	var all sync.WaitGroup
	errs := make(chan error, 8)
	for range 8 {
		all.Go(func() {
			for {
				if err := oneRequest(ctx, kit); err != nil {
					errs <- err
					return
				}
			}
		})
	}
	all.Wait()
	return <-errs
}

// oneRequest is sent and signed to its end; each answer is told.
func oneRequest(ctx context.Context, kit *ismskit.Kit) error {
	r, err := kit.Open(ctx, applicant, opening())
	for step := 1; err == nil; step++ {
		fmt.Printf("%s %d\n", r.Case, r.Revision)
		if step > signatures {
			return nil
		}
		actor, action := approval(step)
		r, err = kit.Act(ctx, actor, r.Case, action)
	}
	return err
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
			kit, err := signingKit(t.Context(), s)
			if err != nil {
				t.Fatal(err)
			}
			for id, revision := range told {
				checkWhole(t, s, kit, id, revision)
			}
			if err := oneRequest(t.Context(), kit); err != nil {
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

// checkWhole: what was acknowledged is there; case, task, trail, archive and alarm
// tell of the same revision, and the request can be signed to its end.
func checkWhole(t *testing.T, s ismskit.Store, kit *ismskit.Kit, id string, told int64) {
	t.Helper()
	c, err := kit.Case(t.Context(), applicant, id)
	if err != nil {
		t.Errorf("%s, acknowledged at revision %d: %v", id, told, err)
		return
	}
	if c.Revision < told {
		t.Errorf("%s: acknowledged revision %d, found %d", id, told, c.Revision)
	}
	if len(c.Faults) > 0 || int64(len(c.Trail)) != c.Revision {
		t.Errorf("%s at revision %d has %d entries, faults %v", id, c.Revision, len(c.Trail), c.Faults)
	}
	err = s.View(t.Context(), func(ctx context.Context, tx ismskit.Tx) error {
		open, err := tx.Cases().Tasks(ctx, ismskit.TaskQuery{Case: id})
		if err != nil {
			return err
		}
		switch ended := c.Revision > signatures; {
		case ended && len(open) > 0:
			t.Errorf("%s has ended and has tasks %v", id, open)
		case !ended && (len(open) != 1 || open[0].Task != fmt.Sprint("t", c.Revision)):
			t.Errorf("%s at revision %d has tasks %v", id, c.Revision, open)
		}
		alarms, err := tx.Queue().Jobs(ctx, ismskit.JobQuery{Subject: id})
		if err != nil {
			return err
		}
		if len(alarms) != 1 {
			t.Errorf("%s at revision %d has alarms %v", id, c.Revision, alarms)
		}
		return nil
	})
	if err != nil {
		t.Errorf("%s: %v", id, err)
	}
	found, err := kit.Records().Query(t.Context(), applicant, record.Query{Numbers: []string{c.Number}})
	if err != nil || len(found) != 1 || found[0].Case != id {
		t.Errorf("%s is not found by its number %s: %v, %v", id, c.Number, found, err)
	}
	for step := int(c.Revision); step <= signatures; step++ {
		actor, action := approval(step)
		if _, err := kit.Act(t.Context(), actor, id, action); err != nil {
			t.Errorf("%s, step %d after the crash: %v", id, step, err)
			return
		}
	}
}
