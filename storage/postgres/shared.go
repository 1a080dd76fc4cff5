package postgres

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/ismskit/ismskit/storage"
)

const (
	// flights is how many shared transactions are under way at once: as long as fewer write,
	// each has one of his own.
	flights = 8
	// mostShared is how many updates share a transaction at most.
	mostShared = 16
	// mostBytes is how much an update may write that is shared. What is longer would keep the
	// others waiting.
	mostBytes = 64 << 10
	// patience is how long an update waits for a row that another transaction holds while others
	// wait with it, or behind it. Then each waits for itself.
	patience = 50 * time.Millisecond
)

// errAlone tells an update that the transaction which it shared failed as a whole, as the server
// said: nothing of it is kept, and whose fault it was shows when each runs by itself.
var errAlone = errors.New("postgres: shared transaction failed")

// shared lets updates that read nothing share transactions. While as many are under way as there
// are flights, those that come wait, and the next to end takes them along: their statements go
// one after the other in one round trip and are kept by one commit. If one fails, all are undone
// and each goes by itself. Safe for concurrent use.
type shared struct {
	patience time.Duration // after which a flight is held up
	mu       sync.Mutex
	waiting  []*passenger
	flying   int // those that are not held up
}

// passenger is an update that waits to be kept.
type passenger struct {
	commands []command
	done     chan error
}

// patient has the server give up waiting for a row, for this transaction alone.
var patient = command{fixed: &storage.Statement{Postgres: "SELECT set_config('lock_timeout', '" + strconv.FormatInt(patience.Milliseconds(), 10) + "', true)"}}

// share keeps what an update writes, and answers when it is durable, or errAlone. The caller may
// leave while it only waits: then nothing is written.
func (s *Store) share(caller context.Context, commands []command) (err error, left bool) {
	h, p := &s.shared, &passenger{commands: commands, done: make(chan error, 1)}
	h.mu.Lock()
	h.waiting = append(h.waiting, p)
	if h.flying < flights {
		h.flying++
		go s.fly()
	}
	h.mu.Unlock()
	select {
	case err := <-p.done:
		return err, false
	case <-caller.Done():
		if h.leave(p) {
			return caller.Err(), true
		}
		return <-p.done, false
	}
}

// leave takes back what nobody has taken along yet.
func (h *shared) leave(p *passenger) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	i := slices.Index(h.waiting, p)
	if i >= 0 {
		h.waiting = slices.Delete(h.waiting, i, i+1)
	}
	return i >= 0
}

// more says whether somebody waits; where nobody does the flight ends.
func (h *shared) more() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.waiting) == 0 {
		h.flying--
		return false
	}
	return true
}

// next are the updates that go together now, none if all have left.
func (h *shared) next() []*passenger {
	h.mu.Lock()
	defer h.mu.Unlock()
	n := min(len(h.waiting), mostShared)
	out := slices.Clone(h.waiting[:n])
	h.waiting = slices.Delete(h.waiting, 0, n)
	return out
}

// fly keeps updates until none waits. One that is held up, as by a row that another transaction
// has, counts no more, so that another may begin in its place, and takes nobody along afterwards.
func (s *Store) fly() {
	h := &s.shared
	for h.more() {
		// Who waits may leave until there is a connection.
		conn, err := s.db.Conn(context.Background())
		all := h.next()
		var late *time.Timer
		if err != nil {
			err = connFailure(context.Background(), err)
		} else {
			late = time.AfterFunc(h.patience, s.replace)
			err = s.keepAll(conn, all)
			if cerr := conn.Close(); err != nil { // what is kept is kept
				err = errors.Join(err, cerr)
			}
		}
		for _, p := range all {
			p.done <- err
		}
		if late != nil && !late.Stop() {
			return
		}
	}
}

// replace begins a flight in the place of one that is held up.
func (s *Store) replace() {
	h := &s.shared
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.waiting) == 0 {
		h.flying--
		return
	}
	go s.fly()
}

func (s *Store) keepAll(conn *sql.Conn, all []*passenger) (err error) {
	if len(all) == 0 {
		return nil
	}
	defer func() { // a mistake of ours or the driver's is theirs who wait, not the server's end
		if p := recover(); p != nil {
			err = errors.Join(fmt.Errorf("postgres: shared transaction: %v", p), discard(conn))
		}
	}()
	ctx, cancel := context.WithTimeout(context.Background(), s.timeout)
	defer cancel()
	var commands []command
	if len(all) > 1 {
		commands = append(commands, patient)
	}
	for _, p := range all {
		commands = append(commands, p.commands...)
	}
	_, err = s.roundTrip(ctx, conn, commands...)
	if refusal, ok := errors.AsType[*pgconn.PgError](err); ok && len(all) > 1 && refusal.SeverityUnlocalized == "ERROR" {
		return errAlone
	}
	return err
}

// size is how much commands write.
func size(commands []command) int {
	n := 0
	for _, c := range commands {
		for _, a := range c.args {
			switch v := a.(type) {
			case string:
				n += len(v)
			case []byte:
				n += len(v)
			}
		}
	}
	return n
}
