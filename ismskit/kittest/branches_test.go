package kittest

import (
	"fmt"
	"testing"
)

func of(sizes ...int) []factor {
	var out []factor
	for i, n := range sizes {
		f := factor{field: fmt.Sprint("f", i)}
		for v := range n {
			f.values = append(f.values, v)
		}
		out = append(out, f)
	}
	return out
}

// Few branches are tried in every combination.
func TestFewCombinationsAreAllTried(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range combinations(of(2, 3, 4), MaxCombinations) {
		seen[fmt.Sprint(c)] = true
	}
	if len(seen) != 24 {
		t.Errorf("%d of 24", len(seen))
	}
	if all := combinations(nil, MaxCombinations); len(all) != 1 {
		t.Errorf("a type without branches is tried %d times", len(all))
	}
}

// Of many, every value is tried and every pair of values, in far fewer cases.
func TestOfManyCombinationsEveryPairIsTried(t *testing.T) {
	fs := of(5, 4, 6, 3, 5, 2, 7)
	if n := product(fs, 1<<30); n <= MaxCombinations {
		t.Fatalf("%d are too few for this", n)
	}
	all := combinations(fs, MaxCombinations)
	if len(all) > 120 {
		t.Errorf("%d cases for pairs of at most 7 × 6 values", len(all))
	}
	for a := range fs {
		for b := a + 1; b < len(fs); b++ {
			got := map[[2]int]bool{}
			for _, c := range all {
				got[[2]int{c[a], c[b]}] = true
			}
			if want := len(fs[a].values) * len(fs[b].values); len(got) != want {
				t.Errorf("fields %d and %d: %d of %d pairs", a, b, len(got), want)
			}
		}
	}
}
