package record_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/ismskit/ismskit/ismskit/record"
)

func on(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, taipei) }

// time-rules 4.7: a record is kept as long as the longest rule that is for it says, counted from
// the day after it was closed; what no rule is for, for ever.
func TestHowLongARecordIsKept(t *testing.T) {
	logs := record.Retention{ID: "log", Kinds: []string{"upload"}, DocKinds: []string{"log"}, Months: 6}
	year := record.Retention{ID: "1y", Forms: []string{"IS-04-*"}, Years: 1}
	access := record.Retention{ID: "5y", Forms: []string{"IS-04-012"}, Years: 5}
	ever := record.Retention{ID: "ever", Forms: []string{"IS-04-099"}, Permanent: true}
	rules := []record.Retention{logs, year, access, ever}
	closed := on(2024, time.February, 29).Add(20 * time.Hour)
	for name, c := range map[string]struct {
		r    record.Record
		rule string
		last time.Time
		ever bool
	}{
		"a form":                  {record.Record{Form: "IS-04-026", Closed: closed}, "1y", on(2025, time.February, 28), false},
		"the longest of two":      {record.Record{Form: "IS-04-012", Closed: closed}, "5y", on(2029, time.February, 28), false},
		"for ever":                {record.Record{Form: "IS-04-099", Closed: closed}, "ever", time.Time{}, true},
		"of no rule":              {record.Record{Form: "IS-02-008", Closed: closed}, "", time.Time{}, true},
		"a log":                   {record.Record{Kind: "upload", DocKind: "log", Closed: on(2025, time.August, 31)}, "log", on(2026, time.February, 28), false},
		"closed late in the day":  {record.Record{Kind: "upload", DocKind: "log", Closed: time.Date(2025, 8, 31, 17, 0, 0, 0, time.UTC)}, "log", on(2026, time.March, 1), false},
		"closed as a year ends":   {record.Record{Form: "IS-04-026", Closed: on(2027, time.February, 28)}, "1y", on(2028, time.February, 29), false},
		"closed as a month ends":  {record.Record{Kind: "upload", DocKind: "log", Closed: on(2025, time.June, 30)}, "log", on(2025, time.December, 31), false},
		"what is still under way": {record.Record{Form: "IS-04-026"}, "1y", time.Time{}, false},
	} {
		got := record.KeptBy(rules, c.r, taipei)
		if got.Rule.ID != c.rule || !got.Last.Equal(c.last) || got.Ever != c.ever {
			t.Errorf("%s: %s until %s, ever %t", name, got.Rule.ID, got.Last, got.Ever)
		}
		if over := got.Over(c.last); over {
			t.Errorf("%s: over on its last day", name)
		}
		if over := got.Over(c.last.AddDate(0, 0, 1)); over != (!c.ever && !c.last.IsZero()) {
			t.Errorf("%s: on the day after: %t", name, over)
		}
	}
}

// Another rule never shortens the time that a record is kept.
func TestARuleMoreNeverShortensWhatIsKept(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		draw := func(name string) record.Retention {
			return record.Retention{
				ID: name, Forms: rapid.SampledFrom([][]string{nil, {"A"}, {"B"}, {"A*"}}).Draw(t, name+" forms"),
				Permanent: rapid.IntRange(0, 5).Draw(t, name+" ever") == 0, Years: rapid.IntRange(0, 30).Draw(t, name+" years"), Months: rapid.IntRange(0, 11).Draw(t, name+" months"),
			}
		}
		rules := []record.Retention{draw("first"), draw("second")}
		r := record.Record{Form: rapid.SampledFrom([]string{"A", "B", "AB"}).Draw(t, "form"), Closed: on(2020, time.January, 1).AddDate(0, 0, rapid.IntRange(0, 2000).Draw(t, "closed"))}
		before := record.KeptBy(rules, r, taipei)
		after := record.KeptBy(append(rules, draw("third")), r, taipei)
		if before.Rule.ID != "" && !before.Ever && !after.Ever && after.Last.Before(before.Last) || before.Rule.ID != "" && before.Ever && !after.Ever {
			t.Fatalf("%+v, then %+v", before, after)
		}
	})
}

// What is held is for the numbers that a hold names, and for whatever has all its other marks.
func TestWhatAHoldIsFor(t *testing.T) {
	hold := record.Hold{ID: "H1", Numbers: []string{"IS-04-012-115-0001"}, Systems: []string{"S01"}, Units: []string{"U06", "U03"}}
	for name, c := range map[string]struct {
		r    record.Record
		held bool
	}{
		"its number":      {record.Record{Number: "IS-04-012-115-0001"}, true},
		"system and unit": {record.Record{Systems: []string{"S09", "S01"}, Unit: "U03"}, true},
		"the system only": {record.Record{Systems: []string{"S01"}, Unit: "U01"}, false},
		"the unit only":   {record.Record{Unit: "U06"}, false},
		"no number":       {record.Record{}, false},
	} {
		if _, held := record.HeldBy([]record.Hold{hold}, c.r); held != c.held {
			t.Errorf("%s: %t", name, held)
		}
	}
	for form, held := range map[string]bool{"IS-04-012": true, "IS-03-001": false, "": false} {
		if _, is := record.HeldBy([]record.Hold{{ID: "H2", Forms: []string{"IS-04-*"}}}, record.Record{Number: "1", Form: form}); is != held {
			t.Errorf("all forms of IS-04: %q is held %t", form, is)
		}
	}
	if _, held := record.HeldBy([]record.Hold{{ID: "empty"}}, record.Record{Number: "1"}); held {
		t.Error("a hold that names nothing holds something")
	}
}
