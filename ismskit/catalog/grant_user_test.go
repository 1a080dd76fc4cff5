package catalog

import (
	"testing"
	"time"

	"github.com/ismskit/ismskit/forms"
)

// Whoever was expected when the account was opened is in the directory by now, and who comes
// from outside is known by his name.
func TestTheUserOfAnAccountIsKnownAgain(t *testing.T) {
	in := func(id, name string) forms.Person { return forms.Person{Kind: forms.InDirectory, ID: id, Name: name} }
	engineer := forms.Person{Kind: forms.External, Name: "杜承恩", Org: "瀚洋資訊"}
	arriving := forms.Person{Kind: forms.Arriving, Name: "蕭紹安", Expected: date(time.November, 20)}
	for name, c := range map[string]struct {
		user, named forms.Person
		same        bool
	}{
		"renamed in the directory":       {in("P05", "賴思妤"), in("P05", "賴思妤（資訊室）"), true},
		"a namesake":                     {in("P05", "賴思妤"), in("P99", "賴思妤"), false},
		"a namesake from outside":        {in("P05", "賴思妤"), forms.Person{Kind: forms.External, Name: "賴思妤"}, false},
		"arrived":                        {arriving, in("P20", "蕭紹安"), true},
		"somebody else arrived":          {arriving, in("P05", "賴思妤"), false},
		"an engineer of another company": {engineer, forms.Person{Kind: forms.External, Name: "杜承恩 ", Org: "嶼東資訊"}, true},
		"another engineer":               {engineer, forms.Person{Kind: forms.External, Name: "何以安", Org: "瀚洋資訊"}, false},
		"the list does not say":          {forms.Person{}, engineer, true},
	} {
		if got := (grant{values: forms.Values{"user": c.user}}).isUsedAs(c.named); got != c.same {
			t.Errorf("%s: %v", name, got)
		}
	}
}
