package ismskit_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/storage/memory"
	"github.com/ismskit/ismskit/workflow"
)

// refusing is a store that refuses some entries, and what was to be kept with them.
type refusing struct {
	ismskit.Store
	refuse func(ismskit.TrailEntry) error
}

type (
	refusingTx struct {
		ismskit.Tx
		s *refusing
	}
	refusingTrail struct {
		ismskit.Trail
		s *refusing
	}
)

func (s *refusing) Update(ctx context.Context, fn func(ctx context.Context, tx ismskit.Tx) error) error {
	return s.Store.Update(ctx, func(ctx context.Context, tx ismskit.Tx) error { return fn(ctx, refusingTx{tx, s}) })
}

func (t refusingTx) Trail() ismskit.Trail { return refusingTrail{t.Tx.Trail(), t.s} }

func (t refusingTrail) Append(ctx context.Context, entries ...ismskit.TrailEntry) error {
	for _, e := range entries {
		if err := t.s.refuse(e); err != nil {
			return err
		}
	}
	return t.Trail.Append(ctx, entries...)
}

// 賴思妤 leaves, and the list of systems can't be changed that night: she is still one of those
// who administer one, and no task of theirs says otherwise. Once she has left them, it does,
// though the task could not be written to at the first try.
func TestATaskOfAGroupSaysWhoHasLeftOnceSheHas(t *testing.T) {
	s := &refusing{Store: memory.New(), refuse: func(ismskit.TrailEntry) error { return nil }}
	o := openOffice(t, s)
	o.administers("S01", "P06", []string{"P05", "P10"}, nil)
	asked := o.apply("P13", oneRow()).Case
	o.act("P11", asked, ismskit.Action{Verb: workflow.VerbApprove})
	o.settle()
	row := o.read("P13", asked).Rows[0].Case.ID
	last := dayOf(2026, 11, 30)
	sheet := o.handsOver("leaving", last, nil, nil)
	s.refuse = func(e ismskit.TrailEntry) error {
		if e.Chain == "list/"+register.Systems+"/S01" {
			return ismskit.ErrReadOnly
		}
		return nil
	}
	said := func() (notes int) {
		for _, e := range o.read("P10", row).Trail {
			if strings.Contains(e.Comment, "賴思妤於 115.11.30 後不再為本項辦理人員") {
				notes++
			}
		}
		return notes
	}
	o.until(morning(last.AddDays(1)))
	admins, _ := o.fields(register.Systems, "S01")["admins"].([]forms.Ref)
	if left := o.read("P10", sheet.Case).NotHanded; len(left) == 0 || !slices.ContainsFunc(admins, func(r forms.Ref) bool { return r.ID == "P05" }) {
		t.Fatalf("the list was to refuse: %+v, it says %v", left, admins)
	}
	if said() != 0 || strings.Contains(o.read("P10", row).Mine[0].Why.In("zh-TW"), "賴思妤") {
		t.Errorf("it is said that she has left those who administer it, and she has not: %q", o.read("P10", row).Mine[0].Why.In("zh-TW"))
	}

	failed := false
	s.refuse = func(e ismskit.TrailEntry) error {
		if failed || e.Chain != "case/"+row {
			return nil
		}
		failed = true
		return errStubborn
	}
	o.until(morning(last.AddDays(2)))
	if left := o.read("P10", sheet.Case).NotHanded; len(left) > 0 || !failed {
		t.Errorf("left: %+v; the task was refused: %v", left, failed)
	}
	if said() != 1 || !strings.Contains(o.read("P10", row).Mine[0].Why.In("zh-TW"), "賴思妤原同為辦理人員") {
		t.Errorf("said %d times, and why: %q", said(), o.read("P10", row).Mine[0].Why.In("zh-TW"))
	}
}
