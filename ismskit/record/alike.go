package record

import (
	"maps"
	"slices"
)

// Alike returns the states that people read by the same word as this one, itself
// among them, sorted: a list that filters by words takes all of them together.
func Alike(state string) []string {
	words, err := stateWords()
	if err != nil { // the embedded catalogue is held by a test
		return []string{state}
	}
	word, known := words["zh-TW"][state]
	if !known {
		return []string{state}
	}
	var out []string
	for _, key := range slices.Sorted(maps.Keys(words["zh-TW"])) {
		if words["zh-TW"][key] == word {
			out = append(out, key)
		}
	}
	return out
}
