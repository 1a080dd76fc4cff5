package web_test

import (
	"net/http"
	"regexp"
	"testing"

	"github.com/ismskit/ismskit/refserver/web/webtest"
)

var madeHref = regexp.MustCompile(`<a href="(/records\?edition=[^"]+)">依此版製作的紀錄</a>`)

// A version's page leads to the records that were made under it, and the condition can be taken away.
func TestAVersionLeadsToTheRecordsMadeUnderIt(t *testing.T) {
	h := webtest.OpenHouse(t)
	path, clerk := h.Confirming(t)
	number := entered.FindString(clerk.Get(path).Text)
	version := clerk.Get("/documents/IS-04-012").Says(t, http.StatusOK, "依此版製作的紀錄")
	link := madeHref.FindStringSubmatch(version.Text)
	if link == nil {
		t.Fatal("no link leads there")
	}
	found := clerk.Get(link[1]).Says(t, http.StatusOK, number, "依版次製作 IS-04-012 1.4 版", `href="/records"`)
	found.Says(t, http.StatusOK, `<input type="hidden" name="edition"`)
	clerk.Get("/records?edition=IS-04-012/9.9").Says(t, http.StatusOK, "查無符合").Not(t, number)
	clerk.Get("/records?edition=IS-99-999/1.0").Says(t, http.StatusOK, "查無符合", "依版次製作 IS-99-999/1.0").Not(t, number)
	h.As(t, "P16").Get(link[1]).Says(t, http.StatusOK).Not(t, number)
}
