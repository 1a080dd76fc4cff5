package forms

import (
	"slices"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/parser"
)

// Reads reports whether one of the rule's conditions names a field or a column of that key. A condition that cannot be
// read names none; compiling the form says so.
func (r Rule) Reads(key string) bool {
	sources := []string{r.When, r.Then}
	if r.Rows != nil {
		sources = append(sources, r.Rows.If)
	}
	return slices.ContainsFunc(sources, func(source string) bool {
		if source == "" {
			return false
		}
		tree, err := parser.Parse(source)
		if err != nil {
			return false
		}
		named := identifiers{}
		ast.Walk(&tree.Node, named)
		return named[key]
	})
}

// identifiers are the names in an expression.
type identifiers map[string]bool

// Visit implements ast.Visitor.
func (i identifiers) Visit(n *ast.Node) {
	if id, ok := (*n).(*ast.IdentifierNode); ok {
		i[id.Value] = true
	}
}
