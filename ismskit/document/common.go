package document

import (
	"slices"
	"sort"
)

// common are the places of a longest list that two lists have in common. Where they are too
// long for that, what both have once stands for it, with a longest list of each piece between
// that is short enough.
func common(x, y []int32, most int) [][2]int {
	start := 0
	for start < len(x) && start < len(y) && x[start] == y[start] {
		start++
	}
	end := 0
	for start+end < len(x) && start+end < len(y) && x[len(x)-1-end] == y[len(y)-1-end] {
		end++
	}
	var out [][2]int
	for i := range start {
		out = append(out, [2]int{i, i})
	}
	innerX, innerY := x[start:len(x)-end], y[start:len(y)-end]
	add := func(i, j int, pairs [][2]int) {
		for _, p := range pairs {
			out = append(out, [2]int{start + i + p[0], start + j + p[1]})
		}
	}
	if len(innerX)*len(innerY) <= most {
		add(0, 0, longest(innerX, innerY))
	} else {
		i, j := 0, 0
		for _, p := range append(onceInBoth(innerX, innerY), [2]int{len(innerX), len(innerY)}) {
			if (p[0]-i)*(p[1]-j) <= most {
				add(i, j, longest(innerX[i:p[0]], innerY[j:p[1]]))
			}
			if p[0] < len(innerX) {
				add(0, 0, [][2]int{p})
			}
			i, j = p[0]+1, p[1]+1
		}
	}
	for i := end; i > 0; i-- {
		out = append(out, [2]int{len(x) - i, len(y) - i})
	}
	return slices.Clip(out)
}

// longest is a longest list in common.
func longest(x, y []int32) [][2]int {
	if len(x) == 0 || len(y) == 0 {
		return nil
	}
	length := make([][]int32, len(x)+1)
	for i := range length {
		length[i] = make([]int32, len(y)+1)
	}
	for i := len(x) - 1; i >= 0; i-- {
		for j := len(y) - 1; j >= 0; j-- {
			if x[i] == y[j] {
				length[i][j] = length[i+1][j+1] + 1
			} else {
				length[i][j] = max(length[i+1][j], length[i][j+1])
			}
		}
	}
	var out [][2]int
	for i, j := 0, 0; i < len(x) && j < len(y); {
		switch {
		case x[i] == y[j]:
			out = append(out, [2]int{i, j})
			i, j = i+1, j+1
		case length[i+1][j] >= length[i][j+1]:
			i++
		default:
			j++
		}
	}
	return out
}

// onceInBoth are the places of what each of two lists has once, as far as it comes in the
// same order.
func onceInBoth(x, y []int32) [][2]int {
	once := func(list []int32) map[int32]int {
		at := map[int32]int{}
		for i, v := range list {
			if _, twice := at[v]; twice {
				at[v] = -1
			} else {
				at[v] = i
			}
		}
		return at
	}
	inX, inY := once(x), once(y)
	var both [][2]int // in the order of x
	for i, v := range x {
		if j, ok := inY[v]; ok && j >= 0 && inX[v] == i {
			both = append(both, [2]int{i, j})
		}
	}
	var ends []int // of the shortest tails, by length
	before := make([]int, len(both))
	for n, p := range both {
		at := sort.Search(len(ends), func(k int) bool { return both[ends[k]][1] >= p[1] })
		before[n] = -1
		if at > 0 {
			before[n] = ends[at-1]
		}
		if at == len(ends) {
			ends = append(ends, n)
		} else {
			ends[at] = n
		}
	}
	var out [][2]int
	if len(ends) > 0 {
		for n := ends[len(ends)-1]; n >= 0; n = before[n] {
			out = append(out, both[n])
		}
	}
	slices.Reverse(out)
	return out
}
