package record_test

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/ismskit/ismskit/ismskit/record"
)

func officeTree() record.Tree {
	return record.NewTree([]record.Category{
		{ID: "documents", Maintain: []string{record.ReaderRole("records", "records_manager")}},
		{ID: "audit", Parent: "documents", Read: []string{record.ReaderUnit("U05")}},
		{ID: "internal", Parent: "audit"},
		{ID: "external", Parent: "audit", Alone: true, Read: []string{record.ReaderPerson("P02")}},
		{ID: "training", Parent: "documents", Read: []string{record.Everybody}},
		{ID: "systems"},
		{ID: "systems.S02", Parent: "systems", System: "S02"},
	})
}

// B3.6: a right holds for a category and all below it, until one below says otherwise.
func TestB3_6RightsAreInheritedAndOverridden(t *testing.T) {
	for _, test := range []struct {
		who              string
		reader           record.Reader
		reads, maintains string
	}{
		{"文管人員", record.Reader{Person: "P07", InHouse: true, Roles: []string{"records/records_manager"}}, "audit documents internal training", "audit documents internal training"},
		{"政風室同仁", record.Reader{Person: "P09", InHouse: true, Unit: "U05"}, "audit internal training", ""},
		{"資安長", record.Reader{Person: "P02", InHouse: true, Unit: "U01"}, "external training", ""},
		{"公文系統承辦人", record.Reader{Person: "P10", InHouse: true, Systems: []string{"S02"}}, "systems.S02 training", "systems.S02"},
		{"一般同仁", record.Reader{Person: "P13", InHouse: true}, "training", ""},
		{"外部稽核", record.Reader{Person: "X2"}, "", ""},
	} {
		tree := officeTree()
		if got := strings.Join(tree.Readable(test.reader), " "); got != test.reads {
			t.Errorf("%s reads %q, not %q", test.who, got, test.reads)
		}
		if got := strings.Join(tree.Maintained(test.reader), " "); got != test.maintains {
			t.Errorf("%s files in %q, not %q", test.who, got, test.maintains)
		}
	}
	if path, under := officeTree().Path("external"), officeTree().Under("audit"); !slices.Equal(path, []string{"documents", "audit", "external"}) || !slices.Equal(under, []string{"audit", "internal", "external"}) {
		t.Errorf("%v %v", path, under)
	}
}

// Whatever tree somebody enters, with circles and parents that aren't there: every look at it
// ends, who maintains reads, and a right below needs one above or its own.
func TestB3_6AnyTree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		id := rapid.SampledFrom([]string{"a", "b", "c", "d", "e", ""})
		who := rapid.SampledFrom([][]string{nil, {record.ReaderPerson("P1")}, {record.Everybody}})
		var nodes []record.Category
		for _, name := range []string{"a", "b", "c", "d", "e"} {
			nodes = append(nodes, record.Category{
				ID: name, Parent: id.Draw(t, "parent"), Alone: rapid.Bool().Draw(t, "alone"),
				Maintain: who.Draw(t, "maintain"), Read: who.Draw(t, "read"),
			})
		}
		tree := record.NewTree(nodes)
		reader := record.Reader{Person: "P1"}
		reads, maintains := tree.Readable(reader), tree.Maintained(reader)
		for _, m := range maintains {
			if !slices.Contains(reads, m) {
				t.Fatalf("maintains %s and may not read it", m)
			}
		}
		for _, n := range nodes {
			path, named := tree.Path(n.ID), false
			for i := len(path) - 1; i >= 0; i-- {
				at := nodes[slices.IndexFunc(nodes, func(c record.Category) bool { return c.ID == path[i] })]
				named = named || slices.Contains(slices.Concat(at.Maintain, at.Read), record.ReaderPerson("P1"))
				if at.Alone {
					break
				}
			}
			if named != slices.Contains(reads, n.ID) {
				t.Fatalf("%s: named %v, reads %v", n.ID, named, reads)
			}
			if len(tree.Under(n.ID)) > len(nodes) {
				t.Fatalf("under %s: %v", n.ID, tree.Under(n.ID))
			}
		}
	})
}

// B3.6: what is filed below a category counts at it, up to where counting stops.
func TestB3_6WhatIsFiledBelowACategoryCountsAtIt(t *testing.T) {
	got := officeTree().Summed([]record.Bucket{{Value: "internal", Count: 2}, {Value: "audit", Count: 1}, {Value: "training", Count: record.CountUpTo, More: true}, {Value: "gone", Count: 4}})
	want := []record.Bucket{
		{Value: "documents", Count: record.CountUpTo, More: true}, {Value: "audit", Count: 3}, {Value: "internal", Count: 2},
		{Value: "training", Count: record.CountUpTo, More: true}, {Value: "gone", Count: 4},
	}
	if !slices.Equal(got, want) {
		t.Errorf("%v", got)
	}
}

// Nodes that are each other's parents, as two changes could once make them, are shown after all
// others, so that somebody can mend them.
func TestCategoriesInACircleAreShown(t *testing.T) {
	tree := record.NewTree([]record.Category{{ID: "top"}, {ID: "b", Parent: "a"}, {ID: "a", Parent: "b"}, {ID: "below", Parent: "b"}})
	var got []string
	tree.Walk(func(n record.Category, _ int) { got = append(got, n.ID) })
	if !slices.Equal(got, []string{"top", "a", "b", "below"}) {
		t.Errorf("%v", got)
	}
}
