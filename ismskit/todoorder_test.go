package ismskit_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/workflow"
)

// Five rows of one request that are due on the same day stand as they do in the request, and
// a list that is read page by page shows each of them once.
func TestRowsDueTogetherStandAsInTheirRequest(t *testing.T) {
	o := openOffice(t, nil)
	values := threeRows()
	var lines []forms.Row
	for i := range 5 {
		lines = append(lines, line(fmt.Sprintf("row%d", i), "S01", person("P13")))
		lines[i]["account"] = fmt.Sprintf("qh%d", i)
	}
	values["lines"] = lines
	sent := o.apply("P13", values)
	o.act("P11", sent.Case, ismskit.Action{Verb: workflow.VerbApprove})
	o.settle()
	var got []int
	for _, todo := range o.todo("P05") {
		got = append(got, todo.RowNo)
	}
	if !slices.Equal(got, []int{1, 2, 3, 4, 5}) {
		t.Errorf("they stand as %v", got)
	}
	seen := map[int]int{}
	f := ismskit.TodoFilter{Limit: 2}
	for range 3 {
		page, err := o.kit.Tasks(o.ctx, o.as("P05"), f)
		if err != nil {
			t.Fatal(err)
		}
		for _, todo := range page {
			seen[todo.RowNo]++
		}
		last := page[len(page)-1]
		f.AfterDue, f.AfterCase, f.AfterTask = last.Due, last.Case, last.Task
	}
	for row := 1; row <= 5; row++ {
		if seen[row] != 1 {
			t.Errorf("row %d is on the pages %d times", row, seen[row])
		}
	}
}
