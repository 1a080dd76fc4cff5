package ismskit

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/record"
	"github.com/ismskit/ismskit/workflow"
)

// A record is disposed of (銷毀) by a case whose type names a table of them (Type.Disposes): the
// units agree, it is approved, and what the records held is taken away. The table, and with it the
// list of what was disposed of, stays for ever (檔案法 §12).

// Columns of that table. The applicant names the records by their numbers, those of one number and those
// of none by their ids in the archive (RecordNamed); the Kit fills in the others until the request is
// sent, and no step edits them. What a record is called and where its
// original is the table shows to who may know it, and does not keep: the list stays for ever, and
// what is disposed of is not to.
const (
	DisposalNumber   = "number"   // text
	DisposalRecord   = "record"   // text: id in the archive
	DisposalSubject  = "subject"  // text
	DisposalForm     = "form"     // text
	DisposalUnit     = "unit"     // unit: whose record it is, empty where it is of none
	DisposalClosed   = "closed"   // date
	DisposalLast     = "last"     // date: the last day on which it was to be kept
	DisposalRule     = "rule"     // text
	DisposalOriginal = "original" // text: where the original is
)

var disposalColumns = map[string]string{
	DisposalNumber: "text", DisposalRecord: "text", DisposalSubject: "text", DisposalForm: "text", DisposalUnit: "unit",
	DisposalClosed: "date", DisposalLast: "date", DisposalRule: "text", DisposalOriginal: "text",
}

// checkDisposes holds Type.Disposes to the form.
func (k *kind) checkDisposes() error {
	if k.Disposes == "" {
		return nil
	}
	table, ok := fieldNamed(k.Form.Fields, k.Disposes)
	if !ok || table.Type != "table" || table.Later {
		return fmt.Errorf("disposes: field %q is no table of the form", k.Disposes)
	}
	var faults []error
	for key, typ := range disposalColumns {
		f, ok := columnNamed(table, key)
		switch {
		case !ok || f.Type != typ:
			faults = append(faults, fmt.Errorf("disposes: table %q has no column %q that is a %s", k.Disposes, key, typ))
		case f.Later == (key == DisposalNumber):
			faults = append(faults, fmt.Errorf("disposes: column %q is to be later: %t", key, !f.Later))
		}
	}
	return errors.Join(faults...)
}

// disposable is one row of such a table: the record that it names, and what is against it.
type disposable struct {
	row  forms.Row
	kept KeptRecord
	code string // why it can't be disposed of, "" where nothing is against it
	text forms.Text
}

func (d *disposable) against(code string, text forms.Text) { d.code, d.text = code, text }

// disposables are the records that a request names, as its actor may read them.
func (k *Kit) disposables(ctx context.Context, actor Actor, c caseInHand, values forms.Values) ([]disposable, error) {
	rows, _ := values[c.kind.Disposes].([]forms.Row)
	if len(rows) == 0 {
		return nil, nil
	}
	kept, err := k.retaining(ctx)
	if err != nil {
		return nil, err
	}
	named := func(row forms.Row) string { s, _ := row[DisposalNumber].(string); return strings.TrimSpace(s) }
	names := make([]string, len(rows))
	for i, row := range rows {
		names[i] = named(row)
	}
	found, err := k.recordsNamed(ctx, actor, names)
	if err != nil {
		return nil, err
	}
	today := calendar.DateOf(k.moment().In(k.location))
	listed, err := k.listedNow(ctx, c.row.ID)
	if err != nil {
		return nil, err
	}
	numberOf := k.numbersFor(ctx, actor, k.moment())
	seen := map[string]bool{}
	out := make([]disposable, len(rows))
	for i, row := range rows {
		n := named(row)
		out[i] = disposable{row: row}
		says := func(code, which string) {
			out[i].against(code, sayAll(code, func(string) map[string]string { return map[string]string{"what": n, "which": which} }))
		}
		switch its := found[n]; {
		case n == "":
		case len(its) == 0:
			says("dispose.none", "")
		case len(its) > 1:
			says("dispose.several", whichOf(its))
		case seen[its[0].ID]:
			out[i].against("dispose.twice", saidOf("dispose.twice", k.recordCalled(its[0])))
		default:
			seen[its[0].ID] = true
			called := k.recordCalled(its[0])
			var over bool
			out[i].kept, over = k.overdue(kept, its[0], today)
			list, isListed := listed[its[0].ID]
			switch {
			case its[0].State == record.StateDisposed:
				out[i].against("dispose.done", saidOf("dispose.done", called))
			case !over:
				out[i].against("dispose.early", saidOf("dispose.early", called))
			case out[i].kept.Held:
				n = out[i].kept.Hold.Name
				says("dispose.held", "")
			case isListed:
				number, err := numberOf(list)
				if err != nil {
					return nil, err
				}
				out[i].against("dispose.listed", saidOfList("dispose.listed", "dispose.listed.unnamed", number, called))
			}
		}
	}
	return out, nil
}

