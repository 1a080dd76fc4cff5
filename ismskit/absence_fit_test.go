package ismskit_test

import (
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
)

// away enters an absence of days from monday on, and gives what is said against it.
func (o *office) away(who string, first, days int, deputies ...string) (id, told string) {
	o.t.Helper()
	from := time.Date(2026, 11, 24, 0, 0, 0, 0, taipei).AddDate(0, 0, first)
	row, err := o.kit.People().SetAbsence(o.ctx, o.as(who), ismskit.Absence{
		Deputies: deputies, From: from, To: from.AddDate(0, 0, days), Reason: "休假",
	})
	var invalid forms.Invalid
	switch {
	case err == nil:
		return row.ID, ""
	case !errors.As(err, &invalid) || len(invalid) != 1:
		o.t.Fatalf("absence of %s: %v", who, err)
	}
	return "", invalid[0].Field + ": " + invalid[0].Message("zh-TW")
}

// A person has one set of deputies at a time: an entry that overlaps another is
// refused, and both periods are named.
func TestOverlappingAbsencesAreRefused(t *testing.T) {
	o := openOffice(t, nil)
	id, told := o.away("P11", 0, 3, "P12")
	if told != "" {
		t.Fatal(told)
	}
	for name, days := range map[string][2]int{"the same": {0, 3}, "within": {1, 1}, "around": {-0, 5}, "its end": {2, 2}} {
		if _, told := o.away("P11", days[0], days[1], "P12"); !strings.HasPrefix(told, "from: 邱柏叡於 115.11.24") || !strings.Contains(told, "至 115.11.26") || !strings.Contains(told, "與本次 115.11.2") {
			t.Errorf("%s: %q", name, told)
		}
	}
	if _, told := o.away("P11", 3, 1, "P12"); told != "" {
		t.Errorf("beginning as the other ends: %s", told)
	}
	if _, told := o.away("P13", 0, 3, "P12"); told != "" {
		t.Errorf("somebody else's: %s", told)
	}
	if err := o.kit.People().EndAbsence(o.ctx, o.as("P11"), id); err != nil {
		t.Fatal(err)
	}
	if _, told := o.away("P11", 0, 2, "P12"); told != "" {
		t.Errorf("after the first was taken back: %s", told)
	}
}

// People who would act for each other while all of them are away leave nobody.
func TestDeputiesInARingAreRefused(t *testing.T) {
	o := openOffice(t, nil)
	o.away("P11", 0, 3, "P12")
	if _, told := o.away("P12", 2, 2, "P11"); !strings.HasPrefix(told, "ordered: 邱柏叡於 115.11.24") || !strings.Contains(told, "無人可代") {
		t.Errorf("each for the other: %q", told)
	}
	if _, told := o.away("P12", 3, 2, "P11"); told != "" {
		t.Errorf("when the other is back: %s", told)
	}
	o.away("P05", 0, 3, "P06")
	o.away("P06", 0, 3, "P10")
	if _, told := o.away("P10", 1, 1, "P04", "P05"); !strings.Contains(told, "方冠宇於") {
		t.Errorf("three in a ring: %q", told)
	}
	if _, told := o.away("P10", 1, 1, "P04"); told != "" {
		t.Errorf("a chain that ends: %s", told)
	}
}

// Entered in the same instant, one of several entries that exclude each other stands.
func TestOneOfSeveralAbsencesAtOnceStands(t *testing.T) {
	onDatabases(t, func(t *testing.T, store ismskit.Store) {
		o := openOffice(t, store)
		var stood atomic.Int32
		var all sync.WaitGroup
		for i := range 6 {
			all.Go(func() {
				if _, told := o.away("P11", i%3, 4, "P12"); told == "" {
					stood.Add(1)
				}
			})
		}
		all.Wait()
		if stood.Load() != 1 {
			t.Errorf("%d overlapping absences of one person stand", stood.Load())
		}
	})
}

// Who leaves it to usual deputies must have some: nobody would act, and everybody
// would think that somebody does.
func TestAnAbsenceThatNobodyDeputisesIsRefused(t *testing.T) {
	o := openOffice(t, nil)
	if _, told := o.away("P13", 0, 3); !strings.HasPrefix(told, "ordered: ") || !strings.Contains(told, "沒有平時代理人，請輸入代理人。") {
		t.Errorf("no usual deputies and none named: %q", told)
	}
	usual := ismskit.Absence{Reason: "平時"}
	if _, err := o.kit.People().SetAbsence(o.ctx, o.as("P13"), usual); err == nil {
		t.Error("usual deputies that are none")
	}
	usual.Deputies = []string{"P12"}
	if _, err := o.kit.People().SetAbsence(o.ctx, o.as("P13"), usual); err != nil {
		t.Fatal(err)
	}
	if _, told := o.away("P13", 0, 3); told != "" {
		t.Errorf("with usual deputies: %s", told)
	}
	if _, told := o.away("P11", 0, 3); told == "" {
		t.Error("somebody else's usual deputies are not his")
	}
}
