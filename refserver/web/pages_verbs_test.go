package web_test

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/refserver/web/webtest"
)

// What a head can do besides deciding, by pages alone: ask somebody first, take
// him away again, give the work to somebody; and what the others can do meanwhile.
func TestDetoursByPages(t *testing.T) {
	h := webtest.OpenHouse(t)
	path := h.Apply(t)
	deputy := h.As(t, "P12")
	page := deputy.Get(path).Says(t, http.StatusOK, "您代理邱柏叡 科長辦理", "請誰先簽", "接著送誰簽", "交辦給誰", "請哪個單位或人員表示意見").Not(t, "先請他人簽，再回到我的對象")
	task := regexp.MustCompile(`id="task-(t[0-9]+)"`).FindStringSubmatch(page.Text)
	if task == nil {
		t.Fatal("no task")
	}
	who := "who-" + task[1] + "-add_before.0.find"

	// Nobody named, nobody of that name: said at the field, and what was typed stays.
	deputy.Post(path+"/act", page.With("do", "add_before", "comment", "請先看")...).Says(t, http.StatusUnprocessableEntity, "請指定", "請先看")
	deputy.Post(path+"/act", page.With("do", "add_before", who, "查無此人", "comment", "請先看")...).Says(t, http.StatusUnprocessableEntity, "查無此人", "請先看")
	page = deputy.Get(path)
	deputy.Post(path+"/act", page.With("do", "add_before", who, "江志恆", "comment", "請先看技術部分")...).Says(t, http.StatusOK, "先請他人簽，再回到我。")

	// Who passed it on as a deputy still sees where it is, and may have it back.
	deputy.Get(path).Says(t, http.StatusOK, "對象", "江志恆", "取消加簽")

	// The applicant sees who is asked for what, and that it comes back to the head, for whom his deputy acts.
	h.As(t, "P13").Get(path).Says(t, http.StatusOK,
		`<span class="route__who">范語彤 股長 代</span><span class="route__why">邱柏叡 科長`, `</span><span class="route__fact">已請他人先行辦理，辦畢後續辦</span>`,
		`<span class="route__who"><span class="tag">加簽</span> 江志恆 資訊室主任</span><span class="route__fact">尚未辦理，期限 115.`)

	chief := h.As(t, "P04")
	chief.Get("/").Says(t, http.StatusOK, "范語彤 股長（代理邱柏叡 科長）請您先簽，簽畢回到他那裡")
	deputy.Get(path).Says(t, http.StatusOK, "取消加簽：江志恆，加簽（單位主管）")
	added := chief.Get(path).Says(t, http.StatusOK, "我要做的事", "同意", "不同意", "退分", "加簽（單位主管）</h2>", "說明：請先看技術部分")
	if strings.Contains(added.Text, "我簽後再送他人") {
		t.Error("who was added may add others")
	}
	chief.Post(path+"/act", added.With("do", "approve", "comment", "技術可行")...).Says(t, http.StatusOK, "同意。")
	h.Settle(t)

	page = deputy.Get(path).Says(t, http.StatusOK, "我要做的事", "技術可行")
	// Two are to sign afterwards; one of them no more.
	after := "who-" + task[1] + "-add_after."
	deputy.Post(path+"/act", page.With("do", "add_after", after+"0.find", "江志恆", after+"1.find", "賴思妤")...).Says(t, http.StatusOK, "我簽後再送他人。")
	page = deputy.Get(path).Says(t, http.StatusOK, "取消加簽：賴思妤 分析師（排在「單位主管」之後簽）", "取消加簽：江志恆")
	page = deputy.Post(path+"/act", page.With("do", "remove_signer", "planned", "P05", "comment", "已會商")...).Says(t, http.StatusOK, "取消加簽：江志恆")
	page.Not(t, "取消加簽：賴思妤")
	page = deputy.Post(path+"/act", page.With("do", "remove_signer", "planned", "P04")...).Says(t, http.StatusOK, "取消加簽。")
	page.Not(t, "取消加簽：江志恆")
	page = deputy.Post(path+"/act", page.With("do", "add_after", after+"0.find", "溫佩真")...).Says(t, http.StatusOK, "我簽後再送他人。")
	page = deputy.Get(path).Says(t, http.StatusOK, `<span class="tag">加簽</span> 溫佩真`, "尚未辦理，排在本關卡人員簽核之後")
	deputy.Post(path+"/act", page.With("do", "approve")...).Says(t, http.StatusOK, "同意。")

	// What each has said stands with his name, and who has not signed yet is named as that.
	clerk := h.As(t, "P13")
	way := regexp.MustCompile(`<span class="route__who">范語彤 股長 代</span><span class="route__why">代理 邱柏叡 科長</span><span class="route__fact">同意 115[^<]*</span><span class="route__who"><span class="tag">加簽</span> 江志恆 資訊室主任</span><span class="route__fact">同意 115[^<]*</span><span class="route__who"><span class="tag">加簽</span> 溫佩真 助理員</span><span class="route__fact">尚未辦理，期限`)
	if page := clerk.Get(path); !way.MatchString(page.Text) {
		t.Errorf("the way: %s", page.Text[strings.Index(page.Text, `class="route`):strings.Index(page.Text, `id="vals"`)])
	}

	// The applicant urges once, and sends a copy.
	page = clerk.Get(path).Says(t, http.StatusOK, "催辦", "副知")
	clerk.Post(path+"/act", "token", "x1", "do", "urge").Says(t, http.StatusOK, "催辦。")
	clerk.Post(path+"/act", "token", "x2", "do", "urge").Says(t, http.StatusConflict, "一日內僅能催辦一次，請於 115.11.24 09:00 之後再試。")
	clerk.Post(path+"/act", page.With("do", "copy", "who--copy.0.find", "江志恆")...).Says(t, http.StatusOK, "副知。")
}

