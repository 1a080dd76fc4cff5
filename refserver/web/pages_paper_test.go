package web_test

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/refserver/web/webtest"
)

// K3.4 by pages alone: the approval by word of mouth is registered as a draft, which
// stands on the list; the times are held to their order at their fields; the approver
// confirms in person, and the case shows the three times, on paper too.
func TestAnEmergencyIsWrittenDownAfterwardsByPages(t *testing.T) {
	h := webtest.OpenHouse(t)
	clerk := h.As(t, "P13")
	form := clerk.Get("/apply/account_request").Says(t, http.StatusOK, "緊急補單")
	urgent := func(approved, done string) []string {
		return webtest.OneLine("emergency", "true", "oral_approver.find", "邱柏叡", "oral_at", "115.11.22 "+approved, "done_at", strings.TrimSuffix("115.11.22 "+done, "115.11.22 "))
	}
	saved := clerk.Post("/apply/account_request", form.With(append(urgent("20:05", ""), "do", "save")...)...).Says(t, http.StatusOK, "暫存")
	saved.Says(t, http.StatusOK, `name="oral_at" value="115.11.22 20:05"`)
	clerk.Get("/").Says(t, http.StatusOK, "補單", "已由邱柏叡於 115.11.22 20:05 口頭核准")
	wrong := clerk.Post(saved.At(), saved.With(append(urgent("20:05", "20:01"), "do", "submit")...)...)
	wrong.Says(t, http.StatusUnprocessableEntity, "處理時間（115.11.22 20:01）早於口頭核准時間（115.11.22 20:05）", "調任收發窗口", `href="#f-done_at"`)
	sent := clerk.Post(saved.At(), wrong.With(append(urgent("20:05", "20:10"), "do", "submit")...)...)
	sent.Says(t, http.StatusOK, "緊急補單", "115.11.22 20:05", "115.11.22 20:10", "尚未確認", "口頭核准人確認")
	boss := h.As(t, "P11")
	task := boss.Get(sent.At()).Says(t, http.StatusOK, "您是口頭核准人，請本人確認確曾於 115.11.22 20:05 口頭核准", "確認屬實", "提出異議", "否認")
	boss.Post(sent.At()+"/act", task.With("do", "approve")...).Says(t, http.StatusOK)
	clerk.Get(sent.At()+"/print").Says(t, http.StatusOK, "緊急補單", "口頭核准人確認", "本人確認")
}

var entered = regexp.MustCompile(`IS-04-012-115-\d{4}`)

// A keeper of records reserves numbers, enters what was signed on paper with its scan,
// and declares the rest void, by pages alone; to others all that is not there.
func TestPaperIsEnteredByPages(t *testing.T) {
	h := webtest.OpenHouse(t)
	keeper := h.As(t, "P07")
	keeper.Get("/records").Says(t, http.StatusOK, "紙本補登與預留編號")
	h.As(t, "P13").Get("/records").Not(t, "紙本補登與預留編號")
	if got := h.As(t, "P13").Get("/records/numbers"); got.StatusCode == http.StatusOK {
		t.Error("anybody sees the reserved numbers")
	}
	keeper.Get("/records/numbers").Says(t, http.StatusOK, "目前沒有預留編號", "權限帳號申請單（紙本簽核後補登）")
	keeper.Post("/records/numbers", "type", "account_request", "count", "0", "reason", "網路中斷").Says(t, http.StatusUnprocessableEntity, "請填 1 至 200 之間的號數。", "網路中斷")
	form := keeper.Get("/records/numbers")
	reserve := form.With("type", "account_request", "count", "２", "reason", "網路中斷") // as an input method types it
	keeper.Post("/records/numbers", reserve...).Says(t, http.StatusOK, "已預留", "未使用 2 號")
	page := keeper.Post("/records/numbers", reserve...).Says(t, http.StatusOK, "已預留") // a double click
	if n := strings.Count(page.Text, "未使用 2 號"); n != 1 {
		t.Errorf("a double click took %d blocks", n)
	}
	number := entered.FindString(page.Text)

	form = keeper.Get("/apply/account_request_paper").Says(t, http.StatusOK, "紙本簽核後補登", "掃描檔", "原件所在", "紙本簽核人", "應簽核人未於紙本簽核之原因").
		Not(t, "流程各關卡之紙本簽核情形")
	fields := append(webtest.OneLine("applicant.find", "鍾明哲", "paper_number", number, "paper_why", "網路中斷",
		"paper_signers.1.signer.find", "邱柏叡", "paper_signers.1.capacity", "單位主管", "paper_signers.1.signed_on", "115.11.23",
		"paper_place", "資訊室鐵櫃 A-3", "paper_keeper.find", "溫佩真"), "do", "submit")
	keeper.Post("/apply/account_request_paper", form.With(fields...)...).Says(t, http.StatusUnprocessableEntity, "掃描檔", "資訊室鐵櫃 A-3")
	wrong := append(slices.Clone(fields), "paper_signers.1.signer.find", "鍾明哲")
	keeper.SendAs("/apply/account_request_paper", "paper_scan.file", "掃描.pdf", "%PDF-1.7 x\n%%EOF", form.With(wrong...)...).Says(t, http.StatusUnprocessableEntity,
		"紙本簽核人未列「單位主管」應簽核人 科長 邱柏叡", "鍾明哲 於 115.11.23 並非「單位主管」或其代理人")
	sent := keeper.SendAs("/apply/account_request_paper", "paper_scan.file", "掃描.pdf", "%PDF-1.7 x\n%%EOF", form.With(fields...)...)
	sent.Says(t, http.StatusOK, number, "紙本簽核後補登", "資訊室鐵櫃 A-3", "溫佩真", "流程各關卡之紙本簽核情形", "已於紙本簽核")
	h.As(t, "P11").Get(sent.At()).Says(t, http.StatusOK, "紙本上記載您於 115.11.23 以「單位主管」簽核", "確認屬實", "提出異議", "提出異議時須說明理由", "掃描.pdf").Not(t, "緊急補單")
	keeper.Get(sent.At()+"/print").Says(t, http.StatusOK, "紙本簽核後補登", "原件保管人", "溫佩真", "流程各關卡之紙本簽核情形", "已於紙本簽核")
	h.As(t, "P11").Post(sent.At()+"/act", h.As(t, "P11").Get(sent.At()).With("do", "approve")...).Says(t, http.StatusOK)
	h.Settle(t)
	for _, path := range []string{sent.At(), sent.At() + "/print"} { // once, in the table whose rows are handled
		if n := strings.Count(keeper.Get(path).Text, `scope="col">處置結果</th>`); n != 1 {
			t.Errorf("%s: %d columns of results", path, n)
		}
	}
	left := entered.FindAllString(keeper.Get("/records/numbers").Says(t, http.StatusOK, "已補登", "未使用 1 號").Text, -1)
	keeper.Post("/records/numbers/void", "number", left[len(left)-1], "void_reason", "").Says(t, http.StatusUnprocessableEntity, "請填寫作廢的理由。")
	keeper.Post("/records/numbers/void", "number", left[len(left)-1], "void_reason", "印壞一張").Says(t, http.StatusOK, "已作廢", "作廢", "網路中斷", "作廢理由：印壞一張", "溫佩真", "115.11.23 ")
}

