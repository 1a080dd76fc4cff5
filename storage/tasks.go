package storage

import (
	"context"
	"encoding/json"
	"math"
	"time"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/storage/internal/clean"
)

// noDue sorts tasks without a due date behind all others.
const noDue = math.MaxInt64

// putTask writes one row for each holder, so that a to-do list is one range of
// one index. A task nobody holds has one row with an empty holder.
func (c cases) putTask(ctx context.Context, st *Statement, caseID string, t ismskit.TaskRow) error {
	holders, err := holderList(t.Holders)
	if err != nil {
		return err
	}
	put := func(ord int, holder string) error {
		return c.write(ctx, st, caseID, t.Task, ord, holder, holders, t.Type, t.Number, t.Subject, t.Class,
			t.Applicant, t.Name, t.Unit, t.Parent, t.Step, t.Kind, t.Waiting, t.Body, micros(t.Opened), dueMicros(t.Due), t.DueDate)
	}
	if len(t.Holders) == 0 {
		return put(0, "")
	}
	for i, h := range t.Holders {
		if err := put(i, h); err != nil {
			return err
		}
	}
	return nil
}

func (c cases) Tasks(ctx context.Context, q ismskit.TaskQuery) ([]ismskit.TaskRow, error) {
	if q.Holders != nil && len(q.Holders) == 0 {
		return nil, nil
	}
	subject, body := "t.subject", "t.body"
	if q.Bare {
		subject, body = "'' AS subject", "'' AS body"
	}
	s := c.from("isms_tasks AS t").ColumnExpr(`DISTINCT t.case_id, t.task, t.holders, t.type, t.number, ` + subject + `, t.class,
		t.applicant, t.name, t.unit, t.parent, t.step, t.kind, t.waiting, ` + body + `, t.opened, t.due, t.due_date`)
	if q.Holders == nil {
		s = s.Where("t.ord = 0")
	} else {
		s = among(s, "t.holder", q.Holders)
	}
	s = equal(s, "t.case_id", q.Case)
	s = equal(s, "t.parent", q.Parent)
	s = among(s, "t.kind", q.Kinds)
	s = among(s, "t.type", q.Types)
	if q.AfterCase != "" || !q.AfterDue.IsZero() {
		s = s.Where("(t.due, t.case_id, t.task) > (?, ?, ?)", dueMicros(q.AfterDue), q.AfterCase, q.AfterTask)
	}
	s = s.OrderExpr("t.due, t.case_id, t.task").Limit(int64(limit(q.Limit, 500)))
	rows, err := c.built(ctx, s)
	return all(rows, err, scanTask)
}

func scanTask(rows Rows) (ismskit.TaskRow, error) {
	var t ismskit.TaskRow
	var holders string
	var opened, due int64
	err := rows.Scan(&t.Case, &t.Task, &holders, &t.Type, &t.Number, &t.Subject, &t.Class, &t.Applicant, &t.Name, &t.Unit,
		&t.Parent, &t.Step, &t.Kind, &t.Waiting, &t.Body, &opened, &due, &t.DueDate)
	if err != nil {
		return t, err
	}
	t.Opened = moment(opened)
	if due != noDue {
		t.Due = moment(due)
	}
	return t, json.Unmarshal([]byte(holders), &t.Holders)
}

func dueMicros(t time.Time) int64 {
	if t.IsZero() {
		return noDue
	}
	return micros(t)
}

func holderList(holders []string) (string, error) {
	if len(holders) == 1 && clean.Plain(holders[0]) {
		return `["` + holders[0] + `"]`, nil
	}
	return clean.Body(holders)
}
