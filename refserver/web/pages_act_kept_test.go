package web_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/refserver/web/webtest"
)

// Two windows stand open at one task: whoever signs in the second what he has signed in
// the first is told so, and that what he typed is kept only where he typed something.
func TestAStaleSignatureIsSaidToKeepOnlyWhatWasTyped(t *testing.T) {
	h := webtest.OpenHouse(t)
	path := h.Apply(t)
	deputy := h.As(t, "P12")
	page, second, third := deputy.Get(path), deputy.Get(path), deputy.Get(path)
	deputy.Post(path+"/act", page.With("do", "approve")...).Says(t, http.StatusOK, "同意。")
	h.Settle(t)
	// It says by whose hand, the deputy's, and not that it may not have begun.
	deputy.Post(path+"/act", second.With("do", "approve")...).
		Says(t, http.StatusConflict, "這件工作您已辦理完畢", "此項工作已由范語彤辦理完畢，無須再辦。", "下列為這段期間的變動。", "系統：各列開始處置").
		Not(t, "您填寫的內容", "您剛才填寫的內容", "尚未開始")
	deputy.Post(path+"/act", third.With("comment", "請儘速開通", "do", "approve")...).
		Says(t, http.StatusConflict, "這件工作您已辦理完畢", "您填寫的內容都已保留在下方。", "請儘速開通")

	// What its applicant typed to withdraw a request that is over by now is not lost either.
	other := h.Apply(t, "subject", "另一件申請")
	clerk := h.As(t, "P13")
	open, again := clerk.Get(other), clerk.Get(other)
	clerk.Post(other+"/act", open.With("comment", "不需要了", "do", "withdraw")...).Says(t, http.StatusOK)
	clerk.Post(other+"/act", again.With("comment", "改用其他系統", "do", "withdraw")...).
		Says(t, http.StatusConflict, "您剛才填寫的內容", "改用其他系統", "您填寫的內容都已保留")
}

// A request that was returned and sent again meanwhile is read anew before it is signed:
// the page says that typed words are kept only where there are some.
func TestAChangedRequestIsSaidToKeepOnlyWhatWasTyped(t *testing.T) {
	h := webtest.OpenHouse(t)
	path := h.Apply(t)
	deputy, clerk := h.As(t, "P12"), h.As(t, "P13")
	page, second, third := deputy.Get(path), deputy.Get(path), deputy.Get(path)
	deputy.Post(path+"/act", page.With("comment", "請補事由", "do", "return")...).Says(t, http.StatusOK)
	clerk.Post(path+"/edit", clerk.Get(path+"/edit").With(webtest.OneLine("reason", "接任單位收發，原承辦退休", "do", "submit")...)...).Says(t, http.StatusOK, "陳核中")
	deputy.Post(path+"/act", second.With("do", "approve")...).
		Says(t, http.StatusConflict, "您開啟這一頁之後，案件已有變動", "請先看過下列變動").Not(t, "您填寫的內容")
	deputy.Post(path+"/act", third.With("comment", "同意，請速辦", "do", "approve")...).
		Says(t, http.StatusConflict, "您填寫的內容都已保留。", "同意，請速辦")
}

// A colleague's remark that came meanwhile is read before it is signed, and a request that was
// signed meanwhile is not declared void by who had seen it unsigned.
func TestWhatWasSaidMeanwhileIsReadFirst(t *testing.T) {
	h := webtest.OpenHouse(t)
	path := h.Apply(t)
	deputy, clerk := h.As(t, "P12"), h.As(t, "P13")
	page := deputy.Get(path)
	clerk.Post(path+"/act", clerk.Get(path).With("comment.comment", "內容有誤，請先不要同意", "do", "comment")...).Says(t, http.StatusOK)
	again := deputy.Post(path+"/act", page.With("comment", "同意，請速辦", "do", "approve")...).
		Says(t, http.StatusConflict, "您開啟這一頁之後，案件已有變動", "內容有誤，請先不要同意", "同意，請速辦")
	officer := h.As(t, "P04")
	unsigned := officer.Get(path)
	deputy.Post(path+"/act", again.With("comment", "同意，請速辦", "do", "approve")...).Says(t, http.StatusOK)
	officer.Post(path+"/act", unsigned.With("comment.void", "重複申請", "do", "void")...).Says(t, http.StatusConflict, "案件已有變動", "重複申請")
}

// Somebody else was first with what an office outside answered: all that was typed beside
// stands on the page to be copied, opinion, notes and fields alike.
func TestWhatWasTypedForATaskThatIsGoneCanBeCopied(t *testing.T) {
	h := webtest.OpenHouse(t)
	row := h.LinkTo(t, "P06", "調任收發窗口")
	admin := h.As(t, "P06")
	page, second := admin.Get(row), admin.Get(row)
	admin.Post(row+"/act", page.With("comment.unable", "該系統已停用", "fields", "result_note", "result_note", "無法辦理", "do", "unable")...).Says(t, http.StatusOK)
	admin.Post(row+"/act", second.With("fields", "result_note", "result_note", "已電話聯繫承辦", "outside.how", "公文", "outside.number", "A-2299", "comment.suspend", "等候回復", "do", "send_out")...).
		Says(t, http.StatusConflict, "您剛才填寫的內容", "已電話聯繫承辦", "方式：公文", "受理號：A-2299", "等候回復", "您填寫的內容都已保留。")
}

// The choice of a language goes with the form of the task: an opinion half written, and what
// was filled in beside it, stand on the page in the other language, and nothing was done.
func TestAnOpinionIsKeptInAnotherLanguage(t *testing.T) {
	h := webtest.OpenHouse(t)
	row := h.LinkTo(t, "P06", "調任收發窗口")
	admin := h.As(t, "P06")
	page := admin.Get(row)
	if !strings.Contains(page.Text, `form="task-form" name="do" value="language:en"`) {
		t.Error("the choice of a language does not go with the task")
	}
	admin.Post(row+"/act", page.With("comment.unable", "請先洽資訊中心", "fields", "result_note", "result_note", "已電話聯繫承辦", "do", "language:en")...).
		Says(t, http.StatusOK, `lang="en"`, "請先洽資訊中心", "已電話聯繫承辦", "For you").Not(t, "Please correct")
	admin.Get(row).Says(t, http.StatusOK, `lang="en"`).Not(t, "請先洽資訊中心")
}
