package ismskit

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/register"
)

// closedDays are the closures of the list that are not withdrawn, in an order that
// says nothing.
func (k *Kit) closedDays(ctx context.Context, tx Tx) ([]closedDay, error) {
	var out []closedDay
	err := k.eachClosure(ctx, tx, func(agency string, _ register.Row, line forms.Row) {
		if withdrawn, _ := line["withdrawn"].(bool); !withdrawn {
			out = append(out, closedDay{Agency: agency, Closure: closureOf(line)})
		}
	})
	inOrder(out)
	return out, err
}

func inOrder(days []closedDay) {
	slices.SortFunc(days, func(a, b closedDay) int {
		return cmp.Or(a.Date.Compare(b.Date), strings.Compare(a.Agency, b.Agency), strings.Compare(string(a.Part), string(b.Part)),
			strings.Compare(a.Place, b.Place), strings.Compare(a.Reason, b.Reason), strings.Compare(ClosureKind(a.Outage), ClosureKind(b.Outage)))
	})
}

// eachClosure goes through the closures of the list of calendars.
func (k *Kit) eachClosure(ctx context.Context, tx Tx, see func(agency string, row register.Row, line forms.Row)) error {
	rows, err := tx.Registers().Rows(ctx, register.Query{List: register.Calendars})
	if err != nil {
		return err
	}
	for _, row := range rows {
		if err := k.closuresOf(row, see); err != nil {
			return err
		}
	}
	return nil
}

// closuresOf goes through the closures of one row of it.
func (k *Kit) closuresOf(row register.Row, see func(agency string, row register.Row, line forms.Row)) error {
	values, err := k.lists.Values(row)
	if err != nil {
		return err
	}
	agency, _ := values["agency"].(forms.Ref)
	lines, _ := values["closures"].([]forms.Row)
	for _, line := range lines {
		see(agency.ID, row, line)
	}
	return nil
}

// partOf are the parts of a day as the list names them.
var partOf = map[string]calendar.Part{"day": calendar.WholeDay, "morning": calendar.Morning, "afternoon": calendar.Afternoon}

func closureOf(line forms.Row) calendar.Closure {
	day, _ := line["day"].(calendar.Date)
	text := func(key string) string { s, _ := line[key].(string); return s }
	return calendar.Closure{Date: day, Part: partOf[text("part")], Place: text("place"), Reason: text("reason"), Outage: text("kind") == KindOutage}
}
