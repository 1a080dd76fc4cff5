package calendar

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"
)

var taipei = time.FixedZone("CST", 8*60*60)

func day(t testing.TB, iso string) Date {
	t.Helper()
	var d Date
	if err := d.UnmarshalText([]byte(iso)); err != nil {
		t.Fatal(err)
	}
	return d
}

// rowsOf reads a table of testdata without its header.
func rowsOf(t testing.TB, name string) [][]string {
	t.Helper()
	text, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	var rows [][]string
	for line := range strings.Lines(string(text)) {
		rows = append(rows, strings.Split(strings.TrimSuffix(line, "\n"), "\t"))
	}
	if len(rows) < 2 {
		t.Fatalf("%s holds no rows", name)
	}
	return rows[1:]
}

func TestDatesAsTheSourcesWriteThem(t *testing.T) {
	for _, row := range rowsOf(t, "roc_dates.tsv") {
		text, want := row[0], row[1]
		if strings.Contains(want, "T") {
			got, err := ParseTime(text, taipei)
			if err != nil || got.Format("2006-01-02T15:04") != want {
				t.Errorf("%s: got %v, %v, want %s", text, got, err, want)
			}
			continue
		}
		got, err := ParseDate(text)
		if err != nil || got.String() != want {
			t.Errorf("%s: got %v, %v, want %s", text, got, err, want)
		}
	}
}

func TestDatesAsPeopleTypeThem(t *testing.T) {
	for text, want := range map[string]string{
		"115.11.23": "2026-11-23", "1151123": "2026-11-23", "115/11/23": "2026-11-23", "115-11-23": "2026-11-23",
		"115.1.5": "2026-01-05", " 115 . 1 . 5 ": "2026-01-05",
		"１１５．１１．２３": "2026-11-23", "１１５年１１月２３日": "2026-11-23", "115／11／23": "2026-11-23", "115－11－23": "2026-11-23",
		"中華民國115年11月23日": "2026-11-23", "民國１１５年　１１月　２３日": "2026-11-23", "民國1151123": "2026-11-23",
		"中華民國一百十五年一月五日": "2026-01-05", "一百一十五年十一月二十三日": "2026-11-23", "一一五年十一月廿三日": "2026-11-23",
		"民國九十八年二月五日": "2009-02-05", "民國元年元月一日": "1912-01-01", "民國壹佰壹拾伍年壹月伍日": "2026-01-05",
		"一百年十月十日": "2011-10-10", "一○八年七月卅一日": "2019-07-31", "二〇二六年十一月二十三日": "2026-11-23",
		"98年2月5日": "2009-02-05", "98.2.5": "2009-02-05", "民國981116": "2009-11-16", "5.2.3": "1916-02-03",
		"2026-11-23": "2026-11-23", "20261123": "2026-11-23", "2026/11/23": "2026-11-23", "2026.11.23": "2026-11-23",
		"2026年11月23日": "2026-11-23", "西元2026年11月23號": "2026-11-23", "1911.10.10": "1911-10-10",
		"115.11.23（一）": "2026-11-23", "115年11月22日(日)": "2026-11-22", "115.11.23 星期一": "2026-11-23", "115.11.22（星期日）": "2026-11-22",
		"23 Nov 2026": "2026-11-23", "23 november 2026": "2026-11-23", "Nov 23, 2026": "2026-11-23", "1 Dec 2026": "2026-12-01", "5Jan2026": "2026-01-05",
		"1130229": "2024-02-29", "9999-12-31": "9999-12-31", "999.12.31": "2910-12-31",
	} {
		got, err := ParseDate(text)
		if err != nil || got.String() != want {
			t.Errorf("%q: got %v, %v, want %s", text, got, err, want)
		}
	}
}

