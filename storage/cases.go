package storage

import (
	"bytes"
	"context"
	"fmt"
	"slices"

	"github.com/ismskit/ismskit/ismskit"
)

type cases struct{ *tx }

var (
	caseInsert = both(`INSERT INTO isms_cases (` + caseColumns + `)
	VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
	caseChildren = must(ismskit.ErrNotFound, `UPDATE isms_cases SET children = children + ? WHERE id = ?`)
)

func (c cases) Get(ctx context.Context, id string) (ismskit.CaseRow, error) {
	rows, err := c.read(ctx, caseGet, id)
	found, err := all(rows, err, scanCase)
	if err != nil {
		return ismskit.CaseRow{}, err
	}
	if len(found) == 0 {
		return ismskit.CaseRow{}, ismskit.ErrNotFound
	}
	return found[0], nil
}

func (c cases) Insert(ctx context.Context, r ismskit.CaseRow, open []ismskit.TaskRow) error {
	err := c.write(ctx, caseInsert, r.ID, r.Revision, r.Type, r.Version, r.Number, r.Subject, r.Class, r.Phase, r.Outcome, r.Step,
		r.Applicant, r.ApplicantName, r.Unit, r.UnitName, r.Parent, r.ParentRow, r.Children,
		r.Values, c.roomy(r), r.Extra, r.Head.Chain, r.Head.Seq, r.Head.Hash[:],
		micros(r.Created), micros(r.Submitted), micros(r.Changed), micros(r.Closed), micros(r.Due), r.Writer)
	if err != nil {
		return err
	}
	for _, t := range open {
		if err := c.putTask(ctx, taskPut, r.ID, t); err != nil {
			return err
		}
	}
	return nil
}

func (c cases) Update(ctx context.Context, r ismskit.CaseRow, put []ismskit.TaskRow, drop []string) error {
	r.State = c.roomy(r)
	if err := c.write(ctx, caseUpdate, caseArgs(r)...); err != nil {
		return err
	}
	dropOne, putOne := taskDropApart, taskPutApart
	if slices.ContainsFunc(put, func(t ismskit.TaskRow) bool { return slices.Contains(drop, t.Task) }) {
		dropOne, putOne = taskDrop, taskPut
	}
	for _, id := range drop {
		if err := c.write(ctx, dropOne, r.ID, id); err != nil {
			return err
		}
	}
	for _, t := range put {
		if err := c.putTask(ctx, putOne, r.ID, t); err != nil {
			return err
		}
	}
	return nil
}

func caseArgs(r ismskit.CaseRow) []any {
	return []any{r.Revision, r.Version, r.Subject, r.Class, r.Phase, r.Outcome, r.Step,
		r.ApplicantName, r.UnitName, r.ParentRow, r.Values, r.State, r.Extra,
		r.Head.Chain, r.Head.Seq, r.Head.Hash[:], micros(r.Submitted), micros(r.Changed), micros(r.Closed), micros(r.Due),
		r.Type, r.Number, r.Applicant, r.Unit, r.Parent, micros(r.Created), r.Writer, r.ID, r.Revision - 1}
}

// roomFor is how many bytes the values, the state and the rest of a case take at least.
const roomFor = 1900

// roomy is the state of a case with blanks behind it. A case grows with every signature.
// PostgreSQL leaves room for that in a page (fillfactor). SQLite fills its pages, so that
// the growing rows of one page push each other into new ones: an eighth of what a
// signature writes. With the blanks a case has its page for itself from the beginning.
func (c cases) roomy(r ismskit.CaseRow) []byte {
	n := roomFor - len(r.Values) - len(r.State) - len(r.Extra)
	if c.e.Postgres || len(r.State) == 0 || n <= 0 {
		return r.State
	}
	return append(slices.Clip(r.State), bytes.Repeat([]byte{' '}, n)...)
}

func (c cases) AddChildren(ctx context.Context, id string, delta int) error {
	return c.write(ctx, caseChildren, delta, id)
}

func (c cases) List(ctx context.Context, q ismskit.CaseQuery) ([]ismskit.CaseRow, error) {
	s := c.from("isms_cases AS c").ColumnExpr(caseColumns)
	s = among(s, "c.id", q.IDs)
	s = equal(s, "c.applicant", q.Applicant)
	if q.Writer != "" {
		s = s.Where("c.writer <> ''") // as its index says
	}
	s = equal(s, "c.writer", q.Writer)
	s = among(s, "c.unit", q.Units)
	s = equal(s, "c.parent", q.Parent)
	if q.Roots {
		s = s.Where("c.parent = ''")
	}
	s = among(s, "c.type", q.Types)
	s = among(s, "c.phase", q.Phases)
	s = equal(s, "c.number", q.Number)
	s = newestFirst(s, "c.created", "c.id", q.After, q.AfterID, limit(q.Limit, 500))
	rows, err := c.built(ctx, s)
	return all(rows, err, scanCase)
}

func scanCase(rows Rows) (ismskit.CaseRow, error) {
	var r ismskit.CaseRow
	var hash []byte
	var created, submitted, changed, closed, due int64
	err := rows.Scan(&r.ID, &r.Revision, &r.Type, &r.Version, &r.Number, &r.Subject, &r.Class, &r.Phase, &r.Outcome, &r.Step,
		&r.Applicant, &r.ApplicantName, &r.Unit, &r.UnitName, &r.Parent, &r.ParentRow, &r.Children,
		&r.Values, &r.State, &r.Extra, &r.Head.Chain, &r.Head.Seq, &hash,
		&created, &submitted, &changed, &closed, &due, &r.Writer)
	if err != nil {
		return r, err
	}
	r.Created, r.Submitted, r.Changed = moment(created), moment(submitted), moment(changed)
	r.Closed, r.Due = moment(closed), moment(due)
	r.State = bytes.TrimRight(r.State, " ") // see roomy
	r.Head.Hash, err = digest(hash)
	return r, err
}

func digest(b []byte) (d [32]byte, err error) {
	if len(b) != len(d) {
		return d, fmt.Errorf("storage: digest of %d bytes", len(b))
	}
	copy(d[:], b)
	return d, nil
}
