package ismskit_test

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/workflow"
)

// incident asks at once for everything that has a deadline: a head in three working
// days, a report within the hour, a recovery within 72 hours, an improvement within a
// month.
const incidentFlow = `{"key":"memo","version":"1","officers":[{"kind":"role","module":"organisation","role":"security_officer"}],
	"root":{"parallel":{"id":"all","branches":[
	{"step":{"id":"head","name":{"zh-TW":"科長","en":"Head"},"kind":"review","who":[{"kind":"person","ids":["P11"]}],"due":{"term":"3wd"},"remind":{"on_day":true},
		"extend":{"max":2,"each":"9wd","total":"20wd","tiers":[{"who":[{"kind":"person","ids":["P01"]}]}]}}},
	{"step":{"id":"report","name":{"zh-TW":"通報","en":"Report"},"kind":"review","who":[{"kind":"person","ids":["P12"]}],"due":{"term":"1h"}}},
	{"step":{"id":"recover","name":{"zh-TW":"損害控制","en":"Recovery"},"kind":"review","who":[{"kind":"person","ids":["P06"]}],"due":{"term":"72h"}}},
	{"step":{"id":"improve","name":{"zh-TW":"改善報告","en":"Improvement"},"kind":"review","who":[{"kind":"person","ids":["P10"]}],"due":{"term":"7d"},
		"extend":{"max":2,"tiers":[{"who":[{"kind":"person","ids":["P01"]}]}]}}}]}}}`

// dues are the dates by which a case's steps are due.
func (o *office) dues(id string) map[string]string {
	o.t.Helper()
	out := map[string]string{}
	c := o.read("P13", id)
	for _, t := range c.Flow.Open() {
		if t.Origin == "" {
			out[t.Step] = t.Due.In(taipei).Format("01-02 15:04")
		}
	}
	return out
}

func (o *office) due(id string, want map[string]string) {
	o.t.Helper()
	got := o.dues(id)
	for step, at := range want {
		if got[step] != at {
			o.t.Errorf("%s is due %s, want %s", step, got[step], at)
		}
	}
}

// overseer sees everybody's tasks.
func (o *office) overseer(person string) {
	o.t.Helper()
	o.change(register.Roles, "organisation.security_officer", func(v forms.Values) {
		rows, _ := v["members"].([]forms.Row)
		v["members"] = append(slices.Clone(rows), forms.Row{forms.RowID: "r9", "person": ref(register.People, person)})
	})
}

func (o *office) preview(d ismskit.ClosedDays) ismskit.Moves {
	o.t.Helper()
	m, err := o.kit.Closures().Preview(o.ctx, o.as("P05"), d)
	if err != nil {
		o.t.Fatal(err)
	}
	return m
}

func (o *office) closed(d ismskit.ClosedDays) {
	o.t.Helper()
	if err := o.kit.Closures().Enter(o.ctx, o.as("P05"), d, o.preview(d).Seen); err != nil {
		o.t.Fatal(err)
	}
	o.settle()
}

// withdrawn takes back the closure of a day.
func (o *office) withdrawn(day calendar.Date) {
	o.t.Helper()
	all, err := o.kit.Closures().List(o.ctx, o.as("P05"))
	if err != nil {
		o.t.Fatal(err)
	}
	i := slices.IndexFunc(all, func(d ismskit.ClosedDay) bool { return d.Date == day && !d.Withdrawn })
	if i < 0 {
		o.t.Fatalf("%v is not closed: %+v", day, all)
	}
	_, moves, err := o.kit.Closures().PreviewWithdrawal(o.ctx, o.as("P05"), all[i].ID)
	if err == nil {
		err = o.kit.Closures().Withdraw(o.ctx, o.as("P05"), all[i].ID, "更正公告，照常上班", moves.Seen)
	}
	if err != nil {
		o.t.Fatal(err)
	}
	o.settle()
}

// moreTime gives the head two working days more, and the improvement three days.
func (o *office) moreTime(id string) {
	o.t.Helper()
	o.act("P11", id, ismskit.Action{Verb: workflow.VerbExtend, Term: "2wd", Comment: "資料待補"})
	o.act("P10", id, ismskit.Action{Verb: workflow.VerbExtend, Term: "3d", Comment: "資料待補"})
	o.allowed(id)
}

func on(month time.Month, day int) calendar.Date {
	return calendar.Date{Year: 2026, Month: month, Day: day}
}

var typhoon = ismskit.ClosedDays{From: on(time.November, 24), Place: "臺北市", Reason: "鳳凰颱風"}

