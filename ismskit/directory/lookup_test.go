package directory_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ismskit/ismskit/ismskit/directory"
	"github.com/ismskit/ismskit/ismskit/register"
)

func TestSearchFindsTwoCharacters(t *testing.T) {
	_, d := agency(t)
	tests := []struct{ text, want string }{
		{"明哲", "科員 鍾明哲"},
		{"ming", "科員 鍾明哲"},
		{"ＱＨ１５００１３", "科員 鍾明哲"},
		{"戶政", "科長 邱柏叡、股長 范語彤、科員 鍾明哲、主任 湯舒涵、課員 卓育誠、康芷寧"},
		{"戶政 股長", "股長 范語彤"},
		{"嶼東所", "主任 湯舒涵、課員 卓育誠、康芷寧"},
		{"杜承恩", ""},
		{"  ", ""},
		{"無此人", ""},
	}
	for _, test := range tests {
		found, err := d.Search(t.Context(), test.text, 0)
		if err != nil || names(found) != test.want {
			t.Errorf("%q: %s %v", test.text, names(found), err)
		}
	}
	if found, err := d.Search(t.Context(), "戶政", 2); err != nil || len(found) != 2 {
		t.Errorf("%v %v", found, err)
	}
}

func TestWhatAPersonIs(t *testing.T) {
	_, d := agency(t)
	at := on(23, 9, 0)
	p, known, err := d.ByLogin(t.Context(), "QH150013")
	if err != nil || !known || p.ID != "P13" || p.NameEN != "Chung Ming-che" || !p.Active(at) {
		t.Errorf("%+v %v %v", p, known, err)
	}
	if _, known, err := d.ByLogin(t.Context(), ""); known || err != nil {
		t.Error("an empty login is somebody")
	}
	x, known, err := d.Person(t.Context(), "X1")
	if err != nil || !known || !x.External || x.Org != "瀚洋資訊股份有限公司（虛構廠商）" {
		t.Errorf("%+v %v %v", x, known, err)
	}
	pools, err := d.Pools(t.Context(), "P07", at)
	if want := []string{"post:T11", "role:access/module_manager", "role:documents/document_controller", "row:systems/S02/backup_admins"}; err != nil || !slices.Equal(pools, want) {
		t.Errorf("%v %v", pools, err)
	}
	pools, err = d.Pools(t.Context(), "P17", at)
	if want := []string{"post:T21", "role:access/module_manager@U08", "row:systems/S11/admins", "row:systems/S11/owner"}; err != nil || !slices.Equal(pools, want) {
		t.Errorf("%v %v", pools, err)
	}
	if pools, err = d.Pools(t.Context(), "P15", at.AddDate(0, 1, 0)); err != nil || pools != nil {
		t.Errorf("a leaver belongs to nothing: %v %v", pools, err)
	}
	m, err := d.Membership(t.Context(), "P10", at)
	if err != nil || !m.Active || m.Unit != "U02" || !slices.Equal(m.Systems, []string{"S02"}) || !slices.Equal(m.Posts, []string{"T14"}) {
		t.Errorf("%+v %v", m, err)
	}
	if m, err = d.Membership(t.Context(), "X1", at); err != nil || m.Active {
		t.Errorf("somebody outside belongs to nothing: %+v %v", m, err)
	}
	roles, err := d.Roles(t.Context(), "P03", at)
	if err != nil || len(roles) != 1 || roles[0].Title != "重大變更核准" {
		t.Errorf("%v %v", roles, err)
	}
}

