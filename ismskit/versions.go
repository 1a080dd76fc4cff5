package ismskit

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/workflow"
)

// Versions are the versions of form types: which of them new cases begin with, and what a
// house makes of their flows itself. A type comes with the program; an officer may change
// its flow in a draft, try it out and publish it as a further version. Running cases stay
// on theirs (see Records.Migrate).
//
// All of it is for Rights.ManageTypes; reading also for Rights.Overview. For everybody else
// there is no such type (ErrNotFound).
type Versions struct{ k *Kit }

// Versions returns the versions of form types.
func (t Types) Versions() Versions { return Versions(t) }

// VersionedType is a type with what is known of its versions.
type VersionedType struct {
	TypeInfo // of the version in use
	// Program is the newest version that the program brings. InUse rests on Base: where
	// that is an older one, the program has been renewed since, and the house uses its own.
	Program, Base string
	// Child says that its cases are rows of another's.
	Child bool
	// Decided says that the house itself decided which version is in use.
	Decided bool
	Draft   *FlowDraftInfo // nil where nobody works on another flow
	All     []TypeVersion  // newest first; only from Get
}

// Behind says whether the program brings a newer version than the one in use rests on.
func (v VersionedType) Behind() bool { return v.Base != v.Program }

// TypeVersion is one published version of a type.
type TypeVersion struct {
	Version string
	Since   time.Time // when it was first stored
	InUse   bool
	House   bool // made in the house; By, Reason and Used say by whom, why, and when it came into use last
	By      workflow.Signer
	Reason  string
	Used    time.Time
}

// FlowDraftInfo says who works on the flow of a type.
type FlowDraftInfo struct {
	Revision int64 // what Seen of a change must be
	By       workflow.Signer
	At       time.Time
	From     string // the version whose flow it began as
	rules    *TypeRules
}

// Design is a flow to be looked at: of a version, or of the draft.
type Design struct {
	Type VersionedType
	// Version is the one looked at, "" for the draft; Next is what the draft becomes.
	Version, Next string
	Draft         *FlowDraftInfo
	Flow          workflow.Flow
	Rules         TypeRules   // of its type, which it comes into use with
	Form          *forms.Form // whose fields the flow may name
	// Problems are what is wrong with it by itself, Unstaffed what is wrong for want of
	// people (nil while there are Problems): both by step.
	Problems  []FlowProblem
	Unstaffed *Unstaffed
	// Warnings are what could not be made sure of, and of a draft the steps that nobody has given
	// a name: they keep it from nothing.
	Warnings []FlowProblem
	// Unheld are the settings (FlowSettings) that name people whom nobody is at present. They
	// keep it from nothing.
	Unheld []string
	// Former is what it is compared with: the flow that the draft began as, or the version
	// stored before this one. nil where there is none that can be read.
	Former    *FormerFlow
	names     flowNames
	published []workflow.Flow // of a draft: those whose ids are taken
	unmade    *Barred         // this program can't make the version out
}

// Blocks says whether it can't be published.
func (d Design) Blocks() bool { return len(d.Problems) > 0 || d.Unstaffed.leavesNobody() }

// FlowProblem is one thing that is wrong with a flow.
type FlowProblem struct {
	Path string // of the node, as workflow.Problem has it
	Step string // its id, "" for the flow itself
	Text workflow.Text
}

// leavesNobody says whether a step finds nobody whoever applies.
func (u *Unstaffed) leavesNobody() bool {
	return u != nil && slices.ContainsFunc(u.Steps, func(s UnstaffedStep) bool { return s.Applicant == nil && s.Named == nil && !s.Escalation })
}

func (v Versions) mayRead(ctx context.Context, actor Actor) error {
	r := v.k.cfg.Rights
	return v.orNotThere(v.k.allow(ctx, actor, slices.Concat(r.ManageTypes, r.Overview)))
}

func (v Versions) mayWrite(ctx context.Context, actor Actor) error {
	return v.orNotThere(v.k.allow(ctx, actor, v.k.cfg.Rights.ManageTypes))
}

func (v Versions) orNotThere(err error) error {
	if errors.Is(err, ErrForbidden) {
		return ErrNotFound
	}
	return err
}

// brought is a type that the program brings and whose flow can be changed: the flow of what
// was signed on paper follows from another's.
func (v Versions) brought(key string) (*kind, error) {
	kind, ok := v.k.kinds.broughtBy(key)
	if !ok || kind.PaperOf != "" {
		return nil, fmt.Errorf("%w: type %s", ErrNotFound, key)
	}
	return kind, nil
}

// List returns all types, in the order of Config.Types.
func (v Versions) List(ctx context.Context, actor Actor) ([]VersionedType, error) {
	v.k = v.k.once()
	if err := v.mayRead(ctx, actor); err != nil {
		return nil, err
	}
	if err := v.k.freshenTypes(ctx); err != nil {
		return nil, err
	}
	var drafts []register.Row
	err := v.k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		rows, err := tx.Registers().Rows(ctx, register.Query{List: listFlowDrafts})
		drafts = rows
		return err
	})
	if err != nil {
		return nil, err
	}
	var out []VersionedType
	for _, key := range v.k.kinds.keys {
		if _, err := v.brought(key); err != nil {
			continue
		}
		one := v.about(key)
		if i := slices.IndexFunc(drafts, func(r register.Row) bool { return r.ID == key }); i >= 0 {
			if _, one.Draft, err = v.readDraft(ctx, drafts[i]); err != nil {
				return nil, err
			}
		}
		out = append(out, one)
	}
	return out, nil
}

