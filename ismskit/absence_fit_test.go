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
	"github.com/ismskit/ismskit/ismskit/register"
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
	if _, err := o.kit.People().EndAbsence(o.ctx, o.as("P11"), id); err != nil {
		t.Fatal(err)
	}
	if _, told := o.away("P11", 0, 2, "P12"); told != "" {
		t.Errorf("after the first was taken back: %s", told)
	}
}

// A year mistyped would let a deputy sign for many: an absence of more than a year is
// asked about at its end, and entered where it is said to be meant, as of whoever brings
// up a child. One that is there may be made shorter unasked.
func TestAnAbsenceOfMoreThanAYearIsAskedAbout(t *testing.T) {
	o := openOffice(t, nil)
	if _, told := o.away("P11", 0, 15*365, "P12"); told != "to: 邱柏叡 115.11.24 至 130.11.19 的代理超過一年，請檢查結束日期；確為超過一年時，請併予確認。" {
		t.Errorf("fifteen years: %q", told)
	}
	if _, told := o.away("P13", 0, 366, "P12"); told == "" {
		t.Error("a year and a day is not asked about")
	}
	if _, told := o.away("P13", 0, 365, "P12"); told != "" {
		t.Errorf("a year: %s", told)
	}
	from := time.Date(2026, 11, 24, 0, 0, 0, 0, taipei)
	row, err := o.kit.People().SetAbsence(o.ctx, o.as("P11"), ismskit.Absence{Deputies: []string{"P12"}, From: from, To: from.AddDate(2, 0, 0), Reason: "育嬰留職停薪", Long: true})
	if err != nil {
		t.Fatalf("two years, as meant: %v", err)
	}
	values, err := o.kit.Registers().Fields(o.ctx, o.as("P11"), row)
	if err != nil {
		t.Fatal(err)
	}
	until := func(to time.Time) error {
		changed := values.Clone()
		changed["to"] = to.UTC()
		_, err := o.kit.Registers().Put(o.ctx, o.as("P11"), ismskit.RowChange{List: register.Deputies, ID: row.ID, Seen: row.Revision, Values: changed})
		return err
	}
	var invalid forms.Invalid
	if err := until(from.AddDate(12, 0, 0)); !errors.As(err, &invalid) || invalid[0].Field != "to" || invalid[0].Code != "absence.long" {
		t.Errorf("twelve years in the list: %v", err)
	}
	if err := until(from.AddDate(1, 6, 0)); err != nil {
		t.Errorf("made shorter: %v", err)
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

// Usual deputies are ended like any: they act no more when the principal is away, nothing can
// be left to them, and the entry says since when.
func TestUsualDeputiesAreEnded(t *testing.T) {
	o := openOffice(t, nil)
	usual, err := o.kit.People().SetAbsence(o.ctx, o.as("P13"), ismskit.Absence{Deputies: []string{"P12"}, Reason: "平時"})
	if err != nil {
		t.Fatal(err)
	}
	if _, told := o.away("P13", 0, 3); told != "" {
		t.Fatal(told)
	}
	o.until(o.now.AddDate(0, 0, 1))
	stands := func() (standing, away ismskit.AbsenceView) {
		t.Helper()
		all, err := o.kit.People().Absences(o.ctx, o.as("P13"), "P13")
		if err != nil || len(all) != 2 {
			t.Fatal(all, err)
		}
		if all[0].ID == usual.ID {
			return all[0], all[1]
		}
		return all[1], all[0]
	}
	if standing, away := stands(); standing.State != ismskit.AbsenceStanding || !standing.MayEnd || away.Acting.Person != "P12" {
		t.Fatalf("the usual ones %+v, the absence %+v", standing, away)
	}
	if state, err := o.kit.People().EndAbsence(o.ctx, o.as("P13"), usual.ID); err != nil || state != ismskit.AbsenceEnded {
		t.Fatal(state, err)
	}
	if standing, away := stands(); standing.State != ismskit.AbsenceEnded || standing.MayEnd || !standing.To.Equal(o.now) || away.State != ismskit.AbsenceNow || away.Acting.Person != "" {
		t.Errorf("ended: the usual ones %+v, the absence %+v", standing, away)
	}
	if _, told := o.away("P13", 10, 3); !strings.Contains(told, "沒有平時代理人，請輸入代理人。") {
		t.Errorf("left to those that are ended: %q", told)
	}
	_, err = o.kit.People().SetAbsence(o.ctx, o.as("P11"), ismskit.Absence{Deputies: []string{"P12"}, To: o.now.AddDate(0, 0, 1)})
	if invalid, ok := errors.AsType[forms.Invalid](err); !ok || len(invalid) != 1 || invalid[0].Field != "from" || !strings.HasPrefix(invalid[0].Message("zh-TW"), "請填寫代理開始時間") {
		t.Errorf("entered with an end alone: %v", err)
	}
}

// Everything wrong with an absence is said at once, each at its field and a deputy at his
// place; what could not be read is not missing too, and nothing is entered.
func TestEverythingWrongWithAnAbsenceIsSaidAtOnce(t *testing.T) {
	o := openOffice(t, nil)
	o.away("P13", 0, 3, "P12")
	o.away("P12", 8, 1, "P13")
	o.away("P11", 8, 1, "P12")
	unread := func(field, part string) forms.Fault {
		f := forms.Unread(field, forms.Text{"zh-TW": "欄位"}, errors.New("115.13.40"))
		f.Part = part
		return f
	}
	day := func(n int) time.Time { return time.Date(2026, 11, 24+n, 0, 0, 0, 0, taipei) }
	for name, c := range map[string]struct {
		absence ismskit.Absence
		want    string
	}{
		"in the past, nobody":     {ismskit.Absence{From: day(-5), To: day(-4)}, "ordered from to"},
		"ends first, nobody":      {ismskit.Absence{From: day(9), To: day(8)}, "ordered to"},
		"overlaps, himself":       {ismskit.Absence{From: day(1), To: day(2), Deputies: []string{"", "P13"}}, "ordered.2 from"},
		"no beginning, past end":  {ismskit.Absence{To: day(-4), Deputies: []string{"P12"}, Unread: forms.Invalid{unread("from", "")}}, "from to"},
		"no end, past beginning":  {ismskit.Absence{From: day(-4), Deputies: []string{"P12"}, Unread: forms.Invalid{unread("to", "")}}, "from to"},
		"first unknown, himself":  {ismskit.Absence{From: day(8), To: day(9), Deputies: []string{"", "P13"}, Unread: forms.Invalid{unread("ordered", "1")}}, "ordered.1 ordered.2"},
		"nobody could be read":    {ismskit.Absence{From: day(8), To: day(9), Deputies: []string{""}, Unread: forms.Invalid{unread("ordered", "1")}}, "ordered.1"},
		"in a ring, and himself":  {ismskit.Absence{From: day(8), To: day(9), Deputies: []string{"P12", "", "P13", "P11"}}, "ordered.1 ordered.3 ordered.4"},
		"usual deputies, himself": {ismskit.Absence{Deputies: []string{"P13"}}, "ordered.1"},
	} {
		_, err := o.kit.People().SetAbsence(o.ctx, o.as("P13"), c.absence)
		var invalid forms.Invalid
		if !errors.As(err, &invalid) {
			t.Errorf("%s: %v", name, err)
		}
		var said []string
		for _, f := range invalid {
			said = append(said, f.Path())
			if f.Message("zh-TW") == "" || f.Message("en") == "" {
				t.Errorf("%s: nothing is said at %s", name, f.Path())
			}
		}
		if got := strings.Join(said, " "); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	if rows, err := o.kit.People().Deputies(o.ctx, o.as("P13"), "P13"); err != nil || len(rows) != 1 {
		t.Errorf("%d entries, %v", len(rows), err)
	}
}

// Where nobody knows whose absence it is, it is not taken for that of whoever enters it:
// he may be the deputy, be away himself, and have usual deputies or none.
func TestAnAbsenceOfSomebodyUnknownIsNotOnesOwn(t *testing.T) {
	o := openOffice(t, nil)
	o.away("P05", 0, 3, "P12")
	unknown := forms.Invalid{{Field: "principal", Code: "unknown_person", Text: forms.Text{"zh-TW": "查無此人", "en": "unknown"}}}
	day := func(n int) time.Time { return time.Date(2026, 11, 24+n, 0, 0, 0, 0, taipei) }
	for name, c := range map[string]struct {
		absence ismskit.Absence
		want    string
	}{
		"whoever enters it is the deputy": {ismskit.Absence{From: day(1), To: day(2), Deputies: []string{"P05"}, Unread: unknown}, "principal"},
		"its deputies are the usual ones": {ismskit.Absence{From: day(8), To: day(9), Unread: unknown}, "principal"},
		"one is named, and is not meant":  {ismskit.Absence{Principal: "P05", From: day(1), To: day(2), Deputies: []string{"P05"}, Unread: unknown}, "principal"},
		"it ends before it begins":        {ismskit.Absence{From: day(9), To: day(8), Deputies: []string{"P05"}, Unread: unknown}, "principal to"},
	} {
		_, err := o.kit.People().SetAbsence(o.ctx, o.as("P05"), c.absence)
		if got := pathsOf(err); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
		if _, err := o.kit.People().SetAbsence(o.ctx, o.as("P11"), c.absence); !errors.Is(err, ismskit.ErrForbidden) {
			t.Errorf("%s, by one who may enter his own only: %v", name, err)
		}
	}
}

// pathsOf are the places at which an entry is refused, in their order.
func pathsOf(err error) string {
	invalid, _ := errors.AsType[forms.Invalid](err)
	paths := make([]string, len(invalid))
	for i, f := range invalid {
		paths[i] = f.Path()
	}
	return strings.Join(paths, " ")
}
