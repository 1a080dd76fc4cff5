package ismskit

import (
	"reflect"
	"testing"
	"time"

	"github.com/ismskit/ismskit/ismskit/record"
)

// The archive is told what changed: whatever a record says must show in its
// fingerprint, also what will be added to it.
func TestEveryFieldOfARecordIsInItsFingerprint(t *testing.T) {
	seen := map[string]string{fingerprint(record.Record{}): "nothing"}
	for i := range reflect.TypeFor[record.Record]().NumField() {
		var r record.Record
		name := reflect.TypeFor[record.Record]().Field(i).Name
		switch f := reflect.ValueOf(&r).Elem().Field(i).Addr().Interface().(type) {
		case *string:
			*f = "x"
		case *int:
			*f = 115
		case *bool:
			*f = true
		case *[]string:
			*f = []string{"x"}
		case *time.Time:
			*f = time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)
		default:
			t.Fatalf("%s is a %T: say here how it changes, and write it into fingerprint", name, f)
		}
		print := fingerprint(r)
		if other, ok := seen[print]; ok {
			t.Errorf("a record with %s has the fingerprint of one with %s", name, other)
		}
		seen[print] = name
	}
}
