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
	// each, so what comes after them goes one by one; and what is seldom sent makes none.
	mostShapes = 32
	// mostSeen is how many shapes are remembered that have not come often enough.
	mostSeen = 512
)

// often is how many times writes must have come in one shape before they go together.
var often = 3

// shape is the writes that go together, in their order; the rest is nil.
type shape [mostTogether]*storage.Statement

// together makes one statement of writes to different tables: that every message, portal and
// plan is begun and ended once is worth a tenth of a signature. Safe for concurrent use.
type together struct {
	mu     sync.RWMutex
	tables map[*storage.Statement][]string // nil for what goes alone
	shapes map[shape]*storage.Statement
	seen   map[shape]int // how often those came which have no statement
	often  int
}

func newTogether(often int) *together {
	return &together{often: often, tables: map[*storage.Statement][]string{}, shapes: map[shape]*storage.Statement{}, seen: map[shape]int{}}
}

// of puts neighbours together. All of one statement see the state before it, also where its
// first part has waited for another transaction: none may touch a table that another names,
// unless those between are Apart too, and what follows the first may only insert, unless it is
// Apart.
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

// run is how many of the first commands can go together. What must touch a row goes first or
// begins anew, see within.
func (t *together) run(held []command) int {
	type last struct {
		table string
		at    int // the last that names it
		apart bool
	}
	var taken []last
	for i, c := range held {
		if i == mostTogether || c.fixed == nil || i > 0 && c.fixed.None != nil {
			return max(i, 1)
		}
		names := t.named(c.fixed)
		if len(names) == 0 || i > 0 && !inserts(c.fixed) && !c.fixed.Apart {
			return max(i, 1)
		}
		for _, n := range names {
			at := slices.IndexFunc(taken, func(l last) bool { return l.table == n })
			switch {
			case at < 0:
				taken = append(taken, last{n, i, c.fixed.Apart})
			case taken[at].apart && c.fixed.Apart && taken[at].at == i-1:
				taken[at].at = i
			default:
				return i
			}
		}
	}
	return len(held)
}

// inserts says that a write looks at no rows but those of its own keys.
func inserts(st *storage.Statement) bool {
	return strings.HasPrefix(st.Postgres, "INSERT ") && !strings.Contains(st.Postgres, "SELECT")
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
	if kind, _, _ := strings.Cut(st.Postgres, " "); kind == "INSERT" || kind == "UPDATE" || kind == "DELETE" {
		names = slices.Compact(slices.Sorted(slices.Values(tableName.FindAllString(st.Postgres, -1))))
	}
	t.mu.Lock()
	t.tables[st] = names
	t.mu.Unlock()
	return names
}

// joined is the commands as one; nil where there is but one, or they seldom come so.
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
	st := t.shapes[key]
	t.mu.RUnlock()
	if st == nil {
		if st = t.learn(key, parts); st == nil {
			return nil
		}
	}
	args := make([]any, 0, n)
	for _, p := range inText(parts) {
		args = append(args, p.args...)
	}
	return &command{fixed: st, args: args}
}

// learn makes the statement of a shape, once it has come often enough and while there is room.
func (t *together) learn(key shape, parts []command) *storage.Statement {
	t.mu.Lock()
	defer t.mu.Unlock()
	if st := t.shapes[key]; st != nil || len(t.shapes) >= mostShapes {
		return st
	}
	if len(t.seen) >= mostSeen {
		clear(t.seen)
	}
	if t.seen[key]++; t.seen[key] < t.often {
		return nil
	}
	delete(t.seen, key)
	st := &storage.Statement{Postgres: within(parts)}
	t.shapes[key] = st
	return st
}

// inText is the order in which the parts stand in the statement. PostgreSQL carries out the
// main one first and then the others from the last to the first, so they are written the
// other way round. That is how it does it, not what it promises: rows don't depend on it, but
// transactions that lock in one order don't run into each other.
func inText(parts []command) []command {
	out := slices.Clone(parts)
	slices.Reverse(out)
	return out
}

// within writes statements as parts of one. The first is the main one; where it must touch a
// row the main one asks that, and raises its error before the others run.
func within(parts []command) string {
	var b strings.Builder
	first := parts[0].fixed
	comma := "WITH "
	for i, p := range inText(parts)[:len(parts)-1] {
		b.WriteString(comma + "w" + strconv.Itoa(len(parts)-i) + " AS (" + p.fixed.Postgres + ")")
		comma = ", "
	}
	if first.None == nil {
		return b.String() + " " + first.Postgres
	}
	return b.String() + ", w1 AS (" + first.Postgres + " RETURNING 1) SELECT " + found(first.None) + " FROM w1"
}
