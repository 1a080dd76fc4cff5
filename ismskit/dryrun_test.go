package ismskit_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/storage/memory"
	"github.com/ismskit/ismskit/workflow"
)

func (o *office) try(person string, trial ismskit.Trial) ismskit.DryRun {
	o.t.Helper()
	run, err := o.kit.Types().DryRun(o.ctx, o.as(person), trial)
	if err != nil {
		o.t.Fatal(err)
	}
	return run
}

// sealed is a store that counts what is written to it.
type sealed struct {
	ismskit.Store
	writes int
}

func (s *sealed) Update(ctx context.Context, fn func(ctx context.Context, tx ismskit.Tx) error) error {
	s.writes++
	return s.Store.Update(ctx, fn)
}

// 流程試跑: before anything is sent an officer sees the whole way of somebody's
// request, who and why and until when, and what happens if people are away. Nothing
// is written.
func TestADryRunShowsTheWholeWayAndWritesNothing(t *testing.T) {
	store := &sealed{Store: memory.New()}
	o := openOffice(t, store)
	before := store.writes
	trial := ismskit.Trial{Type: "account_request", Applicant: "P13", Values: threeRows()}
	run := o.try("P04", trial)
	head, rows := run.Route.Steps[0], run.Route.Steps[1]
	if len(run.DeadEnds) > 0 || head.People[0].Person != "P11" || head.Due.Date.String() != "2026-11-25" || len(rows.Rows) != 3 {
		t.Fatalf("%+v", run)
	}
	// Sent on Friday afternoon it is due on Tuesday.
	trial.At = time.Date(2026, 11, 27, 8, 0, 0, 0, time.UTC)
	if run := o.try("P04", trial); run.Route.Steps[0].Due.Date.String() != "2026-12-01" {
		t.Errorf("sent on Friday: %s", run.Route.Steps[0].Due.Date)
	}
	// The head and the bureau's systems man away, nobody to act for either.
	trial.Absent = []string{"P11", "P05"}
	run = o.try("P04", trial)
	if len(run.DeadEnds) != 2 || run.DeadEnds[0].Step != "head" || run.DeadEnds[0].Away[0].Name != "邱柏叡" || run.DeadEnds[1].Row == "" {
		t.Fatalf("dead ends %+v", run.DeadEnds)
	}
	if store.writes != before {
		t.Errorf("dry runs wrote %d times", store.writes-before)
	}
	// A standing deputy acts as soon as one is named, unless he is away himself.
	o.put("deputies", "standing", forms.Values{"principal": ref("people", "P11"), "ordered": []forms.Ref{ref("people", "P12")}})
	run = o.try("P04", trial)
	if acting := run.Route.Steps[0].People[0].Acting; acting == nil || acting.Person != "P12" {
		t.Errorf("the deputy does not act: %+v", run.Route.Steps[0])
	}
	trial.Absent = append(trial.Absent, "P12")
	if run = o.try("P04", trial); run.DeadEnds[0].Step != "head" {
		t.Errorf("the deputy is away as well: %+v", run.DeadEnds)
	}
}

// What is wrong with a trial is said; whoever has no business with it is told that
// there is nothing.
func TestADryRunIsForOfficersAndSaysWhatIsWrong(t *testing.T) {
	o := openOffice(t, nil)
	for _, c := range []struct {
		person string
		trial  ismskit.Trial
		want   error
	}{
		{"P13", ismskit.Trial{Type: "account_request"}, ismskit.ErrForbidden},
		{"P04", ismskit.Trial{Type: "nothing"}, ismskit.ErrNotFound},
		{"P04", ismskit.Trial{Type: "account_request_row"}, ismskit.ErrNotFound},
		{"P04", ismskit.Trial{Type: "account_request", Absent: []string{"P99"}}, workflow.ErrUnknownPerson},
	} {
		if _, err := o.kit.Types().DryRun(o.ctx, o.as(c.person), c.trial); !errors.Is(err, c.want) {
			t.Errorf("%s, %+v: %v", c.person, c.trial, err)
		}
	}
	_, err := o.kit.Types().DryRun(o.ctx, o.as("P04"), ismskit.Trial{Type: "account_request", Applicant: "P99"})
	var invalid forms.Invalid
	if !errors.As(err, &invalid) || invalid[0].Field != ismskit.FieldApplicant {
		t.Errorf("nobody applies: %v", err)
	}
}

// A page knows from somebody's profile what to offer him: just what the Kit lets him do.
func TestAProfileSaysWhoTriesOutAndWhoAudits(t *testing.T) {
	o := openOffice(t, nil)
	for person, want := range map[string]struct{ triesOut, audits bool }{
		"P04": {true, true}, "P05": {true, true}, "P13": {},
	} {
		me, err := o.kit.People().Me(o.ctx, o.as(person))
		if err != nil || me.TriesOut != want.triesOut || me.Audits != want.audits {
			t.Errorf("%s: tries out %v, audits %v, %v", person, me.TriesOut, me.Audits, err)
		}
		if _, err := o.kit.Types().DryRun(o.ctx, o.as(person), ismskit.Trial{Type: "account_request"}); errors.Is(err, ismskit.ErrForbidden) == want.triesOut {
			t.Errorf("%s tries a type out: %v", person, err)
		}
		if _, err := o.kit.Evidence().System(o.ctx, o.as(person), ismskit.LogSignIns, 0, 1); errors.Is(err, ismskit.ErrForbidden) == want.audits {
			t.Errorf("%s audits: %v", person, err)
		}
	}
}
