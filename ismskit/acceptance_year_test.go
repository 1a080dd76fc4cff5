package ismskit_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/workflow"
)

// numberedOn is the memo whose number is given when it is approved.
func numberedOn(t *testing.T, at string) ismskit.Type {
	t.Helper()
	typ := memo(t, memoFlow)
	number := *typ.Number
	number.At = at
	typ.Number = &number
	return typ
}

// year116 is 116.1.4（一）09:00, the first working day of the year.
var year116 = time.Date(2027, time.January, 4, 1, 0, 0, 0, time.UTC)

// U12: what was drafted in December and sent in January has a number of the new year, and is
// filed there.
func TestU12_ADraftOfDecemberSentInJanuaryIsOfTheNewYear(t *testing.T) {
	eachSigning(t, memoFlow, func(t *testing.T, o *office) {
		o.now = time.Date(2026, time.December, 31, 8, 0, 0, 0, time.UTC)
		draft, err := o.kit.Open(o.ctx, o.as("P13"), ismskit.Opening{Type: "memo", Values: forms.Values{"subject": "年度維護續約"}})
		if err != nil {
			t.Fatal(err)
		}
		last := o.memo()
		o.now = year116
		o.act("P13", draft.Case, ismskit.Action{Verb: workflow.VerbSubmit})
		if c := o.read("P13", draft.Case); c.Number != "M-116-0001" || c.Year != 116 {
			t.Errorf("sent in January: %s of %d", c.Number, c.Year)
		}
		// Nobody guesses dates of a year whose calendar is not there: they are marked (暫估).
		for at, estimated := range map[time.Time]bool{year116: false, year116.AddDate(0, 11, 26): true} {
			o.now = at
			if route := o.memoRoute("P13"); route.Estimated != estimated || route.Steps[0].Due.Estimated != estimated {
				t.Errorf("on %s the route's dates are estimated: %v", at.Format("2006-01-02"), route.Estimated)
			}
		}
		o.now = year116
		o.act("P11", last, ismskit.Action{Verb: workflow.VerbApprove})
		o.act("P01", last, ismskit.Action{Verb: workflow.VerbApprove})
		if c := o.read("P13", last); c.Number != "M-115-0001" || c.Year != 115 {
			t.Errorf("sent in December: %s of %d", c.Number, c.Year)
		}
	})
}

// U12, a number at approval ditto: what was sent in December and approved in January is numbered
// in the new year, and stays filed under the year in which it was sent.
func TestU12_WhatIsApprovedInJanuaryIsNumberedInTheNewYear(t *testing.T) {
	eachStoreWith(t, []ismskit.Type{numberedOn(t, "approval")}, func(t *testing.T, o *office) {
		o.now = time.Date(2026, time.December, 31, 1, 0, 0, 0, time.UTC)
		old, next := o.memo(), o.memo()
		for _, id := range []string{old, next} {
			o.act("P11", id, ismskit.Action{Verb: workflow.VerbApprove})
		}
		o.act("P01", old, ismskit.Action{Verb: workflow.VerbApprove})
		o.now = year116
		if c := o.read("P13", next); c.Number != "" || c.Year != 115 {
			t.Errorf("not approved yet: %q of %d", c.Number, c.Year)
		}
		o.act("P01", next, ismskit.Action{Verb: workflow.VerbApprove})
		o.settle()
		for id, want := range map[string]string{old: "M-115-0001", next: "M-116-0001"} {
			if c := o.read("P13", id); c.Number != want || c.Year != 115 || len(c.Faults) > 0 {
				t.Errorf("%q of %d, want %s of 115; %v", c.Number, c.Year, want, c.Faults)
			}
		}
	})
}

