package ismskit_test

import (
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
)

// Who follows is named in a step only where it is a big matter. Where it is not, the route
// doesn't send anybody to a step that is passed by: it names whom the next way finds.
func TestARouteSpeaksOnlyOfNamingOnItsWay(t *testing.T) {
	typ, err := ismskit.ParseType([]byte(`{"key":"naming","version":"1","title":{"zh-TW":"指定","en":"Naming"},"offered":true,
		"number":{"pattern":"R-{roc}-{n:4}"},
		"form":{"key":"naming","version":"1","title":{"zh-TW":"指定","en":"Naming"},"fields":[
			{"key":"big","type":"boolean","label":{"zh-TW":"重大","en":"Big"}},
			{"key":"who","type":"person","label":{"zh-TW":"承辦人","en":"Who"},"later":true}]},
		"flow":{"key":"naming","version":"1","root":{"sequence":[
			{"choice":{"id":"c","cases":[{"when":"big == true","then":{"step":{"id":"write","name":{"zh-TW":"指定","en":"Name"},"kind":"handle","edit":["who"],"who":[{"kind":"person","ids":["P06"]}],"due":{"term":"2wd"}}}}]}},
			{"step":{"id":"do","name":{"zh-TW":"辦理","en":"Do"},"kind":"review","who":[{"kind":"field","field":"who"},{"kind":"person","ids":["P05"]}],"due":{"term":"2wd"}}}]}}}`))
	if err != nil {
		t.Fatal(err)
	}
	eachStoreWith(t, []ismskit.Type{typ}, func(t *testing.T, o *office) {
		for big, named := range map[bool]string{true: "指定", false: ""} {
			route, err := o.kit.Route(o.ctx, o.as("P13"), ismskit.Preview{Type: "naming", Values: forms.Values{"big": big}})
			if err != nil {
				t.Fatal(err)
			}
			last := route.Steps[len(route.Steps)-1]
			if last.ID != "do" || last.NamedIn.In("zh-TW") != named || (len(last.People) == 1) == big {
				t.Errorf("big %v: %+v", big, last)
			}
		}
	})
}
