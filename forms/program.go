package forms

import (
	"slices"

	"github.com/expr-lang/expr/ast"

	"github.com/ismskit/ismskit/ismskit/calendar"
)

// Program is a compiled expression over the fields of one form. It is immutable and safe for concurrent use.
//
// The language is the part of expr-lang that forms need: literals, fields by key (the columns of a row by key inside its
// table, those of other rows through any, all, none, one, count, sum, filter, map), members of values with parts
// (period.from, user.kind), == != < <= > >= + - * / % && || ! in contains startsWith endsWith matches ?:, lists, and the
// functions len, min, max, abs, round, upper, lower, trim, empty(x), date('2026-11-23'), days_between(from, to),
// add_days(date, n) and year_of(date). Rules may also use today. There is no now, no ranges, no variables.
//
// What an unanswered field means: a text is "", a boolean false, a list empty. A number or date that isn't there makes the
// whole expression unknown (an EvalError with code "missing" that names the field), except where && or || is decided
// without it, or it is compared by == or != or asked about by empty.
//
// Decimals are exact: / gives nine places, halves rounded up (四捨五入).
type Program struct {
	source string
	code   code
	node   ast.Node
	deps   []string // paths of the fields it reads
	table  *field   // whose rows it looks at; nil for a whole form
	rows   string   // of which table a part of it asks something of every row, while it is described
	today  bool
}

// EvalError says why an expression has no value.
type EvalError struct {
	Field string // the field that is to blame, where there is one
	Code  string // "missing", "division", "overflow", "work" or "type"
}

// Error says code and field for a log.
func (e *EvalError) Error() string {
	if e.Field == "" {
		return "forms: expression: " + e.Code
	}
	return "forms: expression: " + e.Code + ": " + e.Field
}

// String is the expression as it was written.
func (p *Program) String() string { return p.source }

// Fields lists the paths of the fields the expression reads, sorted.
func (p *Program) Fields() []string { return slices.Clone(p.deps) }

// Holds tells whether the condition holds for v. The error is an EvalError.
func (p *Program) Holds(v Values) (bool, error) { return p.HoldsIn(v, nil) }

// HoldsIn tells whether the condition, compiled with RowExpr, holds for the row of v.
func (p *Program) HoldsIn(v Values, row Row) (bool, error) {
	return p.holds(v, row, calendar.Date{})
}

func (p *Program) holds(v Values, row Row, today calendar.Date) (bool, error) {
	return p.holdsIn(&frame{top: v, today: today}, row)
}

// holdsIn uses a frame that may have been used before.
func (p *Program) holdsIn(fr *frame, row Row) (bool, error) {
	fr.row, fr.work = row, MaxExprWork
	got, err := p.code.run(fr)
	if err != nil {
		return false, err
	}
	yes, ok := got.(bool)
	if !ok {
		return false, &EvalError{Code: "type"}
	}
	return yes, nil
}

func (p *Program) eval(v Values, row Row, today calendar.Date) (any, error) {
	fr := frame{top: v, row: row, today: today, work: MaxExprWork}
	return p.code.run(&fr)
}

// frame is what one evaluation works on.
type frame struct {
	top   Values
	row   Row
	items [MaxExprNesting]any // the items that any, all, … are looking at, innermost last
	today calendar.Date
	work  int
}

// code is a compiled part of an expression: its shape, known beforehand, and what gives its value.
type code struct {
	shape Shape
	run   func(*frame) (any, error)
	value any    // of a constant
	fixed bool   // it is a constant
	field string // the field it reads directly
}

func constant(v any, s Shape) code {
	return code{shape: s, run: func(*frame) (any, error) { return v, nil }, value: v, fixed: true}
}

// known gives the value of c where an unanswered one can't be used.
func (c code) known(fr *frame) (any, error) {
	v, err := c.run(fr)
	if err == nil && v == nil {
		return nil, &EvalError{Field: c.field, Code: "missing"}
	}
	return v, err
}

// Expr compiles a further condition over the fields of the form, for a flow's choices and loops. The error is a Problem.
func (f *Form) Expr(source string) (*Program, error) { return f.expr(source, nil) }

// RowExpr compiles a condition over one row of the table, for a child case of that row.
func (f *Form) RowExpr(table, source string) (*Program, error) {
	t := f.byKey[table]
	if t == nil || t.columns == nil {
		return nil, Problem{Path: table, Code: "no_such_field", Params: map[string]any{"key": table}}
	}
	return f.expr(source, t)
}

func (f *Form) expr(source string, table *field) (*Program, error) {
	var problems Problems
	p := f.compileExpr(source, exprScope{table: table, want: KindBoolean}, Report{path: "expression", into: &problems})
	if len(problems) > 0 {
		return nil, problems[0]
	}
	return p, nil
}
