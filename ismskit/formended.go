package ismskit

import (
	"context"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/workflow"
)

// A form that was abolished under document control (廢止) is filled in no more: what is on its way goes on, and
// what was signed on paper before is still entered.

// formEnded is why no case of a type can begin whose form was retired; nil where it was not, and for a type
// without a form under control.
func (k *Kit) formEnded(ctx context.Context, kind *kind) (*Barred, error) {
	if kind.FormNo == "" || kind.PaperOf != "" {
		return nil, nil
	}
	var docs []document.Document
	err := k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		found, err := tx.Documents().Documents(ctx, document.Query{Numbers: []string{kind.FormNo}})
		docs = found
		return err
	})
	if err != nil {
		return nil, err
	}
	return retiredForm(kind.Key, kind.Version, kind.FormNo, docs), nil
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
	if err != nil {
		return nil // an earlier program's
	}
	return &Barred{Type: key, Version: version, Problems: []FlowProblem{{Text: workflow.Text(sayAll("form.retired", func(lang string) map[string]string {
		return map[string]string{"number": number, "on": forms.Locale{Lang: lang}.Day(day)}
	}))}}}
}
