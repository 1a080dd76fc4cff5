package ismskit

import (
	"context"
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/workflow"
)

// Handover makes a type the sheet on which somebody hands over what he has in the house.
// Its table follows from him: until it is sent, the Kit keeps a row for everything that
// Work.Held tells of him and that does not end with him, so that nobody can leave one out.
// Rows of the kind "other" are typed by hand, such as keys and furniture.
type Handover struct {
	Person string `json:"person"` // person field: who hands over
	// LastDay is the date field of his last day; "" where the form has none of its own.
	LastDay string `json:"last_day,omitempty"`
	Items   string `json:"items"` // the table
	// Columns of the table: in what way he has it (choice), what it is (text), that a
	// successor must be named (boolean), and whom (person).
	Kind      string `json:"kind"`
	What      string `json:"what"`
	Needed    string `json:"needed"`
	Successor string `json:"successor"`
	// Move asks where he goes who stays in the house; nil where it is not asked.
	Move *Transfer `json:"move,omitempty"`
}

// otherItem is the kind of a row that was typed by hand.
const otherItem = "other"

// checkHandover holds a type's sheet to its form.
func (k *kind) checkHandover() error {
	h := k.Handover
	if h == nil {
		return nil
	}
	var faults []error
	is := func(path, typ string) {
		key, column, inTable := strings.Cut(path, ".")
		f, ok := fieldNamed(k.Form.Fields, key)
		if ok && inTable {
			f, ok = columnNamed(f, column)
		}
		if !ok || f.Type != typ {
			faults = append(faults, fmt.Errorf("handover: field %q is no %s of the form", path, typ))
		}
	}
	is(h.Person, "person")
	is(h.Items, "table")
	is(h.Items+"."+h.Kind, "choice")
	is(h.Items+"."+h.What, "text")
	is(h.Items+"."+h.Needed, "boolean")
	is(h.Items+"."+h.Successor, "person")
	if h.LastDay != "" {
		is(h.LastDay, "date")
	}
	if h.Move != nil {
		is(h.Move.Unit, "unit")
		is(h.Move.Post, "ref")
		is(h.Move.From, "date")
	}
	return errors.Join(faults...)
}

// leaver is whose things a sheet hands over, "" for none, and of any other type.
func (k *kind) leaver(values forms.Values) string {
	if k == nil || k.Handover == nil {
		return ""
	}
	p, _ := values[k.Handover.Person].(forms.Person)
	if p.Kind != forms.InDirectory {
		return ""
	}
	return p.ID
}

// lastDay is the last day of who hands over on a sheet, zero where it is not said.
func (k *kind) lastDay(values forms.Values) calendar.Date {
	if k.Handover == nil {
		return calendar.Date{}
	}
	last, _ := values[k.Handover.LastDay].(calendar.Date)
	return last
}

// RowID is the identity of a holding's row on a sheet: it follows from what it is, so that
// what is there when the sheet takes effect is found on it again.
func (h Holding) RowID() string {
	sum := sha256.Sum256([]byte(h.Key))
	return strings.ToLower(base32.StdEncoding.EncodeToString(sum[:10]))
}

// proposed is a sheet with the rows that follow from whose it is; of any other type, and
// of a sheet that has been sent, it is as it was.
func (k *Kit) proposed(ctx context.Context, c caseInHand, values forms.Values, at time.Time) (forms.Values, error) {
	h := c.kind.Handover
	if h == nil || c.state.Phase != workflow.PhaseDraft && c.state.Phase != workflow.PhaseReturned {
		return values, nil
	}
	old, _ := values[h.Items].([]forms.Row)
	known := map[string]forms.Row{}
	var byHand []forms.Row
	for _, row := range old {
		id, _ := row[forms.RowID].(string)
		known[id] = row
		if row[h.Kind] == otherItem || row[h.Kind] == nil {
			byHand = append(byHand, row)
		}
	}
	var rows []forms.Row
	if person := c.kind.leaver(values); person != "" {
		all, err := k.holdings(ctx, System("handover"), person, at)
		if err != nil {
			return nil, err
		}
		mover, err := k.People().holder(ctx, person)
		if err != nil {
			return nil, err
		}
		behind := k.leftBehind(ctx, c.kind, values, mover.Unit, at)
		for _, held := range all {
			left, err := behind(held)
			if err != nil {
				return nil, err
			}
			if held.Ends && !left || !c.kind.asksFor(held.Kind) {
				continue
			}
			if left {
				held.onSheet = sayAll("handover.deputyship", func(lang string) map[string]string { return map[string]string{"name": held.Name.In(lang)} })
			}
			id := held.RowID()
			row := forms.Row{forms.RowID: id}
			for column, v := range known[id] {
				row[column] = v
			}
			row[h.Kind], row[h.What], row[h.Needed] = string(held.Kind), held.sheetName().In(k.cfg.Lang), held.Needed
			rows = append(rows, row)
		}
	}
	out := values.Clone()
	delete(out, h.Items)
	if rows = append(rows, byHand...); len(rows) > 0 {
		out[h.Items] = rows
	}
	return out, nil
}

