package ismskit_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/register"
)

// holds is a row of a post's holders; zero days are none.
func holds(who string, from, to calendar.Date) forms.Row {
	row := forms.Row{forms.RowID: forms.NewRowID(), "person": ref(register.People, who)}
	if !from.IsZero() {
		row["from"] = from
	}
	if !to.IsZero() {
		row["to"] = to
	}
	return row
}

// held has a post be held so.
func (o *office) held(post string, rows ...forms.Row) {
	o.t.Helper()
	o.change(register.Posts, post, func(v forms.Values) { v["holders"] = rows })
}

// times are the rows of a table as "who from…to", in the order of their beginning.
func (o *office) times(list, id, table, column string) string {
	o.t.Helper()
	rows, _ := o.fields(list, id)[table].([]forms.Row)
	day := func(v any) string {
		d, _ := v.(calendar.Date)
		return strings.TrimPrefix(d.String(), "0000-00-00")
	}
	rows = slices.Clone(rows)
	slices.SortStableFunc(rows, func(a, b forms.Row) int { return strings.Compare(day(a["from"]), day(b["from"])) })
	out := make([]string, len(rows))
	for i, row := range rows {
		var who []string
		switch at := row[column].(type) {
		case forms.Ref:
			who = []string{at.ID}
		case []forms.Ref:
			for _, r := range at {
				who = append(who, r.ID)
			}
		}
		out[i] = fmt.Sprintf("%s %s…%s", strings.Join(who, "+"), day(row["from"]), day(row["to"]))
	}
	return strings.Join(out, ", ")
}

func (o *office) wantTimes(post, want string) {
	o.t.Helper()
	if got := o.times(register.Posts, post, "holders", "person"); got != want {
		o.t.Errorf("%s is held\n%s, want\n%s", post, got, want)
	}
}

// 賴思妤 is 分析師, for a term or without end, and is followed by 方冠宇, who has the post at
// other times of his own or not: what he begins lasts as long as hers was to, around what is
// his, and ends on the day before she is back; then she has it until the end that was hers.
func TestATermIsPassedAndGivenBack(t *testing.T) {
	var never calendar.Date
	last, back, term := dayOf(2026, 11, 30), dayOf(2027, 3, 1), dayOf(2027, 6, 30)
	soon, june := last.AddDays(3), dayOf(2027, 6, 1)
	for name, c := range map[string]struct {
		rows        []forms.Row
		away, again string
	}{
		"without end": {
			[]forms.Row{holds("P05", never, never)},
			"P05 …2026-11-30, P06 2026-12-01…",
			"P05 …2026-11-30, P06 2026-12-01…2027-02-28, P05 2027-03-01…",
		},
		"for a term": {
			[]forms.Row{holds("P05", never, term)},
			"P05 …2026-11-30, P06 2026-12-01…2027-06-30",
			"P05 …2026-11-30, P06 2026-12-01…2027-02-28, P05 2027-03-01…2027-06-30",
		},
		"for a term that ends while she is away": {
			[]forms.Row{holds("P05", never, dayOf(2027, 1, 31))},
			"P05 …2026-11-30, P06 2026-12-01…2027-01-31",
			"P05 …2026-11-30, P06 2026-12-01…2027-01-31",
		},
		"he has it for some days": {
			[]forms.Row{holds("P05", never, never), holds("P06", dayOf(2026, 11, 1), soon)},
			"P05 …2026-11-30, P06 2026-11-01…2026-12-03, P06 2026-12-04…",
			"P05 …2026-11-30, P06 2026-11-01…2026-12-03, P06 2026-12-04…2027-02-28, P05 2027-03-01…",
		},
		"he has it from a later day on": {
			[]forms.Row{holds("P05", never, never), holds("P06", june, never)},
			"P05 …2026-11-30, P06 2026-12-01…2027-05-31, P06 2027-06-01…",
			"P05 …2026-11-30, P06 2026-12-01…2027-02-28, P05 2027-03-01…, P06 2027-06-01…",
		},
		"he has it in between": {
			[]forms.Row{holds("P05", never, term), holds("P06", dayOf(2026, 12, 10), dayOf(2026, 12, 20))},
			"P05 …2026-11-30, P06 2026-12-01…2026-12-09, P06 2026-12-10…2026-12-20, P06 2026-12-21…2027-06-30",
			"P05 …2026-11-30, P06 2026-12-01…2026-12-09, P06 2026-12-10…2026-12-20, P06 2026-12-21…2027-02-28, P05 2027-03-01…2027-06-30",
		},
		"he has it beside her": {
			[]forms.Row{holds("P05", never, never), holds("P06", never, never)},
			"P05 …2026-11-30, P06 …",
			"P05 …2026-11-30, P06 …, P05 2027-03-01…",
		},
		"hers begins while she is away": {
			[]forms.Row{holds("P05", dayOf(2027, 1, 1), term)},
			"P06 2027-01-01…2027-06-30",
			"P06 2027-01-01…2027-02-28, P05 2027-03-01…2027-06-30",
		},
		"hers begins when she is back": {
			[]forms.Row{holds("P05", dayOf(2027, 4, 1), never)},
			"P05 2027-04-01…",
			"P05 2027-04-01…",
		},
	} {
		t.Run(name, func(t *testing.T) {
			o := openOffice(t, nil)
			o.held("T09", c.rows...)
			o.handsOver("unpaid_leave", last, forms.Values{"return_day": back}, nil)
			o.until(morning(last.AddDays(1)))
			o.wantTimes("T09", c.away)
			o.until(morning(back))
			o.wantTimes("T09", c.again)
		})
	}
}

