package forms

import (
	"errors"
	"fmt"
	"slices"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/checker"
	"github.com/expr-lang/expr/file"
)

// exprScope says from where an expression looks at the form, and what it must give.
type exprScope struct {
	table *field // its columns are seen first
	today bool   // today may be used
	want  Kind
}

// compileExpr parses and checks an expression and makes a Program of it; mistakes go to r. Whatever the parser does
// with hostile text, the answer is a Problem.
func (f *Form) compileExpr(source string, scope exprScope, r Report) (p *Program) {
	defer func() {
		if thrown := recover(); thrown != nil {
			r.Problem("expression", "source", source, "column", 0, "reason", fmt.Sprint(thrown))
			p = nil
		}
	}()
	if len(source) > MaxExpression {
		r.Problem("bound", "max", MaxExpression)
		return nil
	}
	tree, err := checker.ParseCheck(source, f.exprConfig(scope))
	if err != nil {
		column, reason := 0, err.Error()
		var at *file.Error
		if errors.As(err, &at) {
			column, reason = at.Column+1, at.Message
		}
		r.Problem("expression", "source", source, "column", max(column, 1), "reason", unreadWhy(reason))
		return nil
	}
	b := exprBuilder{form: f, scope: scope}
	c := b.build(tree.Node)
	if b.problem == nil && !fits(c.shape.Kind, scope.want) {
		b.refuse(tree.Node, "expression_kind")
	}
	if b.problem != nil {
		b.problem.Params["source"] = source
		r.Problem(b.problem.Code, flatten(b.problem.Params)...)
		return nil
	}
	slices.Sort(b.deps)
	return &Program{source: source, code: c, node: tree.Node, deps: slices.Compact(b.deps), table: scope.table, today: b.today}
}

func flatten(m map[string]any) []any {
	out := make([]any, 0, 2*len(m))
	for k, v := range m {
		out = append(out, k, v)
	}
	return out
}

// fits reports whether a value of kind got can be given where want is wanted.
func fits(got, want Kind) bool {
	return got == want || want == KindAny || got == KindInteger && want == KindDecimal
}

// exprBuilder turns a checked tree into code. The first thing it can't carry out is kept as the problem.
type exprBuilder struct {
	form    *Form
	scope   exprScope
	items   []Shape // of the lists that any, all, … walk over, innermost last
	deps    []string
	today   bool
	problem *Problem
}

func (b *exprBuilder) refuse(n ast.Node, reason string, params ...any) code {
	if b.problem == nil {
		p := pairs(params)
		p["column"] = n.Location().From + 1
		b.problem = &Problem{Code: reason, Params: p}
	}
	return code{run: func(*frame) (any, error) { return nil, &EvalError{Code: "type"} }}
}

func (b *exprBuilder) build(n ast.Node) code {
	switch n := n.(type) {
	case *ast.NilNode:
		return constant(nil, Shape{Kind: kindNil})
	case *ast.BoolNode:
		return constant(n.Value, Shape{Kind: KindBoolean})
	case *ast.StringNode:
		return constant(n.Value, Shape{Kind: KindText})
	case *ast.IntegerNode:
		return constant(int64(n.Value), Shape{Kind: KindInteger})
	case *ast.FloatNode:
		return b.float(n)
	case *ast.IdentifierNode:
		return b.identifier(n)
	case *ast.PointerNode:
		return b.pointer(n)
	case *ast.MemberNode:
		return b.member(n)
	case *ast.UnaryNode:
		return b.unary(n)
	case *ast.BinaryNode:
		return b.binary(n)
	case *ast.ConditionalNode:
		return b.conditional(n)
	case *ast.ArrayNode:
		return b.array(n)
	case *ast.BuiltinNode:
		return b.builtin(n)
	case *ast.CallNode:
		return b.call(n)
	}
	return b.refuse(n, "expression_unsupported")
}

func (b *exprBuilder) float(n *ast.FloatNode) code {
	d, err := ParseDecimal(fmt.Sprintf("%.*f", maxScale, n.Value))
	if err != nil {
		return b.refuse(n, "expression_number")
	}
	return constant(d, Shape{Kind: KindDecimal})
}

