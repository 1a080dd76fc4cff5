package storagetest

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/ismskit/ismskit/ismskit"
)

func putJobs(t *testing.T, s ismskit.Store, now time.Time, jobs ...ismskit.Job) {
	t.Helper()
	update(t, s, func(ctx context.Context, tx ismskit.Tx) error { return tx.Queue().Put(ctx, now, jobs...) })
}

// take leases what is due, as a scheduler does.
func take(ctx context.Context, s ismskit.Store, now, real time.Time, limit int) ([]ismskit.Job, error) {
	var taken []ismskit.Job
	err := s.Update(ctx, func(ctx context.Context, tx ismskit.Tx) error {
		due, err := tx.Queue().Due(ctx, now, real, limit)
		if err != nil {
			return err
		}
		ids := idsOf(due, jobID)
		if err := tx.Queue().Lease(ctx, real.Add(time.Minute), ids...); err != nil {
			return err
		}
		for i := range due {
			due[i].Fence++
		}
		taken = due
		return nil
	})
	return taken, err
}

func settle(t *testing.T, s ismskit.Store, v ismskit.Settlement) error {
	t.Helper()
	return s.Update(t.Context(), func(ctx context.Context, tx ismskit.Tx) error { return tx.Queue().Settle(ctx, v) })
}

func jobID(j ismskit.Job) string { return j.ID }

func next(t *testing.T, s ismskit.Store) time.Time {
	t.Helper()
	return get(t, s, func(ctx context.Context, tx ismskit.Tx) (time.Time, error) { return tx.Queue().Next(ctx) })
}

func allJobs(t *testing.T, s ismskit.Store, q ismskit.JobQuery) []ismskit.Job {
	t.Helper()
	return get(t, s, func(ctx context.Context, tx ismskit.Tx) ([]ismskit.Job, error) { return tx.Queue().Jobs(ctx, q) })
}

func jobs(t *testing.T, s ismskit.Store) {
	if at := next(t, s); !at.IsZero() {
		t.Errorf("an empty queue is due at %v", at)
	}
	putJobs(t, s, monday, aJob("j3", at(30)), aJob("j1", at(10)), aJob("j2", at(20)))
	same(t, "next", next(t, s), at(10))
	seen := get(t, s, func(ctx context.Context, tx ismskit.Tx) ([]ismskit.Job, error) {
		return tx.Queue().Due(ctx, at(20), monday, 9)
	})
	same(t, "due", seen, []ismskit.Job{aJob("j1", at(10)), aJob("j2", at(20))})

	got, err := take(t.Context(), s, at(20), monday, 1)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "one taken", idsOf(got, jobID), []string{"j1"})
	same(t, "next while it is worked on", next(t, s), at(20))
	if got, err = take(t.Context(), s, at(20), monday, 9); err != nil {
		t.Fatal(err)
	}
	same(t, "the other", idsOf(got, jobID), []string{"j2"})
	if got, err = take(t.Context(), s, at(20), at(1), 9); err != nil { // leases have ended
		t.Fatal(err)
	}
	same(t, "both again, their workers died", idsOf(got, jobID), []string{"j1", "j2"})

	if err := settle(t, s, ismskit.Settlement{ID: "j1", Fence: got[0].Fence, Done: true}); err != nil {
		t.Fatal(err)
	}
	again := ismskit.Settlement{ID: "j2", Fence: got[1].Fence, Due: at(40), Since: at(20), Attempt: 1, Error: "smtp: timeout"}
	if err := settle(t, s, again); err != nil {
		t.Fatal(err)
	}
	want := aJob("j2", at(40))
	want.Since, want.Attempt, want.Error, want.Fence = at(20), 1, "smtp: timeout", got[1].Fence
	same(t, "what is left", allJobs(t, s, ismskit.JobQuery{}), []ismskit.Job{aJob("j3", at(30)), want})

	update(t, s, func(ctx context.Context, tx ismskit.Tx) error { return tx.Queue().Drop(ctx, "case1|j3", "none") })
	same(t, "after a drop", idsOf(allJobs(t, s, ismskit.JobQuery{Subject: "case1", Kind: "remind"}), jobID), []string{"j2"})
	bare := want
	bare.Payload, bare.Error = nil, ""
	same(t, "to count", allJobs(t, s, ismskit.JobQuery{Subject: "case1", Kind: "remind", Bare: true}), []ismskit.Job{bare})
	same(t, "another subject", allJobs(t, s, ismskit.JobQuery{Subject: "case2"}), nil)
	err = s.Update(t.Context(), func(ctx context.Context, tx ismskit.Tx) error {
		other := aJob("j2", at(1))
		other.Key = "another key, the same id"
		return tx.Queue().Put(ctx, monday, other)
	})
	if !errors.Is(err, ismskit.ErrConflict) {
		t.Errorf("an id used twice: %v", err)
	}
}

