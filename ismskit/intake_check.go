package ismskit

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/ismskit/record"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/workflow"
	"golang.org/x/text/unicode/norm"
)

// checkingIntake looks at a package, line by line.
type checkingIntake struct {
	i     Intake
	ctx   context.Context
	actor Actor
	kind  *kind
	form  *forms.Form
	in    IntakePackage
	names *intakeNames
	today calendar.Date
	// controls says that the actor may file controlled documents.
	controls bool

	lines []*intakeLine
	byNo  map[string][]*intakeLine // by what they are and their number
	byOne map[string]*intakeLine   // by identity
	used  map[string][]*intakeLine // by name of the file
	same  map[string][]*intakeLine // by what is in the file
	kept  map[string]keptFile      // files as they were taken up, by name
	refs  map[string]formMeant     // by number
	rules map[string][]numberRule  // how documents are numbered, by level and unit
}

func (i Intake) checking(ctx context.Context, actor Actor, kind *kind, in IntakePackage) (*checkingIntake, error) {
	c := &checkingIntake{i: i, ctx: ctx, actor: actor, kind: kind, in: in, today: calendar.DateOf(i.k.moment().In(i.k.location)), controls: actor.system,
		byNo: map[string][]*intakeLine{}, byOne: map[string]*intakeLine{}, used: map[string][]*intakeLine{}, same: map[string][]*intakeLine{},
		kept: map[string]keptFile{}, refs: map[string]formMeant{}, rules: map[string][]numberRule{}}
	var err error
	if c.form, err = i.form(kind); err != nil {
		return nil, err
	}
	if c.names, err = i.names(ctx, actor); err != nil {
		return nil, err
	}
	if !actor.system {
		c.controls, err = i.k.hasRole(ctx, actor.Person, i.k.cfg.Rights.ManageDocs)
	}
	return c, err
}

// all looks at every line, then at what they say of one another.
func (c *checkingIntake) all() error {
	for _, cells := range c.in.Lines {
		line, err := c.line(cells)
		if err != nil {
			return err
		}
		c.lines = append(c.lines, line)
	}
	if err := c.takeFiles(); err != nil {
		return err
	}
	c.inOrder()
	for _, line := range c.lines {
		if len(line.Faults) > 0 {
			line.State = IntakeWrong
			continue
		}
		if err := c.identify(line); err != nil {
			return err
		}
	}
	c.twice()
	if err := c.known(); err != nil {
		return err
	}
	return c.versions()
}

// line reads one line by itself.
func (c *checkingIntake) line(in forms.SheetLine) (*intakeLine, error) {
	out := &intakeLine{Sheet: in.Sheet, Row: in.Row, State: IntakeReady, cells: in.Cells}
	in.Cells = slices.Clone(in.Cells)
	for i, cell := range in.Cells {
		if cell.Field == "level" {
			in.Cells[i].Text = levelTyped(cell.Text)
		}
	}
	values, faults, err := c.form.ReadLine(in, "", c.names, c.i.k.location)
	if err != nil {
		return nil, err
	}
	if above := out.cell(intakeClass); classAbove(above.Text) && !c.i.k.classes().has(textOf(values, intakeClass)) {
		faults = slices.DeleteFunc(faults, func(f forms.CellFault) bool { return f.Cell == above.At })
		out.fault(intakeClass, "intake.class_above", nil)
	}
	for _, f := range faults {
		if f.Fault.Field == intakeYear && f.Fault.Code == "integer_format" {
			out.fault(intakeYear, "intake.year", c.years())
			continue
		}
		if f.Fault.Code == "no_such_ref" {
			out.fault(f.Fault.Field, "intake.no_row", map[string]string{"name": f.Value})
			continue
		}
		if f.Fault.Field == "level" {
			out.fault("level", "intake.level", nil)
			continue
		}
		out.Faults = append(out.Faults, intakeFault{Cell: f.Cell, Value: f.Value, Field: f.Fault.Field, Code: f.Fault.Code, Text: inWords(f.Fault.Message)})
	}
	for _, cell := range in.Cells {
		if cell.Formula && !out.wrongAt(cell.Field) {
			out.flag(cell.Field, "intake.formula", nil)
		}
	}
	out.values = values
	out.What, _ = values[intakeWhat].(string)
	out.Number = strings.TrimSpace(textOf(values, intakeNumber))
	out.Title = strings.TrimSpace(textOf(values, intakeSubject))
	if ref, ok := values[intakeUnit].(forms.Ref); ok {
		out.Unit, out.UnitName = ref.ID, out.cell(intakeUnit).Text
	}
	for _, key := range []string{intakeWhat, intakeSubject, intakeFiles} {
		if _, said := values[key]; !said && !out.wrongAt(key) {
			c.needed(out, key, "intake.needed")
		}
	}
	out.names = fileNames(textOf(values, intakeFiles))
	c.lengths(out)
	c.days(out)
	if out.What == intakeControlled {
		c.document(out)
	} else if err := c.filed(out); err != nil {
		return nil, err
	}
	return out, c.person(out)
}

// levelTyped is the level of a document as a number, however lists of documents write it: 二階, 2階,
// 第二階. What is none stays as it is.
func levelTyped(text string) string {
	level := strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(norm.NFKC.String(text)), "第"), "階")
	if at := slices.Index([]string{"一", "二", "三", "四"}, level); at >= 0 {
		return strconv.Itoa(at + 1)
	}
	if len(level) == 1 && level >= "1" && level <= "4" {
		return level
	}
	return text
}

