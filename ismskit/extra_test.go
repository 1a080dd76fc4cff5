package ismskit

import (
	"encoding/json"
	"errors"
	"reflect"
	"testing"
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
