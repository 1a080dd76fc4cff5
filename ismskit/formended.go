package ismskit

import (
	"context"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/workflow"
)

// A form that was abolished under document control (廢止) is filled in no more: what is on its way goes on, and
// what was signed on paper before is still entered.

// formEnded refuses, by a *Barred, that a case of a type begins whose form was retired; nil where it was not,
// and for a type without a form under control.
func (k *Kit) formEnded(ctx context.Context, kind *kind) error {
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
	if bar := retiredForm(kind.Key, kind.Version, kind.FormNo, docs); bar != nil {
		return bar
	}
	return nil
}

// retiredForm bars a type whose number is only that of documents that were retired.
func retiredForm(key, version, number string, docs []document.Document) *Barred {
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
	day, err := parseISO(since)
	return &Barred{Type: key, Version: version, Problems: []FlowProblem{{Text: workflow.Text(sayAll("form.retired", func(lang string) map[string]string {
		on := since // as it stands, where an earlier program kept what is no day
		if err == nil {
			on = forms.Locale{Lang: lang}.Day(day)
		}
		return map[string]string{"number": number, "on": on}
	}))}}}
}
