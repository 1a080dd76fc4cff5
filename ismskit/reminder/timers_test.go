package reminder_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/ismskit/ismskit/ismskit/reminder"
)

var taipei = time.FixedZone("Asia/Taipei", 8*3600)

// weekdays is an office that works Monday to Friday, without holidays but those
// named, in terms "3wd", "2d", "24h".
type weekdays struct{ off []string }

func (w weekdays) Location() *time.Location { return taipei }

func (w weekdays) Workday(d time.Time) bool {
	d = d.In(taipei)
	return d.Weekday() != time.Saturday && d.Weekday() != time.Sunday && !slices.Contains(w.off, d.Format(time.DateOnly))
}

func (w weekdays) Shift(d time.Time, term string, n int) (time.Time, error) {
	count, unit := strings.TrimRight(term, "hdw"), strings.TrimLeft(term, "0123456789")
	k, err := strconv.Atoi(count)
	if err != nil {
		return d, err
	}
	switch k *= n; unit {
	case "h":
		return d.Add(time.Duration(k) * time.Hour), nil
	case "d":
		return d.AddDate(0, 0, k), nil
	case "wd":
		step := 1
		if k < 0 {
			k, step = -k, -1
		}
		for k > 0 {
			if d = d.AddDate(0, 0, step); w.Workday(d) {
				k--
			}
		}
		return d, nil
	}
	return d, fmt.Errorf("no such unit: %s", unit)
}

func local(s string) time.Time {
	t, err := time.ParseInLocation("2006-01-02 15:04", s, taipei)
	if err != nil {
		panic(err)
	}
	return t
}

func lines(timers []reminder.Timer) []string {
	var out []string
	for _, t := range timers {
		line := t.At.In(taipei).Format("01-02 15:04") + " " + string(t.Rule) + " " + strconv.Itoa(t.Occurrence)
		if t.To != "" {
			line += " to " + t.To
		}
		if t.Urgent {
			line += " urgent"
		}
		out = append(out, line)
	}
	return out
}

// A task of three working days from Thursday 19 November; the 25th is a holiday.
func TestTimers(t *testing.T) {
	days := weekdays{off: []string{"2026-11-25"}}
	task := reminder.Subject{Task: "c1/t1", Opened: local("2026-11-19 14:05"), Due: local("2026-11-25 00:00"), DueDate: "2026-11-24", Now: local("2026-11-19 14:05")}
	for _, c := range []struct {
		name    string
		subject func(*reminder.Subject)
		rules   reminder.Rules
		want    []string
	}{
		{"before and on the day", nil, reminder.Rules{Before: []string{"1wd", "2wd", "9wd"}, OnDay: true},
			[]string{"11-20 08:30 before 2", "11-23 08:30 before 1", "11-24 08:30 on_day 1"}},
		{"a reminder before never leaves on a day off", nil, reminder.Rules{Before: []string{"2d"}}, []string{"11-20 08:30 before 1"}},
		{"overdue, over holiday and weekend", nil, reminder.Rules{Every: "1wd", Max: 3},
			[]string{"11-26 08:30 overdue 1", "11-27 08:30 overdue 2", "11-30 08:30 overdue 3"}},
		{"without a limit, as far as the next one", nil, reminder.Rules{Every: "1wd"}, []string{"11-26 08:30 overdue 1"}},
		{"and further when time has gone on", func(s *reminder.Subject) { s.Now = local("2026-11-27 09:00") }, reminder.Rules{Every: "1wd"},
			[]string{"11-26 08:30 overdue 1", "11-27 08:30 overdue 2", "11-30 08:30 overdue 3"}},
		{"escalation, step by step", nil, reminder.Rules{Escalate: []reminder.Escalation{{After: "1wd", To: "registry"}, {After: "3wd", To: "head"}}},
			[]string{"11-26 08:30 escalate 1 to registry", "11-30 08:30 escalate 2 to head"}},
		{"and again, while nothing is done", func(s *reminder.Subject) { s.Now = local("2026-12-04 09:00") },
			reminder.Rules{Escalate: []reminder.Escalation{{After: "1wd", To: "registry"}, {After: "3wd", To: "head"}}, EscalateEvery: "7d"},
			[]string{"11-26 08:30 escalate 1 to registry", "11-30 08:30 escalate 2 to head", "12-03 08:30 escalate 3 to registry", "12-07 08:30 escalate 4 to head", "12-10 08:30 escalate 5 to registry"}},
		{"two that days off put on one morning are one, and it goes on", nil, reminder.Rules{Every: "1d", Max: 3},
			[]string{"11-26 08:30 overdue 1", "11-27 08:30 overdue 3"}},
		{"rarer after as many, but never silent", func(s *reminder.Subject) { s.Now = local("2026-12-10 09:00") }, reminder.Rules{Every: "1wd", Max: 2, Then: "7d"},
			[]string{"11-26 08:30 overdue 1", "11-27 08:30 overdue 2", "12-04 08:30 overdue 3", "12-11 08:30 overdue 4"}},
		{"assigned anew when it was long late", func(s *reminder.Subject) { s.Opened, s.Now = local("2026-12-07 10:00"), local("2026-12-10 09:00") }, reminder.Rules{Every: "1wd", Max: 2, Then: "7d"},
			[]string{"12-11 08:30 overdue 4"}},
		{"lapses at its moment", func(s *reminder.Subject) { s.Due, s.DueDate, s.Lapses = time.Time{}, "", local("2026-11-28 00:00") }, reminder.Rules{Every: "1wd", OnDay: true},
			[]string{"11-28 00:00 timeout 1 urgent"}},
		{"hours run at once, also at night", func(s *reminder.Subject) { s.Due, s.DueDate = local("2026-11-21 02:00"), "" },
			reminder.Rules{Before: []string{"1h"}, OnDay: true, Every: "2h", Max: 2, Escalate: []reminder.Escalation{{After: "1h", To: "ciso"}}},
			[]string{"11-20 08:30 on_day 1", "11-21 01:00 before 1 urgent", "11-21 03:00 escalate 1 to ciso urgent", "11-21 04:00 overdue 1 urgent", "11-21 06:00 overdue 2 urgent"}},
		{"an outside reply is chased", func(s *reminder.Subject) {
			s.Due, s.Expected, s.ExpectedDate = time.Time{}, local("2026-11-24 00:00"), "2026-11-23"
		}, reminder.Rules{ReplyEvery: "1wd", ReplyMax: 2}, []string{"11-24 08:30 reply 1", "11-26 08:30 reply 2"}},
		{"and more rarely later", func(s *reminder.Subject) {
			s.Due, s.Expected, s.ExpectedDate = time.Time{}, local("2026-11-24 00:00"), "2026-11-23"
		}, reminder.Rules{ReplyEvery: "1wd", ReplyMax: 2, Then: "7d"}, []string{"11-24 08:30 reply 1", "11-26 08:30 reply 2", "12-03 08:30 reply 3"}},
		{"suspended: only that it still is", func(s *reminder.Subject) { s.Suspended = local("2026-11-20 10:00") },
			reminder.Rules{Before: []string{"1wd"}, OnDay: true, Every: "1wd", SuspendedEvery: "7d"}, []string{"11-27 08:30 suspended 1"}},
		{"another morning", nil, reminder.Rules{OnDay: true, Morning: 9 * time.Hour}, []string{"11-24 09:00 on_day 1"}},
		{"no rules", nil, reminder.Rules{}, nil},
	} {
		s := task
		if c.subject != nil {
			c.subject(&s)
		}
		timers, err := reminder.Timers(s, c.rules, days)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		if got := lines(timers); !slices.Equal(got, c.want) {
			t.Errorf("%s:\n got %q\nwant %q", c.name, got, c.want)
		}
	}
}

