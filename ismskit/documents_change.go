package ismskit

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/workflow"
)

// Fields of a request by which documents change (Type.DocumentChange): what the applicant
// says. Those of a new document have the keys of the third group, and are asked for nothing
// else.
const (
	ChangeOp       = "op"       // choice: one of the Change operations below
	ChangeDocument = "document" // ref: which document, of all but a new one
	ChangeBump     = "bump"     // choice: document.Minor or document.Major
	ChangeNote     = "note"     // long_text: stands in the table of revisions
	ChangeFile     = "file"     // file: the new text
	ChangeIssueOn  = "issue_on" // date: the version waits for it
	ChangeReviewOn = "review_on"

	ChangeNumber = "number"
	ChangeTitle  = "title"
	ChangeLevel  = "level" // choice: level_1 to level_4
	ChangeClass  = "class" // choice: the classes of documents
	ChangeUnit   = "unit"
	ChangeStart  = "start" // text: its first version, where that is not 1.0
	// ChangeGroup is the group that owns a new document: ref, optional.
	ChangeGroup = "group"
	// ChangeMonths is the cycle of its reviews: choice of months_6 and so on, optional.
	ChangeMonths = "review_months"
	// ChangeRelations is a table of other documents, of a new document and of a revision, where it
	// stands for all there were unless it is empty: RelationKind, RelationDocument and, optional,
	// RelationRetires. A type may do without.
	ChangeRelations  = "relations"
	RelationKind     = "kind"     // choice of document.RelationKinds
	RelationDocument = "document" // ref
	RelationRetires  = "retires"  // boolean
)

// Fields of the form by which what was approved outside (公文簽准) is entered. A type that has one
// has all four: its closing issues, retires or stops as the letter says, and nobody who entered it
// has a part in its steps, for a second person has to compare it with the scan.
const (
	ChangeLetterNo = "letter_no" // text: 文號
	ChangeLetterOn = "letter_on" // date: the day of approval
	ChangeApprover = "approver"  // text: who approved
	ChangeScan     = "scan"      // file: the letter
)

// Fields of such a request that the Kit fills in: they follow from the document as it stood
// when the request was sent, and no step edits them.
const (
	ChangeName = "doc_name" // text: number and title
	// ChangeOfLevel is a choice, as ChangeLevel: who approves depends on it. It is the highest of the
	// document's level and those of what the request retires with it (RelationRetires).
	ChangeOfLevel    = "doc_level"
	ChangeOfClass    = "doc_class"   // choice, as ChangeClass
	ChangeOldVersion = "old_version" // text
	ChangeNewVersion = "new_version" // text
	// ChangeAgain is which version is in force again once the present one is stopped, or that none
	// is: text, optional, as types from before have no such field.
	ChangeAgain = "again_version"
	// ChangeNumberNote says that the number of a new document is not as the house numbers them:
	// text, optional.
	ChangeNumberNote = "number_note"
	// ChangeComparison is the table of clauses that differ, with the columns CompareClause,
	// CompareKind, CompareOld and CompareNew.
	ChangeComparison = "comparison"
	// ChangeCompared is what became of the comparison, one of the Compared options: choice,
	// optional, as types from before have no such field.
	ChangeCompared = "compared"
	CompareClause  = "clause"
	CompareKind    = "kind" // choice: document.Added, Removed, Changed, Renumbered
	CompareOld     = "old"
	CompareNew     = "new"
)

// What such a request asks for.
const (
	ChangeNew    = "new"    // 制定
	ChangeRevise = "revise" // 修訂
	ChangeRetire = "retire" // 廢止
	ChangeStop   = "stop"   // 停止適用: its version in force was wrongly issued
)

// changeFields are the types of the fields that a request of this kind has.
var changeFields = map[string]string{
	ChangeOp: "choice", ChangeDocument: "ref", ChangeBump: "choice", ChangeNote: "long_text", ChangeFile: "file",
	ChangeIssueOn: "date", ChangeReviewOn: "date", ChangeNumber: "text", ChangeTitle: "text", ChangeLevel: "choice",
	ChangeClass: "choice", ChangeUnit: "unit", ChangeStart: "text", ChangeName: "text", ChangeOfLevel: "choice",
	ChangeOfClass: "choice", ChangeOldVersion: "text", ChangeNewVersion: "text", ChangeAgain: "text",
	ChangeComparison: "table", ChangeCompared: "choice", ChangeNumberNote: "text",
	ChangeGroup: "ref", ChangeMonths: "choice", ChangeRelations: "table",
}

