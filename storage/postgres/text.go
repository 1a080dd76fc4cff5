package postgres

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/storage"
)

// command is one statement on its way: a fixed one with its values, or a text.
type command struct {
	fixed *storage.Statement
	args  []any
	text  string
}

// sqlOf is a fixed statement as it is sent, with ? for its values. Where it must
// touch a row it raises an error of its own if it touches none, because COMMIT
// is already on its way behind it: a division by zero says conflict, a number
// that is none says not found.
func sqlOf(e storage.Engine, st *storage.Statement) string {
	if st.None == nil {
		return st.Text(e)
	}
	return "WITH u AS (" + st.Text(e) + " RETURNING 1) SELECT " + found(st.None) + " FROM u"
}

// found is an expression over the rows that a write touched, which fails where there is none.
func found(none error) string {
	if errors.Is(none, ismskit.ErrNotFound) {
		return "(CASE count(*) WHEN 0 THEN 'none' ELSE '1' END)::int"
	}
	return "1/count(*)"
}

// appendText writes a command with its values in it.
func appendText(b []byte, e storage.Engine, c command) []byte {
	if c.fixed == nil {
		b = append(b, c.text...)
	} else {
		b = e.Builder.QueryGen().AppendQuery(b, sqlOf(e, c.fixed), c.args...)
	}
	return append(b, ";\n"...)
}

// dollar turns ? into $1, $2, …; the fixed statements use ? for nothing else.
func dollar(text string) string {
	parts := strings.Split(text, "?")
	var out strings.Builder
	for i, p := range parts {
		if i > 0 {
			out.WriteString("$" + strconv.Itoa(i))
		}
		out.WriteString(p)
	}
	return out.String()
}

// asText sends commands as one text by the simple protocol: nothing stays on the
// connection, so a pooler may hand it to somebody else.
func asText(ctx context.Context, pg *pgconn.PgConn, e storage.Engine, commands []command) (results []result, err error) {
	// Values are quoted for these two settings; another would let a text break out
	// of its quotes.
	if pg.ParameterStatus("standard_conforming_strings") != "on" || pg.ParameterStatus("client_encoding") != "UTF8" {
		return nil, errSettings
	}
	var text []byte
	for _, c := range commands {
		text = appendText(text, e, c)
	}
	all := pg.Exec(ctx, string(text))
	defer func() {
		if cerr := all.Close(); err == nil {
			err = cerr
		}
	}()
	for all.NextResult() {
		r, err := read(all.ResultReader())
		if err != nil {
			return results, err
		}
		results = append(results, r)
	}
	return results, nil
}

var errSettings = errors.New("postgres: needs standard_conforming_strings on and client_encoding UTF8")
