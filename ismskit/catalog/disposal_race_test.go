package catalog

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/workflow"
)

// meddled is a store in whose transactions somebody comes between: he is asked before each, and
// says why it can't be.
type meddled struct {
	ismskit.Store
	before func(ctx context.Context) error
}

func (m meddled) Update(ctx context.Context, fn func(context.Context, ismskit.Tx) error) error {
	if err := m.before(ctx); err != nil {
		return err
	}
	return m.Store.Update(ctx, fn)
}

// server is another server of the office, in whose transactions somebody comes between.
func (o *office) server(before func(ctx context.Context) error) *ismskit.Kit {
	o.Helper()
	cfg := demoConfig(o.T, meddled{o.l.cfg.Store, before})
	cfg.Rights.ManageDocs, cfg.Rights.ManageRecords = []string{"documents/document_controller"}, []string{"records/records_manager"}
	cfg.Rights.ReadAll = []string{"records/reads_all"}
	cfg.Blobs, cfg.Now, cfg.Notifier = o.l.blobs, o.clock.Now, o.mails
	kit, err := ismskit.New(cfg)
	must(o, err)
	return kit
}

func (o *office) gone(id string) bool {
	c, err := o.kit.Case(o.ctx, ismskit.System("test"), id)
	must(o, err)
	return c.Disposed != nil
}

// approvedList is a list of two records that is approved, and nothing of it is disposed of yet.
func approvedList(t *testing.T, o *office) (first, second, list string, numbers []string) {
	request, _, filed, numbers := overdueOffice(t, o)
	r, err := o.disposing("P09", numbers...)
	must(t, err)
	must(t, o.kit.RunUntil(o.ctx, o.clock.Now()))
	for _, head := range []string{"P11", "P04"} {
		o.act(head, r.Case, ismskit.Action{Verb: workflow.VerbApprove})
	}
	_, err = o.kit.Act(o.ctx, o.as("P02"), r.Case, ismskit.Action{Verb: workflow.VerbApprove})
	must(t, err)
	return request, filed, r.Case, numbers
}

// K14: a hold that is entered while a list is gone through, after its record was looked at and before
// it is taken away, keeps it.
func TestK14AHoldEnteredWhileAListIsGoneThroughKeepsItsRecord(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		first, second, list, numbers := approvedList(t, o)
		held := false
		server := o.server(func(context.Context) error {
			if !held && o.gone(first) {
				held = true
				o.enters("P07", register.LegalHolds, "H1", forms.Values{"name": "訴訟", "from": date(12, 24), "numbers": []forms.Row{{forms.RowID: "n1", "number": numbers[1]}}})
			}
			return nil
		})
		must(t, server.RunUntil(o.ctx, o.clock.Now()))
		if !held || !o.gone(first) || o.gone(second) {
			t.Errorf("held %t, the first gone %t, the second %t", held, o.gone(first), o.gone(second))
		}
		view, err := o.kit.Case(o.ctx, o.as("P09"), list)
		must(t, err)
		if last := view.Trail[len(view.Trail)-1]; !strings.Contains(last.Comment, numbers[1]) {
			t.Errorf("the list says: %s", last.Comment)
		}
	})
}

// A server that dies in the middle of a list, and another that goes on with it; two that have the
// same list in hand: each record is disposed of once, and all of them are.
func TestK14AListIsGoneThroughToItsEndWhoeverDies(t *testing.T) {
	for what, between := range map[string]func(o *office) error{
		"one dies": func(*office) error { return errors.New("killed") },
		"two at once": func(o *office) error { // the first is slow: its lease has ended
			o.store(func(ctx context.Context, tx ismskit.Tx) error {
				jobs, err := tx.Queue().Jobs(ctx, ismskit.JobQuery{Limit: 500})
				for _, j := range jobs {
					if err == nil && strings.HasPrefix(j.Key, "dispose|") {
						err = tx.Queue().Lease(ctx, time.Now().Add(-time.Hour), j.ID)
					}
				}
				return err
			})
			return o.kit.RunUntil(o.ctx, o.clock.Now())
		},
	} {
		t.Run(what, func(t *testing.T) {
			everywhere(t, func(t *testing.T, o *office) {
				first, second, list, _ := approvedList(t, o)
				came := false
				server := o.server(func(context.Context) error {
					if came || !o.gone(first) {
						return nil
					}
					came = true
					return between(o)
				})
				if err := server.RunUntil(o.ctx, o.clock.Now()); err != nil {
					t.Log(err)
				}
				o.runTo(o.clock.Now().Add(24 * time.Hour))
				if !came || !o.gone(first) || !o.gone(second) {
					t.Errorf("came between %t, the first gone %t, the second %t", came, o.gone(first), o.gone(second))
				}
				for _, id := range []string{first, second} {
					c, err := o.kit.Case(o.ctx, o.as("P09"), id)
					must(t, err)
					n := 0
					for _, e := range c.Trail {
						if e.Verb == ismskit.VerbDispose {
							n++
						}
					}
					if n != 1 || len(c.Faults) > 0 {
						t.Errorf("%s was disposed of %d times: %v", id, n, c.Faults)
					}
				}
				view, err := o.kit.Case(o.ctx, o.as("P09"), list)
				must(t, err)
				said := 0
				for _, e := range view.Trail {
					if e.Verb == workflow.VerbComment {
						said++
					}
				}
				if last := view.Trail[len(view.Trail)-1]; said != 1 || !strings.HasPrefix(last.Comment, "依本清冊銷毀 2 筆：") || strings.Contains(last.Comment, "\n") {
					t.Errorf("the list says %d times: %s", said, last.Comment)
				}
			})
		})
	}
}
