package kittest

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/workflow"
)

// decides is what moves a task on, the first decision of its kind, or the one for which the
// case was sent (left); with the fields it asks for, and with what an office outside sent back.
func (g *passing) decides(c ismskit.Case, t ismskit.MyTask) (a ismskit.Action, left bool, err error) {
	now := g.e.Clock.Now()
	a = ismskit.Action{Task: t.ID, Comment: "kittest"}
	offers := func(v workflow.Verb) bool {
		return slices.ContainsFunc(t.Offers, func(o workflow.Offer) bool { return o.Verb == v })
	}
	if t.Outside && !t.Waits && offers(workflow.VerbSendOut) {
		a.Verb, a.Outside = workflow.VerbSendOut, &workflow.OutsideNote{To: "kittest", How: "email", Number: "1", Sent: now, Expected: now.AddDate(0, 0, 1)}
		return a, false, nil
	}
	step := g.e.named(c.Type, t.Step)
	decisions := decisionsOf(step, t)
	if len(decisions) == 0 {
		return a, false, errors.New("it offers nothing that moves it on")
	}
	d := decisions[0]
	for _, one := range decisions[1:] {
		if !g.seen[one.String()] && t.Origin == "" {
			g.seen[one.String()] = true
			g.others = append(g.others, other{one, g.branch})
		}
		if want := g.p.Decision; want != nil && !g.left && *want == one {
			d, left = one, true
		}
	}
	a.Verb, a.Result, a.To = d.Verb, d.Result, d.To
	if d.Verb != workflow.VerbApprove && d.Verb != workflow.VerbRecord {
		return a, left, nil
	}
	offer := t.Offers[slices.IndexFunc(t.Offers, func(o workflow.Offer) bool { return o.Verb == d.Verb })]
	if a.Values, err = g.fills(c, t, step, offer, d); err != nil {
		return a, left, err
	}
	if t.Waits {
		a.Outside = &workflow.OutsideNote{ReplyNumber: "2", Reply: "kittest", Replied: now, Proof: []string{"kittest.pdf"}}
	}
	if len(offer.Choose) > 0 {
		a.Chosen = map[string][]string{}
		for _, pick := range offer.Choose {
			a.Chosen[pick.Step] = g.e.Chosen[pick.Step]
		}
	}
	return a, left, nil
}

// decisionsOf are the decisions that a task offers, as its page shows them. How an office
// outside is asked and answers is no decision.
func decisionsOf(step string, t ismskit.MyTask) []Decision {
	var out []Decision
	for _, o := range t.Offers {
		switch {
		case o.Detour || o.Verb == workflow.VerbSendOut || o.Verb == workflow.VerbAnswer:
		case len(o.Results) > 0:
			for _, r := range o.Results {
				out = append(out, Decision{Step: step, Verb: o.Verb, Result: r.Key})
			}
		case len(o.To) > 0:
			for _, to := range o.To {
				out = append(out, Decision{Step: step, Verb: o.Verb, To: to})
			}
		default:
			out = append(out, Decision{Step: step, Verb: o.Verb})
		}
	}
	return out
}

// fills are the fields that come with a decision: those that decide the way further on, as the
// combination says, and those that are asked for.
func (g *passing) fills(c ismskit.Case, t ismskit.MyTask, step string, offer workflow.Offer, d Decision) (forms.Values, error) {
	var out forms.Values
	set := func(field string, v any) {
		if out == nil {
			out = forms.Values{}
		}
		out[field] = v
	}
	for j, f := range g.fs {
		field := f.field
		if c.Type != g.e.Type.Key {
			field = strings.TrimPrefix(field, c.Type+"/")
		}
		if f.later && g.e.named(c.Type, field) == f.field && slices.Contains(t.Edit, field) {
			set(field, f.values[(g.branch[j]+g.times[c.ID+" "+field])%len(f.values)])
		}
	}
	ask := slices.Clone(t.Require)
	for _, r := range offer.Results {
		if r.Key == d.Result {
			ask = append(ask, r.Require...)
		}
	}
	for _, field := range ask {
		if _, given := out[field]; given {
			continue
		}
		v, given := g.e.FillAt[step][field]
		if !given {
			v, given = g.e.Fill[field]
		}
		if !given {
			return out, fmt.Errorf("it asks for field %s; give it in Fill", field)
		}
		set(field, v)
	}
	return out, nil
}
