package ismskit

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/evidence"
	"github.com/ismskit/ismskit/ismskit/record"
)

// takesIn makes a case of a line of an import; it is an effect too, so that the line is noted in
// the transaction that writes the case, or neither is.
type takesIn struct {
	i    Intake
	at   intakePlace
	line intakeLine // the zero line: the report itself
	id   string
}

// into gives a new case what the line says of it: its id follows from which thing the line is, so that
// nothing is ever taken in twice.
func (t *takesIn) into(row *CaseRow) {
	row.ID = t.id
	if t.line.Number != "" {
		row.Number = t.line.Number
	}
	if class := textOf(t.line.values, intakeClass); class != "" {
		row.Class = class
	}
}

func (t *takesIn) describe() string { return "import/" + t.at.id }

func (t *takesIn) apply(ctx context.Context, w *work, tx Tx) error {
	if t.line.One == "" {
		return nil
	}
	return t.i.noted(ctx, tx, t.at, t.line, recordID(w.after.row.ID))
}

// takeRecord files a line as a case, with its files, in one transaction.
func (i Intake) takeRecord(ctx context.Context, actor Actor, head intakeHead, at intakePlace, line *intakeLine) error {
	kind, err := i.k.importedKind()
	if err != nil {
		return err
	}
	if err := i.restore(kind, line); err != nil {
		return err
	}
	values := i.filling(kind, line)
	values[intakeSource] = say(i.k.cfg.Lang, "intake.source", map[string]string{"package": cutText(head.Package, 120), "place": line.place(i.k.cfg.Lang)})
	o := Opening{Type: kind.Key, Values: values, Submit: true,
		takes: &takesIn{i: i, at: at, line: *line, id: idOfCause("intake/" + line.One)},
		unit:  line.Unit, unitName: textOf(values, intakeUnitName)}
	for range maxRaces {
		_, err = i.k.open(ctx, actor, o, evidence.Digest{})
		if !errors.Is(err, ErrConflict) {
			break
		}
		if _, known := i.k.row(ctx, o.takes.id); known == nil {
			return errIntakeTwice
		}
	}
	return err
}

// restore reads what is kept of a line.
func (i Intake) restore(kind *kind, line *intakeLine) error {
	form, err := i.form(kind)
	if err != nil {
		return err
	}
	var invalid forms.Invalid
	line.values, invalid = form.Restore(line.Values)
	return invalid.Err()
}

// filling are the fields of the case: what its form has of the columns.
func (i Intake) filling(kind *kind, line *intakeLine) forms.Values {
	out := forms.Values{}
	for key, value := range line.values {
		if _, has := fieldNamed(kind.Form.Fields, key); has {
			out[key] = value
		}
	}
	out[intakeFiles] = line.Files
	if day, ok := line.values[intakeDate].(calendar.Date); ok && out[kind.Facets.Year] == nil && kind.Facets.Year != "" {
		out[kind.Facets.Year] = int64(record.WorkingYear(day.Start(i.k.location), i.k.location))
	}
	if line.UnitName != "" {
		out[intakeUnitName] = line.UnitName
	}
	if line.Ref != "" {
		out[intakeDocument] = forms.Ref{List: "document", ID: line.Ref}
	}
	return out
}

// imported says that a case was taken in, and is not the report of an import.
func (c *caseInHand) imported() bool {
	return c.kind.Imported && textOf(c.values, intakeWhat) != intakeReport
}

// before puts into a record what is known of it from before: whose it was, and on which day.
func (c *caseInHand) before(r *record.Record) {
	r.Person, r.Name = textOf(c.values, intakeStaff), textOf(c.values, intakePerson)
	if name := textOf(c.values, intakeUnitName); name != "" {
		r.UnitName = name
	} else {
		r.Unit, r.UnitName = "", ""
	}
	r.Original = originalOf(r.Original, textOf(c.values, intakeKeeper))
	if r.Form == "" {
		r.Form = textOf(c.values, intakeFormNo)
	}
	// How long a record is kept counts from its own day, not from the one on which it was taken in.
	if _, dated := c.values[intakeDate].(calendar.Date); dated && !r.Closed.IsZero() {
		r.Closed = r.Filed
	}
}

// originalOf is where an original is and who keeps it, in one line.
func originalOf(place, keeper string) string {
	if place == "" || keeper == "" {
		return place + keeper
	}
	return place + "，" + keeper
}

// filed is when a case is filed: what was taken in, on its own day.
func (c *caseInHand) filed(row CaseRow, loc *time.Location) time.Time {
	if c.kind.Imported {
		if day, ok := c.values[intakeDate].(calendar.Date); ok {
			return day.Start(loc).UTC()
		}
	}
	return filed(row)
}

