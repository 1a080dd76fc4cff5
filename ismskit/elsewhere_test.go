package ismskit_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/catalog"
	"github.com/ismskit/ismskit/ismskit/print"
	"github.com/ismskit/ismskit/workflow"
)

// B0.4: a unit head applies himself. Whoever signs in his place is told so, and so is
// everybody who reads the route, the case, its print or its bundle; nobody is told
// that he heads a unit that another heads.
func TestARequestOfTheHeadHimselfSaysWhyAnotherSigns(t *testing.T) {
	o := signingOffice(t, nil, aKey(t, "isms.example"))
	const zh, en = "邱柏叡即為戶政科主管，改由局長辦理", "邱柏叡 heads 戶政科; the 局長 takes it"
	values := oneRow()
	route, err := o.kit.Route(o.ctx, o.as("P11"), ismskit.Preview{Type: "account_request", Values: values})
	if err != nil {
		t.Fatal(err)
	}
	if head := route.Steps[0]; head.People[0].Person != "P01" || head.Elsewhere.In("zh-TW") != zh || head.Why.In("en") != en {
		t.Errorf("before sending: %+v", head)
	}
	sent := o.apply("P11", values)
	if todo := o.todo("P01"); len(todo) != 1 || todo[0].Why.In("zh-TW") != zh || todo[0].Why.In("en") != en {
		t.Errorf("the director's list: %+v", todo)
	}
	if mine := o.read("P01", sent.Case).Mine; len(mine) != 1 || mine[0].Why.In("zh-TW") != zh {
		t.Errorf("the director's task: %+v", mine)
	}
	for _, signed := range []bool{false, true} {
		if signed {
			o.act("P01", sent.Case, ismskit.Action{Verb: workflow.VerbApprove})
		}
		c := o.read("P11", sent.Case)
		if head := c.Way.Steps[0]; head.Elsewhere.In("zh-TW") != zh {
			t.Errorf("on its way (signed: %t): %+v", signed, head)
		}
		for i, e := range c.Trail { // with what was done in that step, and not with what led to it
			notes := (print.Filled{Form: c.Form, Values: c.Fields}).Notes(e, forms.Locale{Lang: "zh-TW"})
			if own := e.Step == "head"; own && !slices.Equal(notes, []string{zh}) || !own && len(notes) != 0 || len(c.Trail) > 1 != signed {
				t.Errorf("on its trail (signed: %t), entry %d: %q", signed, i+1, notes)
			}
		}
	}
	paper, err := o.kit.Records().Print(o.ctx, o.as("P11"), sent.Case, ismskit.Imprint{Lang: "zh-TW"})
	if err != nil || !bytes.Contains(paper.Body, []byte(zh)) {
		t.Errorf("the print does not say it: %v", err)
	}
	bundle := o.export("P11", ismskit.Export{Cases: []string{sent.Case}, Imprint: ismskit.Imprint{Lang: "zh-TW"}, Decision: print.DecisionOf})
	if !bytes.Contains(bundle, []byte(zh)) {
		t.Error("the bundle does not say it")
	}
}

// A unit without a head, and the plain case: the head of the applicant is told that he
// is the head, and there is nothing more to say.
func TestAUnitWithoutAHeadSaysWhoSignsInstead(t *testing.T) {
	o := openOffice(t, nil)
	plain := o.read("P13", o.apply("P13", oneRow()).Case)
	if head := plain.Way.Steps[0]; head.Elsewhere != nil || head.Why.In("zh-TW") != "您是「戶政科」的單位主管" || len(plain.Trail[0].Elsewhere) != 0 {
		t.Errorf("with a head: %+v", head)
	}
	o.leave("P11")
	values := oneRow()
	values["lines"].([]forms.Row)[0]["responsible"] = person("P13")
	sent := o.apply("P13", values)
	if todo := o.todo("P01"); len(todo) != 1 || todo[0].Case != sent.Case || todo[0].Why.In("zh-TW") != "戶政科目前無主管，改由民政局主管辦理" {
		t.Errorf("the director's list: %+v", todo)
	}
}

// Whoever designs a flow need not write down why it comes to somebody: the task and its notice
// say then by which way he was found, and never begin with nothing.
func TestATaskWhoseFlowGivesNoReasonSaysHowItCameToSomebody(t *testing.T) {
	var silent func(n *workflow.Node)
	silent = func(n *workflow.Node) {
		if n.Step != nil {
			for i := range n.Step.Who {
				n.Step.Who[i].Because = nil
			}
		}
		for i := range n.Sequence {
			silent(&n.Sequence[i])
		}
	}
	o := openOfficeWith(t, nil, func(cfg *ismskit.Config) {
		var err error
		if cfg.Types, err = catalog.Types(); err != nil {
			t.Fatal(err)
		}
		for i := range cfg.Types {
			if cfg.Types[i].Key == "account_request" {
				silent(&cfg.Types[i].Flow.Root)
			}
		}
	})
	const zh, en = "您是所屬單位的主管", "You head the unit this is about"
	sent := o.apply("P13", oneRow())
	if way := o.read("P13", sent.Case).Way.Steps[0]; way.Why.In("zh-TW") != zh {
		t.Errorf("on its way: %v", way.Why)
	}
	if todo := o.todo("P11"); len(todo) != 1 || todo[0].Why.In("zh-TW") != zh || todo[0].Why.In("en") != en {
		t.Errorf("the head's list: %+v", todo)
	}
	o.settle()
	if notices := o.noticesOf("P11"); len(notices) != 1 || !strings.Contains(notices[0].Body, zh+"。") {
		t.Errorf("the head's notice: %+v", notices)
	}
}
