package ismskit_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/catalog"
	"github.com/ismskit/ismskit/storage/memory"
	"github.com/ismskit/ismskit/workflow"
)

// What was returned is not forgotten: it is due on the fifth working day after, stands
// on its applicant's list with that date, and he is reminded until it is sent again.
func TestWhatWasReturnedIsDueAndChased(t *testing.T) {
	eachStore(t, func(t *testing.T, o *office) {
		sent := o.apply("P13", oneRow())
		o.act("P11", sent.Case, ismskit.Action{Verb: workflow.VerbReturn, Comment: "請補核准依據"}) // Monday 11-23
		o.settle()
		todo := o.todo("P13")
		if len(todo) != 1 || todo[0].Kind != ismskit.TaskCorrect || todo[0].DueDate != "2026-11-30" || todo[0].Left != 5 || todo[0].Late {
			t.Fatalf("on his list: %+v", todo)
		}
		if c := o.read("P13", sent.Case); c.CorrectBy != (calendar.Date{Year: 2026, Month: 11, Day: 30}) || c.CorrectLate || c.Due.IsZero() {
			t.Errorf("the case is due %v, to be sent again by %v", c.Due, c.CorrectBy)
		}
		o.until(monday.AddDate(0, 0, 14)) // Monday 12-07
		o.told("P13", "returned@11-23", "before@11-27", "on_day@11-30", "overdue@12-03")
		if todo := o.todo("P13"); len(todo) != 1 || !todo[0].Late {
			t.Errorf("late, on his list: %+v", todo)
		}
		if c := o.read("P13", sent.Case); !c.CorrectLate {
			t.Error("and the case does not say so")
		}
		for _, m := range o.noticesOf("P13") {
			if m.Rule == "returned" && !strings.Contains(m.Body, "115.11.30") {
				t.Errorf("told of the return: %q", m.Body)
			}
			if strings.Contains(m.Body, "登入") { // he reads it signed in; the mail says it at its foot
				t.Errorf("who is signed in is asked to sign in: %q", m.Body)
			}
		}
		for _, mail := range o.mails.mails {
			if mail.Person == "P13" && strings.Contains(mail.Subject, "退回補正") && !strings.Contains(mail.Body, "內容請登入系統查看") {
				t.Errorf("mailed of the return: %q", mail.Body)
			}
		}
		mended := oneRow()
		mended["lines"].([]forms.Row)[0]["remark"] = "自原訂日起已口頭同意" // its first day has passed meanwhile
		o.act("P13", sent.Case, ismskit.Action{Verb: workflow.VerbSubmit, Values: mended})
		before := len(o.noticesOf("P13"))
		o.settle()
		if todo := o.todo("P13"); len(todo) != 0 {
			t.Errorf("sent again, still on his list: %+v", todo)
		}
		if c := o.read("P13", sent.Case); !c.CorrectBy.IsZero() {
			t.Errorf("sent again, to be sent again by %v", c.CorrectBy)
		}
		o.until(o.now.AddDate(0, 0, 1))
		if now := len(o.noticesOf("P13")); now != before {
			t.Errorf("chased after it was sent again: %+v", o.noticesOf("P13"))
		}
	})
}

// An office that is closed moves the day by which a returned case is to be sent again, as
// the preview says; he is reminded by the new day, and a closure taken back gives the old.
func TestAClosureMovesWhatWasReturned(t *testing.T) {
	eachStore(t, func(t *testing.T, o *office) {
		sent := o.apply("P13", oneRow())
		o.act("P11", sent.Case, ismskit.Action{Verb: workflow.VerbReturn, Comment: "請補核准依據"}) // Monday 11-23
		o.settle()
		is := func(want string, left int) {
			t.Helper()
			todo, due := o.todo("P13"), o.read("P13", sent.Case).CorrectBy.String()
			if len(todo) != 1 || todo[0].DueDate != want || todo[0].Left != left || due != want {
				t.Errorf("to be sent by %s, on his list %+v, want %s", due, todo, want)
			}
		}
		is("2026-11-30", 5)
		o.overseer("P05")
		moves := o.preview(typhoon)
		if moves.Cases != 1 || moves.Deadlines != 1 || len(moves.Lines) != 1 || moves.Lines[0].Step.In("zh-TW") != "退回補正" ||
			!slices.Equal(moves.Lines[0].Holders, []string{"鍾明哲"}) || moves.Lines[0].From != on(11, 30) || moves.Lines[0].To != on(12, 1) {
			t.Errorf("the preview: %+v", moves)
		}
		o.closed(typhoon)
		is("2026-12-01", 5)
		trail := o.read("P11", sent.Case).Trail
		if last := trail[len(trail)-1]; last.Event.Verb != workflow.VerbRedate || !strings.Contains(last.Event.Comment, "鳳凰颱風") {
			t.Errorf("on the trail: %+v", last.Event)
		} else if m := last.Moved; len(m) != 1 || m[0].Name["zh-TW"] != "退回補正" || m[0].From != "2026-11-30" || m[0].To != "2026-12-01" {
			t.Errorf("moved on the trail: %+v", m)
		}
		o.until(monday.AddDate(0, 0, 7).Add(12 * time.Hour)) // Monday 11-30
		o.told("P13", "returned@11-23", "before@11-30")
		o.withdrawn(typhoon.From)
		is("2026-11-30", 0)
		trail = o.read("P11", sent.Case).Trail
		if m := trail[len(trail)-1].Moved; len(m) != 1 || m[0].From != "2026-12-01" || m[0].To != "2026-11-30" {
			t.Errorf("moved back on the trail: %+v", m)
		}
		o.until(monday.AddDate(0, 0, 8)) // Tuesday 12-01
		if todo := o.todo("P13"); len(todo) != 1 || !todo[0].Late {
			t.Errorf("late, on his list: %+v", todo)
		}
	})
}

// A type may give another term; one that is none is refused.
func TestATypeSaysHowLongACorrectionMayTake(t *testing.T) {
	types := func(term string) func(*ismskit.Config) {
		return func(cfg *ismskit.Config) {
			for i := range cfg.Types {
				if cfg.Types[i].Key == "account_request" {
					cfg.Types[i].Correct = term
				}
			}
		}
	}
	o := openOfficeWith(t, nil, types("2wd"))
	sent := o.apply("P13", oneRow())
	o.act("P11", sent.Case, ismskit.Action{Verb: workflow.VerbReturn, Comment: "請補核准依據"})
	o.settle()
	if todo := o.todo("P13"); len(todo) != 1 || todo[0].DueDate != "2026-11-25" {
		t.Errorf("on his list: %+v", todo)
	}
	all, err := catalog.Types()
	if err != nil {
		t.Fatal(err)
	}
	cfg := ismskit.Config{Store: memory.New(), Blobs: memory.NewBlobs(), Types: all, Hooks: catalog.Hooks()}
	types("soon")(&cfg)
	if _, err := ismskit.New(cfg); err == nil || !strings.Contains(err.Error(), `"soon" is no term`) {
		t.Errorf("a term that is none: %v", err)
	}
}