func TestTimersKeepTheirKeys(t *testing.T) {
	s := reminder.Subject{Task: "c1/t1", Opened: local("2026-11-19 14:05"), Due: local("2026-11-25 00:00"), DueDate: "2026-11-24"}
	r := reminder.Rules{Every: "1wd"}
	seen := map[string]time.Time{}
	for day := range 60 {
		s.Now = s.Opened.AddDate(0, 0, day)
		timers, err := reminder.Timers(s, r, weekdays{})
		if err != nil {
			t.Fatal(err)
		}
		for _, timer := range timers {
			if at, ok := seen[timer.Key]; ok && !at.Equal(timer.At) {
				t.Fatalf("%s has moved from %s to %s", timer.Key, at, timer.At)
			}
			seen[timer.Key] = timer.At
		}
		if _, ok := reminder.First(timers, s.Now); !ok {
			t.Fatalf("nothing follows %s", s.Now)
		}
	}
	if _, ok := seen["c1/t1|overdue|30"]; !ok {
		t.Fatalf("it is reminded until it is done: %d", len(seen))
	}
}

func TestUnknownTermIsAnError(t *testing.T) {
	s := reminder.Subject{Task: "t", Opened: local("2026-11-19 14:05"), Due: local("2026-11-25 00:00")}
	for _, r := range []reminder.Rules{{Before: []string{"soon"}}, {Every: "1x"}, {Escalate: []reminder.Escalation{{After: "never"}}}} {
		if timers, err := reminder.Timers(s, r, weekdays{}); err == nil {
			t.Errorf("%+v: %v", r, timers)
		}
	}
	s.DueDate = "115.11.24"
	if _, err := reminder.Timers(s, reminder.Rules{OnDay: true}, weekdays{}); err == nil {
		t.Error("a due date that is no ISO date")
	}
}

func TestFirstAndBetween(t *testing.T) {
	at := func(h int) time.Time { return local("2026-11-19 00:00").Add(time.Duration(h) * time.Hour) }
	timers := []reminder.Timer{{Key: "c", At: at(3)}, {Key: "a", At: at(1)}, {Key: "b", At: at(2)}}
	if first, ok := reminder.First(timers, at(1)); !ok || !first.Equal(at(2)) {
		t.Fatal(first, ok)
	}
	if _, ok := reminder.First(timers, at(3)); ok {
		t.Fatal("nothing is left")
	}
	if got := reminder.Between(timers, at(1), at(3)); len(got) != 2 || got[0].Key != "b" {
		t.Fatal(got)
	}
}
