package ismskit

import (
	"context"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/ismskit/record"
	"github.com/ismskit/ismskit/ismskit/register"
)

// intakeNames is what an index calls things: categories by the way to them, units also by names
// that they had when what is taken in was made.
type intakeNames struct {
	*sheetNames
	tree    record.Tree
	mine    []string // categories that may be filed under; nil with all set
	all     bool
	parents map[string]string
}

func (i Intake) names(ctx context.Context, actor Actor) (*intakeNames, error) {
	n := &intakeNames{sheetNames: newSheetNames(ctx, i.k, actor), parents: map[string]string{}, all: actor.system}
	var err error
	if n.tree, err = i.k.tree(ctx); err != nil {
		return nil, err
	}
	n.tree.Walk(func(c record.Category, _ int) { n.parents[c.ID] = c.Parent })
	if actor.system {
		return n, nil
	}
	if n.all, err = i.k.hasRole(ctx, actor.Person, i.k.cfg.Rights.ManageRecords); err != nil || n.all {
		return n, err
	}
	reader, _, err := i.k.filer(ctx, actor.Person, i.k.moment())
	n.mine = n.tree.Maintained(reader)
	return n, err
}

// files says whether the actor may file under a category.
func (n *intakeNames) files(category string) bool {
	return n.all || slices.Contains(n.mine, category)
}

// way is a category with those above it: 稽核／內部稽核.
func (n *intakeNames) way(id, lang string) (string, error) {
	called, err := n.list(register.Categories)
	if err != nil {
		return "", err
	}
	var parts []string
	for at, seen := id, 0; at != "" && seen < 50; at, seen = n.parents[at], seen+1 {
		parts = append(parts, called.names[at][lang])
	}
	slices.Reverse(parts)
	return strings.Join(parts, "／"), nil
}

// offered are the categories that may be filed under, in the order of the tree.
func (n *intakeNames) offered(lang string) []string {
	var out []string
	n.tree.Walk(func(c record.Category, _ int) {
		if way, err := n.way(c.ID, lang); err == nil && n.files(c.ID) && !c.Over {
			out = append(out, way)
		}
	})
	return out
}

// Row implements forms.Calling.
func (n *intakeNames) Row(list, name string) (id string, several bool, err error) {
	key, _ := listOfRef(list)
	if key == register.Categories {
		if id, several, err = n.category(name); id != "" || several || err != nil {
			return id, several, err
		}
	}
	if id, several, err = n.sheetNames.Row(list, name); id != "" || several || err != nil || key != register.Units {
		return id, several, err
	}
	called, err := n.list(key)
	if err != nil {
		return "", false, err
	}
	var all []string
	for unit, names := range called.names {
		for _, lang := range languages {
			if names[lang] == name && !slices.Contains(all, unit) {
				all = append(all, unit)
			}
		}
	}
	if len(all) == 1 {
		return all[0], false, nil
	}
	return "", len(all) > 1, nil
}

// category finds a category by the end of the way to it: 內部稽核, or 稽核／內部稽核. One that the actor
// may not know of is not there.
func (n *intakeNames) category(name string) (string, bool, error) {
	called, err := n.list(register.Categories)
	if err != nil {
		return "", false, err
	}
	wanted := plainWay(name)
	var exact, all []string
	var failed error
	n.tree.Walk(func(c record.Category, _ int) {
		if called.names[c.ID] == nil {
			return
		}
		for _, lang := range languages {
			way, err := n.way(c.ID, lang)
			if err != nil {
				failed = err
			}
			way = plainWay(way)
			if way == wanted && !slices.Contains(exact, c.ID) {
				exact = append(exact, c.ID)
			}
			if strings.HasSuffix("/"+way, "/"+wanted) && !slices.Contains(all, c.ID) {
				all = append(all, c.ID)
			}
		}
	})
	for _, found := range [][]string{exact, all} {
		if len(found) == 1 {
			return found[0], false, failed
		}
	}
	return "", len(all) > 1, failed
}

// plainWay is a way to a category however its parts are set apart.
func plainWay(way string) string {
	parts := strings.FieldsFunc(way, func(r rune) bool { return strings.ContainsRune("/／\\＼>＞", r) })
	for i, part := range parts {
		parts[i] = strings.ToLower(strings.Join(strings.Fields(part), " "))
	}
	return strings.Join(parts, "/")
}
