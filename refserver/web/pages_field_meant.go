package web

import (
	"net/http"
	"slices"
	"strings"
	"unicode"

	"github.com/ismskit/ismskit/ismskit/directory"
	"github.com/ismskit/ismskit/ismskit/register"
)

// mostAlike is how many people a field offers at most for what was typed, and among how
// many of one name it looks for the one it names.
const mostAlike = 9

// nameWords are the words of what was typed for a person, as they are searched for: a
// name, with post and unit where they were typed too.
func nameWords(find string) string {
	return strings.NewReplacer("（", " ", "）", " ", "(", " ", ")", " ", "　", " ").Replace(find)
}

// whoIsMeant is who of those found was chosen, or is named in full and alone: by his whole
// name or login. A part of a name, a post or a unit names nobody, however few it
// fits: who types the surname of somebody who is not of the house would get a namesake.
func (p *Pages) whoIsMeant(r *http.Request, found []directory.Holder, find, chosen string) (*directory.Holder, error) {
	is := func(right func(directory.Holder) bool) *directory.Holder {
		if i := slices.IndexFunc(found, right); i >= 0 {
			return &found[i]
		}
		return nil
	}
	if h := is(func(h directory.Holder) bool { return h.Person == chosen }); h != nil {
		return h, nil
	}
	if h := is(func(h directory.Holder) bool { return p.personLabel(r, h) == find }); h != nil {
		return h, nil
	}
	if len(found) == mostAlike {
		return nil, nil // there may be more of that name
	}
	var calls map[string][]string
	if strings.ContainsFunc(find, latin) { // else it holds no login and no name in English
		var err error
		if calls, err = p.alsoCalled(r, found); err != nil {
			return nil, err
		}
	}
	typed := " " + strings.ToLower(strings.Join(strings.Fields(nameWords(find)), " ")) + " "
	var meant *directory.Holder
	for i, h := range found {
		inFull := slices.ContainsFunc(append(calls[h.Person], h.Name), func(name string) bool {
			return name != "" && strings.Contains(typed, " "+strings.ToLower(name)+" ")
		})
		switch {
		case !inFull:
		case meant != nil:
			return nil, nil
		default:
			meant = &found[i]
		}
	}
	return meant, nil
}

// latin tells letters and digits in which people sign in, and are named in English.
func latin(c rune) bool { return unicode.IsDigit(c) || unicode.Is(unicode.Latin, c) }

// alsoCalled are what else people of the house are called, by id: in English, and where
// they sign in.
func (p *Pages) alsoCalled(r *http.Request, found []directory.Holder) (map[string][]string, error) {
	ids := make([]string, len(found))
	for i, h := range found {
		ids[i] = h.Person
	}
	if len(ids) == 0 {
		return nil, nil
	}
	rows, err := p.kit.Registers().Rows(r.Context(), p.actor(r), register.Query{List: register.People, IDs: ids})
	if err != nil {
		return nil, err
	}
	cells, err := p.kit.Registers().Cells(r.Context(), p.actor(r), rows...)
	if err != nil {
		return nil, err
	}
	out := map[string][]string{}
	for i, row := range rows {
		out[row.ID] = []string{cells[i].Text("name_en"), cells[i].Text("login")}
	}
	return out, nil
}
