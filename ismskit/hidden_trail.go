package ismskit

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/evidence"
	"github.com/ismskit/ismskit/ismskit/register"
)

// A trail tells what a case said before: a request touched what it touches no more, and a document was
// chosen that was not the one. What is hidden of the case as it is now does not name these.

// hiddenOnTrail is, for each entry, what a reader must not see of it; hidden is what is hidden from him of the
// case as it is now.
func (k *Kit) hiddenOnTrail(ctx context.Context, actor Actor, c caseInHand, trail []Entry, hidden []string) ([][]string, error) {
	out := make([][]string, len(trail))
	for i := range out {
		out[i] = hidden
	}
	if actor.system || !c.kind.DocumentChange && c.kind.Lends == "" {
		return out, nil
	}
	touched, err := k.touchedBefore(ctx, actor, c, trail)
	if err != nil {
		return nil, err
	}
	unlent, err := k.unlentBefore(ctx, actor, c, trail)
	if err != nil {
		return nil, err
	}
	for i := range out {
		out[i] = slices.Concat(hidden, touched, unlent[i])
	}
	return out, nil
}

// redactedTrail takes out of a trail what its reader must not see of it.
func (k *Kit) redactedTrail(ctx context.Context, actor Actor, c caseInHand, trail []Entry, hidden []string) error {
	each, err := k.hiddenOnTrail(ctx, actor, c, trail, hidden)
	if err != nil {
		return err
	}
	for i := range trail {
		redactTrail(trail[i:i+1], each[i])
	}
	return nil
}

// touchedBefore are the rows of what a request touched at any time that its reader must not see.
func (k *Kit) touchedBefore(ctx context.Context, actor Actor, c caseInHand, trail []Entry) ([]string, error) {
	if !c.kind.DocumentChange {
		return nil, nil
	}
	refs := map[string]string{} // by the id of the row; "" for one that does not say what it is
	note := func(name string, value any) {
		parts := strings.FieldsFunc(name, func(r rune) bool { return r == '/' || r == '.' })
		if len(parts) > 0 && parts[0] == "row" {
			parts = parts[1:]
		}
		if len(parts) < 2 || parts[0] != ChangeTouches {
			return
		}
		ref := ""
		switch {
		case len(parts) == 3 && parts[2] == TouchRef:
			ref, _ = value.(string)
		case len(parts) == 2:
			if row, ok := value.(map[string]any); ok {
				ref, _ = row[TouchRef].(string)
			}
		}
		if ref != "" || refs[parts[1]] == "" {
			refs[parts[1]] = ref
		}
	}
	for _, e := range trail {
		for _, v := range e.Values {
			note(v.Name, v.Value)
		}
		for _, ch := range e.Changes {
			note(ch.Name, ch.From)
			note(ch.Name, ch.To)
		}
	}
	var rows []forms.Row
	for id, ref := range refs {
		rows = append(rows, forms.Row{forms.RowID: id, TouchRef: ref})
	}
	return k.touchedUnseen(ctx, actor, rows)
}

// unlentBefore are, for each entry of a request for a loan, the fields that tell which document it is, where
// that is one that its reader may not read and that was not lent to him. Whoever decided on it knows it.
func (k *Kit) unlentBefore(ctx context.Context, actor Actor, c caseInHand, trail []Entry) ([][]string, error) {
	out := make([][]string, len(trail))
	if c.kind.Lends == "" {
		return out, nil
	}
	mine, err := k.mine(ctx, actor, c, k.moment())
	if err != nil {
		return nil, err
	}
	if _, decides := hiddenIn(actor, c, mine); decides {
		return out, nil
	}
	d := k.Documents()
	reach, err := d.reach(ctx, actor)
	if err != nil || reach == nil {
		return out, err
	}
	may := map[string]bool{}
	if c.row.Applicant == actor.Person {
		loans, err := d.loansOf(ctx, register.Key(LoanCase, c.row.ID))
		if err != nil {
			return nil, err
		}
		for _, loan := range loans {
			may[loan.Document] = true
		}
	}
	tells := func(id string) (bool, error) {
		if told, asked := may[id]; asked || id == "" {
			return told || id == "", nil
		}
		doc, _, err := d.stored(ctx, id)
		may[id] = doc.ID != "" && reach.Lets(doc)
		return may[id], err
	}
	for i, e := range trail {
		for _, id := range refsSaid(e.Event, c.kind.Lends) {
			told, err := tells(id)
			if err != nil {
				return nil, err
			}
			if !told {
				out[i] = c.kind.lentFields()
			}
		}
	}
	return out, nil
}

