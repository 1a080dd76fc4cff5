package postgres

import (
	"errors"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/storage"
)

// appendWrite adds one statement with its values. Where it must touch a row it
// raises an error of its own if it touches none, because COMMIT is already on
// its way behind it: a division by zero says conflict, a number that is none
// says not found.
func appendWrite(b []byte, e storage.Engine, st *storage.Statement, args []any) []byte {
	gen := e.Builder.QueryGen()
	if st.None == nil {
		b = gen.AppendQuery(b, st.Text(e), args...)
		return append(b, ";\n"...)
	}
	b = append(b, "WITH u AS ("...)
	b = gen.AppendQuery(b, st.Text(e), args...)
	b = append(b, " RETURNING 1) SELECT "...)
	if errors.Is(st.None, ismskit.ErrNotFound) {
		b = append(b, "(CASE count(*) WHEN 0 THEN 'none' ELSE '1' END)::int"...)
	} else {
		b = append(b, "1/count(*)"...)
	}
	return append(b, " FROM u;\n"...)
}

func readText(e storage.Engine, st *storage.Statement, args []any) string {
	return e.Builder.QueryGen().FormatQuery(st.Text(e), args...)
}
