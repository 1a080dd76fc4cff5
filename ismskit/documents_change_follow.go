package ismskit

import (
	"context"
	"strings"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/workflow"
)

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
		if compare || key != ChangeComparison && key != ChangeCompared && key != ChangeLeft && key != ChangeTouches {
			delete(out, key)
		}
	}
	ch, err := k.changeOf(ctx, actor, c, values)
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
	level, err := k.levelAsked(ctx, ch)
	if err != nil {
		return out, err
	}
	if level > 0 {
		set(ChangeOfLevel, levelOption(level))
	}
	set(ChangeOfClass, k.classOffered(c.kind, ChangeOfClass, ch.doc.Class))
	set(ChangeOldVersion, ch.doc.Current)
	set(ChangeNewVersion, ch.label(values))
	if _, ok := fieldNamed(c.kind.Form.Fields, ChangeAgain); ok && ch.op == ChangeStop {
		set(ChangeAgain, k.againAfter(ch))
	}
	issues := ch.op == ChangeNew || ch.op == ChangeRevise
	if day, ok := values[ChangeIssueOn].(calendar.Date); ok && issues {
		again, err := k.reviewFollowed(ctx, actor, c, values)
		if err != nil {
			return out, err
		}
		if again || compare && out[ChangeReviewOn] == nil {
			out[ChangeReviewOn] = day.AddMonths(ch.doc.Months())
		}
	}
	if !compare {
		return out, nil
	}
	if _, ok := fieldNamed(c.kind.Form.Fields, ChangeTouches); ok {
		touched, err := k.touchedBy(ctx, c.kind, ch, values)
		if err != nil {
			return out, err
		}
		if len(touched) > 0 {
			out[ChangeTouches] = touched
		}
	}
	if ch.op != ChangeRevise {
		return out, nil
	}
	state, rows, left, err := k.comparison(ctx, ch, values)
	if _, ok := fieldNamed(c.kind.Form.Fields, ChangeLeft); ok && len(left) > 0 {
		out[ChangeLeft], left = left, nil
	}
	if _, ok := fieldNamed(c.kind.Form.Fields, ChangeCompared); ok {
		set(ChangeCompared, state)
	} else {
		rows = k.byHand(state, rows, left)
	}
	if len(rows) > 0 {
		out[ChangeComparison] = rows
	}
	return out, err
}

// reviewFollowed says whether the day of review that stands in a returned request followed from the
// day of issue, so that it follows from that which is asked for now: nobody typed it.
func (k *Kit) reviewFollowed(ctx context.Context, actor Actor, c caseInHand, values forms.Values) (bool, error) {
	stood, ok := c.values[ChangeReviewOn].(calendar.Date)
	day, dated := c.values[ChangeIssueOn].(calendar.Date)
	if !ok || !dated || values[ChangeReviewOn] != stood {
		return false, nil
	}
	was, err := k.changeOf(ctx, actor, c, c.values)
	return err == nil && stood == day.AddMonths(was.doc.Months()), err
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
	unfit, _, err := k.changeNumberUnfit(ctx, c, *ch, now)
	if _, known := fieldNamed(c.kind.Form.Fields, ChangeNumberNote); known && unfit != nil {
		out[ChangeNumberNote] = unfit.Text(k.cfg.Lang)
	}
	return err
}

// againAfter is which version of a document is in force again once the present one is stopped, and which
// comes into force by itself afterwards: it was made from the one that is stopped.
func (k *Kit) againAfter(ch docChange) string {
	out := k.text("change.none_again", nil)
	if again, ok := document.Replaced(ch.versions, ch.doc.Current); ok {
		out = again.Label
	}
	if next, ok := document.Waits(ch.versions); ok {
		out = k.text("change.again_until", map[string]string{"again": out, "label": next.Label, "on": k.day(next.Issued)})
	}
	return out
}

// labelsIn are the versions that such a text names, in whatever words and language: a day has three parts, or
// names its month.
func labelsIn(said string) (labels []string) {
	for _, number := range strings.FieldsFunc(said, func(r rune) bool { return r != '.' && (r < '0' || r > '9') }) {
		if _, err := document.ParseLabel(strings.Trim(number, ".")); err == nil {
			labels = append(labels, strings.Trim(number, "."))
		}
	}
	return labels
}

// unsentYet says whether the applicant has the case before him.
func (c *caseInHand) unsentYet() bool {
	return c.state.Phase == workflow.PhaseDraft || c.state.Phase == workflow.PhaseReturned
}

// documentClass makes a request or a reading that is not sent yet no less confidential than its
// document: also where the document has a class that nobody knows, which no field of the form can say.
// Nothing is said by it of a document that its actor may not read and did not find there.
func (w *work) documentClass(ctx context.Context) error {
	c := &w.after
	if !c.kind.DocumentChange && !c.kind.Reading || !w.before.unsentYet() {
		return nil
	}
	scale := w.k.classes()
	said, _ := c.values[ChangeOfClass].(string)
	c.row.Class = scale.higher(said, c.kind.Class)
	ref, _ := c.values[ChangeDocument].(forms.Ref)
	if ref.ID == "" {
		return nil
	}
	doc, _, err := w.k.Documents().stored(ctx, ref.ID)
	if err != nil || doc.ID == "" {
		return err
	}
	reach, err := w.k.Documents().reach(ctx, w.actor)
	was, _ := w.before.values[ChangeDocument].(forms.Ref)
	if err == nil && (was.ID == ref.ID || reach.Lets(doc)) {
		c.row.Class = scale.higher(doc.Class, c.row.Class)
	}
	return err
}
