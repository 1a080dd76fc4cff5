package ismskit

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/workflow"
)

// TypeRules are what a house may decide of a type beside its flow. They come into use with a
// version of the house's, as its flow does, and stand in no file of a flow.
type TypeRules struct {
	Correct       string `json:"correct,omitempty"`        // Type.Correct
	KeepDeadlines bool   `json:"keep_deadlines,omitempty"` // Type.KeepDeadlines
	NumberAt      string `json:"number_at,omitempty"`      // Numbering.At; "" for what has no number of its own
}

// Settings of a type, which TypeRules fill in.
const (
	SettingCorrect  = "correct"
	SettingKeep     = "keep_deadlines"
	SettingNumberAt = "number_at"
)

func rulesOf(t Type) TypeRules {
	out := TypeRules{Correct: t.Correct, KeepDeadlines: t.KeepDeadlines}
	if t.Number != nil {
		out.NumberAt = orWord(t.Number.At, numberAtSubmit)
	}
	return out
}

// storedRules are those of a stored definition, as far as this program can read it.
func storedRules(d Definition) TypeRules {
	var t struct {
		Correct       string     `json:"correct"`
		KeepDeadlines bool       `json:"keep_deadlines"`
		Number        *Numbering `json:"number"`
	}
	if json.Unmarshal(d.Body, &t) != nil {
		return TypeRules{}
	}
	return rulesOf(Type{Correct: t.Correct, KeepDeadlines: t.KeepDeadlines, Number: t.Number})
}

// into puts them into a type. What does not say when a number is given leaves that as it is.
func (r TypeRules) into(t *Type) {
	t.Correct, t.KeepDeadlines = r.Correct, r.KeepDeadlines
	if t.Number != nil && r.NumberAt != "" && r.NumberAt != orWord(t.Number.At, numberAtSubmit) {
		number := *t.Number
		number.At, t.Number = r.NumberAt, &number
	}
}

// check refuses what no type can have.
func (r TypeRules) check(brought *kind) error {
	switch {
	case r.NumberAt != "" && r.NumberAt != numberAtSubmit && r.NumberAt != NumberAtApproval,
		r.NumberAt != rulesOf(brought.Type).NumberAt && !brought.numbersWhenever():
		return fmt.Errorf("ismskit: rules of type %s: number at %q", brought.Key, r.NumberAt)
	}
	return Type{Correct: r.Correct}.checkCorrection()
}

// numbersWhenever says whether the house may decide when its cases get their number: not where
// the form bears that number in a field, or it may be reserved for paper.
func (k *kind) numbersWhenever() bool {
	return k.Type.Number != nil && !k.Paper && k.PaperOf == "" &&
		!slices.ContainsFunc(k.serials, func(s forms.SerialInfo) bool { return k.number.SameAs(s.Pattern) })
}

// Settings are those of FlowSettings that its type has.
func (d Design) Settings() []string {
	return slices.DeleteFunc(FlowSettings(), func(setting string) bool {
		switch of := d.names.form; setting {
		case SettingCorrect:
			return d.Flow.Child
		case SettingNumberAt:
			return !of.numbersWhenever()
		}
		return false
	})
}

// ruleFields ask for them, each in the group of its setting.
func (b *nodeBuilder) ruleFields(setting string) []forms.Field {
	switch setting {
	case SettingCorrect:
		return []forms.Field{b.choose("correct", "correct", "", "usual", "term"),
			b.field("correct_n", "integer", func(f *forms.Field) { f.ShowIf, f.Required, f.Min = "correct == 'term'", true, "1" }), b.unit("correct_unit", "correct == 'term'")}
	case SettingKeep:
		return []forms.Field{b.choose("keep_deadlines", "keep_deadlines", "", "recount", "keep")}
	}
	return []forms.Field{b.choose("number_at", "number_at", "", numberAtSubmit, NumberAtApproval)}
}

func (r TypeRules) values(a answers) {
	a["correct"], a["keep_deadlines"] = "usual", "recount"
	if r.Correct != "" {
		a["correct"] = "term"
		a.term("correct", r.Correct)
	}
	if r.KeepDeadlines {
		a["keep_deadlines"] = "keep"
	}
	a.text("number_at", r.NumberAt)
}

// FillRules are the rules of the type as the form of the settings was filled in (SettingsForm).
func (d Design) FillRules(v forms.Values) TypeRules {
	f, out := filledIn(v), d.Rules
	switch f.text("correct") {
	case "usual":
		out.Correct = ""
	case "term":
		out.Correct = f.term("correct", out.Correct)
	}
	if keep := f.text("keep_deadlines"); keep != "" {
		out.KeepDeadlines = keep == "keep"
	}
	if at := f.text("number_at"); at != "" && d.names.form.numbersWhenever() {
		out.NumberAt = at
	}
	return out
}

// CorrectWithin is the term in which an applicant sends again what was returned to him.
func (r TypeRules) CorrectWithin() calendar.Term {
	term, err := calendar.ParseTerm(Type{Correct: r.Correct}.correctWithin())
	if err != nil {
		return calendar.Term{}
	}
	return term
}

// storedFlows are the flows and rules of stored definitions.
func storedFlows(all []Definition) (flows []workflow.Flow, rules []TypeRules) {
	for _, d := range all {
		flows, rules = append(flows, storedFlow(d)), append(rules, storedRules(d))
	}
	return flows, rules
}
