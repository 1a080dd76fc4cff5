package ismskit_test

import (
	"errors"
	"testing"

	"github.com/ismskit/ismskit/ismskit"
)

// atOnce does several things side by side and gives what became of each.
func atOnce(do ...func() error) []error {
	type outcome struct {
		i   int
		err error
	}
	begin, done := make(chan struct{}), make(chan outcome)
	for i, f := range do {
		go func() { <-begin; done <- outcome{i, f()} }()
	}
	close(begin)
	out := make([]error, len(do))
	for range do {
		o := <-done
		out[o.i] = o.err
	}
	return out
}

func (o *office) closures() []ismskit.ClosedDay {
	o.t.Helper()
	all, err := o.kit.Closures().List(o.ctx, o.as("P05"))
	if err != nil {
		o.t.Fatal(err)
	}
	return all
}

// Two officers have the same preview before them and enter different days, one for his
// agency alone: one is first, the other is told to look again. A double click is one entry.
func TestTwoOfficersEnterClosuresAtOnce(t *testing.T) {
	eachStoreWith(t, []ismskit.Type{memo(t, incidentFlow)}, func(t *testing.T, o *office) {
		o.role("duties", "plan_manager", "P06")
		o.memo()
		for round := range 4 {
			mine, his := typhoon, ismskit.ClosedDays{From: on(12, 1+round), Reason: "機房停電"}
			mine.From, mine.Agency = on(12, 1+round), "U00"
			seen, before := o.preview(mine).Seen, len(o.closures())
			errs := atOnce(
				func() error { return o.kit.Closures().Enter(o.ctx, o.as("P05"), mine, seen) },
				func() error { return o.kit.Closures().Enter(o.ctx, o.as("P06"), his, seen) },
			)
			won, lost := errs[0], errs[1]
			if won != nil {
				won, lost = lost, won
			}
			if won != nil || !errors.Is(lost, ismskit.ErrConflict) || len(o.closures()) != before+1 {
				t.Fatalf("%v, %v: %d closures after %d", errs[0], errs[1], len(o.closures()), before)
			}

			twice := ismskit.ClosedDays{From: on(12, 14+round), Reason: "停電"}
			seen, before = o.preview(twice).Seen, len(o.closures())
			click := func() error { return o.kit.Closures().Enter(o.ctx, o.as("P05"), twice, seen) }
			if errs := atOnce(click, click); errs[0] != nil || errs[1] != nil || len(o.closures()) != before+1 {
				t.Fatalf("a double click: %v: %d closures after %d", errs, len(o.closures()), before)
			}
		}
	})
}

// A day is withdrawn once, with the reason of whoever was first.
func TestTwoOfficersWithdrawAClosureAtOnce(t *testing.T) {
	eachStoreWith(t, []ismskit.Type{memo(t, incidentFlow)}, func(t *testing.T, o *office) {
		o.role("duties", "plan_manager", "P06")
		o.closed(typhoon)
		id := o.closures()[0].ID
		_, moves, err := o.kit.Closures().PreviewWithdrawal(o.ctx, o.as("P05"), id)
		if err != nil {
			t.Fatal(err)
		}
		whys := []string{"更正公告", "照常上班"}
		errs := atOnce(
			func() error { return o.kit.Closures().Withdraw(o.ctx, o.as("P05"), id, whys[0], moves.Seen) },
			func() error { return o.kit.Closures().Withdraw(o.ctx, o.as("P06"), id, whys[1], moves.Seen) },
		)
		first := 0
		if errs[0] != nil {
			first = 1
		}
		if errs[first] != nil || !errors.Is(errs[1-first], ismskit.ErrNotFound) {
			t.Fatal(errs)
		}
		if all := o.closures(); len(all) != 1 || !all[0].Withdrawn || all[0].Why != whys[first] {
			t.Errorf("%+v", all)
		}
		if err := o.kit.Closures().Withdraw(o.ctx, o.as([]string{"P05", "P06"}[first]), id, whys[first], moves.Seen); err != nil {
			t.Errorf("a double click: %v", err)
		}
	})
}

// Two people of one name are two: what the one has entered, the other hears of.
func TestANamesakeHearsOfWhatIsEntered(t *testing.T) {
	eachStoreWith(t, nil, func(t *testing.T, o *office) {
		o.hire("P60", "賴思妤", "T20", "U03")
		o.role("duties", "plan_manager", "P60")
		seen := o.preview(typhoon).Seen
		o.closed(typhoon)
		o.refusedAt(o.kit.Closures().Enter(o.ctx, o.as("P60"), typhoon, seen), "from", "115.11.24已登錄停止上班（鳳凰颱風，賴思妤登錄），不需重複登錄。")
		if err := o.kit.Closures().Enter(o.ctx, o.as("P05"), typhoon, seen); err != nil {
			t.Errorf("a double click: %v", err)
		}
	})
}