func TestWhatAHeadSees(t *testing.T) {
	_, d := agency(t)
	for person, want := range map[string][]string{
		"P01": {"U00", "U01", "U02", "U03", "U06", "U06a"}, // not the agencies of their own
		"P11": {"U06", "U06a"},                             // U2: rights follow the successor
		"P16": {"U08"},
		"P13": nil,
	} {
		if got, err := d.Heads(t.Context(), person, on(23, 9, 0)); err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: %v %v", person, got, err)
		}
	}
	people, err := d.PeopleOf(t.Context(), "U06", on(23, 9, 0))
	if err != nil || names(people) != "科長 邱柏叡、股長 范語彤、科員 鍾明哲" {
		t.Errorf("%s %v", names(people), err)
	}
	units, err := d.Units(t.Context(), on(23, 9, 0))
	if err != nil || slices.ContainsFunc(units, func(u directory.Unit) bool { return u.ID == "U06a" }) || len(units) != 7 {
		t.Errorf("%v %v", units, err)
	}
}

func TestAChangeIsSeenAtOnceOrWithinASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, d := agency(t)
		ask := func() string {
			a := ask(t, d, directory.Question{Kind: directory.KindUnitHead, Unit: "U03", At: on(23, 9, 0)})
			return names(a.Holders)
		}
		if ask() != "資訊室主任 江志恆" || h.views != 1 {
			t.Fatalf("%s after %d views", ask(), h.views)
		}
		h.put("posts", "T07", `{"title":"資訊室主任","unit":"U03","head":true,"holders":[{"person":"P06"}]}`)
		if ask() != "資訊室主任 江志恆" || h.views != 1 {
			t.Error("within a second nothing is read")
		}
		time.Sleep(time.Second)
		reads := h.reads
		if ask() != "資訊室主任 方冠宇" || h.reads != reads+1 {
			t.Errorf("%s; only the changed list is read again, not %d", ask(), h.reads-reads)
		}
		time.Sleep(time.Second)
		reads, views := h.reads, h.views
		if ask(); h.reads != reads || h.views != views+1 {
			t.Error("an unchanged stamp costs one cheap read")
		}
		h.put("posts", "T07", `{"title":"資訊室主任","unit":"U03","head":true,"holders":[{"person":"P04"}]}`)
		d.Forget()
		if ask() != "資訊室主任 江志恆" {
			t.Error("after Forget the change is seen at once")
		}
		if err := d.Refresh(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

func TestTheDatabaseIsGoneAndComesBack(t *testing.T) {
	h, d := agency(t)
	h.gone = errors.New("gone")
	if _, err := d.Search(t.Context(), "明哲", 0); !errors.Is(err, h.gone) {
		t.Errorf("%v", err)
	}
	h.gone = nil
	if found, err := d.Search(t.Context(), "明哲", 0); err != nil || len(found) != 1 {
		t.Errorf("%v %v", found, err)
	}
}

// slow lets go of a View only when told.
type slow struct {
	*house
	begun, done chan struct{}
}

func (s slow) View(ctx context.Context, fn func(context.Context, register.Store) error) error {
	s.begun <- struct{}{}
	<-s.done
	return s.house.View(ctx, fn)
}

func TestAWaitingCallerMayGiveUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, _ := agency(t)
		rows := slow{h, make(chan struct{}), make(chan struct{})}
		d := directory.New(rows, h.lists, directory.Options{})
		first := make(chan error)
		go func() {
			_, err := d.Search(t.Context(), "明哲", 0)
			first <- err
		}()
		<-rows.begun
		ctx, cancel := context.WithCancel(t.Context())
		second := make(chan error)
		go func() {
			_, err := d.Search(ctx, "明哲", 0)
			second <- err
		}()
		synctest.Wait()
		cancel()
		if err := <-second; !errors.Is(err, context.Canceled) {
			t.Errorf("%v", err)
		}
		// A commit while the first one reads: what it reads may be old already.
		d.Forget()
		rows.done <- struct{}{}
		if err := <-first; err != nil {
			t.Error(err)
		}
		go func() { <-rows.begun; rows.done <- struct{}{} }()
		before := h.views
		if _, err := d.Search(t.Context(), "明哲", 0); err != nil || h.views != before+1 {
			t.Errorf("the next question looks again: %d, %v", h.views-before, err)
		}
	})
}

