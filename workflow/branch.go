package workflow

import "slices"

// deadBranches says which cases of a choice, and whether its Else, can never be
// taken. All conditions of a choice are evaluated at the same moment, so one
// field against constants can be decided by trying a value from every region
// that the constants cut the field's values into.
func deadBranches(conditions []string, field func(string) (FieldInfo, bool)) (dead []bool, elseDead bool) {
	read := make([]simple, len(conditions))
	known := make([]bool, len(conditions))
	constants := map[string][]constant{}
	for i, src := range conditions {
		read[i], known[i] = readSimple(src)
		if known[i] {
			constants[read[i].field] = append(constants[read[i].field], read[i].constants...)
		}
	}
	canBeTaken := func(i int) bool { // i == len(conditions) is the Else
		for name := range constants {
			if !reachable(i, read, known, name, candidates(constants[name], name, field)) {
				return false
			}
		}
		return true
	}
	dead = make([]bool, len(conditions))
	for i := range conditions {
		dead[i] = !canBeTaken(i)
	}
	return dead, !canBeTaken(len(conditions))
}

// reachable says whether some value of one field lets every earlier condition
// over it fail and the i-th, if it is over it, hold.
func reachable(i int, read []simple, known []bool, name string, values []constant) bool {
	about := func(k int) bool { return known[k] && (read[k].field == name || read[k].field == "") }
	return slices.ContainsFunc(values, func(v constant) bool {
		for k := range min(i, len(read)) {
			if about(k) && read[k].holds(v) {
				return false
			}
		}
		return i >= len(read) || !about(i) || read[i].holds(v)
	})
}

// other stands for any text that no condition names.
const other = "\x00"

// candidates returns one value for every region of a field's values.
func candidates(constants []constant, name string, field func(string) (FieldInfo, bool)) []constant {
	out := []constant{nil}
	info, ok := field(name)
	if ok && info.Type == "boolean" {
		return append(out, true, false)
	}
	if ok && info.Options != nil {
		for _, o := range info.Options {
			out = append(out, o)
		}
		return out
	}
	out = append(out, other)
	var numbers []float64
	for _, c := range constants {
		if n, isNumber := c.(float64); isNumber {
			numbers = append(numbers, n)
			continue
		}
		out = append(out, c)
	}
	slices.Sort(numbers)
	for i, n := range numbers {
		out = append(out, n-1, n, n+1)
		if i > 0 && info.Type != "integer" {
			out = append(out, (numbers[i-1]+n)/2)
		}
	}
	return out
}
