package ismskit

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/workflow"
)

// changeFields that a refusal of document control stands at.
var changeFieldOf = map[string]string{
	document.FieldNumber: ChangeNumber, document.FieldTitle: ChangeTitle, document.FieldLevel: ChangeLevel,
	document.FieldIssued: ChangeIssueOn, document.FieldNextReview: ChangeReviewOn, document.FieldFiles: ChangeFile,
	document.FieldApproved: ChangeLetterOn, document.FieldApprover: ChangeApprover, document.FieldApprovalNo: ChangeLetterNo,
	document.FieldDescription: ChangeNote, document.FieldReason: ChangeNote, document.FieldOwner: ChangeUnit, document.FieldRelations: ChangeRelations, document.FieldMonths: ChangeMonths,
}

// changeFaults are what document control will not accept of a request, as things stand: asked
// when it is sent, and again at each step, so that nobody signs for nothing. Who signs and may not read the
// document any more learns that it is so, and not what became of it.
func (k *Kit) changeFaults(ctx context.Context, actor Actor, c caseInHand, now time.Time) (forms.Invalid, error) {
	out, err := k.changeUnfit(ctx, actor, c, now)
	if err != nil || len(out) == 0 || c.unsentYet() {
		return out, err
	}
	ref, _ := c.values[ChangeDocument].(forms.Ref)
	if ref.ID == "" {
		return out, nil
	}
	if may, err := k.mayReadDocument(ctx, actor, ref.ID); may || err != nil {
		return out, err
	}
	info, _ := c.kind.form.Field(ChangeDocument)
	return forms.Invalid{{Field: ChangeDocument, Code: "change.unlike", Label: info.Label, Text: sayAll("change.unlike", func(string) map[string]string { return nil })}}, nil
}

// changeUnfit are changeFaults with what they are about.
func (k *Kit) changeUnfit(ctx context.Context, actor Actor, c caseInHand, now time.Time) (forms.Invalid, error) {
	if !c.kind.DocumentChange {
		return nil, nil
	}
	looks := actor
	if !c.unsentYet() { // who signs need not be one who may look the document up
		looks = System("change")
	}
	ch, err := k.changeOf(ctx, looks, c, c.values)
	if err != nil {
		return nil, err
	}
	if ch.op != ChangeNew && !ch.known {
		if ref, _ := c.values[ChangeDocument].(forms.Ref); ref.ID == "" || c.unsentYet() {
			return nil, nil // the form says so itself
		}
	}
	at := ChangeDocument
	if ch.op == ChangeNew {
		at = ChangeNumber
	}
	var out forms.Invalid
	add := func(field string, text forms.Text, code string) {
		info, _ := c.kind.form.Field(field)
		out = append(out, forms.Fault{Field: field, Code: code, Label: info.Label, Text: text})
	}
	if ch.op != ChangeNew && !c.unsentYet() && ch.doc.Retired != "" {
		add(at, sayAll("change.retired", func(lang string) map[string]string {
			return map[string]string{"on": dayIn(ch.doc.Retired, lang)}
		}), "already_retired")
		return out, nil
	}
	is, _ := c.values[ChangeOldVersion].(string)
	if ch.op != ChangeNew && !c.unsentYet() && is != ch.doc.Current {
		add(at, sayAll("change.moved", func(string) map[string]string { return map[string]string{"was": is, "is": ch.doc.Current} }), "change.moved")
		return out, nil
	}
	if !c.unsentYet() {
		needed, err := k.levelAsked(ctx, ch)
		if err != nil {
			return nil, err
		}
		option, _ := c.values[ChangeOfLevel].(string)
		if was := levelOf(option); needed > 0 && (was == 0 || needed < was) { // whoever approves it would not approve that
			add(at, sayAll("change.level_moved", func(string) map[string]string { return map[string]string{"level": strconv.Itoa(needed)} }), "change.level_moved")
			return out, nil
		}
	}
	if said, _ := c.values[ChangeAgain].(string); said != "" && !c.unsentYet() && ch.op == ChangeStop && !slices.Equal(labelsIn(said), labelsIn(k.againAfter(ch))) {
		add(at, sayAll("change.again_moved", func(string) map[string]string { return nil }), "change.again_moved")
		return out, nil
	}
	moved, err := k.touchesMoved(ctx, c, ch)
	if err != nil {
		return nil, err
	}
	if moved {
		add(at, sayAll("change.touches_moved", func(string) map[string]string { return nil }), "change.touches_moved")
		return out, nil
	}
	day := calendar.DateOf(now.In(k.location))
	if planned, ok := c.values[ChangeIssueOn].(calendar.Date); ok && c.unsentYet() && !c.kind.outside() && planned.Before(day) && (ch.op == ChangeNew || ch.op == ChangeRevise) {
		add(ChangeIssueOn, sayAll("change.issue_past", func(string) map[string]string { return nil }), "change.issue_past")
	}
	refused, err := k.changeRefused(ctx, actor, c, ch, day)
	if err != nil {
		return nil, err
	}
	for _, r := range refused {
		field := changeFieldOf[r.Field]
		if info, ok := c.kind.form.Field(field); !ok || info.Later {
			field = at
		}
		text := sayAll("change.refused", func(lang string) map[string]string { return map[string]string{"why": r.Text(lang)} })
		if r.Code == "number_needed" { // the form said that one would be given
			text = sayAll("change.number_needed", func(string) map[string]string { return nil })
		}
		add(field, text, r.Code)
	}
	if ch.op == ChangeNew && c.unsentYet() {
		unfit, must, err := k.changeNumberUnfit(ctx, c, ch, now)
		if err != nil {
			return nil, err
		}
		if must {
			add(ChangeNumber, sayAll("change.refused", func(lang string) map[string]string { return map[string]string{"why": unfit.Text(lang)} }), unfit.Code)
		}
	}
	other, found, err := k.changeUnderWay(ctx, c)
	if err != nil || !found {
		return out, err
	}
	number, err := k.numberOfChange(ctx, actor, ch, other, now)
	return append(out, k.changeTwice(c, number)), err
}