// days refuses what has not been yet.
func (c *checkingIntake) days(line *intakeLine) {
	for _, key := range []string{intakeDate, "approved"} {
		if day, ok := line.values[key].(calendar.Date); ok && c.today.Before(day) {
			line.fault(key, "intake.later", nil)
		} else if ok && day.Year < oldest {
			line.fault(key, "intake.long_ago", nil)
		}
	}
	if year, ok := line.values[intakeYear].(int64); ok && (year < 1 || year > int64(c.lastYear())) {
		line.fault(intakeYear, "intake.year", c.years())
	}
}

func (c *checkingIntake) lastYear() int { return record.WorkingYear(c.i.k.moment(), c.i.k.location) }

// years says which working years there are.
func (c *checkingIntake) years() map[string]string {
	return map[string]string{"last": strconv.Itoa(c.lastYear())}
}

// oldest is the year, of our era, before which no file of an office is: one mistyped is found.
const oldest = 1912

// lengths holds what a line says to what the field takes that it goes into.
func (c *checkingIntake) lengths(line *intakeLine) {
	for _, f := range c.kind.Form.Fields {
		if text, ok := line.values[f.Key].(string); ok && f.MaxLength > 0 && len([]rune(text)) > f.MaxLength {
			line.fault(f.Key, "intake.long", map[string]string{"max": strconv.Itoa(f.MaxLength)})
		}
	}
}

// formMeant is the document that a number stands for, or what is to be said where it is not one.
type formMeant struct{ id, flag string }

// filed looks at what goes under a category.
func (c *checkingIntake) filed(line *intakeLine) error {
	ref, ok := line.values[intakeCategory].(forms.Ref)
	switch {
	case !ok && !line.wrongAt(intakeCategory):
		c.needed(line, intakeCategory, "intake.needed")
	case ok && c.names.tree.Over(ref.ID):
		line.fault(intakeCategory, "filing.over", nil)
	case ok && !c.names.files(ref.ID):
		line.fault(intakeCategory, "filing.not_yours", nil)
	}
	if only, _ := line.values["only"].(bool); only && line.values["people"] == nil && line.values["units"] == nil && line.values["roles"] == nil && !line.wrongAt("people") && !line.wrongAt("units") && !line.wrongAt("roles") {
		line.fault("only", "intake.only_nobody", nil)
	}
	number := strings.TrimSpace(textOf(line.values, intakeFormNo))
	if number == "" {
		return nil
	}
	form, known := c.refs[number]
	if !known {
		doc, err := c.i.k.Documents().readable(c.ctx, c.actor, number)
		switch {
		case err == nil:
			form.id = doc.ID
		case errors.Is(err, ErrNumberTwice):
			form.flag = "intake.forms_several"
		case errors.Is(err, ErrNotFound):
			form.flag = "intake.no_form"
		default:
			return err
		}
		c.refs[number] = form
	}
	if line.Ref = form.id; form.flag != "" {
		line.flag(intakeFormNo, form.flag, nil)
	}
	return nil
}

// document looks at a version of a controlled document.
func (c *checkingIntake) document(line *intakeLine) {
	if !c.controls {
		line.fault(intakeWhat, "intake.no_control", nil)
	}
	for _, key := range []string{intakeNumber, "level", "version", intakeDate} {
		if _, said := line.values[key]; !said && !line.wrongAt(key) {
			c.needed(line, key, "intake.needed_document")
		}
	}
	if level, ok := line.values["level"].(int64); ok && (level < 1 || level > 4) {
		line.fault("level", "intake.level", nil)
	}
	if label := textOf(line.values, "version"); label != "" {
		if _, err := document.ParseLabel(label); err != nil {
			line.fault("version", "intake.version", nil)
		}
	}
	issued, has := line.values[intakeDate].(calendar.Date)
	if approved, ok := line.values["approved"].(calendar.Date); ok && has && issued.Before(approved) {
		line.fault("approved", "intake.approved_order", nil)
	}
}

// person looks up whom a line names by his id or login.
func (c *checkingIntake) person(line *intakeLine) error {
	staff := strings.TrimSpace(textOf(line.values, intakeStaff))
	if staff == "" {
		return nil
	}
	found, err := c.named(staff)
	if err != nil {
		return err
	}
	if found.Person == "" {
		line.fault(intakeStaff, "intake.no_person", nil)
		return nil
	}
	line.values[intakeStaff] = found.Person
	if textOf(line.values, intakePerson) == "" {
		line.values[intakePerson] = found.Name
	}
	return nil
}

// named is somebody of the directory by his id or his login, whether he is still here or not; the
// zero Signer where there is none.
func (c *checkingIntake) named(staff string) (workflow.Signer, error) {
	found, err := c.i.k.anybody(c.ctx, staff)
	if !errors.Is(err, ErrNotFound) {
		return found, err
	}
	id, err := c.login(staff)
	if err != nil || id == "" {
		return workflow.Signer{}, err
	}
	found, err = c.i.k.anybody(c.ctx, id)
	return found, ignoreNotFound(err)
}

// login is whose login it is in the list of people, "" for nobody's.
func (c *checkingIntake) login(name string) (string, error) {
	rows, err := c.i.k.Registers().Rows(c.ctx, c.actor, register.Query{List: register.People, Keys: []string{"login=" + name}})
	if err != nil || len(rows) != 1 {
		return "", err
	}
	return rows[0].ID, nil
}