// changeOptional are those that a type may do without.
var changeOptional = []string{ChangeAgain, ChangeCompared, ChangeNumberNote, ChangeMonths, ChangeRelations, ChangeGroup}

// letterFields are those of a form by which what was approved outside is entered.
var letterFields = map[string]string{ChangeLetterNo: "text", ChangeLetterOn: "date", ChangeApprover: "text", ChangeScan: "file"}

// outside says whether a type enters what was approved outside.
func (k *kind) outside() bool {
	return k.DocumentChange && slices.ContainsFunc(k.Form.Fields, func(f forms.Field) bool { return letterFields[f.Key] != "" })
}

// checkLetter holds a form by which what was approved outside is entered to its fields, and its
// flow to a second person.
func (k *kind) checkLetter() []error {
	if !k.outside() {
		return nil
	}
	var faults []error
	for _, key := range slices.Sorted(maps.Keys(letterFields)) {
		if f, ok := fieldNamed(k.Form.Fields, key); !ok || f.Type != letterFields[key] || f.Later || !f.Required {
			faults = append(faults, fmt.Errorf("document_change: field %q is no required %s of the form", key, letterFields[key]))
		}
	}
	if k.flow == nil {
		return faults
	}
	signed := false
	for _, step := range k.flow.Steps() {
		signed = signed || slices.Contains([]workflow.Kind{workflow.KindReview, workflow.KindApprove, workflow.KindAttest}, step.Kind)
		if !slices.Contains(step.NotSameAs, workflow.Applicant) {
			faults = append(faults, fmt.Errorf("document_change: step %q is not kept apart from the applicant, who entered what was approved outside", step.ID))
		}
	}
	if !signed {
		faults = append(faults, errors.New("document_change: nobody confirms what was approved outside"))
	}
	return faults
}

// changeFollows are those that follow by themselves.
var changeFollows = []string{ChangeName, ChangeOfLevel, ChangeOfClass, ChangeOldVersion, ChangeNewVersion, ChangeAgain, ChangeNumberNote, ChangeCompared, ChangeComparison}

// checkChange holds a request by which documents change to its form.
func (k *kind) checkChange() error {
	if !k.DocumentChange {
		return nil
	}
	faults := k.checkLetter()
	for key, typ := range changeFields {
		f, ok := fieldNamed(k.Form.Fields, key)
		switch {
		case !ok && slices.Contains(changeOptional, key):
		case !ok || f.Type != typ:
			faults = append(faults, fmt.Errorf("document_change: field %q is no %s of the form", key, typ))
		case f.Later != slices.Contains(changeFollows, key):
			faults = append(faults, fmt.Errorf("document_change: field %q is to be later: %t", key, !f.Later))
		}
	}
	table, _ := fieldNamed(k.Form.Fields, ChangeComparison)
	for _, column := range []string{CompareClause, CompareKind, CompareOld, CompareNew} {
		if _, ok := columnNamed(table, column); !ok {
			faults = append(faults, fmt.Errorf("document_change: table %q has no column %q", ChangeComparison, column))
		}
	}
	if f, ok := fieldNamed(k.Form.Fields, ChangeCompared); ok {
		for _, state := range comparedStates() {
			if !slices.ContainsFunc(f.Options, func(o forms.Option) bool { return o.Key == state }) {
				faults = append(faults, fmt.Errorf("document_change: field %q has no option %q", ChangeCompared, state))
			}
		}
	}
	if k.flow != nil {
		for _, step := range k.flow.Steps() {
			for _, key := range slices.Concat(step.Edit, step.Require) {
				if table, _, _ := strings.Cut(key, "."); slices.Contains(changeFollows, table) {
					faults = append(faults, fmt.Errorf("document_change: step %q edits %q, which follows by itself", step.ID, key))
				}
			}
		}
	}
	return errors.Join(faults...)
}

