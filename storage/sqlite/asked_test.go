package sqlite

import (
	"context"
	"errors"
	"path/filepath"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/ismskit/ismskit/ismskit"
)

var errNo = errors.New("no")

// patient is a store with one case whose reads wait so long for the turn.
func patient(t *testing.T, patience time.Duration) *Store {
	t.Helper()
	s, err := Open(t.Context(), filepath.Join(t.TempDir(), "isms.db"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	s.writer.patience = patience
	err = s.Update(t.Context(), func(ctx context.Context, tx ismskit.Tx) error {
		return tx.Cases().Insert(ctx, ismskit.CaseRow{ID: "c1", Revision: 1, Subject: "before", Values: []byte("{}"), State: []byte("{}"), Extra: []byte("{}")}, nil)
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func subject(ctx context.Context, s *Store) (subject string, err error) {
	err = s.View(ctx, func(ctx context.Context, tx ismskit.Tx) error {
		r, err := tx.Cases().Get(ctx, "c1")
		subject = r.Subject
		return err
	})
	return subject, err
}

// writes changes the case in a transaction that stays open until end is closed, and
// gives fails for its answer.
func writes(t *testing.T, s *Store, fails error) (end chan struct{}, ended chan error) {
	t.Helper()
	begun := make(chan struct{})
	end, ended = make(chan struct{}), make(chan error, 1)
	go func() {
		ended <- s.Update(t.Context(), func(ctx context.Context, tx ismskit.Tx) error {
			r, err := tx.Cases().Get(ctx, "c1")
			if err == nil {
				r.Revision, r.Subject = r.Revision+1, "after"
				err = tx.Cases().Update(ctx, r, nil, nil)
			}
			close(begun)
			<-end
			return errors.Join(err, fails)
		})
	}()
	<-begun
	return end, ended
}

// waiting returns once so many reads wait for the turn.
func waiting(s *Store, n int) {
	for waits := -1; waits != n; runtime.Gosched() {
		s.writer.mu.Lock()
		waits = len(s.writer.asked)
		s.writer.mu.Unlock()
	}
}

// Whoever opens a case while somebody else signs sees it as it was before or as it is
// after, never what a transaction has not yet kept; and many wait for one connection.
func TestReadsThatComeWhileSomebodyWritesAreAnsweredAtTheEnd(t *testing.T) {
	for name, of := range map[string]struct {
		fails error
		want  string
	}{"kept": {nil, "after"}, "not kept": {errNo, "before"}} {
		t.Run(name, func(t *testing.T) {
			s := patient(t, time.Hour)
			end, ended := writes(t, s, of.fails)
			const readers = 8
			type answer struct {
				subject string
				err     error
			}
			answers := make(chan answer, readers)
			for range readers {
				go func() {
					got, err := subject(t.Context(), s)
					answers <- answer{got, err}
				}()
			}
			waiting(s, readers)
			close(end)
			if err := <-ended; !errors.Is(err, of.fails) {
				t.Errorf("the writer: %v", err)
			}
			for range readers {
				if a := <-answers; a.err != nil || a.subject != of.want {
					t.Errorf("a reader: %q, %v; want %q", a.subject, a.err, of.want)
				}
			}
			if n := s.readers.Stats().OpenConnections; n != 0 {
				t.Errorf("%d connections were opened for reads that waited", n)
			}
			if _, err := subject(t.Context(), s); err != nil {
				t.Errorf("the next one: %v", err)
			}
		})
	}
}

// A transaction that takes long, as an import or on a slow disk, holds nobody up who only
// reads; and where one has waited in vain for its end, no other waits.
func TestAReadGivesUpWaitingForALongTransaction(t *testing.T) {
	s := patient(t, time.Millisecond)
	end, ended := writes(t, s, nil)
	for range 3 {
		if got, err := subject(t.Context(), s); err != nil || got != "before" {
			t.Errorf("while it is open: %q, %v", got, err)
		}
		s.writer.patience = time.Hour // the others would wait for ever
	}
	waiting(s, 0)
	close(end)
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if got, err := subject(t.Context(), s); err != nil || got != "after" {
		t.Errorf("after it: %q, %v", got, err)
	}
	end, ended = writes(t, s, nil)
	answer := make(chan error, 1)
	go func() {
		_, err := subject(t.Context(), s)
		answer <- err
	}()
	waiting(s, 1) // the next transaction may be short again
	close(end)
	if err := errors.Join(<-ended, <-answer); err != nil {
		t.Error(err)
	}
}

// However many read one after the other, who waits to write is next after each of them.
func TestReadsDoNotKeepTheTurn(t *testing.T) {
	w := newWriter(nil, 0)
	one := func() *asked { return &asked{start: make(chan struct{}, 1), done: make(chan bool, 1)} }
	w.held = true
	for range 3 {
		writer, first, second := &turn{start: make(chan struct{}, 1)}, one(), one()
		w.queue, w.asked = append(w.queue, writer), append(w.asked, first)
		w.rest()
		select {
		case <-first.start:
		default:
			t.Fatal("who reads has not the turn before who writes")
		}
		w.asked = append(w.asked, second) // while the first one reads
		w.rest()
		select {
		case <-writer.start:
		default:
			t.Fatal("who writes waits behind a second read")
		}
		w.rest()
		select {
		case <-second.start:
		default:
			t.Fatal("the second read has not the turn after the write")
		}
		w.rest()
		if w.held {
			t.Fatal("the turn is held though nobody waits")
		}
		w.held = true
	}
}

func TestAReaderLeavesWhileHeWaits(t *testing.T) {
	s := patient(t, time.Hour)
	end, ended := writes(t, s, nil)
	ctx, leave := context.WithCancel(t.Context())
	answer := make(chan error, 1)
	go func() {
		_, err := subject(ctx, s)
		answer <- err
	}()
	waiting(s, 1)
	leave()
	if err := <-answer; !errors.Is(err, context.Canceled) {
		t.Errorf("who left: %v", err)
	}
	waiting(s, 0)
	close(end)
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// Where the host has the writing connection there is nobody who would pass the turn on.
func TestAReadDoesNotWaitForTheHost(t *testing.T) {
	s := patient(t, time.Hour)
	c, err := s.DB().Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if got, err := subject(t.Context(), s); err != nil || got != "before" {
		t.Errorf("beside the host: %q, %v", got, err)
	}
}

// Where the driver breaks off while it reads for many, each of them is told to read for
// himself, and none waits for ever.
func TestWhereTheDriverBreaksOffTheOthersReadForThemselves(t *testing.T) {
	w := newWriter(nil, 0)
	for range 3 {
		w.asked = append(w.asked, &asked{start: make(chan struct{}, 1), done: make(chan bool, 1)})
	}
	others := slices.Clone(w.asked)
	func() {
		defer func() {
			if recover() == nil {
				t.Error("nothing broke off: this shows nothing")
			}
		}()
		w.answerOthers(t.Context(), nil) // a link that is none: the driver breaks off at the first
	}()
	for i, o := range others {
		select {
		case answered := <-o.done:
			if answered {
				t.Errorf("read %d is said to be answered", i+1)
			}
		default:
			t.Errorf("read %d waits for ever", i+1)
		}
	}
}
