package ismskit

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/intake"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/workflow"
)

// What an organisation kept before it had this system comes in as a package of files with an
// index that says what they are. It is checked as a whole, then taken in line by line, each in a
// transaction of its own: as a case of the type with Type.Imported, or as a version of a controlled
// document. Of none of it was anything signed here, and whoever reads it is told so.

// MaxIntakeLines is how many lines the index of one package has at most.
const MaxIntakeLines = 2000

// OriginImported is what was kept before and taken in from a package.
const OriginImported = "imported"

// Intake takes in an existing archive. Who may: whoever maintains a category (B3.7),
// Rights.ManageRecords and, for controlled documents, Rights.ManageDocs; each line asks for the
// right to what it names, when it is checked and again when it is taken in. ErrNotFound where the
// host has no type for it.
type Intake struct{ k *Kit }

// Intake returns the import of an existing archive (匯入既有檔案).
func (r Records) Intake() Intake { return Intake(r) }

// IntakePackage is what somebody hands in.
type IntakePackage struct {
	Name  string // of the file or folder
	Lines []forms.SheetLine
	Files *intake.Package
	// Index is the workbook that the lines were read from, of which the report keeps the digest; nil for none.
	Index *intake.File
	// Notes say what of the index was not read, in the language of whoever hands it in.
	Notes []string
}

// What becomes of a line of an index.
const (
	IntakeReady    = "ready"    // it will be taken in
	IntakeWrong    = "wrong"    // it has to be mended first
	IntakeKnown    = "known"    // it was taken in before, just as it is
	IntakeChanged  = "changed"  // it was taken in before, and the index says something else of it now
	IntakeImported = "imported" // it was taken in
	IntakeRefused  = "refused"  // it was right when it was checked, and is not any more
)

// Where an import stands.
const (
	IntakeChecked = "checked" // nothing has been taken in
	IntakeRunning = "running"
	IntakeStopped = "stopped"
	IntakeDone    = "done"
)

// IntakeLine is a line of an index and what becomes of it.
type IntakeLine struct {
	Sheet  string
	Row    int
	State  string // IntakeReady, …
	What   string // key of what it is: record, application, document
	Number string
	Title  string
	Faults []forms.CellFault // why it is wrong, or was refused
	Flags  []forms.CellFault // what is to be looked at, though it is taken in
	Record string            // of the archive: what it became, or had become before
}

// IntakeReport is an import: what was handed in, by whom, and what becomes of each line.
type IntakeReport struct {
	ID      string
	Package string // what was handed in
	State   string // IntakeChecked, …
	By      workflow.Signer
	Reason  string
	Checked time.Time
	Begun   time.Time
	Ended   time.Time
	Lines   []IntakeLine
	// Counts are how many lines are in each state, Flagged how many of those that are ready or were taken in
	// have Flags.
	Counts  map[string]int
	Flagged int
	Unused  []string // files that no line mentions
	Notes   []string
	// Record is where the report is kept in the archive, "" until the import has ended.
	Record string
	// Categories are those under which the report may be kept, of the lines; the first is proposed.
	Categories []string
}

// Left is how many lines are still to be taken in.
func (r IntakeReport) Left() int { return r.Counts[IntakeReady] }

// AllKnown says that all of it was taken in before, just as it is: nothing is left, and nothing to be mended.
func (r IntakeReport) AllKnown() bool {
	return len(r.Lines) > 0 && r.Counts[IntakeKnown] == len(r.Lines)
}

// Flagged says that the line is taken in, and that there is something to be looked at.
func (l IntakeLine) Flagged() bool {
	return len(l.Flags) > 0 && (l.State == IntakeReady || l.State == IntakeImported)
}

//go:embed intake.json
var intakeFile []byte

// The columns of an index, which are also the fields of what a line becomes.
const (
	intakeWhat     = "what"
	intakeNumber   = "number"
	intakeSubject  = "subject"
	intakeFiles    = "files"
	intakeCategory = "category"
	intakeClass    = "class"
	intakeUnit     = "unit"
	intakeUnitName = "unit_name"
	intakePerson   = "person"
	intakeStaff    = "staff"
	intakeDate     = "dated"
	intakeFormNo   = "form_no"
	intakeDocument = "document"
	intakeYear     = "year"
	intakeKeeper   = "keeper"
	intakeSource   = "source"
)

// What a line is.
const (
	intakeRecord      = "record"
	intakeApplication = "application"
	intakeControlled  = "document"
	intakeReport      = "report" // of the import itself
)

var intakeSchema = sync.OnceValues(func() (forms.Schema, error) {
	schema, err := forms.ParseSchema(intakeFile)
	if err != nil {
		return schema, fmt.Errorf("intake.json: %w", err)
	}
	return schema, nil
})

