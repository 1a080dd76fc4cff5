package reminder_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ismskit/ismskit/ismskit/reminder"
)

// box is a queue in memory.
type box struct {
	mu     sync.Mutex
	jobs   map[string]*boxed
	claims int // transactions of any kind
	broken error
}

type boxed struct {
	reminder.Job
	leased time.Time
	dead   bool
	err    string
}

func newBox() *box { return &box{jobs: map[string]*boxed{}} }

func (b *box) put(id string, due time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.jobs[id] = &boxed{Job: reminder.Job{ID: id, Due: due}}
}

func (b *box) Claim(_ context.Context, c reminder.Claim) ([]reminder.Job, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.claims++; b.broken != nil {
		return nil, b.broken
	}
	var due []*boxed
	for _, j := range b.jobs {
		if !j.dead && !j.Due.After(c.Due) && !j.leased.After(c.Now) {
			due = append(due, j)
		}
	}
	slices.SortFunc(due, func(x, y *boxed) int { return cmp.Or(x.Due.Compare(y.Due), cmp.Compare(x.ID, y.ID)) })
	var out []reminder.Job
	for _, j := range due[:min(len(due), c.Limit)] {
		j.leased = c.Until
		j.Fence++
		out = append(out, j.Job)
	}
	return out, nil
}

func (b *box) Settle(_ context.Context, s reminder.Settlement) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	j := b.jobs[s.ID]
	if j == nil || j.Fence != s.Fence || j.leased.IsZero() {
		return reminder.ErrLost
	}
	if s.Done {
		delete(b.jobs, s.ID)
		return nil
	}
	j.Due, j.Since, j.Attempt, j.dead, j.err, j.leased = s.Due, s.Since, s.Attempt, s.Dead, s.Error, time.Time{}
	return nil
}

func (b *box) Next(context.Context) (time.Time, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.claims++; b.broken != nil {
		return time.Time{}, b.broken
	}
	var next time.Time
	for _, j := range b.jobs {
		if !j.dead && (next.IsZero() || j.Due.Before(next)) {
			next = j.Due
		}
	}
	return next, nil
}

func (b *box) count() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.claims
}

// diary notes what was carried out, and when.
type diary struct {
	mu   sync.Mutex
	line []string
}

func (d *diary) note(format string, a ...any) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.line = append(d.line, fmt.Sprintf(format, a...))
}

func (d *diary) lines() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.line)
}

func quiet() *slog.Logger { return slog.New(slog.NewTextHandler(io.Discard, nil)) }

func scheduler(t *testing.T, c reminder.Config) *reminder.Scheduler {
	t.Helper()
	c.Log = quiet()
	s, err := reminder.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// start runs schedulers until the test's bubble has seen enough of them.
func start(t *testing.T, all ...*reminder.Scheduler) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	var done sync.WaitGroup
	for _, s := range all {
		done.Go(func() {
			if err := s.Run(ctx); err != nil {
				t.Error(err)
			}
		})
	}
	return func() { cancel(); done.Wait() }
}

// Thirty days with a job each morning: every one is carried out at its moment,
// and in between hardly anything is asked of the database.
func TestThirtyDays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, began := newBox(), time.Now()
		for day := range 30 {
			b.put(fmt.Sprintf("day-%02d", day), began.AddDate(0, 0, day).Add(8*time.Hour+30*time.Minute))
		}
		var d diary
		s := scheduler(t, reminder.Config{Queue: b, Handle: func(_ context.Context, j reminder.Job, at time.Time) (reminder.Result, error) {
			d.note("%s late by %s", j.ID, at.Sub(j.Due))
			return reminder.Result{}, nil
		}})
		stop := start(t, s)
		time.Sleep(30 * 24 * time.Hour)
		synctest.Wait()
		stop()
		got := d.lines()
		for i, line := range got {
			if line != fmt.Sprintf("day-%02d late by 0s", i) {
				t.Errorf("%s", line)
			}
		}
		if len(got) != 30 || len(b.jobs) != 0 {
			t.Errorf("%d carried out, %d left", len(got), len(b.jobs))
		}
		if perSecond := float64(b.count()) / (30 * 24 * 3600); perSecond > 0.1 {
			t.Errorf("%.3f transactions a second while idle", perSecond)
		}
	})
}

// Many wake-ups are one, and only something earlier disturbs.
func TestWakeUpsAreCoalesced(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBox()
		var d diary
		s := scheduler(t, reminder.Config{Queue: b, Poll: time.Hour, Handle: func(_ context.Context, j reminder.Job, at time.Time) (reminder.Result, error) {
			d.note("%s late by %s", j.ID, at.Sub(j.Due))
			return reminder.Result{}, nil
		}})
		stop := start(t, s)
		defer stop()
		time.Sleep(time.Minute)
		synctest.Wait()
		before := b.count()
		for range 1000 {
			s.Wake(time.Now().Add(2 * time.Hour)) // later than the next look: nothing to do
		}
		synctest.Wait()
		if b.count() != before {
			t.Error("disturbed by something later")
		}
		due := time.Now().Add(5 * time.Minute)
		b.put("new", due)
		for range 1000 {
			s.Wake(due)
		}
		synctest.Wait()
		if n := b.count() - before; n < 2 || n > 6 {
			t.Errorf("a thousand wake-ups cost %d transactions", n)
		}
		time.Sleep(5 * time.Minute)
		synctest.Wait()
		if got := d.lines(); len(got) != 1 || got[0] != "new late by 0s" {
			t.Errorf("%v", got)
		}
	})
}

