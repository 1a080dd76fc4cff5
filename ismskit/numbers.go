package ismskit

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/evidence"
	"github.com/ismskit/ismskit/ismskit/register"
)

// States of a reserved number.
const (
	NumberFree = "free"
	NumberUsed = "used"
	NumberVoid = "void"
)

// MaxReserved is how many numbers one block has at most.
const MaxReserved = 200

// PaperNumbers are the numbers kept for a time without the system.
type PaperNumbers struct{ k *Kit }

// PaperNumbers are the numbers that are given by hand.
func (r Records) PaperNumbers() PaperNumbers { return PaperNumbers(r) }

// ReservedNumber is a number that is given by hand, on paper: the counter has gone past
// it, and the case that was signed under it is entered afterwards.
type ReservedNumber struct {
	Number, Type string
	Title        forms.Text // of the type
	Block        string
	State        string
	Reason       string // why it was reserved
	Void         string // why it is void
	From         string // the case that goes on on paper under its own number
	Case         string // as which it was entered
	By           string // who changed it last, by name
	At           time.Time
}

// Reservation asks for a block of numbers.
type Reservation struct {
	Type   string
	Unit   string // whose count, where the numbers of the type name the unit
	Count  int
	Reason string
	Key    string // the same person's same key is one block, however often it is sent
}

// Reserve takes a block of numbers out of a type's count, for a time without the
// system: they are given by hand, and what was signed under them is entered afterwards.
// For Rights.ManageRecords. What is wrong is forms.Invalid at type, count or reason;
// a Key that came with something else is ErrKeyReused.
func (r PaperNumbers) Reserve(ctx context.Context, actor Actor, q Reservation) ([]ReservedNumber, error) {
	r.k = r.k.once()
	k := r.k
	if err := k.allow(ctx, actor, k.cfg.Rights.ManageRecords); err != nil {
		return nil, err
	}
	kind, ok := k.kinds.latestOf(q.Type)
	switch {
	case !ok || !kind.Paper || kind.Type.Number == nil:
		return nil, numberFault("type", "number.type", nil)
	case q.Count < 1 || q.Count > MaxReserved:
		return nil, numberFault("count", "number.count", map[string]string{"max": strconv.Itoa(MaxReserved)})
	case strings.TrimSpace(q.Reason) == "":
		return nil, numberFault("reason", "number.reason", nil)
	}
	now := k.moment()
	by, err := k.byline(ctx, actor)
	if err != nil {
		return nil, err
	}
	day, parts := calendar.DateOf(now.In(k.location)), map[string]string{unitPart: q.Unit}
	if err := k.countsFor(ctx, kind, q.Unit); err != nil {
		return nil, err
	}
	scope, err := kind.number.Scope(day, parts)
	if err != nil {
		return nil, err
	}
	request, err := reservationDigest(q)
	if err != nil {
		return nil, err
	}
	if err := k.formEnded(ctx, kind, calendar.Date{}); err != nil {
		var bar *Barred
		if errors.As(err, &bar) {
			err = forms.Invalid{{Field: "type", Code: "form.retired", Text: forms.Text(bar.Problems[0].Text)}}
		}
		if q.Key == "" {
			return nil, err
		}
		return r.reservedBefore(ctx, actor, q, request, err) // it was taken before the form ended
	}
	block := newBlock()
	var out []ReservedNumber
	err = k.store.Update(ctx, func(ctx context.Context, tx Tx) error {
		last, err := tx.Cases().Counter(ctx, scope)
		if err != nil {
			return err
		}
		var taken []ReservedNumber
		for i := range q.Count {
			number, err := kind.number.Format(day, last+int64(i)+1, parts)
			if err != nil {
				return err
			}
			n := ReservedNumber{
				Number: number, Type: q.Type, Title: kind.Title, Block: block, State: NumberFree, Reason: strings.TrimSpace(q.Reason), By: by.Name, At: now,
			}
			if err := k.putNumber(ctx, tx, 0, n, by, now); err != nil {
				return err
			}
			taken = append(taken, n)
		}
		if err := tx.Cases().SetCounter(ctx, scope, last+int64(q.Count)); err != nil {
			return err
		}
		out = taken
		if q.Key == "" {
			return nil
		}
		return tx.Outcomes().Put(ctx, Outcome{Actor: actor.Person, Key: q.Key, Request: request, Case: block, At: now})
	})
	if err != nil && q.Key != "" {
		out, err = r.reservedBefore(ctx, actor, q, request, err)
	}
	return out, err
}

