package ismskit

import (
	"context"
	"slices"
	"strconv"

	"github.com/ismskit/ismskit/forms"
)

// ExportedRows is the Type of an Event that is the rows of a living list taken out of the house;
// its Number is how many there were.
const ExportedRows = "rows"

// Lines are the rows of a list as a sheet holds them, for whoever may bring one (see Try), and
// what Choices gives. That somebody took them is an entry on the trail before he has them, with
// scope, as of Records.Export; of a list without rows nothing is taken.
func (s Sheets) Lines(ctx context.Context, actor Actor, list, lang string, scope map[string]string) ([]forms.SheetLine, map[string][]string, error) {
	s.k = s.k.once()
	choices, err := s.Choices(ctx, actor, list, lang)
	if err != nil {
		return nil, nil, err
	}
	rows, err := s.rows(ctx, list)
	if err != nil {
		return nil, nil, err
	}
	form, _ := s.k.lists.Form(list)
	names := newSheetNames(ctx, s.k, actor)
	var lines []forms.SheetLine
	for _, r := range rows {
		line := forms.SheetLine{ID: r.row.ID}
		for _, f := range form.SheetFields("") {
			text, err := s.text(names, form, f.Path, r.values[f.Path], lang)
			if err != nil {
				return nil, nil, err
			}
			line.Cells = append(line.Cells, forms.SheetCell{Field: f.Path, Text: text})
		}
		lines = append(lines, line)
	}
	if len(lines) == 0 {
		return nil, choices, nil
	}
	by, err := s.k.byline(ctx, actor)
	if err != nil {
		return nil, nil, err
	}
	return lines, choices, s.k.tookList(ctx, actor, Event{Type: ExportedRows, Number: strconv.Itoa(len(lines)), By: by}, scope, s.k.moment())
}

// Choices are what can be chosen in the columns of a list that point into other lists, by field,
// for whoever may bring a sheet of it.
func (s Sheets) Choices(ctx context.Context, actor Actor, list, lang string) (map[string][]string, error) {
	s.k = s.k.once()
	if err := s.may(ctx, actor, list); err != nil {
		return nil, s.k.refused(ctx, actor, err)
	}
	form, _ := s.k.lists.Form(list)
	names := newSheetNames(ctx, s.k, actor)
	choices := map[string][]string{}
	for _, f := range form.SheetFields("") {
		key, ok := listOfRef(f.List)
		if !ok || f.Type == "refs" {
			continue
		}
		called, err := names.list(key)
		if err != nil {
			return nil, err
		}
		for id, name := range called.names {
			if len(called.byName[name[lang]]) > 0 {
				offered, err := names.called(f.List, id, "", lang)
				if err != nil {
					return nil, err
				}
				choices[f.Path] = append(choices[f.Path], offered)
			}
		}
		slices.Sort(choices[f.Path])
	}
	return choices, nil
}
