package ismskit

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/workflow"
)

// listFlowDrafts holds the flows that somebody works on, by type. It is the Kit's own and has
// no schema: a draft may be wrong in any way, and it is no evidence of anything.
const listFlowDrafts = "flow_drafts"

// flowDraft is what it holds; without a flow there is none.
type flowDraft struct {
	From  string          `json:"from"`
	Flow  json.RawMessage `json:"flow,omitempty"`
	Rules *TypeRules      `json:"rules,omitempty"` // nil: those that the program brings
}

// readDraft reads a row of listFlowDrafts; nil where nobody works on the flow.
func (v Versions) readDraft(ctx context.Context, row register.Row) (workflow.Flow, *FlowDraftInfo, error) {
	var kept flowDraft
	var flow workflow.Flow
	if row.Revision == 0 {
		return flow, nil, nil
	}
	err := json.Unmarshal(row.Values, &kept)
	if err == nil && len(kept.Flow) == 0 {
		return flow, nil, nil
	}
	if err == nil {
		err = json.Unmarshal(kept.Flow, &flow) // not strictly: a later program's members are its own
	}
	if err != nil {
		return flow, nil, fmt.Errorf("ismskit: draft of the flow of %s: %w", row.ID, err)
	}
	by, err := v.k.personEver(ctx, row.ChangedBy)
	return flow, &FlowDraftInfo{Revision: row.Revision, By: by, At: row.ChangedAt, From: kept.From, rules: kept.Rules}, err
}

// Draft returns the flow that somebody works on, with what is wrong with it; ErrNotFound
// where nobody does.
func (v Versions) Draft(ctx context.Context, actor Actor, key string) (Design, error) {
	v.k = v.k.once()
	if err := v.mayRead(ctx, actor); err != nil {
		return Design{}, err
	}
	return v.draft(ctx, key)
}

func (v Versions) draft(ctx context.Context, key string) (Design, error) {
	d, kind, err := v.drafted(ctx, key)
	if err != nil {
		return d, err
	}
	d.Warnings = unnamed(d.Flow.Root, "root", nil)
	if kind == nil {
		return d, nil
	}
	err = v.staffed(ctx, kind, &d)
	return d, err
}

// drafted is the draft, and what it would be as a type; nil where that can't be said yet.
func (v Versions) drafted(ctx context.Context, key string) (Design, *kind, error) {
	brought, err := v.brought(key)
	if err != nil {
		return Design{}, nil, err
	}
	about, err := v.get(ctx, key)
	if err != nil {
		return Design{}, nil, err
	}
	var row register.Row
	var stored []Definition
	err = v.k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		all := make([]Definition, 0, len(about.All))
		for _, one := range about.All {
			d, err := tx.Definitions().Get(ctx, definitionType, key, one.Version)
			if err != nil {
				return err
			}
			all = append(all, d)
		}
		r, _, err := tx.Registers().Row(ctx, listFlowDrafts, key)
		row, stored = r, all
		return err
	})
	if err != nil {
		return Design{}, nil, err
	}
	flow, info, err := v.readDraft(ctx, row)
	if err == nil && info == nil {
		err = fmt.Errorf("%w: nobody works on the flow of %s", ErrNotFound, key)
	}
	if err != nil {
		return Design{}, nil, err
	}
	flow.Child = brought.Flow.Child
	published, rules := storedFlows(stored)
	out := Design{Type: about, Next: nextVersion(brought.Version, about.All), Draft: info, Flow: flow, Rules: rulesOf(brought.Type), Form: brought.form, published: published}
	if info.rules != nil {
		out.Rules = *info.rules
	}
	if i := slices.IndexFunc(about.All, func(one TypeVersion) bool { return one.Version == info.From }); i >= 0 {
		out.Former = formerFlow(info.From, published[i], rules[i])
	}
	if out.names, err = v.calls(ctx, brought, flow, out.Former); err != nil {
		return Design{}, nil, err
	}
	kind, problems, err := v.designed(brought, out, out.names.steps)
	out.Problems = problems
	return out, kind, err
}

// nextVersion is what the house's next version of a type is called: the program's, and a
// number of its own behind it.
func nextVersion(base string, all []TypeVersion) string {
	last := 0
	for _, v := range all {
		rest, ours := strings.CutPrefix(v.Version, base+"-")
		if n, err := strconv.Atoi(rest); ours && err == nil {
			last = max(last, n)
		}
	}
	return base + "-" + strconv.Itoa(last+1)
}

// FlowChange is a flow to be kept as the draft of its type.
type FlowChange struct {
	Type string
	// Seen is FlowDraftInfo.Revision of the draft that was looked at, 0 where there was
	// none; where somebody has changed it since, it is ErrConflict.
	Seen int64
	Flow workflow.Flow
	// Rules are those of its type; nil keeps what the draft says.
	Rules *TypeRules
	// From is the version whose flow it began as; "" keeps what the draft says.
	From string
}

