package web_test

import (
	"net/http"
	"testing"

	"github.com/ismskit/ismskit/refserver/web/webtest"
)

// The applicant withdraws while the deputy writes her opinion: what she wrote is there to be copied,
// with what she was told of it. Of a case that is not there, and of one that was never hers, whoever
// sends something gets the same page, with what he wrote himself.
func TestWhatWasWrittenForACaseThatIsGoneIsThereToBeCopied(t *testing.T) {
	h := webtest.OpenHouse(t)
	path := h.Apply(t)
	h.Settle(t)
	deputy, clerk := h.As(t, "P12"), h.As(t, "P13")
	page := deputy.Get(path).Says(t, http.StatusOK)
	clerk.Post(path+"/act", clerk.Get(path).With("do", "withdraw", "comment", "不需要了")...).Says(t, http.StatusOK)
	opinion := page.With("do", "approve", "comment", "請補充用途後再送")
	deputy.Post(path+"/act", opinion...).Says(t, http.StatusNotFound, "請補充用途後再送")
	h.Settle(t)
	deputy.Post(path+"/act", opinion...).Says(t, http.StatusNotFound, "這件案件不須由您辦理", "已由鍾明哲撤案，案件到此為止", "請補充用途後再送")

	stranger, own := h.As(t, "P10"), []string{"task", "t1", "do", "approve", "comment", "請補充用途後再送"}
	hers := stranger.Post(path+"/act", own...).Says(t, http.StatusNotFound, "找不到這一頁", "請補充用途後再送").Not(t, "撤案")
	none := stranger.Post("/cases/01a2271f-0000-7000-8000-000000000000/act", own...).Says(t, http.StatusNotFound, "找不到這一頁", "請補充用途後再送")
	if hers.Text != none.Text {
		t.Error("a case that is there is told from one that is not")
	}
}

// Once somebody has signed, the applicant reads why he finds no 撤案, and what to do instead; nobody
// else is told.
func TestWhoCanNoLongerWithdrawReadsWhatToDo(t *testing.T) {
	h := webtest.OpenHouse(t)
	path := h.Apply(t)
	h.Settle(t)
	clerk, head := h.As(t, "P13"), h.As(t, "P12")
	clerk.Get(path).Says(t, http.StatusOK, `value="withdraw"`).Not(t, "不能再撤案")
	head.Post(path+"/act", head.Get(path).With("do", "approve")...).Says(t, http.StatusOK)
	h.Settle(t)
	clerk.Get(path).Says(t, http.StatusOK, "案件已有人核章，不能再撤案").Not(t, `value="withdraw"`)
	head.Get(path).Says(t, http.StatusOK).Not(t, "不能再撤案")
}
