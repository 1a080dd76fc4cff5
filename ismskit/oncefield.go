package ismskit

import (
	"context"
	"fmt"
	"time"

	"github.com/ismskit/ismskit/forms"
)

// checkOnce holds Type.Once to the form.
func (k *kind) checkOnce() error {
	if k.Once == "" {
		return nil
	}
	if f, ok := fieldNamed(k.Form.Fields, k.Once); !ok || f.Type != "ref" {
		return fmt.Errorf("once: field %q is no ref of the form", k.Once)
	}
	return nil
}

// onceTwice says that another request about the same is on its way (Type.Once), and which it is
// where the actor may read it.
func (k *Kit) onceTwice(ctx context.Context, actor Actor, c caseInHand, now time.Time) (forms.Invalid, error) {
	if c.kind.Once == "" {
		return nil, nil
	}
	var other CaseRow
	err := k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		found, err := onceOther(ctx, tx, c)
		other = found
		return err
	})
	if err != nil || other.ID == "" {
		return nil, err
	}
	number, err := k.numberFor(ctx, actor, other, now)
	if err != nil {
		return nil, err
	}
	return c.onceFault(number), nil
}

// onceFault refuses a request because of another one, whose number is "" for who may not know it.
func (c *caseInHand) onceFault(number string) forms.Invalid {
	about, _ := c.values[c.kind.Once].(forms.Ref)
	info, _ := c.kind.form.Field(c.kind.Once)
	text := sayAll("once.twice", func(string) map[string]string { return map[string]string{"name": about.Name, "number": number} })
	if number == "" {
		text = sayAll("once.twice.unnamed", func(string) map[string]string { return map[string]string{"name": about.Name} })
	}
	return forms.Invalid{{Field: c.kind.Once, Code: "once.twice", Label: info.Label, Text: text}}
}

// onceOther is another request about the same that is on its way, the zero one where there is none.
func onceOther(ctx context.Context, tx Tx, c caseInHand) (CaseRow, error) {
	about, ok := c.values[c.kind.Once].(forms.Ref)
	if !ok || about.ID == "" {
		return CaseRow{}, nil
	}
	q := CaseQuery{Types: []string{c.row.Type}, Limit: heldAtOnce, Phases: underWay}
	for {
		rows, err := tx.Cases().List(ctx, q)
		if err != nil {
			return CaseRow{}, err
		}
		for _, row := range rows {
			other, _ := c.kind.form.Restore(row.Values) // of another version, whose other fields may not fit
			if said, _ := other[c.kind.Once].(forms.Ref); row.ID != c.row.ID && said.List == about.List && said.ID == about.ID {
				return row, nil
			}
		}
		if len(rows) < heldAtOnce {
			return CaseRow{}, nil
		}
		last := rows[len(rows)-1]
		q.After, q.AfterID = last.Created, last.ID
	}
}

// onceAlone is held by a request that is sent: of two about the same that are sent in the same
// instant one is refused.
type onceAlone struct{}

func (onceAlone) describe() string { return "one request about the same at a time" }

func (onceAlone) apply(ctx context.Context, w *work, tx Tx) error {
	if err := alone(ctx, tx, aloneOnce+w.after.row.Type); err != nil {
		return err
	}
	other, err := onceOther(ctx, tx, w.after)
	if err == nil && other.ID != "" {
		err = w.after.onceFault("").Err() // sent in the same instant: who may read it isn't asked within a transaction
	}
	return err
}
