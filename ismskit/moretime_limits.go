package ismskit

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/workflow"
)

// ExtendLimits is what whoever may ask for more time (展期) knows before he does: how often and how
// much, and who decides.
type ExtendLimits struct {
	Left        int    // how often he may ask still
	Each, Total string // as 3wd; "" where there is no limit
	Tiers       []ExtendTier
}

// ExtendTier is who decides on more time that comes together to at most UpTo, "" for any.
type ExtendTier struct {
	UpTo string
	By   []workflow.Signer // as they are now; any one of them
}

// extendLimits are those of a task in which somebody may ask for more time; nil elsewhere. Who decides
// is found as it would be if he asked.
func (k *Kit) extendLimits(ctx context.Context, c caseInHand, t workflow.Task, asker authority, now time.Time) (*ExtendLimits, error) {
	step, _ := c.kind.flow.Step(t.Step)
	if step.Extend == nil {
		return nil, nil
	}
	out := &ExtendLimits{Left: step.Extend.Max - t.Extended, Each: step.Extend.Each, Total: step.Extend.Total}
	c.state.Tasks = slices.Clone(c.state.Tasks)
	for i := range c.state.Tasks {
		if c.state.Tasks[i].ID == t.ID {
			c.state.Tasks[i] = t // with his successor, who may be asking
		}
	}
	for i, tier := range step.Extend.Tiers {
		by, err := k.grantors(ctx, c, workflow.Action{
			Verb: workflow.VerbExtend, Task: t.ID, By: asker.by, For: asker.principal, At: now, Comment: "?",
			Extend: &workflow.ExtendRequest{Tier: i, Extension: workflow.Extension{Due: t.Due.Add(time.Hour)}},
		})
		if err != nil {
			return nil, err
		}
		out.Tiers = append(out.Tiers, ExtendTier{UpTo: tier.UpTo, By: by})
	}
	return out, nil
}

// grantors are who would decide on a request for more time, none where it would be refused.
func (k *Kit) grantors(ctx context.Context, c caseInHand, asked workflow.Action) ([]workflow.Signer, error) {
	turn, err := c.kind.flow.Act(c.state, asked, c.facts())
	if workflow.AsRefusal(err) != nil {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	found, err := k.find(ctx, c, turn)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	if found[0].Pool != "" {
		return k.members(ctx, found[0].Pool, asked.At)
	}
	return found[0].Signers, nil
}

// Text says the limits and who decides, in sentences of a language.
func (l ExtendLimits) Text(lang string) string {
	limits := []string{say(lang, "extend.left", map[string]string{"n": strconv.Itoa(l.Left)})}
	limits = append(limits, mostText(lang, l.Each, l.Total)...)
	out := say(lang, "extend.limits", map[string]string{"limits": strings.Join(limits, say(lang, "extend.and", nil))})
	for _, t := range l.Tiers {
		by := make([]string, len(t.By))
		for i, s := range t.By {
			by[i] = namedWithPost(s)
		}
		key := "extend.any"
		switch {
		case len(by) == 0:
			continue
		case t.UpTo != "":
			key = "extend.up_to"
		case len(l.Tiers) > 1:
			key = "extend.beyond"
		}
		out += say(lang, key, map[string]string{"term": termIn(lang, t.UpTo), "by": strings.Join(by, say(lang, "extend.or", nil))})
	}
	return out
}

// mostText says how much may be asked for at a time and together; nothing of what has no limit.
func mostText(lang, each, total string) []string {
	var out []string
	if each != "" {
		out = append(out, say(lang, "extend.each", map[string]string{"term": termIn(lang, each)}))
	}
	if total != "" {
		out = append(out, say(lang, "extend.total", map[string]string{"term": termIn(lang, total)}))
	}
	return out
}

// extendsTooFar refuses more time than a step allows, with what it does allow in either language.
func extendsTooFar(each, total string) error {
	pairs := []string{"each", each, "total", total}
	for _, lang := range languages {
		name := "most"
		if lang != languages[0] {
			name += "_" + lang
		}
		pairs = append(pairs, name, strings.Join(mostText(lang, each, total), say(lang, "extend.and", nil)))
	}
	return refusal(workflow.ErrExtendLong, pairs...)
}

// termIn is a term as it stands in a flow, in words.
func termIn(lang, text string) string {
	term, err := calendar.ParseTerm(text)
	if err != nil || text == "" {
		return text
	}
	return termText(lang, term)
}
