package web_test

import (
	"net/http"
	"strings"
	"testing"
)

// Whoever asks for more time reads how much he may ask for, and who decides, before he asks;
// who decides reads how much it is, and the record says what he granted.
func TestMoreTimeIsAskedAndGrantedKnowingly(t *testing.T) {
	h := openVersatile(t)
	path := sendVersatile(t, h)
	asker, granter := h.As(t, head), h.As(t, boss)
	page := asker.Get(path).Says(t, http.StatusOK, "尚可申請 2 次。由", "核定。")
	form, there := page.Form(t, "extend")
	if !there {
		t.Fatal("more time is not offered")
	}
	asker.Post(form.Action, form.With("term", "2", "comment.extend", "資料未齊")...).Says(t, http.StatusOK)
	h.Settle(t)
	page = granter.Get(path).Says(t, http.StatusOK, "申請展期 2 個工作天，期限由 ", "資料未齊")
	form, _ = page.Form(t, "approve")
	granter.Post(form.Action, form.With()...).Says(t, http.StatusOK)
	h.Settle(t)
	if said := h.As(t, reader).Get(path).Says(t, http.StatusOK); strings.Count(said.Text, "展期 2 個工作天，期限由 ") < 2 {
		t.Errorf("the record does not say what was asked and granted")
	}
	h.As(t, reader).Get(path+"/print").Says(t, http.StatusOK, "展期 2 個工作天，期限由 ")
}
