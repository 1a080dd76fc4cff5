package web_test

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/refserver/web/webtest"
)

func TestAReturnedCaseComesBack(t *testing.T) {
	h := webtest.OpenHouse(t)
	path := h.Apply(t)
	deputy := h.As(t, "P12")
	page := deputy.Get(path)
	page = deputy.Post(path+"/act", page.With("do", "return")...)
	page.Says(t, http.StatusUnprocessableEntity, "請填寫理由")
	deputy.Post(path+"/act", page.With("comment", "請改為一年", "do", "return")...).Says(t, http.StatusOK)
	h.Settle(t)
	clerk := h.As(t, "P13")
	clerk.Get("/").Says(t, http.StatusOK, "退回補正", "請改為一年", "115.11.30")
	clerk.Get(path).Says(t, http.StatusOK, "前往補正", "范語彤 股長（代理 邱柏叡 科長）", "請改為一年", "請於 115.11.30（一）以前補正送出")
	edit := clerk.Get(path+"/edit").Says(t, http.StatusOK, "退回補正", "范語彤 股長（代理 邱柏叡 科長）", "請改為一年", "請於 115.11.30（一）以前補正送出", `value="115.12.01"`)
	// He adds a row, keeps it half filled in, and changes a period: who signs reads all of it at
	// once, in words, and nothing of what he did not touch.
	first := regexp.MustCompile(`name="lines\.1\._row" value="([^"]+)"`).FindStringSubmatch(edit.Text)
	row := []string{"lines.1._row", first[1], "lines.2._row", "bbbb", "lines.2.system", "S02", "lines.2.purpose", "承辦公文"}
	saved := clerk.Post(path+"/edit", edit.With(append(webtest.OneLine(row...), "do", "save")...)...).Says(t, http.StatusOK, "暫存")
	row = append(row, "lines.2.permission", "officer", "lines.2.account_user.kind", "person", "lines.2.account_user.find", "范語彤",
		"lines.2.responsible.find", "邱柏叡", "lines.2.period.from", "115.12.01", "lines.2.period.to", "1161130")
	sent := webtest.OneLine(append(row, "do", "submit")...)
	sent[slices.Index(sent, "1161130")] = "1161031"
	clerk.Post(path+"/edit", saved.With(sent...)...).Says(t, http.StatusOK, "陳核中")
	h.Settle(t)
	for _, at := range []string{path, path + "/print"} {
		deputy.Get(at).Says(t, http.StatusOK, "：新增一列（系統：公文系統", "權限項目：承辦人", "使用期間：115.12.01 至 116.11.30", "115.12.01 至 116.11.30 → 115.12.01 至 116.10.31").
			Not(t, "權限項目：officer", "緊急補單：否", "系統：無")
	}
}

// A screen that is no longer true: what happened since is said, and what was
// written is kept.
func TestAStaleScreenIsToldWhatHappened(t *testing.T) {
	h := webtest.OpenHouse(t)
	path := h.Apply(t)
	deputy := h.As(t, "P12")
	page := deputy.Get(path)
	deputy.Post(path+"/act", page.With("comment", "請改為一年", "do", "return")...).Says(t, http.StatusOK)
	stale := h.As(t, "P12").Post(path+"/act", "task", "t1", "revision", "1", "comment", "我的意見", "do", "approve")
	if stale.StatusCode != http.StatusConflict && stale.StatusCode != http.StatusUnprocessableEntity {
		t.Fatalf("status %d", stale.StatusCode)
	}
	stale.Says(t, stale.StatusCode, "我的意見", "范語彤")
	// The applicant has changed it meanwhile and sent it again: the page says who changed
	// what and when, shows it as it is now with the opinion still in its place, and
	// pressing once more signs that.
	h.Settle(t)
	clerk := h.As(t, "P13")
	form := clerk.Get(path+"/edit").Says(t, http.StatusOK, "退回補正")
	changed := webtest.OneLine("do", "submit")
	changed[slices.Index(changed, "接任單位收發")] = "接任單位收發，並代理登記桌"
	clerk.Post(path+"/edit", form.With(changed...)...).Says(t, http.StatusOK, "陳核中")
	h.Settle(t)
	clerk.Get(path).Says(t, http.StatusOK, "補正後再送", "申請事由：接任單位收發 → 接任單位收發，並代理登記桌")
	stale = deputy.Post(path+"/act", page.With("comment", "我的意見", "do", "approve")...)
	stale.Says(t, http.StatusConflict, "您開啟這一頁之後，案件已有變動", "115.11.23 09:00 范語彤", "請改為一年", "鍾明哲", "：接任單位收發 → 接任單位收發，並代理登記桌", ">我的意見</textarea>").Not(t, "您原先填寫的意見")
	second := deputy.Get(path)
	deputy.Post(path+"/act", stale.With("comment", "我的意見", "do", "approve")...).Says(t, http.StatusOK, "同意")
	// Who comes second learns who was first.
	late := deputy.Post(path+"/act", second.With("comment", "再看一次", "do", "approve")...)
	late.Says(t, http.StatusConflict, "這件工作您已辦理完畢", "范語彤", "再看一次").Not(t, "已有他人先行辦理")
}

