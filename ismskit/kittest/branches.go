package kittest

import (
	"maps"
	"regexp"
	"slices"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/workflow"
)

// MaxCombinations is how many combinations of branch values GoThrough runs at most.
const MaxCombinations = 4096

// factor is a field on which the way of a case depends, with the values to try.
type factor struct {
	field  string
	values []any
}

var word = regexp.MustCompile(`[A-Za-z_][A-Za-z0-9_]*`)

// factors are the fields that the flow's conditions name: yes and no, or the options
// of a choice, and whatever values were given besides.
func factors(form forms.Schema, flow workflow.Flow, given map[string][]any) []factor {
	values := maps.Clone(given)
	if values == nil {
		values = map[string][]any{}
	}
	named := map[string]bool{}
	conditions(flow.Root, func(when string) {
		for _, w := range word.FindAllString(when, -1) {
			named[w] = true
		}
	})
	for _, f := range form.Fields {
		if _, set := values[f.Key]; set || !named[f.Key] || f.Later {
			continue
		}
		switch {
		case f.Type == "boolean":
			values[f.Key] = []any{false, true}
		case f.Type == "choice":
			for _, o := range f.Options {
				values[f.Key] = append(values[f.Key], o.Key)
			}
		}
	}
	var out []factor
	for _, field := range slices.Sorted(maps.Keys(values)) {
		if len(values[field]) > 0 {
			out = append(out, factor{field, values[field]})
		}
	}
	return out
}

// conditions calls see with every condition that decides the way through a flow.
func conditions(n workflow.Node, see func(when string)) {
	for _, kid := range n.Sequence {
		conditions(kid, see)
	}
	switch {
	case n.Parallel != nil:
		for _, b := range n.Parallel.Branches {
			conditions(b, see)
		}
	case n.Choice != nil:
		for _, c := range n.Choice.Cases {
			see(c.When)
			conditions(c.Then, see)
		}
		if n.Choice.Else != nil {
			conditions(*n.Choice.Else, see)
		}
	case n.Repeat != nil:
		see(n.Repeat.Until)
		conditions(n.Repeat.Body, see)
	case n.Step != nil && n.Step.Outside != nil:
		see(n.Step.Outside.When)
	}
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
