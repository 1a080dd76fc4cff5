package ismskit

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/workflow"
)

// usedNumber is a reserved number that a case is entered under.
type usedNumber struct{ number string }

func (u usedNumber) describe() string { return "number " + u.number }

func (u usedNumber) apply(ctx context.Context, w *work, tx Tx) error {
	row, found, err := tx.Registers().Row(ctx, register.ReservedNumbers, numberID(u.number))
	if err != nil {
		return err
	}
	n, err := w.k.numberOf(row)
	if err != nil {
		return err
	}
	if !found || n.State != NumberFree {
		return ErrConflict // somebody was faster; asked again, he is told so
	}
	n.State, n.Case = NumberUsed, w.after.row.ID
	return w.k.putNumber(ctx, tx, row.Revision, n, w.auth.by, w.now)
}

func (k *Kit) reservedNumber(ctx context.Context, number string) (n ReservedNumber, found bool, err error) {
	err = k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		row, ok, err := tx.Registers().Row(ctx, register.ReservedNumbers, numberID(number))
		if err != nil || !ok {
			return err
		}
		read, err := k.numberOf(row)
		n, found = read, true
		return err
	})
	return n, found, err
}

// reservedAt is when a number came into the list: what changed it last may be its use.
func (k *Kit) reservedAt(ctx context.Context, number string) (time.Time, error) {
	var history []register.Row
	err := k.store.View(ctx, func(ctx context.Context, tx Tx) (err error) {
		history, err = tx.Registers().History(ctx, register.ReservedNumbers, numberID(number))
		return err
	})
	if err == nil && len(history) == 0 {
		err = fmt.Errorf("ismskit: number %s has no history", number)
	}
	if err != nil {
		return time.Time{}, err
	}
	return history[0].ChangedAt, nil
}

// toldOfVoid are the messages that the number of a case that went on on paper is void: to its
// applicant, or where he has left to those who are told in his place.
func (k *Kit) toldOfVoid(ctx context.Context, number string, at time.Time) ([]Message, error) {
	n, found, err := k.reservedNumber(ctx, number)
	if err != nil || !found || n.From == "" {
		return nil, err
	}
	c, err := k.take(ctx, n.From)
	if err != nil {
		return nil, err
	}
	if c.row.Applicant == SystemPerson {
		return nil, nil
	}
	people, err := k.toldForApplicant(ctx, c, at)
	if err != nil {
		return nil, err
	}
	out := make([]Message, len(people))
	for i, person := range people {
		told := k.caseNotice(c, person, ruleNumberVoid, "1", map[string]string{})
		out[i] = Message{
			ID: told.id, Person: person, Case: c.row.ID, Rule: told.rule, Kind: told.kind, Subject: told.subject, Body: told.body, Link: c.row.ID, Created: at, Due: at,
		}
	}
	return out, nil
}

// numberID is the id of a number's row: numbers may be written in any script.
func numberID(number string) string {
	sum := sha256.Sum256([]byte(strings.TrimSpace(number)))
	return "n" + hex.EncodeToString(sum[:12])
}

// nameOf is somebody's name as of now, the system's own included.
func (k *Kit) nameOf(ctx context.Context, id string) (string, error) {
	if id == SystemPerson {
		return k.systemSigner().Name, nil
	}
	h, err := k.People().holder(ctx, id)
	return h.Name, err
}

// numberOf reads a number's row; of who changed it By is the id, whose name the directory says.
func (k *Kit) numberOf(row register.Row) (ReservedNumber, error) {
	if row.Revision == 0 {
		return ReservedNumber{}, nil
	}
	cells, err := k.lists.Cells(row)
	if err != nil {
		return ReservedNumber{}, err
	}
	return ReservedNumber{
		Number: cells.Text("number"), Type: cells.Text("type"), Block: cells.Text("block"), State: cells.Text("state"),
		Reason: cells.Text("reason"), From: cells.Text("from_case"), Case: cells.Text("case"), Void: cells.Text("void_reason"), By: row.ChangedBy, At: row.ChangedAt,
	}, nil
}

// putNumber writes a number's row; seen is its revision, 0 for a new one.
func (k *Kit) putNumber(ctx context.Context, tx Tx, seen int64, n ReservedNumber, by workflow.Signer, at time.Time) error {
	form, ok := k.lists.Form(register.ReservedNumbers)
	if !ok {
		return fmt.Errorf("ismskit: there is no list %q", register.ReservedNumbers)
	}
	values := forms.Values{"number": n.Number, "type": n.Type, "block": n.Block, "state": n.State, "reason": n.Reason}
	if n.From != "" {
		values["from_case"] = n.From
	}
	if n.Case != "" {
		values["case"] = n.Case
	}
	reason := n.Reason
	if n.Void != "" {
		values["void_reason"], reason = n.Void, n.Void
	}
	return k.putRow(ctx, tx, rowChange{
		list: register.ReservedNumbers, id: numberID(n.Number), seen: seen, values: form.EncodeJSON(values), reason: reason, by: by, at: at,
	})
}
