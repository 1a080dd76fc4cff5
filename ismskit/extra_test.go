package ismskit

import (
	"encoding/json"
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
