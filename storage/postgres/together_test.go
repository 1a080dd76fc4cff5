package postgres

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/storage"
)

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
		"the last is the main one": {
			[]command{plain("INSERT INTO isms_a VALUES (?)"), plain("DELETE FROM isms_b WHERE id = ?")},
			[]string{"WITH w1 AS (INSERT INTO isms_a VALUES (?)) DELETE FROM isms_b WHERE id = ?"},
		},
		"what must touch a row is asked for it": {
			[]command{must(ismskit.ErrConflict, "UPDATE isms_a SET v = ?"), plain("INSERT INTO isms_b VALUES (?)"), must(ismskit.ErrNotFound, "UPDATE isms_c SET v = ?")},
			[]string{"WITH w1 AS (UPDATE isms_a SET v = ? RETURNING 1), w2 AS (INSERT INTO isms_b VALUES (?)), w3 AS (UPDATE isms_c SET v = ? RETURNING 1)" +
				" SELECT (SELECT 1/count(*) FROM w1), (SELECT (CASE count(*) WHEN 0 THEN 'none' ELSE '1' END)::int FROM w3)"},
		},
		"the same table comes after": {
			[]command{plain("DELETE FROM isms_a WHERE id = ?"), plain("INSERT INTO isms_a VALUES (?)"), plain("INSERT INTO isms_b VALUES (?)")},
			[]string{"DELETE FROM isms_a WHERE id = ?", "WITH w1 AS (INSERT INTO isms_a VALUES (?)) INSERT INTO isms_b VALUES (?)"},
		},
		"a table that is read comes after": {
			[]command{plain("INSERT INTO isms_a VALUES (?)"), plain("INSERT INTO isms_b SELECT ? FROM isms_a")},
			[]string{"INSERT INTO isms_a VALUES (?)", "INSERT INTO isms_b SELECT ? FROM isms_a"},
		},
		"other rows of the same table": {
			[]command{apart("DELETE FROM isms_a WHERE id = ?"), apart("INSERT INTO isms_a VALUES (?)")},
			[]string{"WITH w1 AS (DELETE FROM isms_a WHERE id = ?) INSERT INTO isms_a VALUES (?)"},
		},
		"other rows, and any": {
			[]command{apart("DELETE FROM isms_a WHERE id = ?"), plain("INSERT INTO isms_a VALUES (?)")},
			[]string{"DELETE FROM isms_a WHERE id = ?", "INSERT INTO isms_a VALUES (?)"},
		},
		"any rows, and others": {
			[]command{plain("DELETE FROM isms_a"), plain("INSERT INTO isms_b VALUES (?)"), apart("INSERT INTO isms_a VALUES (?)")},
			[]string{"WITH w1 AS (DELETE FROM isms_a) INSERT INTO isms_b VALUES (?)", "INSERT INTO isms_a VALUES (?)"},
		},
		"a query between": {
			[]command{plain("INSERT INTO isms_a VALUES (?)"), plain("SELECT 1"), {text: "SELECT 2"}, plain("INSERT INTO isms_b VALUES (?)")},
			[]string{"INSERT INTO isms_a VALUES (?)", "SELECT 1", "SELECT 2", "INSERT INTO isms_b VALUES (?)"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			var sent, values, given []string
			for _, c := range newTogether().of(c.held) {
				if c.fixed == nil {
					sent = append(sent, c.text)
					continue
				}
				sent = append(sent, sqlOf(storage.Engine{Postgres: true}, c.fixed))
				for _, a := range c.args {
					values = append(values, fmt.Sprint(a))
				}
			}
			for _, c := range c.held {
				for _, a := range c.args {
					given = append(given, fmt.Sprint(a))
				}
			}
			if strings.Join(sent, "\n") != strings.Join(c.want, "\n") {
				t.Errorf("sent\n%s\nwant\n%s", strings.Join(sent, "\n"), strings.Join(c.want, "\n"))
			}
			if strings.Join(values, "|") != strings.Join(given, "|") {
				t.Errorf("values %q of %q", values, given)
			}
		})
	}
}

// More than mostTogether make a second statement; more than mostShapes kinds go one by one, and
// what is known goes on together.
func TestTogetherHasItsLimits(t *testing.T) {
	table := func(i int) command {
		return command{fixed: &storage.Statement{Postgres: fmt.Sprintf("INSERT INTO isms_t%s VALUES (?)", strings.Repeat("x", i))}}
	}
	var long []command
	for i := range mostTogether + 2 {
		long = append(long, table(i))
	}
	joins := newTogether()
	if got := joins.of(long); len(got) != 2 {
		t.Errorf("%d statements of %d", len(got), len(long))
	}
	for i := range mostShapes - 2 {
		if got := joins.of([]command{table(1), table(2)}); len(got) != 1 {
			t.Fatalf("shape %d: %d statements", i+3, len(got))
		}
	}
	if got := joins.of([]command{table(1), table(2)}); len(got) != 2 {
		t.Errorf("one shape too many: %d statements", len(got))
	}
	if got := joins.of(long); len(got) != 2 {
		t.Errorf("a known shape: %d statements", len(got))
	}
}
