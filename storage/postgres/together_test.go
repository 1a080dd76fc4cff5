package postgres

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/storage"
)

const twiceAndAgain = 3

// Writes to different tables go as one statement, in their order; what names a table that
// came before, what is no plain write and what has no fixed text begins anew.
func TestWritesGoTogether(t *testing.T) {
	plain := func(sql string) command { return command{fixed: &storage.Statement{Postgres: sql}, args: []any{sql}} }
	apart := func(sql string) command {
		return command{fixed: &storage.Statement{Postgres: sql, Apart: true}, args: []any{sql}}
	}
	must := func(none error, sql string) command {
		return command{fixed: &storage.Statement{Postgres: sql, None: none}, args: []any{sql}}
	}
	for name, c := range map[string]struct {
		held []command
		want []string
	}{
		"one alone": {
			[]command{plain("INSERT INTO isms_a VALUES (?)")},
			[]string{"INSERT INTO isms_a VALUES (?)"},
		},
		"the first is carried out first, the last last": {
			[]command{plain("UPDATE isms_a SET v = ?"), plain("INSERT INTO isms_b VALUES (?)"), plain("INSERT INTO isms_c VALUES (?)")},
			[]string{"WITH w3 AS (INSERT INTO isms_c VALUES (?)), w2 AS (INSERT INTO isms_b VALUES (?)) UPDATE isms_a SET v = ?"},
		},
		"what looks at rows comes after: the first may have waited for who wrote them": {
			[]command{plain("INSERT INTO isms_a VALUES (?)"), plain("DELETE FROM isms_b WHERE id = ?"), plain("INSERT INTO isms_c SELECT ? FROM isms_d")},
			[]string{"INSERT INTO isms_a VALUES (?)", "DELETE FROM isms_b WHERE id = ?", "INSERT INTO isms_c SELECT ? FROM isms_d"},
		},
		"what must touch a row is asked for it first": {
			[]command{must(ismskit.ErrConflict, "UPDATE isms_a SET v = ?"), plain("INSERT INTO isms_b VALUES (?)"), must(ismskit.ErrNotFound, "UPDATE isms_c SET v = ?"), plain("INSERT INTO isms_d VALUES (?)")},
			[]string{"WITH w2 AS (INSERT INTO isms_b VALUES (?)), w1 AS (UPDATE isms_a SET v = ? RETURNING 1) SELECT 1/count(*) FROM w1",
				"WITH w2 AS (INSERT INTO isms_d VALUES (?)), w1 AS (UPDATE isms_c SET v = ? RETURNING 1) SELECT (CASE count(*) WHEN 0 THEN 'none' ELSE '1' END)::int FROM w1"},
		},
		"the same table comes after": {
			[]command{plain("DELETE FROM isms_a WHERE id = ?"), plain("INSERT INTO isms_a VALUES (?)"), plain("INSERT INTO isms_b VALUES (?)")},
			[]string{"DELETE FROM isms_a WHERE id = ?", "WITH w2 AS (INSERT INTO isms_b VALUES (?)) INSERT INTO isms_a VALUES (?)"},
		},
		"a table that is read comes after": {
			[]command{plain("INSERT INTO isms_a VALUES (?)"), plain("INSERT INTO isms_b SELECT ? FROM isms_a")},
			[]string{"INSERT INTO isms_a VALUES (?)", "INSERT INTO isms_b SELECT ? FROM isms_a"},
		},
		"other rows of the same table": {
			[]command{apart("DELETE FROM isms_a WHERE id = ?"), apart("INSERT INTO isms_a VALUES (?)")},
			[]string{"WITH w2 AS (INSERT INTO isms_a VALUES (?)) DELETE FROM isms_a WHERE id = ?"},
		},
		"other rows, and any": {
			[]command{apart("DELETE FROM isms_a WHERE id = ?"), plain("INSERT INTO isms_a VALUES (?)")},
			[]string{"DELETE FROM isms_a WHERE id = ?", "INSERT INTO isms_a VALUES (?)"},
		},
		"any rows, and others": {
			[]command{plain("DELETE FROM isms_a"), plain("INSERT INTO isms_b VALUES (?)"), apart("INSERT INTO isms_a VALUES (?)")},
			[]string{"WITH w2 AS (INSERT INTO isms_b VALUES (?)) DELETE FROM isms_a", "INSERT INTO isms_a VALUES (?)"},
		},
		"other rows, but not of neighbours: of another change of the same case": {
			[]command{apart("INSERT INTO isms_a VALUES (?)"), plain("INSERT INTO isms_b VALUES (?)"), apart("DELETE FROM isms_a WHERE id = ?")},
			[]string{"WITH w2 AS (INSERT INTO isms_b VALUES (?)) INSERT INTO isms_a VALUES (?)", "DELETE FROM isms_a WHERE id = ?"},
		},
		"a query between": {
			[]command{plain("INSERT INTO isms_a VALUES (?)"), plain("SELECT 1"), {text: "SELECT 2"}, plain("INSERT INTO isms_b VALUES (?)")},
			[]string{"INSERT INTO isms_a VALUES (?)", "SELECT 1", "SELECT 2", "INSERT INTO isms_b VALUES (?)"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			var sent []string
			joins := newTogether(twiceAndAgain)
			for range twiceAndAgain - 1 {
				if got := joins.of(c.held); len(got) != len(c.held) {
					t.Errorf("%d statements of what came seldom", len(got))
				}
			}
			for _, c := range joins.of(c.held) {
				if c.fixed == nil {
					sent = append(sent, c.text)
					continue
				}
				sent = append(sent, sqlOf(storage.Engine{Postgres: true}, c.fixed))
				from := 0 // the values come in the order of their places
				for _, a := range c.args {
					at := strings.Index(sent[len(sent)-1][from:], a.(string))
					if at < 0 {
						t.Errorf("%q has the values of %q", sent[len(sent)-1], c.args)
						break
					}
					from += at
				}
			}
			if strings.Join(sent, "\n") != strings.Join(c.want, "\n") {
				t.Errorf("sent\n%s\nwant\n%s", strings.Join(sent, "\n"), strings.Join(c.want, "\n"))
			}
		})
	}
}

// More than mostTogether make a second statement; more than mostShapes kinds go one by one, and
// what is known goes on together. What seldom comes takes nobody's place.
func TestTogetherHasItsLimits(t *testing.T) {
	table := func(i int) command {
		return command{fixed: &storage.Statement{Postgres: fmt.Sprintf("INSERT INTO isms_t%s VALUES (?)", strings.Repeat("x", i))}}
	}
	joins := newTogether(twiceAndAgain)
	last := func(held ...command) int {
		for range twiceAndAgain {
			joins.of(held)
		}
		return len(joins.of(held))
	}
	var long []command
	for i := range mostTogether + 2 {
		long = append(long, table(i))
	}
	if got := last(long...); got != 2 {
		t.Errorf("%d statements of %d", got, len(long))
	}
	for range 2 * mostSeen {
		joins.of([]command{table(1), table(2)})
	}
	for i := range mostShapes - 2 {
		if got := last(table(1), table(2)); got != 1 {
			t.Fatalf("shape %d: %d statements", i+3, got)
		}
	}
	if got := last(table(1), table(2)); got != 2 {
		t.Errorf("one shape too many: %d statements", got)
	}
	if got := last(long...); got != 2 {
		t.Errorf("a known shape: %d statements", got)
	}
	if len(joins.seen) > mostSeen {
		t.Errorf("%d are remembered", len(joins.seen))
	}
}
