package web_test

import (
	"regexp"
	"testing"

	"github.com/ismskit/ismskit/refserver/web/webtest"
)

// The number of a form, and of the procedure it belongs to, leads to the document: where
// one chooses what to apply for, on the form and on the case.
func TestTheNumberOfAProcedureLeadsToIt(t *testing.T) {
	h := webtest.OpenHouse(t)
	clerk := h.As(t, "P13")
	named := regexp.MustCompile(`<a href="(/documents/[^"]+)" title="存取控制管理程序書">IS-02-006</a>`)
	for _, at := range []string{"/apply", "/apply/account_request", h.Apply(t)} {
		page := clerk.Get(at).Says(t, 200, "IS-04-012")
		m := named.FindStringSubmatch(page.Text)
		if m == nil {
			t.Fatalf("%s does not lead to the procedure", at)
		}
		clerk.Get(m[1]).Says(t, 200, "IS-02-006", "存取控制管理程序書")
		if !regexp.MustCompile(`<a href="/documents/[^"]+">IS-04-012`).MatchString(page.Text) {
			t.Errorf("%s does not lead to the form's document", at)
		}
	}
}
