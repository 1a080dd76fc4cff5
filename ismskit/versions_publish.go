package ismskit

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ismskit/ismskit/ismskit/register"
)

// Unpublishable refuses to publish a flow: what is wrong with it by itself, or for want of
// people.
type Unpublishable struct {
	Problems  []FlowProblem
	Unstaffed *Unstaffed
}

// Error says it in English.
func (u *Unpublishable) Error() string {
	if len(u.Problems) == 0 {
		return "ismskit: the flow can't be published: " + u.Unstaffed.Error()
	}
	said := make([]string, len(u.Problems))
	for i, p := range u.Problems {
		said[i] = p.Text.In("en")
	}
	return "ismskit: the flow can't be published: " + strings.Join(said, " ")
}

// FieldReason is the field at which forms.Invalid asks why another version comes into use.
const FieldReason = "reason"

// maxReason is how long the reason of a change of a list may be, in characters.
const maxReason = 500

// VersionChange brings another version of a type into use.
type VersionChange struct {
	Type string
	// Seen is the draft's FlowDraftInfo.Revision for Publish, and what is in use
	// (TypeInfo.Version) for Use: where it has changed since, it is ErrConflict.
	Seen    int64
	InUse   string
	Version string // the version to be used, for Use
	Reason  string // goes on the trail of the list; required
}

func (c VersionChange) reason() (string, error) {
	why := strings.TrimSpace(c.Reason)
	switch {
	case why == "":
		return "", numberFault(FieldReason, "flow.reason", nil)
	case len([]rune(why)) > maxReason:
		return "", numberFault(FieldReason, "flow.reason_long", map[string]string{"max": fmt.Sprint(maxReason)})
	}
	return why, nil
}

// Publish makes the draft a version of its own, with which cases begin from now on. It goes
// with the form as the program brings it now. A draft that is wrong, or for which a step
// would find nobody, is *Unpublishable; one that says what the version in use says is
// forms.Invalid. The draft is gone then. That it was published, by whom, why, and the digest
// of what was published are on the trail of register.Flows.
func (v Versions) Publish(ctx context.Context, actor Actor, c VersionChange) (VersionedType, error) {
	v.k = v.k.once()
	if err := v.mayWrite(ctx, actor); err != nil {
		return VersionedType{}, err
	}
	why, err := c.reason()
	if err != nil {
		return VersionedType{}, err
	}
	d, kind, err := v.drafted(ctx, c.Type)
	if err != nil {
		return VersionedType{}, err
	}
	if d.Draft.Revision != c.Seen {
		return VersionedType{}, ErrConflict
	}
	if kind != nil {
		if d.Unstaffed, err = v.k.checkKind(ctx, kind); err != nil {
			return VersionedType{}, err
		}
	}
	if d.Blocks() {
		return VersionedType{}, &Unpublishable{Problems: d.Problems, Unstaffed: d.Unstaffed}
	}
	if same, err := v.saysTheSame(kind); err != nil || same {
		if same {
			err = numberFault(FieldReason, "flow.same", nil)
		}
		return VersionedType{}, err
	}
	brought, err := v.brought(c.Type)
	if err != nil {
		return VersionedType{}, err
	}
	return v.bring(ctx, actor, inUseChange{kind: kind, base: brought.Version, reason: why, seen: d.Type.Version, draft: c.Seen})
}

// saysTheSame says whether a draft is what is in use already.
func (v Versions) saysTheSame(draft *kind) (bool, error) {
	inUse, ok, bar := v.k.kinds.toBegin(draft.Key)
	if !ok || bar != nil && bar.elsewhere {
		return false, nil
	}
	t := draft.Type
	t.Version, t.Flow.Version = inUse.Version, inUse.Flow.Version
	body, err := json.Marshal(t)
	return err == nil && digestOf(body) == inUse.digest, err
}

