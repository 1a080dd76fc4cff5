package ismskit_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/storage/memory"
	"github.com/ismskit/ismskit/workflow"
)

// toAppoint are the numbers of what somebody is to name a stand-in for.
func (o *office) toAppoint(person string) []string {
	o.t.Helper()
	todos, err := o.kit.Tasks(o.ctx, o.as(person), ismskit.TodoFilter{Unattended: true})
	if err != nil {
		o.t.Fatal(err)
	}
	var out []string
	for _, t := range todos {
		out = append(out, t.Number+" "+t.Why.In("zh-TW"))
	}
	return out
}

// U5: while the head is on leave and so are those whom he has named, the way of the case, that
// of a request not sent yet and a trial say so, with the kind of leave as it was entered and who
// is to name somebody, who has it on his list. Once he has, all of it is gone but the leave.
func TestU5TheWaySaysThatNobodyActs(t *testing.T) {
	eachSigning(t, memoFlow, func(t *testing.T, o *office) {
		id := o.memo()
		head := o.read("P11", id).Mine[0]
		o.goneAway("P11", o.now, 5, "P12", "P06")
		o.goneAway("P12", o.now, 5, "P13")
		if got := o.toAppoint("P01"); len(got) > 0 {
			t.Errorf("the second deputy is there: %v", got)
		}
		o.goneAway("P06", o.now, 5, "P05")
		asked := ismskit.Preview{Type: "memo", Values: forms.Values{"subject": "採購"}}
		preview, err := o.kit.Route(o.ctx, o.as("P13"), asked)
		if err != nil {
			t.Fatal(err)
		}
		trial := o.try("P04", ismskit.Trial{Type: "memo", Applicant: "P13", Values: asked.Values})
		for what, way := range map[string]ismskit.Route{"case": o.read("P13", id).Way, "preview": preview, "trial": trial.Route} {
			head := way.Steps[0].People[0]
			if !head.Away || head.Acting != nil || head.Reason != "公假" || head.Until.IsZero() || len(head.Asked) != 1 || head.Asked[0].Person != "P01" {
				t.Errorf("%s: %+v", what, head)
			}
		}
		if len(trial.DeadEnds) != 1 || trial.DeadEnds[0].Why() != ismskit.DeadEndAway || trial.DeadEnds[0].Absent[0].Reason != "公假" || trial.DeadEnds[0].Asked[0].Person != "P01" {
			t.Errorf("%+v", trial.DeadEnds)
		}
		const words = "M-115-0001 邱柏叡不在，第一、第二代理人均不在，請指定"
		if got := o.toAppoint("P01"); !slices.Equal(got, []string{words}) {
			t.Errorf("on his list: %q", got)
		}
		for _, other := range []string{"P04", "P10", "P11", "P12", "P13"} {
			if got := o.toAppoint(other); len(got) > 0 {
				t.Errorf("on the list of %s: %q", other, got)
			}
		}
		messages := o.noticesOf("P01")
		if err := o.kit.Queue().Read(o.ctx, o.as("P01"), messages[0].ID); err != nil {
			t.Fatal(err)
		}
		if got := o.toAppoint("P01"); len(got) != 1 {
			t.Errorf("having read the notice: %q", got)
		}
		o.act("P01", id, ismskit.Action{Verb: workflow.VerbAppoint, Task: head.ID, People: []string{"P10"}, Comment: "均不在"})
		o.settle()
		if got := o.toAppoint("P01"); len(got) > 0 {
			t.Errorf("he has named somebody: %q", got)
		}
		after := o.read("P13", id).Way.Steps[0].People[0]
		if after.Away || after.Acting == nil || after.Acting.Person != "P10" || after.Reason != "公假" || after.Until.IsZero() {
			t.Errorf("P10 acts: %+v", after)
		}
	})
}

// U5: where the superior is away too, the one above has it on his list.
func TestU5TheOneAboveHasItOnHisList(t *testing.T) {
	o := openOffice(t, nil, memo(t, memoFlow))
	o.post("T55", "副局長", "U00", "P55", false, "T01")
	o.hire("P55", "副局長甲", "T55", "U00")
	o.change(register.Posts, "T15", func(v forms.Values) { v["superior"] = ref(register.Posts, "T55") })
	o.goneAway("P11", o.now, 5, "P12")
	o.goneAway("P12", o.now, 5, "P13")
	o.memo()
	if got := o.toAppoint("P55"); len(got) != 1 {
		t.Errorf("his superior: %q", got)
	}
	o.goneAway("P55", o.now, 5, "P13")
	if own, above := o.toAppoint("P55"), o.toAppoint("P01"); len(own) > 0 || len(above) != 1 {
		t.Errorf("the superior, away, has %q, the one above %q", own, above)
	}
}