// numberOfChange is the number of another request for the same document, "" for who may not know it: a
// document says on its page which request is on its way for it, to who may read it.
func (k *Kit) numberOfChange(ctx context.Context, actor Actor, ch docChange, other CaseRow, now time.Time) (string, error) {
	if ch.op != ChangeNew {
		if may, err := k.mayReadDocument(ctx, actor, ch.doc.ID); may || err != nil {
			return other.Number, err
		}
	}
	return k.numberFor(ctx, actor, other, now)
}

// changeNumberUnfit says what is wrong with the number of a new document; see numberUnfit.
func (k *Kit) changeNumberUnfit(ctx context.Context, c caseInHand, ch docChange, now time.Time) (unfit *document.Refusal, must bool, err error) {
	about := asking{doc: ch.doc, isNew: true, but: c.row.ID}
	if about.own, err = c.numberSent(); err != nil {
		return nil, false, err
	}
	err = k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		wrong, no, err := k.numberUnfit(ctx, tx, about, now)
		unfit, must = wrong, no
		return err
	})
	return unfit, must, err
}

// changeRefused is what the rules of document control say of a request, to whoever asks.
func (k *Kit) changeRefused(ctx context.Context, asks Actor, c caseInHand, ch docChange, day calendar.Date) (document.Refusals, error) {
	names, err := k.Documents().names(ctx, asks)
	if err != nil {
		return nil, err
	}
	var out, early document.Refusals
	if v := c.versionOf(ch, day); c.unsentYet() && (ch.op == ChangeNew || ch.op == ChangeRevise) {
		early = document.ReviewBefore(v.NextReview, v.Issued)
	}
	err = k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		lib := document.In(tx.Documents()).Naming(names)
		var err error
		switch ch.op {
		case ChangeNew, ChangeRevise:
			out, err = lib.Refused(ctx, ch.doc.ID, document.Issue{Version: c.versionOf(ch, day), Named: true, Today: day.String()})
			if err == nil && ch.op == ChangeNew {
				var wrong document.Refusals
				wrong, err = lib.Addable(ctx, ch.doc, false)
				out = append(wrong, out...)
			}
			if err == nil && ch.op == ChangeRevise && relationsAsked(c.values) != nil {
				with := ch.doc
				with.Relations = ch.relations
				var wrong document.Refusals
				wrong, err = lib.Related(ctx, with)
				out = append(out, wrong...)
			}
		case ChangeRetire:
			out = document.Retirable(ch.doc)
		case ChangeStop:
			out = document.Stoppable(ch.doc, ch.versions)
		}
		return err
	})
	return append(early, out...), err
}