// U11: a typhoon day is announced at eight in the evening before. One officer enters it
// and sees before what moves: terms of working days and legal periods, never a clock of
// hours. Morning mails are held; it is told, and stands on the trail. Withdrawn, all is
// as it was.
func TestU11ATyphoonDayIsEnteredOnce(t *testing.T) {
	eachStoreWith(t, []ismskit.Type{memo(t, incidentFlow)}, func(t *testing.T, o *office) {
		o.overseer("P05")
		id := o.memo() // Monday 09:00
		before := map[string]string{"head": "11-27 00:00", "report": "11-23 10:00", "recover": "11-26 09:00", "improve": "12-01 00:00"}
		o.due(id, before)
		o.until(time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)) // 20:00

		if _, err := o.kit.Closures().Preview(o.ctx, o.as("P13"), typhoon); !errors.Is(err, ismskit.ErrForbidden) {
			t.Errorf("anybody closes the office: %v", err)
		}
		m := o.preview(typhoon)
		if m.Cases != 1 || m.Deadlines != 1 || len(m.Lines) != 1 {
			t.Fatalf("preview: %+v", m)
		}
		if l := m.Lines[0]; l.Step.In("zh-TW") != "科長" || !slices.Equal(l.Holders, []string{"邱柏叡"}) || l.From != on(11, 26) || l.To != on(11, 27) || l.Number != "M-115-0001" {
			t.Errorf("preview: %+v", l)
		}
		o.due(id, before) // a preview moves nothing
		o.closed(typhoon)
		o.due(id, map[string]string{"head": "11-28 00:00", "report": "11-23 10:00", "recover": "11-26 09:00", "improve": "12-01 00:00"})
		if err := o.kit.Closures().Enter(o.ctx, o.as("P05"), typhoon, m.Seen); err != nil {
			t.Errorf("a double click: %v", err)
		}
		entries := o.read("P13", id).Trail
		if last := entries[len(entries)-1]; last.Verb != workflow.VerbRedate || last.Comment != "臺北市115.11.24停止上班（鳳凰颱風），期限重新計算" || last.By.Person != ismskit.SystemPerson {
			t.Errorf("on the trail: %+v", last)
		} else if m := last.Moved; len(m) != 1 || m[0].Step != "head" || m[0].From != "2026-11-26" || m[0].To != "2026-11-27" {
			t.Errorf("the trail does not say what moved: %+v", m) // two years later the notice is gone
		}

		// Nothing leaves on the closed day; what was missed leaves as one mail.
		o.until(time.Date(2026, 11, 25, 4, 0, 0, 0, time.UTC))
		o.mailed("P11", "11-25 08:30")
		o.told("P11", "opened@11-23", "redated@11-23")
		o.moved("P11", "M-115-0001「科長」期限調整：原訂 115.11.26，調整為 115.11.27")

		// The day of the deadline is closed too, which is announced afterwards.
		o.until(time.Date(2026, 11, 26, 4, 0, 0, 0, time.UTC))
		late := ismskit.ClosedDays{From: on(11, 25), Reason: "機房停電"}
		o.closed(late)
		o.due(id, map[string]string{"head": "12-01 00:00", "recover": "11-26 09:00"})
		o.until(o.now.Add(time.Hour))
		o.withdrawn(on(11, 24))
		o.due(id, map[string]string{"head": "11-28 00:00"})
		o.until(o.now.Add(time.Hour))
		o.withdrawn(on(11, 25))
		o.due(id, before)
		// Each says from which day it moved, also back to what it was at first.
		o.moved("P11",
			"M-115-0001「科長」期限調整：原訂 115.11.26，調整為 115.11.27", "M-115-0001「科長」期限調整：原訂 115.11.27，調整為 115.11.30",
			"M-115-0001「科長」期限調整：原訂 115.11.30，調整為 115.11.27", "M-115-0001「科長」期限調整：原訂 115.11.27，調整為 115.11.26")
		if _, _, err := o.kit.Closures().PreviewWithdrawal(o.ctx, o.as("P05"), "office/nothing"); !errors.Is(err, ismskit.ErrNotFound) {
			t.Errorf("withdrawn twice: %v", err)
		}
	})
}

