package ismskit_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/workflow"
)

// The office has a security officer confirm memos from now on. A draft that was begun before
// is sent by that flow too: else whoever has an old draft passes the new control by. What can't
// be taken over as it was typed stays with its own version, and says so.
func TestADraftIsSentByTheVersionInForce(t *testing.T) {
	onStores(t, func(t *testing.T, store ismskit.Store) {
		v1 := memoVersion(t, "1", nil, memoHead)
		v2 := memoVersion(t, "2", nil, memoHead, memoOfficer)
		o := openOfficeWith(t, store, func(c *ismskit.Config) { c.Types = append(c.Types, v1) })
		draft, sent := o.open("P13", "memo", forms.Values{"subject": "舊草稿"}, false), o.memo()
		if c := o.read("P13", draft.Case); c.Version != "1" || c.Begun != "" || c.Outdated {
			t.Fatalf("before: %s, %q, %t", c.Version, c.Begun, c.Outdated)
		}
		o = o.publishes(v1, v2)
		c := o.read("P13", draft.Case)
		if c.Version != "2" || c.Begun != "1" || c.Outdated || c.Fields["subject"] != "舊草稿" {
			t.Fatalf("after: %s, %q, %t, %v", c.Version, c.Begun, c.Outdated, c.Fields)
		}
		saved := o.act("P13", draft.Case, ismskit.Action{Verb: ismskit.VerbSave, Revision: c.Revision, Values: forms.Values{"subject": "舊草稿，續填"}})
		if c = o.read("P13", draft.Case); c.Begun != "" || c.Version != "2" {
			t.Errorf("once saved it is of that version: %q, %s", c.Begun, c.Version)
		}
		o.act("P13", draft.Case, ismskit.Action{Verb: workflow.VerbSubmit, Revision: saved.Revision})
		o.act("P11", draft.Case, ismskit.Action{Verb: workflow.VerbApprove})
		if c = o.read("P13", draft.Case); c.Flow.Phase != workflow.PhaseRunning || c.Trail[0].Type != "memo@2" {
			t.Errorf("without the officer it is %s, by %s", c.Flow.Phase, c.Trail[0].Type)
		}
		if running := o.read("P13", sent); running.Version != "1" || running.Begun != "" || running.Outdated {
			t.Errorf("a running case: %s", running.Version)
		}

		// Version 3 has no such note any more: what stands there can't be taken over.
		late := o.open("P13", "memo", forms.Values{"subject": "又一份", "note": "已查明"}, false)
		v3 := memoVersion(t, "3", func(s string) string { return strings.ReplaceAll(s, `"note"`, `"remark"`) }, memoHead, memoOfficer)
		o = o.publishes(v1, v2, v3)
		c = o.read("P13", late.Case)
		if c.Version != "2" || c.Begun != "" || !c.Outdated {
			t.Errorf("what can't be taken over: %s, %q, %t", c.Version, c.Begun, c.Outdated)
		}
		o.act("P13", late.Case, ismskit.Action{Verb: workflow.VerbSubmit, Revision: c.Revision})
		if c = o.read("P13", late.Case); c.Version != "2" || c.Outdated || !slices.ContainsFunc(c.Trail, func(e ismskit.Entry) bool { return e.Type == "memo@2" }) {
			t.Errorf("sent as %s", c.Version)
		}
	})
}