// stored is a document with its versions; the zero Document where there is none.
func (d Documents) stored(ctx context.Context, id string) (doc document.Document, versions []document.Version, err error) {
	err = d.k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		found, _, err := tx.Documents().Document(ctx, id)
		if err != nil || found.ID == "" {
			doc, versions = found, nil
			return err
		}
		all, err := tx.Documents().Versions(ctx, id)
		doc, versions = found, all
		return err
	})
	return doc, versions, err
}

// docChange is what a request by which a document changes asks for.
type docChange struct {
	op       string
	doc      document.Document // as it is; for a new one as it would be, without an id
	versions []document.Version
	known    bool // the document is named, and there
}

// changeOf reads a request. A document that the actor may not read is not there.
func (k *Kit) changeOf(ctx context.Context, actor Actor, values forms.Values) (docChange, error) {
	text := func(key string) string { s, _ := values[key].(string); return s }
	ch := docChange{op: text(ChangeOp)}
	if ch.op == ChangeNew {
		ch.doc = newDocument(values)
		return ch, nil
	}
	ref, _ := values[ChangeDocument].(forms.Ref)
	if ref.ID == "" {
		return ch, nil
	}
	reach, err := k.Documents().reach(ctx, actor)
	if err != nil {
		return ch, err
	}
	doc, versions, err := k.Documents().stored(ctx, ref.ID)
	if err != nil || doc.ID == "" || !reach.Lets(doc) {
		return ch, err
	}
	ch.doc, ch.versions, ch.known = doc, versions, true
	return ch, nil
}

// newDocument is a document that a request is to bring into being.
func newDocument(values forms.Values) document.Document {
	text := func(key string) string { s, _ := values[key].(string); return strings.TrimSpace(s) }
	unit, _ := values[ChangeUnit].(forms.Ref)
	d := document.Document{
		Number: document.TypedNumber(text(ChangeNumber)), Level: levelOf(text(ChangeLevel)), Class: text(ChangeClass),
		Owner: unit.Name, Unit: unit.ID, Relations: relationsAsked(values), ReviewMonths: monthsOf(text(ChangeMonths)),
	}
	if group, _ := values[ChangeGroup].(forms.Ref); group.ID != "" {
		d.Group, d.Owner = group.ID, group.Name
	}
	if title := text(ChangeTitle); title != "" {
		d.Title = map[string]string{"zh-TW": title}
	}
	return d
}

// relationsAsked are the relations that a request names, nil for none.
func relationsAsked(values forms.Values) (out []document.Relation) {
	rows, _ := values[ChangeRelations].([]forms.Row)
	for _, row := range rows {
		kind, _ := row[RelationKind].(string)
		ref, _ := row[RelationDocument].(forms.Ref)
		retires, _ := row[RelationRetires].(bool)
		if ref.ID != "" {
			out = append(out, document.Relation{Kind: kind, ID: ref.ID, Retires: retires && kind == document.Replaces})
		}
	}
	return out
}

// monthsOf is the number of months that an option of ChangeMonths names, 0 for none.
func monthsOf(option string) int {
	n, err := strconv.Atoi(strings.TrimPrefix(option, "months_"))
	if err != nil {
		return 0
	}
	return n
}

// levelOf is the level that an option of ChangeLevel names, 0 for none.
func levelOf(option string) int {
	for level := 1; level <= 4; level++ {
		if option == levelOption(level) {
			return level
		}
	}
	return 0
}

func levelOption(level int) string { return fmt.Sprintf("level_%d", level) }

// label is the version that the request would issue, "" where it issues none or cannot.
func (ch docChange) label(values forms.Values) string {
	switch ch.op {
	case ChangeNew:
		if start, _ := values[ChangeStart].(string); start != "" {
			return start
		}
		return document.FirstLabel.String()
	case ChangeRevise:
		bump, _ := values[ChangeBump].(string)
		return document.NextLabel(ch.versions, document.Bump(bump)).String()
	}
	return ""
}

// following fills in what follows by itself until the request is sent: from the document that
// it changes, or of a paper from the day of its signatures.
func (k *Kit) following(ctx context.Context, actor Actor, c caseInHand, values forms.Values, compare bool) (forms.Values, error) {
	values, err := k.changeFollowing(ctx, actor, c, values, compare)
	if err != nil {
		return nil, err
	}
	if values, err = k.disposalFollowing(ctx, actor, c, values); err != nil {
		return nil, err
	}
	return k.paperFollowing(ctx, actor, c, values)
}

