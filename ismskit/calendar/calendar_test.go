package calendar

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"time"
)

func calendarNamed(t testing.TB, name string) *Calendar {
	t.Helper()
	switch name {
	case "original":
		return taiwanAsIssued()
	case "revised-2025-06":
		return Taiwan()
	}
	t.Fatalf("no calendar %q", name)
	return nil
}

func TestWorkingDaysOfTheOfficialCalendar(t *testing.T) {
	for _, row := range rowsOf(t, "workdays.tsv") {
		c := calendarNamed(t, row[3])
		from, want := day(t, row[0]), day(t, row[2])
		n := 0
		for _, r := range row[1] {
			n = n*10 + int(r-'0')
		}
		span := c.AddWorkdays(from, n)
		if span.To != want || span.Estimated || span.From != from {
			t.Errorf("%s and %d: %v, want %v (%s)", from, n, span.To, want, row[4])
		}
		if got := c.Workdays(from, want); got != n {
			t.Errorf("%s to %s: %d working days, want %d", from, want, got, n)
		}
		if got := want.Sub(from); got != n+len(span.Skipped) {
			t.Errorf("%s to %s: %d days, %d counted, %d skipped", from, want, got, n, len(span.Skipped))
		}
	}
}

func TestDaysOffPerYear(t *testing.T) {
	count := func(c *Calendar, year int) int {
		off := 0
		for _, d := range c.Days() {
			if d.Date.Year == year && d.Off {
				off++
			}
		}
		return off
	}
	for i, want := range []int{116, 115, 115, 115, 116, 115, 116, 115, 115, 120} {
		if got := count(taiwanAsIssued(), 2017+i); got != want {
			t.Errorf("%d: %d days off, want %d", 2017+i, got, want)
		}
	}
	if got := count(Taiwan(), 2025); got != 118 {
		t.Errorf("2025 as issued anew: %d days off, want 118", got)
	}
	for year := 2017; year <= 2027; year++ {
		if !Taiwan().Covers(year) || !taiwanAsIssued().Covers(year) {
			t.Errorf("%d is not covered", year)
		}
	}
	if Taiwan().Covers(2016) || Taiwan().Covers(2028) {
		t.Error("covers a year nobody has published")
	}
	if Taiwan().Version() == taiwanAsIssued().Version() || Taiwan().Key() != taiwanAsIssued().Key() {
		t.Error("two issues of one calendar")
	}
}

func TestACalendarIssuedAnewKeepsItsMakeUpSaturday(t *testing.T) {
	makeUp, newHoliday := day(t, "2025-02-08"), day(t, "2025-12-25")
	for _, c := range []*Calendar{Taiwan(), taiwanAsIssued()} {
		if !c.Workday(makeUp) || c.Name(makeUp) != "補行上班" {
			t.Errorf("%s: %v", c.Version(), c.Day(makeUp))
		}
	}
	if Taiwan().Workday(newHoliday) || Taiwan().Name(newHoliday) != "行憲紀念日" || !taiwanAsIssued().Workday(newHoliday) {
		t.Error("2025-12-25 became a holiday only with the second issue")
	}
}

func TestBeyondTheCalendarAnswersAreEstimates(t *testing.T) {
	c := Taiwan()
	friday := day(t, "2027-12-30") // 12-31 is off, then nothing is known
	span := c.AddWorkdays(friday, 1)
	if span.To != day(t, "2028-01-03") || !span.Estimated {
		t.Errorf("%+v", span)
	}
	if c.Known(day(t, "2028-01-03")) || !c.Workday(day(t, "2028-01-03")) || c.Workday(day(t, "2028-01-01")) {
		t.Error("beyond the calendar week-ends are off and nothing is known")
	}
	if span := c.AddWorkdays(friday, -5); span.Estimated || span.To != day(t, "2027-12-22") {
		t.Errorf("backwards: %+v", span)
	}
	var none *Calendar
	if span := none.AddWorkdays(day(t, "2026-11-20"), 1); span.To != day(t, "2026-11-23") || !span.Estimated {
		t.Errorf("without a calendar: %+v", span)
	}
	if none.Key()+none.Version()+none.Name(friday) != "" || none.Days() != nil || none.Closures() != nil || none.Known(friday) {
		t.Error("a nil calendar holds nothing")
	}
	if span := c.AddWorkdays(day(t, "9999-12-30"), 10); !span.Estimated || !span.To.Valid() {
		t.Errorf("the end of all dates: %+v", span)
	}
	if span := c.AddWorkdays(Date{}, 3); !span.To.IsZero() || c.Workdays(Date{}, friday) != 0 {
		t.Errorf("no date: %+v", span)
	}
}

