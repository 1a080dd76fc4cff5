package ismskit

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"github.com/ismskit/ismskit/ismskit/evidence"
)

// printCodeLength is how many characters of a hash stand on a print.
const printCodeLength = 12

// PrintCode is what is printed on a case (驗證碼), "" where nothing is on record yet. It follows
// from the last entry of the case's record and from those of its rows: what happens in a row
// afterwards is later than the print, though the request itself stands where it stood.
func (c Case) PrintCode() string {
	heads := []evidence.Head{c.Head}
	for _, row := range c.Rows {
		heads = append(heads, row.Case.Head)
	}
	return printCode(heads)
}

// printCode is the code of a case whose own head comes first, and then those of its rows, in any
// order. Of a case that has none it is that of its last entry.
func printCode(heads []evidence.Head) string {
	own := heads[0].Hash.String()
	if heads[0].Seq == 0 {
		return ""
	}
	var rows []string
	for _, h := range heads[1:] {
		if h.Seq > 0 {
			rows = append(rows, h.Hash.String())
		}
	}
	slices.Sort(rows)
	return codeOf(own, rows)
}

// codeOf is the code of a case's own head and those of its rows, sorted.
func codeOf(own string, rows []string) string {
	if len(rows) > 0 {
		sum := sha256.Sum256([]byte(own + "\n" + strings.Join(rows, "\n")))
		own = hex.EncodeToString(sum[:])
	}
	code := strings.ToUpper(own[:printCodeLength])
	return code[:4] + "-" + code[4:8] + "-" + code[8:]
}

// recorded is an entry of a case or of one of its rows.
type recorded struct {
	TrailEntry
	chain int // whose: the case's own is 0
}

// asTheyCame are the entries of a case and its rows as they came: of the next of each chain always
// that which was made first.
func asTheyCame(chains [][]TrailEntry) []recorded {
	var all []recorded
	at := make([]int, len(chains))
	for {
		next := -1
		for i, entries := range chains {
			if at[i] < len(entries) && (next < 0 || entries[at[i]].At.Before(chains[next][at[next]].At)) {
				next = i
			}
		}
		if next < 0 {
			return all
		}
		all = append(all, recorded{chains[next][at[next]], next})
		at[next]++
	}
}

const (
	// atOnce is how close entries may have been made of which a print had a later one and not an
	// earlier: an act has its time from when it began, and servers' clocks differ.
	atOnce = 2 * time.Second
	// mostHeads is how many chains' heads are looked at for one code, over all states between such
	// entries. Beyond that, as where all rows of a long request are opened at once, a print of just
	// between is not found; one before or after it is.
	mostHeads = 1 << 17
)

// reached says how far each of a case's chains had come.
type reached struct {
	chains [][]TrailEntry
	n      []int
}

// entries is how many there were, and when the last was made.
func (r reached) entries() (n int, last time.Time) {
	for i, entries := range r.chains {
		n += r.n[i]
		if r.n[i] > 0 && entries[r.n[i]-1].At.After(last) {
			last = entries[r.n[i]-1].At
		}
	}
	return n, last
}

func (r reached) has(code string) bool {
	heads := make([]evidence.Head, len(r.chains))
	for i, entries := range r.chains {
		if r.n[i] > 0 {
			e := entries[r.n[i]-1]
			heads[i] = evidence.Head{Seq: e.Seq, Hash: e.Hash}
		}
	}
	return plainCode(printCode(heads)) == code
}

// printedAfter is how far the record of a case and its rows had come when it was printed, false
// where no print of it ever had the code. The case's own chain is the first. Prints of earlier
// versions had the code of its last entry, whatever its rows were at.
func printedAfter(chains [][]TrailEntry, code string) (reached, bool) {
	all := asTheyCame(chains)
	r := reached{chains, make([]int, len(chains))}
	own, rows := "", make([]string, 0, len(chains)) // the heads on the way, kept sorted: a request has hundreds of rows
	for _, e := range all {
		at, head := r.n[e.chain], e.Hash.String()
		r.n[e.chain]++
		if e.chain == 0 {
			own = head
		} else {
			if at > 0 {
				i, _ := slices.BinarySearch(rows, chains[e.chain][at-1].Hash.String())
				rows = slices.Delete(rows, i, i+1)
			}
			i, _ := slices.BinarySearch(rows, head)
			rows = slices.Insert(rows, i, head)
		}
		if own != "" && plainCode(codeOf(own, rows)) == code {
			return r, true
		}
	}
	if amongOthers(all, chains, code, &r) {
		return r, true
	}
	clear(r.n)
	for _, e := range all {
		r.n[e.chain]++
		if e.chain == 0 && plainCode(printCode([]evidence.Head{{Seq: e.Seq, Hash: e.Hash}})) == code {
			return r, true
		}
	}
	return r, false
}

// together are entries that were made at once: how far a case's chains had come before, and after.
type together struct {
	before, after []int
	states        int // between the two, at most limit+1
}

// severalGrow says whether there are orders of them in which they did not come.
func (g together) severalGrow() bool {
	grown := 0
	for i := range g.before {
		if g.after[i] > g.before[i] {
			grown++
		}
	}
	return grown > 1
}

// amongOthers looks between entries of several chains that were made at once, in whatever order they
// came: where the fewest were first, so that none of those is left out for a moment at which there
// were many. What was made alone, or in one chain, has been looked at as it came, and costs nothing.
func amongOthers(all []recorded, chains [][]TrailEntry, code string, r *reached) bool {
	left := mostHeads / len(chains)
	var groups []together
	for at := make([]int, len(chains)); len(all) > 0; {
		n := 1
		for n < len(all) && all[n].At.Sub(all[n-1].At) <= atOnce {
			n++
		}
		g := together{before: at, after: slices.Clone(at)}
		for _, e := range all[:n] {
			g.after[e.chain]++
		}
		if g.severalGrow() {
			g.states = orders(g.before, g.after, left)
			groups = append(groups, g)
		}
		at, all = g.after, all[n:]
	}
	slices.SortStableFunc(groups, func(a, b together) int { return cmp.Compare(a.states, b.states) })
	for _, g := range groups {
		if left -= g.states; left < 0 {
			return false
		}
		if copy(r.n, g.before); anyOf(r, g.after, 0, code) {
			return true
		}
	}
	return false
}

// orders is in how many states chains can be that go from one length to another; more than limit
// is not counted.
func orders(from, to []int, limit int) int {
	n := 1
	for i := range from {
		if n *= to[i] - from[i] + 1; n > limit {
			return limit + 1
		}
	}
	return n
}

// anyOf tries all states between r and most, from a chain on, and leaves r in the one that has
// the code, else as it was.
func anyOf(r *reached, most []int, chain int, code string) bool {
	for chain < len(most) && r.n[chain] == most[chain] {
		chain++
	}
	if chain == len(most) {
		return r.has(code)
	}
	for was := r.n[chain]; ; r.n[chain]++ {
		if anyOf(r, most, chain+1, code) {
			return true
		}
		if r.n[chain] == most[chain] {
			r.n[chain] = was
			return false
		}
	}
}
