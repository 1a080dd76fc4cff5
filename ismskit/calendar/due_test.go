package calendar

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
)

func at(t testing.TB, text string) time.Time {
	t.Helper()
	if !strings.Contains(text, "T") {
		text += "T10:00"
	}
	parsed, err := time.ParseInLocation("2006-01-02T15:04", text, taipei)
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}

func TestLegalPeriodsOfTheSources(t *testing.T) {
	terms := map[string]string{"1 month": "1m", "72 hours": "72h"}
	for _, row := range rowsOf(t, "period_article48.tsv") {
		term, err := ParseTerm(terms[row[1]])
		if err != nil {
			t.Fatalf("%s: %v", row[1], err)
		}
		due := Taiwan().Due(at(t, row[0]), term, taipei)
		switch want := row[2]; {
		case strings.HasSuffix(want, "a.m."): // "2024-06-15 -> Saturday -> Monday 2024-06-17 a.m."
			monday := strings.Fields(want)[len(strings.Fields(want))-2]
			if !due.Moved || due.Date.String() != monday || !due.At.Equal(at(t, monday+"T12:00")) {
				t.Errorf("%v: %+v", row, due)
			}
			if unmoved := lastLegalDay(DateOf(at(t, row[0])), term); unmoved.String() != strings.Fields(want)[0] {
				t.Errorf("%v: before moving %v", row, unmoved)
			}
		case strings.Contains(want, "T"):
			if !due.At.Equal(at(t, want)) || due.Moved {
				t.Errorf("%v: %+v", row, due)
			}
		default:
			if due.Date.String() != want || due.Moved || !due.At.Equal(day(t, want).AddDays(1).Start(taipei)) {
				t.Errorf("%v: %+v", row, due)
			}
		}
	}
}

func TestDueDates(t *testing.T) {
	for _, c := range []struct {
		why, start, term, date, late string
		moved, estimated             bool
		skipped                      int
	}{
		{why: "working days begin on the next day, however late it is", start: "2026-11-20T17:59", term: "3wd", date: "2026-11-25", late: "2026-11-26T00:00", skipped: 2},
		{why: "no working days: by the end of the day", start: "2026-11-20", term: "0wd", date: "2026-11-20", late: "2026-11-21T00:00"},
		{why: "handed in on a Sunday", start: "2026-11-22", term: "1wd", date: "2026-11-23", late: "2026-11-24T00:00"},
		{why: "beyond the calendar", start: "2027-12-30", term: "2wd", date: "2028-01-04", late: "2028-01-05T00:00", estimated: true, skipped: 3},
		{why: "hours run through a week-end", start: "2024-08-09T17:30", term: "72h", date: "2024-08-12", late: "2024-08-12T17:30"},
		{why: "hours ending at midnight belong to the day before", start: "2024-08-09T00:00", term: "24h", date: "2024-08-09", late: "2024-08-10T00:00"},
		{why: "days include week-ends", start: "2026-11-20", term: "7d", date: "2026-11-27", late: "2026-11-28T00:00"},
		{why: "weeks end on the day of the event", start: "2026-11-20", term: "2w", date: "2026-12-04", late: "2026-12-05T00:00"},
		{why: "MODA: 3/30 and one month", start: "2026-03-30", term: "1m", date: "2026-04-30", late: "2026-05-01T00:00"},
		{why: "begun with a month it ends with a month", start: "2026-02-28", term: "1m", date: "2026-03-31", late: "2026-04-01T00:00"},
		{why: "MODA: 1/30 and one month, no leap year; 2/28 is a Saturday and a holiday", start: "2026-01-30", term: "1m", date: "2026-03-02", late: "2026-03-02T12:00", moved: true, skipped: 2},
		{why: "a year from the day before a leap day, ended by a Friday holiday", start: "2024-02-28", term: "1y", date: "2025-03-03", late: "2025-03-03T12:00", moved: true, skipped: 3},
		{why: "a Sunday moves to all of Monday", start: "2026-11-19", term: "3d", date: "2026-11-23", late: "2026-11-24T00:00", moved: true, skipped: 1},
		{why: "a Saturday moves to Monday morning", start: "2026-11-18", term: "3d", date: "2026-11-23", late: "2026-11-23T12:00", moved: true, skipped: 2},
		{why: "a Friday holiday moves over Saturday to Monday morning", start: "2025-10-09", term: "1d", date: "2025-10-13", late: "2025-10-13T12:00", moved: true, skipped: 3},
		{why: "Saturday, then Monday off too", start: "2025-09-25", term: "2d", date: "2025-09-30", late: "2025-10-01T00:00", moved: true, skipped: 3},
		{why: "a make-up working Saturday ends the period itself", start: "2025-02-07", term: "1d", date: "2025-02-08", late: "2025-02-09T00:00"},
		{why: "the new year holidays", start: "2026-02-13", term: "1w", date: "2026-02-23", late: "2026-02-23T12:00", moved: true, skipped: 3},
		{why: "a last day beyond the calendar", start: "2027-12-30", term: "1m", date: "2028-01-31", late: "2028-02-01T00:00", moved: true, estimated: true, skipped: 1},
	} {
		term, err := ParseTerm(c.term)
		if err != nil {
			t.Fatal(err)
		}
		due := Taiwan().Due(at(t, c.start), term, taipei)
		if due.Date != day(t, c.date) || !due.At.Equal(at(t, c.late)) || due.Moved != c.moved || due.Estimated != c.estimated || len(due.Skipped) != c.skipped {
			t.Errorf("%s: %s and %s: %+v", c.why, c.start, c.term, due)
		}
		for _, skipped := range due.Skipped {
			if !skipped.Off && skipped.Date.Weekday() != time.Sunday {
				t.Errorf("%s: skipped %v, which is worked", c.why, skipped)
			}
		}
	}
}

