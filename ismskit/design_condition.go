package ismskit

import (
	"slices"
	"strings"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/workflow"
)

// A condition is an expression over the form, which a clerk does not write: he chooses a field, a
// comparison and a value, and it is put into the expression, alone or beside what stands there.
// The expression stays in view and can be written by hand.

// Comparisons of what is chosen from options, of what is typed, and of anything.
var (
	comparesOptions = []string{"one_of", "none_of"}
	comparesList    = []string{"has", "has_not"}
	comparesTyped   = []string{"eq", "ne"}
	comparesOrder   = []string{"eq", "ne", "lt", "le", "gt", "ge"}
	comparesAny     = []string{"empty", "filled"}
)

// comparable is a field of the form as a condition can compare it.
type comparable struct {
	path     string
	kind     string   // options, list, number, date, text; "" for what can only be empty or not
	compares []string // comparisons that fit it
	options  []forms.Option
	yes      bool // it is true or false
}

// conditionAt is a condition of a node's form: a field of it, or a column of a table.
type conditionAt struct{ table, key string }

// Helper fields of a condition, by what is put behind its key.
const (
	testField  = "_field"
	testOp     = "_op"
	testOption = "_option"
	testValue  = "_value"
	testJoin   = "_join"
)

// How a comparison is put to the condition that stands there.
const (
	joinSet = "set"
	joinAnd = "and"
	joinOr  = "or"
)

// condition are the fields of a condition, its expression last.
func (b *nodeBuilder) condition(table, key, when string) []forms.Field {
	if b.comparables == nil {
		b.comparables = b.d.comparables()
	}
	b.conditions = append(b.conditions, conditionAt{table, key})
	with := func(condition string) string {
		if when == "" {
			return condition
		}
		return "(" + when + ") and " + condition
	}
	named := func(f forms.Field, part string) forms.Field {
		f.Key, f.Label = key+part, allText("flow.form.test"+part)
		return f
	}
	var fields, options, ops []forms.Option
	for _, c := range b.comparables {
		fields = append(fields, forms.Option{Key: c.path, Label: inEach(func(lang string) string { return b.d.names.field(c.path, lang) })})
		options = append(options, c.options...)
	}
	for _, op := range slices.Concat(comparesOptions, comparesList, comparesOrder, comparesAny) {
		ops = append(ops, forms.Option{Key: op, Label: allText("flow.opt.compare." + op)})
	}
	out := []forms.Field{
		named(b.pick("test", "choice", when, fields), testField),
		named(b.pick("test", "choice", with("not empty("+key+testField+")"), ops), testOp),
	}
	if len(options) > 0 {
		out = append(out, named(b.pick("test", "multi_choice", with(key+testOp+" in ['"+strings.Join(slices.Concat(comparesOptions, comparesList), "', '")+"']"), options), testOption))
	}
	out = append(out,
		named(b.line("test", with(key+testOp+" in ['"+strings.Join(comparesOrder, "', '")+"']")), testValue),
		named(b.choose("test", "test_join", with("not empty("+key+testField+") and not empty("+key+")"), joinSet, joinAnd, joinOr), testJoin),
		b.field(key, "text", func(f *forms.Field) { f.ShowIf, f.MaxLength = when, maxCondition }))
	return out
}

// maxCondition is how long a condition may be, in characters.
const maxCondition = 2000

