package web

import (
	"net/http"
	"strings"

	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/ismskit/register"
)

// owners are the units and groups that may own a document, with the one that does. What an earlier
// program kept as a word stays to be chosen.
func (p *Pages) owners(r *http.Request, chosen string) ([]option, error) {
	var out []option
	known := chosen == ""
	for _, list := range []string{register.Units, register.Groups} {
		rows, err := p.kit.Registers().Rows(r.Context(), p.actor(r), register.Query{List: list, At: p.now()})
		if err != nil {
			return nil, err
		}
		titles, err := p.kit.Registers().Titles(r.Context(), p.actor(r), p.lang(r), rows...)
		if err != nil {
			return nil, err
		}
		for i, row := range rows {
			o := option{Value: list + "/" + row.ID, Label: titles[i], Checked: list+"/"+row.ID == chosen}
			known = known || o.Checked
			out = append(out, o)
		}
	}
	if !known {
		out = append([]option{{Value: chosen, Label: p.called(r, chosen), Checked: true}}, out...)
	}
	return out, nil
}

// documentOwner is how a page names the owner of a document.
func documentOwner(d document.Document) string {
	switch {
	case d.Group != "":
		return register.Groups + "/" + d.Group
	case d.Unit != "":
		return register.Units + "/" + d.Unit
	}
	return d.Owner
}

// setOwner takes the owner that a page names.
func setOwner(d *document.Document, named string) {
	if named == documentOwner(*d) {
		return
	}
	d.Owner, d.Unit, d.Group = "", "", ""
	if id, ok := strings.CutPrefix(named, register.Units+"/"); ok {
		d.Unit = id
	} else if id, ok := strings.CutPrefix(named, register.Groups+"/"); ok {
		d.Group = id
	} else {
		d.Owner = named
	}
}
