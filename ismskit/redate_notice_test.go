package ismskit_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/storage/memory"
	"github.com/ismskit/ismskit/storage/storagetest"
)

// Where the calendar changes twice before anybody could be told, he is told of one move:
// from the day he knows, not from one that nobody has heard of.
func TestWhoWasNotToldOfAMoveIsToldOfBothAtOnce(t *testing.T) {
	store := &busyWithAlarms{Store: storagetest.Twice(memory.New())}
	o := openOffice(t, store, memo(t, twoStepFlow))
	id := o.memo()
	o.due(id, map[string]string{"head": "11-25 00:00"})
	o.until(o.now.Add(time.Hour))

	store.busy = true
	o.closed(ismskit.ClosedDays{From: on(11, 24), Reason: "機房停電"})
	o.due(id, map[string]string{"head": "11-26 00:00"})
	o.until(o.now.Add(time.Hour))
	o.closed(ismskit.ClosedDays{From: on(11, 25), Reason: "機房停電"})
	o.due(id, map[string]string{"head": "11-27 00:00"})
	o.moved("P11")
	store.busy = false
	o.settle()
	o.moved("P11", "M-115-0001「科長」期限調整：原訂 115.11.24，調整為 115.11.26")

	// From now on he knows that one.
	o.until(o.now.Add(time.Hour))
	o.withdrawn(on(11, 25))
	o.moved("P11", "M-115-0001「科長」期限調整：原訂 115.11.24，調整為 115.11.26", "M-115-0001「科長」期限調整：原訂 115.11.26，調整為 115.11.25")
}

// What has moved there and back again before anybody was told is as he knows it.
func TestWhatMovedThereAndBackIsNoNews(t *testing.T) {
	store := &busyWithAlarms{Store: storagetest.Twice(memory.New())}
	o := openOffice(t, store, memo(t, twoStepFlow))
	id := o.memo()
	o.until(o.now.Add(time.Hour))
	store.busy = true
	o.closed(ismskit.ClosedDays{From: on(11, 24), Reason: "機房停電"})
	o.due(id, map[string]string{"head": "11-26 00:00"})
	o.until(o.now.Add(time.Hour))
	o.withdrawn(on(11, 24))
	o.due(id, map[string]string{"head": "11-25 00:00"})
	store.busy = false
	o.settle()
	o.moved("P11")
}

// busyWithAlarms is a store from whose queue, while it is busy, nobody takes an alarm.
type busyWithAlarms struct {
	ismskit.Store
	busy bool
}

func (s *busyWithAlarms) View(ctx context.Context, fn func(context.Context, ismskit.Tx) error) error {
	return s.Store.View(ctx, func(ctx context.Context, tx ismskit.Tx) error { return fn(ctx, busyTx{tx, s}) })
}

func (s *busyWithAlarms) Update(ctx context.Context, fn func(context.Context, ismskit.Tx) error) error {
	return s.Store.Update(ctx, func(ctx context.Context, tx ismskit.Tx) error { return fn(ctx, busyTx{tx, s}) })
}

type busyTx struct {
	ismskit.Tx
	store *busyWithAlarms
}

func (t busyTx) Queue() ismskit.Queue {
	if !t.store.busy {
		return t.Tx.Queue()
	}
	return busyQueue{t.Tx.Queue()}
}

type busyQueue struct{ ismskit.Queue }

func (q busyQueue) Due(ctx context.Context, now, lease time.Time, limit int) ([]ismskit.Job, error) {
	jobs, err := q.Queue.Due(ctx, now, lease, 1000)
	jobs = slices.DeleteFunc(jobs, func(j ismskit.Job) bool { return j.Kind == "alarm" })
	return jobs[:min(limit, len(jobs))], err
}

// Next is when the first is due that is no alarm.
func (q busyQueue) Next(ctx context.Context) (time.Time, error) {
	jobs, err := q.Due(ctx, time.Now().AddDate(10, 0, 0), time.Now(), 1)
	if err != nil || len(jobs) == 0 {
		return time.Time{}, err
	}
	return jobs[0].Due, nil
}