// comparables are the fields that a condition can compare, with the values that each can have.
func (d Design) comparables() []comparable {
	var out []comparable
	holds := func(condition string) bool { _, err := d.Form.Expr(condition); return err == nil }
	for _, f := range d.Form.Schema().Fields {
		info, ok := d.Form.Field(f.Key)
		if !ok || !holds("empty("+f.Key+")") {
			continue
		}
		c := comparable{path: f.Key, compares: comparesAny}
		switch {
		case info.Type == "boolean" || info.Type == "computed" && holds(f.Key+" == true"):
			c.kind, c.compares, c.yes = "options", slices.Concat(comparesOptions, comparesAny), true
			for _, yes := range []string{"true", "false"} {
				c.options = append(c.options, d.optionOf(f.Key, yes, yes == "true"))
			}
		case len(info.Options) > 0 && (info.Type == "choice" || info.Type == "multi_choice"):
			c.kind, c.compares = "options", slices.Concat(comparesOptions, comparesAny)
			if info.Type == "multi_choice" {
				c.kind, c.compares = "list", slices.Concat(comparesList, comparesAny)
			}
			for _, key := range info.Options {
				c.options = append(c.options, d.optionOf(f.Key, key, key))
			}
		case holds(f.Key + " > 1"):
			c.kind, c.compares = "number", slices.Concat(comparesOrder, comparesAny)
		case holds(f.Key + " > date('2026-01-01')"):
			c.kind, c.compares = "date", slices.Concat(comparesOrder, comparesAny)
		case holds(f.Key + " == 'x'"):
			c.kind, c.compares = "text", slices.Concat(comparesTyped, comparesAny)
		}
		out = append(out, c)
	}
	return out
}

// optionOf is a value of a field as an option among those of all fields.
func (d Design) optionOf(path, key string, value any) forms.Option {
	return forms.Option{Key: path + "=" + key, Label: inEach(func(lang string) string {
		said := ""
		if list, isText := value.(string); isText {
			if info, _ := d.Form.Field(path); info.Type == "multi_choice" {
				value = []string{list}
			}
		}
		if said = d.Form.Format(path, value, forms.Locale{Lang: lang}); said == "" {
			return key
		}
		return said
	})}
}

// Fits says whether an option of a field of the form goes with what stands beside it: a
// comparison with the field that is chosen, a value with it likewise. Fields that are no part of
// a condition take all.
func (n NodeForm) Fits(path string, beside forms.Values, option string) bool {
	for _, at := range n.conditions {
		key := at.key
		if at.table != "" {
			key = at.table + "." + key
		}
		chosen, _ := beside[at.key+testField].(string)
		i := slices.IndexFunc(n.comparables, func(c comparable) bool { return c.path == chosen })
		switch path {
		case key + testOp:
			return i < 0 || slices.Contains(n.comparables[i].compares, option)
		case key + testOption:
			return i < 0 || slices.ContainsFunc(n.comparables[i].options, func(o forms.Option) bool { return o.Key == option })
		}
	}
	return true
}

// IsCondition says whether a field of the form is an expression, into which Built puts what is
// chosen beside it.
func (n NodeForm) IsCondition(path string) bool {
	return slices.ContainsFunc(n.conditions, func(at conditionAt) bool {
		return path == at.key && at.table == "" || path == at.table+"."+at.key
	})
}

// Keys are the fields that a condition can name, with the key and the options as they are written
// by hand: 「作業」（op）　'buy' 採購　'rent' 租用.
func (n NodeForm) Keys(lang string) []string {
	var out []string
	for _, c := range n.comparables {
		line := say(lang, "flow.field_key", map[string]string{"field": n.design.names.field(c.path, lang), "key": c.path})
		for _, o := range c.options {
			value := strings.TrimPrefix(o.Key, c.path+"=")
			if !c.yesNo() {
				value = quoted(value)
			}
			line += "\u3000" + value + " " + o.Label.In(lang)
		}
		out = append(out, line)
	}
	return out
}

// Says is a condition in words, "" where it is too involved, or says them itself.
func (n NodeForm) Says(condition, lang string) string {
	if said := n.design.When(condition, lang); said != condition {
		return said
	}
	return ""
}

// built is a filled-in form with its comparisons in their conditions, and the node it is of.
func (d Design) built(path, id string, v forms.Values) (forms.Values, workflow.Node, string, error) {
	form, err := d.NodeForm(path, id)
	if err != nil {
		return nil, workflow.Node{}, "", err
	}
	v, _, _ = form.Built(v) // what is unfinished Wrong has named
	n, path, err := d.node(path, id)
	return v, n, path, err
}
