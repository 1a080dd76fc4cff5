package ismskit

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/record"
	"github.com/ismskit/ismskit/ismskit/register"
)

// Report is an import with all its lines: for who brought it, and for Rights.ManageRecords, of which
// nobody is told what a line says that he may not read in the archive.
func (i Intake) Report(ctx context.Context, actor Actor, id string) (IntakeReport, error) {
	i.k = i.k.once()
	head, _, err := i.head(ctx, actor, id)
	if err != nil {
		return IntakeReport{}, err
	}
	lines, err := i.lines(ctx, id)
	if err != nil {
		return IntakeReport{}, err
	}
	return i.shown(ctx, actor, id, head, lines)
}

// shown is a report as somebody may see it.
func (i Intake) shown(ctx context.Context, actor Actor, id string, head intakeHead, lines []*intakeLine) (IntakeReport, error) {
	mine, err := i.k.Records().rights(ctx, actor, record.Query{})
	if err != nil {
		return IntakeReport{}, err
	}
	if err := i.nameKept(ctx, mine, lines); err != nil {
		return IntakeReport{}, err
	}
	if head.foreign(actor, mine) {
		if err := i.hide(ctx, mine, lines); err != nil {
			return IntakeReport{}, err
		}
	}
	return reportOf(id, head.shown(actor, mine), lines), nil
}

// foreign says of an import that somebody else brought it than a reader who may not read everything.
func (h intakeHead) foreign(actor Actor, mine record.Query) bool {
	return !actor.system && h.By.Person != actor.Person && !mine.All
}

// shown is an import without what names its files and where they went, for such a reader.
func (h intakeHead) shown(actor Actor, mine record.Query) intakeHead {
	if h.foreign(actor, mine) {
		h.Unused, h.Notes, h.Categories = nil, nil, nil
	}
	return h
}

// List are the imports that the actor may see, without their lines, the newest first.
func (i Intake) List(ctx context.Context, actor Actor) ([]IntakeReport, error) {
	i.k = i.k.once()
	if _, err := i.may(ctx, actor); err != nil {
		return nil, i.k.refused(ctx, actor, err)
	}
	all, err := i.seesAll(ctx, actor)
	if err != nil {
		return nil, err
	}
	var rows []register.Row
	err = i.k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		found, err := tx.Registers().Rows(ctx, register.Query{List: listIntakes})
		rows = found
		return err
	})
	if err != nil {
		return nil, err
	}
	mine, err := i.k.Records().rights(ctx, actor, record.Query{})
	if err != nil {
		return nil, err
	}
	var out []IntakeReport
	for _, row := range slices.Backward(rows) { // ids grow with time
		head, err := headIn(row)
		if err != nil {
			return nil, err
		}
		if all || head.By.Person == actor.Person {
			out = append(out, reportOf(row.ID, head.shown(actor, mine), nil))
		}
	}
	return out, nil
}

func (i Intake) seesAll(ctx context.Context, actor Actor) (bool, error) {
	if actor.system {
		return true, nil
	}
	return i.k.hasRole(ctx, actor.Person, i.k.cfg.Rights.ManageRecords)
}

// head is an import that the actor may see; ErrNotFound for any other.
func (i Intake) head(ctx context.Context, actor Actor, id string) (intakeHead, register.Row, error) {
	if _, err := i.may(ctx, actor); err != nil {
		return intakeHead{}, register.Row{}, i.k.refused(ctx, actor, err)
	}
	var row register.Row
	err := i.k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		found, known, err := tx.Registers().Row(ctx, listIntakes, id)
		if err == nil && !known {
			err = ErrNotFound
		}
		row = found
		return err
	})
	if err != nil {
		return intakeHead{}, row, err
	}
	head, err := headIn(row)
	if err != nil {
		return head, row, err
	}
	all, err := i.seesAll(ctx, actor)
	if err == nil && !all && head.By.Person != actor.Person {
		err = ErrNotFound
	}
	return head, row, err
}

func headIn(row register.Row) (intakeHead, error) {
	var head intakeHead
	if err := json.Unmarshal(row.Values, &head); err != nil {
		return head, fmt.Errorf("ismskit: import %s: %w", row.ID, err)
	}
	return head, nil
}

// lines are the lines of an import, or those with the ids given.
func (i Intake) lines(ctx context.Context, id string, ids ...string) ([]*intakeLine, error) {
	var rows []register.Row
	err := i.k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		found, err := tx.Registers().Rows(ctx, register.Query{List: listIntakeLines + id, IDs: ids})
		rows = found
		return err
	})
	if err != nil {
		return nil, err
	}
	out := make([]*intakeLine, len(rows))
	for at, row := range rows {
		out[at] = &intakeLine{}
		if err := json.Unmarshal(row.Values, out[at]); err != nil {
			return nil, fmt.Errorf("ismskit: import %s, line %s: %w", id, row.ID, err)
		}
	}
	return out, nil
}

func reportOf(id string, head intakeHead, lines []*intakeLine) IntakeReport {
	out := IntakeReport{
		ID: id, Package: head.Package, State: head.State, By: head.By, Reason: head.Reason, Checked: head.Checked, Begun: head.Begun, Ended: head.Ended,
		Counts: map[string]int{}, Unused: head.Unused, Notes: head.Notes, Record: head.Record, Categories: head.Categories,
	}
	for _, line := range lines {
		out.Counts[line.State]++
		one := IntakeLine{
			Sheet: line.Sheet, Row: line.Row, State: line.State, What: line.What, Number: line.Number, Title: line.Title, Record: line.Record,
			Faults: line.told(line.Faults), Flags: line.told(line.Flags),
		}
		if one.Flagged() {
			out.Flagged++
		}
		out.Lines = append(out.Lines, one)
	}
	return out
}

func (l *intakeLine) told(faults []intakeFault) []forms.CellFault {
	var out []forms.CellFault
	for _, f := range faults {
		out = append(out, forms.CellFault{Sheet: l.Sheet, Cell: f.Cell, Value: f.Value, Fault: forms.Fault{Field: f.Field, Code: f.Code, Text: f.Text}})
	}
	return out
}

// place is where a line stands: 索引表 第 12 列.
func (l *intakeLine) place(lang string) string {
	return say(lang, "intake.place", map[string]string{"sheet": strings.TrimSpace(l.Sheet), "row": fmt.Sprint(l.Row)})
}
