package ismskit

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/register"
)

// sheetNames is what things are called, for one import (forms.Calling): each list is read once.
type sheetNames struct {
	ctx   context.Context
	k     *Kit
	actor Actor
	lists map[string]*calledRows
}

// calledRows are the rows of a list by what they are called.
type calledRows struct {
	byName map[string][]string          // ids of those in force
	names  map[string]map[string]string // by id and language; of those that have ended too
}

func newSheetNames(ctx context.Context, k *Kit, actor Actor) *sheetNames {
	return &sheetNames{ctx: ctx, k: k, actor: actor, lists: map[string]*calledRows{}}
}

// listOfRef is the list that a reference points into; false for a case or a document.
func listOfRef(list string) (string, bool) {
	if list == "unit" {
		return register.Units, true
	}
	return strings.CutPrefix(list, "register/")
}

func (n *sheetNames) list(list string) (*calledRows, error) {
	if known := n.lists[list]; known != nil {
		return known, nil
	}
	rows, err := n.k.Registers().Rows(n.ctx, n.actor, register.Query{List: list})
	if err != nil {
		return nil, err
	}
	out := &calledRows{byName: map[string][]string{}, names: map[string]map[string]string{}}
	now := n.k.moment()
	for _, row := range rows {
		out.names[row.ID] = map[string]string{}
		for _, lang := range languages {
			title, err := n.k.lists.Title(row, lang)
			if err != nil {
				return nil, err
			}
			out.names[row.ID][lang] = title
			if row.InForce(now) && !slices.Contains(out.byName[title], row.ID) {
				out.byName[title] = append(out.byName[title], row.ID)
			}
		}
	}
	n.lists[list] = out
	return out, nil
}

// Row implements forms.Calling.
func (n *sheetNames) Row(list, name string) (id string, several bool, err error) {
	list, ok := listOfRef(list)
	if !ok {
		return name, false, nil // a case or a document, which the form itself looks up
	}
	rows, err := n.list(list)
	if err != nil {
		return "", false, err
	}
	if _, known := rows.names[name]; known {
		return name, false, nil
	}
	switch found := rows.byName[name]; len(found) {
	case 0:
		return "", false, nil
	case 1:
		return found[0], false, nil
	}
	return "", true, nil
}

// Options implements forms.Calling.
func (n *sheetNames) Options(of forms.Need) ([]forms.Option, error) {
	found, err := n.k.lookup(n.ctx, n.actor, caseInHand{}, []forms.Need{of}, n.k.moment())
	if err != nil {
		return nil, err
	}
	options, _ := found.Options(of)
	return options, nil
}

// Knows implements forms.Calling.
func (n *sheetNames) Knows(words string) (bool, error) {
	port, ok := n.k.directory.(Searcher)
	if !ok {
		return false, nil
	}
	found, err := port.Search(n.ctx, words, 1)
	if err != nil {
		return false, fmt.Errorf("ismskit: directory: %w", err)
	}
	return len(found) > 0, nil
}

// mostNamed is among how many people of like names somebody is looked for.
const mostNamed = 50

// Person implements forms.Calling: somebody whose whole name it is, or his id or that with his unit behind the name.
func (n *sheetNames) Person(name string) (map[string]string, string, error) {
	port, ok := n.k.directory.(Searcher)
	if !ok {
		return map[string]string{"id": name}, "", nil // whether there is such a person, the form looks up
	}
	who, unit, _ := strings.Cut(strings.NewReplacer("(", "（", ")", "", "）", "").Replace(name), "（")
	found, err := port.Search(n.ctx, strings.TrimSpace(who), mostNamed)
	if err != nil {
		return nil, "", fmt.Errorf("ismskit: directory: %w", err)
	}
	var ids []string
	for _, h := range found {
		if (h.Person == name || h.Name == strings.TrimSpace(who) && (unit == "" || strings.TrimSpace(unit) == h.UnitName)) && !slices.Contains(ids, h.Person) {
			ids = append(ids, h.Person)
		}
	}
	switch len(ids) {
	case 1:
		return map[string]string{"id": ids[0]}, "", nil
	case 0:
		return map[string]string{"id": name}, "no_such_person", nil
	}
	return map[string]string{"id": name}, "several_refs", nil
}

// called is what a cell calls a row: its name, or its id where others are called so too.
func (n *sheetNames) called(list, id, name, lang string) (string, error) {
	key, ok := listOfRef(list)
	if !ok {
		return id, nil
	}
	rows, err := n.list(key)
	if err != nil {
		return "", err
	}
	title, known := rows.names[id][lang]
	switch {
	case !known && name != "":
		return name, nil
	case !known || len(rows.byName[title]) > 1 || title == "":
		return id, nil
	}
	return title, nil
}

// text is what stands in a cell for a value.
func (s Sheets) text(n *sheetNames, form *forms.Form, field string, v any, lang string) (string, error) {
	between := map[string]string{"en": ", "}[lang]
	if between == "" {
		between = "、"
	}
	switch v := v.(type) {
	case nil:
		return "", nil
	case forms.Ref:
		return n.called(v.List, v.ID, v.Name, lang)
	case []forms.Ref:
		var out []string
		for _, ref := range v {
			name, err := n.called(ref.List, ref.ID, ref.Name, lang)
			if err != nil {
				return "", err
			}
			out = append(out, name)
		}
		return strings.Join(out, between), nil
	}
	return form.Format(field, v, forms.Locale{Lang: lang, Location: s.k.location}), nil
}
