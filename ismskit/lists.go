package ismskit

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/ismskit/ismskit/ismskit/evidence"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/workflow"
)

// listUploads holds who uploaded which file, so that a form may refer to it. It
// is the Kit's own and has no schema.
const listUploads = "uploads"

func uploadID(person, digest string) string { return person + "." + digest }

func newLists(cfg Config) (*register.Registry, error) {
	builtin, err := register.BuiltIn()
	if err != nil {
		return nil, err
	}
	return register.New(register.Config{Lists: append(builtin, cfg.Lists...), Types: cfg.FieldTypes, Location: cfg.Location})
}

// rowChange is a change of a list that is written within another act.
type rowChange struct {
	list, id string
	seen     int64
	values   []byte
	from, to time.Time
	reason   string
	by       workflow.Signer
	via      string
	at       time.Time
	follows  bool // from another change, which has seen to what its list asks for
}

// putRow writes the next revision of a list's row with its entry on the list's
// trail. It reads the stored row in the transaction.
func (k *Kit) putRow(ctx context.Context, tx Tx, c rowChange) error {
	old, _, err := tx.Registers().Row(ctx, c.list, c.id)
	if err != nil {
		return err
	}
	if old.Revision != c.seen {
		return ErrConflict
	}
	form, ok := k.lists.Form(c.list)
	if !ok {
		return fmt.Errorf("ismskit: there is no list %q", c.list)
	}
	values, invalid := form.Restore(c.values)
	if err := invalid.Err(); err != nil {
		return fmt.Errorf("ismskit: list %s: %w", c.list, err)
	}
	row, err := k.lists.Apply(old, register.Change{
		List: c.list, ID: c.id, Seen: old.Revision, Values: values, At: c.at, By: c.by.Person, Reason: c.reason,
	})
	if err != nil {
		return fmt.Errorf("ismskit: list %s: %w", c.list, err)
	}
	if row.Revision == old.Revision {
		return nil
	}
	return k.storeRow(ctx, tx, old, row, c)
}

// storeRow writes a row and what changed in it: the trail of every list tells who
// changed what, when and why. Of what is everybody's own it tells nothing.
func (k *Kit) storeRow(ctx context.Context, tx Tx, old, row register.Row, c rowChange) error {
	if !c.from.IsZero() {
		row.From = c.from
	}
	if !c.to.IsZero() {
		row.To = c.to
	}
	if slices.Contains(ownLists, row.List) {
		return tx.Registers().Put(ctx, row)
	}
	if row.List == register.LegalHolds || row.List == register.RetentionRules {
		if err := alone(ctx, tx, aloneDisposals); err != nil {
			return err
		}
	}
	changes, err := k.lists.Diff(old, row)
	if err != nil {
		return err
	}
	e := Event{Verb: "change", Type: "list/" + row.List, Number: row.ID, Revision: row.Revision, By: c.by, Via: c.via, Comment: c.reason}
	for _, ch := range changes {
		e.Changes = append(e.Changes, Changed{Name: ch.Path, From: ch.From, To: ch.To})
	}
	if !c.follows {
		if err := k.rowFits(ctx, tx, old, row, c.at); err != nil {
			return err
		}
	}
	e.Stored = storedRow(row)
	if err := tx.Registers().Put(ctx, row); err != nil {
		return err
	}
	if row.List == register.Calendars {
		if err := k.changeCalendar(ctx, tx, nil, c.at); err != nil {
			return err
		}
	}
	if row.List == register.Posts || row.List == register.Units {
		if err := enqueue(ctx, tx, c.at, successionJob(row.List == register.Units, c.at)); err != nil {
			return err
		}
	}
	if row.List == register.Deputies {
		if err := enqueue(ctx, tx, c.at, absenceJob(row, c.at)); err != nil {
			return err
		}
	}
	if row.List == register.Distributions {
		if err := k.distributeAnew(ctx, tx, old, row, c.at); err != nil {
			return err
		}
	}
	if err := k.appendEvent(ctx, tx, listChains+row.List+"/"+row.ID, e, c.at); err != nil || c.follows {
		return err
	}
	return k.categoriesOfSystems(ctx, tx, row, c.at)
}

// listChains is what the chains of rows are called, before list and id.
const listChains = "list/"

// appendEvent adds an entry to a chain that is no case's.
func (k *Kit) appendEvent(ctx context.Context, tx Tx, chain string, e Event, at time.Time) error {
	head, err := headOf(ctx, tx, chain)
	if err != nil {
		return err
	}
	payload, err := e.payload()
	if err != nil {
		return err
	}
	entry, err := next(head, at, string(e.Verb), e.By.Person, "", payload)
	if err != nil {
		return err
	}
	return tx.Trail().Append(ctx, entry)
}

// headOf is the end of a chain; a new one has only its name.
func headOf(ctx context.Context, tx Tx, chain string) (evidence.Head, error) {
	heads, err := tx.Trail().Heads(ctx, HeadQuery{Chain: chain})
	if err != nil || len(heads) == 0 {
		return evidence.Head{Chain: chain}, err
	}
	return heads[0], nil
}

func ignoreNotFound(err error) error {
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	return err
}
