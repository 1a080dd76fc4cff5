package forms

import (
	"math"
	"math/bits"

	"github.com/expr-lang/expr/ast"
)

func (b *exprBuilder) calculation(n *ast.BinaryNode, l, r code) code {
	if n.Operator == "+" && l.shape.Kind == KindText && r.shape.Kind == KindText {
		return code{shape: Shape{Kind: KindText}, run: func(fr *frame) (any, error) {
			left, right, err := both(fr, l, r)
			a, _ := left.(string)
			c, _ := right.(string)
			if len(a)+len(c) > MaxLongText {
				return nil, &EvalError{Code: "overflow"}
			}
			return a + c, err
		}}
	}
	if !numeric(l.shape) || !numeric(r.shape) {
		return b.refuse(n, "expression_kinds", "operator", n.Operator)
	}
	kind := KindInteger
	if n.Operator == "/" || l.shape.Kind == KindDecimal || r.shape.Kind == KindDecimal {
		kind = KindDecimal
	}
	return arithmetic(l, r, kind, n.Operator)
}

func arithmetic(l, r code, kind Kind, operator string) code {
	blame := l.field
	if operator == "/" || operator == "%" {
		blame = r.field
	}
	return code{shape: Shape{Kind: kind}, run: func(fr *frame) (any, error) {
		left, right, err := both(fr, l, r)
		if err != nil {
			return nil, err
		}
		v, code := calculate(left, right, kind, operator)
		if code != "" {
			return nil, &EvalError{Field: blame, Code: code}
		}
		return v, nil
	}}
}

func calculate(l, r any, kind Kind, operator string) (any, string) {
	if kind == KindDecimal {
		return calculateDecimal(decimalOf(l), decimalOf(r), operator)
	}
	a, _ := l.(int64)
	b, _ := r.(int64)
	switch operator {
	case "+":
		if c := a + b; (c > a) == (b > 0) {
			return c, ""
		}
	case "-":
		if c := a - b; (c < a) == (b > 0) {
			return c, ""
		}
	case "*":
		hi, lo := bits.Mul64(uint64(max(a, -a)), uint64(max(b, -b)))
		if hi == 0 && lo <= math.MaxInt64 && a != math.MinInt64 && b != math.MinInt64 {
			return a * b, ""
		}
	case "%":
		if b == 0 {
			return nil, "division"
		}
		return a % b, ""
	}
	return nil, "overflow"
}

func calculateDecimal(a, b Decimal, operator string) (any, string) {
	var c Decimal
	var err error
	switch operator {
	case "+":
		c, err = a.Add(b)
	case "-":
		c, err = a.Sub(b)
	case "*":
		c, err = a.Mul(b)
	case "/":
		if b.Sign() == 0 {
			return nil, "division"
		}
		c, err = a.Quo(b)
	}
	if err != nil {
		return nil, "overflow"
	}
	return c, ""
}