// Use brings a published version back into use: the program's, or an earlier one of the
// house's own. One that this server can't work with is *ReadOnly; one with which nothing could
// begin, or for which a step would find nobody, *Unpublishable; the one in use forms.Invalid.
func (v Versions) Use(ctx context.Context, actor Actor, c VersionChange) (VersionedType, error) {
	v.k = v.k.once()
	if err := v.mayWrite(ctx, actor); err != nil {
		return VersionedType{}, err
	}
	why, err := c.reason()
	if err != nil {
		return VersionedType{}, err
	}
	about, err := v.get(ctx, c.Type)
	if err != nil {
		return VersionedType{}, err
	}
	switch i := slices.IndexFunc(about.All, func(one TypeVersion) bool { return one.Version == c.Version }); {
	case i < 0:
		return VersionedType{}, fmt.Errorf("%w: version %s of type %s", ErrNotFound, c.Version, c.Type)
	case about.Version != c.InUse:
		return VersionedType{}, ErrConflict
	case about.All[i].InUse:
		return VersionedType{}, numberFault(FieldReason, "flow.in_use", nil)
	}
	kind, err := v.k.kinds.of(ctx, v.k.store, c.Type, c.Version)
	if err == nil && kind.readOnly != nil {
		err = kind.readOnly
	}
	if err != nil {
		return VersionedType{}, err
	}
	// As to publish it: whatever has changed since it was in use, nothing could begin with it.
	refused := Unpublishable{Problems: v.k.unfit(kind)}
	if len(refused.Problems) == 0 {
		if refused.Unstaffed, err = v.k.checkKind(ctx, kind); err != nil {
			return VersionedType{}, err
		}
	}
	if len(refused.Problems) > 0 || refused.Unstaffed.leavesNobody() {
		return VersionedType{}, &refused
	}
	base, err := v.baseOf(ctx, c.Type, c.Version)
	if err != nil {
		return VersionedType{}, err
	}
	return v.bring(ctx, actor, inUseChange{kind: kind, base: base, reason: why, seen: about.Version})
}

// baseOf is the program's version that a version was made from: it itself, where the house
// did not make it.
func (v Versions) baseOf(ctx context.Context, key, version string) (base string, err error) {
	err = v.k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		history, err := tx.Registers().History(ctx, register.Flows, key)
		if err != nil {
			return err
		}
		found := version
		for _, row := range history {
			if used := readInUse(row); used.unread == nil && used.Version == version {
				found = used.Base
			}
		}
		base = found
		return nil
	})
	return base, err
}

// inUseChange is a version that comes into use.
type inUseChange struct {
	kind         *kind
	base, reason string
	seen         string // the version in use that was looked at
	draft        int64  // the draft's revision that becomes it, 0 for none
}

// bring does it, and returns the type as it is then.
func (v Versions) bring(ctx context.Context, actor Actor, c inUseChange) (VersionedType, error) {
	if err := v.write(ctx, actor, c); err != nil {
		return VersionedType{}, err
	}
	// It is written, and in use whatever fails now: what is only read again is no reason to
	// call it refused.
	v.k.kinds.forget()
	out, err := v.get(ctx, c.kind.Key)
	if err != nil {
		v.k.log.WarnContext(ctx, "type not read again after another version came into use", "type", c.kind.Key, "version", c.kind.Version, "error", err)
		brought, _ := v.k.kinds.broughtBy(c.kind.Key)
		out = VersionedType{TypeInfo: infoOf(c.kind), Program: brought.Version, Base: c.base, Child: c.kind.Flow.Child, Decided: true}
	}
	return out, nil
}

