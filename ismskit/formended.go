package ismskit

import (
	"context"
	"errors"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/workflow"
)

// A form that was abolished under document control (廢止) is filled in no more: what is on its way goes on, what was
// approved by word of mouth before is still handed in on it, and what was signed on paper before is still
// entered.

// formEnded refuses, by a *Barred, that a case of a type begins whose form was retired; nil where it was not,
// and for a type without a form under control. What was begun on a day before the form ended, or on
// that day, goes on; without a day it begins now. A form that is retired while the answer is on its way
// is not seen: that case began before it.
func (k *Kit) formEnded(ctx context.Context, kind *kind, begun calendar.Date) error {
	if kind.FormNo == "" || kind.PaperOf != "" {
		return nil
	}
	var docs []document.Document
	err := k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		found, err := tx.Documents().Documents(ctx, document.Query{Numbers: []string{kind.FormNo}})
		docs = found
		return err
	})
	if err != nil {
		return err
	}
	bar := retiredForm(kind, docs)
	if bar == nil || !begun.IsZero() && !bar.retired.Before(begun) {
		return nil
	}
	return bar
}

// sendingEnded is why a request that was not sent, or was returned, can't be sent with some changes of its
// values: its form was abolished, and what it says is not owed. nil where it can. What was first sent by the
// day on which the form ended goes on when it was returned, and what was laid before somebody by an answer
// goes on, whatever he makes of it.
func (k *Kit) sendingEnded(ctx context.Context, c caseInHand, changes forms.Values) (*Barred, error) {
	if !c.unsentYet() || c.row.Parent != "" || c.extra.Cause != "" {
		return nil, nil
	}
	err := k.formEnded(ctx, c.kind, calendar.Date{})
	var bar *Barred
	if !errors.As(err, &bar) {
		return nil, err
	}
	owed := func(begun calendar.Date) bool { return !begun.IsZero() && !bar.retired.Before(begun) }
	if owed(k.approvedOrally(c.kind, c.kind.form.Merge(c.values, changes))) {
		return nil, nil
	}
	if c.state.Phase == workflow.PhaseReturned {
		sent, err := k.firstSent(ctx, c.row)
		if err != nil || owed(calendar.DateOf(sent.In(k.location))) {
			return nil, err
		}
	}
	return bar, nil
}

// approvedOrally is the day on which what a request says was approved by word of mouth, zero where it was not.
func (k *Kit) approvedOrally(kind *kind, values forms.Values) calendar.Date {
	if o := kind.Oral; o != nil && values[o.When] == true {
		if at, ok := values[o.Approved].(time.Time); ok {
			return calendar.DateOf(at.In(k.location))
		}
	}
	return calendar.Date{}
}

// preparedEnded refuses an answer that would lay a form that was retired before somebody, while he can still give
// another. What the Kit itself brings about goes on, and what was laid before somebody by then is sent.
func (w *work) preparedEnded(ctx context.Context) error {
	if w.actor.system {
		return nil
	}
	for _, e := range w.effects {
		if o, ok := e.(OpenLater); ok && o.prepares(w) {
			if kind, known := w.k.kinds.latestOf(o.Type); known {
				if err := w.k.formEnded(ctx, kind, calendar.Date{}); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// retiredForm bars a type whose number is only that of documents that were retired.
func retiredForm(kind *kind, docs []document.Document) *Barred {
	since := ""
	for _, doc := range docs {
		if doc.Retired == "" {
			return nil
		}
		since = max(since, doc.Retired)
	}
	if since == "" {
		return nil
	}
	var retired calendar.Date
	if day, err := parseISO(since); err == nil {
		retired = day
	}
	key := "form.retired"
	if kind.Oral != nil {
		key = "form.retired_oral"
	}
	return &Barred{Type: kind.Key, Version: kind.Version, ended: true, oral: kind.Oral != nil, retired: retired, Problems: []FlowProblem{{Text: workflow.Text(sayAll(key, func(lang string) map[string]string {
		return map[string]string{"number": kind.FormNo, "on": dayIn(since, lang)}
	}))}}}
}

// dayIn is an ISO date as people read it, as it stands where an earlier program kept what is no day.
func dayIn(iso, lang string) string {
	day, err := parseISO(iso)
	if err != nil {
		return iso
	}
	return forms.Locale{Lang: lang}.Day(day)
}