// Where the numbers of a form name the unit, whoever reserves them says whose count it is.
func TestNumbersCountedByUnitAreReservedForAUnit(t *testing.T) {
	h := webtest.OpenHouseWith(t, func(cfg *ismskit.Config) {
		cfg.Types = slices.Clone(cfg.Types)
		for i, typ := range cfg.Types {
			if typ.Key == "account_request" {
				cfg.Types[i].Number = &ismskit.Numbering{Pattern: "IS-{unit}-{roc}-{n:3}"}
			}
		}
	})
	keeper := h.As(t, "P07")
	page := keeper.Get("/records/numbers").Says(t, http.StatusOK, "編號分單位計號的表單，須選擇單位。", "戶政科")
	asked := page.With("type", "account_request", "count", "2", "reason", "網路中斷")
	keeper.Post("/records/numbers", asked...).Says(t, http.StatusUnprocessableEntity, "這份表單的編號分單位，請選擇單位。", `href="#unit"`, "網路中斷")
	keeper.Post("/records/numbers", page.With("type", "account_request", "unit", "U99", "count", "2", "reason", "網路中斷")...).Says(t, http.StatusUnprocessableEntity, "請選擇單位")
	keeper.Post("/records/numbers", page.With("type", "account_request", "unit", "U06", "count", "2", "reason", "網路中斷")...).Says(t, http.StatusOK, "已預留", "IS-U06-115-0", "未使用 2 號")
}

// What had been signed before a case went on on paper stays in its flow, with who and when, and
// then it says that the rest goes on on paper.
func TestTheFlowOfACaseOnPaperKeepsItsSignatures(t *testing.T) {
	h := webtest.OpenHouse(t)
	path := h.Apply(t)
	deputy, chief := h.As(t, "P12"), h.As(t, "P04")
	page := deputy.Get(path)
	task := regexp.MustCompile(`id="task-(t[0-9]+)"`).FindStringSubmatch(page.Text)
	if task == nil {
		t.Fatal("no task")
	}
	deputy.Post(path+"/act", page.With("do", "add_before", "who-"+task[1]+"-add_before.0.find", "江志恆", "comment", "請先看技術部分")...).Says(t, http.StatusOK, "先請他人簽，再回到我。")
	chief.Post(path+"/act", chief.Get(path).With("do", "approve", "comment", "技術可行")...).Says(t, http.StatusOK, "同意。")
	h.Settle(t)
	page = chief.Get(path)
	chief.Post(path+"/act", page.With("do", "to_paper", "comment", "機房停電")...).Says(t, http.StatusOK)
	h.Settle(t)
	h.As(t, "P13").Get(path).Says(t, http.StatusOK,
		`<span class="route__who"><span class="tag">加簽</span> 江志恆 資訊室主任</span><span class="route__fact">同意 115.11.23`, `<span class="route__fact">其餘改以紙本辦理</span>`, `<span class="route__fact">改以紙本辦理</span>`,
		"本案已轉紙本續辦", "由紀錄管理人員以編號").Not(t, "前往紙本補登")
	h.As(t, "P07").Get(path).Says(t, http.StatusOK, "本案已轉紙本續辦", `<a href="/apply/account_request_paper?number=`)
	h.As(t, "P07").Get(path+"/print").Says(t, http.StatusOK, "江志恆", `<td data-label="單位主管"><span class="stamp__for">請送 科長 邱柏叡（現由 股長 范語彤 代理） 核章</span></td>`).Not(t, "未核章") // left open for the stamp
}