// countsFor refuses a count of a unit that there is not, where the numbers of a type
// name the unit.
func (k *Kit) countsFor(ctx context.Context, kind *kind, unit string) error {
	if !kind.byUnit() {
		return nil
	}
	known := unit != ""
	if port, ok := k.directory.(Roster); ok && known {
		_, found, err := port.Unit(ctx, unit)
		if err != nil {
			return fmt.Errorf("ismskit: directory: %w", err)
		}
		known = found
	}
	if !known {
		return numberFault("unit", "number.unit", nil)
	}
	return nil
}

// newBlock names a block so that names follow the order in which blocks were made.
func newBlock() string { return uuid.Must(uuid.NewV7()).String() }

// reservationDigest tells one reservation from another under the same key.
func reservationDigest(q Reservation) (evidence.Digest, error) {
	b, err := json.Marshal(struct{ Reservation Reservation }{q})
	return digestOf(b), err
}

// reservedBefore answers a reservation that failed with the block the same one took
// before: a double click, or an answer that was lost on its way.
func (r PaperNumbers) reservedBefore(ctx context.Context, actor Actor, q Reservation, request evidence.Digest, failed error) ([]ReservedNumber, error) {
	earlier, found := Outcome{}, false
	err := r.k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		o, ok, err := tx.Outcomes().Get(ctx, actor.Person, q.Key)
		earlier, found = o, ok
		return err
	})
	switch {
	case err != nil:
		return nil, unknownOutcome(err, failed)
	case !found:
		return nil, failed
	case earlier.Request != request:
		return nil, ErrKeyReused
	}
	all, err := r.List(ctx, actor, q.Type)
	return slices.DeleteFunc(all, func(n ReservedNumber) bool { return n.Block != earlier.Case }), err
}

// List lists reserved numbers, the newest blocks first: of one type, or all. For
// Rights.ManageRecords.
func (r PaperNumbers) List(ctx context.Context, actor Actor, typ string) ([]ReservedNumber, error) {
	r.k = r.k.once()
	k := r.k
	if err := k.allow(ctx, actor, k.cfg.Rights.ManageRecords); err != nil {
		return nil, err
	}
	q := register.Query{List: register.ReservedNumbers}
	if typ != "" {
		q.Keys = []string{register.Key("type", typ)}
	}
	var rows []register.Row
	err := k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		found, err := tx.Registers().Rows(ctx, q)
		rows = found
		return err
	})
	if err != nil {
		return nil, err
	}
	out := make([]ReservedNumber, 0, len(rows))
	changedBy := map[string]string{} // names, by id
	for _, row := range rows {
		n, err := k.numberOf(row)
		if err != nil {
			return nil, err
		}
		if kind, ok := k.kinds.latestOf(n.Type); ok {
			n.Title = kind.Title
		}
		name, known := changedBy[row.ChangedBy]
		if !known {
			if name, err = k.nameOf(ctx, row.ChangedBy); err != nil {
				return nil, err
			}
			changedBy[row.ChangedBy] = name
		}
		n.By = name
		out = append(out, n)
	}
	slices.SortFunc(out, func(a, b ReservedNumber) int {
		if a.Block != b.Block {
			return strings.Compare(b.Block, a.Block)
		}
		return strings.Compare(a.Number, b.Number)
	})
	return out, nil
}

// Void says that a reserved number will not be used, and why: it is listed as void
// for good. With that of a case that went on on paper the matter ends: its paper can't be
// entered any more, the case's record says so (workflow.VerbPaperVoid), and its applicant is
// told. For Rights.ManageRecords; one that is used or void is refused with forms.Invalid at
// number, one nobody reserved with ErrNotFound.
func (r PaperNumbers) Void(ctx context.Context, actor Actor, number, reason string) error {
	r.k = r.k.once()
	k := r.k
	if err := k.allow(ctx, actor, k.cfg.Rights.ManageRecords); err != nil {
		return err
	}
	if strings.TrimSpace(reason) == "" {
		return numberFault("reason", "number.void_reason", nil)
	}
	by, err := k.byline(ctx, actor)
	if err != nil {
		return err
	}
	n, found, err := k.reservedNumber(ctx, number)
	if err != nil {
		return err
	}
	v := voidsNumber{number: number, reason: strings.TrimSpace(reason)}
	if found && n.From != "" && n.State == NumberFree {
		return k.voidPaper(ctx, actor, by, n.From, v)
	}
	return k.store.Update(ctx, func(ctx context.Context, tx Tx) error { return v.put(ctx, k, tx, by, k.moment()) })
}

func numberFault(field, code string, params map[string]string) error {
	return forms.Invalid{{Field: field, Code: code, Text: sayAll(code, func(string) map[string]string { return params })}}
}
