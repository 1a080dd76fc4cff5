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

// What is closed is written by Closures alone: whoever may change the list may change its
// titles and notes, not what deadlines rest on.
func TestTheListOfCalendarsIsNotClosedByHand(t *testing.T) {
	eachStoreWith(t, nil, func(t *testing.T, o *office) {
		o.closed(typhoon)
		row, _, err := o.kit.Registers().Get(o.ctx, o.as("P05"), register.Calendars, "office")
		if err != nil {
			t.Fatal(err)
		}
		put := func(id string, seen int64, with func(forms.Values)) error {
			fields, err := o.kit.Registers().Fields(o.ctx, o.as("P05"), row)
			if err != nil {
				t.Fatal(err)
			}
			fields = fields.Clone()
			if seen == 0 {
				fields = forms.Values{"title": "另一份"}
			}
			with(fields)
			_, err = o.kit.Registers().Put(o.ctx, o.as("P05"), ismskit.RowChange{List: register.Calendars, ID: id, Seen: seen, Values: fields})
			return err
		}
		day := forms.Row{forms.RowID: "r1", "day": on(12, 1), "part": "day"}
		byHand := "停止上班與停機請在「停止上班與停機」登錄或撤回，不能直接修改清單。"
		o.refusedAt(put(row.ID, row.Revision, func(v forms.Values) { v["closures"] = []forms.Row{} }), "closures", byHand)
		o.refusedAt(put(row.ID, row.Revision, func(v forms.Values) { v["closures"] = append(slices.Clone(v["closures"].([]forms.Row)), day) }), "closures", byHand)
		o.refusedAt(put("another", 0, func(v forms.Values) { v["closures"] = []forms.Row{day} }), "closures", byHand)
		o.refusedAt(put(row.ID, row.Revision, func(v forms.Values) { v["base"] = "tw 1" }), "base", "依據日曆由系統記載，不能修改。")
		o.refusedAt(put(row.ID, row.Revision, func(v forms.Values) { v["agency"] = unit("U00") }), "agency", "這份日曆已有停止上班或停機紀錄，適用機關不能修改。")
		if err := put(row.ID, row.Revision, func(v forms.Values) { v["note"] = "依行政院公布" }); err != nil {
			t.Error(err)
		}
		if all := o.closures(); len(all) != 1 || all[0].Withdrawn {
			t.Errorf("%+v", all)
		}
	})
}

// Only an agency is closed by itself, no unit of one, whoever asks.
func TestOnlyAgenciesAreClosedByThemselves(t *testing.T) {
	o := openOffice(t, nil)
	units, err := o.kit.Closures().Agencies(o.ctx, o.as("P05"))
	if err != nil || len(units) != 1 || units[0].ID != "U00" {
		t.Errorf("%+v %v", units, err)
	}
	if _, err := o.kit.Closures().Agencies(o.ctx, o.as("P13")); !errors.Is(err, ismskit.ErrForbidden) {
		t.Errorf("anybody: %v", err)
	}
	d := typhoon
	d.Agency = "U06"
	_, err = o.kit.Closures().Preview(o.ctx, o.as("P05"), d)
	o.refusedAt(err, "agency", "查無這個機關，請重新選擇。")
	o.refusedAt(o.kit.Closures().Enter(o.ctx, o.as("P05"), d, 0), "agency", "查無這個機關，請重新選擇。")
}

