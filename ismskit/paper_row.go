package ismskit

import (
	"context"
	"slices"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/workflow"
)

// What was done on a paper beyond the signatures that the flow asks for before the handling is
// recorded here by who answers for it: the lists follow the record, not the scan.

// PaperRow is what the paper of a request says to whoever handles a row of it.
type PaperRow struct {
	Case string // the entry, with its scan
	// Signed are the signatures that are neither the applicant's nor for a step before the
	// handling: those of who handled it on paper, as far as the paper says.
	Signed []PaperSignature
}

// PaperSignature is a signature on a paper, as its entry has it.
type PaperSignature struct {
	Name, Capacity, Opinion string
	Day                     calendar.Date
}

// paperRow is of a row that is still to be handled; nil of any other, and for whoever may not read
// the entry.
func (k *Kit) paperRow(ctx context.Context, actor Actor, c caseInHand, now time.Time) (*PaperRow, error) {
	if c.row.Parent == "" || c.state.Phase == workflow.PhaseClosed {
		return nil, nil
	}
	entry, may, err := k.readable(ctx, actor, c.row.Parent, now)
	if err != nil || !may || entry.kind.PaperOf == "" {
		return nil, err
	}
	hidden, err := k.hiddenFrom(ctx, actor, entry, nil, now)
	if err != nil {
		return nil, err
	}
	out := &PaperRow{Case: entry.row.ID}
	steps, err := k.paperSteps(ctx, actor, entry)
	if err != nil {
		return nil, err
	}
	rows, _ := entry.kind.form.Redact(entry.values, hidden)[paperSigners].([]forms.Row)
	named := func(person, capacity string) bool {
		return slices.ContainsFunc(steps, func(of paperStep) bool {
			return slices.ContainsFunc(of.by, func(h paperHand) bool { return h.who.Person == person && signedAs(capacity, h.names(of.step)...) })
		})
	}
	// Who signed for a step in his own right did so as whatever he wrote: where nothing that he signed
	// as is called like it, it is the first.
	var counted []string
	first := func(person string) bool {
		own := slices.ContainsFunc(steps, func(of paperStep) bool {
			return slices.ContainsFunc(of.by, func(h paperHand) bool { return h.who.Person == person && h.of == nil })
		})
		if !own || slices.Contains(counted, person) || slices.ContainsFunc(rows, func(row forms.Row) bool {
			who, _ := row["signer"].(forms.Person)
			capacity, _ := row["capacity"].(string)
			return who.ID == person && named(person, capacity)
		}) {
			return false
		}
		counted = append(counted, person)
		return true
	}
	for _, row := range rows {
		var s PaperSignature
		who, _ := row["signer"].(forms.Person)
		s.Name = who.Name
		s.Capacity, _ = row["capacity"].(string)
		s.Opinion, _ = row["opinion"].(string)
		s.Day, _ = row["signed_on"].(calendar.Date)
		before := calledOneOf(k.texts("word.applicant"), s.Capacity) || named(who.ID, s.Capacity) || first(who.ID)
		if s.Name != "" && !before {
			out.Signed = append(out.Signed, s)
		}
	}
	return out, nil
}
