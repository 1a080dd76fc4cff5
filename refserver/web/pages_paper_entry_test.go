package web_test

import (
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/refserver/web/webtest"
)

// A case that went on on paper leads whoever enters papers to an entry that begins with what was
// sent online; what he changed those who confirm it are told, and each case leads to the other.
func TestTheEntryOfACaseOnPaperBeginsWithTheCase(t *testing.T) {
	h := webtest.OpenHouse(t)
	path := h.Apply(t)
	chief, keeper, clerk := h.As(t, "P04"), h.As(t, "P07"), h.As(t, "P13")
	chief.Post(path+"/act", chief.Get(path).With("do", "to_paper", "comment", "機房停電")...).Says(t, http.StatusOK)
	h.Settle(t)
	number := entered.FindString(keeper.Get(path).Text)
	entry := "/apply/account_request_paper?number=" + number
	keeper.Get(path).Says(t, http.StatusOK, `<a href="`+entry+`">前往紙本補登</a>`)
	clerk.Get(path).Says(t, http.StatusOK, "由紀錄管理人員以編號").Not(t, entry)
	page := keeper.Get(entry).Says(t, http.StatusOK, "各列均送承辦人", "不再請申請人於系統確認", "已帶入 "+number+" 線上申請的內容", "帶入線上申請內容", "鍾明哲", "代填", "沿用紙本編號").Not(t, "data-errors", "送出時給號")
	form := formOf(t, page, "submit")
	for name, want := range map[string]string{"paper_number": number, "applicant.id": "P13", "lines.1.system": "S02", "subject": "調任收發窗口，申請公文登記桌", "op": "add"} {
		if got := valueOf(form, name); got != want {
			t.Errorf("%s begins as %q", name, got)
		}
	}

	// The same by the button, once the number is typed; one of no such case brings nothing.
	blank := formOf(t, keeper.Get("/apply/account_request_paper").Not(t, "已帶入"), "online")
	keeper.Post("/apply/account_request_paper", blank.With("paper_number", "IS-04-012-115-0900")...).Says(t, http.StatusOK, "「IS-04-012-115-0900」不是這份表單的預留編號", "未帶入內容。")
	typed := keeper.Post("/apply/account_request_paper", blank.With("paper_number", number, "paper_place", "鐵櫃")...).Says(t, http.StatusOK, "已帶入 "+number, "鐵櫃")
	if got := valueOf(formOf(t, typed, "submit"), "applicant.id"); got != "P13" {
		t.Errorf("it is for %q", got)
	}

	// Pressed again it leaves what is there: corrections stay, no row comes twice or comes back.
	mended := formOf(t, keeper.Post("/apply/account_request_paper", formOf(t, typed, "online").With("lines.1.purpose", "紙本上的用途", "subject", "")...).
		Says(t, http.StatusOK, "已帶入 "+number, "「申請項目」已有資料列，均保留原樣"), "online")
	if n, purpose, subject := rowsOf(mended, "lines"), valueOf(mended, "lines.1.purpose"), valueOf(mended, "subject"); n != 1 || purpose != "紙本上的用途" || subject == "" {
		t.Errorf("pressed again there are %d rows, for %q: %q", n, purpose, subject)
	}
	keeper.Post("/apply/account_request_paper", mended.With()...).Says(t, http.StatusOK, "各欄已有內容，均保留原樣；未再帶入", "紙本上的用途").Not(t, "已帶入")

	send := func(more ...string) webtest.Reply {
		return keeper.SendAs("/apply/account_request_paper", "paper_scan.file", "掃描.pdf", "%PDF-1.7 x\n%%EOF", form.With(append(more,
			"paper_why", "機房停電", "paper_signers.1.signer.find", "邱柏叡", "paper_signers.1.capacity", "單位主管", "paper_signers.1.signed_on", "115.11.23",
			"paper_place", "資訊室鐵櫃 A-3", "paper_keeper.find", "溫佩真", "subject", "紙本上的主旨")...)...)
	}
	send("applicant.find", "").Says(t, http.StatusUnprocessableEntity, "是鍾明哲（戶政科）的申請，不能以溫佩真為申請人補登", `href="#f-applicant"`)
	sent := send()
	sent.Says(t, http.StatusOK, number, "紙本簽核後補登", "本案為轉紙本續辦案件的補登", "與線上申請不同：主旨。", `<a href="`+path+`">轉紙本前的案件</a>`)
	keeper.Get(sent.At()+"/print").Says(t, http.StatusOK, `<th scope="row">與線上申請不同</th><td>主旨</td>`)
	h.As(t, "P11").Get(sent.At()).Says(t, http.StatusOK, "與線上申請不同：主旨。")
	clerk.Get(path).Says(t, http.StatusOK, "本案已轉紙本續辦", "紙本已補登", `<a href="`+sent.At()+`">紙本簽核後的補登案件</a>`).Not(t, "與線上申請不同")
	clerk.Get(sent.At()).Says(t, http.StatusOK, `<a href="`+path+`">轉紙本前的案件</a>`)
	if n := strings.Count(keeper.Get(sent.At()).Text, "轉紙本前的案件"); n != 1 {
		t.Errorf("the case before is named %d times", n)
	}
}