// fileReport keeps what became of each line, and the index, under a category.
func (i Intake) fileReport(ctx context.Context, actor Actor, head intakeHead, report IntakeReport) (string, error) {
	kind, err := i.k.importedKind()
	if err != nil {
		return "", err
	}
	lang := i.k.cfg.Lang
	id := idOfCause("intake report/" + report.ID)
	if _, err := i.k.row(ctx, id); err == nil {
		return recordID(id), nil // filed before the server was stopped
	} else if !errors.Is(err, ErrNotFound) {
		return "", err
	}
	table, err := report.csv(lang)
	if err != nil {
		return "", err
	}
	file, err := i.k.Files().upload(ctx, actor, say(lang, "intake.report_file", nil)+".csv", bytes.NewReader(table), func(forms.File) error { return nil })
	if err != nil {
		return "", err
	}
	note := say(lang, "intake.report_note", report.counted())
	if head.Index != nil { // the index itself would keep what is disposed of with a record of it
		note += say(lang, "intake.report_index", map[string]string{"digest": head.Index.Digest})
	}
	values := forms.Values{
		intakeWhat: intakeReport, intakeSubject: cutText(say(lang, "intake.report_subject", map[string]string{"package": head.Package}), 200),
		intakeFiles: []forms.File{file}, "note": note, "result": head.Reason,
	}
	if len([]rune(head.Reason)) > 200 {
		values["result"] = cutText(head.Reason, 200)
	}
	if _, has := fieldNamed(kind.Form.Fields, kind.Facets.DocKind); has {
		values[kind.Facets.DocKind] = intakeReport
	}
	if head.Category != "" {
		values[intakeCategory] = forms.Ref{List: "register/categories", ID: head.Category}
	}
	// Its table and the index tell of every line, so that nobody reads it who may not read them all.
	if head.Category == "" || head.Category != head.Common {
		values["only"] = true
	}
	takes := &takesIn{i: i, at: intakePlace{id: report.ID}, id: id}
	if class := i.k.classes().higher(head.Class, kind.Class); class != kind.Class {
		takes.line.values = forms.Values{intakeClass: class}
	}
	_, err = i.k.open(ctx, actor, Opening{Type: kind.Key, Values: values, Submit: true, takes: takes}, evidence.Digest{})
	if errors.Is(err, ErrConflict) {
		if _, known := i.k.row(ctx, id); known == nil {
			err = nil
		}
	}
	return recordID(id), err
}

// counted are the counts as texts take them.
func (r IntakeReport) counted() map[string]string {
	out := map[string]string{"n": fmt.Sprint(len(r.Lines)), "flagged": fmt.Sprint(r.Flagged)}
	for _, state := range []string{IntakeReady, IntakeWrong, IntakeKnown, IntakeChanged, IntakeImported, IntakeRefused} {
		out[state] = fmt.Sprint(r.Counts[state])
	}
	return out
}

// IntakeHeadings are the columns of Table.
func IntakeHeadings(lang string) []string {
	var out []string
	for _, key := range []string{
		"intake.column_sheet", "intake.column_row", "intake.column_number", "intake.column_subject",
		"intake.column_outcome", "intake.column_record", "intake.column_why", "intake.column_flags",
	} {
		out = append(out, say(lang, key, nil))
	}
	return out
}

// Table is what becomes of each line, for a file.
func (r IntakeReport) Table(lang string) [][]string {
	said := func(all []forms.CellFault) string {
		var out []string
		for _, f := range all {
			out = append(out, f.Cell+" "+f.Fault.Message(lang))
		}
		return strings.Join(out, "\n")
	}
	var out [][]string
	for _, l := range r.Lines {
		out = append(out, []string{l.Sheet, fmt.Sprint(l.Row), l.Number, l.Title, IntakeWord(l.State, lang), l.Record, said(l.Faults), said(l.Flags)})
	}
	for _, name := range r.Unused {
		out = append(out, []string{"", "", "", name, say(lang, "intake.unused", nil), "", "", ""})
	}
	return out
}

// IntakeWord is what people read for the state of a line or of an import.
func IntakeWord(state, lang string) string { return say(lang, intakeWords[state], nil) }

var intakeWords = map[string]string{
	IntakeReady: "intake.state_ready", IntakeWrong: "intake.state_wrong", IntakeKnown: "intake.state_known", IntakeChanged: "intake.state_changed",
	IntakeImported: "intake.state_imported", IntakeRefused: "intake.state_refused",
	IntakeChecked: "intake.state_checked", IntakeRunning: "intake.state_running", IntakeStopped: "intake.state_stopped", IntakeDone: "intake.state_done",
}

// csv is the table as it is kept in the archive: read by any program, also in years to come. What a
// record is called stands in the record, and goes with it; of lines that became none it stays. A cell
// that a program could take for a formula is none.
func (r IntakeReport) csv(lang string) ([]byte, error) {
	r.Lines = slices.Clone(r.Lines)
	for n, line := range r.Lines {
		if line.Record != "" {
			r.Lines[n].Title, r.Lines[n].Flags = "", nil
		}
		// Who reads the report need not be let to know of the other record.
		r.Lines[n].Flags = slices.DeleteFunc(slices.Clone(r.Lines[n].Flags), func(f forms.CellFault) bool { return f.Fault.Code == intakeFileKept })
	}
	var out bytes.Buffer
	out.WriteString("\ufeff")
	w := csv.NewWriter(&out)
	w.UseCRLF = true
	for _, line := range append([][]string{IntakeHeadings(lang)}, r.Table(lang)...) {
		for n, cell := range line {
			if strings.HasPrefix(cell, "=") || strings.HasPrefix(cell, "+") || strings.HasPrefix(cell, "-") || strings.HasPrefix(cell, "@") {
				line[n] = "'" + cell
			}
		}
		if err := w.Write(line); err != nil {
			return nil, err
		}
	}
	w.Flush()
	return out.Bytes(), w.Error()
}

func cutText(text string, most int) string {
	if letters := []rune(text); len(letters) > most {
		return string(letters[:most-1]) + "…"
	}
	return text
}