// The officer gives the head's work to somebody else, who begins afresh: whom the first one
// wanted to sign after him is not asked. Nobody named is said at the field, and the box stays.
func TestWorkIsAssignedAnewOnThePage(t *testing.T) {
	h, _, _ := webtest.OpenCertified(t)
	path := h.SendMemo(t)
	deputy, officer := h.As(t, "P12"), h.As(t, "P04")
	page := deputy.Get(path)
	task := regexp.MustCompile(`id="task-(t[0-9]+)"`).FindStringSubmatch(page.Text)
	deputy.Post(path+"/act", page.With("do", "add_after", "who-"+task[1]+"-add_after.0.find", "溫佩真")...).Says(t, http.StatusOK, "我簽後再送他人。")
	page = officer.Get(path).Says(t, http.StatusOK, "改分：", "由接辦人重新辦理", "例如原承辦人須迴避時")
	who := "who-" + task[1] + "-reassign.0.find"
	officer.Post(path+"/act", page.With("do", "reassign", "task", task[1], "comment", "科長須迴避", "afresh", "1")...).
		Says(t, http.StatusUnprocessableEntity, "請指定", "科長須迴避", `name="afresh" value="1" checked`)
	officer.Post(path+"/act", page.With("do", "reassign", "task", task[1], who, "龔怡安", "comment", "科長須迴避", "afresh", "1")...).Says(t, http.StatusOK, "改分。")
	h.Settle(t)
	h.As(t, "P10").Get(path).Says(t, http.StatusOK, "我要做的事", "科長須迴避", "重新辦理，原承辦人之安排與紀錄不沿用",
		`<span class="tag">改分</span> 江志恆 資訊室主任</span>`, "原承辦：邱柏叡 科長，改由：龔怡安 科員", "原承辦：科長 邱柏叡").Not(t, "取消加簽")
	deputy.Get(path).Not(t, "我要做的事")
}

