package ismskit

import (
	"context"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/ismskit/record"
)

// documentSpace is the name space of the ids of documents that were taken in.
var documentSpace = uuid.MustParse("0f3f4c0e-6a8e-4b1e-9a51-8d6c5f2f7a11")

// importedDocument is the id of the document that lines with this number and title become, whatever
// spaces the title is written with. Two documents of one number are told apart by their titles (U13).
func importedDocument(number, title string) string { return documentNamed(number, plainTitle(title)) }

func documentNamed(number, title string) string {
	return uuid.NewSHA1(documentSpace, []byte(document.TypedNumber(number)+"\x00"+title)).String()
}

// documentOf is the document of which a line is a version, and whether another has or had its
// number. One that is under control already and bears the number and the title is the same, wherever
// it came from: else an old version of it would be in force beside it.
func documentOf(ctx context.Context, tx Tx, line *intakeLine) (id string, others bool, err error) {
	all, err := document.In(tx.Documents()).Find(ctx, document.TypedNumber(line.Number))
	id = importedDocument(line.Number, line.Title)
	earlier := documentNamed(line.Number, line.Title) // as a program made it that told titles apart by their spaces
	for _, same := range []func(document.Document) bool{
		func(d document.Document) bool { return d.ID == id || d.ID == earlier },
		func(d document.Document) bool {
			return document.SameNumber(d.Number, line.Number) && sameTitle(d.Title["zh-TW"], line.Title)
		},
	} {
		if at := slices.IndexFunc(all, same); at >= 0 {
			id = all[at].ID
			break
		}
	}
	return id, slices.ContainsFunc(all, func(d document.Document) bool { return d.ID != id }), err
}

// sameTitle says whether two titles read alike, as sameName, with whatever spaces are in them.
func sameTitle(a, b string) bool { return plainTitle(a) == plainTitle(b) }

func plainTitle(title string) string { return strings.Join(strings.Fields(record.Fold(title)), "") }

// takeDocument files a line as a version of a document, which the first of its lines registers.
func (i Intake) takeDocument(ctx context.Context, actor Actor, at intakePlace, line *intakeLine) error {
	kind, err := i.k.importedKind()
	if err != nil {
		return err
	}
	if err := i.k.allow(ctx, actor, i.k.cfg.Rights.ManageDocs); err != nil {
		return err
	}
	if err := i.restore(kind, line); err != nil {
		return err
	}
	d := i.k.Documents()
	id := firstText(line.Document, importedDocument(line.Number, line.Title))
	v := line.version()
	files, unfit, err := d.filed(ctx, actor, id, v.Files)
	if err != nil {
		return err
	}
	if len(unfit) > 0 {
		return unfit
	}
	v.Files = files
	e := Event{Verb: "file", Result: v.Label, Comment: v.Description}
	return d.controlled(ctx, actor, id, e, func(ctx context.Context, c controlling) error {
		if err := alone(ctx, c, aloneDocuments); err != nil {
			return err
		}
		doc, found, err := c.Documents().Document(ctx, id)
		if err != nil {
			return err
		}
		others, err := i.k.changesUnderWay(ctx, c, changedThing{number: document.TypedNumber(line.Number)}, "")
		if err != nil {
			return err
		}
		if len(others) > 0 {
			return sheetFault(intakeNumber, "intake.number_asked", nil)
		}
		if field := line.differs(doc); found && field != "" {
			return sheetFault(field, "intake.not_as_listed", nil)
		}
		if refused, err := i.unsigned(ctx, c, id, line, actor); err != nil {
			return err
		} else if refused != nil {
			return refused
		}
		if !found {
			if err := c.lib.Add(ctx, line.document(id, i.k.classes().Usual()), true); err != nil {
				return err
			}
		}
		if _, err := c.lib.Issue(ctx, id, document.Issue{Version: v, Named: true, Today: c.today}); err != nil {
			return err
		}
		return i.noted(ctx, c, at, *line, documentRecord(id))
	})
}

// document is the document of a line, of the usual class where the line names none.
func (l *intakeLine) document(id, usual string) document.Document {
	level, _ := l.values["level"].(int64)
	return document.Document{
		ID: id, Number: document.TypedNumber(l.Number), Title: map[string]string{"zh-TW": l.Title}, Level: int(level),
		Class: firstText(textOf(l.values, intakeClass), usual), Owner: l.UnitName, Unit: l.Unit, Parent: document.TypedNumber(textOf(l.values, intakeFormNo)),
		Note: textOf(l.values, "note"),
	}
}

// version is what a line says of a version. How it was approved is what the line says: here nobody
// signed it.
func (l *intakeLine) version() document.Version {
	day := func(key string) string {
		if d, ok := l.values[key].(calendar.Date); ok {
			return d.String()
		}
		return ""
	}
	v := document.Version{
		Label: textOf(l.values, "version"), Issued: day(intakeDate), Approved: day("approved"), Approver: textOf(l.values, "approver"),
		ApprovalWay: document.ByImport, ApprovalNo: textOf(l.values, "approval_no"), Reviser: firstText(textOf(l.values, "reviser"), textOf(l.values, intakePerson)),
		Description: textOf(l.values, "description"), Original: originalOf(textOf(l.values, "original"), textOf(l.values, intakeKeeper)),
	}
	for _, f := range l.Files {
		v.Files = append(v.Files, document.File{Name: f.Name, Size: f.Size, MediaType: f.MediaType, Digest: f.Digest})
	}
	return v
}

func firstText(texts ...string) string {
	if i := slices.IndexFunc(texts, func(s string) bool { return s != "" }); i >= 0 {
		return texts[i]
	}
	return ""
}
