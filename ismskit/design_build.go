package ismskit

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ismskit/ismskit/forms"
)

// Built puts the comparisons that were chosen into their conditions, and empties the fields in
// which they were. The Posted is what the controls hold then, of those that have changed. What
// is not chosen to its end is refused, and stays.
func (n NodeForm) Built(v forms.Values) (forms.Values, forms.Posted, forms.Invalid) {
	changed := forms.Posted{}
	var invalid forms.Invalid
	out := v.Clone()
	for _, at := range n.conditions {
		if at.table == "" {
			if bad := n.put(at.key, at.key, filledIn(out), changed); bad != nil {
				invalid = append(invalid, *bad)
			}
			continue
		}
		table, _ := out[at.table].([]forms.Row)
		for i, row := range table {
			if bad := n.put(at.key, inRow(at.table, i+1, at.key), filledIn(row), changed); bad != nil {
				bad.Field, bad.Row = at.table+"."+bad.Field, i+1
				invalid = append(invalid, *bad)
			}
		}
	}
	return out, changed, invalid
}

// put does that for one condition, in the values of the form or of a row.
func (n NodeForm) put(key, control string, f filledIn, changed forms.Posted) *forms.Fault {
	field, op := f.option(key+testField), f.text(key+testOp)
	if field == "" && op == "" && f.text(key+testValue) == "" && f[key+testOption] == nil {
		return nil
	}
	refused := func(part, why string) *forms.Fault {
		fault := said(key+part, 0, why)
		return &fault
	}
	i := slices.IndexFunc(n.comparables, func(c comparable) bool { return c.path == field })
	if i < 0 {
		return refused(testField, "flow.test.field")
	}
	c := n.comparables[i]
	if !slices.Contains(c.compares, op) {
		return refused(testOp, "flow.test.op")
	}
	test, part, why := c.test(op, f.list(key+testOption, nil), f.text(key+testValue))
	if why != "" {
		return refused(part, why)
	}
	was, join := strings.TrimSpace(f.text(key)), f.text(key+testJoin)
	switch {
	case was == "" || join == joinSet:
		was = test
	case join != "" && !n.design.joins(was):
		return refused(testJoin, "flow.test.apart")
	case join == joinAnd:
		was = n.grouped(was, "or") + " and " + n.grouped(test, "or")
	case join == joinOr:
		was = n.grouped(was, "") + " or " + test
	default:
		return refused(testJoin, "flow.test.join")
	}
	if len([]rune(was)) > maxCondition {
		return refused(testJoin, "flow.test.long")
	}
	f[key] = was
	changed[control] = []string{was}
	for _, part := range []string{testField, testOp, testOption, testValue, testJoin} {
		delete(f, key+part)
		changed[control+part] = nil
	}
	return nil
}

// joins says whether something can be put to a condition: not where it is wrong already, which
// the rest might make right in a way that nobody meant, nor where it ends in a comment, which
// would take the rest in.
func (d Design) joins(condition string) bool {
	_, wrong := d.Form.Expr(condition)
	_, open := d.Form.Expr("(" + condition + ")")
	return wrong == nil && open == nil
}

// grouped is a condition in brackets, where it is parted by a word that binds less, or where
// nobody can say.
func (n NodeForm) grouped(condition, apart string) string {
	program, err := n.design.Form.Expr(condition)
	if err == nil {
		if test := program.View().Test; test != nil && test.Op != apart {
			return condition
		}
	}
	return "(" + condition + ")"
}

// test is a comparison as an expression; else which part of it is missing or wrong, and why.
func (c comparable) test(op string, ticked []string, typed string) (test, part, why string) {
	var values []string
	for _, o := range ticked {
		if slices.ContainsFunc(c.options, func(have forms.Option) bool { return have.Key == o }) {
			value := strings.TrimPrefix(o, c.path+"=")
			if c.yesNo() {
				values = append(values, value)
			} else {
				values = append(values, quoted(value))
			}
		}
	}
	switch op {
	case "empty":
		return "empty(" + c.path + ")", "", ""
	case "filled":
		return "not empty(" + c.path + ")", "", ""
	case "one_of", "none_of", "has", "has_not":
		if len(values) == 0 {
			return "", testOption, "flow.test.option"
		}
	}
	list := "[" + strings.Join(values, ", ") + "]"
	switch {
	case op == "one_of" && len(values) == 1:
		return c.path + " == " + values[0], "", ""
	case op == "none_of" && len(values) == 1:
		return c.path + " != " + values[0], "", ""
	case op == "one_of":
		return c.path + " in " + list, "", ""
	case op == "none_of":
		return "not (" + c.path + " in " + list + ")", "", ""
	case op == "has" || op == "has_not":
		for i, v := range values {
			values[i] = v + " in " + c.path
		}
		if test = strings.Join(values, " or "); op == "has_not" {
			return "not (" + test + ")", "", ""
		}
		return test, "", ""
	}
	if typed == "" {
		return "", testValue, "flow.test.value"
	}
	literal, ok := c.literal(typed)
	if !ok {
		if c.kind == "date" {
			return "", testValue, "flow.test.date"
		}
		return "", testValue, "flow.test.number"
	}
	return c.path + " " + map[string]string{"eq": "==", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}[op] + " " + literal, "", ""
}

// yesNo says whether it is true or false, and no choice whose options happen to be called so.
func (c comparable) yesNo() bool {
	return c.yes
}

// literal is a typed value as an expression writes it: a number with or without commas, a day as
// an office writes it.
func (c comparable) literal(typed string) (string, bool) {
	if c.kind == "text" {
		return quoted(typed), true
	}
	kind, params := "date", map[string]any(nil)
	if c.kind == "number" {
		kind, params = "decimal", map[string]any{"places": 9}
	}
	form, err := forms.Compile(forms.Schema{Key: "value", Version: "1", Title: allText("flow.form.title"),
		Fields: []forms.Field{{Key: "value", Type: kind, Label: allText("flow.form.title"), Params: params}}}, forms.StandardTypes())
	if err != nil {
		return "", false
	}
	values, invalid := form.FromText(forms.Posted{"value": {typed}}, time.UTC)
	if len(invalid) > 0 || values["value"] == nil {
		return "", false
	}
	text := form.Format("value", values["value"], forms.Locale{Lang: "en"})
	if d, ok := values["value"].(interface{ MarshalText() ([]byte, error) }); ok {
		b, err := d.MarshalText()
		if err != nil {
			return "", false
		}
		text = string(b)
	}
	if kind == "date" {
		return "date('" + text + "')", true
	}
	if strings.Contains(text, ".") {
		text = strings.TrimRight(strings.TrimRight(text, "0"), ".")
	}
	if _, err := strconv.ParseFloat(text, 64); err != nil {
		return "", false
	}
	return text, true
}

// quoted is a text as an expression writes it.
func quoted(s string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(s) + "'"
}