// jobMoved: a case's alarms are put anew in every action. One that waits moves;
// one that is due is not put off by it.
func jobMoved(t *testing.T, s ismskit.Store) {
	putJobs(t, s, monday, aJob("j1", at(10)))
	later := aJob("other-id", at(30))
	later.Key, later.Payload, later.Since = "case1|j1", []byte("new"), at(5)
	putJobs(t, s, at(9), later)
	got := allJobs(t, s, ismskit.JobQuery{})
	if len(got) != 1 || got[0].ID != "j1" || !got[0].Due.Equal(at(30)) || !got[0].Since.Equal(at(5)) || string(got[0].Payload) != "new" {
		t.Errorf("moved: %+v", got)
	}
	later.Due, later.Since = at(90), at(60)
	putJobs(t, s, at(30), later) // due in this moment
	got = allJobs(t, s, ismskit.JobQuery{})
	if !got[0].Due.Equal(at(30)) || !got[0].Since.Equal(at(5)) {
		t.Errorf("a due job was put off to %v since %v", got[0].Due, got[0].Since)
	}
}

// jobWaiting: one that waits to be done now stays as it is when it is put again,
// unless something about it is new.
func jobWaiting(t *testing.T, s ismskit.Store) {
	job := aJob("j1", at(10))
	putJobs(t, s, monday, job)
	putJobs(t, s, at(9), job) // not due yet: put as ever
	waiting := allJobs(t, s, ismskit.JobQuery{})
	putJobs(t, s, at(11), job)
	same(t, "a job that waits already", allJobs(t, s, ismskit.JobQuery{}), waiting)
	fence := waiting[0].Fence
	for what, change := range map[string]func(*ismskit.Job){
		"payload": func(j *ismskit.Job) { j.Payload = []byte("new") },
		"kind":    func(j *ismskit.Job) { j.Kind = "mail" },
		"subject": func(j *ismskit.Job) { j.Subject = "case2" },
		"attempt": func(j *ismskit.Job) { j.Attempt++ },
		"error":   func(j *ismskit.Job) { j.Error = "smtp: timeout" },
	} {
		change(&job)
		putJobs(t, s, at(11), job)
		got := allJobs(t, s, ismskit.JobQuery{})
		want := job
		want.Fence, fence = fence+1, fence+1
		same(t, "with another "+what, got, []ismskit.Job{want})
	}
	taken, err := take(t.Context(), s, at(11), monday, 1)
	if err != nil || len(taken) != 1 {
		t.Fatalf("taken: %v, %v", taken, err)
	}
	putJobs(t, s, at(11), job) // somebody has it in hand
	if got := allJobs(t, s, ismskit.JobQuery{}); got[0].Fence <= taken[0].Fence || !got[0].Leased.IsZero() {
		t.Errorf("put while somebody works on it: %+v", got[0])
	}
}

// jobFence: whoever worked on a job that was put or dropped meanwhile learns it
// when he settles, and nothing of what he did in that transaction stays.
func jobFence(t *testing.T, s ismskit.Store) {
	putJobs(t, s, monday, aJob("j1", at(10)), aJob("j2", at(10)))
	got, err := take(t.Context(), s, at(10), monday, 9)
	if err != nil {
		t.Fatal(err)
	}
	putJobs(t, s, at(10), aJob("j1", at(99)))
	update(t, s, func(ctx context.Context, tx ismskit.Tx) error { return tx.Queue().Drop(ctx, "case1|j2") })
	for _, j := range got {
		err := s.Update(t.Context(), func(ctx context.Context, tx ismskit.Tx) error {
			if err := tx.Queue().PutMessage(ctx, aMessage("m-"+j.ID, "P05", monday)); err != nil {
				return err
			}
			return tx.Queue().Settle(ctx, ismskit.Settlement{ID: j.ID, Fence: j.Fence, Done: true})
		})
		if !errors.Is(err, ismskit.ErrConflict) {
			t.Errorf("%s settled behind a new put: %v", j.ID, err)
		}
	}
	left := allJobs(t, s, ismskit.JobQuery{})
	if len(left) != 1 || left[0].ID != "j1" || !left[0].Due.Equal(at(10)) || !left[0].Leased.IsZero() {
		t.Errorf("left: %+v", left)
	}
	told := get(t, s, func(ctx context.Context, tx ismskit.Tx) ([]ismskit.Message, error) {
		return tx.Queue().Messages(ctx, ismskit.MessageQuery{})
	})
	same(t, "messages of those who lost", told, nil)
}

// schedulers: three of them, each job done once.
func schedulers(t *testing.T, s ismskit.Store) {
	n := crowd(60)
	var rows []ismskit.Job
	for i, id := range names("j", n) {
		rows = append(rows, aJob(id, at(i)))
	}
	putJobs(t, s, monday, rows...)
	done := make(chan string, 3*n)
	var all sync.WaitGroup
	for range 3 {
		all.Go(func() {
			for {
				got, err := take(t.Context(), s, at(n), monday, 7)
				if err != nil {
					t.Error(err)
					return
				}
				if len(got) == 0 {
					return
				}
				for _, j := range got {
					if err := settle(t, s, ismskit.Settlement{ID: j.ID, Fence: j.Fence, Done: true}); err != nil {
						t.Error(err)
						return
					}
					done <- j.ID
				}
			}
		})
	}
	all.Wait()
	close(done)
	times := map[string]int{}
	for id := range done {
		times[id]++
	}
	if len(times) != n || len(allJobs(t, s, ismskit.JobQuery{})) != 0 {
		t.Errorf("%d of %d jobs done, %d left", len(times), n, len(allJobs(t, s, ismskit.JobQuery{})))
	}
	for id, k := range times {
		if k != 1 {
			t.Errorf("%s was done %d times", id, k)
		}
	}
}

