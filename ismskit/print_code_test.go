package ismskit

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/ismskit/ismskit/ismskit/evidence"
	"pgregory.net/rapid"
)

// chainOfTimes is a chain whose entries were made so many milliseconds after a moment.
func chainOfTimes(name int, ms ...int) []TrailEntry {
	out := make([]TrailEntry, len(ms))
	for i, at := range ms {
		out[i] = TrailEntry{
			Entry: evidence.Entry{Seq: int64(i + 1), At: time.UnixMilli(1_764_000_000_000 + int64(at)).UTC()},
			Hash:  sha256.Sum256(fmt.Append(nil, name, i)),
		}
	}
	return out
}

func codeAt(r reached) string {
	heads := make([]evidence.Head, len(r.chains))
	for i, entries := range r.chains {
		if r.n[i] > 0 {
			heads[i] = evidence.Head{Seq: int64(r.n[i]), Hash: entries[r.n[i]-1].Hash}
		}
	}
	return plainCode(printCode(heads))
}

// A print is found whatever entries it had of those that were made at once: an act may have begun
// before another and been kept after it, and the demo's clock stands still.
func TestAPrintIsFoundBetweenWhatWasDoneAtOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 5).Draw(t, "chains")
		chains := make([][]TrailEntry, n)
		for i := range chains {
			times := rapid.SliceOfN(rapid.SampledFrom([]int{0, 1, 500, 90_000, 90_000, 91_000, 3_600_000}), 1, 4).Draw(t, "times")
			for j := 1; j < len(times); j++ {
				times[j] = max(times[j], times[j-1])
			}
			chains[i] = chainOfTimes(i, times...)
		}
		// Printed at a moment, of which each server has its own idea within a second.
		at := rapid.SampledFrom([]int{0, 300, 90_000, 90_500, 100_000, 4_000_000}).Draw(t, "printed")
		want := reached{chains, make([]int, n)}
		for i, entries := range chains {
			late := rapid.IntRange(-900, 900).Draw(t, "clock")
			for _, e := range entries {
				if e.At.Sub(time.UnixMilli(1_764_000_000_000)) <= time.Duration(at+late)*time.Millisecond {
					want.n[i]++
				}
			}
		}
		if want.n[0] == 0 {
			return
		}
		got, found := printedAfter(chains, codeAt(want))
		if a, _ := got.entries(); !found || fmt.Sprint(got.n) != fmt.Sprint(want.n) {
			t.Fatalf("printed at %v, found %v at %v (%d)", want.n, found, got.n, a)
		}
	})
}

// A code that was never printed is not found, and however many rows were handled at once the search ends.
func TestACodeThatWasNeverPrintedIsNotFound(t *testing.T) {
	var chains [][]TrailEntry
	for i := range 200 {
		chains = append(chains, chainOfTimes(i, 0, 0, 0))
	}
	if at, found := printedAfter(chains, "000011112222"); found {
		t.Errorf("found at %v", at.n)
	}
	// Before and after them it is, of however many.
	for _, n := range []int{0, 3} {
		want := reached{chains, make([]int, len(chains))}
		for i := range want.n {
			want.n[i] = n
		}
		want.n[0] = max(n, 1)
		if _, found := printedAfter(chains, codeAt(want)); !found {
			t.Errorf("after %d of each it is not found", n)
		}
	}
}

// Many rows are opened at once; a day later two of them are handled at the same moment, and it is
// printed between. However many rows there are besides, that print is found; also where each of the
// others has two entries by then, made at moments of their own.
func TestAPrintIsFoundBetweenTwoOfManyRows(t *testing.T) {
	opened := func(int) []int { return []int{10_000} }
	handled := func(row int) []int { return []int{row * 10_000, 6_000_000 + row*10_000} }
	for _, others := range []func(row int) []int{opened, handled} {
		for _, rows := range []int{3, 12, 13, 14, 20, 60, 200, 500} {
			chains, want := [][]TrailEntry{chainOfTimes(0, 0)}, []int{1}
			for i := 1; i <= rows; i++ {
				times := others(i)
				want = append(want, len(times))
				if i <= 2 {
					times, want[i] = []int{10_000, 90_000_000}, i // the second of them is handled, the first not yet
				}
				chains = append(chains, chainOfTimes(i, times...))
			}
			if got, found := printedAfter(chains, codeAt(reached{chains, want})); !found || !slices.Equal(got.n, want) {
				t.Errorf("of %d rows with %d entries each it is found: %v", rows, len(others(3)), found)
			}
		}
	}
}
