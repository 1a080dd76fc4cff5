package memory

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/ismskit/record"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/storage/internal/clean"
)

// ErrText: a text holds a NUL or bytes that are no UTF-8; nothing was written.
var ErrText = clean.ErrText

// ErrReadOnly: a write inside View.
var ErrReadOnly = errors.New("memory: write inside View")

// Store is an ismskit.Store in maps. It is safe for concurrent use: one Update
// at a time, Views beside each other.
type Store struct {
	writing chan struct{} // one token, so that waiting for it can be given up
	mu      sync.RWMutex
	rows    rows
}

var _ ismskit.Store = (*Store)(nil)

// rows are all tables. Stored values are never changed in place nor handed out
// without a copy.
type rows struct {
	cases       map[string]ismskit.CaseRow
	tasks       map[pair]ismskit.TaskRow // case, task
	counters    map[string]int64
	outcomes    map[pair]ismskit.Outcome // actor, key
	trail       map[string][]ismskit.TrailEntry
	marks       map[string]int64       // chain → how far it is in the log
	jobs        map[string]ismskit.Job // by key
	jobIDs      map[string]string      // id → key
	messages    map[string]ismskit.Message
	definitions map[triple]ismskit.Definition
	registers   map[pair]register.Row // list, id
	history     map[pair][]register.Row
	stamps      map[string]int64
	documents   map[string]document.Document
	versions    map[pair]document.Version // document, label
	records     map[string]record.Record
	terms       map[string][]string // record → sorted terms
	people      map[joint]struct{}
	acls        map[string]record.ACL
}

type (
	pair   [2]string
	triple [3]string
	// joint is who took part in a record as it was filed.
	joint struct {
		record, person string
		filed          int64
	}
)

// New returns an empty store.
func New() *Store {
	return &Store{writing: make(chan struct{}, 1), rows: rows{
		cases: map[string]ismskit.CaseRow{}, tasks: map[pair]ismskit.TaskRow{}, counters: map[string]int64{},
		outcomes: map[pair]ismskit.Outcome{}, trail: map[string][]ismskit.TrailEntry{}, marks: map[string]int64{}, jobs: map[string]ismskit.Job{},
		jobIDs: map[string]string{}, messages: map[string]ismskit.Message{}, definitions: map[triple]ismskit.Definition{},
		registers: map[pair]register.Row{}, history: map[pair][]register.Row{}, stamps: map[string]int64{},
		documents: map[string]document.Document{}, versions: map[pair]document.Version{}, records: map[string]record.Record{},
		terms: map[string][]string{}, people: map[joint]struct{}{}, acls: map[string]record.ACL{},
	}}
}

// Clone returns a store that holds what s holds now and shares nothing with it that changes: a
// house is filled once and each test begins with a copy of it.
func (s *Store) Clone() *Store {
	s.mu.RLock()
	defer s.mu.RUnlock()
	r := s.rows // stored values are never changed in place
	return &Store{writing: make(chan struct{}, 1), rows: rows{
		cases: maps.Clone(r.cases), tasks: maps.Clone(r.tasks), counters: maps.Clone(r.counters),
		outcomes: maps.Clone(r.outcomes), trail: maps.Clone(r.trail), marks: maps.Clone(r.marks), jobs: maps.Clone(r.jobs),
		jobIDs: maps.Clone(r.jobIDs), messages: maps.Clone(r.messages), definitions: maps.Clone(r.definitions),
		registers: maps.Clone(r.registers), history: maps.Clone(r.history), stamps: maps.Clone(r.stamps),
		documents: maps.Clone(r.documents), versions: maps.Clone(r.versions), records: maps.Clone(r.records),
		terms: maps.Clone(r.terms), people: maps.Clone(r.people), acls: maps.Clone(r.acls),
	}}
}

// Update runs fn alone. A caller whose context ends while he waits leaves.
func (s *Store) Update(ctx context.Context, fn func(context.Context, ismskit.Tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	select {
	case s.writing <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-s.writing }()
	s.mu.Lock()
	defer s.mu.Unlock()
	t := &tx{rows: &s.rows, writable: true}
	kept := false
	defer func() {
		if !kept {
			t.undoAll()
		}
	}()
	err := fn(context.WithoutCancel(ctx), t)
	if err == nil {
		err = t.failed
	}
	kept = err == nil
	return err
}

// View runs fn while nobody writes.
func (s *Store) View(ctx context.Context, fn func(context.Context, ismskit.Tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	return fn(ctx, &tx{rows: &s.rows})
}

// tx is one closure's access. What it changed it can undo.
type tx struct {
	*rows
	writable bool
	undo     []func()
	failed   error // the first write that failed; sticks
}

func (t *tx) Cases() ismskit.Cases             { return cases{t} }
func (t *tx) Outcomes() ismskit.Outcomes       { return outcomes{t} }
func (t *tx) Trail() ismskit.Trail             { return trail{t} }
func (t *tx) Queue() ismskit.Queue             { return queue{t} }
func (t *tx) Documents() document.Store        { return documents{t} }
func (t *tx) Registers() register.Store        { return registers{t} }
func (t *tx) Records() record.Store            { return records{t} }
func (t *tx) Definitions() ismskit.Definitions { return definitions{t} }

func (t *tx) undoAll() {
	for _, u := range slices.Backward(t.undo) {
		u()
	}
}

// write begins every write: it refuses inside View, after a failed write, and
// texts no database could keep.
func (t *tx) write(texts ...string) error {
	switch {
	case !t.writable:
		return ErrReadOnly
	case t.failed != nil:
		return t.failed
	}
	return clean.Text(texts...)
}

// fail remembers the first failure: what went wrong in a transaction cannot be
// passed over.
func (t *tx) fail(err error) error {
	if t.failed == nil {
		t.failed = err
	}
	return t.failed
}

func put[K comparable, V any](t *tx, m map[K]V, k K, v V) {
	old, had := m[k]
	t.undo = append(t.undo, func() {
		if had {
			m[k] = old
		} else {
			delete(m, k)
		}
	})
	m[k] = v
}

func drop[K comparable, V any](t *tx, m map[K]V, k K) {
	if old, had := m[k]; had {
		t.undo = append(t.undo, func() { m[k] = old })
		delete(m, k)
	}
}

// copied returns a value that shares nothing with the stored one. Encoding also
// refuses texts no database could keep.
func copied[T any](v T) (T, error) {
	var out T
	body, err := clean.Body(v)
	if err != nil {
		return out, err
	}
	if err := json.Unmarshal([]byte(body), &out); err != nil {
		return out, fmt.Errorf("memory: %w", err)
	}
	return out, nil
}

// page sorts, cuts to the limit and copies.
func page[T any](found []T, order func(a, b T) int, limit int) ([]T, error) {
	slices.SortFunc(found, order)
	if limit > 0 && len(found) > limit {
		found = found[:limit]
	}
	out := make([]T, len(found))
	for i, v := range found {
		var err error
		if out[i], err = copied(v); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// wanted: an empty choice lets everything pass.
func wanted[T comparable](choice []T, v T) bool {
	return len(choice) == 0 || slices.Contains(choice, v)
}

func same(choice, v string) bool { return choice == "" || choice == v }

func limit(n, standard int) int {
	if n <= 0 {
		return standard
	}
	return n
}
