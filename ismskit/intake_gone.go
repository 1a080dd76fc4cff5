package ismskit

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/ismskit/ismskit/ismskit/register"
)

// What an import keeps of a line goes with the record that the line became: its title, what was
// wrong with it, what its files were called. That there was a line, its number and what became of
// it stay.

// intakeKeys are those by which lines of imports are found.
func intakeKeys(line *intakeLine) []string {
	var keys []string
	for _, k := range [][2]string{{"one", line.One}, {"record", line.Record}, {"number", line.Number}} {
		if k[1] != "" {
			keys = append(keys, register.Key(k[0], k[1]))
		}
	}
	return keys
}

// putLine writes a line of an import, without what it said before.
func (i Intake) putLine(ctx context.Context, tx Tx, at intakePlace, line *intakeLine) error {
	values, err := json.Marshal(line)
	if err != nil {
		return err
	}
	if err := tx.Registers().Put(ctx, register.Row{List: listIntakeLines + at.id, ID: at.row, Gone: true}); err != nil {
		return err
	}
	return tx.Registers().Put(ctx, register.Row{
		List: listIntakeLines + at.id, ID: at.row, Revision: 1, Values: values, Keys: intakeKeys(line), ChangedAt: i.k.moment(), ChangedBy: SystemPerson,
	})
}

// intakeGone takes away what imports keep of a record that is disposed of: of the lines that became
// it, or were to; of the report of an import that is disposed of, all its lines.
type intakeGone struct{ c caseInHand }

func (e intakeGone) describe() string { return "dispose of the lines of " + e.c.row.ID }

func (e intakeGone) apply(ctx context.Context, w *work, tx Tx) error {
	heads, err := tx.Registers().Rows(ctx, register.Query{List: listIntakes})
	if err != nil {
		return err
	}
	keys := []string{register.Key("record", recordID(e.c.row.ID))}
	if e.c.row.Number != "" {
		keys = append(keys, register.Key("number", e.c.row.Number))
	}
	for _, row := range heads {
		head, err := headIn(row)
		if err != nil {
			return err
		}
		q := register.Query{List: listIntakeLines + row.ID, Keys: keys}
		if head.Record == recordID(e.c.row.ID) {
			q.Keys = nil
		}
		if err := e.empty(ctx, w, tx, row.ID, head, q); err != nil {
			return err
		}
	}
	return nil
}

// empty leaves of the lines of one import that they were there.
func (e intakeGone) empty(ctx context.Context, w *work, tx Tx, id string, head intakeHead, q register.Query) error {
	rows, err := tx.Registers().Rows(ctx, q)
	if err != nil || len(rows) == 0 {
		return err
	}
	i := Intake{w.k}
	for _, row := range rows {
		var line intakeLine
		if err := json.Unmarshal(row.Values, &line); err != nil {
			return fmt.Errorf("ismskit: import %s, line %s: %w", id, row.ID, err)
		}
		if q.Keys != nil && (line.What == intakeControlled || line.Record != "" && line.Record != recordID(e.c.row.ID)) {
			continue // of a document, or of another record, that has the number
		}
		kept := intakeLine{Sheet: line.Sheet, Row: line.Row, State: line.State, What: line.What, Number: line.Number, One: line.One, Digest: line.Digest, Record: line.Record}
		if err := i.putLine(ctx, tx, intakePlace{id, row.ID}, &kept); err != nil {
			return err
		}
	}
	if q.Keys != nil {
		return nil
	}
	// Its report: what it was called, and which files no line mentioned.
	head.Unused, head.Notes, head.Reason = nil, nil, ""
	if head.Index != nil {
		head.Index.Name = ""
	}
	values, err := json.Marshal(head)
	if err != nil {
		return err
	}
	if err := tx.Registers().Put(ctx, register.Row{List: listIntakes, ID: id, Gone: true}); err != nil {
		return err
	}
	return tx.Registers().Put(ctx, register.Row{List: listIntakes, ID: id, Revision: 1, Values: values, ChangedAt: i.k.moment(), ChangedBy: SystemPerson})
}
