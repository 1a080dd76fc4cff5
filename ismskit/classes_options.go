package ismskit

import (
	"context"
	"slices"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/register"
)

// rowOptions are the rows of a list as options of a choice; false where n asks for what a row owns. The
// one list whose rows are chosen so is that of the classes of confidentiality.
func (k *Kit) rowOptions(n forms.Need) (items []register.Item, ok bool) {
	if n.Kind != forms.NeedOptions || n.List != register.Classes || n.ID != "" {
		return nil, false
	}
	for _, class := range k.classes() {
		items = append(items, register.Item{Option: forms.Option{Key: class.ID, Label: class.Title}, Stopped: class.Retired})
	}
	return items, true
}

// rowOptionsNow notes them as they are now in the answers to a form, with those that can't be chosen.
func (k *Kit) rowOptionsNow(ctx context.Context, n forms.Need, out *facted) (bool, error) {
	if _, whole := k.rowOptions(n); !whole {
		return false, nil
	}
	if _, err := k.classesNow(ctx); err != nil {
		return true, err
	}
	items, _ := k.rowOptions(n)
	out.options[n] = optionsOfItems(items)
	if out.limits == nil {
		return true, nil
	}
	limited := map[string]limit{}
	for _, item := range items {
		if item.Stopped && !slices.Contains(out.limits.kept[n], item.Key) {
			limited[item.Key] = limit{label: item.Label, retired: true}
		}
	}
	out.limits.items[n] = limited
	return true, nil
}

// options are the classes as a choice has them.
func (c Classes) options() []forms.Option {
	out := make([]forms.Option, len(c))
	for i, one := range c {
		out[i] = forms.Option{Key: one.ID, Label: one.Title}
	}
	return out
}

func optionsOfItems(items []register.Item) []forms.Option {
	options := make([]forms.Option, 0, len(items))
	for _, item := range items {
		options = append(options, item.Option)
	}
	return options
}

// classOffered is the option of a field of a form by which it says of a document that it has a class,
// which may stand there by its first name; "" where it has none.
func (k *Kit) classOffered(kind *kind, field, class string) string {
	f, _ := fieldNamed(kind.Form.Fields, field)
	offered := f.Options
	if f.OptionsFrom != nil {
		offered = k.classes().options()
	}
	known, _ := k.classes().Of(class)
	for _, id := range []string{class, known.ID} {
		if id != "" && slices.ContainsFunc(offered, func(o forms.Option) bool { return o.Key == id }) {
			return id
		}
	}
	return ""
}

// rowChoices are the fields whose options are the rows of another list than rowOptions knows.
func (k *kind) rowChoices() (wrong []string) {
	for _, f := range k.Form.Fields {
		all := append([]forms.Field{f}, f.Fields...)
		for _, variant := range f.Variants {
			all = append(all, variant.Fields...)
		}
		for _, one := range all {
			if one.OptionsFrom == nil {
				continue
			}
			if need, rows := one.OptionsFrom.Rows(); rows && need.List != register.Classes {
				wrong = append(wrong, one.Key)
			}
		}
	}
	return wrong
}
