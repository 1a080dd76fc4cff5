package ismskit

import (
	"context"
	"errors"
	"fmt"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/directory"
	"github.com/ismskit/ismskit/ismskit/record"
	"github.com/ismskit/ismskit/ismskit/register"
)

// audiences are whom each document is distributed to, as rules of the archive name them; of
// one alone where id is given, and of that also where it is distributed to nobody.
func (d Documents) audiences(ctx context.Context, id string) (map[string][]string, error) {
	rows, err := d.distributions(ctx, id)
	if err != nil {
		return nil, err
	}
	out := map[string][]string{}
	if id != "" {
		out[id] = nil
	}
	for _, row := range rows {
		cells, err := d.k.lists.Cells(row)
		if err != nil {
			return nil, err
		}
		// A row that has moved to another document is that one's.
		if doc := cells.ID(ReadingDocument); id == "" || doc == id {
			out[doc] = append(out[doc], distributedTo(cells)...)
		}
	}
	return out, nil
}

// distributions are the rows that name a document, or all.
func (d Documents) distributions(ctx context.Context, id string) (rows []register.Row, err error) {
	q := register.Query{List: register.Distributions}
	if id != "" {
		q.Keys = []string{register.Key(ReadingDocument, id)}
	}
	err = d.k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		found, err := tx.Registers().Rows(ctx, q)
		rows = found
		return err
	})
	return rows, err
}

// distributedTo are those whom a row of the list names.
func distributedTo(cells register.Cells) (keys []string) {
	if cells.Flag("everybody") {
		keys = append(keys, record.Everybody)
	}
	for field, key := range map[string]func(string) string{
		"units": record.ReaderUnit, "roles": record.ReaderRoleRow, "groups": record.ReaderGroup, "posts": record.ReaderPost, "people": record.ReaderPerson,
	} {
		for _, id := range cells.IDs(field) {
			keys = append(keys, key(id))
		}
	}
	return keys
}

// distributionFits refuses a new row that names nobody. One that is there is ended by emptying it.
func (k *Kit) distributionFits(old, row register.Row) error {
	if old.ID != "" {
		return nil
	}
	cells, err := k.lists.Cells(row)
	if err != nil || len(distributedTo(cells)) > 0 {
		return err
	}
	form, _ := k.lists.Form(register.Distributions)
	info, _ := form.Field("everybody")
	return forms.Invalid{{Field: "everybody", Code: "distribution.nobody", Label: info.Label, Text: forms.Text(k.texts("distribution.nobody"))}}
}

// audienceHouse is everybody in the house as the rules see him, read once for all documents.
type audienceHouse struct {
	k      *Kit
	people []houseReader
	read   bool
}

type houseReader struct {
	directory.Holder
	record.Reader
	confidential bool // he may read documents of every class
}

// all reads the house.
func (h *audienceHouse) all(ctx context.Context) ([]houseReader, error) {
	if h.read {
		return h.people, nil
	}
	port, ok := h.k.directory.(Roster)
	if !ok {
		return nil, errors.New("ismskit: the directory does not list its people")
	}
	now := h.k.moment()
	units, err := port.Units(ctx, now)
	if err != nil {
		return nil, fmt.Errorf("directory: %w", err)
	}
	above := map[string]string{}
	for _, u := range units {
		above[u.ID] = u.Parent
	}
	known := map[string]bool{}
	for _, u := range units {
		people, err := port.PeopleOf(ctx, u.ID, now)
		if err != nil {
			return nil, fmt.Errorf("directory: %w", err)
		}
		for _, p := range people {
			if known[p.Person] {
				continue
			}
			known[p.Person] = true
			one := houseReader{Holder: p}
			if one.Reader, err = h.k.reader(ctx, p.Person, now); err != nil {
				return nil, err
			}
			if err := h.k.inRows(ctx, &one.Reader); err != nil {
				return nil, err
			}
			if one.confidential, err = h.k.Documents().readsAll(ctx, Actor{Person: p.Person}); err != nil {
				return nil, err
			}
			// What is distributed to a unit goes to all beneath it. Who may read everything is
			// not asked to, and who heads a unit no more than he works there.
			for unit, n := above[one.Reader.Unit], 0; unit != "" && n <= len(units); unit, n = above[unit], n+1 {
				one.Counts = append(one.Counts, unit)
			}
			one.ReadAll, one.Units = false, nil
			h.people = append(h.people, one)
		}
	}
	h.read = true
	return h.people, nil
}

// of are those of the house whom the keys name; barred are those among them who may not read
// documents of the class.
func (h *audienceHouse) of(ctx context.Context, keys []string, class string) (people, barred []houseReader, err error) {
	if len(keys) == 0 {
		return nil, nil, nil
	}
	all, err := h.all(ctx)
	if err != nil {
		return nil, nil, err
	}
	for _, p := range all {
		if _, ok := p.Allows(record.ACL{Readers: keys}); !ok {
			continue
		}
		if h.k.classes().Confidential(class) && !p.confidential {
			barred = append(barred, p)
			continue
		}
		people = append(people, p)
	}
	return people, barred, nil
}
