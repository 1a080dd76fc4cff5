package ismskit_test

import (
	"context"
	"testing"
	"time"

	"github.com/ismskit/ismskit/ismskit"
)

func (o *office) sheetFor(person string) (ismskit.HandoverSheet, bool) {
	o.t.Helper()
	over, found, err := o.kit.Queue().Held().Sheet(o.ctx, o.as("P10"), person)
	if err != nil {
		o.t.Fatal(err)
	}
	return over, found
}

// givesUp has the job by which a sheet takes effect fail for good, after many tries.
func (o *office) givesUp(sheet string) {
	o.t.Helper()
	var jobs []ismskit.Job
	for _, step := range []func(context.Context, ismskit.Tx) error{
		func(ctx context.Context, tx ismskit.Tx) (err error) {
			jobs, err = tx.Queue().Jobs(ctx, ismskit.JobQuery{Kind: "handover", Subject: sheet})
			if err == nil && len(jobs) == 1 {
				err = tx.Queue().Lease(ctx, o.now.AddDate(0, 0, 1), jobs[0].ID)
			}
			return err
		},
		func(ctx context.Context, tx ismskit.Tx) error {
			return tx.Queue().Settle(ctx, ismskit.Settlement{ID: jobs[0].ID, Fence: 1, Dead: true, Error: "out of reach", Due: jobs[0].Due.AddDate(0, 3, 0)})
		},
	} {
		if err := o.store.Update(o.ctx, step); err != nil || len(jobs) != 1 {
			o.t.Fatalf("%d jobs: %v", len(jobs), err)
		}
	}
}

// A signed sheet is there until it has taken effect, also where the server was off over night;
// one that was given up says so, until another is sent.
func TestASignedSheetIsThereUntilItHasTakenEffect(t *testing.T) {
	eachStore(t, func(t *testing.T, o *office) {
		sheet := o.handsOver("leaving", dayOf(2026, 11, 30), nil, nil)
		o.now = time.Date(2026, 12, 1, 9, 0, 0, 0, taipei)
		over, found := o.sheetFor("P05")
		if !found || over.Number != sheet.Number || !over.Approved || over.Failed || !over.Another || over.LastDay != dayOf(2026, 11, 30) {
			t.Errorf("on the morning after, not carried out: %+v %v", over, found)
		}
		o.givesUp(sheet.Case)
		if over, found = o.sheetFor("P05"); !found || over.Number != sheet.Number || !over.Failed || !over.Another {
			t.Errorf("given up: %+v %v", over, found)
		}
		again := o.hands("P05", "leaving", dayOf(2026, 12, 4), nil)
		if over, found = o.sheetFor("P05"); !found || over.Number != again.Number || over.Approved || over.Failed || over.Another {
			t.Errorf("sent anew: %+v %v", over, found)
		}
	})
}

// Of two that are signed the one that takes effect first is hers.
func TestOfTwoSignedSheetsTheFirstIsTold(t *testing.T) {
	o := openOffice(t, nil)
	later := o.handsOver("leaving", dayOf(2026, 12, 31), nil, nil)
	if over, found := o.sheetFor("P05"); !found || over.Number != later.Number {
		t.Fatalf("%+v %v", over, found)
	}
	first := o.hands("P05", "transfer", dayOf(2026, 11, 27), moves("U06", "", dayOf(2026, 11, 28)))
	o.signed(first, o.named("P04", first.Case, everything("P06")))
	if over, found := o.sheetFor("P05"); !found || over.Number != first.Number {
		t.Errorf("%+v %v", over, found)
	}
	o.givesUp(first.Case)
	if over, found := o.sheetFor("P05"); !found || over.Number != later.Number || over.Failed {
		t.Errorf("with the first given up: %+v %v", over, found)
	}
}
