package web_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/refserver/web/webtest"
)

// A deputy finds that three requests can be signed at once, opens one of them, ticks two,
// and signs; each says of how many it was one, and whether it had been opened.
func TestSeveralRequestsAreSignedAtOnce(t *testing.T) {
	h := webtest.OpenHouse(t)
	paths := map[string]string{}
	for _, subject := range []string{"收文帳號", "發文帳號", "影像帳號"} {
		paths[subject] = h.Apply(t, "subject", subject)
	}
	deputy := h.As(t, "P12")
	deputy.Get("/").Says(t, http.StatusOK, `<a href="/batch">可批次核章 `)
	deputy.Get(paths["收文帳號"]).Says(t, http.StatusOK)
	page := deputy.Get("/batch").Says(t, http.StatusOK, "收文帳號", "發文帳號", "影像帳號", "本次登入已開啟", "本次登入尚未開啟", "同意勾選的案件")
	deputy.Post("/batch", page.With("group", "account_request head")...).Says(t, http.StatusUnprocessableEntity, "請勾選要核章的案件。")
	long := page.With(append(page.Ticks(t, "收文帳號"), "group", "account_request head", "comment", strings.Repeat("長", 2001))...)
	deputy.Post("/batch", long...).Says(t, http.StatusUnprocessableEntity, "-comment-error", strings.Repeat("長", 2001), " checked")
	deputy.Post("/batch", "item", "nonsense").Says(t, http.StatusBadRequest)
	done := deputy.Post("/batch", page.With(append(page.Ticks(t, "收文帳號", "發文帳號"), "comment", "如擬")...)...)
	done.Says(t, http.StatusOK, "已核章 2 件。")
	clerk := h.As(t, "P13")
	clerk.Get(paths["收文帳號"]).Says(t, http.StatusOK, "批次核章（勾選 2 件一併核章）；本次登入已開啟本件", "如擬", "處置中")
	clerk.Get(paths["發文帳號"]).Says(t, http.StatusOK, "批次核章（勾選 2 件一併核章）；本次登入未開啟本件", "處置中")
	clerk.Get(paths["影像帳號"]).Says(t, http.StatusOK, "陳核中").Not(t, "批次核章")
	// The applicant finds nothing to sign there.
	clerk.Get("/batch").Says(t, http.StatusOK, "目前沒有可批次核章的案件。")
}

// Of two that were ticked, one was signed in the case meanwhile: it says so, the other is
// signed, and what was typed stays.
func TestOneOfSeveralWasSignedMeanwhile(t *testing.T) {
	h := webtest.OpenHouse(t)
	gone := h.Apply(t, "subject", "收文帳號")
	h.Apply(t, "subject", "發文帳號")
	h.Apply(t, "subject", "影像帳號")
	deputy := h.As(t, "P12")
	page := deputy.Get("/batch")
	both := page.Ticks(t, "收文帳號", "發文帳號")
	own := deputy.Get(gone)
	deputy.Post(gone+"/act", own.With("do", "return", "comment", "請補說明")...).Says(t, http.StatusOK)
	some := deputy.Post("/batch", page.With(append(both, "group", "account_request head", "comment", "如擬")...)...)
	some.Says(t, http.StatusOK, "已核章 1 件；1 件未辦成", `">收文帳號</a>：`, "<span>影像帳號").Not(t, "。。", "下方")
}

// 核章並開下一件: whoever signs one stands before the next; after the last before the list.
func TestTheNextOneIsOpenedAfterSigning(t *testing.T) {
	h := webtest.OpenHouse(t)
	first := h.Apply(t, "subject", "收文帳號")
	second := h.Apply(t, "subject", "發文帳號")
	deputy := h.As(t, "P12")
	seen := map[string]bool{}
	for at := first; ; {
		page := deputy.Get(at).Says(t, http.StatusOK)
		seen[at] = true
		if !strings.Contains(page.Text, `value="approve:next">同意並開下一件`) {
			deputy.Post(at+"/act", page.With("do", "approve")...).Says(t, http.StatusOK)
			break
		}
		went := deputy.Post(at+"/act", page.With("do", "approve:next")...).Says(t, http.StatusOK, "：同意。")
		if at = went.At(); seen[at] {
			t.Fatalf("%s once more", at)
		}
		if at == "/" {
			t.Fatal("there was another one, and the list came")
		}
	}
	if !seen[second] {
		t.Errorf("the second was passed by: %v", seen)
	}
}