// The officer chases whoever has it: he reads by whom and with what words, his list and that of
// everybody's work say how often, and the form that has done so is not offered again at once.
func TestWorkIsChasedOnThePage(t *testing.T) {
	h, _, _ := webtest.OpenCertified(t)
	path := h.SendMemo(t)
	deputy, officer := h.As(t, "P12"), h.As(t, "P04")
	page := officer.Get(path).Says(t, http.StatusOK, "稽催：", "已逾期者，同時通知其直屬長官", "20 小時內以一次為限")
	form, _ := page.Form(t, "chase")
	officer.Post(form.Action, form.With("comment", "請於今日辦畢")...).Says(t, http.StatusOK, "稽催。", "對象：科長 邱柏叡").Not(t, `value="chase"`)
	officer.Post(form.Action, form.With("token", "again")...).Says(t, http.StatusConflict, "江志恆已稽催，請於 115.11.24 05:00 之後再稽催。")
	h.Settle(t)
	deputy.Get(path).Says(t, http.StatusOK, "江志恆 資訊室主任於 115.11.23 09:00 稽催（第 1 次）：請於今日辦畢")
	deputy.Get(path+"?lang=en").Says(t, http.StatusOK, "chased this on 23 Nov 2026 09:00")
	deputy.Get("/?lang=zh-TW").Says(t, http.StatusOK, "已稽催 1 次")
	officer.Get("/overview").Says(t, http.StatusOK, "已稽催 1 次")
}

// A link in a notice leads whoever acted for somebody to what became of it, once it is no longer
// his: that it was assigned anew, to whom and why. Who was never told of it, and of a case that
// there is not, is answered like everybody.
func TestALinkToWhatWasTakenAwaySaysSo(t *testing.T) {
	h, _, _ := webtest.OpenCertified(t)
	path := h.SendMemo(t)
	h.Settle(t)
	deputy, officer := h.As(t, "P12"), h.As(t, "P04")
	page := officer.Get(path)
	task := regexp.MustCompile(`who-(t[0-9]+)-reassign`).FindStringSubmatch(page.Text)[1]
	officer.Post(path+"/act", page.With("do", "reassign", "task", task, "who-"+task+"-reassign.0.find", "龔怡安", "comment", "科長須迴避")...).Says(t, http.StatusOK, "改分。")
	h.Settle(t)
	deputy.Get(path).Says(t, http.StatusNotFound, "這件案件不須由您辦理", "江志恆已改分給龔怡安", "理由：科長須迴避").Not(t, "我要做的事", "核章紀錄")
	deputy.Get("/notices").Says(t, http.StatusOK, "不須由您辦理：江志恆已改分給龔怡安", "理由：科長須迴避", "不須再辦理")
	says := func(at string) string {
		_, text, _ := strings.Cut(h.As(t, "P18").Get(at).Says(t, http.StatusNotFound).Text, "<main")
		text, _, _ = strings.Cut(text, "</main>")
		return text
	}
	if there, none := says(path), says("/cases/01a223fb-ae0e-75af-acb5-1f12f174a9f9"); there == "" || there != none {
		t.Errorf("a case that is not his and one that is not there:\n%s\n%s", there, none)
	}
}

// An opinion that is too long, or no text, is refused where it was typed, and is still
// there.
func TestAnOpinionIsRefusedWhereItWasTyped(t *testing.T) {
	h := webtest.OpenHouse(t)
	at := h.Apply(t)
	head := h.As(t, "P12")                                                                              // stands in for the head
	page := head.Get(at).Says(t, http.StatusOK, `name="comment" rows="2"`).Not(t, `rows="2" maxlength`) // a paste is refused whole, not cut
	long := strings.Repeat("擬予同意", 5000)
	for comment, said := range map[string]string{
		long:       "意見或理由最多 2000 個字，目前 20000 個字，請精簡內容。",
		"擬予\x00同意": "意見或理由含有無法使用的控制字元，請刪除後重新輸入。",
		"擬予\xff同意": "意見或理由含有無法辨識的文字（編碼有誤），請刪除後重新輸入。",
	} {
		for _, verb := range []string{"approve", "return", "comment"} {
			fields := page.With("comment", comment, "do", verb)
			if i := slices.Index(fields, "task"); verb == "comment" { // no part of the task's form
				fields = slices.Delete(fields, i, i+2)
			}
			refused := head.Post(at+"/act", fields...)
			refused.Says(t, http.StatusUnprocessableEntity, said, "擬予")
			if strings.Count(refused.Text, said) != 2 || !strings.Contains(refused.Text, `aria-invalid="true"`) {
				t.Errorf("%s: not at its field", verb)
			}
		}
	}
	head.Post(at+"/act", page.With("comment", long, "do", "approve")...).Says(t, http.StatusUnprocessableEntity, long)
	head.Get(at).Not(t, "擬予")
}

