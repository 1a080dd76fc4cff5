package kittest

import (
	"regexp"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/workflow"
)

// MaxCombinations is how many combinations of branch values GoThrough runs at most.
const MaxCombinations = 4096

// factor is a field on which the way of a case depends, with the values to try.
type factor struct {
	field  string // of a row "type/field"
	values []any
	later  bool // entered by a step
}

var (
	quoted = regexp.MustCompile(`'[^']*'|"[^"]*"`)
	word   = regexp.MustCompile(`\.?[A-Za-z_][A-Za-z0-9_]*`)
)

// deciding are the words in the conditions of a flow, its fields among them. What begins with a
// dot is a column or a part of one.
func deciding(flow workflow.Flow) map[string]bool {
	named := map[string]bool{}
	conditions(flow.Root, func(when string) {
		for _, w := range word.FindAllString(quoted.ReplaceAllString(when, ""), -1) {
			named[w] = true
		}
	})
	return named
}

// factors are the fields that the conditions of the flow, and of those of its rows, name: yes
// and no, or the options of a choice, and whatever values were given besides. One of the form is
// varied as it is sent, one of later steps where a step enters it.
func (e Exercise) factors() []factor {
	var out []factor
	known := map[string]bool{}
	for _, typ := range e.types() {
		named, entered := deciding(typ.Flow), map[string]bool{}
		steps(typ.Flow.Root, func(s *workflow.Step) {
			for _, field := range s.Edit {
				entered[field] = true
			}
		})
		for _, f := range typ.Form.Fields {
			one := factor{field: e.named(typ.Key, f.Key), later: f.Later || typ.Key != e.Type.Key}
			known[one.field] = true
			one.values = e.Branches[one.field]
			switch {
			case one.values != nil || !named[f.Key] || one.later && !entered[f.Key]:
			case f.Type == "boolean":
				one.values = []any{false, true}
			case f.Type == "choice":
				for _, o := range f.Options {
					one.values = append(one.values, o.Key)
				}
			}
			if len(one.values) > 0 {
				out = append(out, one)
			}
		}
	}
	for field, values := range e.Branches {
		if !known[field] && len(values) > 0 {
			out = append(out, factor{field: field, values: values})
		}
	}
	slices.SortFunc(out, func(a, b factor) int { return strings.Compare(a.field, b.field) })
	return out
}

// conditions calls see with every condition that decides the way through a flow.
func conditions(n workflow.Node, see func(when string)) {
	nodes(n, func(n workflow.Node) {
		switch {
		case n.Choice != nil:
			for _, c := range n.Choice.Cases {
				see(c.When)
			}
		case n.Repeat != nil:
			see(n.Repeat.Until)
		case n.Step != nil && n.Step.Outside != nil:
			see(n.Step.Outside.When)
		}
	})
}

// product is how many combinations there are, counted no further than limit+1.
func product(fs []factor, limit int) int {
	n := 1
	for _, f := range fs {
		if n *= len(f.values); n > limit {
			return limit + 1
		}
	}
	return n
}

// combinations are indexes of values, by factor: all of them up to limit, else each
// value and each pair of values at least once.
func combinations(fs []factor, limit int) [][]int {
	n := product(fs, limit)
	if n > limit {
		return pairs(fs, limit)
	}
	out := make([][]int, n)
	for i := range out {
		out[i] = make([]int, len(fs))
		rest := i
		for j, f := range fs {
			out[i][j], rest = rest%len(f.values), rest/len(f.values)
		}
	}
	return out
}

// pair is one value of one factor beside one of another; a < b.
type pair struct{ a, x, b, y int }

// pairs covers each value first and then every pair of values, greedily: each
// combination begins with a pair that is still missing and takes for every other
// factor the value that adds most.
func pairs(fs []factor, limit int) [][]int {
	missing := map[pair]bool{}
	var order []pair
	for a := range fs {
		for b := a + 1; b < len(fs); b++ {
			for x := range fs[a].values {
				for y := range fs[b].values {
					p := pair{a, x, b, y}
					missing[p] = true
					order = append(order, p)
				}
			}
		}
	}
	var out [][]int
	take := func(c []int) {
		out = append(out, c)
		for a := range c {
			for b := a + 1; b < len(c); b++ {
				delete(missing, pair{a, c[a], b, c[b]})
			}
		}
	}
	most := 0
	for _, f := range fs {
		most = max(most, len(f.values))
	}
	for i := range min(most, limit) {
		c := make([]int, len(fs))
		for j, f := range fs {
			c[j] = i % len(f.values)
		}
		take(c)
	}
	for _, p := range order {
		if !missing[p] || len(out) >= limit {
			continue
		}
		c := make([]int, len(fs))
		for j := range c {
			c[j] = -1
		}
		c[p.a], c[p.b] = p.x, p.y
		for j := range c {
			if c[j] < 0 {
				c[j] = best(fs, c, j, missing)
			}
		}
		take(c)
	}
	return out
}

// best is the value of a factor that makes most of the missing pairs with what is
// chosen already.
func best(fs []factor, chosen []int, j int, missing map[pair]bool) int {
	value, gain := 0, -1
	for x := range fs[j].values {
		n := 0
		for i, y := range chosen {
			switch {
			case y < 0 || i == j:
			case i < j && missing[pair{i, y, j, x}], i > j && missing[pair{j, x, i, y}]:
				n++
			}
		}
		if n > gain {
			value, gain = x, n
		}
	}
	return value
}
