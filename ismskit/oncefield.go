package ismskit

import (
	"context"
	"fmt"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/workflow"
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
func (k *Kit) onceTwice(ctx context.Context, c caseInHand) (forms.Invalid, error) {
	about, ok := c.values[c.kind.Once].(forms.Ref)
	if c.kind.Once == "" || !ok || about.ID == "" {
		return nil, nil
	}
	q := CaseQuery{
		Types: []string{c.row.Type}, Limit: heldAtOnce,
		Phases: []string{string(workflow.PhaseRunning), string(workflow.PhaseReturned), string(workflow.PhaseSuspended)},
	}
	for {
		rows, err := k.listCases(ctx, q)
		if err != nil {
			return nil, err
		}
		for _, row := range rows {
			other, err := k.inHand(ctx, row)
			if unread(err) {
				k.leftOut(ctx, row.ID, err)
				continue
			}
			if err != nil {
				return nil, err
			}
			if said, _ := other.values[c.kind.Once].(forms.Ref); row.ID != c.row.ID && said.List == about.List && said.ID == about.ID {
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
