package ismskit_test

import (
	"testing"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/workflow"
)

// certainDues are the days of a route's steps that are still to come or open, those of rows by
// their titles.
func certainDues(steps []ismskit.RouteStep, of string, out map[string]string) map[string]string {
	for _, s := range steps {
		if !s.Due.Date.IsZero() && !s.Possible {
			out[of+s.ID] = s.Due.At.In(taipei).Format("01-02 15:04")
		}
		for _, branch := range s.Branches {
			certainDues(branch, of, out)
		}
		for _, row := range s.Rows {
			certainDues(row.Steps, of+row.Row+"/", out)
		}
	}
	return out
}

// The day that a preview says is the day that the request gets when it is sent a moment later,
// whatever is closed: a whole day, half of one, one place, another agency, an outage. A server
// that has done nothing yet says the same, and so do a trial and a draft that is on paper since
// before the day was closed.
func TestAPreviewCountsAsTheRequestWillBeCounted(t *testing.T) {
	other := typhoon
	other.Agency = "U50"
	own := typhoon
	own.Agency = "U00"
	half := typhoon
	half.Part = calendar.Afternoon
	outage := ismskit.ClosedDays{From: on(11, 24), To: on(11, 25), Outage: true, Reason: "機房停電"}
	long := ismskit.ClosedDays{From: on(11, 24), To: on(11, 30), Reason: "鳳凰颱風"}
	for name, c := range map[string]struct {
		closed []ismskit.ClosedDays
		taken  bool // the first is withdrawn again
		want   string
	}{
		"none": {nil, false, "11-27 00:00"}, "a day": {[]ismskit.ClosedDays{typhoon}, false, "11-28 00:00"},
		"half": {[]ismskit.ClosedDays{half}, false, "11-27 00:00"}, "another agency": {[]ismskit.ClosedDays{other}, false, "11-27 00:00"},
		"its own": {[]ismskit.ClosedDays{own}, false, "11-28 00:00"}, "an outage": {[]ismskit.ClosedDays{outage}, false, "12-01 00:00"},
		"a week": {[]ismskit.ClosedDays{long}, false, "12-04 00:00"}, "two agencies": {[]ismskit.ClosedDays{other, own}, false, "11-28 00:00"},
		"withdrawn": {[]ismskit.ClosedDays{typhoon}, true, "11-27 00:00"},
	} {
		t.Run(name, func(t *testing.T) {
			o := openOffice(t, nil, memo(t, incidentFlow))
			o.anotherAgency()
			values := forms.Values{"subject": "採購"}
			draft := o.open("P13", "memo", values, false)
			for _, d := range c.closed {
				o.closed(d)
			}
			if c.taken {
				o.withdrawn(c.closed[0].From)
			}
			fresh := openOfficeAt(t, o.store, o.now, func(cfg *ismskit.Config) { cfg.Types = append(cfg.Types, memo(t, incidentFlow)) })
			said := func(what string, way ismskit.Route, err error) map[string]string {
				t.Helper()
				if err != nil {
					t.Fatal(what, err)
				}
				return certainDues(way.Steps, "", map[string]string{})
			}
			asked := ismskit.Preview{Type: "memo", Values: values}
			way, err := fresh.kit.Route(o.ctx, o.as("P13"), asked)
			previews := map[string]map[string]string{"of a server that begins": said("fresh", way, err)}
			way, err = o.kit.Route(o.ctx, o.as("P13"), asked)
			previews["of the form"] = said("form", way, err)
			way, err = o.kit.Route(o.ctx, o.as("P13"), ismskit.Preview{Case: draft.Case})
			previews["of a draft"] = said("draft", way, err)
			previews["of a trial"] = said("trial", o.try("P04", ismskit.Trial{Type: "memo", Applicant: "P13", Values: values}).Route, nil)
			gets := o.dues(o.open("P13", "memo", values, true).Case)
			o.settle()
			if gets["head"] != c.want || len(gets) != 4 {
				t.Errorf("gets %v, want %s", gets, c.want)
			}
			for what, days := range previews {
				for step, day := range gets {
					if days[step] != day {
						t.Errorf("%s %s: %s says %s, it gets %s", what, step, name, days[step], day)
					}
				}
			}
		})
	}
}

// The same holds of rows: done in its last moment, each step opens what was said of the next.
func TestAPreviewCountsRowsAsTheyWillBeCounted(t *testing.T) {
	eachStore(t, func(t *testing.T, o *office) {
		o.closed(typhoon)
		o.closed(ismskit.ClosedDays{From: on(time.November, 30), Reason: "海葵颱風"})
		sent := o.apply("P13", oneRow())
		way := certainDues(o.read("P13", sent.Case).Way.Steps, "", map[string]string{})
		o.until(time.Date(2026, 11, 26, 15, 59, 0, 0, time.UTC)) // the last minute of the head
		o.act("P11", sent.Case, ismskit.Action{Verb: workflow.VerbApprove})
		o.settle()
		row := o.read("P13", sent.Case).Rows[0]
		seen := false
		for _, task := range row.State.Open() {
			if want := way[row.Row+"/"+task.Step]; want != "" {
				seen = true
				if got := task.Due.In(taipei).Format("01-02 15:04"); got != want {
					t.Errorf("%s is due %s, was to be due %s", task.Step, got, want)
				}
			}
		}
		if !seen {
			t.Errorf("no row of %v is open: %+v", way, row.State.Open())
		}
	})
}