// versionOf is the version that a request issues if it is approved on a day. One whose day
// has passed by then is issued on that day; one approved outside has the days of its letter.
func (c *caseInHand) versionOf(ch docChange, day calendar.Date) document.Version {
	note, _ := c.values[ChangeNote].(string)
	v := document.Version{
		Label: ch.label(c.values), Issued: day.String(), Approved: day.String(), Description: note,
		ApprovalWay: document.ByCase, ApprovalNo: c.row.Number, Case: c.row.ID, Reviser: c.row.ApplicantName,
	}
	if label, _ := c.values[ChangeNewVersion].(string); label != "" && !c.unsentYet() {
		v.Label = label
	}
	if planned, ok := c.values[ChangeIssueOn].(calendar.Date); ok && (planned.After(day) || c.lettered()) {
		v.Issued = planned.String()
	}
	if c.lettered() { // its days are the letter's, whenever it was entered
		text := func(key string) string { s, _ := c.values[key].(string); return strings.TrimSpace(s) }
		v.ApprovalWay, v.ApprovalNo, v.Approver = document.ByPaper, text(ChangeLetterNo), text(ChangeApprover)
		if on, ok := c.values[ChangeLetterOn].(calendar.Date); ok {
			v.Approved = on.String()
		}
	}
	if review, ok := c.values[ChangeReviewOn].(calendar.Date); ok {
		v.NextReview = review.String()
	}
	if f, ok := c.values[ChangeFile].(forms.File); ok {
		v.Files = []document.File{{Name: f.Name, Size: f.Size, MediaType: f.MediaType, Digest: f.Digest, Main: true}}
	}
	return v
}

// lettered says whether what was approved outside is entered with it: its form has the letter's
// fields, and needs them. A hook knows its values alone.
func (c *caseInHand) lettered() bool {
	no, _ := c.values[ChangeLetterNo].(string)
	return no != ""
}

// stillChanges refuses a signature on a request that document control would not carry out any
// more: the document has changed since it was sent.
func (w *work) stillChanges(ctx context.Context) error {
	faults, err := w.k.changeFaults(ctx, w.actor, w.after, w.now)
	if err != nil {
		return err
	}
	return faults.Err()
}

// changeHints say of a request that is on its way why it could not be carried out if it were signed now, or
// sent again: whoever has it before him learns it when he opens it, and not when he has decided. To
// anybody else what became of a document is told only if he may read it now.
func (k *Kit) changeHints(ctx context.Context, actor Actor, c caseInHand, mine bool) ([]Hint, error) {
	if !c.kind.DocumentChange || c.state.Phase == workflow.PhaseDraft || c.state.Phase == workflow.PhaseClosed {
		return nil, nil
	}
	if ref, _ := c.values[ChangeDocument].(forms.Ref); ref.ID != "" && !mine {
		if may, err := k.mayReadDocument(ctx, actor, ref.ID); err != nil || !may {
			return nil, err
		}
	}
	faults, err := k.changeFaults(ctx, actor, c, k.moment())
	if err != nil {
		return nil, err
	}
	key := "change.vain"
	if c.unsentYet() {
		key = "change.vain_returned"
	}
	var out []Hint
	for _, f := range faults {
		if c.unsentYet() && f.Field != ChangeDocument { // what else is wrong the form says, and its applicant mends
			continue
		}
		out = append(out, Hint{Text: sayAll(key, func(lang string) map[string]string { return map[string]string{"why": f.Text[lang]} })})
	}
	return out, nil
}