func TestWhatIsNoDateSaysWhy(t *testing.T) {
	for text, want := range map[string]string{
		"": BadDate, "   ": BadDate, "明天": BadDate, "無期限": BadDate, "同上": BadDate, "115": BadDate, "115.11": BadDate,
		"115.11/23": BadDate, "115.11.23.": BadDate, "115 1123": BadDate, "115.011.23": BadDate, "115.11.23 14:05": BadDate,
		"115年11月23": BadDate, "____年____月____日": BadDate, "11/23/2026": BadDate, "1.3": BadDate,
		"981116": BadDate, "261123": BadDate, "123456789": BadDate, "一.二.三": BadDate, "一百零年一月一日": BadDate,
		"115.11.23（1）": BadDate, "115.11.23（一": BadDate, "115.11.23\x00": BadDate, "\xff": BadDate, strings.Repeat("1", 5000): BadDate,
		"23 Nov 115": BadDate, "23 No 2026": BadDate, "23 Nov": BadDate, "Nov 2026": BadDate, "23, Nov 2026": BadDate, "Novembers 23, 2026": BadDate,
		"民國23 Nov 2026": BadDate, "十 Nov 2026": BadDate, "2026 Nov 23": BadDate, "23 Nov 2026 5": BadDate, "31 Feb 2026": NoSuchDay,
		"115.2.29": NoSuchDay, "115.13.1": NoSuchDay, "115.0.1": NoSuchDay, "115.4.31": NoSuchDay, "20260229": NoSuchDay,
		"1150230": NoSuchDay, "115.11.23（二）": NoSuchDay,
		"0.1.1": OutOfRange, "000.1.1": OutOfRange, "0115-01-05": OutOfRange, "01150105": OutOfRange, "00000000": OutOfRange,
		"民國2026年1月1日": OutOfRange, "西元115年1月1日": OutOfRange, "民前1年1月1日": OutOfRange, "民國20260101": OutOfRange,
	} {
		got, err := ParseDate(text)
		if CodeOf(err) != want || !got.IsZero() {
			t.Errorf("%q: got %v, %v, want %s", text, got, err, want)
		}
		if err != nil && len([]rune(err.(*ParseError).Text)) > longestText {
			t.Errorf("%.20q…: the error repeats all of a long text", text)
		}
	}
}

