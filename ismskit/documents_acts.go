package ismskit

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/workflow"
)

// DocumentAct is an entry on a document's trail as whoever reads the document sees it: what was
// done to it, by whom and why. The trail itself is in a bundle.
type DocumentAct struct {
	Seq int64 // from 1
	At  time.Time
	// Verb is file (also a correction of what is said of the document, without Label), release (an
	// approved version came into force on its day), retire, stop, withdraw, reviewed, set_year.
	Verb  workflow.Verb
	Label string // of the version, "" where it is about none
	By    workflow.Signer
	For   *workflow.Signer // whose deputy he was, nil for nobody's
	// Reason is why it was done, "" where none was given: whoever reads the document reads it, as the
	// forms that ask for it say. Note is what the version that was filed says of itself.
	Reason, Note string
	// Facts are what a correction changed of what is said of the document; nil for any other act, and
	// of programs before this.
	Facts []DocumentFact
	// Ends says that it is why the version of Label no longer holds (stop), or the document (retire).
	Ends bool
	// Case is the request by which it was done, CaseNo its number: "" for none, and where the actor
	// may not read it.
	Case, CaseNo string
}

var documentActTexts = map[workflow.Verb]string{
	"file": "document_act.file", "release": "document_act.release", "retire": "document_act.retire", "stop": "document_act.stop",
	"withdraw": "document_act.withdraw", "reviewed": "document_act.reviewed", VerbSetYear: "document_act.set_year",
}

// Text says what was done: 登錄 1.4 版、廢止、更正文件資料.
func (e DocumentAct) Text(lang string) string {
	key, known := documentActTexts[e.Verb]
	switch {
	case e.Verb == "file" && e.Label == "" && e.Seq == 1:
		key = "document_act.begun"
	case e.Verb == "file" && e.Label == "":
		key = "document_act.corrected"
	case !known: // of a later program
		key = "document_act.other"
	}
	return say(lang, key, map[string]string{"label": e.Label})
}

// acts are the entries of a document's trail, oldest first, without those whose content was disposed
// of or cannot be read: Check counts them.
func (d Documents) acts(ctx context.Context, actor Actor, doc document.Document, versions []document.Version) (out []DocumentAct, err error) {
	var rows []TrailEntry
	err = d.k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		found, err := chainRows(ctx, tx, EntryQuery{Chain: documentRecord(doc.ID)})
		rows = found
		return err
	})
	if err != nil {
		return nil, err
	}
	numbers := map[string]string{} // of cases, "" where he may not read one
	for _, e := range entriesOf(rows) {
		if e.Disposed || e.Malformed {
			continue
		}
		one := DocumentAct{Seq: e.Seq, At: e.At, Verb: e.Verb, Label: e.Result, By: e.By, For: e.For, Reason: e.Comment, Facts: factsOf(e.Changes)}
		if e.Verb == "file" && slices.ContainsFunc(versions, func(v document.Version) bool { return v.Label == e.Result && v.Description == e.Comment }) {
			one.Reason, one.Note = "", e.Comment
		}
		if of, ok := strings.CutPrefix(e.Via, recordID("")); ok {
			number, known := numbers[of]
			if !known {
				row, may, err := d.k.caseIfRead(ctx, actor, of)
				if err != nil {
					return nil, err
				}
				if may {
					number = row.Number
				}
				numbers[of] = number
			}
			if number != "" {
				one.Case, one.CaseNo = of, number
			}
		}
		out = append(out, one)
	}
	ends := func(verb workflow.Verb, label string) {
		for i := range slices.Backward(out) {
			if out[i].Verb == verb && out[i].Label == label {
				out[i].Ends = true
				return
			}
		}
	}
	for _, v := range versions {
		if v.State == document.Stopped {
			ends("stop", v.Label)
		}
	}
	if doc.Retired == "" {
		return out, nil
	}
	ends("retire", "")
	return out, d.replacedUnnamed(ctx, actor, doc, out)
}

// replacedUnnamed takes from what was done to a retired document the number of the one that replaced it, for
// who may not read that now.
func (d Documents) replacedUnnamed(ctx context.Context, actor Actor, doc document.Document, acts []DocumentAct) error {
	reach, err := d.reach(ctx, actor)
	if err != nil || reach == nil {
		return err
	}
	var hidden []string
	err = d.k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		all, err := tx.Documents().Documents(ctx, document.Query{PointsAt: &doc})
		hidden = nil
		for _, next := range all {
			if !reach.Lets(next) && slices.ContainsFunc(next.Relations, func(r document.Relation) bool { return r.Ends() && r.PointsAt(doc) }) {
				hidden = append(append(hidden, next.Number), next.FormerNumbers...)
			}
		}
		return err
	})
	for i, act := range acts {
		if act.Verb == "retire" && slices.ContainsFunc(hidden, func(number string) bool { return strings.Contains(act.Reason, number) }) {
			acts[i].Reason = d.k.text("document.replaced_unnamed", nil)
		}
	}
	return err
}
