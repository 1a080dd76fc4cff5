package ismskit

import (
	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/workflow"
)

// Bounds of what a form of a node takes.
const (
	maxWhoRows  = 20
	maxTermRows = 5
	maxResults  = 20
	maxRules    = 50 // conditions of results
)

// step gathers the fields of a step's form.
func (b *nodeBuilder) step(s workflow.Step) {
	b.group("main", b.name("name_zh", true), b.name("name_en", false), b.choose("kind", "kind", "",
		"review", "approve", "consult", "handle", "question", "confirm", "read", "attest", "accept", "copy"))
	b.group("who", b.ways("who", s.Who, wayTable{ways: stepWays, because: true, apart: true}),
		b.choose("need", "need", "", "any", "all", "n", "percent", "weighted"),
		b.number("need_n", 1, b.orHeld("need in ['n', 'weighted']", s.Need.N != 0 && s.Need.Kind != workflow.CountN && s.Need.Kind != workflow.CountWeighted)),
		b.number("need_percent", 1, b.orHeld("need == 'percent'", s.Need.Percent != 0 && s.Need.Kind != workflow.CountPercent)))
	b.more(b.weights(s)...)
	b.more(b.check("in_order", b.orHeld("need in ['all', 'n', 'percent', 'weighted']", s.Need.InOrder && (s.Need.Kind == "" || s.Need.Kind == workflow.CountAny))))
	b.group("time", b.number("due_n", 0, ""), b.unit("due_unit", ""), b.choose("due_from", "due_from", "", "opened", "submitted"),
		b.field("remind", "table", func(f *forms.Field) {
			f.Fields, f.MaxRows = []forms.Field{b.number("remind_n", 0, ""), b.unit("remind_unit", "")}, maxTermRows
		}),
		b.check("remind_day", ""), b.number("every_n", 1, ""), b.unit("every_unit", ""), b.number("remind_max", 1, ""),
		b.people("escalate", escalateWho(s), wayTable{before: []forms.Field{b.number("late_n", 0, ""), b.unit("late_unit", "")}, ways: besideWays, because: true}))
	b.group("extend", b.extend(s)...)
	b.group("timeout", b.choose("timeout_then", "timeout", "", "wait", "close", "continue"),
		b.number("timeout_n", 0, "timeout_then in ['close', 'continue']"), b.unit("timeout_unit", "timeout_then in ['close', 'continue']"),
		b.pick("timeout_until", "choice", "timeout_then in ['close', 'continue']", append([]forms.Option{{Key: noOption, Label: allText("flow.opt.no_field")}}, b.formFields(false, func(i workflow.FieldInfo) bool { return i.Type == "date" })...), timeoutUntil(s)),
		b.line("timeout_reason_zh", "timeout_then in ['close', 'continue']"), b.line("timeout_reason_en", "timeout_then in ['close', 'continue']"),
		b.line("told_zh", "timeout_then in ['close', 'continue']"), b.line("told_en", "timeout_then in ['close', 'continue']"))
	any := b.formFields(true, func(workflow.FieldInfo) bool { return true })
	b.group("fields", b.pick("edit", "multi_choice", "", any, s.Edit...), b.pick("require", "multi_choice", "", any, s.Require...), b.pick("hide", "multi_choice", "", any, s.Hide...),
		b.choose("material", "material", "", "all", "none", "some"), b.pick("material_fields", "multi_choice", "material == 'some'", any, s.Material...))
	before := append([]forms.Option{b.applicant()}, b.steps(true, false, true)...)
	others := append([]forms.Option{b.applicant()}, b.steps(true, true, false)...)
	for _, o := range b.formFields(true, func(i workflow.FieldInfo) bool { return i.Person }) {
		id := workflow.NamedIn(o.Key)
		others = append(others, forms.Option{Key: id, Label: inEach(func(lang string) string { return b.d.names.step(id, lang) })})
	}
	b.group("rules", b.choose("returns", "returns", "", "usual", "none", "some"), b.pick("return_to", "multi_choice", "returns == 'some'", before, s.ReturnTo...),
		b.choose("resubmit", "resubmit", "", "again", "back"), b.choose("on_reject", "on_reject", "", "close", "continue", "none"),
		b.choose("same_signer", "same_signer", "", "again", "skip"), b.pick("not_same_as", "multi_choice", "", others, s.NotSameAs...),
		b.check("alone", ""), b.people("alone_review", aloneReview(s), wayTable{condition: "alone", ways: besideWays, because: true}), b.number("alone_n", 0, "alone"), b.unit("alone_unit", "alone"),
		b.check("in_person", ""), b.check("reauth", ""), b.choose("certificate", "certificate", "", "none", "must", "later"), b.check("batch", ""), b.without(s))
	b.group("handling", b.results(s, any)...)
	b.more(b.choose("on_unable", "on_unable", b.orHeld("kind == 'handle'", s.OnUnable != "" && s.Kind != workflow.KindHandle), "usual", "close", "continue", "none"),
		b.check("outside", ""))
	b.more(b.condition("", "outside_when", "outside")...)
	b.more(b.line("outside_zh", "outside"), b.line("outside_en", "outside"))
	b.group("choose", b.picks("choose", b.steps(false, true, false), s.Choose)...)
}

func (b *nodeBuilder) name(key string, required bool) forms.Field {
	return b.field(key, "text", func(f *forms.Field) { f.Required = required })
}

func (b *nodeBuilder) line(key, condition string) forms.Field {
	return b.field(key, "text", func(f *forms.Field) { f.ShowIf, f.MaxLength = condition, maxReason })
}

func (b *nodeBuilder) check(key, condition string) forms.Field {
	return b.field(key, "boolean", shownIf(condition))
}

func (b *nodeBuilder) number(key string, least int, condition string) forms.Field {
	return b.field(key, "integer", func(f *forms.Field) {
		f.ShowIf = condition
		if f.Min = "1"; least == 0 {
			f.Min = "0"
		}
	})
}

func (b *nodeBuilder) unit(key, condition string) forms.Field {
	return b.choose(key, "unit", condition, "wd", "d", "w", "m", "y", "h")
}

// without are the verbs that a step may leave out.
func (b *nodeBuilder) without(s workflow.Step) forms.Field {
	var verbs []forms.Option
	for _, v := range []string{"reject", "return", "unable", "add_before", "add_after", "delegate", "decline", "claim", "release", "consult", "extend", "send_out", "answer"} {
		verbs = append(verbs, forms.Option{Key: v, Label: allText("flow.opt.verb." + v)})
	}
	named := make([]string, len(s.Without))
	for i, v := range s.Without {
		named[i] = string(v)
	}
	return b.pick("without", "multi_choice", "", verbs, named...)
}

func escalateWho(s workflow.Step) []workflow.Who {
	var out []workflow.Who
	if s.Remind != nil {
		for _, e := range s.Remind.Escalate {
			out = append(out, e.To)
		}
	}
	return out
}

func aloneReview(s workflow.Step) []workflow.Who {
	if s.Alone == nil {
		return nil
	}
	return s.Alone.Review
}

func timeoutUntil(s workflow.Step) string {
	if s.Timeout == nil {
		return ""
	}
	return s.Timeout.Until
}
