package ismskit

import (
	"slices"
	"strconv"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/workflow"
)

// Results are two tables: what can be chosen, and the conditions under which something can be
// chosen or has to be filled in for it.

// What a condition of a result is for.
const (
	resultOffered  = "offered"  // it is one of the choices: Result.When
	resultRequires = "requires" // fields are required: Result.RequireIf
)

// heldResult is a result without its conditions, with the place that it had in the step, from
// 1; 0 for a new one.
type heldResult struct {
	workflow.Result
	place int
}

// resultIf is a condition of the result at a place.
type resultIf struct {
	key   string
	place int
	what  string
	rule  workflow.Required
	// chosen is that the result was chosen for it just now; else it goes away with its result.
	chosen bool
}

// apartResults takes the conditions of results out of them.
func apartResults(all []workflow.Result) ([]heldResult, []resultIf) {
	var results []heldResult
	var rules []resultIf
	for i, r := range all {
		if r.When != "" {
			rules = append(rules, resultIf{key: r.Key, place: i + 1, what: resultOffered, rule: workflow.Required{When: r.When}})
		}
		for _, more := range r.RequireIf {
			rules = append(rules, resultIf{key: r.Key, place: i + 1, what: resultRequires, rule: more})
		}
		r.When, r.RequireIf = "", nil
		results = append(results, heldResult{r, i + 1})
	}
	return results, rules
}

func (b *nodeBuilder) results(s workflow.Step, fields []forms.Option) []forms.Field {
	shown := b.orHeld("kind in ['handle', 'question']", len(s.Results) > 0 && s.Kind != workflow.KindHandle && s.Kind != workflow.KindQuestion)
	var required, needed, keys []string
	var named []forms.Option
	results, rules := apartResults(s.Results)
	for _, r := range results {
		required = append(required, r.Require...)
		if keys = append(keys, r.Key); r.Key != "" && !slices.ContainsFunc(named, func(o forms.Option) bool { return o.Key == r.Key }) {
			named = append(named, forms.Option{Key: r.Key, Label: inEach(func(lang string) string { return orWord(r.Text.In(lang), r.Key) })})
		}
	}
	for _, rule := range rules {
		needed = append(needed, rule.rule.Fields...)
	}
	return []forms.Field{
		b.field("results", "table", func(f *forms.Field) {
			f.ShowIf, f.MaxRows = shown, maxResults
			f.Fields = []forms.Field{b.pick("result_require", "multi_choice", "", fields, required...), b.line("text_zh", ""), b.line("text_en", ""), b.line("result_key", "")}
		}),
		b.field("result_if", "table", func(f *forms.Field) {
			f.ShowIf, f.MaxRows = shown, maxRules
			f.Fields = append([]forms.Field{
				b.pick("if_result", "choice", "", named, keys...), b.choose("if_what", "if_what", "", resultOffered, resultRequires),
				b.pick("if_fields", "multi_choice", "if_what == '"+resultRequires+"'", fields, needed...),
			}, b.condition("result_if", "if_when", "")...)
		}),
	}
}

func resultValues(a answers, all []workflow.Result) {
	var rows, conditions []forms.Row
	results, rules := apartResults(all)
	for i, r := range results {
		row := answers{forms.RowID: keptRow(i)}
		row.words("text", r.Text)
		row.text("result_key", r.Key)
		row.list("result_require", r.Require)
		rows = append(rows, forms.Row(row))
	}
	for i, rule := range rules {
		row := answers{forms.RowID: keptRow(i)}
		row.text("if_result", rule.key)
		row.text("if_what", rule.what)
		row.text("if_when", rule.rule.When)
		row.list("if_fields", rule.rule.Fields)
		conditions = append(conditions, forms.Row(row))
	}
	a.rows("results", rows)
	a.rows("result_if", conditions)
}