// refsSaid are the ids that an entry says of a field with a reference.
func refsSaid(e Event, field string) (ids []string) {
	note := func(name string, value any) {
		if name = strings.TrimPrefix(name, "field/"); name != field {
			return
		}
		id, _ := value.(string)
		if ref, ok := value.(map[string]any); ok {
			id, _ = ref["id"].(string)
		}
		ids = append(ids, id)
	}
	for _, v := range e.Values {
		note(v.Name, v.Value)
	}
	for _, ch := range e.Changes {
		note(ch.Name, ch.From)
		note(ch.Name, ch.To)
	}
	return ids
}

// visible are the files that are in no hidden field.
func visible(files []Attached, hidden []string) []Attached {
	return slices.DeleteFunc(slices.Clone(files), func(a Attached) bool {
		return slices.ContainsFunc(hidden, func(field string) bool { return leafOf(a.Field, field) })
	})
}

// redactTrail takes hidden fields out of what the trail tells this reader; the
// entries in the store, and their hashes, stay as they are.
func redactTrail(trail []Entry, hidden []string) {
	if len(hidden) == 0 {
		return
	}
	hides := func(name string) bool {
		return slices.ContainsFunc(hidden, func(field string) bool { return leafOf(name, field) })
	}
	for i := range trail {
		e := &trail[i].Event
		e.Values = slices.DeleteFunc(slices.Clone(e.Values), func(v NamedValue) bool { return hides(v.Name) })
		if e.Certificate != nil && e.Certificate.says(hides) { // that it was signed stays
			told := *e.Certificate
			told.CertificateSignature, e.Certificate = evidence.CertificateSignature{Chain: told.Chain}, &told
		}
		e.Changes = slices.DeleteFunc(slices.Clone(e.Changes), func(c Changed) bool { return hides(c.Name) })
		for j, c := range e.Changes {
			e.Changes[j].From, e.Changes[j].To = withoutCells(c.Name, c.From, hidden), withoutCells(c.Name, c.To, hidden)
		}
	}
}

// withoutCells is what a change has on one side, without the hidden columns of a row that came
// or went as a whole.
func withoutCells(name string, side any, hidden []string) any {
	row, ok := side.(map[string]any)
	table, _, nested := strings.Cut(name, ".")
	if !ok || !nested || strings.Count(name, ".") != 1 {
		return side
	}
	row = maps.Clone(row)
	maps.DeleteFunc(row, func(column string, _ any) bool { return slices.Contains(hidden, table+"."+column) })
	return row
}

// leafOf says whether a leaf ("field/reason", "row/lines/k3f9/system") or the path
// of a change ("lines.k3f9.system") belongs to a field ("reason", "lines",
// "lines.system") or to a row (forms.HiddenRow), with which the leaf that lists the rows is hidden too.
func leafOf(name, field string) bool {
	parts := strings.FieldsFunc(name, func(r rune) bool { return r == '/' || r == '.' })
	if len(parts) > 1 && (parts[0] == "field" || parts[0] == "row") {
		parts = parts[1:]
	}
	if table, row, ok := strings.Cut(field, "#"); ok {
		return len(parts) > 0 && parts[0] == table && (len(parts) == 1 || parts[1] == row)
	}
	table, column, nested := strings.Cut(field, ".")
	if len(parts) == 0 || parts[0] != table {
		return false
	}
	return !nested || len(parts) == 3 && parts[2] == column
}