// write writes the version, that it is in use, and that it is no draft any more.
func (v Versions) write(ctx context.Context, actor Actor, c inUseChange) error {
	k, now := v.k, v.k.moment()
	by, err := k.byline(ctx, actor)
	if err != nil {
		return err
	}
	form, ok := k.lists.Form(register.Flows)
	if !ok {
		return fmt.Errorf("ismskit: there is no list %q", register.Flows)
	}
	values := map[string]any{"type": c.kind.Key, "version": c.kind.Version, "base": c.base, "digest": hex.EncodeToString(c.kind.digest[:])}
	defs, err := k.definitionsOf(c.kind, now)
	if err != nil {
		return err
	}
	return k.store.Update(ctx, func(ctx context.Context, tx Tx) error {
		for _, d := range defs {
			put := tx.Definitions().Put
			if c.draft == 0 { // it is there; how this program enters papers for it may be newer than it
				put = putMissing(tx)
			}
			if err := put(ctx, d); err != nil {
				return err
			}
		}
		if c.draft > 0 {
			old, _, err := tx.Registers().Row(ctx, listFlowDrafts, c.kind.Key)
			if err != nil {
				return err
			}
			if err := putDraftRow(ctx, tx, actor, old, c.draft, func(flowDraft) flowDraft { return flowDraft{} }, now); err != nil {
				return err
			}
		}
		old, _, err := tx.Registers().Row(ctx, register.Flows, c.kind.Key)
		if err != nil {
			return err
		}
		if old.Revision > 0 {
			if used := readInUse(old); used.Version != c.seen {
				return ErrConflict
			}
		}
		return k.putRow(ctx, tx, rowChange{
			list: register.Flows, id: c.kind.Key, seen: old.Revision, values: form.EncodeJSON(values), reason: c.reason, by: by, via: actor.Channel, at: now,
		})
	})
}

// definitionsOf are the definitions that belong to a version: its own, and that by which a
// case of it is entered that was signed on paper.
func (k *Kit) definitionsOf(made *kind, now time.Time) ([]Definition, error) {
	define := func(one *kind) Definition {
		return Definition{Kind: definitionType, Key: one.Key, Version: one.Version, Digest: one.digest, Body: one.body, Created: now}
	}
	out := []Definition{define(made)}
	if !made.Paper {
		return out, nil
	}
	paper, err := made.onPaper()
	if err != nil {
		return nil, err
	}
	onPaper, err := k.kinds.compile(paper, func(key string) bool {
		_, there := k.kinds.latestOf(key)
		return there
	})
	if err != nil {
		return nil, err
	}
	return append(out, define(onPaper)), nil
}

// putMissing writes a definition that is not there. One that another program wrote in its own
// words stays: what is published never changes.
func putMissing(tx Tx) func(context.Context, Definition) error {
	return func(ctx context.Context, d Definition) error {
		_, err := tx.Definitions().Get(ctx, d.Kind, d.Key, d.Version)
		if errors.Is(err, ErrNotFound) {
			err = tx.Definitions().Put(ctx, d)
		}
		return err
	}
}

// startTypes puts what the house decided into use, and writes the way in which this program
// enters papers for it.
func (k *Kit) startTypes(ctx context.Context, now time.Time) error {
	k.kinds.forget()
	if _, err := k.readTypes(ctx); err != nil {
		return err
	}
	var defs []Definition
	for _, key := range k.kinds.keys {
		kind, _, bar := k.kinds.toBegin(key)
		if _, decided := k.kinds.decided(key); !decided || kind.readOnly != nil || bar != nil && bar.elsewhere {
			continue
		}
		of, err := k.definitionsOf(kind, now)
		if err != nil { // of this type alone; its papers wait, and the log says that they do
			k.log.WarnContext(ctx, "papers of a type can't be entered", "type", key, "version", kind.Version, "error", err)
			continue
		}
		defs = append(defs, of[1:]...)
	}
	if len(defs) == 0 {
		return nil
	}
	err := k.store.Update(ctx, func(ctx context.Context, tx Tx) error {
		for _, d := range defs {
			if err := putMissing(tx)(ctx, d); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	k.kinds.reread()
	_, err = k.readTypes(ctx)
	return err
}
