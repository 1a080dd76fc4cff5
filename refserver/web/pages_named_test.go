package web_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/refserver/web/webtest"
)

// A case that opened by itself is called after its form: where the form or the step is
// told as well, its name is not said twice.
func TestWhatOpenedByItselfIsCalledByItsNameOnce(t *testing.T) {
	h := webtest.OpenHouse(t)
	admin := h.As(t, "P06")
	todo := admin.Get("/").Says(t, http.StatusOK, `<h2 id="first">到期停用：`).Not(t, "停用：到期停用", `<span class="bit">到期停用</span>`)
	path := h.LinkTo(t, "P06", "到期停用：")
	page := admin.Get(path).Says(t, http.StatusOK, "到期停用</h1>").Not(t, `<p class="pagehead__sub">到期停用`)
	system := todo.Text[strings.Index(todo.Text, `<h2 id="first">到期停用：`)+len(`<h2 id="first">到期停用：`):]
	page.Says(t, http.StatusOK, `<p class="pagehead__sub">`+system[:strings.Index(system, "<")]+"</p>")
	// What somebody wrote himself stands after its step.
	h.Apply(t)
	h.As(t, "P12").Get("/").Says(t, http.StatusOK, "調任收發窗口，申請公文登記桌", `<span class="bit">權限帳號申請單</span>`)
}