// Whoever mistyped for whom a paper is mends it on the page that says so: in the draft that was kept
// meanwhile, with all else that he entered.
func TestTheApplicantOfAPaperIsMendedOnItsPage(t *testing.T) {
	h := webtest.OpenHouse(t)
	path := h.Apply(t)
	chief, keeper := h.As(t, "P04"), h.As(t, "P07")
	chief.Post(path+"/act", chief.Get(path).With("do", "to_paper", "comment", "機房停電")...).Says(t, http.StatusOK)
	h.Settle(t)
	number := entered.FindString(keeper.Get(path).Text)
	form := formOf(t, keeper.Get("/apply/account_request_paper?number="+number), "save")
	saved := keeper.SendAs("/apply/account_request_paper", "paper_scan.file", "掃描.pdf", "%PDF-1.7 x\n%%EOF", form.With(
		"applicant.find", "龔怡安", "paper_why", "機房停電", "paper_signers.1.signer.find", "邱柏叡", "paper_signers.1.capacity", "單位主管", "paper_signers.1.signed_on", "115.11.23",
		"paper_place", "資訊室鐵櫃 A-3", "paper_keeper.find", "溫佩真")...)
	at := saved.At()
	saved.Says(t, http.StatusOK, "龔怡安")
	form = formOf(t, keeper.Get(at), "submit")
	if got := valueOf(form, "applicant.id"); got != "P10" {
		t.Fatalf("the draft is for %q", got)
	}
	refused := keeper.Post(at, form.With()...)
	refused.Says(t, http.StatusUnprocessableEntity, "請改以鍾明哲為申請人", `href="#f-applicant"`, "鐵櫃 A-3").Not(t, "不能改為他人")
	sent := keeper.Post(at, formOf(t, refused, "submit").With("applicant.find", "鍾明哲")...)
	sent.Says(t, http.StatusOK, number, "紙本簽核後補登", "鐵櫃 A-3", "鍾明哲")
}

func formOf(t *testing.T, page webtest.Reply, button string) webtest.Form {
	t.Helper()
	form, there := page.Form(t, button)
	if !there {
		t.Fatalf("no %s\n%s", button, page.Text)
	}
	return form
}

// rowsOf is how many rows of a table a form has that are filled in.
func rowsOf(form webtest.Form, table string) int {
	n := 0
	for valueOf(form, table+"."+strconv.Itoa(n+1)+".purpose") != "" {
		n++
	}
	return n
}

