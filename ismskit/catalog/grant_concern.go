package catalog

import (
	"context"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/workflow"
)

// Concerns returns what says which permission a case is about: whoever closes one is
// told of the request to extend it, and the other way round.
func Concerns() map[string]ismskit.Concerning {
	return map[string]ismskit.Concerning{
		TypeGrantClosure:      closes,
		TypeAccountRequest:    extends,
		TypeAccountRequestRow: extendsInRow,
	}
}

// closes says which permission a closure ends. A request for it may come from the
// question before its end, or be somebody's own.
func closes(_ context.Context, m ismskit.Matter) ([]ismskit.Concern, error) {
	id := grantOf(m.Cause)
	if id == "" {
		return nil, nil
	}
	system, _ := m.Values["system"].(forms.Ref)
	return []ismskit.Concern{{
		Thing: thing(id), Kind: ismskit.ConcernClosure, Causes: []string{sameEnd(m.Cause, extending)},
		System: system.ID, Word: accountOf(m.Values),
	}}, nil
}

// extends says which permissions a request asks more time for. A draft that followed
// the question is about the permission it asked about, whatever has become of its rows.
func extends(ctx context.Context, m ismskit.Matter) ([]ismskit.Concern, error) {
	lines, _ := m.Values["lines"].([]forms.Row)
	rows := make([]forms.Values, len(lines))
	for i, line := range lines {
		rows[i] = forms.Values(line)
	}
	out, err := extended(ctx, m, rows)
	if id := grantOf(m.Cause); err == nil && id != "" && m.Case.Phase == string(workflow.PhaseDraft) {
		out = append(out, ismskit.Concern{Thing: thing(id), Kind: ismskit.ConcernExtension, Causes: []string{sameEnd(m.Cause, closing)}})
	}
	return out, err
}

// extendsInRow is extends for one row, whose handler has to do with no other.
func extendsInRow(ctx context.Context, m ismskit.Matter) ([]ismskit.Concern, error) {
	out, err := extended(ctx, m, []forms.Values{m.Values})
	for i := range out {
		out[i].Row = ""
	}
	return out, err
}

// extended are the permissions that rows ask more time for: by extending one, or by
// asking anew for what it has.
func extended(ctx context.Context, m ismskit.Matter, rows []forms.Values) ([]ismskit.Concern, error) {
	op, _ := m.Values["op"].(string)
	if op != opExtend && op != opAdd {
		return nil, nil
	}
	var accounts []string
	for _, row := range rows {
		accounts = append(accounts, accountOf(row))
	}
	live, err := liveOf(ctx, m.Lists, m.Rows, accounts...)
	if err != nil {
		return nil, err
	}
	var out []ismskit.Concern
	for _, row := range rows {
		system, _ := row["system"].(forms.Ref)
		items, _ := row["permission"].([]string)
		id, _ := row[forms.RowID].(string)
		its := slices.DeleteFunc(slices.Clone(live), func(g grant) bool {
			return g.ref("system").ID != system.ID || g.text("account") != accountOf(row) || op == opAdd && !overlap(g.items(), items)
		})
		g, found := about(opExtend, items, its)
		until, ends := g.until()
		if found && ends {
			out = append(out, ismskit.Concern{Thing: thing(g.id), Kind: ismskit.ConcernExtension, Row: id, Causes: []string{g.cause(closing, until)}})
		}
	}
	return out, nil
}

// thing names a permission for a Concern.
func thing(id string) string { return "grant/" + id }

// sameEnd is the cause of what else opens at the end that a cause names.
func sameEnd(cause, what string) string {
	parts := strings.Split(cause, "/") // grant, id, what, until
	parts[len(parts)-2] = what
	return strings.Join(parts, "/")
}
