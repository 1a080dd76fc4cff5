package web

import (
	"strings"

	"github.com/ismskit/ismskit/workflow"
)

// weights say who of a step weighs how much.
func (v *picturing) weights(s workflow.Step) string {
	var out []string
	for _, w := range v.d.Weighed(s, v.p.lang(v.r)) {
		out = append(out, v.p.text(v.r, "flows.weighs", "Who", w.Name, "N", w.N))
	}
	return strings.Join(out, v.p.text(v.r, "word.list"))
}

// extension says how often, how far and by whose leave a step's deadline may be extended, a
// sentence each.
func (v *picturing) extension(e *workflow.Extend) string {
	if e == nil {
		return ""
	}
	text := func(key string, args ...any) string { return v.p.text(v.r, key, args...) }
	limits := []string{text("flows.extend_max", "N", e.Max)}
	if e.Each != "" {
		limits = append(limits, text("flows.extend_each", "Term", v.p.term(v.r, e.Each)))
	}
	if e.Total != "" {
		limits = append(limits, text("flows.extend_total", "Term", v.p.term(v.r, e.Total)))
	}
	out := []string{strings.Join(limits, text("word.comma"))}
	for _, t := range e.Tiers {
		who := strings.Join(v.whoLines(t.Who, "flows.unchosen", "flows.else_who"), text("word.comma"))
		if t.UpTo == "" {
			out = append(out, text("flows.extend_any", "Who", who))
		} else {
			out = append(out, text("flows.extend_tier", "Term", v.p.term(v.r, t.UpTo), "Who", who))
		}
	}
	return strings.Join(out, text("flows.then"))
}

// results say what can be recorded in a step, and when what can't always be.
func (v *picturing) results(s workflow.Step) string {
	out := make([]string, len(s.Results))
	for i, r := range s.Results {
		if out[i] = v.p.in(v.r, r.Text); r.When != "" {
			out[i] = v.p.text(v.r, "flows.result_if", "Result", out[i], "When", v.d.When(r.When, v.p.lang(v.r)))
		}
	}
	return strings.Join(out, v.p.text(v.r, "word.list"))
}
