package reminder

import (
	"context"
	"errors"
	"time"
)

// Job is a piece of work that was claimed: the holder of Fence may settle it.
type Job struct {
	ID      string
	Key     string
	Kind    string
	Subject string
	Payload []byte
	Due     time.Time // business time
	Since   time.Time // what was due up to here has been done
	Attempt int       // earlier ones that failed
	Fence   int64     // raised by every claim
}

// Claim asks for work.
type Claim struct {
	Due   time.Time // business time: what is due up to and including it
	Now   time.Time // real time: leases that ended before it no longer count
	Until time.Time // real time: until when the lease shall last
	Limit int
}

// Settlement ends the work on a job.
type Settlement struct {
	ID    string
	Fence int64
	// Done removes it. Otherwise it waits again with Due, Since and Attempt, or,
	// if Dead, lies aside until somebody looks at it.
	Done    bool
	Due     time.Time
	Since   time.Time
	Attempt int
	Dead    bool
	Error   string
}

// Queue is where the work lies; several schedulers may share one. Implementations
// are safe for concurrent use.
type Queue interface {
	// Claim leases up to Limit jobs, earliest first, and raises their fences.
	// Nobody else gets them until the lease ends.
	Claim(ctx context.Context, c Claim) ([]Job, error)
	// Settle ends a lease; ErrLost if the fence is no longer the job's, and then
	// nothing has changed.
	Settle(ctx context.Context, s Settlement) error
	// Next is when the earliest waiting job is due, the zero time if none waits.
	// Jobs that somebody is working on may be left out or counted.
	Next(ctx context.Context) (time.Time, error)
}

// ErrLost: the lease ended and somebody else has the job.
var ErrLost = errors.New("reminder: lease lost")

// Result is what a handler made of its job.
type Result struct {
	// Settled: the handler has settled the job itself, in its own transaction.
	Settled bool
	// Again is when it is due next; zero means that it is done.
	Again time.Time
	// Since is kept with a job that is due again.
	Since time.Time
}

// Handler carries out a job. at is its moment in business time. An error means
// that it is tried again later; one wrapped by Fatal that it is not. It must end
// when ctx ends, which is before its lease does.
type Handler func(ctx context.Context, job Job, at time.Time) (Result, error)

type fatal struct{ error }

func (f fatal) Unwrap() error { return f.error }

// Fatal marks an error that no further attempt can mend: the job lies aside at
// once.
func Fatal(err error) error {
	if err == nil {
		return nil
	}
	return fatal{err}
}

func isFatal(err error) bool {
	var f fatal
	return errors.As(err, &f)
}
