package ismskit_test

import (
	"testing"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/storage/memory"
)

// What the system opened about somebody is not among what he sent, however the two lie
// between each other, and is found by itself; a page is filled from either alone.
func TestOwnCasesAreToldApartByWhoBeganThem(t *testing.T) {
	o := openOffice(t, memory.New())
	open := func(cause string) string {
		r, err := o.kit.Open(o.ctx, ismskit.System("test"), ismskit.Opening{
			Type: "grant_extension", Applicant: "P13", Cause: cause, Submit: true, Values: forms.Values{
				"system": ref(register.Systems, "S01"), "until": calendar.Date{Year: 2026, Month: 12, Day: 1}},
		})
		if err != nil {
			t.Fatal(err)
		}
		return r.Case
	}
	var sent, opened []string
	for _, cause := range []string{"grant/a/ask/2026-12-01", "grant/b/ask/2026-12-01", "grant/c/ask/2026-12-01"} {
		opened = append([]string{open(cause)}, opened...)
		o.now = o.now.Add(time.Minute)
		sent = append([]string{o.apply("P13", threeRows()).Case}, sent...)
		o.now = o.now.Add(time.Minute)
	}
	for begun, want := range map[ismskit.Begun][]string{ismskit.BegunByPerson: sent, ismskit.BegunBySystem: opened} {
		first, err := o.kit.Cases(o.ctx, o.as("P13"), ismskit.CaseFilter{Begun: begun, Limit: 2})
		if err != nil || len(first) != 2 {
			t.Fatalf("%s: %d cases, %v", begun, len(first), err)
		}
		rest, err := o.kit.Cases(o.ctx, o.as("P13"), ismskit.CaseFilter{Begun: begun, Limit: 2, After: first[1].Created, AfterID: first[1].ID})
		if err != nil || len(rest) != 1 {
			t.Fatalf("%s: then %d cases, %v", begun, len(rest), err)
		}
		for i, line := range append(first, rest...) {
			if line.ID != want[i] {
				t.Errorf("%s: %d is %s %s", begun, i, line.ID, line.Subject)
			}
		}
	}
}
