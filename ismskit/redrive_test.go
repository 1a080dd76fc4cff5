package ismskit_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/directory"
)

// forgetful is a directory in which P05 has every role, and which can no longer say
// who somebody is.
type forgetful struct{ now bool }

var errForgot = errors.New("the directory is away")

func (f *forgetful) Resolve(_ context.Context, questions []directory.Question) ([]directory.Answer, error) {
	answers := make([]directory.Answer, len(questions))
	for i, q := range questions {
		if f.now && q.Kind == directory.KindPersonActive {
			return nil, errForgot
		}
		answers[i] = directory.Answer{Question: q.ID, Holders: []directory.Holder{{Person: "P05", Name: "賴思妤"}}}
	}
	return answers, nil
}

// A job that was given up is driven again by somebody the trail can name: where the
// directory cannot say who that is, nothing is done, and it lies there still.
func TestAJobIsDrivenAgainBySomebodyTheTrailCanName(t *testing.T) {
	w := &deaf{fails: 1000}
	o := signingOffice(t, nil, aKey(t, "isms.example"), w)
	o.until(monday.AddDate(0, 0, 3))
	given := func() []ismskit.Job {
		t.Helper()
		dead, err := o.kit.Queue().Dead(o.ctx, o.as("P05"), ismskit.JobFilter{})
		if err != nil {
			t.Fatal(err)
		}
		return dead
	}
	before := given()
	if len(before) == 0 {
		t.Fatal("nothing was given up")
	}
	with := o.kit
	people := &forgetful{}
	o.extend(func(c *ismskit.Config) { c.Directory = people })
	people.now = true
	if err := o.kit.Queue().Redrive(o.ctx, o.as("P05"), before[0].ID); !errors.Is(err, errForgot) {
		t.Errorf("driven again by nobody: %v", err)
	}
	o.kit = with
	if after := given(); len(after) != len(before) {
		t.Errorf("%d were given up, then %d", len(before), len(after))
	}
	if err := o.kit.Queue().Redrive(o.ctx, o.as("P05"), before[0].ID); err != nil {
		t.Fatal(err)
	}
	if after := given(); len(after) != len(before)-1 {
		t.Errorf("%d were given up, then %d", len(before), len(after))
	}
}

// What was given up is all to be seen, page by page, however much it is, and any of
// it can be driven again: after a night without the mail server the last mail too.
func TestAllThatWasGivenUpIsSeenAndAnyOfItDrivenAgain(t *testing.T) {
	o := openOffice(t, nil)
	const many = 450
	err := o.store.Update(o.ctx, func(ctx context.Context, tx ismskit.Tx) error {
		for i := range many {
			id := fmt.Sprintf("lost%03d", i)
			j := ismskit.Job{ID: id, Key: "mail|" + id, Kind: "mail", Due: monday.Add(time.Duration(i/3) * time.Minute), Dead: true, Error: "no such mailbox"}
			if err := tx.Queue().Put(ctx, monday, j); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	all := func() []string {
		t.Helper()
		var ids []string
		var f ismskit.JobFilter
		for {
			page, err := o.kit.Queue().Dead(o.ctx, o.as("P05"), f)
			if err != nil {
				t.Fatal(err)
			}
			if len(page) == 0 {
				return ids
			}
			for _, j := range page {
				ids = append(ids, j.ID)
			}
			f.After, f.AfterID = page[len(page)-1].Due, page[len(page)-1].ID
		}
	}
	before := all()
	if len(before) != many || before[0] != "lost000" || before[many-1] != "lost449" {
		t.Fatalf("%d of %d seen", len(before), many)
	}
	if err := o.kit.Queue().Redrive(o.ctx, o.as("P05"), "lost449"); err != nil {
		t.Fatalf("the last: %v", err)
	}
	if after := all(); len(after) != many-1 || slices.Contains(after, "lost449") {
		t.Errorf("%d are given up still", len(after))
	}
	for _, who := range []struct{ person, id string }{{"P05", "lost449"}, {"P05", "nothing"}} {
		if err := o.kit.Queue().Redrive(o.ctx, o.as(who.person), who.id); !errors.Is(err, ismskit.ErrNotFound) {
			t.Errorf("%s drives %s again: %v", who.person, who.id, err)
		}
	}
	if err := o.kit.Queue().Redrive(o.ctx, o.as("P13"), "lost448"); !errors.Is(err, ismskit.ErrForbidden) {
		t.Errorf("a clerk drives a job again: %v", err)
	}
}

// However many were given up, those who look after the system are told how many.
func TestTheNightTellsOfAllThatWasGivenUp(t *testing.T) {
	o := openOffice(t, nil)
	const many = 1_050
	err := o.store.Update(o.ctx, func(ctx context.Context, tx ismskit.Tx) error {
		for i := range many {
			id := fmt.Sprintf("lost%04d", i)
			j := ismskit.Job{ID: id, Key: "mail|" + id, Kind: "mail", Due: monday, Dead: true, Error: "no such mailbox"}
			if err := tx.Queue().Put(ctx, monday, j); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	o.until(monday.AddDate(0, 0, 1))
	if !slices.ContainsFunc(o.noticesOf("P05"), func(m ismskit.Message) bool {
		return m.Rule == "dead" && m.Subject == "有 1050 件背景作業無法完成"
	}) {
		t.Errorf("told: %+v", o.noticesOf("P05"))
	}
}
