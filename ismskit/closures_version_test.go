package ismskit_test

import (
	"context"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/register"
)

// What was entered under the first version of the list of calendars says of no day what
// it is: it is a day on which offices were closed. It moves deadlines, an outage beside
// it leaves it as it is stored, and it is withdrawn like any other.
func TestAClosureEnteredBeforeOutagesIsAClosure(t *testing.T) {
	eachStoreWith(t, []ismskit.Type{memo(t, incidentFlow)}, func(t *testing.T, o *office) {
		o.closed(typhoon)
		o.unkinded()
		id := o.memo()
		o.due(id, map[string]string{"head": "11-28 00:00"})
		if all := o.closures(); len(all) != 1 || all[0].Outage || all[0].Date != typhoon.From || all[0].Withdrawn {
			t.Fatalf("%+v", all)
		}
		o.closed(ismskit.ClosedDays{From: on(11, 25), Outage: true, Reason: "機房停電"})
		o.due(id, map[string]string{"head": "12-01 00:00"})
		lines := strings.Split(string(o.calendarsRow().Values), `{"_row"`)[1:]
		if len(lines) != 2 || strings.Contains(lines[0], "kind") || !strings.Contains(lines[1], `"kind":"outage"`) {
			t.Errorf("stored: %q", lines)
		}
		o.withdrawn(typhoon.From)
		o.due(id, map[string]string{"head": "11-28 00:00"})
	})
}

func (o *office) calendarsRow() register.Row {
	o.t.Helper()
	var row register.Row
	err := o.store.View(o.ctx, func(ctx context.Context, tx ismskit.Tx) error {
		rows, err := tx.Registers().Rows(ctx, register.Query{List: register.Calendars})
		if len(rows) == 1 {
			row = rows[0]
		}
		return err
	})
	if err != nil || row.Revision == 0 {
		o.t.Fatalf("one row of the list of calendars: %+v %v", row, err)
	}
	return row
}

// unkinded stores the calendar's row as the first version of the list had it.
func (o *office) unkinded() {
	o.t.Helper()
	row := o.calendarsRow()
	const kind = `"kind":"closed",`
	if !strings.Contains(string(row.Values), kind) {
		o.t.Fatalf("%s", row.Values)
	}
	row.Values, row.Revision = []byte(strings.ReplaceAll(string(row.Values), kind, "")), row.Revision+1
	err := o.store.Update(o.ctx, func(ctx context.Context, tx ismskit.Tx) error { return tx.Registers().Put(ctx, row) })
	if err != nil {
		o.t.Fatal(err)
	}
}