// When business time is moved, a sleeping scheduler is told so.
func TestBusinessTimeMoved(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBox()
		b.put("tomorrow", time.Now().Add(24*time.Hour))
		var d diary
		var mu sync.Mutex
		var moved time.Duration
		s := scheduler(t, reminder.Config{Queue: b, Poll: time.Hour, Now: func() time.Time {
			mu.Lock()
			defer mu.Unlock()
			return time.Now().Add(moved)
		}, Handle: func(_ context.Context, j reminder.Job, _ time.Time) (reminder.Result, error) {
			d.note("%s", j.ID)
			return reminder.Result{}, nil
		}})
		stop := start(t, s)
		defer stop()
		synctest.Wait()
		mu.Lock()
		moved = 25 * time.Hour
		mu.Unlock()
		s.Wake(time.Time{})
		synctest.Wait()
		if got := d.lines(); len(got) != 1 {
			t.Errorf("%v", got)
		}
	})
}

// Three processes on one queue: each job once, although handlers are slow.
func TestThreeSchedulersOneMessage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBox()
		for i := range 100 {
			b.put(fmt.Sprintf("j%02d", i), time.Now())
		}
		var d diary
		var atWork, most int
		var mu sync.Mutex
		config := reminder.Config{Queue: b, Workers: 3, Handle: func(_ context.Context, j reminder.Job, _ time.Time) (reminder.Result, error) {
			mu.Lock()
			atWork++
			most = max(most, atWork)
			mu.Unlock()
			time.Sleep(3 * time.Second)
			mu.Lock()
			atWork--
			mu.Unlock()
			d.note("%s", j.ID)
			return reminder.Result{}, nil
		}}
		stop := start(t, scheduler(t, config), scheduler(t, config), scheduler(t, config))
		time.Sleep(10 * time.Minute)
		stop()
		got := d.lines()
		slices.Sort(got)
		if len(got) != 100 || len(slices.Compact(got)) != 100 {
			t.Errorf("%d carried out", len(got))
		}
		if most > 9 {
			t.Errorf("%d at the same time, three times three are allowed", most)
		}
	})
}

// A handler that outlives its lease has lost the job: it can't settle it, and
// what the next one made of it stays.
func TestLostLeaseNeverSettles(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBox()
		b.put("slow", time.Now())
		var d diary
		s := scheduler(t, reminder.Config{Queue: b, Lease: time.Minute, Handle: func(ctx context.Context, j reminder.Job, _ time.Time) (reminder.Result, error) {
			d.note("fence %d", j.Fence)
			if j.Fence == 1 {
				<-ctx.Done() // its time is over before the lease is,
				if _, ok := ctx.Deadline(); !ok {
					t.Error("no deadline")
				}
				time.Sleep(2 * time.Minute) // but it does not stop
				return reminder.Result{}, errors.New("too late")
			}
			return reminder.Result{Again: j.Due.Add(time.Hour), Since: j.Due}, nil
		}})
		stop := start(t, s)
		time.Sleep(10 * time.Minute)
		synctest.Wait()
		stop()
		if got := d.lines(); !slices.Equal(got, []string{"fence 1", "fence 2"}) {
			t.Errorf("%v", got)
		}
		j := b.jobs["slow"]
		if j == nil || j.Attempt != 0 || j.err != "" || !j.Since.Equal(j.Due.Add(-time.Hour)) {
			t.Errorf("settled twice: %+v", j)
		}
	})
}

// Failures and panics are tried again, later each time, and at last lie aside.
func TestRetriesAndDeadLetters(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, began := newBox(), time.Now()
		b.put("panics", began)
		b.put("hopeless", began)
		b.put("mends", began)
		var d diary
		var last time.Time
		s := scheduler(t, reminder.Config{Queue: b, MaxTry: 4, Handle: func(_ context.Context, j reminder.Job, at time.Time) (reminder.Result, error) {
			switch {
			case j.ID == "hopeless":
				return reminder.Result{}, reminder.Fatal(errors.New("no such address"))
			case j.ID == "mends" && j.Attempt == 0:
				return reminder.Result{Again: j.Due}, nil // due again at the same moment: an error
			case j.ID == "mends":
				return reminder.Result{}, nil
			}
			if pause := at.Sub(last); j.Attempt > 1 && pause < 15*time.Second {
				t.Errorf("attempt %d after %s", j.Attempt, pause)
			}
			last = at
			d.note("%d", j.Attempt)
			panic("mail server on fire")
		}})
		stop := start(t, s)
		time.Sleep(time.Hour)
		synctest.Wait()
		stop()
		if got := d.lines(); !slices.Equal(got, []string{"0", "1", "2", "3"}) {
			t.Errorf("attempts %v", got)
		}
		if j := b.jobs["panics"]; !j.dead || j.Attempt != 4 || j.err != "panic: mail server on fire" {
			t.Errorf("%+v", j)
		}
		if j := b.jobs["hopeless"]; !j.dead || j.Attempt != 1 {
			t.Errorf("%+v", j)
		}
		if b.jobs["mends"] != nil {
			t.Error("not mended")
		}
	})
}

