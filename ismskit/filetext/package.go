package filetext

import (
	"fmt"
	"path"
	"slices"
	"strings"
)

// relation is what a part of a package says of another one. Which part a program shows follows from
// these alone: one that lies where others usually lie may be a decoy.
type relation struct{ id, kind, part string }

// relations are those of a part to others of the package, in the order of the file; "" is the package.
func (z *zipFile) relations(of string) ([]relation, error) {
	name := path.Join(path.Dir(of), "_rels", path.Base(of)+".rels")
	if of == "" {
		name = "_rels/.rels"
	}
	if z.part(name) == nil {
		return nil, nil
	}
	var out []relation
	err := z.walk(name, visitor{begin: func(e element) error {
		if e.name != "Relationship" || e.attr("TargetMode") == "External" {
			return nil
		}
		if len(out) >= z.j.limits.Parts {
			return fmt.Errorf("%w: too many relations", ErrTooLarge)
		}
		target := strings.ReplaceAll(e.attr("Target"), "\\", "/")
		if !strings.HasPrefix(target, "/") {
			target = path.Join(path.Dir(of), target)
		}
		out = append(out, relation{e.attr("Id"), path.Base(e.attr("Type")), strings.TrimPrefix(path.Clean(target), "/")})
		return nil
	}})
	return out, err
}

// mainPart is the part that a program opens, "" where the package doesn't say. Several are refused:
// which of them a program shows is its own affair.
func (z *zipFile) mainPart() (string, error) {
	all, err := z.relations("")
	if err != nil {
		return "", err
	}
	main := ""
	for _, r := range all {
		switch {
		case r.kind != "officeDocument":
		case main != "":
			return "", fmt.Errorf("%w: two main parts", ErrBroken)
		case z.part(r.part) == nil:
			return "", fmt.Errorf("%w: the main part is missing", ErrBroken)
		default:
			main = r.part
		}
	}
	return main, nil
}

// root is the element within which all of a part lies.
func (z *zipFile) root(part string) (string, error) {
	root := ""
	err := z.walk(part, visitor{begin: func(e element) error {
		root = e.name
		return errFull
	}})
	if root != "" {
		err = nil
	}
	return root, err
}

// related are the parts of a kind that the main part names, those with a higher number later; where
// the package says nothing of its main part, those that lie where they usually do.
func (z *zipFile) related(kind, usually string) ([]string, error) {
	if z.main == "" {
		return z.matching(usually), nil
	}
	all, err := z.relations(z.main)
	var out []string
	for _, r := range all {
		if r.kind == kind && z.part(r.part) != nil && !slices.Contains(out, r.part) {
			out = append(out, r.part)
		}
	}
	slices.SortStableFunc(out, inNumber)
	return out, err
}

// relatedOne is the first of them, "" for none.
func (z *zipFile) relatedOne(kind, usually string) (string, error) {
	all, err := z.related(kind, usually)
	if len(all) == 0 {
		return "", err
	}
	return all[0], err
}