// A number at approval is given by the last yes and by nothing else: neither by sending nor by
// the head, not to what is refused, returned or withdrawn. Many approved and refused in the same
// moment, some in two windows at once, have the numbers in order and without a gap.
func TestANumberAtApprovalIsGivenToWhatIsApproved(t *testing.T) {
	const cases = 12
	onEveryStore(t, func(t *testing.T, store ismskit.Store) {
		o := openOffice(t, store, numberedOn(t, "approval"))
		first := o.memo()
		if c := o.read("P13", first); c.Number != "" {
			t.Fatalf("numbered %s when it was sent", c.Number)
		}
		o.act("P11", first, ismskit.Action{Verb: workflow.VerbApprove})
		o.act("P01", first, ismskit.Action{Verb: workflow.VerbReturn, Comment: "請補預算"})
		o.act("P13", first, ismskit.Action{Verb: workflow.VerbSubmit})
		o.act("P11", first, ismskit.Action{Verb: workflow.VerbApprove})
		if c := o.read("P13", first); c.Number != "" {
			t.Fatalf("numbered %s before it was approved", c.Number)
		}
		receipt := o.act("P01", first, ismskit.Action{Verb: workflow.VerbApprove})
		c := o.read("P13", first)
		if last := c.Trail[len(c.Trail)-1]; c.Number != "M-115-0001" || receipt.Number != c.Number || last.Number != c.Number || c.Trail[0].Number != "" {
			t.Fatalf("%q on the case, %q told, %q on the trail", c.Number, receipt.Number, last.Number)
		}

		var ids []string
		for range cases {
			id := o.memo()
			o.act("P11", id, ismskit.Action{Verb: workflow.VerbApprove})
			ids = append(ids, id)
		}
		o.act("P13", ids[0], ismskit.Action{Verb: workflow.VerbWithdraw, Comment: "撤案"})
		var wg sync.WaitGroup
		for i, id := range ids[1:] {
			verb := workflow.VerbApprove
			if i%3 == 0 {
				verb = workflow.VerbReject
			}
			for range 1 + i%2 {
				wg.Go(func() {
					_, err := o.kit.Act(o.ctx, o.as("P01"), id, ismskit.Action{Verb: verb, Comment: "理由"})
					if err != nil && workflow.AsRefusal(err) == nil && !errors.Is(err, ismskit.ErrForbidden) {
						t.Error(err)
					}
				})
			}
		}
		wg.Wait()
		var got, want []string
		for _, id := range ids {
			c := o.read("P13", id)
			if c.Flow.Outcome == workflow.OutcomeDone {
				got, want = append(got, c.Number), append(want, fmt.Sprintf("M-115-%04d", len(want)+2))
			} else if c.Number != "" {
				t.Errorf("%s, and numbered %s", c.Flow.Outcome, c.Number)
			}
		}
		if slices.Sort(got); !slices.Equal(got, want) || len(want) != 7 {
			t.Errorf("numbers %v, want %v", got, want)
		}
	})
}

// U13: two documents of one number are taken in from the old list, both marked; the verify page
// lists both titles instead of claiming one. One of them gets a number of its own and is found by
// either, and nobody gets the doubled number a third time.
func TestU13_ANumberUsedTwiceIsTakenInAndMended(t *testing.T) {
	eachStore(t, func(t *testing.T, o *office) {
		version := document.Version{Label: "1.0", Issued: "2026-01-05"}
		pledge := document.Document{Number: "IS-04-004", Title: map[string]string{"zh-TW": "人員保密切結書"}, Level: 4, Class: ismskit.ClassInternal}
		register := pledge
		register.Title = map[string]string{"zh-TW": "外部文件登記表"}
		first := o.file(ismskit.Filing{Document: pledge, Version: version})
		_, err := o.kit.Documents().Put(o.ctx, ismskit.System("test"), ismskit.Filing{Document: register, Version: version})
		if taken, ok := errors.AsType[*document.Refusal](err); !ok || taken.Code != "number_taken" {
			t.Fatalf("by mistake: %v", err)
		}
		second := o.file(ismskit.Filing{Document: register, Version: version, Duplicate: true})

		twice := func(want ...string) {
			t.Helper()
			entries, err := o.kit.Documents().Lists().Entries(o.ctx, ismskit.System("test"), document.Query{}, "")
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, e := range entries {
				if e.Twice {
					got = append(got, e.ID)
				}
			}
			slices.Sort(got)
			if slices.Sort(want); !slices.Equal(got, want) {
				t.Errorf("marked %v, want %v", got, want)
			}
		}
		titles := func(number string) string {
			t.Helper()
			found, err := o.kit.Documents().Check(o.ctx, o.as("P13"), ismskit.Copy{Number: number, Label: "1.0"})
			if err != nil {
				t.Fatal(err)
			}
			var out []string
			for _, one := range found {
				out = append(out, one.Document.Title["zh-TW"])
			}
			slices.Sort(out)
			return strings.Join(out, "、")
		}
		twice(first, second)
		if got := titles("IS-04-004"); got != "人員保密切結書、外部文件登記表" {
			t.Errorf("a copy of IS-04-004 is of %s", got)
		}

		moved := o.document(second).Document
		moved.Number = "IS-04-005"
		o.file(ismskit.Filing{Document: moved})
		if view := o.document(second); view.Number != "IS-04-005" || !slices.Equal(view.FormerNumbers, []string{"IS-04-004"}) {
			t.Errorf("%s, formerly %v", view.Number, view.FormerNumbers)
		}
		for number, want := range map[string]string{"IS-04-005": "外部文件登記表", "IS-04-004": "人員保密切結書、外部文件登記表"} {
			if got := titles(number); got != want {
				t.Errorf("%s is of %s", number, got)
			}
		}
		third := pledge
		third.Title = map[string]string{"zh-TW": "另一表單"}
		_, err = o.kit.Documents().Put(o.ctx, ismskit.System("test"), ismskit.Filing{Document: third, Version: version})
		if taken, ok := errors.AsType[*document.Refusal](err); !ok || taken.Code != "number_taken" {
			t.Errorf("a third time: %v", err)
		}
	})
}