// U11: half a day off is still a working day; it is kept and shown.
func TestU11HalfADayMovesNothing(t *testing.T) {
	eachStoreWith(t, []ismskit.Type{memo(t, incidentFlow)}, func(t *testing.T, o *office) {
		id := o.memo()
		before := o.dues(id)
		half := typhoon
		half.Part = calendar.Afternoon
		if m := o.preview(half); m.Deadlines != 0 {
			t.Errorf("%+v", m)
		}
		o.closed(half)
		o.due(id, before)
		o.until(time.Date(2026, 11, 24, 4, 0, 0, 0, time.UTC))
		o.mailed("P11", "11-24 08:30")
		all, err := o.kit.Closures().List(o.ctx, o.as("P13"))
		if err != nil || len(all) != 1 || all[0].Part != calendar.Afternoon || all[0].By != "賴思妤" || all[0].Place != "臺北市" {
			t.Errorf("%+v %v", all, err)
		}
	})
}

// anotherAgency is one beside the house's, with a unit.
func (o *office) anotherAgency() {
	o.put(register.Units, "U50", forms.Values{"name": "衛生局", "kind": "agency", "head": ref(register.Posts, "T50")})
	o.put(register.Units, "U51", forms.Values{"name": "疾管科", "kind": "unit", "parent": unit("U50"), "head": ref(register.Posts, "T51")})
	o.post("T50", "局長", "U50", "P50", true, "")
	o.post("T51", "科長", "U51", "P51", true, "T50")
	o.hire("P50", "局長甲", "T50", "U50")
	o.hire("P51", "科長乙", "T51", "U51")
}

// U11: a city closes its own agencies alone.
func TestU11OneAgencyIsClosed(t *testing.T) {
	eachStoreWith(t, []ismskit.Type{memo(t, incidentFlow)}, func(t *testing.T, o *office) {
		o.anotherAgency()
		o.overseer("P05")
		here := o.memo()
		there, err := o.kit.Open(o.ctx, o.as("P51"), ismskit.Opening{Type: "memo", Values: forms.Values{"subject": "另一機關"}, Submit: true})
		if err != nil {
			t.Fatal(err)
		}
		o.settle()
		d := typhoon
		d.Agency = "U50"
		if m := o.preview(d); m.Cases != 1 || m.Lines[0].Number != there.Number {
			t.Errorf("%+v", m)
		}
		o.closed(d)
		o.due(here, map[string]string{"head": "11-27 00:00"})
		if c := o.read("P51", there.Case); c.Flow.Tasks[0].DueDate != "2026-11-27" {
			t.Errorf("due %s", c.Flow.Tasks[0].DueDate)
		}
		all, err := o.kit.Closures().List(o.ctx, o.as("P13"))
		if err != nil || len(all) != 1 || all[0].AgencyName != "衛生局" {
			t.Errorf("%+v %v", all, err)
		}
		d.Agency = "U99"
		_, err = o.kit.Closures().Preview(o.ctx, o.as("P05"), d)
		o.refusedAt(err, "agency", "查無這個機關，請重新選擇。")
	})
}

// U11: one agency's closure is taken back. What it moved moves back, what began meanwhile
// is due a day earlier, also while another agency stays closed.
func TestU11OneAgencyOpensAgain(t *testing.T) {
	eachStoreWith(t, []ismskit.Type{memo(t, incidentFlow)}, func(t *testing.T, o *office) {
		o.anotherAgency()
		there := func() string {
			t.Helper()
			r, err := o.kit.Open(o.ctx, o.as("P51"), ismskit.Opening{Type: "memo", Values: forms.Values{"subject": "另一機關"}, Submit: true})
			if err != nil {
				t.Fatal(err)
			}
			o.settle()
			return r.Case
		}
		dueThere := func(want string, cases ...string) {
			t.Helper()
			for _, id := range cases {
				if c := o.read("P51", id); c.Flow.Tasks[0].DueDate != want {
					t.Errorf("due %s, want %s", c.Flow.Tasks[0].DueDate, want)
				}
			}
		}
		for _, other := range []string{"", "U00"} {
			if other != "" {
				d := typhoon
				d.From, d.Agency = on(11, 30), other
				o.closed(d)
			}
			moved := there()
			d := typhoon
			d.From, d.Agency = on(11, 25), "U50"
			o.closed(d)
			meanwhile := there()
			dueThere("2026-11-27", moved, meanwhile)
			o.withdrawn(on(11, 25))
			dueThere("2026-11-26", moved, meanwhile)
			for _, id := range []string{moved, meanwhile} {
				entries := o.read("P51", id).Trail
				if last := entries[len(entries)-1]; last.Comment != "臺北市115.11.25停止上班（鳳凰颱風）已撤回，期限重新計算" {
					t.Errorf("on the trail: %q", last.Comment)
				}
			}
		}
	})
}

