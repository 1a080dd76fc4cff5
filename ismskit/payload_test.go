package ismskit

import (
	"reflect"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ismskit/ismskit/ismskit/evidence"
	"github.com/ismskit/ismskit/workflow"
)

// Every member of an entry is written to its payload and read back: one that was
// forgotten in plain() would be lost from the trail.
func TestAPayloadHoldsEveryMemberOfAnEntry(t *testing.T) {
	var e Event
	fillAll(t, reflect.ValueOf(&e).Elem())
	payload, err := e.payload()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := evidence.ParseCanonical(payload); err != nil {
		t.Errorf("not canonical: %v", err)
	}
	back, err := parseEvent(payload)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(e, back); diff != "" {
		t.Errorf("lost on the way:\n%s", diff)
	}
	empty := Event{Verb: workflow.VerbSubmit, Type: "a@1"}
	if payload, err = empty.payload(); err != nil {
		t.Fatal(err)
	}
	if back, err = parseEvent(payload); err != nil || !cmp.Equal(back, empty) {
		t.Errorf("empty: %+v %v", back, err)
	}
}

// fillAll gives every member a value that is not empty.
func fillAll(t *testing.T, v reflect.Value) {
	if v.Type() == reflect.TypeFor[time.Time]() {
		v.Set(reflect.ValueOf(time.Date(2026, 11, 23, 1, 2, 3, 4000, time.UTC)))
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			fillAll(t, v.Field(i))
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fillAll(t, v.Elem())
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fillAll(t, v.Index(0))
	case reflect.Map:
		value := reflect.New(v.Type().Elem()).Elem()
		fillAll(t, value)
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(reflect.ValueOf("members"), value)
	case reflect.String:
		v.SetString("值")
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(7)
	case reflect.Uint8:
		v.SetUint(7)
	case reflect.Interface:
		v.Set(reflect.ValueOf("值"))
	default:
		t.Fatalf("no example for %s", v.Type())
	}
}
