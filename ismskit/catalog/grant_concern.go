package catalog

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
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
	out = append(out, asksSame(m, rows)...)
	if id := grantOf(m.Cause); err == nil && id != "" && m.Case.Phase == string(workflow.PhaseDraft) {
		out = append(out, ismskit.Concern{Thing: thing(id), Kind: ismskit.ConcernExtension, Causes: []string{sameEnd(m.Cause, closing)}})
	}
	return out, err
}

// extendsInRow is extends for one row, whose handler has to do with no other.
func extendsInRow(ctx context.Context, m ismskit.Matter) ([]ismskit.Concern, error) {
	out, err := extended(ctx, m, []forms.Values{m.Values})
	out = append(out, asksSame(m, []forms.Values{m.Values})...)
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
		if held, ok, err := heldBy(row, its); err != nil {
			return nil, err
		} else if ok && op == opAdd {
			out = append(out, ismskit.Concern{Thing: "held/" + id, Kind: ismskit.ConcernHeld, Row: id, Says: held})
		}
		g, found := about(opExtend, items, its)
		until, ends := g.until()
		if found && ends {
			out = append(out, ismskit.Concern{Thing: thing(g.id), Kind: ismskit.ConcernExtension, Row: id, Causes: []string{g.cause(closing, until)}})
		}
	}
	return out, nil
}

// heldBy says of a row that asks for what its account has already, for longer, that its end
// means nothing: the older permission stays as it is, see covers.
func heldBy(row forms.Values, live []grant) (forms.Text, bool, error) {
	items, _ := row["permission"].([]string)
	period, _ := row["period"].(forms.Period)
	asked := grant{values: forms.Values{"user": row["account_user"], "items": items, "period": period}}
	l, ok := asked.coveredBy(live, calendar.Date{})
	if !ok {
		return nil, false, nil
	}
	text, err := l.staysSaid()
	return text, true, err
}

// asksSame says of each row which permission of which account it asks for, so that a second
// request for the same is seen while the first is on its way. Those of one applicant are
// looked for: he asks twice by copying his own.
func asksSame(m ismskit.Matter, rows []forms.Values) []ismskit.Concern {
	op, _ := m.Values["op"].(string)
	var out []ismskit.Concern
	for _, row := range rows {
		system, _ := row["system"].(forms.Ref)
		items, _ := row["permission"].([]string)
		user, _ := row["account_user"].(forms.Person)
		whose := cmp.Or(accountOf(row), user.ID, user.Name)
		if whose == "" || system.ID == "" || len(items) == 0 {
			continue
		}
		id, _ := row[forms.RowID].(string)
		sorted := slices.Sorted(slices.Values(items))
		out = append(out, ismskit.Concern{
			Thing: strings.Join(append([]string{"asks", op, system.ID, whose}, sorted...), "/"), Kind: ismskit.ConcernSame,
			Row: id, System: system.ID, Word: m.Case.ApplicantName,
		})
	}
	return out
}

// thing names a permission for a Concern.
func thing(id string) string { return "grant/" + id }

// sameEnd is the cause of what else opens at the end that a cause names.
func sameEnd(cause, what string) string {
	parts := strings.Split(cause, "/") // grant, id, what, until
	parts[len(parts)-2] = what
	return strings.Join(parts, "/")
}
