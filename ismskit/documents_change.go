package ismskit

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/filetext"
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
	// ChangeLeft is what of the two files the comparison leaves out or takes otherwise than their
	// program shows it, of filetext.LeftKinds: multi_choice, optional.
	ChangeLeft    = "not_compared"
	CompareClause = "clause"
	CompareKind   = "kind" // choice: document.Added, Removed, Changed, Renumbered
	CompareOld    = "old"
	CompareNew    = "new"
	// ChangeTouches is a table of what the change touches, with the columns of a Touch: optional, as
	// types from before have no such table. Each sees of it what he may see anyway.
	ChangeTouches = "touches"
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
	ChangeComparison: "table", ChangeCompared: "choice", ChangeLeft: "multi_choice", ChangeNumberNote: "text",
	ChangeGroup: "ref", ChangeMonths: "choice", ChangeRelations: "table", ChangeTouches: "table",
}

// changeOptional are those that a type may do without.
var changeOptional = []string{ChangeAgain, ChangeCompared, ChangeLeft, ChangeNumberNote, ChangeMonths, ChangeRelations, ChangeGroup, ChangeTouches}

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
var changeFollows = []string{ChangeName, ChangeOfLevel, ChangeOfClass, ChangeOldVersion, ChangeNewVersion, ChangeAgain, ChangeNumberNote, ChangeCompared, ChangeLeft, ChangeComparison, ChangeTouches}

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
	if table, ok := fieldNamed(k.Form.Fields, ChangeTouches); ok {
		for _, column := range []string{TouchKind, TouchName, TouchHow, TouchStays, TouchRef} {
			if _, ok := columnNamed(table, column); !ok {
				faults = append(faults, fmt.Errorf("document_change: table %q has no column %q", ChangeTouches, column))
			}
		}
	}
	for key, options := range map[string][]string{ChangeCompared: comparedStates(), ChangeLeft: filetext.LeftKinds()} {
		f, ok := fieldNamed(k.Form.Fields, key)
		for _, option := range options {
			if ok && !slices.ContainsFunc(f.Options, func(o forms.Option) bool { return o.Key == option }) {
				faults = append(faults, fmt.Errorf("document_change: field %q has no option %q", key, option))
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
