package ismskit_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/register"
)

// published is the file of a year as the personnel administration publishes it; the days
// that are off beside weekends by date.
func published(year int, off map[string]string) string {
	var b strings.Builder
	b.WriteString("\ufeff西元日期,星期,是否放假,備註\r\n")
	for d := (calendar.Date{Year: year, Month: time.January, Day: 1}); d.Year == year; d = d.AddDays(1) {
		name, holiday := off[d.String()]
		kind := "0"
		if holiday || d.Weekday()%6 == 0 {
			kind = "2"
		}
		fmt.Fprintf(&b, "%04d%02d%02d,%s,%s,%s\r\n", d.Year, d.Month, d.Day, []string{"日", "一", "二", "三", "四", "五", "六"}[d.Weekday()], kind, name)
	}
	return b.String()
}

func (o *office) calendarFile(text string) forms.File {
	o.t.Helper()
	f, err := o.kit.Files().Upload(o.ctx, o.as("P05"), "辦公日曆表.csv", strings.NewReader(text))
	if err != nil {
		o.t.Fatal(err)
	}
	return f
}

func (o *office) wanted() int {
	o.t.Helper()
	c, err := o.kit.Closures().Calendar(o.ctx, o.as("P13"))
	if err != nil {
		o.t.Fatal(err)
	}
	return c.Wanted
}

// U12: from October on those who look after the calendar are told, once a month, that
// the next year's is missing. One officer loads it as published, having seen what it
// changes; a correction in mid-year moves the deadlines that are open. A server that is
// started with another calendar keeps what was loaded.
func TestU12_TheNextYearsCalendarIsLoaded(t *testing.T) {
	eachStoreWith(t, []ismskit.Type{memo(t, incidentFlow)}, func(t *testing.T, o *office) {
		if o.wanted() != 0 {
			t.Fatalf("%d is missing in 2026", o.wanted())
		}
		o.until(time.Date(2027, time.December, 1, 4, 0, 0, 0, time.UTC))
		var months []string
		for _, m := range o.noticesOf("P05") {
			if m.Rule == "calendar" {
				months = append(months, m.Subject+m.Created.In(taipei).Format("@01"))
			}
		}
		if want := []string{"117 年度辦公日曆尚未載入@10", "117 年度辦公日曆尚未載入@11", "117 年度辦公日曆尚未載入@12"}; !slices.Equal(months, want) || o.wanted() != 2028 {
			t.Errorf("told %q, and %d is missing", months, o.wanted())
		}
		if mails := o.mailsTo("P05", time.Date(2027, time.September, 30, 0, 0, 0, 0, time.UTC)); len(mails) != 3 {
			t.Errorf("%d mails for three notices", len(mails))
		}

		o.now = time.Date(2027, time.December, 30, 1, 0, 0, 0, time.UTC) // Thursday
		id := o.memo()
		o.due(id, map[string]string{"head": "01-06 00:00"}) // 1/3, 1/4, 1/5: supposed
		file := o.calendarFile(published(2028, map[string]string{"2028-01-01": "開國紀念日", "2028-01-03": "補假"}))
		if _, err := o.kit.Closures().PreviewLoad(o.ctx, o.as("P13"), file); !errors.Is(err, ismskit.ErrForbidden) {
			t.Errorf("anybody loads calendars: %v", err)
		}
		if _, err := o.kit.Closures().PreviewLoad(o.ctx, o.as("P05"), forms.File{Digest: strings.Repeat("0", 64)}); err == nil {
			t.Error("a file that nobody uploaded is read")
		}
		torn := published(2028, nil)
		_, err := o.kit.Closures().PreviewLoad(o.ctx, o.as("P05"), o.calendarFile(torn[:len(torn)/2]))
		if invalid, ok := errors.AsType[forms.Invalid](err); !ok || invalid[0].Field != "file" || !strings.Contains(invalid[0].Message("zh-TW"), "第") {
			t.Errorf("a file cut in the middle: %v", err)
		}

		preview, err := o.kit.Closures().PreviewLoad(o.ctx, o.as("P05"), file)
		if err != nil || len(preview.Days) != 366 || preview.Deadlines == 0 && !preview.Others {
			t.Fatalf("%d days differ, %d deadlines move: %v", len(preview.Days), preview.Deadlines, err)
		}
		o.due(id, map[string]string{"head": "01-06 00:00"}) // a preview changes nothing
		for range 2 {                                       // a double click
			if err := o.kit.Closures().Load(o.ctx, o.as("P05"), file, preview.Seen); err != nil {
				t.Fatal(err)
			}
		}
		o.settle()
		o.due(id, map[string]string{"head": "01-07 00:00", "recover": "01-02 09:00"}) // hours stay
		if o.wanted() != 0 {
			t.Errorf("%d is still missing", o.wanted())
		}
		row, _, err := o.kit.Registers().Get(o.ctx, o.as("P05"), register.Calendars, "office")
		if err != nil || row.ChangedBy != "P05" {
			t.Errorf("entered by %q: %v", row.ChangedBy, err)
		}
		_, err = o.kit.Closures().PreviewLoad(o.ctx, o.as("P05"), file)
		o.refusedAt(err, "file", "檔案內容與目前的辦公日曆相同，不需載入。")

		// It was corrected: the fourth is off too.
		again := o.calendarFile(published(2028, map[string]string{"2028-01-01": "開國紀念日", "2028-01-03": "補假", "2028-01-04": "彈性放假"}))
		preview, err = o.kit.Closures().PreviewLoad(o.ctx, o.as("P05"), again)
		if err != nil || len(preview.Days) != 1 {
			t.Fatalf("%+v %v", preview.Days, err)
		}
		if err := o.kit.Closures().Load(o.ctx, o.as("P05"), again, preview.Seen-1); !errors.Is(err, ismskit.ErrConflict) {
			t.Errorf("by what he saw before: %v", err)
		}
		if err := o.kit.Closures().Load(o.ctx, o.as("P05"), again, preview.Seen); err != nil {
			t.Fatal(err)
		}
		o.settle()
		o.due(id, map[string]string{"head": "01-08 00:00"})

		// The next program brings another edition: it knows nothing of 2028, or the other way.
		days := slices.DeleteFunc(calendar.Taiwan().Days(), func(d calendar.Day) bool { return d.Date.Year == 2017 })
		newer, err := calendar.New(calendar.TaiwanKey, "2018-2027", days)
		if err != nil {
			t.Fatal(err)
		}
		next := openOfficeAt(t, o.store, o.now, func(c *ismskit.Config) {
			c.Calendar, c.Types = newer, append(c.Types, memo(t, incidentFlow))
		})
		next.settle()
		next.due(id, map[string]string{"head": "01-08 00:00"})
		if c, err := next.kit.Closures().Calendar(o.ctx, o.as("P13")); err != nil || c.Version != "2018-2027+2" || c.Last != 2028 {
			t.Errorf("%+v %v", c, err)
		}
	})
}
