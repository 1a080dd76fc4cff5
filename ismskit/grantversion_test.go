package ismskit_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/workflow"
)

// earlier are the types of the end of a permission as version 1 had them: the
// permission's own id was a field that people read.
func earlier(types []ismskit.Type) {
	for i, t := range types {
		if t.Key != "grant_extension" && t.Key != "grant_closure" {
			continue
		}
		t.Version, t.Form.Version, t.Flow.Version = "1", "1", "1"
		id := forms.Field{Key: "grant", Type: "text", Label: forms.Text{"zh-TW": "使用中權限編號", "en": "Grant"}, MaxLength: 100}
		t.Form.Fields = slices.Insert(slices.Clone(t.Form.Fields), 0, id)
		types[i] = t
	}
}

// naming gives what a hook arms the permission's id as a field, as version 1 did.
func naming(hook ismskit.Hook) ismskit.Hook {
	return func(ctx context.Context, c ismskit.Closing) ([]ismskit.Effect, error) {
		effects, err := hook(ctx, c)
		for _, e := range effects {
			if later, ok := e.(ismskit.OpenLater); ok && later.Values["until"] != nil {
				later.Values["grant"] = c.Case.ID
			}
		}
		return effects, err
	}
}

// The question before a permission's end was asked, and its closure armed, under
// version 1. Both go on under the present one, which shows nobody the permission's id: the
// question as it was, the closure in the new version.
func TestTheEndOfAPermissionGoesOnInANewVersion(t *testing.T) {
	o := openOfficeWith(t, nil, func(c *ismskit.Config) {
		earlier(c.Types)
		c.Hooks["grant"] = naming(c.Hooks["grant"])
	})
	request := o.apply("P13", oneRow())
	o.settle()
	o.finishOne(request.Case)
	o.until(time.Date(2027, 11, 15, 10, 0, 0, 0, taipei))
	asked := o.todo("P13")
	if len(asked) != 1 || asked[0].Type != "grant_extension" {
		t.Fatalf("the question: %+v", asked)
	}
	o.extend(nil)
	question := o.read("P13", asked[0].Case)
	if question.Version != "1" || question.Fields["grant"] == nil {
		t.Errorf("the question has version %s, %v", question.Version, question.Fields)
	}
	o.act("P13", question.ID, ismskit.Action{Verb: workflow.VerbRecord, Result: "extend", Values: forms.Values{"extend_until": question.Fields["until"].(calendar.Date).AddDays(30)}})
	o.until(time.Date(2027, 12, 1, 10, 0, 0, 0, taipei))
	drafts, err := o.kit.Cases(o.ctx, o.as("P13"), ismskit.CaseFilter{Phases: []string{string(workflow.PhaseDraft)}})
	if err != nil || len(drafts) != 1 || drafts[0].Type != "account_request" {
		t.Errorf("the request to extend: %+v, %v", drafts, err)
	}

	i := slices.IndexFunc(o.todo("P05"), func(todo ismskit.Todo) bool { return todo.Type == "grant_closure" })
	if i < 0 {
		t.Fatalf("no closure: %+v", o.todo("P05"))
	}
	closure := o.read("P05", o.todo("P05")[i].Case)
	if _, shown := closure.Form.Field("grant"); shown || closure.Version != o.version("grant_closure") || closure.Fields["account_user"] == nil {
		t.Errorf("the closure has version %s, %v", closure.Version, closure.Fields)
	}
	o.act("P05", closure.ID, ismskit.Action{Verb: workflow.VerbRecord, Result: "disabled", Values: forms.Values{"result_note": "已停用"}})
	grants, err := o.kit.Registers().Rows(o.ctx, o.as("P04"), register.Query{List: register.Grants})
	if err != nil || len(grants) != 1 {
		t.Fatalf("%d grants, %v", len(grants), err)
	}
	fields, err := o.kit.Registers().Fields(o.ctx, ismskit.System("test"), grants[0])
	if err != nil || fields["state"] != "closed" {
		t.Errorf("the permission is %v, %v", fields["state"], err)
	}
}
