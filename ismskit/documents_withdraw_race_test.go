package ismskit_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/document"
)

// At midnight one server still takes a version back while another, whose clock is ahead,
// puts it in force: one of the two happens, and whoever comes second knows.
func TestAVersionIsWithdrawnOrInForceWhenBothComeAtOnce(t *testing.T) {
	onDatabases(t, func(t *testing.T, store ismskit.Store) {
		o := openOffice(t, store)
		eve := time.Date(2027, time.January, 3, 23, 59, 0, 0, taipei)
		o.until(eve)
		var ids []string
		for i := range 6 {
			doc := document.Document{Number: fmt.Sprintf("IS-03-%03d", i+1), Title: map[string]string{"zh-TW": "說明書"}, Level: 3}
			doc.ID = o.file(ismskit.Filing{Document: doc, Version: document.Version{Label: "1.0", Issued: "2026-08-05"}})
			o.file(ismskit.Filing{Document: doc, Version: document.Version{Label: "1.1", Issued: "2027-01-04"}})
			ids = append(ids, doc.ID)
		}
		said := make([]error, len(ids))
		var all sync.WaitGroup
		all.Go(func() {
			if err := o.kit.RunUntil(o.ctx, eve.Add(time.Minute)); err != nil {
				t.Error(err)
			}
		})
		for i, id := range ids {
			all.Go(func() {
				said[i] = o.kit.Documents().Withdraw(o.ctx, ismskit.System("test"), ismskit.VersionWithdrawal{Document: id, Label: "1.1", Reason: "誤繕"})
			})
		}
		all.Wait()
		o.until(eve.Add(time.Hour))
		for i, id := range ids {
			d := o.document(id)
			v := d.Versions[1]
			refusal, refused := errors.AsType[*document.Refusal](said[i])
			switch {
			case said[i] == nil && d.Current == "1.0" && v.State == document.Withdrawn:
			case refused && refusal.Code == "withdraw_current" && d.Current == "1.1" && v.State == document.Current && v.Withdrawal == nil:
			default:
				t.Errorf("%v, and %s holds, 1.1 is %s", said[i], d.Current, v.State)
			}
		}
		o.nothingDead()
	})
}

// A server has taken up the release of a version when that is withdrawn and filed anew for
// a later day: what it was about to do is no longer wanted, and the later day is kept.
func TestAReleaseInHandDoesNotOutliveItsVersion(t *testing.T) {
	eachStore(t, func(t *testing.T, o *office) {
		id := o.waitingVersion()
		var held ismskit.Job
		err := o.store.Update(o.ctx, func(ctx context.Context, tx ismskit.Tx) error {
			jobs, err := tx.Queue().Due(ctx, time.Date(2027, time.January, 4, 1, 0, 0, 0, taipei), o.now, 100)
			for _, j := range jobs {
				if j.Key == "release|"+id {
					held = j
				}
			}
			if err != nil || held.ID == "" {
				return errors.Join(err, errors.New("nothing is to release the version"))
			}
			return tx.Queue().Lease(ctx, time.Now().Add(time.Hour), held.ID)
		})
		if err != nil {
			t.Fatal(err)
		}
		err = o.kit.Documents().Withdraw(o.ctx, ismskit.System("test"), ismskit.VersionWithdrawal{Document: id, Label: "1.1", Reason: "發行日誤繕"})
		if err != nil {
			t.Fatal(err)
		}
		o.file(ismskit.Filing{Document: document.Document{ID: id}, Version: document.Version{Label: "1.1", Issued: "2027-01-20"}})
		err = o.store.Update(o.ctx, func(ctx context.Context, tx ismskit.Tx) error {
			return tx.Queue().Settle(ctx, ismskit.Settlement{ID: held.ID, Fence: held.Fence + 1, Done: true})
		})
		if !errors.Is(err, ismskit.ErrConflict) {
			t.Errorf("the release of the withdrawn version was settled: %v", err)
		}
		o.until(time.Date(2027, time.January, 19, 23, 0, 0, 0, taipei))
		if d := o.document(id); d.Current != "1.0" || d.Versions[2].State != document.Waiting {
			t.Errorf("before the later day: %+v", d)
		}
		o.until(time.Date(2027, time.January, 20, 1, 0, 0, 0, taipei))
		if d := o.document(id); d.Current != "1.1" || d.Versions[1].State != document.Withdrawn || d.Versions[2].State != document.Current {
			t.Errorf("on the later day: %+v", d)
		}
	})
}

// nothingDead says that no job was given up.
func (o *office) nothingDead() {
	o.t.Helper()
	err := o.store.View(o.ctx, func(ctx context.Context, tx ismskit.Tx) error {
		dead, err := tx.Queue().Jobs(ctx, ismskit.JobQuery{Dead: true})
		for _, j := range dead {
			o.t.Errorf("given up: %s %s", j.Key, j.Error)
		}
		return err
	})
	if err != nil {
		o.t.Fatal(err)
	}
}

// Of several who withdraw one version in the same instant one does, and the others hear
// that it has been done.
func TestOneOfSeveralWithdrawsAVersion(t *testing.T) {
	onDatabases(t, func(t *testing.T, store ismskit.Store) {
		o := openOffice(t, store)
		id := o.waitingVersion()
		seen := o.document(id).Revision
		var done atomic.Int32
		var all sync.WaitGroup
		for range 6 {
			all.Go(func() {
				err := o.kit.Documents().Withdraw(o.ctx, ismskit.System("test"), ismskit.VersionWithdrawal{Document: id, Label: "1.1", Reason: "誤繕", Seen: seen})
				refusal, refused := errors.AsType[*document.Refusal](err)
				switch {
				case err == nil:
					done.Add(1)
				case !refused || refusal.Code != "withdrawn_before":
					t.Error(err)
				}
			})
		}
		all.Wait()
		if done.Load() != 1 {
			t.Errorf("withdrawn %d times", done.Load())
		}
	})
}