// disposalFollowing fills in what follows from the records that a request names, until it is sent.
func (k *Kit) disposalFollowing(ctx context.Context, actor Actor, c caseInHand, values forms.Values) (forms.Values, error) {
	if c.kind.Disposes == "" || !c.unsentYet() {
		return values, nil
	}
	all, err := k.disposables(ctx, actor, c, values)
	if err != nil || len(all) == 0 {
		return values, err
	}
	rows := make([]forms.Row, len(all))
	for i, d := range all {
		row := forms.Row{}
		for _, key := range []string{forms.RowID, DisposalNumber} {
			if v, ok := d.row[key]; ok {
				row[key] = v
			}
		}
		set := func(key, value string) {
			if value != "" {
				row[key] = value
			}
		}
		if r := d.kept; r.ID != "" {
			set(DisposalRecord, r.ID)
			// What it is called and where its original is are not kept here: see disposalShown.
			set(DisposalForm, r.Form)
			set(DisposalRule, r.Rule.Name)
			unit, err := k.unitNow(ctx, r.Unit)
			if err != nil {
				return nil, err
			}
			if unit.ID != "" {
				row[DisposalUnit] = unit
			}
			if !r.Closed.IsZero() {
				row[DisposalClosed] = calendar.DateOf(r.Closed.In(k.location))
			}
			if !r.Last.IsZero() {
				row[DisposalLast] = calendar.DateOf(r.Last)
			}
		}
		rows[i] = row
	}
	if c.kind.unitsAlone() && !slices.ContainsFunc(rows, func(row forms.Row) bool { return row[DisposalUnit] != nil }) {
		unit, err := k.unitNow(ctx, c.row.Unit)
		if err != nil {
			return nil, err
		}
		for _, row := range rows {
			if unit.ID != "" {
				row[DisposalUnit] = unit
			}
		}
	}
	out := values.Clone()
	out[c.kind.Disposes] = rows
	return out, nil
}

// unitsOfList is the field by which a step finds the units whose records are on the list.
func (k *kind) unitsOfList() string { return k.Disposes + "." + DisposalUnit }

// unitsAlone says whether a step knows no way but the units of the list to find who agrees, as a list of an
// earlier version that was returned: where its records are of no unit, the one that made it is filled in.
func (k *kind) unitsAlone() bool {
	return slices.ContainsFunc(k.flow.Steps(), func(s workflow.Step) bool { return len(s.Who) == 1 && s.Who[0].Of == k.unitsOfList() })
}

// disposalFaults are what is against the records that a request names; of a draft that they stand in
// another list.
func (k *Kit) disposalFaults(ctx context.Context, actor Actor, c caseInHand, draft bool) (forms.Invalid, error) {
	if c.kind.Disposes == "" || !c.unsentYet() {
		return nil, nil
	}
	all, err := k.disposables(ctx, actor, c, c.values)
	var out forms.Invalid
	for i, d := range all {
		if d.code != "" && (!draft || d.code == "dispose.listed") {
			out = append(out, forms.Fault{Field: c.kind.Disposes + "." + DisposalNumber, Row: i + 1, Code: d.code, Text: d.text})
		}
	}
	return out, err
}

// Dispose takes away what the records held that a request of Type.Disposes names; it is what its
// hook answers with once it is approved. The records are gone through after the signature, one
// transaction each; one that may not be disposed of any more, for a hold has come since, stays,
// and the request says so.
type Dispose struct{}

func (Dispose) describe() string { return "dispose of what is listed" }

func (Dispose) apply(ctx context.Context, w *work, tx Tx) error {
	return enqueue(ctx, tx, w.now, Job{Key: jobDispose + "|" + w.after.row.ID, Kind: jobDispose, Subject: w.after.row.ID, Due: w.now})
}
