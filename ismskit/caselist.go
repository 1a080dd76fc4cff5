package ismskit

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/workflow"
)

// CaseFilter selects cases of the actor's own.
type CaseFilter struct {
	Phases []string
	Types  []string
	After  time.Time
	// AfterID with After is the keyset: the last case seen.
	AfterID string
	Limit   int
	// Own leaves out what he filled in for others.
	Own bool
	// Begun keeps those that a person began, or those that the system opened; "" keeps
	// both.
	Begun Begun
}

// Begun is who began a case.
type Begun string

// A person sent it or fills it in; or the system opened it, and the actor is whom it
// asks or whose permission it is about.
const (
	BegunByPerson Begun = "person"
	BegunBySystem Begun = "system"
)

// keeps says whether a list keeps a line.
func (b Begun) keeps(line CaseLine) bool {
	return b == "" || (b == BegunBySystem) == (line.System != "")
}

// CaseLine is a case on a list.
type CaseLine struct {
	CaseRow
	Kind TypeInfo
	// SubjectIn is the subject in several languages, for SubjectFor.
	SubjectIn workflow.Text
	Writer    *workflow.Signer // who filled it in for the applicant, nil for himself
	Word      string
	// Waits are those it waits for, itself or in its rows.
	Waits []Waiting
	Step  workflow.Text
	// Since is when its present step was opened, or it was returned to its applicant.
	Since time.Time
	// Done and Of count ended and all child cases.
	Done, Of int
	// System is what the system did by opening it, as in Case.
	System SystemOpening
	// ReadOnly is why nothing can be done with it here, nil if something can.
	ReadOnly *ReadOnly
	// About says of a draft without a subject what it is about: the first system and the
	// first person that it names, as on record.
	About []string
	// Draft says that it has not been sent yet, MaySend that the actor may go on with
	// it, as in Case.
	Draft, MaySend bool
}

// Cases lists what the actor has applied for or filled in for others, newest first:
// drafts, running and ended. What others may see of it is for Records.
func (k *Kit) Cases(ctx context.Context, actor Actor, f CaseFilter) ([]CaseLine, error) {
	k = k.once()
	if _, err := k.person(ctx, actor.Person, k.moment()); err != nil {
		return nil, err
	}
	asked := k.newWaits(k.moment())
	q := CaseQuery{Applicant: actor.Person, Roots: true, Phases: f.Phases, Types: f.Types, After: f.After, AfterID: f.AfterID, Limit: f.Limit}
	var out []CaseLine
	for {
		rows, err := k.ownCases(ctx, q, f.Own)
		if err != nil {
			return nil, err
		}
		for _, row := range rows {
			line, err := k.line(ctx, row, asked.beside())
			if err != nil {
				return nil, err
			}
			if !f.Begun.keeps(line) {
				continue
			}
			if line.Kind.PaperOf != "" && row.Phase == string(workflow.PhaseDraft) && row.Writer != "" && row.Writer != actor.Person {
				continue // see paperDraftOf
			}
			line.Draft = row.Phase == string(workflow.PhaseDraft)
			line.MaySend = line.Draft && line.ReadOnly == nil // it is his, or he wrote it
			if out = append(out, line); len(out) == f.Limit {
				return out, nil
			}
		}
		if f.Limit <= 0 || len(rows) < f.Limit {
			return out, nil
		}
		last := rows[len(rows)-1]
		q.After, q.AfterID = last.Created, last.ID
	}
}

// ownCases is a page of what somebody applied for and, unless own, of what he filled in
// for others.
func (k *Kit) ownCases(ctx context.Context, q CaseQuery, own bool) ([]CaseRow, error) {
	rows, err := k.listCases(ctx, q)
	if err != nil || own {
		return rows, err
	}
	q.Applicant, q.Writer = "", q.Applicant
	written, err := k.listCases(ctx, q)
	if err != nil {
		return nil, err
	}
	return newestOf(rows, written, q.Limit), nil
}

func (k *Kit) listCases(ctx context.Context, q CaseQuery) ([]CaseRow, error) {
	var rows []CaseRow
	err := k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		found, err := tx.Cases().List(ctx, q)
		rows = found
		return err
	})
	return rows, err
}

// newestOf is the page of two lists together.
func newestOf(a, b []CaseRow, limit int) []CaseRow {
	if len(b) == 0 {
		return a
	}
	out := slices.Concat(a, b)
	slices.SortFunc(out, func(a, b CaseRow) int { return cmp.Or(b.Created.Compare(a.Created), cmp.Compare(b.ID, a.ID)) })
	if limit > 0 {
		out = out[:min(len(out), limit)]
	}
	return out
}

func (k *Kit) line(ctx context.Context, row CaseRow, waits *waits) (CaseLine, error) {
	c, err := k.inHand(ctx, row)
	if errors.Is(err, ErrReadOnly) {
		return k.bareLine(ctx, row, err), nil
	}
	if err != nil {
		return CaseLine{}, err
	}
	line := CaseLine{CaseRow: row, Kind: infoOf(c.kind), SubjectIn: c.subjectIn(k), Writer: c.extra.Writer, Word: stateWord(&c), Since: row.Changed, System: c.systemOpening(), ReadOnly: c.kind.readOnly}
	for _, t := range c.state.Open() {
		step, _ := c.kind.flow.Step(t.Step)
		line.Step, line.Since = step.Name, t.Opened
	}
	if err := waits.addOpen(ctx, &c); err != nil {
		return CaseLine{}, err
	}
	if row.Children > 0 {
		if err := waits.addRows(ctx, row.ID); err != nil {
			return CaseLine{}, err
		}
	}
	line.Waits = waits.list
	for _, m := range c.state.Marks {
		if m.Batch != "" && m.Status == workflow.MarkOpen {
			split, _ := c.kind.flow.Split(m.Node)
			line.Step, line.Since = split.Name, m.Since
		}
	}
	if back := c.state.Returned; back != nil {
		line.Since = back.At // and not since a deadline moved or somebody made a remark
	}
	line.Done, line.Of = c.rowsDone()
	if c.state.Phase == workflow.PhaseDraft && row.Subject == "" {
		line.About = c.about()
	}
	return line, nil
}

// about are the first system and the first person that a case names.
func (c *caseInHand) about() []string {
	first := func(paths []string, name func(any) string) string {
		for _, path := range paths {
			for _, v := range c.cells(path) {
				if s := name(v); s != "" {
					return s
				}
			}
		}
		return ""
	}
	system := first(c.kind.Facets.Systems, func(v any) string { ref, _ := v.(forms.Ref); return ref.Name })
	person := first(c.kind.Facets.People, func(v any) string { who, _ := v.(forms.Person); return who.Name })
	return slices.DeleteFunc([]string{system, person}, func(s string) bool { return s == "" })
}

// rowsDone counts the rows that have ended and all of them, while they are on their
// way; else none.
func (c caseInHand) rowsDone() (done, of int) {
	opened := 0
	for _, m := range c.state.Marks {
		if m.Batch != "" && m.Status == workflow.MarkOpen {
			opened += m.Opened
			of += m.Rows
		}
	}
	return max(0, opened-c.row.Children), of
}
