package ismskit_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/document"
)

// The list of a day has what stood that day under the numbers of that day: what was retired or
// renumbered since is on it, what was retired by then is called so, and who may read it follows
// from the class of now.
func TestTheListOfDocumentsOfAnyDay(t *testing.T) {
	eachStore(t, func(t *testing.T, o *office) {
		day := func(d int) {
			o.now = time.Date(2026, time.November, d, 9, 0, 0, 0, time.FixedZone("Asia/Taipei", 8*3600))
		}
		form := document.Document{Number: "IS-04-900", Title: map[string]string{"zh-TW": "測試紀錄表"}, Level: 4, Class: ismskit.ClassGeneral, Parent: "IS-02-900"}
		form.ID = o.file(ismskit.Filing{Document: form, Version: document.Version{Label: "1.0", Issued: "2026-11-20"}})
		gone := o.file(ismskit.Filing{Document: document.Document{Number: "IS-02-900", Title: map[string]string{"zh-TW": "測試程序書"}, Level: 2, Class: ismskit.ClassGeneral},
			Version: document.Version{Label: "1.0", Issued: "2026-11-19"}})
		day(25)
		if err := o.kit.Documents().End(o.ctx, ismskit.System("test"), ismskit.DocumentEnd{Document: gone, Reason: "併入他件"}); err != nil {
			t.Fatal(err)
		}
		day(26)
		form.Number, form.Class = "IS-04-901", ismskit.ClassInternal
		o.file(ismskit.Filing{Document: form})

		list := func(person, on string, levels ...int) string {
			t.Helper()
			entries, err := o.kit.Documents().Lists().Entries(o.ctx, o.as(person), document.Query{Levels: levels}, on)
			if err != nil {
				t.Fatal(err)
			}
			var out []string
			for _, e := range entries {
				if e.ID == form.ID || e.ID == gone {
					out = append(out, strings.TrimSpace(e.Number+" "+e.Version.Label+" "+string(e.State)+" "+e.Class+" "+e.Renumbered))
				}
			}
			return strings.Join(out, "; ")
		}
		for _, one := range []struct{ on, want string }{
			{"2026-11-18", ""},
			{"2026-11-19", "IS-02-900 1.0 current general"},
			{"2026-11-24", "IS-02-900 1.0 current general; IS-04-900 1.0 current general IS-04-901"},
			{"2026-11-25", "IS-02-900 1.0 retired general; IS-04-900 1.0 current general IS-04-901"},
			{"2026-11-26", "IS-02-900 1.0 retired general; IS-04-901 1.0 current internal"},
		} {
			if got := list("P13", one.on); got != one.want {
				t.Errorf("%s: %s, want %s", one.on, got, one.want)
			}
		}
		if got := list("P13", "2026-11-25", ismskit.LevelForm); got != "IS-04-900 1.0 current general IS-04-901" {
			t.Errorf("forms: %s", got)
		}

		export := func(person, on string, levels ...int) (ismskit.DocumentList, error) {
			return o.kit.Documents().Lists().Export(o.ctx, o.as(person), document.Query{Levels: levels}, "", on, map[string]string{"日期": on})
		}
		found, err := export("P13", "2026-11-25", ismskit.LevelForm)
		if err != nil || !found.Forms || found.On.String() != "2026-11-25" || found.InForce() != len(found.Entries) {
			t.Errorf("%+v, %v", found, err)
		}
		if _, err := export("P13", "1990-01-01"); !errors.Is(err, ismskit.ErrNotFound) {
			t.Errorf("of a day before everything: %v", err)
		}
		if _, err := export("P99", "2026-11-25"); !errors.Is(err, ismskit.ErrForbidden) {
			t.Errorf("for nobody: %v", err)
		}
		entries, err := o.kit.Evidence().System(o.ctx, o.as("P04"), ismskit.LogExports, 0, 10)
		if err != nil || len(entries) != 1 || entries[0].Type != ismskit.ExportedDocuments || entries[0].By.Person != "P13" || !slices.Equal(entries[0].Effects, []string{"日期: 2026-11-25"}) {
			t.Errorf("%+v, %v", entries, err)
		}

		day(27)
		form.Class = ismskit.ClassConfidential
		o.file(ismskit.Filing{Document: form})
		if got := list("P13", "2026-11-24"); got != "IS-02-900 1.0 current general" {
			t.Errorf("what is 密 now is read as it was before: %s", got)
		}
		if got := list("P04", "2026-11-24"); !strings.Contains(got, "IS-04-900 1.0 current general IS-04-901") {
			t.Errorf("for who may read it: %s", got)
		}
	})
}

// Two lists of one day that were printed on different days may differ: what was filed between says
// on which day it was, and nothing else does. What waits for its day was filed before it.
func TestAListOfADaySaysWhatWasFiledAfterIt(t *testing.T) {
	eachStore(t, func(t *testing.T, o *office) {
		day := func(month time.Month, d int) {
			o.now = time.Date(2026, month, d, 9, 0, 0, 0, time.FixedZone("Asia/Taipei", 8*3600))
		}
		id := o.file(ismskit.Filing{Document: document.Document{Number: "IS-03-900", Title: map[string]string{"zh-TW": "測試說明書"}, Level: 3, Class: ismskit.ClassGeneral},
			Version: document.Version{Label: "1.0", Issued: "2026-11-20"}})
		first := calendar.DateOf(o.now).String()
		day(time.December, 15)
		o.file(ismskit.Filing{Document: document.Document{ID: id}, Version: document.Version{Label: "1.1", Issued: "2026-12-01"}})
		day(time.December, 16)
		o.file(ismskit.Filing{Document: document.Document{ID: id}, Version: document.Version{Label: "1.2", Issued: "2026-12-20"}})
		day(time.December, 25)
		o.until(o.now)

		list := func(on string) string {
			t.Helper()
			entries, err := o.kit.Documents().Lists().Entries(o.ctx, o.as("P13"), document.Query{Text: "IS-03-900"}, on)
			if err != nil || len(entries) != 1 {
				t.Fatalf("%+v, %v", entries, err)
			}
			return strings.TrimSpace(entries[0].Version.Label + " " + entries[0].Filed)
		}
		for on, want := range map[string]string{
			"2026-11-20": "1.0 " + first, "2026-11-30": "1.0", "2026-12-01": "1.1 2026-12-15", "2026-12-14": "1.1 2026-12-15",
			"2026-12-15": "1.1", "2026-12-20": "1.2", "": "1.2",
		} {
			if got := list(on); got != want {
				t.Errorf("%s: %s, want %s", on, got, want)
			}
		}
	})
}