// checkImported reports what a type lacks into which lines of an index go.
func (k *kind) checkImported() error {
	if !k.Imported {
		return nil
	}
	if !k.Filing || !k.Flow.Unsigned || k.Offered {
		return fmt.Errorf("imported: what is taken in is filed, signed by nobody, and not offered")
	}
	for key, typ := range map[string]string{
		intakeWhat: "choice", intakeNumber: "text", intakeSubject: "text", intakeFiles: "files", intakeCategory: "ref", intakeUnitName: "text",
		intakePerson: "text", intakeStaff: "text", intakeDate: "date", intakeFormNo: "text", intakeDocument: "ref", intakeKeeper: "text", intakeSource: "text",
	} {
		if f, ok := fieldNamed(k.Form.Fields, key); !ok || f.Type != typ {
			return fmt.Errorf("imported: the form has no field %q of type %s", key, typ)
		}
	}
	return nil
}

// importedKind is the type into which lines go.
func (k *Kit) importedKind() (*kind, error) {
	for _, kind := range k.kinds.inUse() {
		if kind.Imported {
			return kind, nil
		}
	}
	return nil, ErrNotFound
}

// form is the index as a form: its columns, with the kinds that the type knows and the classes that can
// be chosen.
func (i Intake) form(kind *kind) (*forms.Form, error) {
	schema, err := intakeSchema()
	if err != nil {
		return nil, err
	}
	schema.Fields = slices.Clone(schema.Fields)
	for at, f := range schema.Fields {
		if f.Key == kind.Facets.DocKind {
			of, _ := fieldNamed(kind.Form.Fields, f.Key)
			schema.Fields[at].Options = of.Options
		}
		if f.Key == intakeClass {
			schema.Fields[at].Options, schema.Fields[at].OptionsFrom = i.k.classes().Choices("").options(), nil
		}
	}
	return forms.Compile(schema, i.k.cfg.FieldTypes)
}

// may lets in whoever may take something in.
func (i Intake) may(ctx context.Context, actor Actor) (*kind, error) {
	kind, err := i.k.importedKind()
	if err == nil {
		_, err = i.k.classesNow(ctx)
	}
	if err != nil || actor.system {
		return kind, err
	}
	if _, err := i.k.person(ctx, actor.Person, i.k.moment()); err != nil {
		return nil, err
	}
	files, err := i.k.files(ctx, actor.Person, i.k.moment())
	if err != nil || files {
		return kind, err
	}
	controls, err := i.k.hasRole(ctx, actor.Person, slices.Concat(i.k.cfg.Rights.ManageDocs, i.k.cfg.Rights.ManageRecords))
	if err == nil && !controls {
		err = ErrForbidden
	}
	return kind, err
}

// May says whether the actor may take anything in.
func (i Intake) May(ctx context.Context, actor Actor) (bool, error) {
	i.k = i.k.once()
	_, err := i.may(ctx, actor)
	if errors.Is(err, ErrForbidden) || errors.Is(err, ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

// Form is the index to be filled in, with what can be chosen in its columns, for whoever may
// import. It is asked before a package is read: to unpack one is dear.
func (i Intake) Form(ctx context.Context, actor Actor, lang string) (*forms.Form, map[string][]string, error) {
	i.k = i.k.once()
	kind, err := i.may(ctx, actor)
	if err != nil {
		return nil, nil, i.k.refused(ctx, actor, err)
	}
	form, err := i.form(kind)
	if err != nil {
		return nil, nil, err
	}
	names, err := i.names(ctx, actor)
	if err != nil {
		return nil, nil, err
	}
	choices := map[string][]string{intakeCategory: names.offered(lang)}
	for field, list := range map[string]string{intakeUnit: register.Units, "system": register.Systems} {
		called, err := names.list(list)
		if err != nil {
			return nil, nil, err
		}
		for id, name := range called.names {
			if slices.Contains(called.byName[name[lang]], id) && len(called.byName[name[lang]]) == 1 {
				choices[field] = append(choices[field], name[lang])
			}
		}
		slices.Sort(choices[field])
	}
	return form, choices, nil
}

// Check reads a package and says of each line what would become of it. The files that lines
// mention are kept as uploads of the actor's, for as long as any upload waits for a form; the
// archive is not changed. What is wrong with the package as a whole is forms.Invalid.
func (i Intake) Check(ctx context.Context, actor Actor, in IntakePackage) (IntakeReport, error) {
	i.k = i.k.once()
	kind, err := i.may(ctx, actor)
	if err != nil {
		return IntakeReport{}, i.k.refused(ctx, actor, err)
	}
	switch n := len(in.Lines); {
	case n == 0:
		return IntakeReport{}, sheetFault("index", "sheet.no_lines", nil)
	case n > MaxIntakeLines:
		return IntakeReport{}, sheetFault("index", "sheet.too_many", map[string]string{"max": strconv.Itoa(MaxIntakeLines), "n": strconv.Itoa(n)})
	case in.Files == nil:
		return IntakeReport{}, sheetFault("package", "intake.no_files", nil)
	}
	c, err := i.checking(ctx, actor, kind, in)
	if err != nil {
		return IntakeReport{}, err
	}
	if err := c.all(); err != nil {
		return IntakeReport{}, err
	}
	return i.keep(ctx, actor, c)
}