// Whoever is nobody's superior is asked about nobody: those who are away are not gone through for
// him. One who heads no unit may be the superior of a post by its own entry.
func TestU5WhoIsAboveNobodyIsAskedAboutNobody(t *testing.T) {
	s := &keyReads{Store: memory.New()}
	o := openOffice(t, s, memo(t, memoFlow))
	o.post("T55", "副局長", "U00", "P55", false, "T01")
	o.hire("P55", "副局長甲", "T55", "U00")
	o.change(register.Posts, "T15", func(v forms.Values) { v["superior"] = ref(register.Posts, "T55") })
	o.goneAway("P11", o.now, 5, "P12")
	o.goneAway("P12", o.now, 5, "P13")
	o.memo()
	for person, want := range map[string]int{"P55": 1, "P11": 0, "P13": 0, "P05": 0} {
		s.deputies = 0
		if got := o.toAppoint(person); len(got) != want {
			t.Errorf("%s has %q", person, got)
		}
		if asked := s.deputies > 0; asked != (person == "P55" || person == "P11") {
			t.Errorf("%s: those who are away are gone through %d times", person, s.deputies)
		}
	}
}

// lateAlarms is a store in which what the job of an absence puts is there only when the queue has
// been looked at since the job was taken.
type lateAlarms struct {
	ismskit.Store
	late  atomic.Bool // from now on
	mu    sync.Mutex
	taken []chan struct{} // closed when the queue is looked at for the next job
}

type (
	lateTx struct {
		ismskit.Tx
		late *lateAlarms
		held *bool // nil where nothing is held back
	}
	lateQueue struct {
		ismskit.Queue
		tx lateTx
	}
)

var errHeld = errors.New("not yet")

func (l *lateAlarms) Update(ctx context.Context, fn func(ctx context.Context, tx ismskit.Tx) error) error {
	held := false
	err := l.Store.Update(ctx, func(ctx context.Context, tx ismskit.Tx) error { return fn(ctx, lateTx{tx, l, &held}) })
	if !held {
		return err
	}
	l.mu.Lock()
	taken := slices.Clone(l.taken)
	l.mu.Unlock()
	for _, looked := range taken {
		select {
		case <-looked:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return l.Store.Update(ctx, func(ctx context.Context, tx ismskit.Tx) error { return fn(ctx, lateTx{tx, l, nil}) })
}

func (l *lateAlarms) View(ctx context.Context, fn func(ctx context.Context, tx ismskit.Tx) error) error {
	return l.Store.View(ctx, func(ctx context.Context, tx ismskit.Tx) error { return fn(ctx, lateTx{tx, l, nil}) })
}

func (t lateTx) Queue() ismskit.Queue { return lateQueue{t.Tx.Queue(), t} }

func (q lateQueue) Put(ctx context.Context, now time.Time, jobs ...ismskit.Job) error {
	if q.tx.held != nil && q.tx.late.late.Load() && slices.ContainsFunc(jobs, func(j ismskit.Job) bool {
		return strings.HasPrefix(j.Key, "alarm|") && !j.Since.IsZero() && j.Since.Equal(j.Due)
	}) {
		*q.tx.held = true
		return errHeld
	}
	return q.Queue.Put(ctx, now, jobs...)
}

func (q lateQueue) Due(ctx context.Context, now, lease time.Time, limit int) ([]ismskit.Job, error) {
	jobs, err := q.Queue.Due(ctx, now, lease, limit)
	if len(jobs) > 0 {
		q.tx.late.mu.Lock()
		q.tx.late.taken = append(q.tx.late.taken, make(chan struct{}))
		q.tx.late.mu.Unlock()
	}
	return jobs, err
}

func (q lateQueue) Next(ctx context.Context) (time.Time, error) {
	next, err := q.Queue.Next(ctx)
	q.tx.late.mu.Lock()
	defer q.tx.late.mu.Unlock()
	for _, looked := range q.tx.late.taken {
		close(looked)
	}
	q.tx.late.taken = nil
	return next, err
}

// U5: the superior is told at once when the leave is entered, and not when the queue is looked
// at the next time.
func TestU5TheSuperiorIsToldAtOnce(t *testing.T) {
	store := &lateAlarms{Store: memory.New()}
	o := openOffice(t, store, memo(t, memoFlow))
	o.memo()
	o.goneAway("P11", o.now, 5, "P12")
	ctx, stop := context.WithCancel(o.ctx)
	ended := make(chan error, 1)
	store.late.Store(true)
	go func() { ended <- o.kit.Run(ctx) }()
	defer func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}()
	a := ismskit.Absence{Principal: "P12", Deputies: []string{"P13"}, From: o.now, To: o.now.AddDate(0, 0, 5), Reason: "公假"}
	if _, err := o.kit.People().SetAbsence(o.ctx, ismskit.System("test"), a); err != nil {
		t.Fatal(err)
	}
	o.wait(func() bool {
		return slices.ContainsFunc(o.noticesOf("P01"), func(m ismskit.Message) bool { return m.Rule == "unattended" })
	})
}