// valueOf is what a control of a form holds.
func valueOf(form webtest.Form, name string) string {
	all := form.With()
	for i := 0; i+1 < len(all); i += 2 {
		if all[i] == name {
			return all[i+1]
		}
	}
	return ""
}

// Whoever has a row open when its request goes on on paper is told to handle it by the paper, on
// the page that answers him and wherever the row is read.
func TestARowOfACaseOnPaperIsHandledByThePaper(t *testing.T) {
	h := webtest.OpenHouse(t)
	path := h.Apply(t)
	deputy, chief := h.As(t, "P12"), h.As(t, "P04")
	deputy.Post(path+"/act", deputy.Get(path).With("do", "approve")...).Says(t, http.StatusOK, "同意。")
	h.Settle(t)
	handler := h.As(t, "P10")
	found := regexp.MustCompile(`href="(/cases/[^"]+)"[^>]*>登錄處置結果`).FindStringSubmatch(handler.Get("/handling").Text)
	if found == nil {
		t.Fatal("no link to the row")
	}
	row := found[1]
	form := formOf(t, handler.Get(row), "record")
	chief.Post(path+"/act", chief.Get(path).With("do", "to_paper", "comment", "機房停電")...).Says(t, http.StatusOK)
	h.Settle(t)
	handler.Post(row+"/act", form.With("*result_note", "已開通")...).Says(t, http.StatusConflict, "案件已轉紙本續辦，這次的操作沒有送出", "轉紙本續辦，本列請依紙本辦理。").Not(t, "已作廢", "另行申請")
	handler.Get(row).Says(t, http.StatusOK, "本案已轉紙本續辦", "本列請依紙本辦理。", `<span class="route__fact">改以紙本辦理</span>`).Not(t, "不需辦理", "已作廢")
	h.As(t, "P13").Get(path).Says(t, http.StatusOK, "轉紙本續辦").Not(t, "不需辦理", "已作廢")

	keeper := h.As(t, "P07")
	number := entered.FindString(keeper.Get(path).Text)
	entry := formOf(t, keeper.Get("/apply/account_request_paper?number="+number), "submit")
	sent := keeper.SendAs("/apply/account_request_paper", "paper_scan.file", "掃描.pdf", "%PDF-1.7 x\n%%EOF", entry.With(
		"paper_why", "機房停電", "paper_signers.1.signer.find", "邱柏叡", "paper_signers.1.capacity", "單位主管", "paper_signers.1.signed_on", "115.11.23",
		"paper_place", "資訊室鐵櫃 A-3", "paper_keeper.find", "溫佩真")...)
	sent.Says(t, http.StatusOK, "紙本簽核後補登")
	keeper.Get(row).Says(t, http.StatusOK, "紙本已補登，本列改由補登案件之同一列續辦。", `<a href="`+sent.At()+`">`).Not(t, "本列請依紙本辦理。")
}

