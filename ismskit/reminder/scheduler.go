package reminder

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"
)

// Config sets up a Scheduler. Queue and Handle are required.
type Config struct {
	Queue  Queue
	Handle Handler
	// Now is business time; the real clock when nil.
	Now func() time.Time

	Workers int           // at the same time; 4
	Batch   int           // claimed at once; 50
	Lease   time.Duration // real time; a handler is ended a tenth before it is over; 1 minute
	Poll    time.Duration // the longest sleep, in case a wake-up was missed; 30 seconds
	MaxTry  int           // attempts before a job lies aside; 8
	Backoff time.Duration // after the first failure, doubled each time; 10 seconds
	MaxWait time.Duration // between attempts; 1 hour
	Log     *slog.Logger  // slog.Default when nil
}

// Scheduler carries out what a queue holds when it is due. One or several may
// work on the same queue, in one process or in many; no leader is needed.
type Scheduler struct {
	c    Config
	wake chan struct{}

	mu     sync.Mutex
	asleep bool
	look   time.Time // business time: asleep, when it looks again; awake, the earliest it was told of meanwhile
}

// New checks a Config and fills in what is missing.
func New(c Config) (*Scheduler, error) {
	if c.Queue == nil || c.Handle == nil {
		return nil, errors.New("reminder: Config needs Queue and Handle")
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	c.Workers = positive(c.Workers, 4)
	c.Batch = positive(c.Batch, 50)
	c.Lease = positive(c.Lease, time.Minute)
	c.Poll = positive(c.Poll, 30*time.Second)
	c.MaxTry = positive(c.MaxTry, 8)
	c.Backoff = positive(c.Backoff, 10*time.Second)
	c.MaxWait = positive(c.MaxWait, time.Hour)
	return &Scheduler{c: c, wake: make(chan struct{}, 1)}, nil
}

func positive[T int | time.Duration](v, otherwise T) T {
	if v > 0 {
		return v
	}
	return otherwise
}

// Wake says that something is now due at a moment of business time. Call it
// after the commit. Only what is earlier than the next look disturbs a sleeping
// scheduler, and many wake-ups are one. The zero time always wakes it: business
// time has been moved.
func (s *Scheduler) Wake(at time.Time) {
	if at.IsZero() {
		at = time.Unix(0, 0) // before any look
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.look.IsZero() && !at.Before(s.look) {
		return
	}
	s.look = at // a later call for the same moment changes nothing
	if !s.asleep {
		return
	}
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// Run works until ctx ends, then waits for the handlers at work and returns nil.
// Errors of the queue are logged and tried again after Poll.
func (s *Scheduler) Run(ctx context.Context) error {
	var busy sync.WaitGroup
	defer busy.Wait()
	free := make(chan struct{}, s.c.Workers)
	for ctx.Err() == nil {
		due := s.c.Now()
		jobs, until, err := s.claim(ctx, due, min(s.c.Batch, 4*s.c.Workers))
		if err != nil && ctx.Err() == nil {
			s.c.Log.ErrorContext(ctx, "claiming jobs", "error", err)
		}
		for _, job := range jobs {
			select {
			case free <- struct{}{}:
			case <-ctx.Done():
				s.release(ctx, job)
				continue
			}
			busy.Go(func() {
				defer func() { <-free }()
				s.carryOut(ctx, job, s.c.Now(), until)
			})
		}
		if len(jobs) == 0 {
			s.rest(ctx, due)
		}
	}
	return nil
}

// claim leases jobs and says until when a handler may work on them.
func (s *Scheduler) claim(ctx context.Context, due time.Time, limit int) ([]Job, time.Time, error) {
	now := time.Now()
	jobs, err := s.c.Queue.Claim(ctx, Claim{Due: due, Now: now, Until: now.Add(s.c.Lease), Limit: limit})
	return jobs, now.Add(s.c.Lease - s.c.Lease/10), err
}

// release gives back a job that was not begun.
func (s *Scheduler) release(ctx context.Context, job Job) {
	s.settle(context.WithoutCancel(ctx), Settlement{ID: job.ID, Fence: job.Fence, Due: job.Due, Since: job.Since, Attempt: job.Attempt})
}

// rest sleeps until the next job is due, a wake-up, or Poll. What was due at the
// last claim and is still there is somebody else's.
func (s *Scheduler) rest(ctx context.Context, claimed time.Time) {
	pause := s.c.Poll
	now := s.c.Now()
	next, err := s.c.Queue.Next(ctx)
	switch {
	case err != nil:
		if ctx.Err() == nil {
			s.c.Log.ErrorContext(ctx, "looking for the next job", "error", err)
		}
	case next.After(claimed):
		pause = min(pause, max(0, next.Sub(now)))
	}
	timer := time.NewTimer(s.fallAsleep(now, pause))
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	case <-s.wake:
	}
	s.wakeUp()
}

// fallAsleep shortens a pause to what it was told of since it last woke up.
func (s *Scheduler) fallAsleep(now time.Time, pause time.Duration) time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.look.IsZero() {
		pause = min(pause, max(0, s.look.Sub(now)))
	}
	s.asleep, s.look = true, now.Add(pause)
	return pause
}

func (s *Scheduler) wakeUp() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asleep, s.look = false, time.Time{}
	select {
	case <-s.wake: // it has been heard
	default:
	}
}

