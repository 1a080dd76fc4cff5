package web_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/evidence"
	"github.com/ismskit/ismskit/refserver/web/webtest"
)

// Somebody wrote into the trail of a case in the database. Whoever opens the case is told so
// before he reads what it says, with the way to what was changed.
func TestThatATrailWasChangedIsSaidAtTheTop(t *testing.T) {
	h := webtest.OpenHouse(t)
	at := h.Apply(t)
	clerk := h.As(t, "P13")
	clerk.Get(at).Says(t, http.StatusOK, "簽核紀錄驗證：相符").Not(t, "曾被更動")
	err := h.Store.Update(t.Context(), func(ctx context.Context, tx ismskit.Tx) error {
		return tx.Trail().Append(ctx, ismskit.TrailEntry{Entry: evidence.Entry{Chain: "case" + strings.TrimPrefix(at, "/cases"), Seq: 2, At: h.Now(), Kind: "act", Actor: "P01"}, Payload: []byte(`{}`)})
	})
	if err != nil {
		t.Fatal(err)
	}
	page := clerk.Get(at).Says(t, http.StatusOK, `<a href="#proof">本案的紀錄曾被更動，共 `, `id="proof"`)
	if top, content := strings.Index(page.Text, "本案的紀錄曾被更動"), strings.Index(page.Text, `id="vals"`); top < 0 || top > content {
		t.Error("it is not said before the content")
	}
}
