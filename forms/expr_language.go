package forms

import (
	"reflect"
	"slices"
	"time"

	"github.com/expr-lang/expr/conf"
	"github.com/expr-lang/expr/types"
)

// builtins are the functions of expr-lang that are carried out here; all others are unknown names.
var builtins = []string{"any", "all", "none", "one", "count", "sum", "filter", "map", "len", "min", "max", "abs",
	"upper", "lower", "trim"}

// functions are our own, by the Go type that the checker reads.
var functions = types.Map{
	"empty":        types.TypeOf((func(any) bool)(nil)),
	"date":         types.TypeOf((func(string) time.Time)(nil)),
	"days_between": types.TypeOf((func(time.Time, time.Time) int)(nil)),
	"add_days":     types.TypeOf((func(time.Time, int) time.Time)(nil)),
	"year_of":      types.TypeOf((func(time.Time) int)(nil)),
	"round":        types.TypeOf((func(any, int) float64)(nil)),
}

// reserved are words that a field key can't be, because expressions mean something else by them.
func reserved(key string) bool {
	words := []string{"today", "true", "false", "nil", "in", "not", "and", "or", "let", "if", "else", "matches", "contains", "startsWith", "endsWith"}
	_, function := functions[key]
	return function || slices.Contains(words, key) || slices.Contains(builtins, key)
}

func (f *Form) exprConfig(scope exprScope) *conf.Config {
	env := types.Map{}
	for name, function := range functions {
		env[name] = function
	}
	if scope.today {
		env["today"] = types.TypeOf(time.Time{})
	}
	for _, fl := range f.fields {
		env[fl.Key] = fl.shape().exprType()
	}
	if scope.table != nil {
		for _, column := range scope.table.columns {
			env[column.Key] = column.shape().exprType()
		}
	}
	c := conf.CreateNew()
	c.WithEnv(env)
	c.MaxNodes = MaxExprNodes
	c.Optimize = false
	if scope.want == KindBoolean {
		c.Expect = reflect.Bool
	}
	for name := range c.Builtins {
		if !slices.Contains(builtins, name) {
			c.Disabled[name] = true
			delete(c.Builtins, name)
		}
	}
	return c
}
