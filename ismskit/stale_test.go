package ismskit_test

import (
	"errors"
	"testing"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/workflow"
)

// bothFlow is decided by two side by side, and then by one.
const bothFlow = `{"key":"memo","version":"1","officers":[{"kind":"role","module":"organisation","role":"security_officer"}],
	"root":{"sequence":[
	{"parallel":{"id":"all","branches":[
	{"step":{"id":"first","name":{"zh-TW":"會辦","en":"First"},"kind":"review","who":[{"kind":"person","ids":["P11"]}],"due":{"term":"3wd"}}},
	{"step":{"id":"second","name":{"zh-TW":"會辦二","en":"Second"},"kind":"review","need":{"kind":"all"},"who":[{"kind":"person","ids":["P12","P06"]}],"due":{"term":"3wd"}}}]}},
	{"step":{"id":"chief","name":{"zh-TW":"局長","en":"Chief"},"kind":"approve","who":[{"kind":"post","ids":["T01"]}],"due":{"term":"2wd"}}}]}}`

// Nobody decides on what he has not seen: a remark, an opinion that he asked for, and for what
// ends or stops the whole also that it went on. Whoever signs beside another is not thrown out
// by him, and what decides nothing waits for nobody.
func TestADecisionIsHeldAgainstWhatItsScreenShowed(t *testing.T) {
	remark := func(o *office, id string) {
		o.act("P13", id, ismskit.Action{Verb: workflow.VerbComment, Comment: "內容有誤，請先不要同意"})
	}
	yes := func(who string) func(*office, string) {
		return func(o *office, id string) { o.act(who, id, ismskit.Action{Verb: workflow.VerbApprove}) }
	}
	why := "資料待查"
	for name, c := range map[string]struct {
		before, meanwhile func(*office, string)
		who               string
		act               ismskit.Action
		refused           bool
	}{
		"a remark, and a yes":        {nil, remark, "P11", ismskit.Action{Verb: workflow.VerbApprove}, true},
		"a remark, and a no":         {nil, remark, "P11", ismskit.Action{Verb: workflow.VerbReject, Comment: why}, true},
		"a remark, and a return":     {nil, remark, "P11", ismskit.Action{Verb: workflow.VerbReturn, Comment: why}, true},
		"a remark, and a void":       {nil, remark, "P04", ismskit.Action{Verb: workflow.VerbVoid, Comment: why}, true},
		"his own remark":             {nil, remark, "P13", ismskit.Action{Verb: workflow.VerbWithdraw, Comment: why}, false},
		"a remark, and a question":   {nil, remark, "P11", ismskit.Action{Verb: workflow.VerbConsult, People: []string{"P05"}}, false},
		"a yes beside, and a yes":    {nil, yes("P12"), "P11", ismskit.Action{Verb: workflow.VerbApprove}, false},
		"a co-signer's, and a yes":   {nil, yes("P12"), "P06", ismskit.Action{Verb: workflow.VerbApprove}, false},
		"a yes, and a void":          {nil, yes("P12"), "P04", ismskit.Action{Verb: workflow.VerbVoid, Comment: why}, true},
		"a yes, and the clock stops": {nil, yes("P12"), "P04", ismskit.Action{Verb: workflow.VerbSuspend, Comment: why}, true},
		"a yes, and it is withdrawn": {nil, yes("P12"), "P13", ismskit.Action{Verb: workflow.VerbWithdraw, Comment: why}, true},
		"it is urged, and voided":    {nil, func(o *office, id string) { o.act("P13", id, ismskit.Action{Verb: workflow.VerbUrge}) }, "P04", ismskit.Action{Verb: workflow.VerbVoid, Comment: why}, false},
		"his own yes, and a remark":  {nil, yes("P11"), "P11", ismskit.Action{Verb: workflow.VerbComment, Comment: why}, false},
		"the opinion that he asked for": {
			func(o *office, id string) {
				o.act("P11", id, ismskit.Action{Verb: workflow.VerbConsult, People: []string{"P05"}})
			},
			yes("P05"), "P11", ismskit.Action{Verb: workflow.VerbApprove}, true,
		},
	} {
		t.Run(name, func(t *testing.T) {
			o := openOffice(t, nil, memo(t, bothFlow))
			id := o.memo()
			if c.before != nil {
				c.before(o, id)
				o.settle()
			}
			seen := o.read(c.who, id).Revision
			c.meanwhile(o, id)
			c.act.Revision = seen
			_, err := o.kit.Act(o.ctx, o.as(c.who), id, c.act)
			if !c.refused {
				if err != nil {
					t.Fatal(err)
				}
				return
			}
			var conflict *ismskit.Conflict
			if !errors.As(err, &conflict) || len(conflict.Since) == 0 || conflict.Revision <= seen {
				t.Fatalf("%v %+v", err, conflict)
			}
			c.act.Revision = conflict.Revision // having seen it
			o.act(c.who, id, c.act)
		})
	}
}
