package catalog

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
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

// What opens by itself, and what a hook writes in a history, is worded in the
// language of the house.
func TestAnEnglishHouseReadsItsPermissionsInEnglish(t *testing.T) {
	o := openOfficeIn(t, memory.New(), "en")
	const name = "Yudong Office file server"
	o.bring("GX", date(time.November, 1), date(time.December, 4))
	o.bring("GY", date(time.November, 1), date(time.December, 4))
	o.runTo(at(time.November, 24, 9, 0))
	early, _ := o.waiting(TypeGrantExtension, "GX")
	late, _ := o.waiting(TypeGrantExtension, "GY")
	if want := "Before a grant ends: " + name + " (4 Dec 2026) qh-GX"; early.Subject != want {
		t.Errorf("asked: %q, not %q", early.Subject, want)
	}

	extend := ismskit.Action{Verb: workflow.VerbRecord, Result: resultExtend,
		Values: forms.Values{"extend_until": calendar.Date{Year: 2027, Month: time.June, Day: 30}}}
	draft := func(want string) {
		t.Helper()
		drafts, err := o.kit.Cases(o.ctx, o.as("P17"), ismskit.CaseFilter{Phases: []string{"draft"}})
		must(t, err)
		var subjects []string
		for _, l := range drafts {
			subjects = append(subjects, l.Subject)
		}
		if !slices.Contains(subjects, want) {
			t.Fatalf("no draft %q: %q", want, subjects)
		}
	}
	o.act("P17", early.Case, extend)
	draft("Extension of use: " + name)

	o.runTo(at(time.December, 10, 9, 0))
	closure, _ := o.waiting(TypeGrantClosure, "GY")
	if want := "Close after the end: " + name + " (4 Dec 2026) qh-GY"; closure.Subject != want {
		t.Errorf("closed: %q, not %q", closure.Subject, want)
	}

	// Asked for as an extension all the same, it is late; the history says so.
	again := o.askLate("P17", late.Case, "Longer use", calendar.Date{Year: 2027, Month: time.June, Day: 30})
	o.act("P16", again, ismskit.Action{Verb: workflow.VerbApprove})
	row, err := o.kit.Case(o.ctx, loading, o.line(again))
	must(t, err)
	if want := "Longer use (" + name + ")"; row.Subject != want {
		t.Errorf("its line: %q, not %q", row.Subject, want)
	}
	// He administers the server himself, and whoever does so in reserve uses the account: the
	// post above them records it.
	o.act("P16", row.ID, ismskit.Action{Verb: workflow.VerbRecord, Result: resultChanged})
	_, history, err := o.kit.Registers().Get(o.ctx, loading, register.Grants, "GY")
	must(t, err)
	if last := history[len(history)-1]; last.Reason != "Extended only after its end; the days between do not count" {
		t.Errorf("its history says %q", last.Reason)
	}
}

var inBraces = regexp.MustCompile(`{\w+}`)

func TestEveryTextOfTheHooksExistsInEveryLanguage(t *testing.T) {
	texts, err := textsOf()
	must(t, err)
	sources, err := filepath.Glob("*.go")
	must(t, err)
	var code strings.Builder
	for _, name := range sources {
		if !strings.HasSuffix(name, "_test.go") {
			b, err := os.ReadFile(name)
			must(t, err)
			code.Write(b)
		}
	}
	for key, text := range texts {
		for _, lang := range []string{"zh-TW", "en"} {
			places := inBraces.FindAllString(text[lang], -1)
			want := inBraces.FindAllString(text["zh-TW"], -1)
			slices.Sort(places)
			slices.Sort(want)
			if text[lang] == "" || !slices.Equal(places, want) {
				t.Errorf("%s has %q for %s", lang, text[lang], key)
			}
		}
		if !strings.Contains(code.String(), strconv.Quote(key)) {
			t.Errorf("%q is used nowhere", key)
		}
	}
	if _, err := say("en", "grant.nothing"); err == nil {
		t.Error("a missing text is no error")
	}
}

// What to do in an emergency is said where it is ticked: the button that registers the
// approval, and the term within which the form has to be sent, which the type holds.
func TestTheEmergencyHintNamesTheTermOfItsForm(t *testing.T) {
	types, err := Types()
	must(t, err)
	for _, kind := range types {
		if kind.Oral == nil {
			continue
		}
		term, err := calendar.ParseTerm(kind.Oral.Within)
		must(t, err)
		i := slices.IndexFunc(kind.Form.Fields, func(f forms.Field) bool { return f.Key == kind.Oral.When })
		help := kind.Form.Fields[i].Help
		for lang, wants := range map[string][]string{
			"zh-TW": {"「暫存」", " " + strconv.Itoa(term.N) + " 個工作天內"}, "en": {" save: ", "within " + strconv.Itoa(term.N) + " working days"},
		} {
			for _, want := range wants {
				if !strings.Contains(help[lang], want) {
					t.Errorf("%s does not say %q: %s", kind.Key, want, help[lang])
				}
			}
		}
	}
}