// carryOut runs the handler and settles the job. It is not cut off when ctx
// ends, only when the lease nearly does; a job that waited so long for a free
// worker that its lease is over is left to whoever claims it next.
func (s *Scheduler) carryOut(ctx context.Context, job Job, at, until time.Time) {
	if !time.Now().Before(until) {
		return
	}
	ctx = context.WithoutCancel(ctx)
	work, cancel := context.WithDeadline(ctx, until)
	defer cancel()
	result, err := s.guarded(work, job, at)
	if err == nil && !result.Again.IsZero() && !result.Again.After(job.Due) {
		err = errors.New("due again at no later moment")
	}
	if errors.Is(err, ErrLost) || err == nil && result.Settled {
		return
	}
	end := Settlement{ID: job.ID, Fence: job.Fence, Done: true}
	switch {
	case err != nil:
		end = s.failed(job, at, err)
	case !result.Again.IsZero():
		end = Settlement{ID: job.ID, Fence: job.Fence, Due: result.Again, Since: result.Since}
	}
	s.settle(ctx, end)
}

// settle reports only what is wrong with the queue: the lease ends by itself,
// and the job is done once more.
func (s *Scheduler) settle(ctx context.Context, end Settlement) {
	if err := s.c.Queue.Settle(ctx, end); err != nil && !errors.Is(err, ErrLost) {
		s.c.Log.ErrorContext(ctx, "settling a job", "job", end.ID, "error", err)
	}
}

// guarded makes an error of a handler's panic.
func (s *Scheduler) guarded(ctx context.Context, job Job, at time.Time) (r Result, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	return s.c.Handle(ctx, job, at)
}

// failed puts a job off, or aside when it has been tried often enough.
func (s *Scheduler) failed(job Job, at time.Time, err error) Settlement {
	end := Settlement{ID: job.ID, Fence: job.Fence, Since: job.Since, Attempt: job.Attempt + 1, Error: err.Error()}
	end.Dead = isFatal(err) || end.Attempt >= s.c.MaxTry
	end.Due = job.Due
	if !end.Dead {
		end.Due = at.Add(s.wait(end.Attempt))
	}
	s.c.Log.Warn("a job failed", "job", job.ID, "kind", job.Kind, "attempt", end.Attempt, "dead", end.Dead, "error", err)
	return end
}

// wait doubles with every attempt; a fifth of it is chance, so that what failed
// together is not tried together.
func (s *Scheduler) wait(attempt int) time.Duration {
	d := s.c.MaxWait
	if attempt < 40 {
		if w := s.c.Backoff << (attempt - 1); w > 0 {
			d = min(d, w)
		}
	}
	return d - time.Duration(rand.Int64N(int64(d)/5+1))
}
