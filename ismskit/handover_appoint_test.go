package ismskit_test

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/storage/memory"
)

// 賴思妤 moves to 戶政科, her post there is not known yet, and before the day she is entered
// in another post of the unit that she leaves. She does not take it along: she has none, and
// whoever keeps the people is asked for it.
func TestWhoMovesTakesNoPostOfTheOldUnitAlong(t *testing.T) {
	o := openOffice(t, nil)
	o.joins("system.system_admin", "P06")
	last, from := dayOf(2026, 11, 30), dayOf(2026, 12, 3)
	o.vacancy("T18", "科員", "U03")
	o.handsOver("transfer", last, moves("U06", "", from), nil)
	o.until(morning(last.AddDays(1)))
	o.change(register.People, "P05", func(v forms.Values) { v["post"] = ref(register.Posts, "T18") })
	o.until(morning(from))
	v := o.fields(register.People, "P05")
	if at, _ := v["unit"].(forms.Ref); at.ID != "U06" || v["post"] != nil {
		t.Errorf("she is of %s with the post %v", at.ID, v["post"])
	}
	if !slices.ContainsFunc(o.noticesOf("P06"), func(m ismskit.Message) bool { return m.Rule == "post_wanted" }) {
		t.Error("nobody is asked for her post")
	}
}

// 邱柏叡 heads 戶政科 and hands it over by a sheet of his own, which was given up, or is put
// off until another day: she is not put beside him, and her sheet says so at once.
func TestAnAppointmentDoesNotWaitForASheetThatStands(t *testing.T) {
	last := dayOf(2026, 11, 30)
	next := last.AddDays(1)
	for name, stands := range map[string]ismskit.Settlement{
		"given up": {Fence: 1, Dead: true, Error: "given up", Due: next.Start(taipei)},
		"put off":  {Fence: 1, Attempt: 3, Error: "out of reach", Due: next.AddDays(1).Start(taipei)},
	} {
		t.Run(name, func(t *testing.T) {
			o := openOffice(t, nil)
			o.role("organisation", "personnel_officer", "P10")
			his := o.hands("P11", "transfer", last, moves("U03", "", next))
			hers := o.hands("P05", "transfer", last, moves("U06", "T15", next))
			o.signed(hers, o.named("P04", hers.Case, everything("P06")))
			payload, err := json.Marshal(ismskit.HandOver{Person: "P11", LastDay: last})
			if err != nil {
				t.Fatal(err)
			}
			for _, step := range []func(context.Context, ismskit.Tx) error{
				func(ctx context.Context, tx ismskit.Tx) error {
					return tx.Queue().Put(ctx, o.now, ismskit.Job{ID: "his", Key: "handover|" + his.Case, Kind: "handover", Subject: his.Case, Payload: payload, Due: o.now})
				},
				func(ctx context.Context, tx ismskit.Tx) error {
					return tx.Queue().Lease(ctx, o.now.AddDate(0, 0, 1), "his")
				},
				func(ctx context.Context, tx ismskit.Tx) error {
					end := stands
					end.ID = "his"
					return tx.Queue().Settle(ctx, end)
				},
			} {
				if err := o.store.Update(o.ctx, step); err != nil {
					t.Fatal(err)
				}
			}
			o.until(morning(next))
			if got := o.holders("T15"); !slices.Equal(got, []string{"P11"}) {
				t.Errorf("held by %v", got)
			}
			left := o.read("P10", hers.Case).NotHanded
			if len(left) != 1 || left[0].Over || !strings.Contains(left[0].Why.In("zh-TW"), "邱柏叡") {
				t.Errorf("left: %+v", left)
			}
		})
	}
}

// moving has 賴思妤 move to the post T18 of 戶政科, and something else happen in that moment,
// during whichever transaction it is.
func moving(t *testing.T, head bool, meanwhile func(o *office) (happens bool), look func(o *office, sheet string, after int)) {
	t.Helper()
	happened := 0
	for after := 1; after < 12; after++ {
		store := &interrupted{Store: memory.New()}
		o := openOffice(t, store)
		last, from := dayOf(2026, 11, 30), dayOf(2026, 12, 3)
		o.put(register.Posts, "T18", forms.Values{"title": "副科長", "unit": unit("U06"), "head": head, "superior": ref(register.Posts, "T15")})
		sheet := o.handsOver("transfer", last, moves("U06", "T18", from), nil)
		o.until(from.Start(taipei).Add(-time.Minute))
		happens := false
		store.after, store.do = after, func() { happens = meanwhile(o) }
		o.until(morning(from).Add(time.Hour))
		if happens {
			happened++
			look(o, sheet.Case, after)
		}
	}
	if happened < 2 {
		t.Errorf("it happened %d times in time", happened)
	}
}

// Somebody else comes to the post that heads a unit while 賴思妤 is put there by another
// server: two never have it.
func TestTwoNeverComeToOnePostOfAHead(t *testing.T) {
	moving(t, true, func(o *office) bool {
		if len(o.holders("T18")) > 0 {
			return false
		}
		o.held("T18", holds("P12", calendar.Date{}, calendar.Date{}))
		return true
	}, func(o *office, sheet string, after int) {
		if got := o.holders("T18"); !slices.Equal(got, []string{"P12"}) {
			t.Errorf("in transaction %d: held by %v", after, got)
		}
		if left := o.read("P10", sheet).NotHanded; len(left) != 1 || !strings.Contains(left[0].Why.In("zh-TW"), "范語彤") {
			t.Errorf("in transaction %d: left %+v ", after, left)
		}
	})
}

// She is entered in a third unit in the moment in which her sheet moves her: there she is,
// the post is not hers, and the sheet says why.
func TestWhoIsEnteredElsewhereInThatMomentHasNotThePost(t *testing.T) {
	moving(t, false, func(o *office) bool {
		if at, _ := o.fields(register.People, "P05")["unit"].(forms.Ref); at.ID != "U03" {
			return false
		}
		o.change(register.People, "P05", func(v forms.Values) {
			v["unit"] = unit("U00")
			delete(v, "post")
		})
		return true
	}, func(o *office, sheet string, after int) {
		if got := o.holders("T18"); len(got) > 0 {
			t.Errorf("in transaction %d: the post is held by %v", after, got)
		}
		if left := o.read("P10", sheet).NotHanded; len(left) != 1 || !left[0].Over {
			t.Errorf("in transaction %d: left %+v", after, left)
		}
	})
}
