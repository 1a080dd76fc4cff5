package ismskit_test

import (
	"testing"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/workflow"
)

// The menu counts what the lists hold, up to where it stops.
func TestTheMenuCountsWhatWaits(t *testing.T) {
	eachStore(t, func(t *testing.T, o *office) {
		first := o.apply("P13", threeRows())
		o.apply("P13", threeRows())
		o.settle()
		count := func(person string, tasks, notices int) ismskit.Counts {
			t.Helper()
			n, err := o.kit.Queue().Count(o.ctx, o.as(person), tasks, notices)
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		same := func(people ...string) {
			t.Helper()
			for _, person := range people {
				want := ismskit.Counts{}
				for _, todo := range o.todo(person) {
					want.Tasks++
					if todo.Kind == string(workflow.KindHandle) {
						want.Handling++
					}
				}
				unread, err := o.kit.Queue().Notices(o.ctx, o.as(person), ismskit.NoticeFilter{Unread: true})
				if err != nil {
					t.Fatal(err)
				}
				want.Notices = len(unread)
				if got := count(person, 100, 100); got != want {
					t.Errorf("%s: %+v, the lists hold %+v", person, got, want)
				}
			}
		}
		same("P04", "P05", "P11", "P12", "P13")
		if n := count("P11", 1, 1); n.Tasks != 1 || !n.MoreTasks || n.Notices != 1 || !n.MoreNotices {
			t.Errorf("it does not stop: %+v", n)
		}
		o.finish(first.Case)
		o.until(monday.AddDate(0, 0, 2)) // mails have left, which are no notices to read
		same("P04", "P05", "P11", "P12", "P13")
		if _, err := o.kit.Queue().Count(o.ctx, o.as("nobody"), 1, 1); err == nil {
			t.Error("somebody unknown is counted for")
		}
	})
}