// Of a request whose rows are on their way, stopping the clock says that they stand too, and so they
// do until it runs again: on the row's page nobody is offered to handle it.
func TestStoppingARequestStopsItsRows(t *testing.T) {
	h := webtest.OpenHouse(t)
	path := h.Apply(t)
	h.Settle(t)
	officer, head := h.As(t, "P04"), h.As(t, "P12")
	officer.Get(path).Says(t, http.StatusOK, "停止計時期間，本案不能簽核或處置").Not(t, "各列均不能")
	head.Post(path+"/act", head.Get(path).With("do", "approve")...).Says(t, http.StatusOK)
	h.Settle(t)
	c, err := h.Kit.Case(t.Context(), ismskit.System("test"), strings.TrimPrefix(path, "/cases/"))
	if err != nil || len(c.Rows) == 0 {
		t.Fatal(len(c.Rows), err)
	}
	row, admin := c.Rows[0].Case.ID, h.As(t, c.Rows[0].Waits[0].People[0])
	page := officer.Get(path).Says(t, http.StatusOK, "本案及已開始辦理之各列均不能簽核或處置")
	officer.Post(path+"/act", page.With("do", "suspend", "comment", "等候市府回復")...).Says(t, http.StatusOK)
	h.Settle(t)
	admin.Get("/cases/"+row).Says(t, http.StatusOK, "停止計時", "所屬申請單停止計時，本列一併停止：等候市府回復").Not(t, `value="record"`)
	officer.Post(path+"/act", officer.Get(path).With("do", "resume", "comment", "已回復")...).Says(t, http.StatusOK)
	h.Settle(t)
	admin.Get("/cases/"+row).Says(t, http.StatusOK, `value="record"`, "所屬申請單恢復計時，本列一併恢復")
}

// Who is asked for an opinion no more, while he types it, is told so, and not that somebody else was
// first; who takes the question back reads that he did.
func TestAnOpinionIsAskedForNoMore(t *testing.T) {
	h, _, _ := webtest.OpenCertified(t)
	path := h.SendMemo(t)
	deputy, chief := h.As(t, "P12"), h.As(t, "P04")
	page := deputy.Get(path)
	task := regexp.MustCompile(`id="task-(t[0-9]+)"`).FindStringSubmatch(page.Text)
	deputy.Post(path+"/act", page.With("do", "consult", "who-"+task[1]+"-consult.0.find", "江志恆", "comment", "請表示意見")...).Says(t, http.StatusOK, "加會")
	h.Settle(t)
	typing := chief.Get(path).Says(t, http.StatusOK, "我要做的事")
	back := deputy.Get(path)
	form, there := back.Form(t, "remove_signer")
	if !there {
		t.Fatal("the question can't be taken back")
	}
	deputy.Post(path+"/act", form.With()...).Says(t, http.StatusOK, "：取消加會。").Not(t, "：取消加簽。")
	chief.Post(path+"/act", typing.With("do", "approve", "comment", "建議先備份")...).
		Says(t, http.StatusConflict, "這件工作已取消，不需再辦理", "此項工作已由請您辦理的人員取消，無須再辦。", "建議先備份").Not(t, "已有他人先行辦理", "加簽已取消")
}

// Who is told that somebody of his is chased, and may not read what for, is told by the link what he
// is to do: to see to it that it is done.
func TestALinkToWhatOthersAreChasedForSaysWhatToDo(t *testing.T) {
	h := openVersatile(t)
	path := sendVersatile(t, h)
	boss := h.As(t, head)
	form, _ := boss.Get(path).Form(t, "approve")
	boss.Post(form.Action, form.With()...).Says(t, http.StatusOK, "同意。")
	h.Until(t, h.Now().AddDate(0, 0, 7))
	form, _ = h.As(t, officer).Get(path).Form(t, "chase")
	h.As(t, officer).Post(form.Action, form.With("comment", "請於今日辦畢")...).Says(t, http.StatusOK, "稽催。", "對象：科員 龔怡安")
	h.Until(t, h.Now().Add(time.Hour))
	over := h.As(t, chief)
	over.Get("/notices").Says(t, http.StatusOK, "江志恆已稽催，請督促。")
	over.Get(path).Says(t, http.StatusNotFound, "江志恆稽催中", "請督促承辦人或其代理人辦理").Not(t, "請於今日辦畢")
}
