package ismskit_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/workflow"
)

// An administrator has more waiting for him than is read at once: all of it is on his
// list, to the last, and on that of who looks after the whole.
func TestALongToDoListEndsWithItsLastTask(t *testing.T) {
	o := openOffice(t, nil)
	r := o.apply("P13", threeRows())
	o.act("P11", r.Case, ismskit.Action{Verb: workflow.VerbApprove})
	o.settle()
	last := o.todo("P05")[0]
	const many = 1100
	err := o.store.Update(o.ctx, func(ctx context.Context, tx ismskit.Tx) error {
		for i := range many {
			task := last.TaskRow
			task.Case, task.Parent, task.Due = fmt.Sprintf("earlier%04d", i), "", last.Due.AddDate(0, 0, -1)
			if err := tx.Cases().Insert(ctx, ismskit.CaseRow{ID: task.Case, Type: task.Type}, []ismskit.TaskRow{task}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	list := o.todo("P05")
	if len(list) != many+1 || list[many].Case != last.Case {
		t.Errorf("%d of %d are on the list", len(list), many+1)
	}
	all, err := o.kit.Tasks(o.ctx, o.as("P04"), ismskit.TodoFilter{Everybody: true})
	if err != nil || len(all) < many+3 {
		t.Errorf("who looks after the whole sees %d, %v", len(all), err)
	}
	few, err := o.kit.Tasks(o.ctx, o.as("P05"), ismskit.TodoFilter{Limit: 600})
	if err != nil || len(few) != 600 {
		t.Errorf("%d where 600 were asked for, %v", len(few), err)
	}
}
