package ismskit

import (
	"context"
	"slices"
	"strconv"

	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/document"
)

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
	registered := map[string][]document.Version{}
	err := c.i.k.store.View(c.ctx, func(ctx context.Context, tx Tx) error {
		for _, id := range ids {
			doc, found, err := tx.Documents().Document(ctx, id)
			if err != nil {
				return err
			}
			if found {
				stored[id] = doc
				if registered[id], err = tx.Documents().Versions(ctx, id); err != nil {
					return err
				}
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
				if refused[line] = each[at]; !found { // the first line that is taken in registers it
					toAdd, err := document.In(tx.Documents()).Addable(ctx, line.document(id, c.i.k.classes().Usual()), true)
					if err != nil {
						return err
					}
					refused[line] = append(refused[line], toAdd...)
				}
				if unsigned != nil {
					refused[line] = append(refused[line], unsigned)
				}
				found = found || len(refused[line]) == 0
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for line, all := range refused {
		if slices.ContainsFunc(all, func(r *document.Refusal) bool { return r.Code == "label_used" }) {
			line.versionTwice(registered[line.Document], byDoc[line.Document])
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

// versionTwice says of a line whose version is there before it whether it is registered already, and whether
// with the same files, or which other line of the index is the same version.
func (l *intakeLine) versionTwice(registered []document.Version, lines []*intakeLine) {
	label := textOf(l.values, "version")
	same := func(other string) bool {
		a, err := document.ParseLabel(label)
		b, bad := document.ParseLabel(other)
		return err == nil && bad == nil && a == b
	}
	if at := slices.IndexFunc(registered, func(v document.Version) bool { return v.State != document.Withdrawn && same(v.Label) }); at >= 0 {
		code := "intake.version_known"
		if len(l.Files) > 0 && !slices.Equal(digestsIn(l.version().Files), digestsIn(registered[at].Files)) {
			code = "intake.version_other_file"
		}
		l.wrongWith("version", code, map[string]string{"label": label})
		return
	}
	for _, other := range lines {
		if other != l && same(textOf(other.values, "version")) {
			l.wrongWith("version", "intake.version_twice", map[string]string{"label": label, "row": strconv.Itoa(other.Row)})
			return
		}
	}
}

func digestsIn(files []document.File) []string {
	var out []string
	for _, f := range files {
		out = append(out, f.Digest)
	}
	slices.Sort(out)
	return out
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