// changeFollowing fills in what follows from the document. Once the request is sent it stays
// what was sent; compare says that the texts are to be compared as well.
func (k *Kit) changeFollowing(ctx context.Context, actor Actor, c caseInHand, values forms.Values, compare bool) (forms.Values, error) {
	if !c.kind.DocumentChange || !c.unsentYet() {
		return values, nil
	}
	out := values.Clone()
	for _, key := range changeFollows {
		if compare || key != ChangeComparison && key != ChangeCompared {
			delete(out, key)
		}
	}
	ch, err := k.changeOf(ctx, actor, values)
	if err != nil || ch.op != ChangeNew && !ch.known {
		return out, err
	}
	if ch.op == ChangeNew && compare {
		if err := k.numberChange(ctx, c, &ch, out); err != nil {
			return out, err
		}
	}
	set := func(key, value string) {
		if value != "" {
			out[key] = value
		}
	}
	name := strings.TrimSpace(ch.doc.Number + " " + document.TitleIn(ch.doc.Title, k.cfg.Lang))
	set(ChangeName, name)
	level, err := k.levelAsked(ctx, ch, values)
	if err != nil {
		return out, err
	}
	if level > 0 {
		set(ChangeOfLevel, levelOption(level))
	}
	if info, _ := c.kind.form.Field(ChangeOfClass); slices.Contains(info.Options, ch.doc.Class) {
		set(ChangeOfClass, ch.doc.Class)
	}
	set(ChangeOldVersion, ch.doc.Current)
	set(ChangeNewVersion, ch.label(values))
	if _, ok := fieldNamed(c.kind.Form.Fields, ChangeAgain); ok && ch.op == ChangeStop {
		set(ChangeAgain, k.againAfter(ch))
	}
	issues := ch.op == ChangeNew || ch.op == ChangeRevise
	if day, ok := values[ChangeIssueOn].(calendar.Date); ok && issues && compare && out[ChangeReviewOn] == nil {
		out[ChangeReviewOn] = day.AddMonths(ch.doc.Months())
	}
	if ch.op != ChangeRevise || !compare {
		return out, nil
	}
	state, rows, err := k.comparison(ctx, ch, values)
	if _, ok := fieldNamed(c.kind.Form.Fields, ChangeCompared); ok {
		set(ChangeCompared, state)
	} else {
		rows = k.byHand(state, rows)
	}
	if len(rows) > 0 {
		out[ChangeComparison] = rows
	}
	return out, err
}

// numberChange gives a new document the next number where none was typed, and says so where one
// was that is not as the house numbers its documents.
func (k *Kit) numberChange(ctx context.Context, c caseInHand, ch *docChange, out forms.Values) error {
	now := k.moment()
	if ch.doc.Number == "" {
		number := ""
		err := k.store.View(ctx, func(ctx context.Context, tx Tx) error {
			next, err := k.numberForNew(ctx, tx, ch.doc, c.row.ID, now)
			number = next
			return err
		})
		if err == nil && number != "" {
			ch.doc.Number, out[ChangeNumber] = number, number
		}
		return err
	}
	unfit, _, err := k.changeNumberUnfit(ctx, *ch, c.row.ID, now)
	if _, known := fieldNamed(c.kind.Form.Fields, ChangeNumberNote); known && unfit != nil {
		out[ChangeNumberNote] = unfit.Text(k.cfg.Lang)
	}
	return err
}

// againAfter is which version of a document is in force again once the present one is stopped.
func (k *Kit) againAfter(ch docChange) string {
	if again, ok := document.Replaced(ch.versions, ch.doc.Current); ok {
		return again.Label
	}
	return k.text("change.none_again", nil)
}

// unsentYet says whether the applicant has the case before him.
func (c *caseInHand) unsentYet() bool {
	return c.state.Phase == workflow.PhaseDraft || c.state.Phase == workflow.PhaseReturned
}

// classOfChange is the confidentiality of a request or a reading: no lower than the document's.
func (c *caseInHand) classOfChange() string {
	class, _ := c.values[ChangeOfClass].(string)
	order := []string{"", ClassGeneral, ClassInternal, ClassConfidential, ClassSecret}
	if slices.Index(order, class) > slices.Index(order, c.kind.Class) {
		return class
	}
	return c.kind.Class
}
