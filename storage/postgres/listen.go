package postgres

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

// channel is made from the schema's name; NOTIFY takes any identifier.
func (s *Store) channel() string { return pgx.Identifier{"isms " + s.schema}.Sanitize() }

// Notify wakes whoever listens on this schema, in any process. It is called
// after a commit, never inside one: within a transaction it would make all
// commits wait for each other.
func (s *Store) Notify(ctx context.Context) error {
	_, err := s.db.ExecContext(ctx, "NOTIFY "+s.channel(), pgx.QueryExecModeSimpleProtocol)
	return failure(err)
}

// Listen returns a channel that receives after somebody's Notify, and after each
// time the connection had to be made anew, since something may have been missed.
// It takes one connection of the pool until ctx ends, when the channel is
// closed; a pooler in transaction mode cannot stand in between.
func (s *Store) Listen(ctx context.Context) (<-chan struct{}, error) {
	woken := make(chan struct{}, 1)
	ready := make(chan error, 1)
	go func() {
		defer close(woken)
		first := true
		for ctx.Err() == nil {
			err := s.listen(ctx, woken, func() {
				if first {
					ready <- nil
					first = false
				} else {
					wake(woken)
				}
			})
			if first {
				ready <- err
				return
			}
			pause := time.NewTimer(time.Second)
			select {
			case <-pause.C:
			case <-ctx.Done():
				pause.Stop()
			}
		}
	}()
	if err := <-ready; err != nil {
		return nil, failure(err)
	}
	return woken, nil
}

// wake leaves one waiting message at most.
func wake(woken chan<- struct{}) {
	select {
	case woken <- struct{}{}:
	default:
	}
}

func (s *Store) listen(ctx context.Context, woken chan<- struct{}, ready func()) (err error) {
	conn, err := s.db.Conn(ctx)
	if err != nil {
		return err
	}
	// The connection goes back without being asked to listen any more.
	defer func() { err = errors.Join(err, discard(conn)) }()
	return conn.Raw(func(dc any) error {
		c, ok := dc.(*stdlib.Conn)
		if !ok {
			return fmt.Errorf("postgres: the pool's driver is %T, not pgx's stdlib", dc)
		}
		if _, err := c.Conn().Exec(ctx, "LISTEN "+s.channel(), pgx.QueryExecModeSimpleProtocol); err != nil {
			return err
		}
		ready()
		for {
			if _, err := c.Conn().WaitForNotification(ctx); err != nil {
				return err
			}
			wake(woken)
		}
	})
}