// U11: a unit goes to an agency that is closed: what it has open is counted by that one's
// days with the next change.
func TestU11AUnitMovesToAnAgencyThatIsClosed(t *testing.T) {
	eachStoreWith(t, []ismskit.Type{memo(t, incidentFlow)}, func(t *testing.T, o *office) {
		o.anotherAgency()
		id := o.memo()
		there := typhoon
		there.Agency = "U50"
		o.closed(there)
		o.closed(ismskit.ClosedDays{From: on(11, 25), Reason: "機房停電"})
		o.due(id, map[string]string{"head": "11-28 00:00"})
		o.change(register.Units, "U06", func(v forms.Values) { v["parent"] = unit("U50") })
		half := typhoon
		half.From, half.Part = on(12, 24), calendar.Afternoon
		o.closed(half)
		o.due(id, map[string]string{"head": "12-01 00:00"})
		entries := o.read("P13", id).Trail
		if last := entries[len(entries)-1]; last.Comment != "辦公日曆有異動，期限重新計算" {
			t.Errorf("on the trail: %q", last.Comment)
		}
	})
}

// What was extended, and what stood still, moves by the days that were worked; a draft
// that is sent later counts by the calendar of that day.
func TestU11ExtendedAndStoppedDeadlines(t *testing.T) {
	eachStoreWith(t, []ismskit.Type{memo(t, incidentFlow)}, func(t *testing.T, o *office) {
		o.overseer("P05")
		extended, stopped := o.memo(), o.memo()
		draft, err := o.kit.Open(o.ctx, o.as("P13"), ismskit.Opening{Type: "memo", Values: forms.Values{"subject": "草稿"}})
		if err != nil {
			t.Fatal(err)
		}
		o.moreTime(extended)
		o.due(extended, map[string]string{"head": "12-01 00:00", "improve": "12-04 00:00"})
		o.act("P04", stopped, ismskit.Action{Verb: workflow.VerbSuspend, Comment: "等候補件"})

		d := ismskit.ClosedDays{From: on(11, 24), To: on(11, 25), Reason: "鳳凰颱風"}
		if m := o.preview(d); m.Cases != 1 || m.Stopped != 1 {
			t.Errorf("%+v", m)
		}
		o.closed(d)
		o.due(extended, map[string]string{"head": "12-03 00:00", "improve": "12-04 00:00"})
		o.closed(ismskit.ClosedDays{From: on(12, 3), Reason: "機房停電"})
		o.due(extended, map[string]string{"head": "12-03 00:00", "improve": "12-05 00:00"})
		o.withdrawn(on(12, 3))
		o.due(extended, map[string]string{"improve": "12-04 00:00"})

		// Its clock stood from Monday to Friday, of which two days were closed: three
		// working days to go from Friday on, as on Monday.
		o.until(time.Date(2026, 11, 27, 1, 0, 0, 0, time.UTC))
		o.act("P04", stopped, ismskit.Action{Verb: workflow.VerbResume, Comment: "已補件"})
		o.settle()
		o.due(stopped, map[string]string{"head": "12-03 00:00"})
		o.act("P13", draft.Case, ismskit.Action{Verb: workflow.VerbSubmit})
		o.settle()
		o.due(draft.Case, map[string]string{"head": "12-03 00:00"})
		o.withdrawn(on(11, 24))
		o.withdrawn(on(11, 25))
		o.due(draft.Case, map[string]string{"head": "12-03 00:00"})
		o.due(stopped, map[string]string{"head": "12-03 00:00"})
		o.due(extended, map[string]string{"head": "12-01 00:00"})
	})
}