// about is what is known of a type without asking the store.
func (v Versions) about(key string) VersionedType {
	inUse, _ := v.k.kinds.latestOf(key)
	brought, _ := v.k.kinds.broughtBy(key)
	out := VersionedType{TypeInfo: v.k.Types().info(inUse), Program: brought.Version, Base: brought.Version, Child: brought.Flow.Child}
	if row, decided := v.k.kinds.decided(key); decided {
		out.Version, out.Base, out.Decided = row.Version, row.Base, true
	}
	return out
}

// Get returns a type with all its versions.
func (v Versions) Get(ctx context.Context, actor Actor, key string) (VersionedType, error) {
	v.k = v.k.once()
	if err := v.mayRead(ctx, actor); err != nil {
		return VersionedType{}, err
	}
	return v.get(ctx, key)
}

func (v Versions) get(ctx context.Context, key string) (VersionedType, error) {
	if _, err := v.brought(key); err != nil {
		return VersionedType{}, err
	}
	if err := v.k.freshenTypes(ctx); err != nil {
		return VersionedType{}, err
	}
	out := v.about(key)
	var history []register.Row
	var draft register.Row
	err := v.k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		stored, err := tx.Definitions().List(ctx, definitionType, key)
		if err != nil {
			return err
		}
		all := make([]TypeVersion, 0, len(stored))
		for _, d := range stored {
			all = append(all, TypeVersion{Version: d.Version, Since: d.Created, InUse: d.Version == out.Version})
		}
		rows, err := tx.Registers().History(ctx, register.Flows, key)
		if err != nil {
			return err
		}
		at, _, err := tx.Registers().Row(ctx, listFlowDrafts, key)
		out.All, history, draft = all, rows, at
		return err
	})
	if err != nil {
		return VersionedType{}, err
	}
	slices.SortFunc(out.All, func(a, b TypeVersion) int {
		return cmp.Or(b.Since.Compare(a.Since), compareVersions(b.Version, a.Version))
	})
	for _, row := range history {
		used := readInUse(row)
		if used.unread != nil {
			v.k.log.WarnContext(ctx, "a change of the version in use left out", "type", key, "error", used.unread)
			continue
		}
		for i := range out.All {
			one := &out.All[i]
			if one.Version != used.Version {
				continue
			}
			if one.By, err = v.k.personEver(ctx, row.ChangedBy); err != nil {
				return VersionedType{}, err
			}
			one.House, one.Reason, one.Used = used.Version != used.Base, row.Reason, row.ChangedAt
		}
	}
	_, out.Draft, err = v.readDraft(ctx, draft)
	return out, err
}

// Flow returns the flow of a version, "" for the one in use, with what keeps cases from
// beginning with it here (Problems).
func (v Versions) Flow(ctx context.Context, actor Actor, key, version string) (Design, error) {
	v.k = v.k.once()
	if err := v.mayRead(ctx, actor); err != nil {
		return Design{}, err
	}
	about, err := v.get(ctx, key)
	if err != nil {
		return Design{}, err
	}
	inUse := version == "" || version == about.Version
	if inUse && about.Barred != nil && about.Barred.elsewhere {
		return v.unmade(ctx, about, about.Barred)
	}
	kind, ok := v.k.kinds.latestOf(key)
	if !inUse {
		kind, err = v.k.kinds.of(ctx, v.k.store, key, version)
		if unread(err) {
			return v.unmade(ctx, about, versionInUse{Type: key, Version: version}.barUnmade(err))
		}
		if err != nil {
			return Design{}, err
		}
	}
	if !ok {
		return Design{}, ErrNotFound
	}
	out := Design{Type: about, Version: kind.Version, Draft: about.Draft, Flow: kind.Flow, Rules: rulesOf(kind.Type), Form: kind.form}
	if out.Former, err = v.former(ctx, about, kind.Version); err != nil {
		return Design{}, err
	}
	if out.names, err = v.calls(ctx, kind, kind.Flow, out.Former); err != nil {
		return Design{}, err
	}
	if out.Problems = v.k.unfit(kind); inUse && about.Barred != nil {
		out.Problems = about.Barred.Problems
	}
	if len(out.Problems) > 0 {
		return out, nil
	}
	err = v.staffed(ctx, kind, &out)
	return out, err
}

// staffed says of a flow that is right by itself whom it does not find.
func (v Versions) staffed(ctx context.Context, kind *kind, d *Design) error {
	for _, w := range kind.flow.Warnings() {
		d.Warnings = append(d.Warnings, FlowProblem{Path: w.Path, Step: w.Step, Text: inEveryLanguage(w.Message)})
	}
	var err error
	if d.Unstaffed, err = v.k.checkKind(ctx, kind); err != nil {
		return err
	}
	d.Unheld, err = v.k.unheld(ctx, kind)
	return err
}

// flowBody is a flow as it is kept and exported.
func flowBody(flow workflow.Flow) ([]byte, error) {
	b, err := json.Marshal(flow)
	if err == nil && len(b) > workflow.MaxBytes {
		err = workflow.Problems{{Code: "too_large", Params: map[string]string{"max": fmt.Sprint(workflow.MaxBytes)}}}
	}
	return b, err
}