func deadLetters(t *testing.T, s ismskit.Store) {
	putJobs(t, s, monday, aJob("j1", at(10)), aJob("j2", at(10)), aJob("j3", at(20)))
	got, err := take(t.Context(), s, at(10), monday, 9)
	if err != nil {
		t.Fatal(err)
	}
	for _, j := range got {
		dead := ismskit.Settlement{ID: j.ID, Fence: j.Fence, Due: j.Due, Since: j.Since, Attempt: 9, Dead: true, Error: "no such mailbox"}
		if err := settle(t, s, dead); err != nil {
			t.Fatal(err)
		}
	}
	same(t, "due", get(t, s, func(ctx context.Context, tx ismskit.Tx) ([]ismskit.Job, error) {
		return tx.Queue().Due(ctx, at(15), at(999), 9)
	}), nil)
	same(t, "next", next(t, s), at(20))
	same(t, "dead", idsOf(allJobs(t, s, ismskit.JobQuery{Dead: true}), jobID), []string{"j1", "j2"})
	same(t, "a page of them", idsOf(allJobs(t, s, ismskit.JobQuery{Dead: true, After: at(10), AfterID: "j1", Limit: 1}), jobID), []string{"j2"})
	same(t, "one of them", idsOf(allJobs(t, s, ismskit.JobQuery{Dead: true, IDs: []string{"j2", "j3"}}), jobID), []string{"j2"})
	same(t, "after one that is gone", idsOf(allJobs(t, s, ismskit.JobQuery{Dead: true, After: at(10), AfterID: "j0"}), jobID), []string{"j1", "j2"})
	update(t, s, func(ctx context.Context, tx ismskit.Tx) error { return tx.Queue().Drop(ctx, "case1|j1") })
	same(t, "dead letters stay to be seen", idsOf(allJobs(t, s, ismskit.JobQuery{Dead: true}), jobID), []string{"j1", "j2"})
	putJobs(t, s, at(50), aJob("j1", at(60))) // set going again
	same(t, "re-driven", idsOf(allJobs(t, s, ismskit.JobQuery{Dead: true}), jobID), []string{"j2"})
	for _, j := range allJobs(t, s, ismskit.JobQuery{}) {
		if j.ID == "j1" && (!j.Due.Equal(at(60)) || j.Attempt != 0 || j.Error != "") {
			t.Errorf("re-driven: %+v", j)
		}
	}
}

func messages(t *testing.T, s ismskit.Store) {
	read, mailed := aMessage("m2", "P05", at(1)), aMessage("m3", "P06", at(1))
	read.Read, mailed.Mail, mailed.Sent, mailed.Kind, mailed.Case = at(5), "mail1", at(6), "read", "case2"
	update(t, s, func(ctx context.Context, tx ismskit.Tx) error {
		for _, m := range []ismskit.Message{aMessage("m1", "P05", at(0)), aMessage("m2", "P05", at(1)), mailed, read} {
			if err := tx.Queue().PutMessage(ctx, m); err != nil {
				return err
			}
		}
		return nil
	})
	find := func(q ismskit.MessageQuery) []ismskit.Message {
		return get(t, s, func(ctx context.Context, tx ismskit.Tx) ([]ismskit.Message, error) {
			return tx.Queue().Messages(ctx, q)
		})
	}
	same(t, "all, newest first", find(ismskit.MessageQuery{}), []ismskit.Message{mailed, read, aMessage("m1", "P05", at(0))})
	same(t, "to count", find(ismskit.MessageQuery{Bare: true, Person: "P05"}), []ismskit.Message{{ID: "m2"}, {ID: "m1"}})
	for name, c := range map[string]struct {
		q    ismskit.MessageQuery
		want []string
	}{
		"ids":      {ismskit.MessageQuery{IDs: []string{"m1"}}, []string{"m1"}},
		"person":   {ismskit.MessageQuery{Person: "P05"}, []string{"m2", "m1"}},
		"case":     {ismskit.MessageQuery{Case: "case2"}, []string{"m3"}},
		"kinds":    {ismskit.MessageQuery{Kinds: []string{"action", "mail"}}, []string{"m2", "m1"}},
		"unread":   {ismskit.MessageQuery{Unread: true}, []string{"m3", "m1"}},
		"unmailed": {ismskit.MessageQuery{Unmailed: true, Unread: true}, []string{"m1"}},
		"page":     {ismskit.MessageQuery{After: at(1), AfterID: "m3", Limit: 1}, []string{"m2"}},
	} {
		same(t, name, idsOf(find(c.q), func(m ismskit.Message) string { return m.ID }), c.want)
	}
}
