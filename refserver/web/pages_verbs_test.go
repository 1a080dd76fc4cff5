package web

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// What a head can do besides deciding, by pages alone: ask somebody first, take
// him away again, give the work to somebody; and what the others can do meanwhile.
func TestDetoursByPages(t *testing.T) {
	h := openHouse(t)
	path := h.apply(t)
	deputy := h.as(t, "P12")
	page := deputy.get(path).says(t, http.StatusOK, "您代理邱柏叡 科長辦理", "請誰先簽", "接著送誰簽", "交辦給誰", "請哪個單位或人員表示意見").not(t, "先請他人簽，再回到我的對象")
	task := regexp.MustCompile(`id="task-(t[0-9]+)"`).FindStringSubmatch(page.body)
	if task == nil {
		t.Fatal("no task")
	}
	who := "who-" + task[1] + "-add_before.0.find"

	// Nobody named, nobody of that name: said at the field, and what was typed stays.
	deputy.post(path+"/act", page.with("do", "add_before", "comment", "請先看")...).says(t, http.StatusUnprocessableEntity, "請指定", "請先看")
	deputy.post(path+"/act", page.with("do", "add_before", who, "查無此人", "comment", "請先看")...).says(t, http.StatusUnprocessableEntity, "查無此人", "請先看")
	page = deputy.get(path)
	deputy.post(path+"/act", page.with("do", "add_before", who, "江志恆", "comment", "請先看技術部分")...).says(t, http.StatusOK, "先請他人簽，再回到我。")

	// Who passed it on as a deputy still sees where it is, and may have it back.
	deputy.get(path).says(t, http.StatusOK, "對象", "江志恆", "取消加簽")

	chief := h.as(t, "P04")
	chief.get("/").says(t, http.StatusOK, "范語彤 股長（代理邱柏叡 科長）請您先簽，簽畢回到他那裡")
	added := chief.get(path).says(t, http.StatusOK, "我要做的事", "同意", "不同意", "退分")
	if strings.Contains(added.body, "我簽後再送他人") {
		t.Error("who was added may add others")
	}
	chief.post(path+"/act", added.with("do", "approve", "comment", "技術可行")...).says(t, http.StatusOK, "同意。")
	h.settle(t)

	page = deputy.get(path).says(t, http.StatusOK, "我要做的事", "技術可行")
	// Two are to sign afterwards; one of them no more.
	after := "who-" + task[1] + "-add_after."
	deputy.post(path+"/act", page.with("do", "add_after", after+"0.find", "江志恆", after+"1.find", "賴思妤")...).says(t, http.StatusOK, "我簽後再送他人。")
	page = deputy.get(path).says(t, http.StatusOK, "取消加簽：賴思妤 分析師（排在「單位主管」之後簽）", "取消加簽：江志恆")
	page = deputy.post(path+"/act", page.with("do", "remove_signer", "planned", "P05", "comment", "已會商")...).says(t, http.StatusOK, "取消加簽：江志恆")
	page.not(t, "取消加簽：賴思妤")
	page = deputy.post(path+"/act", page.with("do", "remove_signer", "planned", "P04")...).says(t, http.StatusOK, "取消加簽。")
	page.not(t, "取消加簽：江志恆")
	deputy.post(path+"/act", page.with("do", "approve")...).says(t, http.StatusOK, "同意。")

	// The applicant urges once, and sends a copy.
	clerk := h.as(t, "P13")
	page = clerk.get(path).says(t, http.StatusOK, "催辦", "副知")
	clerk.post(path+"/act", "token", "x1", "do", "urge").says(t, http.StatusOK, "催辦。")
	clerk.post(path+"/act", "token", "x2", "do", "urge").says(t, http.StatusConflict, "一日內僅能催辦一次")
	clerk.post(path+"/act", page.with("do", "copy", "who--copy.0.find", "江志恆")...).says(t, http.StatusOK, "副知。")
}

// An opinion that is too long, or no text, is refused where it was typed, and is still
// there.
func TestAnOpinionIsRefusedWhereItWasTyped(t *testing.T) {
	h := openHouse(t)
	at := h.apply(t)
	head := h.as(t, "P12") // stands in for the head
	page := head.get(at).says(t, http.StatusOK, `name="comment" rows="2" maxlength="2000"`)
	long := strings.Repeat("擬予同意", 5000)
	for comment, said := range map[string]string{
		long:       "意見或理由最多 2000 個字，目前 20000 個字，請精簡內容。",
		"擬予\x00同意": "意見或理由含有無法使用的控制字元，請刪除後重新輸入。",
		"擬予\xff同意": "意見或理由含有無法辨識的文字（編碼有誤），請刪除後重新輸入。",
	} {
		for _, verb := range []string{"approve", "return", "comment"} {
			fields := page.with("comment", comment, "do", verb)
			if i := slices.Index(fields, "task"); verb == "comment" { // no part of the task's form
				fields = slices.Delete(fields, i, i+2)
			}
			refused := head.post(at+"/act", fields...)
			refused.says(t, http.StatusUnprocessableEntity, said, "擬予")
			if strings.Count(refused.body, said) != 2 || !strings.Contains(refused.body, `aria-invalid="true"`) {
				t.Errorf("%s: not at its field", verb)
			}
		}
	}
	head.post(at+"/act", page.with("comment", long, "do", "approve")...).says(t, http.StatusUnprocessableEntity, long)
	head.get(at).not(t, "擬予")
}