func (b *exprBuilder) identifier(n *ast.IdentifierNode) code {
	if n.Value == "today" && b.scope.today {
		b.today = true
		return code{shape: Shape{Kind: KindDate}, field: "today", run: func(fr *frame) (any, error) {
			if fr.today.IsZero() {
				return nil, nil
			}
			return fr.today, nil
		}}
	}
	if t := b.scope.table; t != nil {
		if column := t.column(n.Value); column != nil {
			b.deps = append(b.deps, column.path)
			return b.reader(column, func(fr *frame) Values { return fr.row })
		}
	}
	fl := b.form.byKey[n.Value]
	if fl == nil {
		return b.refuse(n, "expression_unsupported")
	}
	b.deps = append(b.deps, fl.path)
	return b.reader(fl, func(fr *frame) Values { return fr.top })
}

// reader is code that reads a field out of the values that from gives.
func (b *exprBuilder) reader(fl *field, from func(*frame) Values) code {
	shape := fl.shape()
	blank := shape.blank()
	key, read := fl.Key, fl.read
	return code{shape: shape, field: fl.path, run: func(fr *frame) (any, error) {
		v, ok := from(fr)[key]
		if !ok || v == nil {
			return blank, nil
		}
		if v = read(v); v == nil {
			return blank, nil
		}
		return v, nil
	}}
}

func (b *exprBuilder) pointer(n *ast.PointerNode) code {
	if n.Name != "" || len(b.items) == 0 {
		return b.refuse(n, "expression_unsupported")
	}
	at := len(b.items) - 1
	return code{shape: b.items[at], run: func(fr *frame) (any, error) { return fr.items[at], nil }}
}

func (b *exprBuilder) member(n *ast.MemberNode) code {
	name, ok := n.Property.(*ast.StringNode)
	if !ok || n.Optional || n.Method {
		return b.refuse(n, "expression_unsupported")
	}
	if at, ok := n.Node.(*ast.PointerNode); ok && len(b.items) > 0 && at.Name == "" {
		if table := b.items[len(b.items)-1].field; table != nil {
			return b.cell(n, table, name.Value)
		}
	}
	of := b.build(n.Node)
	part, known := of.shape.Parts[name.Value]
	reads := of.shape.read
	if !known || reads == nil {
		return b.refuse(n, "expression_unsupported")
	}
	blank := part.blank()
	field := of.field
	if field != "" {
		field += "." + name.Value
	}
	return code{shape: part, field: field, run: func(fr *frame) (any, error) {
		v, err := of.run(fr)
		if err != nil || v == nil {
			return blank, err
		}
		if v = reads.Part(v, name.Value); v == nil {
			return blank, nil
		}
		return v, nil
	}}
}

// cell is a column of the row that any, all, … are looking at.
func (b *exprBuilder) cell(n ast.Node, table *field, name string) code {
	column := table.column(name)
	if column == nil {
		return b.refuse(n, "expression_unsupported")
	}
	at := len(b.items) - 1
	return b.reader(column, func(fr *frame) Values {
		row, _ := fr.items[at].(Row)
		return row
	})
}

func (b *exprBuilder) array(n *ast.ArrayNode) code {
	items := make([]code, len(n.Nodes))
	of := Shape{Kind: KindAny}
	for i, node := range n.Nodes {
		if items[i] = b.build(node); i == 0 {
			of = items[i].shape
		} else if items[i].shape.Kind != of.Kind {
			return b.refuse(node, "expression_mixed")
		}
	}
	values := make([]any, len(items))
	fixed := true
	for i, item := range items {
		values[i], fixed = item.value, fixed && item.fixed
	}
	shape := Shape{Kind: KindList, Of: &of}
	if fixed {
		return constant(values, shape)
	}
	return code{shape: shape, run: func(fr *frame) (any, error) {
		out := make([]any, len(items))
		for i, item := range items {
			v, err := item.run(fr)
			if err != nil {
				return nil, err
			}
			out[i] = v
		}
		return out, nil
	}}
}

func (b *exprBuilder) conditional(n *ast.ConditionalNode) code {
	cond, yes, no := b.build(n.Cond), b.build(n.Exp1), b.build(n.Exp2)
	shape := yes.shape
	switch {
	case yes.shape.Kind == kindNil || yes.shape.Kind == KindInteger && no.shape.Kind == KindDecimal:
		shape = no.shape
	case no.shape.Kind != kindNil && !fits(no.shape.Kind, yes.shape.Kind):
		return b.refuse(n, "expression_mixed")
	}
	shape.Options = nil
	return code{shape: shape, run: func(fr *frame) (any, error) {
		v, err := cond.known(fr)
		if err != nil {
			return nil, err
		}
		if v == true {
			return yes.run(fr)
		}
		return no.run(fr)
	}}
}
