package account

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/uptrace/bun"
)

// Held is what somebody has filled in for a task of his and not sent: he kept it himself
// (暫存). There is one for each task.
type Held struct {
	Person, Case, Task string
	Fields             map[string][]string
	At                 time.Time // UTC
}

// MostHeld is the most tasks for which one person's work is kept. Nothing that was kept gives
// way to something newer: he was told that it waits for a week.
const MostHeld = 100

type heldRow struct {
	bun.BaseModel `bun:"table:refserver_held,alias:h"`

	Person string    `bun:"person,pk"`
	Case   string    `bun:"case_id,pk"`
	Task   string    `bun:"task,pk"`
	Fields []byte    `bun:"fields"`
	At     time.Time `bun:"at"`
}

// Hold keeps what was filled in for a task, in place of what was kept for it before. It is
// refused with ErrHeld where the person has MostHeld others.
func (s *Store) Hold(ctx context.Context, h Held, now time.Time) error {
	fields, err := json.Marshal(h.Fields)
	if err != nil {
		return fmt.Errorf("account: hold: %w", err)
	}
	row := heldRow{Person: h.Person, Case: h.Case, Task: h.Task, Fields: fields, At: moment(now)}
	err = s.db.RunInTx(ctx, nil, func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.NewInsert().Model(&row).On("CONFLICT (person, case_id, task) DO UPDATE").Set("fields = EXCLUDED.fields, at = EXCLUDED.at").Exec(ctx)
		if err != nil {
			return err
		}
		n, err := tx.NewSelect().Model((*heldRow)(nil)).Where("h.person = ?", h.Person).Count(ctx)
		if err == nil && n > MostHeld {
			return ErrHeld
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("account: hold: %w", err)
	}
	return nil
}

// Held lists what a person keeps for tasks of a case, of all cases with "", the newest first.
func (s *Store) Held(ctx context.Context, person, caseID string) ([]Held, error) {
	var rows []heldRow
	q := s.db.NewSelect().Model(&rows).Where("h.person = ?", person).Order("h.at DESC", "h.case_id", "h.task")
	if caseID != "" {
		q = q.Where("h.case_id = ?", caseID)
	}
	if err := q.Scan(ctx); err != nil {
		return nil, fmt.Errorf("account: what is held: %w", err)
	}
	out := make([]Held, 0, len(rows))
	for _, row := range rows {
		h := Held{Person: row.Person, Case: row.Case, Task: row.Task, At: row.At.UTC()}
		if err := json.Unmarshal(row.Fields, &h.Fields); err != nil {
			return nil, fmt.Errorf("account: what is held for %s %s: %w", row.Case, row.Task, err)
		}
		out = append(out, h)
	}
	return out, nil
}

// Release drops what a person keeps for a task; nothing that is there is no error.
func (s *Store) Release(ctx context.Context, person, caseID, task string) error {
	if _, err := s.db.NewDelete().Model((*heldRow)(nil)).Where("person = ? AND case_id = ? AND task = ?", person, caseID, task).Exec(ctx); err != nil {
		return fmt.Errorf("account: release: %w", err)
	}
	return nil
}
