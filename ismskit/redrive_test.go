package ismskit_test

import (
	"context"
	"errors"
	"testing"

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
		dead, err := o.kit.Queue().Dead(o.ctx, o.as("P05"))
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