// Save keeps a flow as the draft of its type, right or wrong, and says what is wrong with it.
// Its key, its version and whether it is that of rows (Child) are the type's, whatever the flow
// says: a file may be that of another type. What is larger than workflow.MaxBytes is
// workflow.Problems, and nothing is kept.
func (v Versions) Save(ctx context.Context, actor Actor, c FlowChange) (Design, error) {
	v.k = v.k.once()
	if err := v.mayWrite(ctx, actor); err != nil {
		return Design{}, err
	}
	brought, err := v.brought(c.Type)
	if err != nil {
		return Design{}, err
	}
	c.Flow.Key, c.Flow.Version, c.Flow.Child = brought.Flow.Key, brought.Flow.Version, brought.Flow.Child
	if c.Rules != nil {
		if err := c.Rules.check(brought); err != nil {
			return Design{}, err
		}
	}
	body, err := flowBody(c.Flow)
	if err != nil {
		return Design{}, err
	}
	if err := v.putDraft(ctx, actor, c.Type, c.Seen, func(old flowDraft) flowDraft {
		if c.From != "" {
			old.From = c.From
		}
		if c.Rules != nil {
			old.Rules = c.Rules
		}
		return flowDraft{From: old.From, Flow: body, Rules: old.Rules}
	}); err != nil {
		return Design{}, err
	}
	return v.draft(ctx, c.Type)
}

// Begin makes a draft of the flow of a version, "" for the one in use. Where somebody works
// on it already it is ErrConflict.
func (v Versions) Begin(ctx context.Context, actor Actor, key, version string) (Design, error) {
	v.k = v.k.once()
	if err := v.mayWrite(ctx, actor); err != nil {
		return Design{}, err
	}
	from, err := v.Flow(ctx, actor, key, version)
	if err != nil {
		return Design{}, err
	}
	if from.unmade != nil { // what can't be read would be lost
		return Design{}, from.unmade
	}
	if from.Draft != nil {
		return Design{}, fmt.Errorf("%w: somebody works on the flow of %s", ErrConflict, key)
	}
	return v.Save(ctx, actor, FlowChange{Type: key, Flow: from.Flow, Rules: &from.Rules, From: from.Version})
}

// Discard drops the draft.
func (v Versions) Discard(ctx context.Context, actor Actor, key string, seen int64) error {
	v.k = v.k.once()
	if err := v.mayWrite(ctx, actor); err != nil {
		return err
	}
	if _, err := v.brought(key); err != nil {
		return err
	}
	return v.putDraft(ctx, actor, key, seen, func(flowDraft) flowDraft { return flowDraft{} })
}

// putDraft writes what becomes of a draft that was seen at a revision.
func (v Versions) putDraft(ctx context.Context, actor Actor, key string, seen int64, becomes func(flowDraft) flowDraft) error {
	now := v.k.moment()
	return v.k.store.Update(ctx, func(ctx context.Context, tx Tx) error {
		old, _, err := tx.Registers().Row(ctx, listFlowDrafts, key)
		if err != nil {
			return err
		}
		old.ID = key
		return putDraftRow(ctx, tx, actor, old, seen, becomes, now)
	})
}

// putDraftRow does that within a transaction. Where there is no draft any more, who saw none
// is not too late.
func putDraftRow(ctx context.Context, tx Tx, actor Actor, old register.Row, seen int64, becomes func(flowDraft) flowDraft, now time.Time) error {
	var kept flowDraft
	if old.Revision > 0 {
		if err := json.Unmarshal(old.Values, &kept); err != nil {
			return fmt.Errorf("ismskit: draft of the flow of %s: %w", old.ID, err)
		}
	}
	if seen != old.Revision && !(seen == 0 && len(kept.Flow) == 0) {
		return ErrConflict
	}
	values, err := json.Marshal(becomes(kept))
	if err != nil {
		return err
	}
	return tx.Registers().Put(ctx, register.Row{
		List: listFlowDrafts, ID: old.ID, Revision: old.Revision + 1, Values: values, ChangedAt: now, ChangedBy: actor.Person,
	})
}

// Try is Types.DryRun of the draft: what would become of a request by it. A draft that is
// wrong is *Unpublishable.
func (v Versions) Try(ctx context.Context, actor Actor, trial Trial) (DryRun, error) {
	v.k = v.k.once()
	if err := v.mayWrite(ctx, actor); err != nil {
		return DryRun{}, err
	}
	d, kind, err := v.drafted(ctx, trial.Type)
	if err != nil {
		return DryRun{}, err
	}
	if kind == nil {
		return DryRun{}, &Unpublishable{Problems: d.Problems}
	}
	return v.k.dryRun(ctx, actor, kind, trial)
}