func TestAnApplicantWithdraws(t *testing.T) {
	h := webtest.OpenHouse(t)
	path := h.Apply(t)
	clerk := h.As(t, "P13")
	page := clerk.Get(path).Says(t, http.StatusOK, "撤案")
	clerk.Post(path+"/act", page.With("do", "withdraw")...).Says(t, http.StatusUnprocessableEntity, "請填寫理由")
	clerk.Post(path+"/act", page.With("comment", "不需要了", "do", "withdraw")...).Says(t, http.StatusOK, "已撤案", "不需要了", "未進行").Not(t, "期限 1")
}

// 鍾明哲 leaves the page of his request open for three weeks, and confirms it then: it was
// closed by the system meanwhile. The answer says so, since when, and what to do instead.
func TestWhoConfirmsTooLateIsToldThatTheSystemClosedIt(t *testing.T) {
	h := webtest.OpenHouse(t)
	path, clerk := h.Confirming(t)
	clerk.Get("/sent").Says(t, http.StatusOK, "待確認", "待您辦理（115.11.23 起）").Not(t, "鍾明哲辦理中")
	old := clerk.Get(path).Says(t, http.StatusOK, "請核對各列處置結果")
	h.Until(t, h.Now().AddDate(0, 0, 20))
	clerk.Post(path+"/act", old.With("comment", "可以登入", "do", "approve")...).Says(t, http.StatusConflict,
		"案件已由系統結案，這次的操作沒有送出", "逾期未回復，系統於 115.12.01 00:00 結案（逾期未確認，系統結案）", "仍有需要時，請另行申請", "可以登入").
		Not(t, "再送出一次", "已有他人先行辦理")
}

// Who does not confirm in time has not confirmed: the way says so, with the day it
// was due.
func TestAStepThatLapsedIsNotShownAsDone(t *testing.T) {
	h := webtest.OpenHouse(t)
	path, clerk := h.Lapsed(t)
	page := clerk.Get(path).Says(t, http.StatusOK, "逾期未確認，系統結案")
	step := regexp.MustCompile(`(?s)<li class="route__step ([^"]+)"><span class="route__dot" aria-hidden="true">(.)</span><span class="route__name">申請人確認</span>(.*?)</li>`).FindStringSubmatch(page.Text)
	if step == nil {
		t.Fatal("no such step")
	}
	if step[1] != "is-over" || step[2] != "—" || !strings.Contains(step[3], "逾期未確認") || !strings.Contains(step[3], "期限 115.11.30") {
		t.Errorf("the step is drawn as %q", step[1:])
	}
}

func TestAReturnedCasePastItsDaySaysSo(t *testing.T) {
	h := webtest.OpenHouse(t)
	path := h.Apply(t)
	deputy := h.As(t, "P12")
	page := deputy.Get(path)
	deputy.Post(path+"/act", page.With("comment", "請改為一年", "do", "return")...).Says(t, http.StatusOK)
	h.Until(t, h.Now().AddDate(0, 0, 8)) // the last day was 11.30
	clerk := h.As(t, "P13")
	for _, at := range []string{path, path + "/edit"} {
		clerk.Get(at).Says(t, http.StatusOK, "補正期限 115.11.30（一）已過，請儘速補正送出。").Not(t, "請於 115.11.30")
	}
}
