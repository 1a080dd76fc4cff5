package evidence

import (
	"fmt"
	"testing"
	"time"
)

// aForm is a payload of twenty fields.
func aForm() map[string]any {
	form := map[string]any{}
	for i := range 18 {
		form[fmt.Sprintf("field_%02d", i)] = fmt.Sprintf("第%d欄的內容，公文系統", i)
	}
	form["count"] = 3
	form["at"] = time.Date(2026, 11, 23, 6, 5, 0, 0, time.UTC)
	return form
}

// BenchmarkEntry is what one action costs: the canonical bytes of a payload of
// twenty fields, its digest, and the next entry with its hash.
func BenchmarkEntry(b *testing.B) {
	form := aForm()
	head := Head{Chain: aCase}
	at := time.Date(2026, 11, 23, 6, 5, 0, 0, time.UTC)
	b.ReportAllocs()
	for b.Loop() {
		payload, err := Canonical(form)
		if err != nil {
			b.Fatal(err)
		}
		if _, head, err = Next(head, Entry{At: at, Kind: "task.approved", Actor: "person/u014", For: "person/u002"}, payload); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkLeaves is what signing a form of twenty leaves adds.
func BenchmarkLeaves(b *testing.B) {
	form := aForm()
	b.ReportAllocs()
	for b.Loop() {
		leaves := make([]Leaf, 0, len(form))
		for name, value := range form {
			leaf, err := NewLeaf("field/"+name, value, nil)
			if err != nil {
				b.Fatal(err)
			}
			leaves = append(leaves, leaf)
		}
		SortLeaves(leaves)
		if _, err := Root(leaves); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkVerify walks a trail of twelve entries with their payloads.
func BenchmarkVerify(b *testing.B) {
	lines, head := trail(b, 12)
	b.ReportAllocs()
	for b.Loop() {
		if _, faults := Verify(Head{Chain: aCase}, walk(lines), head); faults != nil {
			b.Fatal(faults)
		}
	}
}
