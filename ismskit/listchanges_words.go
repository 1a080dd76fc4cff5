package ismskit

import (
	"context"
	"errors"
	"slices"
	"strconv"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/register"
)

// titledBy are, of lists whose rows have no name that is always filled in, the fields by which
// people know a row.
var titledBy = map[string][]string{
	register.Grants:        {"system", "user", "account"},
	register.Deputies:      {"principal", "reason"},
	register.Distributions: {"document"},
}

// caseFields are the fields of lists in which a row keeps the id of a case, and the one beside
// it, if any, that holds the id of the case's row of a table.
var caseFields = map[string]struct{ of, row string }{
	register.Grants: {"case", "row"}, register.Originals: {"lost_case", ""},
}

// worded are values with what a row keeps as a key in the words of whoever entered it: a case by
// its number, a permission item and what a deputy is limited to by their names. What nothing
// names stays as it is.
func (c *changeReader) worded(ctx context.Context, list string, form *forms.Form, values forms.Values) (forms.Values, error) {
	out := values.Clone()
	if err := c.wordCase(ctx, list, out); err != nil {
		return nil, err
	}
	for _, f := range form.Schema().Fields {
		if f.OptionsFrom == nil {
			continue
		}
		if err := c.wordOptions(ctx, f, out); err != nil {
			return nil, err
		}
	}
	if list == register.Deputies {
		return out, c.wordLimits(ctx, out)
	}
	return out, nil
}

func (c *changeReader) wordCase(ctx context.Context, list string, values forms.Values) error {
	at, ok := caseFields[list]
	id, _ := values[at.of].(string)
	if !ok || id == "" {
		return nil
	}
	var row CaseRow
	err := c.k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		found, err := tx.Cases().Get(ctx, id)
		row = found
		return err
	})
	if errors.Is(err, ErrNotFound) {
		return nil // lawfully disposed of: its id is all that is left
	}
	if err != nil || row.Number == "" {
		return err
	}
	is, err := c.k.calledRow(ctx, row)
	if err != nil {
		return err
	}
	values[at.of] = RowNumberIn(c.lang, row.Number, is.row, is.turn)
	if at.row != "" && is.row > 0 {
		values[at.row] = strconv.Itoa(is.row)
	}
	return nil
}

// wordOptions calls what was chosen among the options that another list's row owns as that row
// calls them today.
func (c *changeReader) wordOptions(ctx context.Context, f forms.Field, values forms.Values) error {
	owner, _ := values[f.OptionsFrom.Of].(forms.Ref)
	keys, _ := values[f.Key].([]string)
	list := listOf(owner)
	if owner.ID == "" || len(keys) == 0 || list == "" {
		return nil
	}
	if ok, err := c.may(ctx, list); err != nil || !ok {
		return err
	}
	need := forms.Need{List: owner.List, ID: owner.ID, Field: f.OptionsFrom.List}
	options, read := c.options[need]
	if !read {
		asked := map[forms.Need][]forms.Option{{List: list, ID: owner.ID, Field: f.OptionsFrom.List}: nil}
		if err := c.k.optionsOf(ctx, asked); err != nil {
			return err
		}
		for _, found := range asked {
			options = found
		}
		c.options[need] = options
	}
	names := slices.Clone(keys)
	for i, key := range keys {
		at := slices.IndexFunc(options, func(o forms.Option) bool { return o.Key == key })
		if at >= 0 && options[at].Label.In(c.lang) != "" {
			names[i] = options[at].Label.In(c.lang)
		}
	}
	values[f.Key] = names
	return nil
}

// wordLimits calls the systems and forms to which a deputy is limited.
func (c *changeReader) wordLimits(ctx context.Context, values forms.Values) error {
	rows, _ := values["limits"].([]forms.Row)
	for _, row := range rows {
		what, _ := row["what"].(string)
		key, _ := row["key"].(string)
		switch what {
		case LimitSystem:
			ref := forms.Values{"system": forms.Ref{List: "register/" + register.Systems, ID: key}}
			called, err := c.named(ctx, ref)
			if err != nil {
				return err
			}
			if named, ok := called["system"].(forms.Ref); ok && named.Name != "" {
				row["key"] = named.Name
			}
		case LimitForm:
			for _, m := range c.k.matters() {
				if m.DeputyLimit == (DeputyLimit{what, key}) && m.Title.In(c.lang) != "" {
					row["key"] = m.Title.In(c.lang)
				}
			}
		}
	}
	return nil
}
