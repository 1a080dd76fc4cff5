package ismskit

import (
	"context"
	"fmt"

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

// onceTwice says that another request about the same is on its way (Type.Once).
func (k *Kit) onceTwice(ctx context.Context, c caseInHand) (twice forms.Invalid, err error) {
	if c.kind.Once == "" {
		return nil, nil
	}
	err = k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		found, err := onceTwiceIn(ctx, tx, c)
		twice = found
		return err
	})
	return twice, err
}

func onceTwiceIn(ctx context.Context, tx Tx, c caseInHand) (forms.Invalid, error) {
	about, ok := c.values[c.kind.Once].(forms.Ref)
	if !ok || about.ID == "" {
		return nil, nil
	}
	q := CaseQuery{Types: []string{c.row.Type}, Limit: heldAtOnce, Phases: underWay}
	for {
		rows, err := tx.Cases().List(ctx, q)
		if err != nil {
			return nil, err
		}
		for _, row := range rows {
			other, _ := c.kind.form.Restore(row.Values) // of another version, whose other fields may not fit
			if said, _ := other[c.kind.Once].(forms.Ref); row.ID != c.row.ID && said.List == about.List && said.ID == about.ID {
				info, _ := c.kind.form.Field(c.kind.Once)
				return forms.Invalid{{Field: c.kind.Once, Code: "once.twice", Label: info.Label, Text: sayAll("once.twice", func(string) map[string]string {
					return map[string]string{"name": about.Name, "number": row.Number}
				})}}, nil
			}
		}
		if len(rows) < heldAtOnce {
			return nil, nil
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
	twice, err := onceTwiceIn(ctx, tx, w.after)
	if err == nil {
		err = twice.Err()
	}
	return err
}
