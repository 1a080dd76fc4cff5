package ismskit

import (
	"context"
	"maps"
	"slices"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/register"
)

// openLeaves are the values of a case that no step hides from anybody.
func (c *caseInHand) openLeaves() []forms.Leaf {
	return c.kind.form.Canonical(c.kind.form.Redact(c.values, c.hiddenFromSomebody()))
}

// optionNames are what chosen options are called, in every language: people look for what
// is printed, and the trail has keys.
func optionNames(value any, options []forms.Option) []string {
	var out []string
	for _, key := range chosenKeys(value) {
		if i := slices.IndexFunc(options, func(o forms.Option) bool { return o.Key == key }); i >= 0 {
			for _, lang := range slices.Sorted(maps.Keys(options[i].Label)) {
				out = append(out, options[i].Label[lang])
			}
		}
	}
	return out
}

// chosenKeys are the keys in the plain value of a choice, of one or several.
func chosenKeys(value any) []string {
	switch v := value.(type) {
	case string:
		return []string{v}
	case []any:
		var out []string
		for _, one := range v {
			if key, ok := one.(string); ok {
				out = append(out, key)
			}
		}
		return out
	}
	return nil
}

// owns says whether options of its form belong to rows of lists, as a system's permission
// items do.
func (k *kind) owns() bool {
	var any func([]forms.Field) bool
	any = func(fields []forms.Field) bool {
		return slices.ContainsFunc(fields, func(f forms.Field) bool {
			return f.OptionsFrom != nil || any(f.Fields) || slices.ContainsFunc(f.Variants, func(v forms.Variant) bool { return any(v.Fields) })
		})
	}
	return any(k.Form.Fields)
}

// ownedNames are what the chosen options are called that belong to rows of lists, as those
// rows call them now. An action does not read them, for the alarm that follows it has the
// text written anew; one that is on its list no more keeps its key.
func (k *Kit) ownedNames(ctx context.Context, c caseInHand) ([]string, error) {
	if !c.kind.owns() {
		return nil, nil
	}
	leaves := c.openLeaves()
	values := make([]NamedValue, len(leaves))
	for i, leaf := range leaves {
		values[i] = NamedValue{Name: leaf.Name, Value: leaf.Value}
	}
	var out []string
	err := k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		items := map[forms.Need][]forms.Option{}
		var names []string
		for _, v := range values {
			field, _ := c.kind.leafField(v.Name)
			if field.OptionsFrom == nil {
				continue
			}
			need, ok := ownerOf(*field.OptionsFrom, v.Name, values)
			if !ok {
				continue
			}
			if whole, ok := k.rowOptions(need); ok {
				names = append(names, optionNames(v.Value, optionsOfItems(whole))...)
				continue
			}
			if _, read := items[need]; !read {
				row, found, err := tx.Registers().Row(ctx, need.List, need.ID)
				if err != nil {
					return err
				}
				var owned []register.Item
				if found {
					if owned, _, err = k.lists.Options(row, need.Field); err != nil {
						return err
					}
				}
				items[need] = optionsOfItems(owned)
			}
			names = append(names, optionNames(v.Value, items[need])...)
		}
		out = names
		return nil
	})
	return out, err
}
