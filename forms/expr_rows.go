package forms

import "github.com/expr-lang/expr/ast"

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
		return gathered(test, each)
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

func gathered(test code, each walking) code {
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
