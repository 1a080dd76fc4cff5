package ismskit_test

import (
	"errors"
	"testing"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/workflow"
)

// knows says whether a person gets the form of a type.
func (o *office) knows(person, key string) bool {
	o.t.Helper()
	info, form, err := o.kit.Types().Get(o.ctx, o.as(person), key)
	if err != nil && !errors.Is(err, ismskit.ErrNotFound) && !errors.Is(err, ismskit.ErrForbidden) {
		o.t.Fatal(err)
	}
	return err == nil && info.Key == key && form != nil
}

// A form that nobody fills in by himself, such as that of one row of a request, is
// there for those who have to do with a case of it, and for nobody else.
func TestTheFormOfATypeIsForThoseItConcerns(t *testing.T) {
	eachStore(t, func(t *testing.T, o *office) {
		for _, key := range []string{"account_request_row", "grant_closure", "no_such_form"} {
			if o.knows("P13", key) || o.knows("P06", key) {
				t.Errorf("%s is there before there is a case of it", key)
			}
		}
		if !o.knows("P13", "account_request") || o.knows("nobody", "account_request") {
			t.Error("the form on offer")
		}
		sent := o.apply("P13", threeRows())
		o.act("P11", sent.Case, ismskit.Action{Verb: workflow.VerbApprove})
		o.settle()
		for person, want := range map[string]bool{"P13": true, "P11": true, "P05": true, "P12": false} {
			if o.knows(person, "account_request_row") != want {
				t.Errorf("%s knows the form of a row: %t", person, !want)
			}
		}
		o.leave("P13")
		if o.knows("P13", "account_request_row") || o.knows("P13", "account_request") {
			t.Error("who has left still reads forms")
		}
	})
}

// What a list looks like and what its rows are called is for those who read the list,
// or keep the row.
func TestARowIsDecodedForThoseWhoReadItsList(t *testing.T) {
	o := openOffice(t, nil)
	registers, system := o.kit.Registers(), ismskit.System("test")
	refused := func(person string, row register.Row) bool {
		_, _, form := registers.Form(o.ctx, o.as(person), row.List)
		_, titles := registers.Titles(o.ctx, o.as(person), "zh-TW", row)
		_, fields := registers.Fields(o.ctx, o.as(person), row)
		_, cells := registers.Cells(o.ctx, o.as(person), row)
		no := errors.Is(form, ismskit.ErrNotFound)
		for _, err := range []error{titles, fields, cells} {
			if err != nil && !errors.Is(err, ismskit.ErrNotFound) || (err != nil) != no {
				t.Errorf("%s, %s: form %v, but %v", person, row.List, form, err)
			}
		}
		return no
	}
	open, _, err := registers.Get(o.ctx, system, register.Units, "U06")
	if err != nil {
		t.Fatal(err)
	}
	o.put(register.Settings, "greeting", map[string]any{"key": "greeting", "title": "問候語", "value": "您好"})
	closed, _, err := registers.Get(o.ctx, system, register.Settings, "greeting")
	if err != nil {
		t.Fatal(err)
	}
	if refused("P13", open) || !refused("P13", closed) || refused("P05", closed) || !refused("P05", register.Row{List: "no_such_list"}) {
		t.Error("the wrong people decode rows")
	}
}
