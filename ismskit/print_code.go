package ismskit

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

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
	if len(rows) > 0 {
		slices.Sort(rows)
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

// printedAfter is after how many of the entries of a case and its rows it was printed, 0 where no
// print of it ever had the code. Prints of earlier versions had the code of the case's own last
// entry, whatever its rows were at.
func printedAfter(all []recorded, chains int, code string) int {
	heads := make([]evidence.Head, chains)
	for i, e := range all {
		heads[e.chain] = evidence.Head{Seq: e.Seq, Hash: e.Hash}
		if plainCode(printCode(heads)) == code {
			return i + 1
		}
	}
	for i, e := range all {
		if e.chain == 0 && plainCode(printCode([]evidence.Head{{Seq: e.Seq, Hash: e.Hash}})) == code {
			return i + 1
		}
	}
	return 0
}
