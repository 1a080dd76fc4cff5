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

// walk is a function over the items of a list: any(lines, .system == 'S01').
func (b *exprBuilder) walk(n *ast.BuiltinNode) code {
	list := b.build(n.Arguments[0])
	if len(b.items) >= MaxExprNesting {
		return b.refuse(n, "expression_nesting", "max", MaxExprNesting)
	}
	var item Shape
	switch {
	case list.shape.Kind == KindRows:
		item = Shape{Kind: KindRecord, field: list.shape.field}
	case list.shape.Kind == KindList:
		item = *list.shape.Of
	default:
		return b.refuse(n, "expression_kinds", "operator", n.Name)
	}
	at := len(b.items)
	b.items = append(b.items, item)
	test := code{shape: item, run: func(fr *frame) (any, error) { return fr.items[at], nil }}
	if len(n.Arguments) > 1 {
		predicate, ok := n.Arguments[1].(*ast.PredicateNode)
		if !ok {
			return b.refuse(n, "expression_unsupported")
		}
		test = b.build(predicate.Node)
	}
	b.items = b.items[:at]
	if b.problem != nil {
		return code{}
	}
	each := walker(at, list, test)
	switch n.Name {
	case "sum":
		return b.total(n, test, each)
	case "map":
		return b.gathered(list, test, each)
	}
	if test.shape.Kind != KindBoolean {
		return b.refuse(n, "expression_kinds", "operator", n.Name)
	}
	if n.Name == "filter" {
		return gatheredWhere(list, each)
	}
	return counted(n.Name, each)
}

// walker calls visit with each item of the list and the test's value for it, until visit says stop.
func walker(at int, list, test code) func(fr *frame, visit func(item, v any) bool) error {
	return func(fr *frame, visit func(item, v any) bool) error {
		items, err := list.run(fr)
		if err != nil {
			return err
		}
		outer := fr.items[at]
		defer func() { fr.items[at] = outer }()
		for i := range lengthOf(items) {
			if fr.work--; fr.work < 0 {
				return &EvalError{Code: "work"}
			}
			fr.items[at] = itemOf(items, i)
			v, err := test.run(fr)
			if err != nil {
				return err
			}
			if !visit(fr.items[at], v) {
				return nil
			}
		}
		return nil
	}
}

type walking = func(fr *frame, visit func(item, v any) bool) error

func counted(name string, each walking) code {
	shape := Shape{Kind: KindBoolean}
	if name == "count" {
		shape.Kind = KindInteger
	}
	return code{shape: shape, run: func(fr *frame) (any, error) {
		all, hits := int64(0), int64(0)
		err := each(fr, func(_, v any) bool {
			all++
			if v == true {
				hits++
			}
			return name != "any" || hits == 0
		})
		if err != nil {
			return nil, err
		}
		switch name {
		case "any":
			return hits > 0, nil
		case "all":
			return hits == all, nil
		case "none":
			return hits == 0, nil
		case "one":
			return hits == 1, nil
		}
		return hits, nil
	}}
}

// total adds up; cells that aren't filled in count nothing.
func (b *exprBuilder) total(n ast.Node, test code, each walking) code {
	if !numeric(test.shape) {
		return b.refuse(n, "expression_kinds", "operator", "sum")
	}
	kind := test.shape.Kind
	return code{shape: Shape{Kind: kind}, run: func(fr *frame) (any, error) {
		var sum any = int64(0)
		if kind == KindDecimal {
			sum = Decimal{}
		}
		bad := ""
		err := each(fr, func(_, v any) bool {
			if v != nil {
				sum, bad = calculate(sum, v, kind, "+")
			}
			return bad == ""
		})
		if err == nil && bad != "" {
			return nil, &EvalError{Code: bad}
		}
		return sum, err
	}}
}

func (b *exprBuilder) gathered(_, test code, each walking) code {
	of := test.shape
	return code{shape: Shape{Kind: KindList, Of: &of}, run: func(fr *frame) (any, error) {
		out := []any{}
		err := each(fr, func(_, v any) bool {
			out = append(out, v)
			return true
		})
		return out, err
	}}
}

func gatheredWhere(list code, each walking) code {
	return code{shape: list.shape, run: func(fr *frame) (any, error) {
		out := []any{}
		err := each(fr, func(item, v any) bool {
			if v == true {
				out = append(out, item)
			}
			return true
		})
		return out, err
	}}
}

func isList(v any) bool {
	switch v.(type) {
	case []any, []string, []Row:
		return true
	}
	return false
}

func lengthOf(v any) int {
	switch v := v.(type) {
	case []any:
		return len(v)
	case []string:
		return len(v)
	case []Row:
		return len(v)
	}
	return 0
}

func itemOf(v any, i int) any {
	switch v := v.(type) {
	case []any:
		return v[i]
	case []string:
		return v[i]
	case []Row:
		return v[i]
	}
	return nil
}