// A calendar issued anew in mid-year moves what is open, or leaves it, as the type says
// (114.6.13: 12.25 became a holiday); a server that has the older one goes on with what
// counts.
func TestACalendarIssuedAnewMovesDeadlines(t *testing.T) {
	onEmptyDatabases(t, func(t *testing.T, store ismskit.Store) {
		kept := memo(t, strings.Replace(incidentFlow, `"key":"memo"`, `"key":"kept"`, 1))
		kept.Key, kept.Number.Pattern, kept.KeepDeadlines = "kept", "K-{roc}-{n:4}", true
		at := time.Date(2025, 12, 23, 1, 0, 0, 0, time.UTC) // 114.12.23（二）
		open := func(c *calendar.Calendar) *office {
			o := openOfficeAt(t, store, at, func(cfg *ismskit.Config) {
				cfg.Calendar = c
				cfg.Types = append(cfg.Types, memo(t, incidentFlow), kept)
			})
			return o
		}
		o := open(calendar.TaiwanAsIssued())
		id := o.memo()
		r, err := o.kit.Open(o.ctx, o.as("P13"), ismskit.Opening{Type: "kept", Values: forms.Values{"subject": "照原期限"}, Submit: true})
		if err != nil {
			t.Fatal(err)
		}
		o.due(id, map[string]string{"head": "12-27 00:00", "improve": "12-31 00:00"})

		anew := open(calendar.Taiwan())
		anew.settle()
		anew.due(id, map[string]string{"head": "12-30 00:00", "improve": "12-31 00:00"})
		anew.due(r.Case, map[string]string{"head": "12-27 00:00"})
		entries := anew.read("P13", id).Trail
		if last := entries[len(entries)-1]; !strings.HasPrefix(last.Comment, "辦公日曆改版（") {
			t.Errorf("on the trail: %+v", last)
		}
		old := open(calendar.TaiwanAsIssued())
		old.settle()
		old.due(id, map[string]string{"head": "12-30 00:00"})
		third := old.memo()
		old.due(third, map[string]string{"head": "12-30 00:00"})

		// A closure moves both; the one keeps counting 12.25 as a day that is worked.
		old.closed(ismskit.ClosedDays{From: calendar.Date{Year: 2025, Month: 12, Day: 24}, Reason: "停電"})
		old.due(id, map[string]string{"head": "12-31 00:00"})
		old.due(r.Case, map[string]string{"head": "12-30 00:00"})
	})
}

// Three servers look at the same cases at once: each moves once.
func TestARedatedCaseMovesOnceOnThreeServers(t *testing.T) {
	onDatabases(t, func(t *testing.T, store ismskit.Store) {
		o := openOffice(t, store, memo(t, incidentFlow))
		var cases []string
		for range 12 {
			cases = append(cases, o.memo())
		}
		if err := o.kit.Closures().Enter(o.ctx, o.as("P05"), typhoon, o.preview(typhoon).Seen); err != nil {
			t.Fatal(err)
		}
		done := make(chan error, 3)
		for range 3 {
			server := openOfficeAt(t, store, o.now, func(cfg *ismskit.Config) { cfg.Types = append(cfg.Types, memo(t, incidentFlow)) })
			go func() { done <- server.kit.RunUntil(server.ctx, o.now.Add(2*time.Minute)) }()
		}
		for range 3 {
			if err := <-done; err != nil {
				t.Fatal(err)
			}
		}
		for _, id := range cases {
			c := o.read("P13", id)
			n := 0
			for _, e := range c.Trail {
				if e.Verb == workflow.VerbRedate {
					n++
				}
			}
			if n != 1 || o.dues(id)["head"] != "11-28 00:00" {
				t.Errorf("moved %d times, to %s", n, o.dues(id)["head"])
			}
		}
	})
}

// Whatever is closed, withdrawn and extended meanwhile: once every closure is taken back,
// each deadline is what it is for a case that was never moved.
func TestTakingClosuresBackGivesTheOldDeadlines(t *testing.T) {
	o := openOffice(t, nil, memo(t, incidentFlow))
	rapid.Check(t, func(r *rapid.T) {
		o.now = o.now.Add(24 * time.Hour)
		o.settle()
		id, extends := o.memo(), rapid.Bool().Draw(r, "extended")
		if extends {
			o.moreTime(id)
		}
		want := o.dues(id)
		today := calendar.DateOf(o.now.In(taipei))
		var closed []calendar.Date
		for range rapid.IntRange(1, 6).Draw(r, "steps") {
			day := today.AddDays(rapid.IntRange(0, 14).Draw(r, "day"))
			if i := slices.Index(closed, day); i >= 0 {
				o.withdrawn(day)
				closed = slices.Delete(closed, i, i+1)
				continue
			}
			o.closed(ismskit.ClosedDays{From: day, Reason: "鳳凰颱風"})
			closed = append(closed, day)
			got := o.dues(id)
			for step := range want {
				if hours := step == "report" || step == "recover"; hours && got[step] != want[step] {
					r.Fatalf("%s moved from %s to %s", step, want[step], got[step])
				}
			}
		}
		for _, day := range closed {
			o.withdrawn(day)
		}
		if got := o.dues(id); !maps.Equal(got, want) {
			r.Fatalf("due %v, want %v", got, want)
		}
		o.act("P04", id, ismskit.Action{Verb: workflow.VerbVoid, Comment: "測試結束"})
	})
}