func TestTheHolidaysNotCountedCanBeNamed(t *testing.T) {
	due := Taiwan().Due(at(t, "2025-10-08"), Term{3, WorkingDays}, taipei)
	var names []string
	for _, d := range due.Skipped {
		if d.Name != "" {
			names = append(names, d.Date.ROC()+d.Name)
		}
	}
	if strings.Join(names, " ") != "114.10.10國慶日" {
		t.Errorf("%v", due.Skipped)
	}
}

// U11: working-day terms move with a typhoon, legal periods move off it, hours do
// not care.
func TestAClosureMovesTermsButNotHours(t *testing.T) {
	friday := day(t, "2026-11-20")
	c := Taiwan().With([]Closure{{Date: friday, Reason: "颱風"}})
	start := at(t, "2026-11-19T09:00")
	if due := c.Due(start, Term{1, WorkingDays}, taipei); due.Date != day(t, "2026-11-23") {
		t.Errorf("working days: %+v", due)
	}
	if due := c.Due(start, Term{1, Days}, taipei); due.Date != day(t, "2026-11-23") || !due.Moved || due.Skipped[0].Name != "颱風" {
		t.Errorf("legal days: %+v", due)
	}
	if due := c.Due(start, Term{24, Hours}, taipei); !due.At.Equal(at(t, "2026-11-20T09:00")) {
		t.Errorf("hours: %+v", due)
	}
}

func TestNothingIsDueWithoutATerm(t *testing.T) {
	for _, term := range []Term{{}, {-1, Days}, {1, 99}, {1e9, Years}} {
		if due := Taiwan().Due(at(t, "2026-11-20"), term, taipei); !due.At.IsZero() || !due.Date.IsZero() {
			t.Errorf("%v: %+v", term, due)
		}
	}
	if due := Taiwan().Due(time.Time{}, Term{1, Days}, taipei); !due.At.IsZero() {
		t.Errorf("no start: %+v", due)
	}
	if due := Taiwan().Due(at(t, "2026-11-20"), Term{1, Days}, nil); due.At.Location() != time.UTC {
		t.Errorf("no location: %+v", due)
	}
}

func TestTermsAsText(t *testing.T) {
	for text, want := range map[string]Term{
		"3wd": {3, WorkingDays}, "72h": {72, Hours}, "7d": {7, Days}, "2w": {2, Weeks}, "1m": {1, Months}, "1y": {1, Years}, "0wd": {0, WorkingDays},
	} {
		got, err := ParseTerm(text)
		if err != nil || got != want || got.String() != text {
			t.Errorf("%s: %v, %v", text, got, err)
		}
	}
	for text, want := range map[string]string{
		"": BadTerm, "3": BadTerm, "wd": BadTerm, "3 wd": BadTerm, "-3d": BadTerm, "03d": BadTerm, "3min": BadTerm, "3WD": BadTerm, "３d": BadTerm,
		"1234567d": BadTerm, "101y": TermRange, "99999d": TermRange,
	} {
		if got, err := ParseTerm(text); CodeOf(err) != want || !got.IsZero() {
			t.Errorf("%q: %v, %v, want %s", text, got, err, want)
		}
	}
	type step struct {
		Due  Term `json:"due"`
		None Term `json:"none"`
	}
	text, err := json.Marshal(step{Due: Term{3, WorkingDays}})
	if err != nil || string(text) != `{"due":"3wd","none":""}` {
		t.Fatalf("%s, %v", text, err)
	}
	var back step
	if err := json.Unmarshal(text, &back); err != nil || back.Due != (Term{3, WorkingDays}) || !back.None.IsZero() {
		t.Errorf("%+v, %v", back, err)
	}
	if _, err := json.Marshal(Term{-1, Days}); err == nil {
		t.Error("a term that is none was written")
	}
}

// U9: on a day on which only the systems stood people could come and hand in, so it is no
// day of rest for a legal period, and no working day for a term of the office's own. A
// day off stays what it is.
func TestAnOutageIsNoDayOfRest(t *testing.T) {
	monday, friday := Date{Year: 2026, Month: 11, Day: 23}, Date{Year: 2026, Month: 11, Day: 27}
	saturday := friday.AddDays(1)
	for name, closed := range map[string]Closure{
		"outage":  {Date: friday, Reason: "機房停電", Outage: true},
		"typhoon": {Date: friday, Reason: "鳳凰颱風"},
	} {
		c := taiwan().With([]Closure{closed, {Date: saturday, Reason: "機房停電", Outage: true}})
		legal, own := c.Due(monday.at(9, taipei), Term{N: 4, Unit: Days}, taipei), c.Due(monday.at(9, taipei), Term{N: 4, Unit: WorkingDays}, taipei)
		if legal.Moved == closed.Outage || closed.Outage && legal.Date != friday {
			t.Errorf("%s: the legal period ends %v", name, legal.Date)
		}
		if own.Date != friday.AddDays(3) {
			t.Errorf("%s: four working days end %v", name, own.Date)
		}
		if c.Workday(friday) || c.Name(friday) != closed.Reason || c.Name(saturday) != "" {
			t.Errorf("%s: %v, %v", name, c.Day(friday), c.Day(saturday))
		}
	}
	both := taiwan().With([]Closure{{Date: friday, Reason: "鳳凰颱風"}, {Date: friday, Reason: "機房停電", Outage: true}})
	if due := both.Due(monday.at(9, taipei), Term{N: 4, Unit: Days}, taipei); !due.Moved || both.Name(friday) != "鳳凰颱風" {
		t.Errorf("closed and without systems: %v", due)
	}
}
