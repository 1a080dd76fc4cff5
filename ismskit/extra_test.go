package ismskit

import (
	"encoding"
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// What most cases have is read without the general decoder, and read the same.
func TestTheUsualExtraIsReadAsTheOthers(t *testing.T) {
	usual := extra{Material: 7, Root: "1b17", ACL: "zpdm", Indexed: "0ae2"}
	for name, c := range map[string]struct {
		e     extra
		usual bool
	}{
		"usual":          {usual, true},
		"nothing":        {extra{}, false},
		"without a rule": {extra{Material: 7, Root: "1b17", Indexed: "0ae2"}, false},
		"quoted":         {extra{Material: 7, Root: "1b17", ACL: `a"b`, Indexed: "0ae2"}, false},
		"more":           {extra{Material: 7, Root: "1b17", ACL: "zpdm", Indexed: "0ae2", Mended: []string{"subject"}, Batch: "b"}, false},
	} {
		b, err := c.e.encode()
		if err != nil {
			t.Fatal(err)
		}
		var fast, general extra
		if fast.usual(b) != c.usual {
			t.Errorf("%s: read as usual: %v\n%s", name, !c.usual, b)
		}
		if err := json.Unmarshal(b, &general); err != nil {
			t.Fatal(err)
		}
		if got, err := parseExtra(b); err != nil || !reflect.DeepEqual(got, general) {
			t.Errorf("%s: %+v, %v instead of %+v", name, got, err, general)
		}
	}
	for _, cut := range []string{`{"material":7,"root":"1b17","acl":"zpdm","indexed":"0ae2"`, `{"material":7,"root":"1b17`, `{`} {
		if _, err := parseExtra([]byte(cut)); err == nil {
			t.Errorf("read %s", cut)
		}
	}
}

// What a later program that runs beside this one keeps on a case stays as that wrote it.
func TestMembersOfALaterProgramAreKept(t *testing.T) {
	for _, stored := range []string{
		`{"material":7,"root":"1b17","acl":"zpdm","indexed":"0ae2","reviewed":{"by":"P11","rows":[1,2]}}`,
		`{"material":7,"root":"1b17","acl":"zpdm","indexed":"0ae2","calendar":3,"mended":["subject"],"reviewed":null,"seal":"乙"}`,
		`{"reviewed":true}`,
	} {
		e, err := parseExtra([]byte(stored))
		if err != nil {
			t.Fatal(err)
		}
		written, err := e.encode()
		if err != nil {
			t.Fatal(err)
		}
		var was, is map[string]any
		if err := errors.Join(json.Unmarshal([]byte(stored), &was), json.Unmarshal(written, &is)); err != nil || !reflect.DeepEqual(is, was) {
			t.Errorf("%v: written as %s, was %s", err, written, stored)
		}
		again, err := parseExtra(written)
		if err != nil || !reflect.DeepEqual(again, e) {
			t.Errorf("%v: read again as %+v, was %+v", err, again, e)
		}
	}
}

// Only members of the whole are kept for a later program, not those within another: what a
// case keeps gets no new ones there.
func TestNoMemberIsAddedWithinAnother(t *testing.T) {
	want := map[string]string{
		"ismskit.Link": "kind case", "ismskit.Attached": "Name Size Digest MediaType field by by_name at",
		"ismskit.NotHanded": "key row what why since over",
		"ismskit.Redated":   "task counted due due_date now at", "ismskit.Redating": "at from", "ismskit.passed": "task from to at",
		"ismskit.sentBackBy": "by at reason",
		"ismskit.disposed":   "case number at filed people",
		"ismskit.handedOn":   "task from sheet at",
		"ismskit.leftPool":   "task name until sheet",
		"workflow.Signer":    "person name post post_title unit unit_name",
	}
	got := map[string]string{}
	var within func(of reflect.Type)
	within = func(of reflect.Type) {
		switch of.Kind() {
		case reflect.Pointer, reflect.Slice, reflect.Map:
			within(of.Elem())
		case reflect.Struct:
			if of.Implements(reflect.TypeFor[encoding.TextMarshaler]()) { // a moment, a day
				return
			}
			if _, seen := got[of.String()]; seen {
				return
			}
			got[of.String()] = ""
			var names []string
			for _, f := range reflect.VisibleFields(of) {
				name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
				if f.IsExported() && !f.Anonymous && name != "-" {
					if name == "" {
						name = f.Name
					}
					names = append(names, name)
					within(f.Type)
				}
			}
			got[of.String()] = strings.Join(names, " ")
		}
	}
	for f := range reflect.TypeFor[extra]().Fields() {
		if f.IsExported() {
			within(f.Type)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("a new member stands in a new one of the whole, as a previous program drops it here (-want +got):\n%s", diff)
	}
}

// A previous program that knows no moves keeps them as they are, and moves the deadline once
// more: its holder is told from the day he knows all the same.
func TestAPreviousProgramMovesADeadlineOnceMore(t *testing.T) {
	at := func(hour int) time.Time { return time.Date(2026, 11, 23, hour, 0, 0, 0, time.UTC) }
	e, err := parseExtra([]byte(`{"redated":[{"task":"t1","counted":0,"due":"2026-11-25T16:00:00Z","due_date":"2026-11-25","now":"2026-11-29T16:00:00Z","at":"2026-11-23T09:00:00Z"}],"moved":{"t1":[{"at":"2026-11-23T08:00:00Z","from":"2026-11-26"}]}}`))
	if err != nil {
		t.Fatal(err)
	}
	moves := e.movesOf(e.Redated[0])
	for told, want := range map[time.Time]string{at(7): "2026-11-26", at(8): "2026-11-26", at(9): "2026-11-25", at(10): "2026-11-25"} {
		if got := knownTo(moves, told); got != want {
			t.Errorf("told at %v he knows %s, want %s", told, got, want)
		}
	}
	if never := e.movesOf(Redated{Task: "t2"}); never != nil {
		t.Errorf("a deadline that never moved: %v", never)
	}
}