func TestADateIsWrittenInTheNationalCalendar(t *testing.T) {
	d := Date{2026, time.November, 23}
	for got, want := range map[string]string{
		d.String():                            "2026-11-23",
		d.ROC():                               "115.11.23",
		d.ROCText():                           "115年11月23日",
		d.ROCWeekday():                        "115.11.23（一）",
		Date{2026, time.January, 5}.ROC():     "115.01.05",
		Date{2026, time.January, 5}.ROCText(): "115年1月5日",
		Date{1912, time.January, 1}.ROC():     "1.01.01",
		Date{1911, time.December, 31}.ROC():   "1911.12.31",
		Date{9999, time.December, 31}.ROC():   "9999.12.31",
		Date{}.String() + Date{}.ROC() + Date{}.ROCText() + Date{}.ROCWeekday(): "",
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if d.ROCYear() != 115 {
		t.Errorf("ROCYear = %d", d.ROCYear())
	}
}

func TestDateArithmetic(t *testing.T) {
	d := day(t, "2024-02-28")
	if got := d.AddDays(2); got != day(t, "2024-03-01") {
		t.Errorf("AddDays over a leap day: %v", got)
	}
	if got := day(t, "1969-12-31").AddDays(-366); got != day(t, "1968-12-30") {
		t.Errorf("AddDays before 1970: %v", got)
	}
	if got := day(t, "2024-01-31").AddMonths(1); got != day(t, "2024-02-29") {
		t.Errorf("AddMonths into a short month: %v", got)
	}
	if got := day(t, "2024-01-31").AddMonths(-2); got != day(t, "2023-11-30") {
		t.Errorf("AddMonths backwards: %v", got)
	}
	if got := day(t, "2027-01-01").Sub(day(t, "2026-01-01")); got != 365 {
		t.Errorf("Sub = %d", got)
	}
	if !d.Before(d.AddDays(1)) || !d.After(d.AddDays(-1)) || d.Compare(d) != 0 || d.Before(d) || !(Date{}).Before(d) {
		t.Error("order of dates")
	}
	if d.Weekday() != time.Wednesday {
		t.Errorf("Weekday = %v", d.Weekday())
	}
	if DateOf(time.Date(2026, 1, 1, 23, 30, 0, 0, time.UTC).In(taipei)) != day(t, "2026-01-02") {
		t.Error("DateOf goes by the time's own location")
	}
	if !DateOf(time.Time{}).IsZero() {
		t.Error("no time is no date")
	}
	if got := d.Start(taipei); !got.Equal(time.Date(2024, 2, 27, 16, 0, 0, 0, time.UTC)) {
		t.Errorf("Start = %v", got)
	}
}

func TestDatesTravelAsISOText(t *testing.T) {
	type row struct {
		Until Date      `json:"until"`
		Month YearMonth `json:"month"`
	}
	in := row{Until: Date{2026, time.November, 23}, Month: YearMonth{2026, time.November}}
	text, err := json.Marshal(in)
	if err != nil || string(text) != `{"until":"2026-11-23","month":"2026-11"}` {
		t.Fatalf("%s, %v", text, err)
	}
	var out row
	if err := json.Unmarshal(text, &out); err != nil || out != in {
		t.Fatalf("%v, %v", out, err)
	}
	if err := json.Unmarshal([]byte(`{"until":"","month":""}`), &out); err != nil || out != (row{}) {
		t.Fatalf("empty text is no date: %v, %v", out, err)
	}
	for text, want := range map[string]string{
		"115.11.23": BadDate, "2026-11-3": BadDate, "2026/11/23": BadDate, " 2026-11-23": BadDate, "2026-11-23T00:00": BadDate,
		"2026-02-30": NoSuchDay, "0115-11-23": OutOfRange,
	} {
		var d Date
		if err := d.UnmarshalText([]byte(text)); CodeOf(err) != want {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
	var ym YearMonth
	if err := ym.UnmarshalText([]byte("2026-13")); CodeOf(err) != NoSuchDay {
		t.Errorf("month 13: %v", err)
	}
	if _, err := json.Marshal(Date{2026, time.February, 30}); err == nil {
		t.Error("a day that does not exist was written")
	}
	if _, err := json.Marshal(YearMonth{2026, 13}); err == nil {
		t.Error("a month that does not exist was written")
	}
}

func TestMonths(t *testing.T) {
	for text, want := range map[string]string{
		"115.11": "2026-11", "115/11": "2026-11", "115-11": "2026-11", "115年11月": "2026-11", "民國一百十五年十一月": "2026-11",
		"11511": "2026-11", "2026-11": "2026-11", "202611": "2026-11", "西元2026年11月": "2026-11", "１１５．１": "2026-01",
		"Nov 2026": "2026-11", "november 2026": "2026-11",
	} {
		got, err := ParseYearMonth(text)
		if err != nil || got.String() != want {
			t.Errorf("%q: got %v, %v, want %s", text, got, err, want)
		}
	}
	for text, want := range map[string]string{
		"": BadDate, "115": BadDate, "1151": BadDate, "115.11.23": BadDate, "1151123": BadDate, "115年11": BadDate, "一.二": BadDate, "Nov 115": BadDate, "2026 Nov": BadDate, "民國Nov 2026": BadDate,
		"115.13": NoSuchDay, "115.0": NoSuchDay, "民前1年1月": OutOfRange, "0.1": OutOfRange, "民國2026年1月": OutOfRange,
	} {
		if got, err := ParseYearMonth(text); CodeOf(err) != want || !got.IsZero() {
			t.Errorf("%q: got %v, %v, want %s", text, got, err, want)
		}
	}
	ym := YearMonth{2026, time.November}
	if ym.ROC() != "115.11" || ym.ROCText() != "115年11月" || (YearMonth{}).ROC()+(YearMonth{}).ROCText()+(YearMonth{}).String() != "" {
		t.Error("a month in the national calendar")
	}
	if ym.AddMonths(2) != (YearMonth{2027, time.January}) || ym.Compare(ym.AddMonths(1)) != -1 {
		t.Error("month arithmetic")
	}
	if ym.First() != day(t, "2026-11-01") || ym.Last() != day(t, "2026-11-30") || day(t, "2026-11-23").YearMonth() != ym {
		t.Error("first and last day of a month")
	}
}

func TestTimesOfDay(t *testing.T) {
	for text, want := range map[string]string{
		"115.11.23 14:05": "2026-11-23T14:05:00", "2026-11-23T14:05": "2026-11-23T14:05:00", "113/11/23 16:03": "2024-11-23T16:03:00",
		"113/11/23 16:03:20": "2024-11-23T16:03:20", "115.11.23 上午 9:05": "2026-11-23T09:05:00", "115.11.23 下午 2:05": "2026-11-23T14:05:00",
		"115.11.23 下午 14:05": "2026-11-23T14:05:00", "115.11.23 上午 12:30": "2026-11-23T00:30:00", "115.11.23 下午12:30": "2026-11-23T12:30:00",
		"115年11月23日14時05分": "2026-11-23T14:05:00", "115 年 1 月 5 日 9 時": "2026-01-05T09:00:00", "115年11月23日下午二時五分": "2026-11-23T14:05:00",
		"1151123 14:05": "2026-11-23T14:05:00", "115.11.23（一） 14:05": "2026-11-23T14:05:00", "１１５．１１．２３　１４：０５": "2026-11-23T14:05:00",
		"115.11.23 24:00": "2026-11-24T00:00:00", "115年11月23日14時5分6秒": "2026-11-23T14:05:06",
	} {
		got, err := ParseTime(text, taipei)
		if err != nil || got.Format("2006-01-02T15:04:05") != want {
			t.Errorf("%q: got %v, %v, want %s", text, got, err, want)
		}
	}
	for text, want := range map[string]string{
		"115.11.23": BadTime, "115.11.23 14": BadTime, "115.11.23 1405": BadTime, "115.11.23 14:5": BadTime, "115.11.23 14:05:": BadTime,
		"115.11.23 14:05Z": BadDate, "115.11.23 14時05": BadTime, "14:05": BadDate, "": BadDate,
		"115.11.23 25:00": NoSuchTime, "115.11.23 24:01": NoSuchTime, "115.11.23 14:60": NoSuchTime, "115.11.23 上午 13:00": NoSuchTime,
		"115.11.23 14:05:60": NoSuchTime, "115.2.30 14:05": NoSuchDay, "115.11.23（二） 14:05": NoSuchDay,
	} {
		if got, err := ParseTime(text, taipei); CodeOf(err) != want || !got.IsZero() {
			t.Errorf("%q: got %v, %v, want %s", text, got, err, want)
		}
	}
}

func FuzzParseDate(f *testing.F) {
	for _, row := range rowsOf(f, "roc_dates.tsv") {
		f.Add(row[0])
	}
	for _, s := range []string{"1.01.01", "1911.10.10", "115.11.23（一）", "二〇二六年十一月二十三日", "9999-12-31", "民國981116"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d, err := ParseDate(text)
		if err != nil {
			if CodeOf(err) == "" || !d.IsZero() {
				t.Fatalf("%q: %v with %v", text, d, err)
			}
			return
		}
		for _, written := range []string{d.String(), d.ROC(), d.ROCText(), d.ROCWeekday(), "西元" + d.String()} {
			if again, err := ParseDate(written); err != nil || again != d {
				t.Fatalf("%q is %v, written %q is %v, %v", text, d, written, again, err)
			}
		}
		at := d.Start(taipei)
		if again, err := ParseTime(d.ROC()+" 00:00", taipei); err != nil || !again.Equal(at) {
			t.Fatalf("%v: %v, %v", at, again, err)
		}
	})
}
