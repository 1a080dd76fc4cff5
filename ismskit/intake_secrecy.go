package ismskit

import (
	"context"
	"slices"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/ismskit/record"
)

// highest is the highest class of the lines. One that could not be read counts as the highest there is.
func (c *checkingIntake) highest() (class string) {
	scale := c.i.k.classes()
	for _, line := range c.lines {
		class = scale.higher(class, textOf(line.values, intakeClass))
		if line.wrongAt(intakeClass) {
			class = scale.highest()
		}
	}
	return class
}

// common is the category of all lines, if whoever reads it, or heads the unit, reads every one of
// them; "" else.
func (c *checkingIntake) common(unit string) (category string) {
	for at, line := range c.lines {
		ref, _ := line.values[intakeCategory].(forms.Ref)
		only, _ := line.values["only"].(bool)
		if ref.ID == "" || at > 0 && ref.ID != category || only || line.What == intakeControlled ||
			line.Unit != "" && line.Unit != unit || line.wrongAt(intakeWhat) || line.wrongAt("only") || line.wrongAt(intakeCategory) || line.wrongAt(intakeUnit) {
			return ""
		}
		category = ref.ID
	}
	return category
}

// differs is the column in which a line contradicts a document, "" for none. An empty one says nothing.
func (l *intakeLine) differs(doc document.Document) string {
	level, _ := l.values["level"].(int64)
	class := textOf(l.values, intakeClass)
	switch {
	case class != "" && class != doc.Class:
		return intakeClass
	case l.Unit != "" && l.Unit != doc.Unit:
		return intakeUnit
	case int(level) != doc.Level:
		return "level"
	}
	return ""
}

// intakeFields are the columns of what document control refuses, by its fields; all else is said of
// the version.
var intakeFields = map[string]string{
	document.FieldIssued: intakeDate, document.FieldApproved: "approved", document.FieldApprover: "approver", document.FieldReviser: "reviser",
	document.FieldDescription: "description", document.FieldFiles: intakeFiles,
	document.FieldNumber: intakeNumber, document.FieldTitle: intakeSubject, document.FieldLevel: "level", document.FieldClass: intakeClass,
	document.FieldOwner: intakeUnit, document.FieldParent: intakeFormNo, document.FieldNote: "note",
}

