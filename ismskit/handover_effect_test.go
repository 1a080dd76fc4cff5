package ismskit_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/storage/memory"
	"github.com/ismskit/ismskit/workflow"
)

func dayOf(year int, month time.Month, day int) calendar.Date {
	return calendar.Date{Year: year, Month: month, Day: day}
}

// morning is a moment after what a day begins with.
func morning(d calendar.Date) time.Time { return d.Start(taipei).Add(5 * time.Minute) }

// handsOver has 賴思妤 hand over to 方冠宇 in everything, or in what choose says.
func (o *office) handsOver(reason string, last calendar.Date, more forms.Values, choose func(forms.Row) string) ismskit.Receipt {
	o.t.Helper()
	o.role("organisation", "personnel_officer", "P10")
	sheet := o.hands("P05", reason, last, more)
	if choose == nil {
		choose = everything("P06")
	}
	return o.signed(sheet, o.named("P04", sheet.Case, choose))
}

// signed has everybody sign a sheet of 賴思妤's whose successor is 方冠宇.
func (o *office) signed(sheet ismskit.Receipt, successors forms.Values) ismskit.Receipt {
	o.t.Helper()
	o.act("P04", sheet.Case, ismskit.Action{Verb: workflow.VerbApprove, Values: successors})
	for range 4 { // who of them signs depends on who is there
		for _, who := range []string{"P06", "P12", "P05", "P04", "P01"} {
			if _, err := o.kit.Act(o.ctx, o.as(who), sheet.Case, ismskit.Action{Verb: workflow.VerbApprove}); err == nil {
				break
			}
		}
	}
	if c := o.read("P10", sheet.Case); c.Phase != string(workflow.PhaseClosed) {
		o.t.Fatalf("the sheet is %s", c.Phase)
	}
	return sheet
}

func (o *office) owner(system string) string {
	o.t.Helper()
	ref, _ := o.fields(register.Systems, system)["owner"].(forms.Ref)
	return ref.ID
}

func (o *office) inHouse(who string) bool {
	o.t.Helper()
	_, err := o.kit.People().Me(o.ctx, o.as(who))
	if err != nil && !errors.Is(err, ismskit.ErrForbidden) {
		o.t.Fatal(err)
	}
	return err == nil
}

// 賴思妤 resigns while she is on unpaid leave: on the day she was to return she does not,
// and what was hers stays his.
func TestWhoResignsOnUnpaidLeaveDoesNotReturn(t *testing.T) {
	eachStore(t, func(t *testing.T, o *office) {
		back := dayOf(2027, 3, 1)
		o.handsOver("unpaid_leave", dayOf(2026, 11, 30), forms.Values{"return_day": back}, nil)
		o.until(morning(dayOf(2026, 12, 1)))
		gone := o.hands("P05", "leaving", dayOf(2027, 1, 15), forms.Values{"unsigned": true, "unsigned_why": "留職停薪中"})
		o.signed(gone, o.named("P04", gone.Case, everything("P06")))
		o.until(morning(back))
		if o.inHouse("P05") {
			t.Error("she is in the house again")
		}
		if who := o.owner("S01"); who != "P06" {
			t.Errorf("the system is %s's", who)
		}
	})
}

// Unpaid leave is made longer by a second sheet: she returns once, on the later day, and
// gets back what the first one passed on.
func TestLongerUnpaidLeaveGivesBackOnTheLaterDay(t *testing.T) {
	o := openOffice(t, nil)
	first, later := dayOf(2027, 3, 1), dayOf(2027, 6, 1)
	o.handsOver("unpaid_leave", dayOf(2026, 11, 30), forms.Values{"return_day": first}, nil)
	o.until(morning(dayOf(2026, 12, 1)))
	longer := o.hands("P05", "unpaid_leave", dayOf(2027, 1, 31), forms.Values{"return_day": later, "unsigned": true, "unsigned_why": "留職停薪中"})
	o.signed(longer, o.named("P04", longer.Case, everything("P06")))
	o.until(morning(first))
	if o.inHouse("P05") || o.owner("S01") != "P06" {
		t.Errorf("on the first day: in the house %v, the system is %s's", o.inHouse("P05"), o.owner("S01"))
	}
	o.until(morning(later))
	if !o.inHouse("P05") || o.owner("S01") != "P05" {
		t.Errorf("on the later day: in the house %v, the system is %s's", o.inHouse("P05"), o.owner("S01"))
	}
}

