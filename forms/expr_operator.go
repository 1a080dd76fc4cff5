package forms

import (
	"regexp"
	"strings"
	"time"

	"github.com/expr-lang/expr/ast"

	"github.com/ismskit/ismskit/ismskit/calendar"
)

func (b *exprBuilder) unary(n *ast.UnaryNode) code {
	of := b.build(n.Node)
	switch {
	case (n.Operator == "!" || n.Operator == "not") && of.shape.Kind == KindBoolean:
		return code{shape: of.shape, run: func(fr *frame) (any, error) {
			v, err := of.known(fr)
			return v == false, err
		}}
	case n.Operator == "+" && numeric(of.shape):
		return of
	case n.Operator == "-" && numeric(of.shape):
		zero := constant(int64(0), Shape{Kind: KindInteger})
		return arithmetic(zero, of, of.shape.Kind, "-")
	}
	return b.refuse(n, "expression_operator", "operator", n.Operator)
}

func numeric(s Shape) bool { return s.Kind == KindInteger || s.Kind == KindDecimal }

func (b *exprBuilder) binary(n *ast.BinaryNode) code {
	l, r := b.build(n.Left), b.build(n.Right)
	if b.problem != nil {
		return code{}
	}
	yesNo := Shape{Kind: KindBoolean}
	switch n.Operator {
	case "&&", "and":
		return code{shape: yesNo, run: decided(l, r, false)}
	case "||", "or":
		return code{shape: yesNo, run: decided(l, r, true)}
	case "==", "!=":
		return b.equality(n, l, r)
	case "<", "<=", ">", ">=":
		return b.ordering(n, l, r)
	case "+", "-", "*", "/", "%":
		return b.calculation(n, l, r)
	case "in":
		return b.within(n, l, r)
	case "contains", "startsWith", "endsWith":
		if l.shape.Kind == KindText && r.shape.Kind == KindText {
			return code{shape: yesNo, run: onTexts(l, r, textTests[n.Operator])}
		}
	case "matches":
		return b.matches(n, l, r)
	}
	return b.refuse(n, "expression_operator", "operator", n.Operator)
}

// decided is && (where false decides) and || (where true does): whatever can be told without the unknown side is told.
func decided(l, r code, by bool) func(*frame) (any, error) {
	return func(fr *frame) (any, error) {
		left, unknown := l.known(fr)
		if unknown == nil && left == by {
			return by, nil
		}
		right, err := r.known(fr)
		if err == nil && right == by {
			return by, nil
		}
		if unknown != nil {
			return nil, unknown
		}
		return right, err
	}
}

func (b *exprBuilder) equality(n *ast.BinaryNode, l, r code) code {
	if !equatable(l.shape, r.shape) {
		return b.refuse(n, "expression_kinds", "operator", n.Operator)
	}
	b.possible(n, l, r)
	b.possible(n, r, l)
	want := n.Operator == "=="
	if l.shape.Kind == KindText && r.fixed && r.shape.Kind == KindText {
		text := r.value
		return code{shape: Shape{Kind: KindBoolean}, run: func(fr *frame) (any, error) {
			v, err := l.run(fr)
			return (v == text) == want, err
		}}
	}
	return code{shape: Shape{Kind: KindBoolean}, run: func(fr *frame) (any, error) {
		left, err := l.run(fr)
		if err != nil {
			return nil, err
		}
		right, err := r.run(fr)
		return same(left, right) == want, err
	}}
}

// possible refuses to compare a choice with something that isn't among its options: a branch that can't be taken.
func (b *exprBuilder) possible(n ast.Node, c, with code) {
	if c.shape.Options == nil || !with.fixed {
		return
	}
	values, ok := with.value.([]any)
	if !ok {
		values = []any{with.value}
	}
	for _, v := range values {
		key, isText := v.(string)
		if _, known := c.shape.Options[key]; isText && key != "" && !known {
			b.refuse(n, "expression_no_option", "field", c.field, "value", key)
		}
	}
}

func equatable(l, r Shape) bool {
	simple := func(s Shape) bool { return s.Kind != KindList && s.Kind != KindRecord && s.Kind != KindRows }
	if l.Kind == kindNil || r.Kind == kindNil {
		return true
	}
	return simple(l) && simple(r) &&
		(l.Kind == r.Kind || numeric(l) && numeric(r) || l.Kind == KindAny || r.Kind == KindAny)
}

