package ismskit_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/register"
)

// moves says where somebody goes and when he starts there; without a post it is not known
// yet.
func moves(unitID, post string, from calendar.Date) forms.Values {
	v := forms.Values{"new_unit": unit(unitID), "new_from": from}
	if v["post_open"] = post == ""; post != "" {
		v["new_post"] = ref(register.Posts, post)
	}
	return v
}

// vacancy is a post that nobody holds.
func (o *office) vacancy(id, title, unitID string) {
	o.t.Helper()
	o.put(register.Posts, id, forms.Values{"title": title, "unit": unit(unitID), "superior": ref(register.Posts, "T15")})
}

// 調任: 賴思妤 goes to 戶政科. Until the day she starts there she is of her old unit; on it
// she has the new post, by the sheet, and nobody had to enter it.
func TestWhoMovesHasTheNewPostOnItsDay(t *testing.T) {
	eachStore(t, func(t *testing.T, o *office) {
		last, from := dayOf(2026, 11, 30), dayOf(2026, 12, 3)
		o.vacancy("T18", "科員", "U06")
		sheet := o.handsOver("transfer", last, moves("U06", "T18", from), nil)
		o.until(from.Start(taipei).Add(-1))
		me, err := o.kit.People().Me(o.ctx, o.as("P05"))
		if err != nil || me.Membership.Unit != "U03" || len(me.Membership.Posts) > 0 {
			t.Errorf("the evening before she is %+v, %v", me.Membership, err)
		}
		o.until(morning(from))
		me, err = o.kit.People().Me(o.ctx, o.as("P05"))
		if err != nil || me.Membership.Unit != "U06" || !slices.Equal(me.Membership.Posts, []string{"T18"}) {
			t.Errorf("on the day she is %+v, %v", me.Membership, err)
		}
		for list, id := range map[string]string{register.Posts: "T18", register.People: "P05"} {
			history, err := o.kit.Registers().History(o.ctx, ismskit.System("test"), list, id, "zh-TW")
			if err != nil || !slices.ContainsFunc(history, func(r ismskit.RowRevision) bool { return r.Reason == "職務移交（"+sheet.Number+"）：賴思妤" }) {
				t.Errorf("the history of %s says %+v, %v", list, history, err)
			}
		}
		if c := o.read("P10", sheet.Case); len(c.NotHanded) > 0 {
			t.Errorf("left: %+v", c.NotHanded)
		}
	})
}

// A post that is not known yet is no reason to wait: she is of the new unit, and whoever
// keeps the people is told that her post is to be entered.
func TestWhoMovesWithoutAPostYet(t *testing.T) {
	o := openOffice(t, nil)
	o.joins("system.system_admin", "P06")
	last := dayOf(2026, 11, 30)
	o.handsOver("transfer", last, moves("U06", "", last.AddDays(1)), nil)
	o.until(morning(last.AddDays(1)))
	me, err := o.kit.People().Me(o.ctx, o.as("P05"))
	if err != nil || me.Membership.Unit != "U06" || len(me.Membership.Posts) > 0 {
		t.Errorf("she is %+v, %v", me.Membership, err)
	}
	if !slices.ContainsFunc(o.noticesOf("P06"), func(m ismskit.Message) bool { return m.Subject == "賴思妤已調任戶政科，請登錄其職務" }) {
		t.Errorf("told: %+v", o.noticesOf("P06"))
	}
}

// A sheet is refused, at its field, where the unit is gone by the day she starts, the post
// is another unit's, or it heads a unit and somebody else holds it.
func TestAMoveThatCannotBeIsRefusedAtItsField(t *testing.T) {
	o := openOffice(t, nil)
	o.role("organisation", "personnel_officer", "P10")
	last := dayOf(2026, 11, 30)
	o.put(register.Units, "U09", forms.Values{"name": "自治科", "kind": "unit", "parent": unit("U00"), "to": last})
	o.vacancy("T18", "科員", "U06")
	begin := func(who string, more forms.Values) error {
		more["person"], more["reason"], more["last_day"] = person(who), "transfer", last
		_, err := o.kit.Open(o.ctx, o.as("P10"), ismskit.Opening{Type: "handover", Values: more, Submit: true})
		return err
	}
	refused := func(more forms.Values, field, says string) {
		t.Helper()
		err := begin("P05", more)
		invalid, _ := errors.AsType[forms.Invalid](err)
		if len(invalid) != 1 || invalid[0].Field != field || !strings.Contains(invalid[0].Message("zh-TW"), says) {
			t.Errorf("refused: %v, not at %s", err, field)
		}
	}
	next := last.AddDays(1)
	refused(moves("U09", "", next), "new_unit", "「自治科」於到職日（115.12.01）")
	refused(moves("U03", "T18", next), "new_post", "不屬於所選的新任單位")
	refused(moves("U06", "T15", next), "new_post", "仍由邱柏叡擔任")
	refused(moves("U06", "T18", last), "new_from", "到職日須晚於最後在職日")

	// In an exchange of posts who holds it hands it over on the same day.
	if err := begin("P11", moves("U03", "", next)); err != nil {
		t.Fatal(err)
	}
	if err := begin("P05", moves("U06", "T15", next)); err != nil {
		t.Errorf("after his own sheet: %v", err)
	}
}

// What was free when the sheet was signed is another's on the day: she is not put beside
// him, her sheet says so, and once he is gone one press of a button puts her there.
func TestAMoveThatFailsIsTriedAgain(t *testing.T) {
	eachStore(t, func(t *testing.T, o *office) {
		last := dayOf(2026, 11, 30)
		o.put(register.Posts, "T18", forms.Values{"title": "副科長", "unit": unit("U06"), "head": true, "superior": ref(register.Posts, "T15")})
		sheet := o.handsOver("transfer", last, moves("U06", "T18", last.AddDays(1)), nil)
		o.change(register.Posts, "T18", func(v forms.Values) {
			v["holders"] = []forms.Row{{forms.RowID: "r1", "person": ref(register.People, "P12")}}
		})
		o.until(morning(last.AddDays(1)))
		c := o.read("P10", sheet.Case)
		if len(c.NotHanded) != 1 || c.NotHanded[0].What.In("zh-TW") != "賴思妤的新任單位及職務" || !strings.Contains(c.NotHanded[0].Why.In("zh-TW"), "范語彤") {
			t.Fatalf("left: %+v", c.NotHanded)
		}
		o.change(register.Posts, "T18", func(v forms.Values) { delete(v, "holders") })
		o.act("P10", sheet.Case, ismskit.Action{Verb: ismskit.VerbHandAgain})
		o.settle()
		me, err := o.kit.People().Me(o.ctx, o.as("P05"))
		if err != nil || !slices.Equal(me.Membership.Posts, []string{"T18"}) {
			t.Errorf("she is %+v, %v", me.Membership, err)
		}
		c = o.read("P10", sheet.Case)
		entry := c.Trail[len(c.Trail)-1]
		if len(c.NotHanded) > 0 || entry.Verb != ismskit.VerbHandOver || entry.Comment != "已補行移交：賴思妤的新任單位及職務。" {
			t.Errorf("left %+v; the trail says %q", c.NotHanded, entry.Comment)
		}
		if _, err := o.kit.Act(o.ctx, o.as("P10"), sheet.Case, ismskit.Action{Verb: ismskit.VerbHandAgain}); !errors.Is(err, ismskit.ErrForbidden) {
			t.Errorf("with nothing left it is tried again: %v", err)
		}
	})
}
