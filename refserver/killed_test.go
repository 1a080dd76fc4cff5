package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/evidence"
	"github.com/ismskit/ismskit/refserver/runtest"
	"github.com/ismskit/ismskit/storage/storagetest/postgrestest"
)

// serving holds, for a child process, the arguments of the server that it is.
const serving = "ISMSKIT_SERVE"

// TestMain lets the test's program be a server that is killed.
func TestMain(m *testing.M) {
	if args, ok := os.LookupEnv(serving); ok {
		go func() { // it doesn't outlive the tests, however those end
			_, err := io.Copy(io.Discard, os.Stdin)
			fmt.Fprintln(os.Stderr, "the tests are gone:", err)
			os.Exit(1)
		}()
		os.Args = append(os.Args[:1], strings.Split(args, "\n")...)
		main()
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// process is a server in a process of its own.
type process struct {
	*running
	*runtest.Process
}

func started(t *testing.T, args ...string) *process {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), self)
	cmd.Env = append(os.Environ(), serving+"="+strings.Join(append([]string{"-addr", "127.0.0.1:0"}, args...), "\n"))
	p := runtest.Start(t, cmd)
	return &process{&running{TB: t, url: p.URL, said: p.Said, done: p.Done}, p}
}

// TestAServerIsKilledUnderLoad: kill -9 at any moment while people save, send, sign,
// record and upload. What was answered is there when it has been started again, what
// was not is done once when it is asked again under its key, and nothing is half done:
// every trail holds, every file that a case names is whole, no job stays behind.
func TestAServerIsKilledUnderLoad(t *testing.T) {
	for name, database := range map[string]func(t *testing.T) string{
		"sqlite":   func(*testing.T) string { return "" },
		"postgres": func(t *testing.T) string { return postgrestest.Database(t) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel() // they wait for disks more than they compute
			rounds := 3
			if name == "postgres" {
				rounds = 2
			}
			seed := rand.Uint64()
			t.Logf("seed %d", seed)
			moment := rand.New(rand.NewPCG(seed, 0))
			o := options{lang: "zh-TW", data: t.TempDir(), url: "http://isms.example", db: database(t)}
			p := started(t, "-data", o.data, "-url", o.url, "-db", o.db)
			s := newShift(p)
			for range rounds {
				s.work(p, 10+moment.IntN(40))
				p = started(t, "-data", o.data, "-url", o.url, "-db", o.db)
				s.resume(p)
			}
			if s.unknown == 0 {
				t.Error("nobody ever waited for an answer of the server that was killed")
			}
			s.oneMore(p)
			p.Interrupt()
			s.holds(o)
		})
	}
}

// patience is how late it is for those who look for jobs to do: whatever was claimed
// by a process that is dead is free again.
type patience struct{ ismskit.Store }

// Update implements ismskit.Store.
func (p patience) Update(ctx context.Context, fn func(context.Context, ismskit.Tx) error) error {
	return p.Store.Update(ctx, func(ctx context.Context, tx ismskit.Tx) error { return fn(ctx, laterTx{tx}) })
}

type laterTx struct{ ismskit.Tx }

func (tx laterTx) Queue() ismskit.Queue { return laterQueue{tx.Tx.Queue()} }

type laterQueue struct{ ismskit.Queue }

// Due implements ismskit.Queue, some minutes later.
func (q laterQueue) Due(ctx context.Context, now, lease time.Time, limit int) ([]ismskit.Job, error) {
	return q.Queue.Due(ctx, now, lease.Add(5*time.Minute), limit)
}

// Next implements ismskit.Queue: nobody works on anything any more.
func (q laterQueue) Next(ctx context.Context) (time.Time, error) {
	jobs, err := q.Jobs(ctx, ismskit.JobQuery{})
	for _, j := range jobs {
		if !j.Dead {
			return j.Due, err
		}
	}
	return time.Time{}, err
}

// holds looks into the databases after the last stop: jobs that a killed process had
// claimed are done by whoever comes next; then every request has gone as far as it
// was taken, once, and the whole trail holds.
func (s *shift) holds(o options) {
	t := s.TB
	t.Helper()
	k, err := openKept(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := k.Close(); err != nil {
			t.Error(err)
		}
	}()
	k.store = patience{k.store}
	h, err := furnish(t.Context(), o, k, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if err := h.kit.RunUntil(ctx, h.now()()); err != nil {
		t.Fatalf("the queue does not go on: %v", err)
	}
	err = k.store.View(ctx, func(ctx context.Context, tx ismskit.Tx) error {
		jobs, err := tx.Queue().Jobs(ctx, ismskit.JobQuery{Limit: 10_000})
		for _, j := range jobs {
			if j.Dead || j.Leased.After(time.Now()) {
				t.Errorf("a job that is left behind: %+v", j)
			}
		}
		return errors.Join(err, s.once(ctx, tx))
	})
	if err != nil {
		t.Error(err)
	}
	report, err := h.kit.Evidence().Audit(ctx, ismskit.Actor{Person: "P04", Channel: "go"}, evidence.Options{})
	if err != nil || len(report.Findings) > 0 || report.Entries == 0 {
		t.Errorf("the whole trail: %d entries, %+v, %v", report.Entries, report.Findings, err)
	}
	if o.db == "" {
		wholeFiles(t, filepath.Join(o.data, dirBlobs))
	}
}

// once: every request there is was opened once, and one that is signed has the one
// child case that its one row asks for.
func (s *shift) once(ctx context.Context, tx ismskit.Tx) error {
	all, err := tx.Cases().List(ctx, ismskit.CaseQuery{Applicant: "P13", Types: []string{"account_request"}, Limit: 10_000})
	if err != nil {
		return err
	}
	seen := map[string]string{}
	for _, c := range all {
		if !strings.HasPrefix(c.Subject, subjectPrefix) {
			continue
		}
		if other, twice := seen[c.Subject]; twice {
			s.Errorf("%s was opened as %s and as %s", c.Subject, other, c.ID)
		}
		seen[c.Subject] = c.ID
		children, err := tx.Cases().List(ctx, ismskit.CaseQuery{Parent: c.ID})
		if err != nil {
			return err
		}
		if s.signed[c.ID] != (len(children) == 1) || len(children) > 1 {
			s.Errorf("%s, signed %v, has %d rows", c.Subject, s.signed[c.ID], len(children))
		}
	}
	if len(seen) != s.opened {
		s.Errorf("%d requests were opened, %d are there", s.opened, len(seen))
	}
	return nil
}

// wholeFiles: a file has the name of its content, or none yet.
func wholeFiles(t testing.TB, dir string) {
	t.Helper()
	n := 0
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Base(filepath.Dir(path)) == "incoming" {
			return err
		}
		b, err := os.ReadFile(path)
		if sum := sha256.Sum256(b); hex.EncodeToString(sum[:]) != d.Name() {
			t.Errorf("%s is not what its name says: %d bytes", path, len(b))
		}
		n++
		return err
	})
	if err != nil || n == 0 {
		t.Errorf("%d files, %v", n, err)
	}
}