// A server stops in the middle of a sheet's effect and begins it anew: what has passed by
// then is given back all the same.
func TestASecondTryForgetsNothingThatIsGivenBack(t *testing.T) {
	eachStore(t, func(t *testing.T, o *office) {
		last, back := dayOf(2026, 11, 30), dayOf(2027, 3, 1)
		sheet := o.handsOver("unpaid_leave", last, forms.Values{"return_day": back}, nil)
		o.until(morning(dayOf(2026, 12, 1)))
		again, err := json.Marshal(ismskit.HandOver{Person: "P05", LastDay: last, Leaves: true, Back: back})
		if err != nil {
			t.Fatal(err)
		}
		err = o.store.Update(o.ctx, func(ctx context.Context, tx ismskit.Tx) error {
			return tx.Queue().Put(ctx, o.now, ismskit.Job{ID: "again", Key: "handover|" + sheet.Case, Kind: "handover", Subject: sheet.Case, Payload: again, Due: o.now})
		})
		if err != nil {
			t.Fatal(err)
		}
		o.settle()
		o.until(morning(back))
		if !o.inHouse("P05") || o.owner("S01") != "P05" {
			t.Errorf("in the house %v, the system is %s's", o.inHouse("P05"), o.owner("S01"))
		}
	})
}

// Who has a contract for a term has it still after unpaid leave; where it ends meanwhile,
// she does not return.
func TestUnpaidLeaveLeavesAContractItsTerm(t *testing.T) {
	for term, returns := range map[calendar.Date]bool{dayOf(2027, 12, 31): true, dayOf(2027, 1, 31): false} {
		t.Run(term.String(), func(t *testing.T) {
			o := openOffice(t, nil)
			o.joins("system.system_admin", "P04")
			o.change(register.People, "P05", func(v forms.Values) { v["to"] = term })
			back := dayOf(2027, 3, 1)
			o.handsOver("unpaid_leave", dayOf(2026, 11, 30), forms.Values{"return_day": back}, nil)
			o.until(morning(back))
			if o.inHouse("P05") != returns {
				t.Errorf("she is in the house: %v", !returns)
			}
			if to := o.fields(register.People, "P05")["to"]; returns && to != term {
				t.Errorf("her contract ends on %v", to)
			}
			if who := o.owner("S01"); (who == "P05") != returns {
				t.Errorf("the system is %s's", who)
			}
		})
	}
}

// 調任: who moves keeps the post that is his from the next day on, and who stands in for him
// as a rule.
func TestWhoMovesKeepsTheNewPostAndHisDeputies(t *testing.T) {
	eachStore(t, func(t *testing.T, o *office) {
		last := dayOf(2026, 11, 30)
		o.put(register.Deputies, "D1", forms.Values{"principal": ref(register.People, "P05"), "ordered": []forms.Ref{ref(register.People, "P06")}})
		o.handsOver("transfer", last, moves("U06", "", last.AddDays(1)), nil)
		o.put(register.Posts, "TNEW", forms.Values{"title": "主任", "unit": unit("U06"), "head": true, "superior": ref(register.Posts, "T01"),
			"holders": []forms.Row{{forms.RowID: "r1", "person": ref(register.People, "P05"), "from": last.AddDays(1)}}})
		o.until(last.AddDays(1).Start(taipei).Add(5 * time.Minute))
		holders, _ := o.fields(register.Posts, "TNEW")["holders"].([]forms.Row)
		if who, _ := holders[0]["person"].(forms.Ref); len(holders) != 1 || who.ID != "P05" || holders[0]["to"] != nil {
			t.Errorf("the new post has %v", holders)
		}
		if holders, _ := o.fields(register.Posts, "T09")["holders"].([]forms.Row); holders[0]["to"] != last {
			t.Errorf("the old post has %v", holders)
		}
		if to := o.fields(register.Deputies, "D1")["to"]; to != nil {
			t.Errorf("her usual deputies ended %v", to)
		}
	})
}

