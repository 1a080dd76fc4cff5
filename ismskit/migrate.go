package ismskit

import (
	"context"
	"errors"
	"slices"
	"strconv"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/evidence"
	"github.com/ismskit/ismskit/workflow"
)

// Migrate moves running cases to another version of their type.
type Migrate struct {
	Type string
	// To is the version they go on by, "" for the newest.
	To string
	// Cases are those that were looked at and chosen, at most MaxMigrated.
	Cases []MigrateItem
	// Reason goes on the trail of each, of at most MaxComment characters.
	Reason string
	// Key is the idempotency key of the whole, as in Action.
	Key string
}

// MigrateItem is one of the cases, with the revision that was looked at.
type MigrateItem struct {
	Case     string
	Revision int64
}

// MigrateResult is what became of one of them.
type MigrateResult struct {
	MigrateItem
	Receipt Receipt
	// Already says that it went on by that version before: nothing was done.
	Already bool
	// Err refuses this one: *Stays, *Conflict where it has changed since it was looked at,
	// workflow.ErrPhase for a case that has ended, ErrKeyReused, ErrNotFound, also for a draft.
	Err error
}

// Migrate moves cases, each in a transaction of its own and with an entry on its trail that
// says who moved it, from which version to which, and why. What was signed stays signed, on
// the version it was signed on. One that is refused leaves the others as they are. For
// Rights.ManageTypes; for everybody else there is no such type (ErrNotFound). Refused as a
// whole, before anything is moved, is forms.Invalid: at FieldBatch none, too many or the
// same twice, at FieldComment what Act says of a reason, or that there is none.
func (r Records) Migrate(ctx context.Context, actor Actor, m Migrate) ([]MigrateResult, error) {
	r.k = r.k.once()
	k := r.k
	to, err := k.mayMigrate(ctx, actor, m.Type, m.To)
	if err != nil {
		return nil, k.refused(ctx, actor, err)
	}
	reason, invalid := k.migrateFaults(m)
	if err := invalid.Err(); err != nil {
		return nil, k.refused(ctx, actor, err)
	}
	all := make([]migrating, len(m.Cases))
	for i, item := range m.Cases {
		key := ""
		if m.Key != "" {
			key = m.Key + "/" + item.Case
		}
		request, err := requestDigest(key, []any{VerbMigrate, item, to.name(), reason})
		if err != nil {
			return nil, err
		}
		all[i] = migrating{to: to, item: item, reason: reason, key: key, request: request}
	}
	out := make([]MigrateResult, len(all)) // from here on some may have been moved
	for i, one := range all {
		key, request := one.key, one.request
		out[i] = MigrateResult{MigrateItem: one.item}
		for range maxRaces {
			out[i].Receipt, out[i].Err = k.migrate(ctx, actor, one)
			var again bool
			if again, out[i].Err = k.anew(ctx, actor, key, out[i].Err); !again {
				break
			}
		}
		out[i].Receipt, out[i].Err = k.outcome(ctx, actor, key, request, out[i].Receipt, out[i].Err)
		if moved, ok := errors.AsType[*alreadyMoved](out[i].Err); ok {
			out[i].Receipt, out[i].Already, out[i].Err = moved.Receipt, true, nil
		}
	}
	return out, nil
}

// migrateFaults are what is wrong with the choice and the reason.
func (k *Kit) migrateFaults(m Migrate) (reason string, invalid forms.Invalid) {
	fault := func(field, code string) {
		invalid = append(invalid, forms.Fault{Field: field, Code: code, Text: sayAll(code, func(string) map[string]string {
			return map[string]string{"max": strconv.Itoa(MaxMigrated)}
		})})
	}
	seen := map[string]bool{}
	switch {
	case len(m.Cases) == 0:
		fault(FieldBatch, "migrate.none")
	case len(m.Cases) > MaxMigrated:
		fault(FieldBatch, "migrate.many")
	case slices.ContainsFunc(m.Cases, func(i MigrateItem) bool {
		twice := seen[i.Case]
		seen[i.Case] = true
		return twice
	}):
		fault(FieldBatch, "migrate.twice")
	}
	reason, wrong := forms.CleanText(FieldComment, forms.Text(k.texts("comment")), m.Reason, MaxComment)
	switch {
	case wrong != nil:
		invalid = append(invalid, *wrong)
	case reason == "":
		fault(FieldComment, "migrate.reason")
	}
	return reason, invalid
}

// alreadyMoved is a case that goes on by that version, so that nothing is left to do: unless it
// was moved by the same request, whose outcome is told then.
type alreadyMoved struct{ Receipt }

func (*alreadyMoved) Error() string { return "ismskit: it goes on by that version already" }

// migrating is one case on its way to another version.
type migrating struct {
	to      *kind
	item    MigrateItem
	reason  string
	key     string
	request evidence.Digest
}

// migrate is one attempt.
func (k *Kit) migrate(ctx context.Context, actor Actor, m migrating) (Receipt, error) {
	if err := k.freshen(ctx); err != nil {
		return Receipt{}, err
	}
	by, err := k.byline(ctx, actor)
	if err != nil {
		return Receipt{}, err
	}
	row, err := k.row(ctx, m.item.Case)
	switch {
	case err != nil:
		return Receipt{}, err
	case row.Type != m.to.Key:
		return Receipt{}, ErrNotFound
	case row.Phase == string(workflow.PhaseDraft):
		return Receipt{}, ErrNotFound // a draft is its writer's alone
	case !slices.Contains(migratedPhases, row.Phase):
		return Receipt{}, refusal(workflow.ErrPhase)
	case row.Version == m.to.Version:
		return Receipt{}, &alreadyMoved{receiptOf(row)}
	case row.Revision != m.item.Revision:
		return Receipt{}, &Conflict{Revision: row.Revision}
	}
	c, err := k.inHand(ctx, row)
	if err == nil {
		err = k.countedAnew(ctx, &c)
	}
	if unread(err) {
		k.leftOut(ctx, row.ID, err)
		return Receipt{}, &Stays{Because: []workflow.Text{k.texts("migrate.unreadable")}}
	}
	if err != nil {
		return Receipt{}, err
	}
	next, err := k.migrated(ctx, actor, c, m.to)
	if err != nil {
		return Receipt{}, err
	}
	w := newWork(k, c, actor, authority{by: by, via: viaTypes}, k.moment())
	w.request, w.key = m.request, m.key
	w.after.kind, w.after.row.Version = next.kind, next.row.Version
	w.after.state, w.after.values, w.after.extra.Children = next.state, next.values, next.extra.Children
	w.event.Verb, w.event.Comment = VerbMigrate, m.reason
	w.event.Type, w.event.MovedFrom = m.to.name(), c.kind.name()
	// The fields stand on the trail as the other form names them, lists and archive say
	// what it says, and the alarm of the case counts by it from now on.
	w.revalued, w.relisted, w.tell = true, true, true
	receipt, err := w.commit(ctx)
	if errors.Is(err, ErrNotFound) {
		err = ErrConflict // it was there a moment ago
	}
	return receipt, err
}
