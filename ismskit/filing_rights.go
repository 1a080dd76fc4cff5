package ismskit

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/record"
	"github.com/ismskit/ismskit/ismskit/register"
)

// filingFaults refuse an execution record under a category that its writer doesn't maintain, and
// any form under a year after the next.
func (k *Kit) filingFaults(ctx context.Context, actor Actor, c caseInHand, now time.Time) (forms.Invalid, error) {
	var out forms.Invalid
	add := func(path, code string, params map[string]string) {
		info, _ := c.kind.form.Field(path)
		out = append(out, forms.Fault{Field: path, Code: code, Label: info.Label, Text: sayAll(code, func(string) map[string]string { return params })})
	}
	if year, last := c.yearFiled(), record.WorkingYear(now, k.location)+1; year != 0 && (year < 1 || year > last) {
		add(c.kind.Facets.Year, "year.range", map[string]string{"last": fmt.Sprint(last)})
	}
	id := c.categoryOf()
	if !c.kind.Filing || id == "" || actor.system {
		return out, nil
	}
	why, err := k.maintains(ctx, actor.Person, id, now)
	if err == nil && why != "" {
		add(c.kind.Facets.Category, why, nil)
	}
	return out, err
}

// notMaintained withholds the categories under which somebody may not file.
func (k *Kit) notMaintained(ctx context.Context, actor Actor, kind *kind, withheld map[pointed]forms.Text, now time.Time) error {
	if !kind.Filing || actor.system {
		return nil
	}
	manages, err := k.hasRole(ctx, actor.Person, k.cfg.Rights.ManageRecords)
	if err != nil || manages {
		return err
	}
	reader, tree, err := k.filer(ctx, actor.Person, now)
	if err != nil {
		return err
	}
	mine, known := tree.Maintained(reader), tree.Known(reader)
	tree.Walk(func(c record.Category, _ int) {
		if _, told := known[c.ID]; told && !slices.Contains(mine, c.ID) {
			at := pointed{kind.Facets.Category, forms.Need{Kind: forms.NeedRef, List: "register/" + register.Categories, ID: c.ID}}
			withheld[at] = sayAll(whyNotFiled(tree, reader, c.ID), func(string) map[string]string { return nil })
		}
	})
	return nil
}

// maintains says why somebody may not file under a category, "" where he may.
func (k *Kit) maintains(ctx context.Context, person, category string, now time.Time) (why string, err error) {
	manages, err := k.hasRole(ctx, person, k.cfg.Rights.ManageRecords)
	if err != nil || manages {
		return "", err
	}
	reader, tree, err := k.filer(ctx, person, now)
	if slices.Contains(tree.Maintained(reader), category) {
		return "", err
	}
	return whyNotFiled(tree, reader, category), err
}

// whyNotFiled is why somebody who doesn't look after records may not file under a category; of one that
// there is not for him, the same as of none.
func whyNotFiled(tree record.Tree, reader record.Reader, category string) string {
	if _, known := tree.Known(reader)[category]; known && tree.Over(category) {
		return "filing.over"
	}
	return "filing.not_yours"
}

// files says whether somebody may file under any category at all.
func (k *Kit) files(ctx context.Context, person string, now time.Time) (bool, error) {
	reader, tree, err := k.filer(ctx, person, now)
	if err != nil || len(tree.Maintained(reader)) > 0 {
		return err == nil, err
	}
	some := false
	tree.Walk(func(record.Category, int) { some = true })
	manages, err := k.hasRole(ctx, person, k.cfg.Rights.ManageRecords)
	return some && manages, err
}
