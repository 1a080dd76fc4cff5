package storagetest

import (
	"context"
	"testing"

	"github.com/ismskit/ismskit/ismskit"
)

// Run holds a store to its contract. open returns a new, empty store each time
// and closes it through t.Cleanup. With -short the crowds are a tenth.
func Run(t *testing.T, open func(t *testing.T) ismskit.Store) {
	for _, c := range []struct {
		name string
		test func(t *testing.T, s ismskit.Store)
	}{
		{"Case", caseRows}, {"CaseConflict", caseConflicts}, {"CaseList", caseList}, {"Tasks", taskLists},
		{"TasksChange", tasksChange}, {"TasksChangeTwice", tasksChangeTwice}, {"Children", lastChildren}, {"Counter", counters}, {"Outcome", outcomes}, {"OutcomesForgotten", outcomesForgotten},
		{"Trail", trailEntries}, {"TrailHeads", trailHeads}, {"ListEntries", listEntries}, {"Definitions", definitions},
		{"Jobs", jobs}, {"JobMoved", jobMoved}, {"JobWaiting", jobWaiting}, {"JobFence", jobFence}, {"Schedulers", schedulers}, {"DeadLetters", deadLetters},
		{"Messages", messages},
		{"Register", registerRows}, {"RegisterQuery", registerQuery},
		{"Document", documentRows}, {"DocumentQuery", documentQuery},
		{"Record", recordRows}, {"RecordSight", recordSight}, {"RecordFilters", recordFilters}, {"RecordText", recordText},
		{"RecordPages", recordPages}, {"RecordCounts", recordCounts}, {"RecordFiles", recordFiles},
		{"Rollback", rollback}, {"RollbackOnConflict", rollbackOnConflict}, {"SwallowedConflict", swallowedConflict},
		{"ReadOwnWrites", readOwnWrites}, {"ViewIsReadOnly", viewIsReadOnly}, {"ViewIsConsistent", viewIsConsistent},
		{"TwentyWriters", twentyWriters}, {"OneFailsAlone", oneFailsAlone}, {"CancelledCaller", cancelledCaller},
		{"ClosureContext", closureContext}, {"Panic", panics},
		{"Times", times}, {"BadText", badText}, {"BigValues", bigValues}, {"OddValues", oddValues},
	} {
		t.Run(c.name, func(t *testing.T) { c.test(t, open(t)) })
	}
}

// update and view are a test's way to the store: an error ends the test.
func update(t *testing.T, s ismskit.Store, fn func(ctx context.Context, tx ismskit.Tx) error) {
	t.Helper()
	if err := s.Update(t.Context(), fn); err != nil {
		t.Fatal(err)
	}
}

func view(t *testing.T, s ismskit.Store, fn func(ctx context.Context, tx ismskit.Tx) error) {
	t.Helper()
	if err := s.View(t.Context(), fn); err != nil {
		t.Fatal(err)
	}
}

// get reads one thing in a View of its own.
func get[T any](t *testing.T, s ismskit.Store, read func(ctx context.Context, tx ismskit.Tx) (T, error)) T {
	t.Helper()
	var got T
	view(t, s, func(ctx context.Context, tx ismskit.Tx) error {
		v, err := read(ctx, tx)
		got = v
		return err
	})
	return got
}

// crowd is n, or a tenth of it with -short.
func crowd(n int) int {
	if testing.Short() {
		return max(2, n/10)
	}
	return n
}
