package forms

import (
	"strings"
	"unicode/utf8"

	"github.com/expr-lang/expr/ast"

	"github.com/ismskit/ismskit/ismskit/calendar"
)

func (b *exprBuilder) builtin(n *ast.BuiltinNode) code {
	switch n.Name {
	case "any", "all", "none", "one", "count", "sum", "filter", "map":
		return b.walk(n)
	}
	args := make([]code, len(n.Arguments))
	for i, arg := range n.Arguments {
		args[i] = b.build(arg)
	}
	if b.problem != nil || len(args) == 0 {
		return b.refuse(n, "expression_unsupported")
	}
	switch n.Name {
	case "len":
		return b.length(n, args[0])
	case "min", "max":
		return b.extreme(n, args)
	case "abs":
		if numeric(args[0].shape) {
			return mapped(args[0], args[0].shape, absolute)
		}
	case "upper", "lower", "trim":
		change := map[string]func(string) string{"upper": strings.ToUpper, "lower": strings.ToLower, "trim": strings.TrimSpace}[n.Name]
		if args[0].shape.Kind == KindText && len(args) == 1 {
			return mapped(args[0], Shape{Kind: KindText}, func(v any) (any, string) {
				s, _ := v.(string)
				return change(s), ""
			})
		}
	}
	return b.refuse(n, "expression_kinds", "operator", n.Name)
}

// mapped is code that makes another value of a known one; change gives a value or the code of an error.
func mapped(of code, shape Shape, change func(v any) (any, string)) code {
	return code{shape: shape, field: of.field, run: func(fr *frame) (any, error) {
		v, err := of.known(fr)
		if err != nil {
			return nil, err
		}
		out, code := change(v)
		if code != "" {
			return nil, &EvalError{Field: of.field, Code: code}
		}
		return out, nil
	}}
}

func absolute(v any) (any, string) {
	if n, ok := v.(int64); ok {
		return max(n, -n), ""
	}
	d := decimalOf(v)
	d.coef = max(d.coef, -d.coef)
	return d, ""
}

func (b *exprBuilder) length(n ast.Node, of code) code {
	switch of.shape.Kind {
	case KindText, KindList, KindRows:
		return code{shape: Shape{Kind: KindInteger}, run: func(fr *frame) (any, error) {
			v, err := of.run(fr)
			if s, ok := v.(string); ok {
				return int64(utf8.RuneCountInString(s)), err
			}
			return int64(lengthOf(v)), err
		}}
	}
	return b.refuse(n, "expression_kinds", "operator", "len")
}

func (b *exprBuilder) extreme(n *ast.BuiltinNode, args []code) code {
	shape := Shape{Kind: KindInteger}
	for _, arg := range args {
		if !numeric(arg.shape) {
			return b.refuse(n, "expression_kinds", "operator", n.Name)
		}
		if arg.shape.Kind == KindDecimal {
			shape.Kind = KindDecimal
		}
	}
	want := 1
	if n.Name == "min" {
		want = -1
	}
	return code{shape: shape, run: func(fr *frame) (any, error) {
		var out any
		for _, arg := range args {
			v, err := arg.known(fr)
			if err != nil {
				return nil, err
			}
			if out == nil || order(v, out) == want {
				out = v
			}
		}
		if shape.Kind == KindDecimal {
			return decimalOf(out), nil
		}
		return out, nil
	}}
}

func (b *exprBuilder) call(n *ast.CallNode) code {
	name, ok := n.Callee.(*ast.IdentifierNode)
	if !ok {
		return b.refuse(n, "expression_unsupported")
	}
	args := make([]code, len(n.Arguments))
	for i, arg := range n.Arguments {
		args[i] = b.build(arg)
	}
	if b.problem != nil {
		return code{}
	}
	isDate := func(i int) bool { return args[i].shape.Kind == KindDate }
	integer := Shape{Kind: KindInteger}
	switch {
	case name.Value == "empty":
		return code{shape: Shape{Kind: KindBoolean}, run: func(fr *frame) (any, error) {
			v, err := args[0].run(fr)
			return empty(v) || lengthOf(v) == 0 && isList(v), err
		}}
	case name.Value == "date":
		return b.date(n, args[0])
	case name.Value == "days_between" && isDate(0) && isDate(1):
		return code{shape: integer, run: func(fr *frame) (any, error) {
			from, to, err := both(fr, args[0], args[1])
			d, _ := from.(calendar.Date)
			e, _ := to.(calendar.Date)
			return int64(e.Sub(d)), err
		}}
	case name.Value == "add_days" && isDate(0) && args[1].shape.Kind == KindInteger:
		return code{shape: Shape{Kind: KindDate}, run: func(fr *frame) (any, error) {
			from, days, err := both(fr, args[0], args[1])
			if err != nil {
				return nil, err
			}
			return addDays(from, days)
		}}
	case name.Value == "year_of" && isDate(0):
		return mapped(args[0], integer, func(v any) (any, string) {
			d, _ := v.(calendar.Date)
			return int64(d.Year), ""
		})
	case name.Value == "round" && numeric(args[0].shape) && args[1].fixed:
		places, _ := args[1].value.(int64)
		return mapped(args[0], Shape{Kind: KindDecimal}, func(v any) (any, string) {
			return decimalOf(v).Round(int(max(0, min(places, maxScale)))), ""
		})
	}
	return b.refuse(n, "expression_kinds", "operator", name.Value)
}

func addDays(from, days any) (any, error) {
	d, _ := from.(calendar.Date)
	n, _ := days.(int64)
	const most = 400_000
	if n > most || n < -most {
		return nil, &EvalError{Code: "overflow"}
	}
	if d = d.AddDays(int(n)); !d.Valid() {
		return nil, &EvalError{Code: "overflow"}
	}
	return d, nil
}

// date reads the constant once, when the form is compiled.
func (b *exprBuilder) date(n ast.Node, of code) code {
	s, ok := of.value.(string)
	var d calendar.Date
	if err := d.UnmarshalText([]byte(s)); !ok || err != nil || d.IsZero() {
		return b.refuse(n, "expression_date")
	}
	return constant(d, Shape{Kind: KindDate})
}
