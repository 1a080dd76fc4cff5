package ismskit

import (
	"context"
	"slices"
	"time"

	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/ismskit/register"
)

// owned is a filing whose owner is a unit or a group of the house: named by its id, or by what it
// is called. A person's other word is refused; what the document had stays good.
func (d Documents) owned(ctx context.Context, tx Tx, actor Actor, f Filing) (Filing, document.Refusals, error) {
	doc := &f.Document
	old, found, err := tx.Documents().Document(ctx, doc.ID)
	if err != nil || found && (len(doc.Title) == 0 || doc.Unit == old.Unit && doc.Group == old.Group && doc.Owner == old.Owner) {
		return f, nil, err
	}
	named := doc.Unit != "" && doc.Unit != old.Unit || doc.Group != "" && doc.Group != old.Group || doc.Owner == "" && doc.Unit+doc.Group != ""
	switch {
	case actor.system && doc.Owner != "":
		return f, nil, nil
	case named:
		for list, id := range map[string]string{register.Units: doc.Unit, register.Groups: doc.Group} {
			if id == "" {
				continue
			}
			row, found, err := tx.Registers().Row(ctx, list, id)
			if err != nil {
				return f, nil, err
			}
			if !found {
				return f, document.Refusals{document.RefuseOwner(id)}, nil
			}
			cells, err := d.k.lists.Cells(row)
			if err != nil {
				return f, nil, err
			}
			if list == register.Groups || doc.Group == "" { // a group is named before the unit it works in
				doc.Owner = cells.Text("name")
			}
		}
		return f, nil, nil
	case doc.Owner == "":
		doc.Unit, doc.Group = "", ""
		return f, nil, nil
	}
	unit, group, twice, err := d.ownerCalled(ctx, tx, doc.Owner, d.k.moment())
	switch doc.Unit, doc.Group = unit, group; {
	case err != nil:
		return f, nil, err
	case twice != nil:
		return f, document.Refusals{twice}, nil
	case unit+group == "":
		return f, document.Refusals{document.RefuseOwner(doc.Owner)}, nil
	}
	return f, nil, nil
}

// ownerCalled is the unit or the group of a name; where several have it twice names them all.
func (d Documents) ownerCalled(ctx context.Context, tx Tx, name string, at time.Time) (unit, group string, twice *document.Refusal, err error) {
	var which []string
	for _, list := range []string{register.Units, register.Groups} {
		rows, err := tx.Registers().Rows(ctx, register.Query{List: list, At: at})
		if err != nil {
			return "", "", nil, err
		}
		for _, row := range rows {
			cells, err := d.k.lists.Cells(row)
			if err != nil {
				return "", "", nil, err
			}
			if !slices.Contains([]string{cells.Text("name"), cells.Text("name_en")}, name) {
				continue
			}
			if which = append(which, list+"/"+row.ID); list == register.Groups {
				group = row.ID
			} else {
				unit = row.ID
			}
		}
	}
	if len(which) > 1 {
		return "", "", document.RefuseOwnerTwice(name, which), nil
	}
	return unit, group, nil, nil
}

// leadsOf are who leads a group, and its secretary.
func (d Documents) leadsOf(ctx context.Context, group string) (people []string, err error) {
	err = d.k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		row, found, err := tx.Registers().Row(ctx, register.Groups, group)
		if err != nil || !found {
			return err
		}
		cells, err := d.k.lists.Cells(row)
		if err != nil {
			return err
		}
		people = nil
		for _, id := range []string{cells.ID("lead"), cells.ID("secretary")} {
			if id != "" {
				people = append(people, id)
			}
		}
		return nil
	})
	return people, err
}
