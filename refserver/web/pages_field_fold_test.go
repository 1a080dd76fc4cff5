package web

import (
	"strconv"
	"testing"
)

// Of many boxes those that are ticked are seen at once, or where none is the first of them; the rest unfolds.
func TestOfManyBoxesThoseThatAreTickedAreSeenAtOnce(t *testing.T) {
	for _, test := range []struct {
		widget         string
		options        int
		ticked         []int
		folded, seenAt int // how many, and one that is seen
	}{
		{"ticks", mostTicks, nil, 0, 0},
		{"ticks", mostTicks + 5, nil, 5, mostTicks - 1},
		{"ticks", mostTicks + 5, []int{mostTicks + 2}, mostTicks + 4, mostTicks + 2},
		{"radios", mostTicks + 5, nil, 0, mostTicks + 4},
	} {
		v := fieldView{Widget: test.widget}
		for i := range test.options {
			v.Options = append(v.Options, option{Value: strconv.Itoa(i)})
		}
		for _, i := range test.ticked {
			v.Options[i].Checked = true
		}
		v.fold()
		n := 0
		for _, o := range v.Options {
			if o.Folded {
				n++
			}
		}
		if v.Folded != test.folded || n != test.folded || v.Options[test.seenAt].Folded {
			t.Errorf("%+v: %d are folded, it says %d", test, n, v.Folded)
		}
	}
}
