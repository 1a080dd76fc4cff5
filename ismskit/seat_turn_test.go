package ismskit

import (
	"testing"

	"github.com/ismskit/ismskit/ismskit/directory"
	"github.com/ismskit/ismskit/workflow"
)

// A way that fills in where the separation of duties leaves nobody is not asked where nobody
// is found at all, though there be two of them and the first would find somebody.
func TestNobodyFillsInWhereNobodyIsFoundAtAll(t *testing.T) {
	ways := []workflow.Alternative{{}, {Who: workflow.Who{Apart: true}}, {Who: workflow.Who{Apart: true}}}
	one := func(person string) []directory.Answer {
		return []directory.Answer{{Holders: []directory.Holder{{Person: person}}}}
	}
	for _, c := range []struct {
		first []directory.Answer
		asked bool
	}{{nil, false}, {one("P1"), true}} {
		answers := inTurn(ways, func(i int) ([]directory.Answer, bool) {
			return [][]directory.Answer{c.first, one("P2"), one("P3")}[i], true
		})
		for i := 1; i < len(ways); i++ {
			if _, ok := answers(i); ok != c.asked {
				t.Errorf("the first finds %v: way %d is asked: %v", c.first, i, ok)
			}
		}
	}
}
