package ismskit

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

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

// caseField is a field in which a row keeps the id of a case, and the one beside it, if any, that
// holds the id of the case's row of a table.
type caseField struct{ of, row string }

// caseFields are those of each list, typeFields those that hold the key of a form type.
var (
	caseFields = map[string][]caseField{
		register.Grants: {{"case", "row"}}, register.Originals: {{of: "lost_case"}}, register.ReservedNumbers: {{of: "from_case"}, {of: "case"}},
	}
	typeFields = map[string]string{register.ReservedNumbers: "type", register.Flows: "type", register.Templates: "type"}
)

// untold are fields by which the program finds rows again, and which say nothing to people.
var untold = map[string][]string{register.ReservedNumbers: {"block"}}

// worded are values with what a row keeps as a key in the words of whoever entered it: a case by
// its number, a form type, a module and a permission item by what they are called, and so whom
// or what a row of a table names. What nothing names stays as it is.
func (c *changeReader) worded(ctx context.Context, list string, form *forms.Form, values forms.Values) (forms.Values, error) {
	out := values.Clone()
	for _, field := range untold[list] {
		delete(out, field)
	}
	for _, field := range caseFields[list] {
		if err := c.wordCase(ctx, field, out); err != nil {
			return nil, err
		}
	}
	if key, _ := out[typeFields[list]].(string); key != "" {
		if kind, ok := c.k.kinds.latestOf(key); ok && kind.Title.In(c.lang) != "" {
			out[typeFields[list]] = kind.Title.In(c.lang)
		}
	}
	for _, f := range form.Schema().Fields {
		if err := c.wordFieldOptions(ctx, f, out); err != nil {
			return nil, err
		}
	}
	switch list {
	case register.Roles:
		if module, _ := out["module"].(string); module != "" {
			out["module"] = ModuleTitle(module, c.lang)
		}
	case register.Deputies:
		return out, c.wordRows(ctx, out, "limits", c.limitCalled)
	case register.Categories:
		for _, table := range []string{"maintain", "read"} {
			if err := c.wordRows(ctx, out, table, c.readerCalled); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

// wordCase calls a case by its number. One that he may not read isn't there for him; of one that
// was lawfully disposed of, its id is all that is left.
func (c *changeReader) wordCase(ctx context.Context, at caseField, values forms.Values) error {
	id, _ := values[at.of].(string)
	if id == "" {
		return nil
	}
	is, known := c.cases[id]
	if !known {
		var err error
		if is, err = c.caseCalled(ctx, id); err != nil {
			return err
		}
		c.cases[id] = is
	}
	switch {
	case is.gone:
		return nil
	case is.number == "":
		delete(values, at.of)
		if at.row != "" {
			delete(values, at.row)
		}
		return nil
	}
	values[at.of] = RowNumberIn(c.lang, is.number, is.row, is.turn)
	if at.row != "" && is.row > 0 {
		values[at.row] = strconv.Itoa(is.row)
	}
	return nil
}

// calledCase is what a case is called; without a number it is none that the reader may read.
type calledCase struct {
	number string
	calledAs
	gone bool
}

func (c *changeReader) caseCalled(ctx context.Context, id string) (calledCase, error) {
	err := c.k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		_, err := tx.Cases().Get(ctx, id)
		return err
	})
	if errors.Is(err, ErrNotFound) {
		return calledCase{gone: true}, nil
	}
	if err != nil {
		return calledCase{}, err
	}
	found, ok, err := c.k.readable(ctx, c.actor, id, c.k.moment())
	if err != nil || !ok {
		return calledCase{}, err
	}
	return calledCase{number: found.row.Number, calledAs: calledAs{row: found.rowNo(), turn: found.extra.Turn}}, nil
}

// wordFieldOptions is wordOptions of a field and of the columns of a table.
func (c *changeReader) wordFieldOptions(ctx context.Context, f forms.Field, values forms.Values) error {
	if f.OptionsFrom != nil {
		return c.wordOptions(ctx, f, values)
	}
	rows, _ := values[f.Key].([]forms.Row)
	for _, column := range f.Fields {
		if column.OptionsFrom == nil {
			continue
		}
		for _, row := range rows {
			if err := c.wordOptions(ctx, column, forms.Values(row)); err != nil {
				return err
			}
		}
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

// wordRows calls what the rows of a table name by a key, of the kind that stands beside it. What
// has no name keeps its key.
func (c *changeReader) wordRows(ctx context.Context, values forms.Values, table string, called func(ctx context.Context, what, key string) (string, error)) error {
	rows, _ := values[table].([]forms.Row)
	for _, row := range rows {
		what, _ := row["what"].(string)
		key, _ := row["key"].(string)
		name, err := called(ctx, what, key)
		if err != nil {
			return err
		}
		if name != "" {
			row["key"] = name
		}
	}
	return nil
}

// limitCalled is what is called to which a deputy is limited.
func (c *changeReader) limitCalled(ctx context.Context, what, key string) (string, error) {
	switch what {
	case LimitSystem:
		return c.rowNamed(ctx, register.Systems, key)
	case LimitModule:
		return ModuleTitle(key, c.lang), nil
	case LimitRole:
		if key == AsUnitHead {
			return say(c.lang, "flow.opt.way.unit_head", nil), nil
		}
		return c.roleNamed(ctx, key)
	case LimitNotStep:
		if slices.Contains(leftToHim, key) {
			return say(c.lang, "flow.opt.kind."+key, nil), nil
		}
	case LimitForm:
		for _, m := range c.k.matters() {
			if m.DeputyLimit == (DeputyLimit{what, key}) {
				return m.Title.In(c.lang), nil
			}
		}
	}
	return "", nil
}

// readerLists are the lists of whom a category names by key.
var readerLists = map[string]string{"person": register.People, "post": register.Posts, "unit": register.Units, "group": register.Groups}

// readerCalled is what somebody is called who reads a category, or keeps it.
func (c *changeReader) readerCalled(ctx context.Context, what, key string) (string, error) {
	if what == "role" {
		return c.roleNamed(ctx, key)
	}
	if list := readerLists[what]; list != "" && key != "" {
		return c.rowNamed(ctx, list, key)
	}
	return "", nil
}

// rowNamed is what a list's row is called today, "" where he may not read it.
func (c *changeReader) rowNamed(ctx context.Context, list, id string) (string, error) {
	called, err := c.named(ctx, forms.Values{"row": forms.Ref{List: "register/" + list, ID: id}})
	if err != nil {
		return "", err
	}
	ref, _ := called["row"].(forms.Ref)
	return ref.Name, nil
}

// roleNamed is what the roles of a key are called, with or without the module before it: several
// modules may have one of a key.
func (c *changeReader) roleNamed(ctx context.Context, key string) (string, error) {
	if ok, err := c.may(ctx, register.Roles); err != nil || !ok {
		return "", err
	}
	if c.roles == nil {
		rows, err := c.k.Registers().Rows(ctx, c.actor, register.Query{List: register.Roles})
		if err != nil {
			return "", err
		}
		c.roles = map[string][]string{}
		for _, row := range rows {
			values, err := c.k.lists.Values(row)
			if err != nil {
				return "", err
			}
			title, err := c.k.lists.Title(row, c.lang)
			if err != nil {
				return "", err
			}
			module, _ := values["module"].(string)
			is, _ := values["key"].(string)
			c.roles[is] = append(c.roles[is], title)
			c.roles[module+"/"+is] = append(c.roles[module+"/"+is], title)
		}
	}
	return strings.Join(c.roles[key], say(c.lang, "comma", nil)), nil
}
