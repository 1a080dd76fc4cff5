package ismskit_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/workflow"
)

// An officer makes a flow that forks nine times before two people must sign it: beside it stands
// that not all of its ways were looked at, the nightly look says so too, and neither keeps it from
// being published and begun. A fork less, and all was looked at.
func TestAFlowWithTooManyWaysSaysThatNotAllIsProved(t *testing.T) {
	onStores(t, func(t *testing.T, store ismskit.Store) {
		o := designs(t, store, memo(t, memoFlow))
		d := o.draftOf("memo")
		flow := d.Flow
		flow.Separate = [][]string{{"head", "chief"}}
		for i := range 9 {
			var err error
			flow, err = flow.Before("root.sequence[0]", workflow.Node{Choice: &workflow.Choice{ID: fmt.Sprint("fork", i), Cases: []workflow.Case{{
				When: fmt.Sprintf("subject == '%d'", i), Then: workflow.Node{Step: &workflow.Step{
					ID: fmt.Sprint("desk", i), Name: workflow.Text{"zh-TW": "登記桌", "en": "Registry"}, Kind: workflow.KindRead, Who: []workflow.Who{{Kind: workflow.WhoPerson, IDs: []string{"P12"}}},
				}}}}}})
			if err != nil {
				t.Fatal(err)
			}
			if i == 7 {
				if d = o.saves(d, flow); len(d.Warnings) > 0 || len(d.Problems) > 0 || d.Unstaffed != nil {
					t.Fatalf("256 ways: %+v", d)
				}
			}
		}
		d = o.saves(d, flow)
		if len(d.Problems) > 0 || d.Blocks() || len(d.Warnings) != 1 || !strings.Contains(d.Warnings[0].Text["zh-TW"], "256") {
			t.Fatalf("512 ways: %v, %v", d.Problems, d.Warnings)
		}
		o.brings(d, "增設登記")
		found, err := o.kit.Check(o.ctx)
		if err != nil || len(found) != 1 || found[0].Type != "memo" || !found[0].Unproved || len(found[0].Steps) > 0 {
			t.Fatalf("check: %+v, %v", found, err)
		}
		if id := o.memo(); id == "" {
			t.Fatal("it can't be begun")
		}
	})
}
