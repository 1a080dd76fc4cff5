package ismskit

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/workflow"
)

// Type is a form type: a versioned form, the flow it starts, and what opening
// or closing does. It is a value; a new module is a new Type.
type Type struct {
	Key     string     `json:"key"`
	Version string     `json:"version"`
	Title   forms.Text `json:"title"`
	// FormNo is the form's number in document control, e.g. "IS-04-012"; Edition
	// and Issued are the version and date of that form as printed on it.
	FormNo  string        `json:"form_no,omitempty"`
	Edition string        `json:"edition,omitempty"`
	Issued  calendar.Date `json:"issued,omitzero"`
	Module  string        `json:"module,omitempty"`
	// Class is the confidentiality of its cases: the id of a row of register.Classes.
	Class string `json:"class,omitempty"`
	// Number says how a case is numbered; nil: it has no number of its own, as a
	// row of another case.
	Number *Numbering `json:"number,omitempty"`
	// Offered puts the type on the list of what one can apply for.
	Offered bool `json:"offered,omitempty"`
	// Openers are roles ("module/role") that may open one; empty means everybody.
	Openers []string `json:"openers,omitempty"`
	// Writers are roles ("module/role") that may fill one in for anybody; people of
	// the applicant's unit, and of those above it, may without.
	Writers []string `json:"writers,omitempty"`
	// Subject names the field that is the case's subject line, or is a template of fields in
	// braces: "{system}:{permission}".
	Subject string `json:"subject"`
	// SubjectIn words Subject in the languages that need words or brackets of their
	// own; where one is missing, Subject serves.
	SubjectIn forms.Text `json:"subject_in,omitempty"`
	// RowTitle is what a row is called on the route of its parent, a template like
	// Subject.
	RowTitle string `json:"row_title,omitempty"`
	// WorkList says what 處置工作 shows of its cases; nil shows their subject alone.
	WorkList *WorkList `json:"work_list,omitempty"`
	// Facets names the fields that the archive files by.
	Facets Facets `json:"facets,omitzero"`
	// Closing names the hook that runs when a case closes.
	Closing string `json:"closing,omitempty"`
	// Derived are fields that follow from the register row another field points to.
	Derived []Derived `json:"derived,omitempty"`
	// Proposed are fields that a step is shown filled in with what another field says.
	Proposed []Proposed `json:"proposed,omitempty"`
	// Paper lets a case be signed on paper: it is entered afterwards, under a number
	// reserved for it, as a case of the type PaperKey names.
	Paper bool `json:"paper,omitempty"`
	// PaperOf is the type of which this one enters what was signed on paper. The Kit
	// makes such types itself.
	PaperOf string `json:"paper_of,omitempty"`
	// Oral is its emergency path, nil where it has none.
	Oral *Oral `json:"oral,omitempty"`
	// Handover makes it the sheet on which somebody hands over what he has in the house.
	Handover *Handover `json:"handover,omitempty"`
	// DocumentChange makes it the request by which documents change; see Change.
	DocumentChange bool `json:"document_change,omitempty"`
	// Reading makes it the sheet on which those to whom a document is distributed say that they
	// have read a version of it (文件閱讀). The Kit opens one for each version; nobody else does.
	Reading bool `json:"reading,omitempty"`
	// Lends names the field for the document that a request asks to read for a time (調閱), a later
	// one: the applicant says in words what he looks for. It, and what is Derived from it, is kept
	// from whoever may not read that document until it is lent to him.
	Lends string `json:"lends,omitempty"`
	// Disposes names the table of the records that a request disposes of (銷毀), by their numbers; see
	// DisposalNumber. Its cases are kept for ever.
	Disposes string `json:"disposes,omitempty"`
	// Filing makes it the form by which officers file execution records (執行紀錄) under a
	// category that they maintain, Facets.Category.
	Filing bool `json:"filing,omitempty"`
	// Imported makes it the form into which lines of an imported archive go (匯入既有檔案, Intake):
	// one with Filing that nobody signs and nobody applies for.
	Imported bool `json:"imported,omitempty"`
	// Once is a field that refers to something about which one request may be on its way at a
	// time: a second is refused with the number of the first.
	Once string `json:"once,omitempty"`
	// Correct is the term in which its applicant sends again what was returned to him;
	// five working days where it is empty.
	Correct string `json:"correct,omitempty"`
	// KeepDeadlines: a calendar that is issued anew leaves open deadlines as they are.
	// Days on which offices are closed move them all the same.
	KeepDeadlines bool `json:"keep_deadlines,omitempty"`
	// Minutes is about how long filling it in takes.
	Minutes int `json:"minutes,omitempty"`

	Form forms.Schema  `json:"form"`
	Flow workflow.Flow `json:"flow"`
}