// When it is told to stop, what is at work is finished, what is not begun is
// given back at once.
func TestStopsCleanly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBox()
		for i := range 3 {
			b.put(fmt.Sprintf("j%d", i), time.Now())
		}
		s := scheduler(t, reminder.Config{Queue: b, Workers: 1, Handle: func(context.Context, reminder.Job, time.Time) (reminder.Result, error) {
			time.Sleep(10 * time.Second)
			return reminder.Result{}, nil
		}})
		stop := start(t, s)
		time.Sleep(time.Second)
		stop()
		if len(b.jobs) != 2 || b.jobs["j0"] != nil {
			t.Fatalf("%d left", len(b.jobs))
		}
		for _, j := range b.jobs {
			if !j.leased.IsZero() || j.Attempt != 0 {
				t.Errorf("not given back: %+v", j)
			}
		}
	})
}

// A queue that is gone for a while is asked again.
func TestQueueGoneForAWhile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBox()
		b.put("j", time.Now())
		b.broken = errors.New("database is gone")
		var d diary
		s := scheduler(t, reminder.Config{Queue: b, Handle: func(_ context.Context, j reminder.Job, _ time.Time) (reminder.Result, error) {
			d.note("%s", j.ID)
			return reminder.Result{}, nil
		}})
		stop := start(t, s)
		time.Sleep(10 * time.Minute)
		b.mu.Lock()
		asked := b.claims
		b.broken = nil
		b.mu.Unlock()
		if asked > 2*(20+1) {
			t.Errorf("asked %d times in ten minutes", asked)
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		stop()
		if len(d.lines()) != 1 {
			t.Errorf("%v", d.lines())
		}
	})
}

// A year is carried out in order, each job at its own moment, also what comes up
// on the way; nothing after the end.
func TestRunUntil(t *testing.T) {
	began := time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC)
	b := newBox()
	b.put("monthly", began.AddDate(0, 1, 0))
	b.put("old", began.Add(-time.Hour))
	b.put("later", began.AddDate(1, 0, 1))
	var d diary
	var last time.Time
	s := scheduler(t, reminder.Config{Queue: b, Now: func() time.Time { return began }, Handle: func(_ context.Context, j reminder.Job, at time.Time) (reminder.Result, error) {
		if at.Before(last) {
			t.Errorf("%s at %s is out of order", j.ID, at)
		}
		last = at
		d.note("%s %s", j.ID, at.Format(time.DateOnly))
		switch j.ID {
		case "monthly":
			b.put("follows", at.Add(time.Minute))
			return reminder.Result{Again: at.AddDate(0, 1, 0), Since: at}, nil
		case "follows":
			if j.Attempt == 0 && at.Month() == time.March {
				return reminder.Result{}, errors.New("once")
			}
		}
		return reminder.Result{}, nil
	}})
	if err := s.RunUntil(context.Background(), began.AddDate(1, 0, 0)); err != nil {
		t.Fatal(err)
	}
	got := d.lines()
	if len(got) != 1+12+11+1 || got[0] != "old 2026-11-23" || got[1] != "monthly 2026-12-23" || got[2] != "follows 2026-12-23" {
		t.Errorf("%d: %v", len(got), got)
	}
	// What the last one brought up is due a minute after the end.
	if len(b.jobs) != 3 || b.jobs["later"] == nil || b.jobs["follows"] == nil || !b.jobs["monthly"].Due.Equal(began.AddDate(1, 1, 0)) {
		t.Errorf("left %v", b.jobs)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := s.RunUntil(ctx, began.AddDate(9, 0, 0)); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	b.broken = errors.New("gone")
	if err := s.RunUntil(context.Background(), began); !errors.Is(err, b.broken) {
		t.Errorf("%v", err)
	}
}

// What another worker holds is waited for, so that nothing due is left.
func TestRunUntilWaitsForOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBox()
		b.put("held", time.Now())
		if _, err := b.Claim(t.Context(), reminder.Claim{Due: time.Now(), Now: time.Now(), Until: time.Now().Add(time.Minute), Limit: 1}); err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		var d diary
		s := scheduler(t, reminder.Config{Queue: b, Handle: func(_ context.Context, j reminder.Job, _ time.Time) (reminder.Result, error) {
			d.note("%s after %s", j.ID, time.Since(began).Round(time.Minute))
			return reminder.Result{}, nil
		}})
		if err := s.RunUntil(t.Context(), time.Now().Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		if got := d.lines(); !slices.Equal(got, []string{"held after 1m0s"}) {
			t.Errorf("%v", got)
		}
	})
}

func TestNewRefusesAnEmptyConfig(t *testing.T) {
	if _, err := reminder.New(reminder.Config{}); err == nil {
		t.Fatal("no error")
	}
}
