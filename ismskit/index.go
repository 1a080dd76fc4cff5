package ismskit

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/record"
	"github.com/ismskit/ismskit/workflow"
)

// Kinds and origins of records.
const (
	RecordCase     = "case"
	RecordRow      = "row"
	RecordDocument = "document"
	RecordUpload   = "upload"

	OriginOnline   = "online"
	OriginPaper    = "paper"    // signed on paper and entered afterwards
	OriginUploaded = "uploaded" // by an officer who keeps records
)

func recordID(caseID string) string { return "case/" + caseID }

// recordOf is a case as the archive files it, and the rule that says who may
// read it.
func (k *Kit) recordOf(c *caseInHand, row CaseRow) (record.Record, record.ACL) {
	if f := c.place; f != nil {
		return f.Record, f.ACL
	}
	r := record.Record{
		ID: recordID(row.ID), Kind: RecordCase, Case: row.ID, Number: row.Number,
		Form: c.kind.FormNo, Type: c.kind.Key, Subject: row.Subject,
		Year: k.yearOf(row.Submitted, c.extra.Year),
		Unit: row.Unit, UnitName: row.UnitName, Person: row.Applicant, Name: row.ApplicantName,
		State: stateWord(c), Class: row.Class, Origin: OriginOnline,
		Filed: c.filed(row, k.location), Closed: row.Closed, Draft: row.Phase == string(workflow.PhaseDraft),
	}
	if c.kind.PaperOf != "" {
		r.Origin = OriginPaper
		r.Original, _ = c.values[paperPlace].(string)
	}
	if row.Parent != "" {
		r.Kind, r.Parent = RecordRow, recordID(row.Parent)
	}
	for _, path := range c.kind.Facets.Systems {
		for _, id := range c.refs(path) {
			if !slices.Contains(r.Systems, id) {
				r.Systems = append(r.Systems, id)
			}
		}
	}
	for _, f := range c.extra.Files {
		if !slices.Contains(r.Files, f.Digest) {
			r.Files = append(r.Files, f.Digest)
		}
	}
	var readers []string
	if row.Parent != "" {
		for _, id := range r.Systems {
			readers = append(readers, record.ReaderSystem(id))
		}
	}
	if c.kind.DocumentChange { // also where none of its steps is theirs: they answer for every version
		readers = append(readers, k.controllers()...)
	}
	r.Editions = c.extra.Editions
	category, unit := c.file(&r, &readers)
	acl := record.NewACL(unit, row.Class, category, c.kind.Key, readers...)
	r.ACL = acl.ID
	return r, acl
}

// filed is when a case was last sent, or begun if it never was.
func filed(row CaseRow) time.Time {
	if row.Submitted.IsZero() {
		return row.Created
	}
	return row.Submitted
}

// stateWord is the key of the state people read, which names the step.
func stateWord(c *caseInHand) string {
	if c.extra.Disposed != nil {
		return record.StateDisposed
	}
	kind := ""
	if i := slices.IndexFunc(c.state.Tasks, isOpen); i >= 0 {
		if c.state.Tasks[i].Waiting() {
			return record.StateOutside
		}
		kind = string(c.state.Tasks[i].Kind)
	}
	if kind == "" && c.state.Phase == workflow.PhaseRunning {
		kind = string(workflow.KindHandle) // only a split is open: others handle its rows
	}
	if step, ok := c.lapsed(); ok {
		kind = string(step.Kind)
	}
	if c.kind.Filing && c.state.Phase == workflow.PhaseClosed && c.state.Outcome == workflow.OutcomeDone {
		if c.extra.Retracted {
			return record.StateRetracted
		}
		return record.StateKept
	}
	return record.StateOf(string(c.state.Phase), kind, string(c.state.Outcome))
}

// fingerprint tells whether the archive already knows a record as it is. Every
// action asks, so it is not made of JSON: each text is written after its length.
func fingerprint(r record.Record) string {
	b := make([]byte, 0, 512)
	for _, s := range [...]string{
		r.ID, r.Kind, r.Case, r.Parent, r.Number, r.Form, r.Type, r.Subject, r.Unit, r.UnitName, r.Person, r.Name,
		r.State, r.Class, r.DocKind, r.Origin, r.Original, r.ACL,
	} {
		b = append(binary.AppendUvarint(b, uint64(len(s))), s...)
	}
	for _, list := range [...][]string{r.Systems, r.Files} {
		b = binary.AppendUvarint(b, uint64(len(list)))
		for _, s := range list {
			b = append(binary.AppendUvarint(b, uint64(len(s))), s...)
		}
	}
	if r.Category != "" { // records from before there were any keep theirs
		b = append(binary.AppendUvarint(b, uint64(len(r.Category))), r.Category...)
	}
	for _, edition := range r.Editions { // nor are those indexed anew that were made under none that is known
		b = append(append(binary.AppendUvarint(b, uint64(len(edition))), '/'), edition...)
	}
	for _, n := range [...]int64{int64(r.Year), r.Filed.UnixMicro(), r.Closed.UnixMicro()} {
		b = binary.AppendVarint(b, n)
	}
	b = strconv.AppendBool(b, r.Draft)
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:12])
}

// searchText is what a case is found by. A field that some step hides is no part of
// it: a case found by what a reader must not see would tell it to him. What was chosen is
// found by what it is called, in every language; owned are the names of what belongs to
// rows of lists, see ownedNames.
func (k *Kit) searchText(c *caseInHand, row CaseRow, owned ...string) string {
	parts := []any{row.Number, row.Subject, row.ApplicantName, row.UnitName, c.kind.FormNo}
	if c.extra.Writer != nil {
		parts = append(parts, c.extra.Writer.Name)
	}
	for _, lang := range slices.Sorted(maps.Keys(c.kind.Title)) {
		parts = append(parts, c.kind.Title[lang])
	}
	for _, leaf := range c.openLeaves() {
		field, _ := c.kind.leafField(leaf.Name)
		parts = append(parts, leaf.Value, optionNames(leaf.Value, field.Options))
	}
	parts = append(parts, owned)
	if !row.Submitted.IsZero() {
		parts = append(parts, calendar.DateOf(row.Submitted.In(k.location)).String()) // it stands in every list
	}
	parts = append(parts, outsideWords(c.state)...)
	for _, t := range c.state.Tasks {
		parts = append(parts, namesOf(t), t.Comment)
	}
	return record.Text(parts...)
}