// Usual deputies end with unpaid leave, which their entry says, and are there again on the
// day of the return; she stands in for others again, in her place among them.
func TestUsualDeputiesComeBackFromUnpaidLeave(t *testing.T) {
	o := openOffice(t, nil)
	last, back := dayOf(2026, 11, 30), dayOf(2027, 3, 1)
	o.put(register.Deputies, "D1", forms.Values{"principal": ref(register.People, "P05"), "ordered": []forms.Ref{ref(register.People, "P06")}})
	o.put(register.Deputies, "D2", forms.Values{"principal": ref(register.People, "P04"), "ordered": []forms.Ref{ref(register.People, "P05"), ref(register.People, "P06")}})
	o.put(register.Deputies, "D3", forms.Values{"principal": ref(register.People, "P12"), "ordered": []forms.Ref{ref(register.People, "P05")}})
	o.handsOver("unpaid_leave", last, forms.Values{"return_day": back}, nil)
	states := func() map[string]ismskit.AbsenceState {
		t.Helper()
		all, err := o.kit.People().Absences(o.ctx, ismskit.System("test"), "")
		if err != nil {
			t.Fatal(err)
		}
		out := map[string]ismskit.AbsenceState{}
		for _, a := range all {
			out[a.ID] = a.State
			if a.ID == "D2" && len(a.Deputies) == 2 && a.Deputies[0].Person != "P05" {
				t.Errorf("deputies in the order %v", a.Deputies)
			}
		}
		return out
	}
	o.until(morning(last.AddDays(1)))
	want := map[string]ismskit.AbsenceState{"D1": ismskit.AbsenceEnded, "D2": ismskit.AbsenceStanding, "D3": ismskit.AbsenceEnded}
	if got := states(); !maps.Equal(got, want) {
		t.Errorf("while she is away: %v", got)
	}
	o.until(morning(back))
	want = map[string]ismskit.AbsenceState{"D1": ismskit.AbsenceStanding, "D2": ismskit.AbsenceStanding, "D3": ismskit.AbsenceStanding}
	if got := states(); !maps.Equal(got, want) {
		t.Errorf("when she is back: %v", got)
	}
}

// One sheet for one person: a second one is refused where the first is on its way.
func TestASecondSheetForOnePersonIsRefused(t *testing.T) {
	eachStore(t, func(t *testing.T, o *office) {
		o.role("organisation", "personnel_officer", "P10")
		first := o.hands("P05", "leaving", dayOf(2026, 11, 30), nil)
		last := dayOf(2026, 12, 31)
		values := moves("U06", "", last.AddDays(1))
		values["person"], values["reason"], values["last_day"] = person("P05"), "transfer", last
		_, err := o.kit.Open(o.ctx, o.as("P10"), ismskit.Opening{Type: "handover", Values: values, Submit: true})
		invalid, _ := errors.AsType[forms.Invalid](err)
		if len(invalid) != 1 || invalid[0].Field != "person" || invalid[0].Code != "handover.twice" || !strings.Contains(invalid[0].Text.In("zh-TW"), first.Number) {
			t.Fatalf("the second one: %v", err)
		}
		o.hands("P06", "leaving", dayOf(2026, 11, 30), nil)
		o.act("P10", first.Case, ismskit.Action{Verb: workflow.VerbWithdraw, Comment: "改辦調任"})
		o.hands("P05", "transfer", last, moves("U06", "", last.AddDays(1)))
	})
}

// faulty is a store that fails once, after so many transactions.
type faulty struct {
	ismskit.Store
	after int // 0: it does not fail
}

func (f *faulty) Update(ctx context.Context, fn func(ctx context.Context, tx ismskit.Tx) error) error {
	if f.after > 0 {
		if f.after--; f.after == 0 {
			return errors.New("the database is gone for a moment")
		}
	}
	return f.Store.Update(ctx, fn)
}

// Where a sheet's effect fails half way and is tried again, its successor is told of
// everything that came to him, whichever try it came with.
func TestSuccessorsAreToldOfEveryTry(t *testing.T) {
	told := func(fails int) (count, times int) {
		t.Helper()
		store := &faulty{Store: memory.New()}
		o := openOffice(t, store)
		o.desk()
		sheet := o.hands("P05", "leaving", dayOf(2026, 11, 30), nil)
		o.signed(sheet, o.named("P04", sheet.Case, everything("P06")))
		o.until(dayOf(2026, 12, 1).Start(taipei).Add(-time.Minute))
		store.after = fails
		if err := o.kit.RunUntil(o.ctx, morning(dayOf(2026, 12, 1))); err != nil && store.after > 0 {
			t.Fatal(err)
		}
		store.after = 0
		o.until(morning(dayOf(2026, 12, 2)))
		for _, m := range o.noticesOf("P06") {
			var n int
			if _, err := fmt.Sscanf(m.Subject, "賴思妤的職務已移交給您（%d 項）", &n); err == nil {
				count, times = count+n, times+1
			}
		}
		return count, times
	}
	whole, _ := told(0)
	if whole < 5 {
		t.Fatalf("he is told of %d things", whole)
	}
	twice := false
	for fails := 2; fails < 24; fails += 3 {
		count, times := told(fails)
		if count != whole {
			t.Errorf("failing at transaction %d he is told of %d things, not of %d", fails, count, whole)
		}
		twice = twice || times > 1
	}
	if !twice {
		t.Error("it never failed half way")
	}
}
