package catalog

import (
	"context"
	"fmt"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/workflow"
)

// lost notes, once its case is approved, that the original of a paper is lost: what
// stands in its place is the copy that case holds, attested by the unit head.
func lost(ctx context.Context, c ismskit.Closing) ([]ismskit.Effect, error) {
	if c.Outcome != workflow.OutcomeDone {
		return nil, nil
	}
	original, _ := c.Values["original"].(forms.Ref)
	rows, err := c.Rows(ctx, register.Query{List: register.Originals, IDs: []string{original.ID}})
	if err != nil {
		return nil, err
	}
	if len(rows) != 1 {
		return nil, fmt.Errorf("catalog: there is no original %q", original.ID)
	}
	values, err := c.Lists.Values(rows[0])
	if err != nil {
		return nil, err
	}
	values = values.Clone()
	values["state"], values["lost_case"] = "lost", c.Case.ID
	form, _ := c.Lists.Form(register.Originals)
	return []ismskit.Effect{ismskit.PutRow{
		List: register.Originals, ID: rows[0].ID, Seen: rows[0].Revision, Values: form.EncodeJSON(values), Reason: c.Case.Number,
	}}, nil
}