func TestCountingBothWays(t *testing.T) {
	c := Taiwan()
	from := day(t, "2026-11-23")
	for n := 1; n < 300; n++ {
		there := c.AddWorkdays(from, n).To
		if got := c.Workdays(from, there); got != n {
			t.Fatalf("%d working days on is %v, which is %d", n, there, got)
		}
		if got := c.Workdays(there, from); got != -n {
			t.Fatalf("back from %v is %d", there, got)
		}
		if back := c.AddWorkdays(there, -n); back.To != from {
			t.Fatalf("%d back from %v is %v", n, there, back.To)
		}
	}
	sunday := day(t, "2026-11-22")
	if c.NextWorkday(sunday) != from || c.WorkdayFrom(sunday) != from || c.WorkdayFrom(from) != from || c.NextWorkday(from) != from.AddDays(1) {
		t.Error("the next working day")
	}
	if span := c.AddWorkdays(sunday, 0); span.To != sunday || span.Skipped != nil {
		t.Errorf("no days on: %+v", span)
	}
	back := c.AddWorkdays(day(t, "2026-11-24"), -2)
	if back.To != day(t, "2026-11-20") || len(back.Skipped) != 2 || !back.Skipped[0].Date.Before(back.Skipped[1].Date) {
		t.Errorf("skipped days are in order of date: %+v", back)
	}
}

// U11: a typhoon closes the offices of one county for a day and half of the next.
func TestATyphoonMovesWorkingDays(t *testing.T) {
	c := Taiwan()
	thursday := day(t, "2024-10-31")
	closed := c.With([]Closure{
		{Date: thursday, Place: "臺北市", Reason: "康芮颱風停止上班"},
		{Date: thursday.AddDays(1), Part: Morning, Place: "臺北市"},
	})
	span := closed.AddWorkdays(thursday.AddDays(-1), 1)
	if span.To != thursday.AddDays(1) || len(span.Skipped) != 1 || span.Skipped[0].Name != "康芮颱風停止上班" {
		t.Errorf("%+v", span)
	}
	if closed.Workdays(thursday.AddDays(-1), thursday.AddDays(1)) != 1 {
		t.Error("half a day off is still a working day")
	}
	if !c.Workday(thursday) || c.Version() != closed.Version() || len(closed.Closures()) != 2 {
		t.Error("the calendar itself does not change")
	}
	again := closed.With([]Closure{{Date: thursday.AddDays(1)}})
	if again.Workday(thursday.AddDays(1)) || again.Workday(thursday) || !closed.Workday(thursday.AddDays(1)) || len(again.Closures()) != 3 {
		t.Error("closures add up without touching earlier calendars")
	}
	unknownDay := day(t, "2030-07-01")
	if closed := c.With([]Closure{{Date: unknownDay}}); !closed.Known(unknownDay) || closed.Workday(unknownDay) {
		t.Error("a closure is known even where the calendar is not")
	}
	var none *Calendar
	if none.With([]Closure{{Date: thursday}}).Workday(thursday) {
		t.Error("closures need no calendar")
	}
}

func TestACalendarOfAnOfficesOwn(t *testing.T) {
	monday := Day{Date: day(t, "2026-11-23"), Off: true, Name: "局慶"}
	c, err := New("own", "1", []Day{monday, {Date: day(t, "2026-11-21")}})
	if err != nil {
		t.Fatal(err)
	}
	if c.Workday(monday.Date) || !c.Workday(day(t, "2026-11-21")) || c.Known(day(t, "2026-11-22")) {
		t.Error("a list that does not fill the year says nothing about week-ends")
	}
	if got := c.Days(); len(got) != 2 || got[1] != monday {
		t.Errorf("%+v", got)
	}
	for want, days := range map[error][]Day{
		ErrDuplicateDay: {monday, monday},
		ErrNoSuchDay:    {{Date: Date{2026, time.February, 30}}},
	} {
		if _, err := New("own", "1", days); !errors.Is(err, want) {
			t.Errorf("got %v, want %v", err, want)
		}
	}
	if _, err := New("own", "", nil); !errors.Is(err, ErrNoKey) {
		t.Errorf("no version: %v", err)
	}
	if c, err := New("own", "1", nil); err != nil || c.Known(monday.Date) {
		t.Errorf("an empty calendar: %v", err)
	}
}

func TestADayListMakesTheSameCalendar(t *testing.T) {
	again, err := New(TaiwanKey, taiwanVersion, Taiwan().Days())
	if err != nil || !slices.Equal(again.days, Taiwan().days) || !slices.Equal(again.Days(), Taiwan().Days()) {
		t.Errorf("%v", err)
	}
}

// writeCSV writes days in the format of ReadCSV, in the order given.
func writeCSV(w io.Writer, days []Day) error {
	out := csv.NewWriter(w)
	out.UseCRLF = true
	rows := [][]string{{byteOrderMark + sourceHeader[0], sourceHeader[1], sourceHeader[2], sourceHeader[3]}}
	for _, d := range days {
		state := "0"
		if d.Off {
			state = "2"
		}
		compact := strings.ReplaceAll(d.Date.String(), "-", "")
		rows = append(rows, []string{compact, weekdayName(d.Date.Weekday()), state, d.Name})
	}
	return out.WriteAll(rows)
}

