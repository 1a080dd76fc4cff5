package forms

import (
	"slices"

	"github.com/expr-lang/expr/ast"
)

// ConditionView is a condition as data. Source is the expression; where the condition is simple enough, Test is the same as
// a tree that a page can evaluate while someone types. Without a Test only the server can tell.
type ConditionView struct {
	Source string   `json:"source"`
	Fields []string `json:"fields"` // the paths it depends on
	Test   *Test    `json:"test,omitempty"`
}

// Test is a simple condition: "and", "or" and "not" of other tests, or "eq", "ne", "lt", "le", "gt", "ge", "in", "has" (a list
// has the value) or "empty" of a field, by path and part ("period.open"), against canonical values. The path of a column
// means the cell of the same row.
type Test struct {
	Op     string `json:"op"`
	Tests  []Test `json:"tests,omitempty"`
	Field  string `json:"field,omitempty"`
	Values []any  `json:"values,omitempty"`
}

// View gives the condition as data.
func (p *Program) View() ConditionView { return *p.describe() }

func (p *Program) describe() *ConditionView {
	if p == nil {
		return nil
	}
	v := &ConditionView{Source: p.source, Fields: p.Fields()}
	if t, ok := p.test(p.node); ok && !t.asksRows() {
		v.Test = &t
	}
	return v
}

// Test gives the condition as a tree, false where it is not simple enough. Other than in View there
// may be "any" and "all" in it: what Field, a table, is asked of its rows is their one test, whose
// fields are columns.
func (p *Program) Test() (Test, bool) { return p.test(p.node) }

// asksRows says whether it asks something of the rows of a table, which a page can't evaluate by
// the cell of one row.
func (t Test) asksRows() bool {
	return t.Op == "any" || t.Op == "all" || slices.ContainsFunc(t.Tests, Test.asksRows)
}

func (p *Program) test(n ast.Node) (Test, bool) {
	switch n := n.(type) {
	case *ast.UnaryNode:
		inner, ok := p.test(n.Node)
		return Test{Op: "not", Tests: []Test{inner}}, ok
	case *ast.BinaryNode:
		return p.testOf(n)
	case *ast.IdentifierNode, *ast.MemberNode:
		path, ok := p.place(n)
		return Test{Op: "eq", Field: path, Values: []any{true}}, ok
	case *ast.BuiltinNode:
		return p.testRows(n)
	case *ast.CallNode:
		name, ok := n.Callee.(*ast.IdentifierNode)
		if !ok || name.Value != "empty" || len(n.Arguments) != 1 {
			return Test{}, false
		}
		path, ok := p.place(n.Arguments[0])
		return Test{Op: "empty", Field: path}, ok
	}
	return Test{}, false
}

// testRows is what is asked of the rows of a table, any of them or all: one test, whose fields
// are its columns.
func (p *Program) testRows(n *ast.BuiltinNode) (Test, bool) {
	if n.Name != "any" && n.Name != "all" || len(n.Arguments) != 2 {
		return Test{}, false
	}
	table, ok := p.place(n.Arguments[0])
	asks, isPredicate := n.Arguments[1].(*ast.PredicateNode)
	if !ok || !isPredicate {
		return Test{}, false
	}
	rows := *p
	rows.rows = table
	inner, ok := rows.test(asks.Node)
	return Test{Op: n.Name, Field: table, Tests: []Test{inner}}, ok
}

var testNames = map[string]string{"==": "eq", "!=": "ne", "<": "lt", "<=": "le", ">": "gt", ">=": "ge",
	"and": "and", "&&": "and", "or": "or", "||": "or"}

func (p *Program) testOf(n *ast.BinaryNode) (Test, bool) {
	op := testNames[n.Operator]
	switch op {
	case "and", "or":
		l, okLeft := p.test(n.Left)
		r, okRight := p.test(n.Right)
		return Test{Op: op, Tests: []Test{l, r}}, okLeft && okRight
	case "":
		if n.Operator != "in" {
			return Test{}, false
		}
		return p.testIn(n)
	}
	path, ok := p.place(n.Left)
	value, fixed := plainConstant(n.Right)
	return Test{Op: op, Field: path, Values: []any{value}}, ok && fixed
}

func (p *Program) testIn(n *ast.BinaryNode) (Test, bool) {
	if value, fixed := plainConstant(n.Left); fixed {
		path, ok := p.place(n.Right)
		return Test{Op: "has", Field: path, Values: []any{value}}, ok
	}
	path, ok := p.place(n.Left)
	list, isList := n.Right.(*ast.ArrayNode)
	if !ok || !isList {
		return Test{}, false
	}
	t := Test{Op: "in", Field: path}
	for _, item := range list.Nodes {
		value, fixed := plainConstant(item)
		if !fixed {
			return Test{}, false
		}
		t.Values = append(t.Values, value)
	}
	return t, true
}

// place gives the path of a field, or of a part of one, that a node names.
func (p *Program) place(n ast.Node) (string, bool) {
	switch n := n.(type) {
	case *ast.IdentifierNode:
		if p.table != nil && p.table.column(n.Value) != nil {
			return p.table.path + "." + n.Value, true
		}
		return n.Value, n.Value != "today"
	case *ast.MemberNode:
		part, named := n.Property.(*ast.StringNode)
		if at, row := n.Node.(*ast.PointerNode); row && named && at.Name == "" && p.rows != "" {
			return p.rows + "." + part.Value, true
		}
		of, ok := n.Node.(*ast.IdentifierNode)
		if !ok || !named {
			return "", false
		}
		path, known := p.place(of)
		return path + "." + part.Value, known
	}
	return "", false
}

func plainConstant(n ast.Node) (any, bool) {
	switch n := n.(type) {
	case *ast.StringNode:
		return n.Value, true
	case *ast.IntegerNode:
		return int64(n.Value), true
	case *ast.BoolNode:
		return n.Value, true
	case *ast.CallNode: // date('2026-11-23'), checked when it was compiled
		name, ok := n.Callee.(*ast.IdentifierNode)
		if ok && name.Value == "date" {
			return plainConstant(n.Arguments[0])
		}
	}
	return nil, false
}