// resultsOf are the results; one without a key is given one that the step has not had. A
// condition goes with its result, also where that is given another key, and away with it; of
// several under which it can be chosen all must hold.
func resultsOf(f filledIn, before []workflow.Result) []workflow.Result {
	now, rules := resultRows(f, before)
	for _, rule := range rules {
		i := rule.of(now)
		if i < 0 {
			continue
		}
		switch r := &now[i]; {
		case rule.what == resultRequires:
			r.RequireIf = append(r.RequireIf, rule.rule)
		case r.When == "":
			r.When = rule.rule.When
		case rule.rule.When != "":
			r.When = "(" + r.When + ") and (" + rule.rule.When + ")"
		}
	}
	var out []workflow.Result
	for _, r := range now {
		out = append(out, r.Result)
	}
	return out
}

// resultRows are the results of a filled-in form and its conditions. What a condition can be
// chosen for is a result as the step had it, whatever key that is given in the same form.
func resultRows(f filledIn, before []workflow.Result) ([]heldResult, []resultIf) {
	had, rules := apartResults(before)
	used := map[string]bool{}
	for _, r := range before {
		used[r.Key] = true
	}
	now := rows(f, "results", had, func(row filledIn, r heldResult) heldResult {
		r.Key = row.text("result_key")
		r.Text, r.Require = row.words("text", r.Text), row.list("result_require", r.Require)
		return r
	})
	for _, r := range now {
		used[r.Key] = true
	}
	for i := range now {
		for n := 1; now[i].Key == ""; n++ {
			if key := "result" + strconv.Itoa(n); !used[key] {
				now[i].Key, used[key] = key, true
			}
		}
	}
	return now, rows(f, "result_if", rules, func(row filledIn, was resultIf) resultIf {
		if key := row.option("if_result"); key != was.key || was.place == 0 {
			was.key, was.chosen = key, true
			was.place = slices.IndexFunc(before, func(r workflow.Result) bool { return r.Key == key }) + 1
		}
		was.what = row.text("if_what")
		was.rule = workflow.Required{When: row.text("if_when"), Fields: row.list("if_fields", was.rule.Fields)}
		return was
	})
}

// of is which of the results the condition is of, -1 for none of them.
func (rule resultIf) of(now []heldResult) int {
	i := -1
	if rule.place > 0 {
		i = slices.IndexFunc(now, func(r heldResult) bool { return r.place == rule.place })
	}
	if i < 0 { // it is new, or was taken away and entered anew
		i = slices.IndexFunc(now, func(r heldResult) bool { return (r.place == 0 || rule.place == 0) && r.Key == rule.key })
	}
	return i
}

// resultFaults are rows of conditions that would be lost: of no result, or of one that is taken
// away in the same form, for nothing, or empty; and those that can't be joined with another of
// their result.
func (d Design) resultFaults(v forms.Values, before []workflow.Result) forms.Invalid {
	var out forms.Invalid
	now, rules := resultRows(filledIn(v), before)
	table, _ := v["result_if"].([]forms.Row)
	for i, r := range table {
		row := filledIn(r)
		switch {
		case row.option("if_result") == "", rules[i].chosen && rules[i].of(now) < 0:
			out = append(out, said("result_if.if_result", i+1, "flow.result_if.result"))
		case row.text("if_what") == "":
			out = append(out, said("result_if.if_what", i+1, "flow.result_if.what"))
		case row.text("if_when") == "" && (row.text("if_what") == resultOffered || len(rules[i].rule.Fields) == 0):
			out = append(out, said("result_if.if_when", i+1, "flow.result_if.when"))
		case len(offering(rules, rules[i].of(now), now)) > 1 && rules[i].what == resultOffered && !d.joins(rules[i].rule.When):
			out = append(out, said("result_if.if_when", i+1, "flow.result_if.apart"))
		}
	}
	return out
}

// offering are the conditions under which the result at a place can be chosen.
func offering(rules []resultIf, place int, now []heldResult) []resultIf {
	var out []resultIf
	for _, rule := range rules {
		if rule.what == resultOffered && rule.rule.When != "" && place >= 0 && rule.of(now) == place {
			out = append(out, rule)
		}
	}
	return out
}
