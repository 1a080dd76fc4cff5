package web_test

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/ismskit/ismskit/refserver/web/webtest"
)

// Somebody holds several posts, and a request comes to him through one of them: by that
// one the route names him, and the house's list has them all.
func TestWhoHoldsSeveralPostsIsListedWithAllOfThem(t *testing.T) {
	h := webtest.OpenHouse(t)
	officer := h.As(t, "P05")
	form := officer.Get("/trial").With(append(webtest.OneLine(), "_applicant.find", "龔怡安", "do", "try")...)
	officer.Post("/trial", form...).Says(t, http.StatusOK, "莊景文 秘書室主任")
	const posts = `莊景文</a> <span class="muted">主任秘書、資安執行小組執行秘書、秘書室主任</span>`
	officer.Get("/people").Says(t, http.StatusOK, posts)
	officer.Get("/people?q="+url.QueryEscape("莊景文")).Says(t, http.StatusOK, posts)
}
