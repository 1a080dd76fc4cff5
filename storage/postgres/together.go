package postgres

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/ismskit/ismskit/storage"
)

const (
	// mostTogether is how many writes become one statement at most.
	mostTogether = 8
	// mostShapes is how many such statements a store makes. A connection keeps the plan of
	// each, so what comes after them goes one by one.
	mostShapes = 64
)

// shape is the writes that go together, in their order; the rest is nil.
type shape [mostTogether]*storage.Statement

// together makes one statement of writes to different tables: that every message, portal and
// plan is begun and ended once is worth a tenth of a signature. Safe for concurrent use.
type together struct {
	mu     sync.RWMutex
	tables map[*storage.Statement][]string // nil for what goes alone
	shapes map[shape]*storage.Statement
}

func newTogether() *together {
	return &together{tables: map[*storage.Statement][]string{}, shapes: map[shape]*storage.Statement{}}
}

// of puts neighbours together. All of one statement see the state before it, and their order
// is the server's: none may touch a table that another names, unless both are Apart.
func (t *together) of(held []command) []command {
	if len(held) < 2 {
		return held
	}
	out := make([]command, 0, len(held))
	for len(held) > 0 {
		n := t.run(held)
		if one := t.joined(held[:n]); one != nil {
			out = append(out, *one)
		} else {
			out = append(out, held[:n]...)
		}
		held = held[n:]
	}
	return out
}

// run is how many of the first commands can go together.
func (t *together) run(held []command) int {
	taken := map[string]bool{} // table → whether all that names it is Apart
	for i, c := range held {
		if i == mostTogether || c.fixed == nil {
			return max(i, 1)
		}
		names := t.named(c.fixed)
		if len(names) == 0 {
			return max(i, 1)
		}
		for _, n := range names {
			if apart, known := taken[n]; known && !(apart && c.fixed.Apart) {
				return i
			}
		}
		for _, n := range names {
			taken[n] = c.fixed.Apart
		}
	}
	return len(held)
}

var tableName = regexp.MustCompile(`\bisms_[a-z_]+`)

// named are the tables that a write names; nil for what can't stand within another.
func (t *together) named(st *storage.Statement) []string {
	t.mu.RLock()
	names, known := t.tables[st]
	t.mu.RUnlock()
	if known {
		return names
	}
	if plain := strings.TrimSpace(st.Postgres); strings.HasPrefix(plain, "INSERT ") || strings.HasPrefix(plain, "UPDATE ") || strings.HasPrefix(plain, "DELETE ") {
		names = slices.Compact(slices.Sorted(slices.Values(tableName.FindAllString(plain, -1))))
	}
	t.mu.Lock()
	t.tables[st] = names
	t.mu.Unlock()
	return names
}

// joined is the commands as one; nil where there is but one, or too many shapes are known.
func (t *together) joined(parts []command) *command {
	if len(parts) < 2 {
		return nil
	}
	var key shape
	n := 0
	for i, p := range parts {
		key[i] = p.fixed
		n += len(p.args)
	}
	t.mu.RLock()
	st, full := t.shapes[key], len(t.shapes) >= mostShapes
	t.mu.RUnlock()
	switch {
	case st == nil && full:
		return nil
	case st == nil:
		t.mu.Lock()
		if st = t.shapes[key]; st == nil {
			st = &storage.Statement{Postgres: within(parts)}
			t.shapes[key] = st
		}
		t.mu.Unlock()
	}
	args := make([]any, 0, n)
	for _, p := range parts {
		args = append(args, p.args...)
	}
	return &command{fixed: st, args: args}
}

// within writes statements as parts of one. The last is the main one, unless one of them must
// touch a row: then the main one asks that, and raises its error before the others run.
func within(parts []command) string {
	var b strings.Builder
	var asks []string
	for _, p := range parts {
		if p.fixed.None != nil {
			asks = append(asks, "")
		}
	}
	last := len(parts) - 1
	if len(asks) > 0 {
		last, asks = len(parts), asks[:0]
	}
	for i, p := range parts[:last] {
		name := "w" + strconv.Itoa(i+1)
		b.WriteString([]string{"WITH ", ", "}[min(i, 1)] + name + " AS (" + p.fixed.Postgres)
		if p.fixed.None != nil {
			b.WriteString(" RETURNING 1")
			asks = append(asks, "(SELECT "+found(p.fixed.None)+" FROM "+name+")")
		}
		b.WriteString(")")
	}
	if len(asks) > 0 {
		return b.String() + " SELECT " + strings.Join(asks, ", ")
	}
	return b.String() + " " + parts[last].fixed.Postgres
}