// Whoever handles a row of a paper is told what he already did on it, and that he records it here
// rather than doing it again.
func TestTheHandlerOfAPapersRowIsToldWhatThePaperSays(t *testing.T) {
	h := webtest.OpenHouse(t)
	path := h.Apply(t)
	chief, keeper, handler := h.As(t, "P04"), h.As(t, "P07"), h.As(t, "P10")
	chief.Post(path+"/act", chief.Get(path).With("do", "to_paper", "comment", "機房停電")...).Says(t, http.StatusOK)
	h.Settle(t)
	number := entered.FindString(keeper.Get(path).Text)
	blank := formOf(t, keeper.Get("/apply/account_request_paper?number="+number), "add-row:paper_signers")
	form := formOf(t, keeper.Post("/apply/account_request_paper", blank.With("paper_signers.1.signer.find", "邱柏叡")...), "submit")
	sent := keeper.SendAs("/apply/account_request_paper", "paper_scan.file", "掃描.pdf", "%PDF-1.7 x\n%%EOF", form.With(
		"paper_why", "機房停電", "paper_place", "資訊室鐵櫃 A-3", "paper_keeper.find", "溫佩真",
		"paper_signers.1.signer.find", "邱柏叡", "paper_signers.1.capacity", "科長", "paper_signers.1.signed_on", "115.11.23",
		"paper_signers.2.signer.find", "龔怡安", "paper_signers.2.capacity", "權限管理人員", "paper_signers.2.signed_on", "115.11.23", "paper_signers.2.opinion", "已開通 qh150013")...)
	sent.Says(t, http.StatusOK, number)
	for _, who := range []string{"P11", "P10"} {
		signer := h.As(t, who)
		signer.Post(sent.At()+"/act", signer.Get(sent.At()).With("do", "approve")...).Says(t, http.StatusOK)
	}
	h.Settle(t)
	found := regexp.MustCompile(`href="(/cases/[^"]+)"[^>]*>登錄處置結果`).FindStringSubmatch(handler.Get("/handling").Text)
	if found == nil {
		t.Fatal("no link to the row")
	}
	handler.Get(found[1]).Says(t, http.StatusOK, "本列依紙本補登", "紙本上另有簽核：龔怡安（權限管理人員，115.11.23）「已開通 qh150013」。", "照紙本登錄處置結果，不必重辦", `<a href="`+sent.At()+`">紙本補登案件及掃描檔</a>`).Not(t, "邱柏叡（科長")
}

// What is struck out on a paper and written below it leaves the other rows their numbers: the page of
// the entry, its sheet and what whoever handles them sees call each row alike.
func TestTheRowsOfAPaperKeepTheirNumbersOnPages(t *testing.T) {
	h := webtest.OpenHouse(t)
	path := h.Apply(t,
		"lines.2.system", "S02", "lines.2.permission", "officer", "lines.2.purpose", "承辦公文",
		"lines.2.account_user.kind", "person", "lines.2.account_user.find", "范語彤",
		"lines.2.responsible.find", "邱柏叡", "lines.2.period.from", "115.12.01", "lines.2.period.to", "1161130")
	chief, keeper, handler := h.As(t, "P04"), h.As(t, "P07"), h.As(t, "P10")
	chief.Post(path+"/act", chief.Get(path).With("do", "to_paper", "comment", "機房停電")...).Says(t, http.StatusOK)
	h.Settle(t)
	number := entered.FindString(keeper.Get(path).Text)
	blank := formOf(t, keeper.Get("/apply/account_request_paper?number="+number), "remove-row:lines.1")
	struck := keeper.Post("/apply/account_request_paper", blank.With()...)
	form := formOf(t, struck, "submit")
	if n := rowsOf(form, "lines"); n != 1 {
		t.Fatalf("%d rows are left", n)
	}
	sent := keeper.SendAs("/apply/account_request_paper", "paper_scan.file", "掃描.pdf", "%PDF-1.7 x\n%%EOF", form.With(
		"lines.1.purpose", "紙本上的用途", "paper_why", "機房停電", "paper_place", "資訊室鐵櫃 A-3", "paper_keeper.find", "溫佩真",
		"paper_signers.1.signer.find", "邱柏叡", "paper_signers.1.capacity", "單位主管", "paper_signers.1.signed_on", "115.11.23")...)
	second := number + "（第 2 列）"
	sent.Says(t, http.StatusOK, "與線上申請不同：線上申請申請項目第 1 列（紙本未列）、第 2 列帳號用途。", `<span class="list__sub">第 2 列</span>`)
	keeper.Get(sent.At()+"/print").Says(t, http.StatusOK, `<td data-label="列">2</td>`, "第 2 列帳號用途").Not(t, `<td data-label="列">3</td>`)
	head := h.As(t, "P11")
	head.Post(sent.At()+"/act", head.Get(sent.At()).With("do", "approve")...).Says(t, http.StatusOK)
	h.Settle(t)
	handler.Get("/handling").Says(t, http.StatusOK, second)
}
