package ismskit_test

import (
	"context"
	"testing"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/workflow"
)

// afterKind is a store on which something happens once between the transaction that wrote
// an entry of a kind and the next transaction of the same server.
type afterKind struct {
	ismskit.Store
	kind    string
	do      func()
	written bool // the entry is committed, and it has not happened yet
}

type (
	kindTx struct {
		ismskit.Tx
		wrote *bool
		kind  string
	}
	kindTrail struct {
		ismskit.Trail
		tx kindTx
	}
)

func (a *afterKind) Update(ctx context.Context, fn func(ctx context.Context, tx ismskit.Tx) error) error {
	if do := a.do; a.written && do != nil {
		a.do = nil
		do()
	}
	wrote := false
	err := a.Store.Update(ctx, func(ctx context.Context, tx ismskit.Tx) error {
		wrote = false
		return fn(ctx, kindTx{tx, &wrote, a.kind})
	})
	a.written = a.written || err == nil && wrote
	return err
}

func (t kindTx) Trail() ismskit.Trail { return kindTrail{t.Tx.Trail(), t} }

func (t kindTrail) Append(ctx context.Context, entries ...ismskit.TrailEntry) error {
	for _, e := range entries {
		*t.tx.wrote = *t.tx.wrote || e.Kind == t.tx.kind
	}
	return t.Trail.Append(ctx, entries...)
}

// Two servers share one database. One ends what nobody answered; before it does anything
// more, the other takes the alarm that this has put. What follows is told once, and
// leaves once with the mail of the morning.
func TestWhatALapseBringsIsToldOnceByTwoServers(t *testing.T) {
	onDatabases(t, func(t *testing.T, store ismskit.Store) {
		first := &afterKind{Store: store, kind: string(workflow.VerbLapse)}
		o := openOffice(t, first)
		sent := o.apply("P13", oneRow())
		o.act("P11", sent.Case, ismskit.Action{Verb: workflow.VerbApprove})
		o.settle()
		o.act("P05", o.todo("P05")[0].Case, ismskit.Action{Verb: workflow.VerbRecord, Result: "opened", Values: forms.Values{"given_account": "qh150013"}})
		o.settle()
		// Asked on Monday 115.11.23: the fifth working day is the Monday after.
		end := calendar.DateOf(monday.In(taipei)).AddDays(8).Start(taipei)
		o.until(end.Add(-1))

		other, taken := openOfficeAt(t, store, end, func(*ismskit.Config) {}), false
		first.do = func() {
			other.settle()
			for _, n := range other.noticesOf("P13") {
				taken = taken || n.Rule == "closed"
			}
		}
		o.until(end)
		other.settle()
		if !first.written || !taken {
			t.Fatalf("lapsed %v, told by the other %v", first.written, taken)
		}
		if c := o.read("P13", sent.Case); c.Flow.Outcome != workflow.OutcomeLapsed {
			t.Fatalf("ended %q", c.Flow.Outcome)
		}
		morning := end.Add(9 * time.Hour)
		o.until(morning)
		other.until(morning)
		if mine, his := o.mailedSince("P13", end), other.mailedSince("P13", end); len(mine)+len(his) != 1 {
			t.Errorf("mailed by the one %+v, by the other %+v", mine, his)
		}
	})
}

// mailedSince are the mails that left to somebody through one server from a moment on.
func (o *office) mailedSince(person string, at time.Time) []ismskit.Mail {
	var out []ismskit.Mail
	for _, m := range o.mails.mails {
		if m.Person == person && !m.At.Before(at) {
			out = append(out, m)
		}
	}
	return out
}
