package ismskit_test

import (
	"errors"
	"testing"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/workflow"
)

// provenFlow has a head who shows anew who he is when he decides, and a bureau that doesn't.
const provenFlow = `{"key":"memo","version":"1","root":{"sequence":[
	{"step":{"id":"head","name":{"zh-TW":"科長","en":"Head"},"kind":"review","who":[{"kind":"unit_head"}],"due":{"term":"3wd"},"batch":true,"reauth":true}},
	{"step":{"id":"chief","name":{"zh-TW":"局長","en":"Chief"},"kind":"approve","who":[{"kind":"post","ids":["T01"]}],"due":{"term":"2wd"}}}]}}`

// proved is somebody who showed who he is so long ago.
func (o *office) proved(person string, ago time.Duration) ismskit.Actor {
	a := o.as(person)
	a.Proved = o.now.Add(-ago)
	return a
}

// Step-up authentication: whoever decides in such a step has shown a moment before who he
// is. That is on the trail, and what he signed binds it; what decides nothing asks for
// nothing, and no other step does.
func TestAStepAsksWhoItsSignerIsOnceMore(t *testing.T) {
	eachSigning(t, provenFlow, func(t *testing.T, o *office) {
		id, approve := o.memo(), ismskit.Action{Verb: workflow.VerbApprove, Comment: "如擬"}
		if m := o.read("P11", id).Mine[0]; !m.Reauth {
			t.Error("his task does not say so")
		}
		for what, who := range map[string]ismskit.Actor{
			"signed in only": o.as("P11"), "six minutes ago": o.proved("P11", 6*time.Minute), "not yet": o.proved("P11", -time.Minute),
		} {
			for _, verb := range []workflow.Verb{workflow.VerbApprove, workflow.VerbReject, workflow.VerbReturn} {
				_, err := o.kit.Act(o.ctx, who, id, ismskit.Action{Verb: verb, Comment: "如擬"})
				var wrong forms.Invalid
				if !errors.As(err, &wrong) || len(wrong) != 1 || wrong[0].Field != ismskit.FieldReauth || wrong[0].Code != ismskit.CodeReauth {
					t.Errorf("%s, %s: %v", what, verb, err)
				}
			}
		}
		o.act("P11", id, ismskit.Action{Verb: workflow.VerbComment, Comment: "先請承辦補件"})
		if _, err := o.kit.Act(o.ctx, o.proved("P11", 5*time.Minute), id, approve); err != nil {
			t.Fatal(err)
		}
		o.act("P01", id, ismskit.Action{Verb: workflow.VerbApprove})
		c := o.read("P13", id)
		n := len(c.Trail)
		if c.Outcome != string(workflow.OutcomeDone) || len(c.Faults) > 0 ||
			!c.Trail[n-2].Proved.Equal(o.now.Add(-5*time.Minute)) || !c.Trail[n-1].Proved.IsZero() {
			t.Errorf("%s, faults %v, proved %v, then %v", c.Outcome, c.Faults, c.Trail[n-2].Proved, c.Trail[n-1].Proved)
		}
	})
}

// Whoever decides several at once shows it once; without, none of them is signed. What the
// host says of a wrong proof is said as it is.
func TestABatchAsksWhoItsSignerIsOnce(t *testing.T) {
	o := openOffice(t, nil, memo(t, provenFlow))
	first, second := o.memo(), o.memo()
	todos, err := o.kit.Tasks(o.ctx, o.as("P11"), ismskit.TodoFilter{Batch: true})
	if err != nil || len(todos) != 2 || !todos[0].Reauth {
		t.Fatalf("%+v %v", todos, err)
	}
	items := o.mayBatch("P11")
	_, err = o.kit.Queue().Sign(o.ctx, o.as("P11"), ismskit.Batch{Items: items})
	o.refusedAt(err, ismskit.FieldReauth, "這個關卡須再次確認身分，請輸入您的登入密碼。")
	for _, id := range []string{first, second} {
		if n := len(o.read("P13", id).Trail); n != 1 {
			t.Errorf("%d entries, none of them is to be signed", n)
		}
	}
	said := forms.Invalid{{Field: ismskit.FieldReauth, Code: "reauth", Text: forms.Text{"zh-TW": "密碼不正確，請重新輸入。"}}}
	_, err = o.kit.Act(o.ctx, o.as("P11"), first, ismskit.Action{Verb: workflow.VerbApprove, Unread: said})
	o.refusedAt(err, ismskit.FieldReauth, "密碼不正確，請重新輸入。")
	results, err := o.kit.Queue().Sign(o.ctx, o.proved("P11", time.Second), ismskit.Batch{Items: items})
	if err != nil || len(results) != 2 || results[0].Err != nil || results[1].Err != nil {
		t.Errorf("%+v %v", results, err)
	}
}

func TestHowLongAProofCountsIsTheHousesToSay(t *testing.T) {
	o := openOffice(t, nil, memo(t, provenFlow))
	o.extend(func(c *ismskit.Config) { c.Types, c.ReauthWithin = append(c.Types, memo(t, provenFlow)), time.Minute })
	id := o.memo()
	_, err := o.kit.Act(o.ctx, o.proved("P11", 2*time.Minute), id, ismskit.Action{Verb: workflow.VerbApprove})
	o.refusedAt(err, ismskit.FieldReauth, "")
	if _, err := ismskit.New(ismskit.Config{Store: o.store, ReauthWithin: -1}); err == nil {
		t.Error("a negative time is taken")
	}
}
