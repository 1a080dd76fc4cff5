package reminder

import (
	"context"
	"time"
)

// pauseForOthers is how long RunUntil waits, in real time, for a job that
// another worker holds.
const pauseForOthers = 20 * time.Millisecond

// RunUntil carries out everything that is due up to a moment of business time,
// one after another in the order in which it is due, each at its own moment (or
// now, if that is later); also what comes up on the way. It returns when nothing
// due is left, or with the error of the queue or ctx. Move Now to t afterwards.
func (s *Scheduler) RunUntil(ctx context.Context, t time.Time) error {
	for {
		next, err := s.c.Queue.Next(ctx)
		if err != nil {
			return err
		}
		if next.IsZero() || next.After(t) {
			return ctx.Err()
		}
		// Only what is due at this very moment: carrying it out may bring up
		// something that comes before what follows.
		jobs, until, err := s.claim(ctx, next, s.c.Batch)
		if err != nil {
			return err
		}
		if len(jobs) == 0 {
			if err := pause(ctx, pauseForOthers); err != nil {
				return err
			}
		}
		for _, job := range jobs {
			if err := ctx.Err(); err != nil {
				return err
			}
			s.carryOut(ctx, job, s.moment(job.Due, t), until)
		}
	}
}

// moment is the business time at which a job that is due is carried out.
func (s *Scheduler) moment(due, t time.Time) time.Time {
	if now := s.c.Now(); now.After(due) && !now.After(t) {
		return now
	}
	return due
}

func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