func TestManyAskAtOnce(t *testing.T) {
	h, d := agency(t)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for i := range 20 {
				if _, err := d.ActingFor(t.Context(), "P12", on(24, 9, 0)); err != nil {
					t.Error(err)
				}
				if i%5 == 0 {
					d.Forget()
				}
			}
		})
	}
	h.put("people", "P20", `{"name":"新同仁"}`)
	all.Wait()
}

func TestAJoinedTransactionSeesItsOwnChanges(t *testing.T) {
	h, d := agency(t)
	question := directory.Question{Kind: directory.KindUnitHead, Unit: "U03", At: on(23, 9, 0)}
	ask(t, d, question)
	joined := d.In(h)
	reads := h.reads
	if ask(t, joined, question); h.reads != reads {
		t.Error("it starts from what is known")
	}
	h.put("posts", "T07", `{"title":"資訊室主任","unit":"U03","head":true,"holders":[{"person":"P06"}]}`)
	if a := ask(t, d.In(h), question); names(a.Holders) != "資訊室主任 方冠宇" {
		t.Errorf("%s", names(a.Holders))
	}
	if a := ask(t, d, question); names(a.Holders) != "資訊室主任 江志恆" {
		t.Errorf("the others don't see it yet: %s", names(a.Holders))
	}
}

func BenchmarkResolve(b *testing.B) {
	_, d := agency(b)
	questions := []directory.Question{
		{Kind: directory.KindManager, Person: "P13", At: on(23, 9, 0)},
		{Kind: directory.KindRegisterRole, Register: "systems", Row: "S02", Field: "admins", At: on(23, 9, 0)},
		{Kind: directory.KindRole, Module: "documents", Role: "document_controller", At: on(23, 9, 0)},
	}
	for b.Loop() {
		if _, err := d.Resolve(b.Context(), questions); err != nil {
			b.Fatal(err)
		}
	}
}

// When somebody may cease to have a role: the ends of those who have it, of the posts that
// give it and of those who hold them, not everybody's; a head's role may pass to whoever is
// above.
func TestARoleEndsWithThoseWhoHaveIt(t *testing.T) {
	h, d := agency(t)
	h.put("people", "P06", `{"name":"方冠宇","post":"T09","unit":"U03","to":"2026-12-31"}`)
	h.put("people", "P13", `{"name":"鍾明哲","post":"T17","unit":"U06","to":"2026-12-05"}`)
	h.put("people", "P12", `{"name":"范語彤","post":"T16","unit":"U06","to":"2026-12-20"}`)
	h.put("posts", "T16", `{"title":"股長","unit":"U06","holders":[{"person":"P12","to":"2026-12-10"}]}`)
	h.put("roles", "m.r", `{"module":"m","key":"r","title":"名單","members":[{"person":"P06","to":"2026-12-01"},{"person":"P06"},{"post":"T16"}]}`)
	h.put("roles", "m.head", `{"module":"m","key":"head","title":"主管","units":["U06"]}`)
	ends := func(after time.Time, role string) (days []string) {
		t.Helper()
		found, err := d.Ends(t.Context(), after, []directory.Question{{Kind: directory.KindRole, Module: "m", Role: role}})
		if err != nil {
			t.Fatal(err)
		}
		for _, at := range found {
			days = append(days, at.In(taipei).Format("01-02"))
		}
		return days
	}
	if got, want := ends(on(23, 9, 0), "r"), []string{"12-02", "12-11", "12-21", "01-01"}; !slices.Equal(got, want) {
		t.Errorf("of the list: %v, want %v", got, want)
	}
	if got := ends(time.Date(2026, time.December, 15, 9, 0, 0, 0, taipei), "r"); !slices.Equal(got, []string{"12-21", "01-01"}) {
		t.Errorf("in the middle of December: %v", got)
	}
	if got := ends(on(23, 9, 0), "head"); !slices.Contains(got, "12-06") {
		t.Errorf("of a head: %v", got)
	}
	if got := ends(on(23, 9, 0), "nobody"); len(got) > 0 {
		t.Errorf("of a role that is not there: %v", got)
	}
}
