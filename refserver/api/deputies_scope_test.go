package api_test

import (
	"strings"
	"testing"
	"time"
)

// An absence may name the parts in which its deputies act; what names nothing is refused
// at its place.
func TestDeputiesAreConfined(t *testing.T) {
	s := open(t, inMemory(t))
	absence := func(what, key string) object {
		return object{"deputies": []string{"P10"}, "from": monday.Add(time.Hour), "to": monday.AddDate(0, 0, 3), "reason": "業務分工", "limits": []object{{"what": what, "key": key}}}
	}
	if a := s.call("qh150013", "POST", "/deputies", absence("form", "IS-99-999")).want(422); !strings.Contains(string(a.raw), "limits") || !strings.Contains(string(a.raw), "absence.limit_unknown") {
		t.Errorf("an unknown form: %s", a.raw)
	}
	s.call("qh150013", "POST", "/deputies", absence("level", "4")).want(422)
	set := s.call("qh150013", "POST", "/deputies", absence("form", "IS-04-012")).want(201)
	if values, _ := set.at("values").(object); !strings.Contains(string(set.raw), `"what":"form"`) || values["limits"] == nil {
		t.Errorf("it says %s", set.raw)
	}
	if list := s.call("qh150013", "GET", "/deputies?principal=P13", nil).want(200); !strings.Contains(string(list.raw), `"key":"IS-04-012"`) {
		t.Errorf("the list: %s", list.raw)
	}
}