// asksFor says whether a sheet has rows of a kind: one that was written before a kind was
// known has none of it. When it takes effect, what must not stay with nobody comes to the
// head.
func (k *kind) asksFor(held HoldingKind) bool {
	info, _ := k.form.Field(k.Handover.Items + "." + k.Handover.Kind)
	return slices.Contains(info.Options, string(held))
}

// handoverFaults are what is wrong with the successors of a sheet: nobody hands over to
// himself, except what a move alone would end, which he so keeps.
func (c *caseInHand) handoverFaults() forms.Invalid {
	h, person := c.kind.Handover, c.kind.leaver(c.values)
	if person == "" {
		return nil
	}
	var out forms.Invalid
	rows, _ := c.values[h.Items].([]forms.Row)
	for i, row := range rows {
		keeps := row[h.Kind] == string(HoldsDeputyship) && h.goesTo(c.values) != ""
		if to, _ := row[h.Successor].(forms.Person); to.ID == person && !keeps {
			id, _ := row[forms.RowID].(string)
			title, _ := row[h.What].(string)
			out = append(out, forms.Fault{
				Field: h.Items + "." + h.Successor, Row: i + 1, RowID: id, Title: title, Code: "handover.self",
				Text: sayAll("handover.self", func(string) map[string]string { return map[string]string{"name": to.Name} }),
			})
		}
	}
	return slices.Clip(out)
}

// handoverTwice refuses a sheet for somebody for whom another one is on its way: each would
// take effect by itself. Which it is, is said to who may read it.
func (k *Kit) handoverTwice(ctx context.Context, actor Actor, c caseInHand, now time.Time) (forms.Invalid, error) {
	person := c.kind.leaver(c.values)
	if person == "" {
		return nil, nil
	}
	other, found, err := k.anySheetUnderWay(ctx, person, func(other caseInHand) bool { return other.row.ID != c.row.ID })
	if err != nil || !found {
		return nil, err
	}
	number, err := k.numberFor(ctx, actor, other.row, now)
	if err != nil {
		return nil, err
	}
	field := c.kind.Handover.Person
	who, _ := c.values[field].(forms.Person)
	text := sayAll("handover.twice", func(string) map[string]string { return map[string]string{"name": who.Name, "number": number} })
	if number == "" {
		text = sayAll("handover.twice.unnamed", func(string) map[string]string { return map[string]string{"name": who.Name} })
	}
	return forms.Invalid{{Field: field, Code: "handover.twice", Text: text}}, nil
}

// anySheetUnderWay is a sheet for somebody, of any type, that is on its way and suits.
func (k *Kit) anySheetUnderWay(ctx context.Context, person string, suits func(caseInHand) bool) (caseInHand, bool, error) {
	for _, key := range k.kinds.keys {
		if kind, ok := k.kinds.latestOf(key); !ok || kind.Handover == nil {
			continue
		}
		if c, found, err := k.sheetUnderWay(ctx, key, person, suits); err != nil || found {
			return c, found, err
		}
	}
	return caseInHand{}, false, nil
}

// sheetUnderWay is a sheet of a type for somebody that is on its way and suits.
func (k *Kit) sheetUnderWay(ctx context.Context, typ, person string, suits func(caseInHand) bool) (caseInHand, bool, error) {
	q := CaseQuery{
		Types: []string{typ}, Limit: heldAtOnce,
		Phases: []string{string(workflow.PhaseRunning), string(workflow.PhaseReturned), string(workflow.PhaseSuspended)},
	}
	for {
		rows, err := k.listCases(ctx, q)
		if err != nil {
			return caseInHand{}, false, err
		}
		for _, row := range rows {
			c, err := k.inHand(ctx, row)
			if unread(err) {
				k.leftOut(ctx, row.ID, err)
				continue
			}
			if err != nil {
				return caseInHand{}, false, err
			}
			if c.kind.leaver(c.values) == person && suits(c) {
				return c, true, nil
			}
		}
		if len(rows) < heldAtOnce {
			return caseInHand{}, false, nil
		}
		last := rows[len(rows)-1]
		q.After, q.AfterID = last.Created, last.ID
	}
}