// What the office enters while 賴思妤 is away stands when she is back.
func TestWhatIsEnteredDuringALeaveStands(t *testing.T) {
	last, back, april := dayOf(2026, 11, 30), dayOf(2027, 3, 1), dayOf(2027, 4, 1)
	begun := func(rows []forms.Row) forms.Row { return rows[len(rows)-1] }
	for name, c := range map[string]struct {
		enter func([]forms.Row) []forms.Row
		want  string
	}{
		"he has the post from April on": {
			func(rows []forms.Row) []forms.Row { return append(rows, holds("P06", april, calendar.Date{})) },
			"P05 …2026-11-30, P06 2026-12-01…2027-02-28, P05 2027-03-01…2027-03-31, P06 2027-04-01…",
		},
		"it ends in summer": {
			func(rows []forms.Row) []forms.Row { begun(rows)["to"] = dayOf(2027, 7, 31); return rows },
			"P05 …2026-11-30, P06 2026-12-01…2027-02-28, P05 2027-03-01…2027-07-31",
		},
		"it ended before": {
			func(rows []forms.Row) []forms.Row { begun(rows)["to"] = dayOf(2027, 1, 31); return rows },
			"P05 …2026-11-30, P06 2026-12-01…2027-01-31",
		},
		"somebody else has it": {
			func(rows []forms.Row) []forms.Row { begun(rows)["person"] = ref(register.People, "P10"); return rows },
			"P05 …2026-11-30, P10 2026-12-01…",
		},
		"somebody else has it too": {
			func(rows []forms.Row) []forms.Row { return append(rows, holds("P10", april, calendar.Date{})) },
			"P05 …2026-11-30, P06 2026-12-01…2027-02-28, P05 2027-03-01…, P10 2027-04-01…",
		},
	} {
		t.Run(name, func(t *testing.T) {
			o := openOffice(t, nil)
			o.handsOver("unpaid_leave", last, forms.Values{"return_day": back}, nil)
			o.until(morning(last.AddDays(1)))
			o.change(register.Posts, "T09", func(v forms.Values) {
				rows, _ := v["holders"].([]forms.Row)
				v["holders"] = c.enter(slices.Clone(rows))
			})
			o.until(morning(back))
			o.wantTimes("T09", c.want)
		})
	}
}

// 方冠宇, who stands in for 賴思妤, is on unpaid leave himself for January: when both are
// back she has her post, and he no longer.
func TestWhoStandsInIsAwayHimself(t *testing.T) {
	o := openOffice(t, nil)
	back := dayOf(2027, 3, 1)
	o.handsOver("unpaid_leave", dayOf(2026, 11, 30), forms.Values{"return_day": back}, nil)
	o.until(morning(dayOf(2026, 12, 1)))
	his := o.hands("P06", "unpaid_leave", dayOf(2026, 12, 31), forms.Values{"return_day": dayOf(2027, 2, 1)})
	o.signed(his, o.named("P04", his.Case, everything("P12")))
	o.until(morning(dayOf(2027, 2, 1)))
	o.wantTimes("T09", "P05 …2026-11-30, P06 2026-12-01…2026-12-31, P12 2027-01-01…2027-01-31, P06 2027-02-01…")
	o.until(morning(back))
	o.wantTimes("T09", "P05 …2026-11-30, P06 2026-12-01…2026-12-31, P12 2027-01-01…2027-01-31, P06 2027-02-01…2027-02-28, P05 2027-03-01…")
}

// A return that was noted before rows were: who stands in is taken out of what he has then,
// and what is his from a later day on stays his.
func TestAReturnOfAnOlderSheetIsCarriedOut(t *testing.T) {
	o := openOffice(t, nil)
	last, back := dayOf(2026, 11, 30), dayOf(2027, 3, 1)
	sheet := o.handsOver("unpaid_leave", last, forms.Values{"return_day": back}, func(row forms.Row) string {
		if row["kind"] == string(ismskit.HoldsPost) {
			return "P06"
		}
		return "P12"
	})
	o.until(morning(last.AddDays(1)))
	note := `{"person":"P05","day":"2027-03-01","last":"2026-11-30","fields":[{"list":"posts","row":"T09","field":"holders.person","to":"P06"},{"list":"roles","row":"system.system_admin","field":"members.person","to":""}]}`
	err := o.store.Update(o.ctx, func(ctx context.Context, tx ismskit.Tx) error {
		return tx.Queue().Put(ctx, o.now, ismskit.Job{ID: "note", Key: "handback|" + sheet.Case, Kind: "handback", Subject: sheet.Case, Payload: []byte(note), Due: back.Start(taipei)})
	})
	if err != nil {
		t.Fatal(err)
	}
	o.change(register.Posts, "T09", func(v forms.Values) {
		rows, _ := v["holders"].([]forms.Row)
		v["holders"] = append(slices.Clone(rows), holds("P06", dayOf(2027, 4, 1), calendar.Date{}))
	})
	o.until(morning(back))
	o.wantTimes("T09", "P05 …2026-11-30, P06 2026-12-01…2027-02-28, P05 2027-03-01…, P06 2027-04-01…")
	if got, want := o.times(register.Roles, "system.system_admin", "members", "person"), "P05 …2026-11-30, P12 2026-12-01…, P05 2027-03-01…"; got != want {
		t.Errorf("the role has\n%s, want\n%s", got, want)
	}
}
