package ismskit

import (
	"context"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/workflow"
)

// The settings of a flow as a whole: all that a house may change in it beside its steps, and what
// it may change in its type (TypeRules). What else is the type's to say (its key, its version,
// whether it is that of rows, its form and hooks) comes with the program.
const (
	SettingWithdraw = "withdraw"
	SettingTakeBack = "take_back"
	SettingOfficers = "officers"
	SettingRegistry = "registry"
	SettingSeparate = "separate"
	SettingChoose   = "choose"
)

// FlowSettings are they, in the order in which they are shown.
func FlowSettings() []string {
	return []string{SettingWithdraw, SettingTakeBack, SettingOfficers, SettingRegistry, SettingSeparate, SettingChoose, SettingCorrect, SettingKeep, SettingNumberAt}
}

// Setting is the setting of the whole flow that a problem is about, "" for none.
func (p FlowProblem) Setting() string {
	head := p.Path
	if i := strings.IndexAny(head, ".["); i >= 0 {
		head = head[:i]
	}
	if slices.Contains(FlowSettings(), head) {
		return head
	}
	return ""
}

// FormerFlow is a flow with which another one is compared.
type FormerFlow struct {
	Version string
	Flow    workflow.Flow
	Rules   TypeRules
}

// formerFlow is a flow to compare with, nil where nothing of it could be read.
func formerFlow(version string, flow workflow.Flow, rules TypeRules) *FormerFlow {
	if flow.Key == "" {
		return nil
	}
	return &FormerFlow{Version: version, Flow: flow, Rules: rules}
}

// former is the version of a type that was stored before another.
func (v Versions) former(ctx context.Context, about VersionedType, version string) (*FormerFlow, error) {
	i := slices.IndexFunc(about.All, func(one TypeVersion) bool { return one.Version == version })
	if i < 0 || i+1 >= len(about.All) {
		return nil, nil
	}
	before := about.All[i+1].Version
	var stored Definition
	err := v.k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		d, err := tx.Definitions().Get(ctx, definitionType, about.Key, before)
		stored = d
		return err
	})
	if err != nil {
		return nil, err
	}
	return formerFlow(before, storedFlow(stored), storedRules(stored)), nil
}

// leastApart are how many a group of duties that are kept apart holds.
const leastApart = 2

// SettingsForm is NodeForm of what holds for the whole flow, with a group for each setting.
func (d Design) SettingsForm() (NodeForm, error) {
	b := &nodeBuilder{d: d}
	setting := func(key string, fields ...forms.Field) {
		b.group(key, fields...)
		b.groups[len(b.groups)-1].Setting = key
	}
	setting(SettingWithdraw, b.choose("withdraw", "withdraw", "", "always", "undecided", "never"))
	setting(SettingTakeBack, b.choose("take_back", "take_back", "", "usual", "never", "term"),
		b.field("take_back_n", "integer", func(f *forms.Field) { f.ShowIf, f.Required, f.Min = "take_back == 'term'", true, "1" }), b.unit("take_back_unit", "take_back == 'term'"))
	setting(SettingOfficers, b.people("officers", d.Flow.Officers, wayTable{ways: wholeWays}))
	setting(SettingRegistry, b.people("registry", d.Flow.Registry, wayTable{ways: wholeWays, because: true}))
	var apart []string
	for _, group := range d.Flow.Separate {
		apart = append(apart, group...)
	}
	setting(SettingSeparate, b.field("separate", "table", func(f *forms.Field) {
		column := b.pick("apart_steps", "multi_choice", "", append([]forms.Option{b.applicant()}, b.steps(true, true, false)...), apart...)
		column.MinLength = leastApart
		f.Fields, f.MaxRows = []forms.Field{column}, maxWhoRows
	}))
	setting(SettingChoose, b.picks("picks", b.steps(true, true, false), d.Flow.Choose)...)
	for _, key := range d.Settings() {
		if slices.Contains([]string{SettingCorrect, SettingKeep, SettingNumberAt}, key) {
			setting(key, b.ruleFields(key)...)
		}
	}
	out, err := b.done(NodeForm{Values: d.settingsValues(), whole: true})
	if err == nil {
		out.Problems = d.settingProblems(out.Form)
	}
	return out, err
}

func (d Design) settingsValues() forms.Values {
	flow := d.Flow
	a := answers{"withdraw": orWord(flow.Withdraw, workflow.WithdrawAlways), "take_back": "term"}
	switch flow.TakeBack {
	case "":
		a["take_back"] = "usual"
	case workflow.TakeBackNever:
		a["take_back"] = "never"
	default:
		a.term("take_back", flow.TakeBack)
	}
	a.rows("officers", d.whoRows(flow.Officers))
	a.rows("registry", d.whoRows(flow.Registry))
	var groups []forms.Row
	for i, group := range flow.Separate {
		row := answers{forms.RowID: keptRow(i)}
		row.list("apart_steps", group)
		groups = append(groups, forms.Row(row))
	}
	a.rows("separate", groups)
	d.pickValues(a, "picks", flow.Choose)
	d.Rules.values(a)
	return forms.Values(a)
}

// FillSettings puts what was filled in into the flow whose SettingsForm it was. A row that was
// emptied goes.
func (d Design) FillSettings(v forms.Values) workflow.Flow {
	flow, f := d.Flow, filledIn(v)
	flow.Withdraw = word(f, "withdraw", flow.Withdraw, workflow.WithdrawAlways)
	switch f.text("take_back") {
	case "usual":
		flow.TakeBack = ""
	case "never":
		flow.TakeBack = workflow.TakeBackNever
	case "term":
		flow.TakeBack = f.term("take_back", flow.TakeBack)
	}
	nobody := func(w workflow.Who) bool { return w.Kind == "" && len(w.Because) == 0 }
	flow.Officers = slices.DeleteFunc(rows(f, "officers", flow.Officers, whoOf), nobody)
	flow.Registry = slices.DeleteFunc(rows(f, "registry", flow.Registry, whoOf), nobody)
	groups := rows(f, "separate", flow.Separate, func(row filledIn, was []string) []string { return row.list("apart_steps", was) })
	flow.Separate = slices.DeleteFunc(groups, func(group []string) bool { return len(group) == 0 })
	flow.Choose = picksOf(f, "picks", flow.Choose)
	return flow
}

// unheld are the settings of a flow that name people whom nobody is now, as far as that does not
// depend on the case. It goes on without them, but what they are there for nobody does.
func (k *Kit) unheld(ctx context.Context, kind *kind) ([]string, error) {
	var out []string
	for setting, who := range map[string][]workflow.Who{SettingOfficers: kind.Flow.Officers, SettingRegistry: kind.Flow.Registry} {
		if len(who) == 0 {
			continue
		}
		people, _, known, err := k.staff(ctx, kind, who)
		if err != nil {
			return nil, err
		}
		if known && len(slices.Concat(people...)) == 0 {
			out = append(out, setting)
		}
	}
	slices.Sort(out)
	return out, nil
}
