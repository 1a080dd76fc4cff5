package web_test

import (
	"net/http"
	"testing"

	"github.com/ismskit/ismskit/refserver/web/webtest"
)

// That a reason must be given for withdrawing stands at its field before it is refused; a
// draft is not withdrawn but thrown away, and its field says that.
func TestTheReasonOfAWithdrawalIsMarkedAsRequired(t *testing.T) {
	h := webtest.OpenHouse(t)
	clerk := h.As(t, "P13")
	at := h.Apply(t)
	need := `<span class="field__need">必填</span></label><textarea class="area" id="own-withdraw" name="comment" aria-required="true"`
	page := clerk.Get(at).Says(t, http.StatusOK, "撤案理由"+need)
	clerk.Post(at+"/act", page.With("do", "withdraw", "comment", "")...).Says(t, http.StatusUnprocessableEntity, "own-withdraw-error")
	form := clerk.Get("/apply/account_request")
	draft := clerk.Post("/apply/account_request", form.With(append(webtest.OneLine(), "do", "save")...)...).Says(t, http.StatusOK)
	own := draft.At()[:len(draft.At())-len("/edit")]
	page = clerk.Get(own).Says(t, http.StatusOK, "刪除草稿的理由"+need).Not(t, "撤案理由")
	clerk.Post(own+"/act", page.With("do", "withdraw", "comment", "")...).Says(t, http.StatusUnprocessableEntity, "own-withdraw-error")
}
