package memory

import (
	"reflect"
	"testing"

	"github.com/ismskit/ismskit/ismskit/record"
)

// No table is forgotten, and none is shared.
func TestAClonesTablesAreItsOwn(t *testing.T) {
	s := New()
	tables := reflect.ValueOf(&s.rows).Elem()
	for i := range tables.NumField() {
		name, table := tables.Type().Field(i).Name, tables.Field(i)
		if table.Kind() != reflect.Map {
			t.Fatalf("%s is no map: Clone has to know how it is copied", name)
		}
	}
	s.rows.counters["IS-04-023"], s.rows.acls["unit/U01"] = 7, record.ACL{}
	copied := s.Clone()
	theirs := reflect.ValueOf(&copied.rows).Elem()
	for i := range tables.NumField() {
		name := tables.Type().Field(i).Name
		if a, b := tables.Field(i), theirs.Field(i); b.IsNil() || a.UnsafePointer() == b.UnsafePointer() || a.Len() != b.Len() {
			t.Errorf("%s: %v and %v", name, a, b)
		}
	}
	copied.rows.counters["IS-04-023"]++
	if s.rows.counters["IS-04-023"] != 7 {
		t.Error("the clone counts in the store that it was made of")
	}
}