// versions holds the lines of a document to one another, and to the document where it is there
// already: class, unit and level are the document's, so that what a line says of them would be lost, and
// a version be read by whom its line would not let.
func (c *checkingIntake) versions() error {
	byDoc := map[string][]*intakeLine{}
	var ids []string
	for _, line := range c.lines {
		if line.What != intakeControlled || line.State != IntakeReady {
			continue
		}
		id := line.Document
		if byDoc[id] == nil {
			ids = append(ids, id)
		}
		byDoc[id] = append(byDoc[id], line)
	}
	stored, refused := map[string]document.Document{}, map[*intakeLine]document.Refusals{}
	err := c.i.k.store.View(c.ctx, func(ctx context.Context, tx Tx) error {
		for _, id := range ids {
			doc, found, err := tx.Documents().Document(ctx, id)
			if err != nil {
				return err
			}
			if found {
				stored[id] = doc
			}
			turn := make([]document.Issue, len(byDoc[id]))
			for at, line := range byDoc[id] {
				turn[at] = document.Issue{Version: line.version(), Named: true, Today: c.today.String()}
			}
			each, err := document.In(tx.Documents()).RefusedInTurn(ctx, id, turn)
			if err != nil {
				return err
			}
			for at, line := range byDoc[id] {
				unsigned, err := c.i.unsigned(ctx, tx, id, line, c.actor)
				if err != nil {
					return err
				}
				if refused[line] = each[at]; !found {
					toAdd, err := document.In(tx.Documents()).Addable(ctx, line.document(id, c.i.k.classes().Usual()), true)
					if err != nil {
						return err
					}
					refused[line] = append(refused[line], toAdd...)
				}
				if unsigned != nil {
					refused[line] = append(refused[line], unsigned)
				}
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for line, all := range refused {
		if slices.ContainsFunc(all, func(r *document.Refusal) bool { return r.Code == "label_used" }) {
			line.wrongWith("version", "intake.version_known", map[string]string{"label": textOf(line.values, "version")})
			continue // what else is said of it would be of a version after those that are there
		}
		for _, r := range all {
			field, ok := intakeFields[r.Field]
			if !ok {
				field = "version"
			}
			cell := line.cell(field)
			line.State, line.Faults = IntakeWrong, append(line.Faults, intakeFault{Cell: cell.At, Value: cell.Text, Field: field, Code: r.Code, Text: inWords(r.Text)})
		}
	}
	for _, id := range ids {
		lines := byDoc[id]
		doc, found := stored[id]
		if found {
			for _, line := range lines {
				if field := line.differs(doc); field != "" {
					line.wrong(field, "intake.not_as_listed")
				}
			}
			continue
		}
		usual := c.i.k.classes().Usual()
		first := lines[0].document(id, usual)
		for _, field := range []string{intakeClass, intakeUnit, "level"} {
			if slices.ContainsFunc(lines, func(l *intakeLine) bool { return factOf(l.document(id, usual), field) != factOf(first, field) }) {
				// All of them: which one is right, only whoever wrote the index knows.
				for _, line := range lines {
					line.wrong(field, "intake.versions_differ")
				}
			}
		}
	}
	return nil
}

func factOf(doc document.Document, field string) any {
	switch field {
	case intakeClass:
		return doc.Class
	case intakeUnit:
		return doc.Unit
	}
	return doc.Level
}

func (l *intakeLine) wrong(field, code string) { l.wrongWith(field, code, nil) }

func (l *intakeLine) wrongWith(field, code string, params map[string]string) {
	l.State = IntakeWrong
	l.fault(field, code, params)
}

// nameKept says in which record a file is kept already, where whoever asks may read that record now.
func (i Intake) nameKept(ctx context.Context, mine record.Query, lines []*intakeLine) error {
	var ids []string
	for _, line := range lines {
		for _, f := range line.Flags {
			if f.Kept != "" && !slices.Contains(ids, f.Kept) {
				ids = append(ids, f.Kept)
			}
		}
	}
	found, err := i.k.recordsOf(ctx, mine, ids)
	if err != nil {
		return err
	}
	for _, line := range lines {
		for n, f := range line.Flags {
			if f.Code != intakeFileKept {
				continue
			}
			rec, may := found[f.Kept]
			line.Flags[n].Text = sayAll(intakeFileKept, func(string) map[string]string { return nil })
			if line.Flags[n].Kept = rec.ID; may {
				line.Flags[n].Text = saidOf("intake.file_kept_in", i.k.recordCalled(rec))
			}
		}
	}
	return nil
}

// hide leaves out of an import what a reader who did not bring it may not read in the archive: he sees
// that there are lines, where they stand and what became of them.
func (i Intake) hide(ctx context.Context, mine record.Query, lines []*intakeLine) error {
	var ids []string
	for _, line := range lines {
		if line.Record != "" {
			ids = append(ids, line.Record)
		}
	}
	reads, err := i.k.recordsOf(ctx, mine, ids)
	if err != nil {
		return err
	}
	for _, line := range lines {
		// They name the other line, or tell of another record.
		line.Flags = slices.DeleteFunc(line.Flags, func(f intakeFault) bool {
			return f.Code == "intake.number_twice" || f.Code == intakeFileKept && f.Kept == ""
		})
		if _, may := reads[line.Record]; may {
			continue
		}
		line.Number, line.Title, line.Record, line.Flags = "", "", "", nil
		for n, f := range line.Faults {
			line.Faults[n] = intakeFault{Cell: f.Cell, Field: f.Field, Code: "intake.hidden", Text: sayAll("intake.hidden", func(string) map[string]string { return nil })}
		}
	}
	return nil
}

// unsigned refuses a version where documents change by sign-off alone: what was in force before that was
// so is history and may come in; a version of today is not, nor one that was issued since, nor one of a
// document that has gone on here.
func (i Intake) unsigned(ctx context.Context, tx Tx, id string, line *intakeLine, actor Actor) (*document.Refusal, error) {
	if actor.system {
		return nil, nil
	}
	signed, since, err := i.k.Documents().signedAlone(ctx, tx)
	if err != nil || !signed {
		return nil, err
	}
	issued, _ := line.values[intakeDate].(calendar.Date)
	last := calendar.DateOf(i.k.moment().In(i.k.location))
	if !since.IsZero() {
		last = calendar.DateOf(since.In(i.k.location))
	}
	if !issued.Before(last) {
		return document.RefuseUnsigned(), nil
	}
	versions, err := tx.Documents().Versions(ctx, id)
	if err == nil && slices.ContainsFunc(versions, func(v document.Version) bool { return v.Case != "" || v.ApprovalWay != document.ByImport }) {
		return document.RefuseUnsigned(), nil
	}
	return nil, err
}
