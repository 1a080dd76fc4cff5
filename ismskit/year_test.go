package ismskit_test

import (
	"testing"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/register"
)

// A year of an office passes in seconds: accounts that end are asked about and
// closed, nothing due is missed, nothing is told twice.
func TestAYearPassesInSeconds(t *testing.T) {
	o := openOffice(t, nil)
	for range 12 {
		values := threeRows()
		values["lines"] = []forms.Row{line("row1", "S01", person("P13"))}
		delete(values, "nda")
		row := values["lines"].([]forms.Row)[0]
		row["account"] = "qh150013"
		row["period"] = forms.Period{From: calendar.DateOf(o.now.In(taipei)), To: calendar.DateOf(o.now.In(taipei).AddDate(0, 3, 0))}
		sent := o.apply("P13", values)
		o.finishOne(sent.Case)
		o.until(o.now.AddDate(0, 1, 0))
	}
	seen := map[string]bool{}
	for _, m := range o.mails.mails {
		if m.Person != "" && seen[m.ID] {
			t.Errorf("sent twice: %s", m.ID)
		}
		seen[m.ID] = true
		at := m.At.In(taipei)
		if len(m.ID) > 7 && m.ID[:7] == "digest|" && (at.Hour() != 8 || at.Minute() != 30 || !calendar.Taiwan().Workday(calendar.DateOf(at))) {
			t.Errorf("a morning mail left at %s", at.Format(time.RFC3339))
		}
	}
	days := map[string]int{}
	for _, m := range o.mails.mails {
		if len(m.ID) > 7 && m.ID[:7] == "digest|" {
			days[m.Person+m.At.In(taipei).Format("2006-01-02")]++
		}
	}
	for day, n := range days {
		if n > 1 {
			t.Errorf("%d morning mails: %s", n, day)
		}
	}
	dead, err := o.kit.Queue().Dead(o.ctx, o.as("P05"), ismskit.JobFilter{})
	if err != nil || len(dead) > 0 {
		t.Errorf("given up: %+v %v", dead, err)
	}
	grants, err := o.kit.Registers().Rows(o.ctx, o.as("P05"), register.Query{List: register.Grants})
	if err != nil || len(grants) == 0 {
		t.Errorf("grants: %d %v", len(grants), err)
	}
	t.Logf("%d mails, %d grants", len(o.mails.mails), len(grants))
}