// Whoever enters closures hears of everything that is wrong at once, each at its field;
// what could not be read is not missing too, and nothing is entered.
func TestEverythingWrongWithAClosureIsSaidAtOnce(t *testing.T) {
	o := openOffice(t, nil)
	o.closed(typhoon)
	unread := forms.Invalid{forms.Unread("from", forms.Text{"zh-TW": "日期"}, errors.New("115.13.40"))}
	announced := forms.Invalid{forms.Unread("announced", forms.Text{"zh-TW": "公布時間"}, errors.New("99:99"))}
	long := strings.Repeat("字", 201)
	again := typhoon
	again.Reason, again.Place, again.Unread = "", long, announced
	for name, c := range map[string]struct {
		days ismskit.ClosedDays
		want string
	}{
		"nothing":       {ismskit.ClosedDays{}, "from reason"},
		"unread":        {ismskit.ClosedDays{Unread: unread, Agency: "U06", Part: "evening", Announced: o.now.AddDate(0, 0, 1)}, "from part agency reason announced"},
		"last before":   {ismskit.ClosedDays{From: on(12, 2), To: on(12, 1), Place: long}, "to reason place"},
		"far, too long": {ismskit.ClosedDays{From: calendar.Date{Year: 2030, Month: 1, Day: 1}, To: calendar.Date{Year: 2030, Month: 2, Day: 1}, Reason: long}, "from to reason"},
		"entered":       {again, "from reason place announced"},
	} {
		said := func(err error) string {
			var invalid forms.Invalid
			if !errors.As(err, &invalid) {
				t.Errorf("%s: %v", name, err)
			}
			var fields []string
			for _, f := range invalid {
				fields = append(fields, f.Field)
				if f.Message("zh-TW") == "" || f.Message("en") == "" {
					t.Errorf("%s: nothing is said at %s", name, f.Field)
				}
			}
			return strings.Join(fields, " ")
		}
		_, err := o.kit.Closures().Preview(o.ctx, o.as("P05"), c.days)
		if got := said(err); got != c.want {
			t.Errorf("%s: preview %q, want %q", name, got, c.want)
		}
		if got := said(o.kit.Closures().Enter(o.ctx, o.as("P05"), c.days, 1)); got != c.want {
			t.Errorf("%s: enter %q, want %q", name, got, c.want)
		}
	}
	if all := o.closures(); len(all) != 1 {
		t.Errorf("%d closures", len(all))
	}
}

// A preview shows what its reader sees on lists of everybody's tasks, or may read: an
// administrator nothing of cases that are not his, an overseer nothing of what is 「密」.
// That there is more he is told, without a number.
func TestAPreviewShowsNoCasesOfOthers(t *testing.T) {
	secret := memo(t, strings.Replace(incidentFlow, `"key":"memo"`, `"key":"secret"`, 1))
	secret.Key, secret.Number.Pattern, secret.Class = "secret", "S-{roc}-{n:4}", ismskit.ClassConfidential
	eachStoreWith(t, []ismskit.Type{memo(t, incidentFlow), secret}, func(t *testing.T, o *office) {
		id := o.memo()
		if _, err := o.kit.Open(o.ctx, o.as("P13"), ismskit.Opening{Type: "secret", Values: forms.Values{"subject": "密件"}, Submit: true}); err != nil {
			t.Fatal(err)
		}
		o.role("duties", "plan_manager", "P04", "P12")
		previewed := func(who string, others bool, want ...string) ismskit.Moves {
			t.Helper()
			m, err := o.kit.Closures().Preview(o.ctx, o.as(who), typhoon)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, l := range m.Lines {
				got = append(got, l.Number)
			}
			slices.Sort(got)
			if !slices.Equal(got, want) || m.Cases != len(want) || m.Deadlines != len(want) || m.Others != others {
				t.Errorf("%s: %v, %+v", who, got, m)
			}
			return m
		}
		previewed("P05", true)
		if m := previewed("P12", true, "M-115-0001"); m.Lines[0].Case != id { // he has a step in it
			t.Errorf("%+v", m)
		}
		o.overseer("P05")
		if m := previewed("P05", true, "M-115-0001"); m.Lines[0].Case != "" || m.Lines[0].Subject != "" {
			t.Errorf("%+v", m)
		}
		previewed("P04", false, "M-115-0001", "S-115-0001")
	})
}

// A preview names whoever has a task by now: a role may have changed hands since it was given
// to its members.
func TestAPreviewNamesWhoHasTheTaskNow(t *testing.T) {
	flow := `{"key":"memo","version":"1","root":{"step":{"id":"look","name":{"zh-TW":"覆核","en":"Review"},"kind":"review",
		"who":[{"kind":"role","module":"access","role":"overdue_contact"}],"due":{"term":"3wd"}}}}`
	eachStoreWith(t, []ismskit.Type{memo(t, flow)}, func(t *testing.T, o *office) {
		o.overseer("P05")
		members := func(person string) {
			o.change(register.Roles, "access.overdue_contact", func(v forms.Values) {
				v["members"] = []forms.Row{{forms.RowID: "r1", "person": ref(register.People, person)}}
			})
		}
		members("P06")
		o.memo()
		members("P12")
		if m := o.preview(typhoon); len(m.Lines) != 1 || !slices.Equal(m.Lines[0].Holders, []string{"范語彤"}) {
			t.Errorf("%+v", m.Lines)
		}
	})
}
