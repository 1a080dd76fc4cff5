package catalog

import (
	"context"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/workflow"
)

// Why somebody hands over: all but one who moves are not in the house afterwards, and one
// on unpaid leave comes back.
const (
	reasonTransfer    = "transfer"
	reasonUnpaidLeave = "unpaid_leave"
)

// handedOver passes on, when the last day of somebody is over, what his sheet says, and
// puts who moves into his new post on the day he starts there. Asked about one of his own
// accounts it says how that ends.
func handedOver(ctx context.Context, c ismskit.Closing) ([]ismskit.Effect, error) {
	if c.Outcome != workflow.OutcomeDone {
		return nil, nil
	}
	if c.Grant != "" {
		return userLeft(ctx, c)
	}
	person, _ := c.Values["person"].(forms.Person)
	last, _ := c.Values["last_day"].(calendar.Date)
	reason, _ := c.Values["reason"].(string)
	over := ismskit.HandOver{Person: person.ID, LastDay: last, To: map[string]string{}, Leaves: reason != reasonTransfer}
	switch reason {
	case reasonTransfer: // his accounts go on, and their requests say what changes
	case reasonUnpaidLeave:
		over.Back, _ = c.Values["return_day"].(calendar.Date)
	default:
		over.Accounts = true
	}
	rows, _ := c.Values["items"].([]forms.Row)
	for _, row := range rows {
		id, _ := row[forms.RowID].(string)
		if to, _ := row["successor"].(forms.Person); to.ID != "" {
			over.To[id] = to.ID
		}
	}
	effects := []ismskit.Effect{over}
	// A sheet of the first version did not ask where he goes.
	if unit, _ := c.Values["new_unit"].(forms.Ref); unit.ID != "" && reason == reasonTransfer {
		to := ismskit.Appoint{Person: person.ID, Unit: unit.ID}
		post, _ := c.Values["new_post"].(forms.Ref)
		to.Post = post.ID
		to.From, _ = c.Values["new_from"].(calendar.Date)
		effects = append(effects, to)
	}
	return effects, nil
}
