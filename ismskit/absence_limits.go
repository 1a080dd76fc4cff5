package ismskit

import (
	"context"
	"slices"
	"strconv"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/directory"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/workflow"
)

// DeputyLimit is a part of what somebody does in which others act for him (代理範圍):
// with any, a deputy acts in what one of them names, and in no kind of step that one of
// them excludes.
type DeputyLimit struct{ What, Key string }

// What a DeputyLimit may name. A role and a level are entered in the list alone, by whoever keeps it.
const (
	LimitModule  = "module"   // of form types
	LimitForm    = "form"     // number of a form, or key of a type without one
	LimitSystem  = "system"   // row of the list systems
	LimitNotStep = "not_step" // kind of step that is left to the principal
	LimitRole    = "role"     // in which the principal is asked: a role's key, or AsUnitHead
	LimitLevel   = "level"    // of a document or decision, beside what the others name
)

// AsUnitHead is the Key of a LimitRole for what comes to somebody as the head of a unit.
const AsUnitHead = "unit_head"

// MaxDeputyLimits is how many parts one absence names at most.
const MaxDeputyLimits = 20

// leftToHim are the kinds of steps that may be left out of what a deputy does.
var leftToHim = []string{
	string(workflow.KindReview), string(workflow.KindApprove), string(workflow.KindConsult), string(workflow.KindHandle), string(workflow.KindConfirm),
}

// DeputyMatter is something that a DeputyLimit may name, in the words of its type.
type DeputyMatter struct {
	DeputyLimit
	Title forms.Text // of a form
}

// matters are the modules and forms of the types in use, in their order.
func (k *Kit) matters() []DeputyMatter {
	var modules, sheets []DeputyMatter
	note := func(into *[]DeputyMatter, m DeputyMatter) {
		if m.Key != "" && !slices.ContainsFunc(*into, func(one DeputyMatter) bool { return one.DeputyLimit == m.DeputyLimit }) {
			*into = append(*into, m)
		}
	}
	for _, key := range k.kinds.keys {
		kind, ok := k.kinds.latestOf(key)
		if !ok {
			continue
		}
		note(&modules, DeputyMatter{DeputyLimit: DeputyLimit{LimitModule, kind.Module}})
		form := kind.FormNo
		if form == "" {
			form = kind.Key
		}
		note(&sheets, DeputyMatter{DeputyLimit: DeputyLimit{LimitForm, form}, Title: kind.Title})
	}
	return append(modules, sheets...)
}

// limitRows are the limits as the list of deputies holds them.
func limitRows(limits []DeputyLimit) []forms.Row {
	out := make([]forms.Row, len(limits))
	for i, l := range limits {
		out[i] = forms.Row{forms.RowID: "limit" + strconv.Itoa(i+1), "what": l.What, "key": l.Key}
	}
	return out
}

func limitsIn(cells register.Cells) []DeputyLimit {
	var out []DeputyLimit
	for _, row := range cells.Rows("limits") {
		out = append(out, DeputyLimit{row.Text("what"), row.Text("key")})
	}
	return out
}

// limitsWrong are the limits that name nothing there is, and those that leave a deputy no kind
// of step: he would never act by them, and nobody would learn why. What stood before stands.
func (k *Kit) limitsWrong(ctx context.Context, limits, before []DeputyLimit) (forms.Invalid, error) {
	if len(limits) > MaxDeputyLimits {
		return limitsFault(0, "absence.limits_many", map[string]string{"max": strconv.Itoa(MaxDeputyLimits)}), nil
	}
	known := k.matters()
	var wrong forms.Invalid
	for i, l := range limits {
		ok := slices.Contains(leftToHim, l.Key) && l.What == LimitNotStep || slices.Contains(before, l) ||
			slices.ContainsFunc(known, func(m DeputyMatter) bool { return m.DeputyLimit == l })
		if !ok && l.What == LimitSystem {
			row, err := k.Registers().stored(ctx, register.Systems, l.Key)
			if err != nil {
				return nil, err
			}
			ok = row.Revision > 0
		}
		if !ok {
			wrong = append(wrong, limitsFault(i+1, "absence.limit_unknown", map[string]string{"key": l.Key})...)
		}
	}
	left := slices.ContainsFunc(leftToHim, func(kind string) bool { return !slices.Contains(limits, DeputyLimit{LimitNotStep, kind}) })
	if !left && !slices.Equal(limits, before) {
		wrong = append(wrong, limitsFault(0, "absence.limits_all", nil)...)
	}
	return wrong, nil
}

func limitsFault(row int, code string, params map[string]string) forms.Invalid {
	return forms.Invalid{{Field: "limits", Row: row, Code: code, Text: sayAll(code, func(string) map[string]string { return params })}}
}

// limitsFit holds an entry of the list of deputies to the same, whoever enters it. A role and
// a level are known to the list alone.
func (k *Kit) limitsFit(ctx context.Context, old, row register.Row) error {
	if row.List != register.Deputies {
		return nil
	}
	now, err := k.absenceOf(row)
	if err != nil {
		return err
	}
	before := slices.DeleteFunc(slices.Clone(now.limits), func(l DeputyLimit) bool { return l.What != LimitRole && l.What != LimitLevel })
	if old.Revision > 0 {
		was, err := k.absenceOf(old)
		if err != nil {
			return err
		}
		if slices.Equal(was.limits, now.limits) {
			return nil
		}
		before = append(before, was.limits...)
	}
	wrong, err := k.limitsWrong(ctx, now.limits, before)
	if err != nil {
		return err
	}
	return wrong.Err()
}

// within is a matter that lies within limits, the first of several; the zero Scope where
// there are none.
func within(limits []DeputyLimit) directory.Scope {
	var s directory.Scope
	if len(limits) == 0 {
		return s
	}
	for _, l := range limits {
		to := map[string]*string{LimitModule: &s.Module, LimitForm: &s.Form, LimitSystem: &s.System, LimitRole: &s.Role, LimitLevel: &s.Level}[l.What]
		if to != nil && *to == "" {
			*to = l.Key
		}
	}
	for _, kind := range leftToHim {
		if !slices.Contains(limits, DeputyLimit{LimitNotStep, kind}) {
			s.Kind = kind
			break
		}
	}
	return s
}

// sameMatter says whether two entries are about the same: all of it, or a part that both
// of them name, so that nobody could say whose deputies act.
func sameMatter(a, b []DeputyLimit) bool {
	named := func(limits []DeputyLimit) []DeputyLimit {
		return slices.DeleteFunc(slices.Clone(limits), func(l DeputyLimit) bool { return l.What == LimitNotStep || l.What == LimitLevel })
	}
	as, bs := named(a), named(b)
	if len(as) == 0 || len(bs) == 0 {
		return len(as) == len(bs) && (len(a) == 0) == (len(b) == 0)
	}
	return slices.ContainsFunc(as, func(l DeputyLimit) bool { return slices.Contains(bs, l) })
}

// DeputyLimits are the limits within which somebody acts, as an entry of the list of deputies names
// them: a matter lies within that one of the modules, forms, systems and roles names, where any is
// named, and whose level is named, where one is.
func DeputyLimits(l directory.Limits) []DeputyLimit {
	var out []DeputyLimit
	for _, part := range []struct {
		what string
		keys []string
	}{{LimitModule, l.Modules}, {LimitForm, l.Forms}, {LimitSystem, l.Systems}, {LimitRole, l.Roles}, {LimitLevel, l.Levels}, {LimitNotStep, l.NotKinds}} {
		for _, key := range part.keys {
			out = append(out, DeputyLimit{part.what, key})
		}
	}
	return out
}
