package ismskit

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
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
	if err := w.k.putNumber(ctx, tx, row.Revision, n, w.auth.by, w.now); err != nil || n.From == "" {
		return err
	}
	note := w.k.text("paper.entered_by", map[string]string{"by": w.auth.by.Name})
	return enqueue(ctx, tx, w.now, Job{Key: "paper|" + n.From, Kind: jobPaper, Subject: n.From, Payload: []byte(note), Due: w.now})
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

// voidsNumber declares a reserved number void, in the same transaction as the entry that the case
// has of it which went on on paper under it.
type voidsNumber struct {
	number, reason string
	told           []Message
}

func (v voidsNumber) describe() string { return "void number " + v.number }

func (v voidsNumber) apply(ctx context.Context, w *work, tx Tx) error {
	return v.put(ctx, w.k, tx, w.auth.by, w.now)
}

func (v voidsNumber) put(ctx context.Context, k *Kit, tx Tx, by workflow.Signer, at time.Time) error {
	row, found, err := tx.Registers().Row(ctx, register.ReservedNumbers, numberID(v.number))
	if err != nil {
		return err
	}
	if !found {
		return ErrNotFound
	}
	n, err := k.numberOf(row)
	if err != nil {
		return err
	}
	if n.State != NumberFree {
		return numberFault("number", "paper.number_"+n.State, map[string]string{"number": v.number})
	}
	n.State, n.Void = NumberVoid, v.reason
	if err := k.putNumber(ctx, tx, row.Revision, n, by, at); err != nil {
		return err
	}
	return k.putMessages(ctx, tx, at, v.told)
}

// voidPaper ends a case that went on on paper with the paper's number.
func (k *Kit) voidPaper(ctx context.Context, actor Actor, by workflow.Signer, id string, v voidsNumber) error {
	err := k.actUpon(ctx, id, actor, authority{by: by, via: viaOfficer}, func(c caseInHand, w *work) (workflow.Action, bool, error) {
		var err error
		if v.told, err = k.toldOfVoid(ctx, c, w.now); err != nil {
			return workflow.Action{}, false, err
		}
		w.after.extra.PaperVoid = true
		w.effects = append(w.effects, v)
		return workflow.Action{Verb: workflow.VerbPaperVoid, Comment: v.reason}, true, nil
	})
	if err == nil {
		k.wakeAt(k.moment())
	}
	return err
}

// paperEntered notes with a case that went on on paper that its paper was entered: a print of
// before is then not the last that is to be said of it.
func (k *Kit) paperEntered(ctx context.Context, job Job) error {
	noted := false
	err := k.systemAct(ctx, job.Subject, func(c caseInHand, w *work) (workflow.Action, bool, error) {
		w.settle, noted = &Settlement{ID: job.ID, Fence: job.Fence, Done: true}, c.state.Outcome == workflow.OutcomePaper
		return workflow.Action{Verb: workflow.VerbPaperEntered, Comment: string(job.Payload)}, noted, nil
	})
	if err != nil || noted {
		return err
	}
	return k.done(ctx, job)
}

// wentToPaper says of a case that it went on on paper, whatever came of that.
func (c *caseInHand) wentToPaper() bool {
	return c.state.Outcome == workflow.OutcomePaper || c.extra.PaperVoid
}

// toldOfVoid are the messages that the number of a case that went on on paper is void: to its
// applicant, or where he has left to those who are told in his place, and to whoever was told to
// go on with it, or with one of its rows, on paper.
func (k *Kit) toldOfVoid(ctx context.Context, c caseInHand, at time.Time) ([]Message, error) {
	var out []Message
	tell := func(c caseInHand, people []string) {
		for _, person := range people {
			if slices.ContainsFunc(out, func(m Message) bool { return m.Person == person }) {
				continue
			}
			told := k.caseNotice(c, person, ruleNumberVoid, "1", map[string]string{})
			out = append(out, Message{
				ID: told.id, Person: person, Case: c.row.ID, Rule: told.rule, Kind: told.kind, Subject: told.subject, Body: told.body, Link: c.row.ID, Created: at, Due: at,
			})
		}
	}
	if c.row.Applicant != SystemPerson {
		people, err := k.toldForApplicant(ctx, c, at)
		if err != nil {
			return nil, err
		}
		tell(c, people)
	}
	rows, err := k.children(ctx, c.row.ID)
	if err != nil {
		return nil, err
	}
	for _, one := range append([]caseInHand{c}, rows...) {
		people, err := k.toldByRule(ctx, one.row.ID, ruleOnPaper)
		if err != nil {
			return nil, err
		}
		tell(one, people)
	}
	return out, nil
}

// toldByRule are those who were told of a case by a rule.
func (k *Kit) toldByRule(ctx context.Context, id, rule string) ([]string, error) {
	var out []string
	err := k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		out = nil
		return eachMessage(ctx, tx, MessageQuery{Case: id}, func(m Message) bool {
			if m.Rule == rule {
				out = append(out, m.Person)
			}
			return false
		})
	})
	return out, err
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
