package web_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/refserver/web/webtest"
)

// Several requests for the same stand on one line above what is to be done, each a link.
func TestSeveralLikeRequestsStandOnOneLine(t *testing.T) {
	h := webtest.OpenHouse(t)
	var paths []string
	for range 4 {
		paths = append(paths, h.Apply(t))
		h.Settle(t)
	}
	page := h.As(t, "P12").Get(paths[3]).Says(t, http.StatusOK, "相同申請辦理中，共 3 件，請確認是否重複：", "我要做的事")
	for _, path := range paths[:3] {
		page.Says(t, http.StatusOK, `<a href="`+path+`">`)
	}
	if n := strings.Count(page.Text, `<p class="band band--old" role="note">`); n != 1 {
		t.Errorf("%d lines above the task", n)
	}
}