// Numbering says which number a case gets and when.
type Numbering struct {
	Pattern string `json:"pattern"` // e.g. "IS-04-012-{roc}-{n:4}"
	// Scope names the pattern's parts by which the count starts again; nil is all
	// of them.
	Scope []string `json:"scope,omitempty"`
	At    string   `json:"at,omitempty"` // "submit" (default) or "approval"
}

// Derived fills a field from the register row that another field points to: the
// outside office of the chosen system; or from a document, of which From is "name", "class",
// "unit" or "group". It is filled whenever the form is kept,
// and nobody types it.
type Derived struct {
	Field string `json:"field"`
	Of    string `json:"of"`   // a field of this form that refers to a register row or a document
	From  string `json:"from"` // the field of that row
}

// Proposed puts what one field says before whoever fills in another, while that is
// empty: the account asked for before him who gives one. He may change it.
type Proposed struct {
	Field string `json:"field"`
	From  string `json:"from"`
}

// check reports what a proposal names and the form has not.
func (p Proposed) check(fields []forms.Field) error {
	to, ok := fieldNamed(fields, p.Field)
	from, has := fieldNamed(fields, p.From)
	switch {
	case !ok:
		return fmt.Errorf("proposed: the form has no field %q", p.Field)
	case !has:
		return fmt.Errorf("proposed: the form has no field %q", p.From)
	case to.Type != from.Type:
		return fmt.Errorf("proposed: %q is a %s, %q a %s", p.Field, to.Type, p.From, from.Type)
	}
	return nil
}

// Facets names fields of the form, a table's as "lines.system". The first of People
// is whom the case, or the row, is about: items meant for certain units are held
// against his.
type Facets struct {
	Systems []string `json:"systems,omitempty"`
	People  []string `json:"people,omitempty"`
	// Category is the category under which the case is filed (B3.6), DocKind the kind of record
	// that it is (B3.5).
	Category string `json:"category,omitempty"`
	DocKind  string `json:"doc_kind,omitempty"`
	// Document is the document of which it is a record: it is filed under that one's number (B3.2). A
	// request by which documents change that names it so is filed under the one that it changes or
	// asks for (B1.3).
	Document string `json:"document,omitempty"`
	// Readers are people, posts, units, groups and roles who read it beside those of its
	// category, or, where OnlyReaders is ticked, they alone with its applicant (B3.7).
	Readers     []string `json:"readers,omitempty"`
	OnlyReaders string   `json:"only_readers,omitempty"`
	// Year is the working year under which it is filed, Original where the original is.
	Year     string `json:"year,omitempty"`
	Original string `json:"original,omitempty"`
}

// ParseType reads a Type strictly: an unknown key is an error that names it.
func ParseType(b []byte) (Type, error) {
	var raw struct {
		Type
		Form json.RawMessage `json:"form"`
		Flow json.RawMessage `json:"flow"`
	}
	dec := json.NewDecoder(strings.NewReader(string(b)))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&raw); err != nil {
		return Type{}, fmt.Errorf("type: %w", err)
	}
	t := raw.Type
	var err error
	if t.Form, err = forms.ParseSchema(raw.Form); err != nil {
		return Type{}, fmt.Errorf("type %s: form: %w", t.Key, err)
	}
	if t.Flow, err = workflow.ParseFlow(raw.Flow); err != nil {
		return Type{}, fmt.Errorf("type %s: flow: %w", t.Key, err)
	}
	return t, nil
}

// Hook is named Go code that a Type's data refers to. It says what closing a
// case shall do; it does nothing itself, for it may run more than once.
type Hook func(ctx context.Context, c Closing) ([]Effect, error)
