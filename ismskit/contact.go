package ismskit

import (
	"context"
	"strings"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/workflow"
)

// OfficeContact is whom to turn to at an office outside, as far as its row says.
type OfficeContact struct {
	Name         workflow.Text
	Phone, Email string
}

// contactOf is the contact of the office that carries a step out; zero where the case
// names none, or nobody is known there.
func (k *Kit) contactOf(ctx context.Context, c caseInHand, step workflow.Step) (OfficeContact, error) {
	office := officeIn(c, step)
	if office == "" {
		return OfficeContact{}, nil
	}
	var who register.Row
	found := false
	err := k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		row, ok, err := tx.Registers().Row(ctx, register.Offices, office)
		if err != nil || !ok {
			return err
		}
		cells, err := k.lists.Cells(row)
		if err != nil || cells.ID("contact") == "" {
			return err
		}
		contact, ok, err := tx.Registers().Row(ctx, register.Externals, cells.ID("contact"))
		who, found = contact, ok
		return err
	})
	if err != nil || !found {
		return OfficeContact{}, err
	}
	cells, err := k.lists.Cells(who)
	if err != nil {
		return OfficeContact{}, err
	}
	out := OfficeContact{Name: workflow.Text{}, Phone: cells.Text("phone"), Email: cells.Text("email")}
	for _, lang := range languages {
		if out.Name[lang], err = k.lists.Title(who, lang); err != nil {
			return OfficeContact{}, err
		}
	}
	return out, nil
}

// officeIn is the row of the office that a step's text names by a field of the case.
func officeIn(c caseInHand, step workflow.Step) string {
	if step.Outside == nil {
		return ""
	}
	for _, text := range step.Outside.To {
		for key, value := range c.values {
			if ref, ok := value.(forms.Ref); ok && ref.List == "register/"+register.Offices && strings.Contains(text, "{"+key+"}") {
				return ref.ID
			}
		}
	}
	return ""
}