func same(l, r any) bool {
	switch left := l.(type) {
	case nil:
		return empty(r)
	case int64:
		if right, ok := r.(Decimal); ok {
			return right.scale == 0 && right.coef == left
		}
	case Decimal:
		if right, ok := r.(int64); ok {
			return left.scale == 0 && left.coef == right
		}
	case time.Time:
		right, ok := r.(time.Time)
		return ok && left.Equal(right)
	case string, bool, calendar.Date:
	default:
		return r == nil && empty(l)
	}
	if r == nil {
		return empty(l)
	}
	return l == r
}

func (b *exprBuilder) ordering(n *ast.BinaryNode, l, r code) code {
	k := l.shape.Kind
	ok := numeric(l.shape) && numeric(r.shape) ||
		k == r.shape.Kind && (k == KindText || k == KindDate || k == KindInstant)
	if !ok {
		return b.refuse(n, "expression_kinds", "operator", n.Operator)
	}
	test := orderTests[n.Operator]
	return code{shape: Shape{Kind: KindBoolean}, run: func(fr *frame) (any, error) {
		left, right, err := both(fr, l, r)
		if err != nil {
			return nil, err
		}
		return test(order(left, right)), nil
	}}
}

var orderTests = map[string]func(int) bool{
	"<": func(c int) bool { return c < 0 }, "<=": func(c int) bool { return c <= 0 },
	">": func(c int) bool { return c > 0 }, ">=": func(c int) bool { return c >= 0 },
}

func both(fr *frame, l, r code) (any, any, error) {
	left, err := l.known(fr)
	if err != nil {
		return nil, nil, err
	}
	right, err := r.known(fr)
	return left, right, err
}

// order compares two values of kinds that ordering has let pass.
func order(l, r any) int {
	switch left := l.(type) {
	case int64:
		if right, ok := r.(int64); ok {
			return compareInt(left, right)
		}
	case string:
		right, _ := r.(string)
		return strings.Compare(left, right)
	case calendar.Date:
		right, _ := r.(calendar.Date)
		return left.Compare(right)
	case time.Time:
		right, _ := r.(time.Time)
		return left.Compare(right)
	}
	return decimalOf(l).Compare(decimalOf(r))
}

func decimalOf(v any) Decimal {
	switch v := v.(type) {
	case Decimal:
		return v
	case int64:
		return Decimal{coef: v}
	}
	return Decimal{}
}

func (b *exprBuilder) within(n *ast.BinaryNode, l, r code) code {
	if r.shape.Kind != KindList || !equatable(l.shape, *r.shape.Of) {
		return b.refuse(n, "expression_kinds", "operator", "in")
	}
	b.possible(n, l, r)
	b.possible(n, code{shape: *r.shape.Of, field: r.field}, l)
	return code{shape: Shape{Kind: KindBoolean}, run: func(fr *frame) (any, error) {
		left, err := l.run(fr)
		if err != nil {
			return nil, err
		}
		list, err := r.run(fr)
		if err != nil {
			return nil, err
		}
		for i := range lengthOf(list) {
			if same(left, itemOf(list, i)) {
				return true, nil
			}
		}
		return false, nil
	}}
}

var textTests = map[string]func(s, t string) bool{
	"contains": strings.Contains, "startsWith": strings.HasPrefix, "endsWith": strings.HasSuffix,
}

func onTexts(l, r code, test func(s, t string) bool) func(*frame) (any, error) {
	return func(fr *frame) (any, error) {
		left, right, err := both(fr, l, r)
		s, _ := left.(string)
		t, _ := right.(string)
		return err == nil && test(s, t), err
	}
}

func (b *exprBuilder) matches(n *ast.BinaryNode, l, r code) code {
	pattern, ok := r.value.(string)
	if !ok || !r.fixed || l.shape.Kind != KindText || len(pattern) > MaxPattern {
		return b.refuse(n, "expression_pattern")
	}
	re, err := regexp.Compile(pattern)
	if err != nil {
		return b.refuse(n, "expression_pattern")
	}
	return code{shape: Shape{Kind: KindBoolean}, run: func(fr *frame) (any, error) {
		v, err := l.run(fr)
		s, _ := v.(string)
		return err == nil && re.MatchString(s), err
	}}
}
