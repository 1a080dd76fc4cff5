package account

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/uptrace/bun"
)

// Clock is the business time of a demonstration: the time on the wall plus an
// offset kept in the database. It only moves forward, since what has become due
// can't be undone. A server that isn't a demonstration uses time.Now.
type Clock struct {
	store  *Store
	offset atomic.Int64 // microseconds
}

type clockRow struct {
	bun.BaseModel `bun:"table:refserver_clock,alias:c"`

	ID       int   `bun:"id,pk"`
	OffsetUS int64 `bun:"offset_us"`
}

// OpenClock reads the offset. The Clock is safe for concurrent use.
func (s *Store) OpenClock(ctx context.Context) (*Clock, error) {
	c := &Clock{store: s}
	return c, c.Refresh(ctx)
}

// Now is the demonstration's time, UTC, in whole microseconds.
func (c *Clock) Now() time.Time { return moment(time.Now()).Add(c.Offset()) }

// Offset is how far the demonstration is ahead of the clock on the wall.
func (c *Clock) Offset() time.Duration { return time.Duration(c.offset.Load()) * time.Microsecond }

// MoveTo makes it be t now. ErrClockBack when t lies before Now, also when
// another server has moved the clock past t meanwhile. What falls due on the
// way is the Kit's business (Kit.RunUntil), to be carried out first.
func (c *Clock) MoveTo(ctx context.Context, t time.Time) error {
	want := moment(t).Sub(moment(time.Now())).Microseconds()
	if want < c.offset.Load() {
		return ErrClockBack
	}
	res, err := c.store.db.NewUpdate().Model((*clockRow)(nil)).
		Set("offset_us = ?", want).Where("id = 1").Where("offset_us <= ?", want).Exec(ctx)
	if err != nil {
		return fmt.Errorf("account: move clock: %w", err)
	}
	n, err := res.RowsAffected()
	if err != nil {
		return fmt.Errorf("account: move clock: %w", err)
	}
	if err := c.Refresh(ctx); err != nil {
		return err
	}
	if n == 0 {
		return ErrClockBack
	}
	return nil
}

// Refresh takes over what another server on the same database has moved.
func (c *Clock) Refresh(ctx context.Context) error {
	var row clockRow
	if err := c.store.db.NewSelect().Model(&row).Where("c.id = 1").Scan(ctx); err != nil {
		return fmt.Errorf("account: read clock: %w", err)
	}
	for {
		had := c.offset.Load()
		if row.OffsetUS <= had || c.offset.CompareAndSwap(had, row.OffsetUS) {
			return nil
		}
	}
}
