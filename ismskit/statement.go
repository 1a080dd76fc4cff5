package ismskit

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/ismskit/ismskit/ismskit/evidence"
	"github.com/ismskit/ismskit/workflow"
)

// statement is what somebody signs with his certificate: canonical JSON that can be read by
// itself, with the decision, who makes it and on what, as they will stand on the trail. It
// says the fields as they are, and not their root: that has salts which are drawn when it is
// written, and whoever signs is to see what he signs. Fields that the signer must not see are
// not among them.
func (w *work) statement(ctx context.Context, a Action, drawn time.Time) ([]byte, error) {
	e, c := w.event, &w.after
	e.Definition = c.kind.digest.String()
	m, decision := plainMap{"format": evidence.StatementFormat, "case": c.row.ID, "title": w.k.inHouse(c.kind.Title), "at": drawn}, e.plain()
	for _, member := range evidence.StatementSays() {
		if said, ok := decision[member]; ok {
			m[member] = said
		}
	}
	m.text("number", w.before.row.Number)
	if step, ok := c.kind.flow.Step(e.Step); ok {
		m.text("step_name", w.k.inHouse(step.Name))
	}
	if e.Origin == workflow.OriginOwed {
		decision, err := w.owedDecision(ctx)
		if err != nil {
			return nil, err
		}
		m["decision"] = decision
		return evidence.Canonical(map[string]any(m))
	}
	hidden, err := w.k.hiddenNow(ctx, w.actor, w.before, w.now)
	if err != nil {
		return nil, err
	}
	if step, ok := c.kind.flow.Step(e.Step); ok {
		hidden = append(slices.Clip(hidden), step.Hide...)
	}
	var fields []any
	for _, leaf := range c.kind.form.Canonical(c.values) {
		if !slices.ContainsFunc(hidden, func(field string) bool { return leafOf(leaf.Name, field) }) {
			fields = append(fields, map[string]any{"name": leaf.Name, "value": leaf.Value})
		}
	}
	if len(fields) > 0 {
		m["fields"] = fields
	}
	return evidence.Canonical(map[string]any(m))
}

// says tells whether what was signed says a field that is hidden. What can't be read is taken to.
func (c *Certified) says(hides func(name string) bool) bool {
	var signed struct {
		Fields []struct {
			Name string `json:"name"`
		} `json:"fields"`
	}
	if err := json.Unmarshal([]byte(c.Statement), &signed); err != nil {
		return true
	}
	for _, f := range signed.Fields {
		if hides(f.Name) {
			return true
		}
	}
	return false
}

// inHouse is a name in the house's language.
func (k *Kit) inHouse(t map[string]string) string { return workflow.Text(t).In(k.cfg.Lang) }

// owedDecision is the decision that somebody makes up for, by the entry it has on the trail:
// its hash stands for all that was decided then, and on what.
func (w *work) owedDecision(ctx context.Context) (map[string]any, error) {
	owed, _ := w.before.state.Task(w.auth.task)
	rows, err := w.k.trailRows(ctx, chainOf(w.before.row.ID))
	if err != nil {
		return nil, err
	}
	for _, e := range slices.Backward(entriesOf(rows)) {
		if e.Task == owed.From && e.Owes != "" {
			m := plainMap{"entry": e.Hash, "task": e.Task, "verb": string(e.Verb), "at": e.At}
			m.text("comment", e.Comment)
			m.text("result", e.Result)
			m.text("signature", e.Signature)
			return map[string]any(m), nil
		}
	}
	return nil, fmt.Errorf("ismskit: %s: the decision of task %s is not on the trail", w.before.row.ID, owed.From)
}