// yearCSV is one whole year in the official format.
func yearCSV(t testing.TB, year int) string {
	t.Helper()
	var days []Day
	for _, d := range taiwanAsIssued().Days() {
		if d.Date.Year == year {
			days = append(days, d)
		}
	}
	var b bytes.Buffer
	if err := writeCSV(&b, days); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestThePublishedFileRoundTrips(t *testing.T) {
	days, err := ReadCSV(bytes.NewReader(issued2017to2026))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := writeCSV(&b, days); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(bytes.TrimSpace(b.Bytes()), bytes.TrimSpace(issued2017to2026)) {
		t.Error("the file written differs from the file read")
	}
}

func TestABrokenFileIsRefusedWithItsLine(t *testing.T) {
	good := yearCSV(t, 2026)
	lines := strings.SplitAfter(good, "\r\n")
	without := func(i int) string { return strings.Join(slices.Delete(slices.Clone(lines), i, i+1), "") }
	for name, c := range map[string]struct {
		text, code string
		line       int
	}{
		"empty":              {"", SourceHeader, 1},
		"header only":        {lines[0], SourceEmpty, 0},
		"other header":       {strings.Replace(good, "備註", "說明", 1), SourceHeader, 1},
		"cut in the middle":  {strings.Join(lines[:200], ""), SourceIncomplete, 200},
		"begins late":        {without(1), SourceIncomplete, 2},
		"a day missing":      {without(10), SourceOrder, 11},
		"a day twice":        {strings.Replace(good, lines[10], lines[10]+lines[10], 1), SourceOrder, 12},
		"wrong weekday":      {strings.Replace(good, "20260105,一", "20260105,二", 1), SourceWeekday, 6},
		"no such day":        {strings.Replace(good, "20260105", "20260132", 1), SourceDate, 6},
		"another state":      {strings.Replace(good, "20260105,一,0", "20260105,一,1", 1), SourceOff, 6},
		"a column too many":  {strings.Replace(good, "20260105,一,0,", "20260105,一,0,,", 1), SourceSyntax, 6},
		"a quote left open":  {strings.Replace(good, "20260105,一,0,", "20260105,一,0,\"", 1), SourceSyntax, 366},
		"control characters": {strings.Replace(good, "20260105,一,0,", "20260105,一,0,a\tb", 1), SourceName, 6},
		"Big5":               {strings.Replace(good, "備註", "\xb3\xc6\xb5\xf9", 1), SourceEncoding, 0},
		"too large":          {good + strings.Repeat(" ", largestSource), SourceTooLarge, 0},
	} {
		_, err := ReadCSV(strings.NewReader(c.text))
		checkSourceFault(t, name, err, c.code, c.line)
	}
}

func TestABrokenListOfHolidaysIsRefusedWithItsLine(t *testing.T) {
	for name, c := range map[string]struct {
		text, code string
		line       int
	}{
		"nothing":        {"", SourceSyntax, 1},
		"no day":         {"{}", SourceEmpty, 0},
		"a list":         {"[]", SourceSyntax, 1},
		"cut":            {"{\n\"20270101\": \"開國紀念日\",\n\"20270204\"", SourceSyntax, 3},
		"nested":         {"{\n\"20270101\": {}}", SourceSyntax, 2},
		"a number":       {"{\n\"20270101\": 2}", SourceSyntax, 2},
		"more after it":  {"{\"20270101\": \"\"} {}", SourceSyntax, 1},
		"no such day":    {"{\n\n\"20270229\": \"\"}", SourceDate, 3},
		"another format": {"{\"2027-01-01\": \"\"}", SourceDate, 1},
		"a day twice":    {"{\"20270101\": \"\",\n\"20270101\": \"\"}", SourceOrder, 2},
		"two years":      {"{\"20270101\": \"\",\n\"20280101\": \"\"}", SourceManyYears, 2},
		"long name":      {"{\"20270101\": \"" + strings.Repeat("節", 101) + "\"}", SourceName, 1},
	} {
		_, err := ReadJSON(strings.NewReader(c.text))
		checkSourceFault(t, name, err, c.code, c.line)
	}
	broken := errors.New("the disk is gone")
	if _, err := ReadJSON(failing{broken}); !errors.Is(err, broken) {
		t.Errorf("a failing reader: %v", err)
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

func checkSourceFault(t *testing.T, name string, err error, code string, line int) {
	t.Helper()
	var fault *SourceError
	if !errors.As(err, &fault) || fault.Code != code || fault.Line != line {
		t.Errorf("%s: got %v, want %s in line %d", name, err, code, line)
	}
}

func FuzzReadCSV(f *testing.F) {
	f.Add(yearCSV(f, 2026))
	f.Add("西元日期,星期,是否放假,備註\n20260101,四,2,開國紀念日\n")
	f.Fuzz(func(t *testing.T, text string) {
		days, err := ReadCSV(strings.NewReader(text))
		if err != nil {
			return
		}
		if _, err := New("f", "1", days); err != nil {
			t.Fatalf("read but not usable: %v", err)
		}
		var b bytes.Buffer
		if err := writeCSV(&b, days); err != nil {
			t.Fatal(err)
		}
		again, err := ReadCSV(&b)
		if err != nil || !slices.Equal(again, days) {
			t.Fatalf("written and read again: %v", err)
		}
	})
}
