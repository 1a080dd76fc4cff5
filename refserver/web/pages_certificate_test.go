package web_test

import (
	"encoding/base64"
	"encoding/pem"
	"html"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/ismskit/kittest"
	"github.com/ismskit/ismskit/refserver/web/webtest"
)

var statementLink = regexp.MustCompile(`href="data:application/octet-stream;base64,([^"]+)" download="([^"]+)"`)

// signedBy signs what a page gives to be signed.
func signedBy(t *testing.T, page webtest.Reply, card *kittest.Card) (statement, signature string) {
	t.Helper()
	link := statementLink.FindStringSubmatch(page.Text)
	if link == nil {
		t.Fatalf("nothing to sign:\n%s", page.Text)
	}
	bytes, err := base64.StdEncoding.DecodeString(html.UnescapeString(link[1]))
	if err != nil {
		t.Fatal(err)
	}
	cms, err := card.CMS(bytes)
	if err != nil {
		t.Fatal(err)
	}
	return string(bytes), string(cms)
}

// The page has no reader: it gives what is to be signed, with what was typed, and takes the
// signature; nothing is decided before. With somebody else's card, or after a word has
// changed, all that was typed stays.
func TestADecisionIsSignedWithACertificateOnThePage(t *testing.T) {
	h, card, other := webtest.OpenCertified(t)
	path := h.SendMemo(t)
	deputy := h.As(t, "P12")
	page := deputy.Get(path).Says(t, http.StatusOK, "同意（憑證簽章）", "本關卡須以您的憑證簽章", "暫不使用憑證，之後補簽", `enctype="multipart/form-data"`)
	page = deputy.SendAs(path+"/act", "card.signature", "", "", page.With("do", "approve", "comment", "如擬")...).
		Says(t, http.StatusOK, "以憑證簽章：同意", "尚未完成核章", "儲存待簽內容（", "如擬", "陳核中")
	statement, signature := signedBy(t, page, card)
	if !strings.Contains(statement, `"comment":"如擬"`) || !strings.Contains(statement, `"person":"P12"`) {
		t.Errorf("to sign: %s", statement)
	}
	deputy.SendAs(path+"/act", "card.signature", "", "", page.With("do", "approve", "comment", "如擬")...).
		Says(t, http.StatusUnprocessableEntity, "請選擇簽章檔。", "如擬")
	_, theirs := signedBy(t, page, other)
	deputy.SendAs(path+"/act", "card.signature", "s.p7s", theirs, page.With("do", "approve", "comment", "如擬")...).
		Says(t, http.StatusUnprocessableEntity, "登記為他人所有", `href="#certificate-`, "如擬", "儲存待簽內容（")
	deputy.SendAs(path+"/act", "card.signature", "s.p7s", signature, page.With("do", "approve", "comment", "改為另議")...).
		Says(t, http.StatusUnprocessableEntity, "簽章與目前要簽的內容不符", "改為另議", "儲存待簽內容（")
	deputy.SendAs(path+"/act", "card.signature", "s.p7s", signature, page.With("do", "approve", "comment", "如擬")...).
		Says(t, http.StatusOK, "同意。")
	h.As(t, "P13").Get(path).Says(t, http.StatusOK, "憑證簽章：持有人P12（憑證序號")
	h.As(t, "P13").Get(path+"/print").Says(t, http.StatusOK, "憑證簽章：持有人P12（憑證序號")
}

// By mistake he chooses a file that is no signature, or none, and then the one that he has made:
// what he signed is still what is to be signed, for nothing has changed.
func TestAWrongFileLeavesWhatWasSignedGood(t *testing.T) {
	h, card, other := webtest.OpenCertified(t)
	path := h.SendMemo(t)
	deputy := h.As(t, "P12")
	page := deputy.SendAs(path+"/act", "card.signature", "", "", deputy.Get(path).With("do", "approve", "comment", "如擬")...).Says(t, http.StatusOK, "儲存待簽內容（")
	statement, signature := signedBy(t, page, card)
	for _, wrong := range []struct{ file, content, says string }{
		{"photo.exe", "MZ", "檔案不是可讀取的簽章"}, {"", "", "請選擇簽章檔。"}, {"s.p7s", theirs(t, page, other), "登記為他人所有"},
	} {
		page = deputy.SendAs(path+"/act", "card.signature", wrong.file, wrong.content, page.With("do", "approve", "comment", "如擬")...).
			Says(t, http.StatusUnprocessableEntity, wrong.says, "儲存待簽內容（")
		if again, _ := signedBy(t, page, card); again != statement {
			t.Errorf("after %q another statement is to be signed", wrong.file)
		}
	}
	deputy.SendAs(path+"/act", "card.signature", "s.p7s", signature, page.With("do", "approve", "comment", "如擬")...).Says(t, http.StatusOK, "同意。")
}

func theirs(t *testing.T, page webtest.Reply, card *kittest.Card) string {
	t.Helper()
	_, signature := signedBy(t, page, card)
	return signature
}

// The card lies at home: with a reason the request goes on, the signature stands on his list
// as 補簽, and the record says that it is owed and when it was made up for.
func TestASignatureIsMadeUpForOnThePage(t *testing.T) {
	h, card, _ := webtest.OpenCertified(t)
	path := h.SendMemo(t)
	deputy, clerk := h.As(t, "P12"), h.As(t, "P13")
	page := deputy.Get(path)
	deputy.SendAs(path+"/act", "card.signature", "", "", page.With("do", "approve:owe", "comment", "如擬")...).
		Says(t, http.StatusUnprocessableEntity, "請說明無法使用憑證的原因。", `href="#owe-`, "如擬")
	deputy.SendAs(path+"/act", "card.signature", "", "", page.With("do", "approve:owe", "comment", "如擬", "comment.owe", "憑證未攜帶")...).
		Says(t, http.StatusOK, "同意。", "補簽（")
	clerk.Get(path).Says(t, http.StatusOK, "未使用憑證：憑證未攜帶；待補簽")
	page = deputy.Get(path).Says(t, http.StatusOK, "您核章時未使用憑證，須在結案前補簽", "補簽（憑證簽章）").Not(t, "暫不使用憑證")
	page = deputy.SendAs(path+"/act", "card.signature", "", "", page.With("do", "approve")...).Says(t, http.StatusOK, "以憑證簽章：補簽")
	statement, signature := signedBy(t, page, card)
	if !strings.Contains(statement, `"decision":{"at":`) || !strings.Contains(statement, `"comment":"如擬"`) {
		t.Errorf("to sign: %s", statement)
	}
	deputy.SendAs(path+"/act", "card.signature", "s.p7s", signature, page.With("do", "approve")...).Says(t, http.StatusOK, "補簽。")
	clerk.Get(path).Says(t, http.StatusOK, "未使用憑證：憑證未攜帶；已補簽（115.11.23", "憑證簽章：持有人P12（憑證序號").Not(t, "待補簽")
}

// Whoever owes a signature has left: the officer waives it, with a reason that stands in the
// record.
func TestAnOfficerWaivesASignatureOnThePage(t *testing.T) {
	h, _, _ := webtest.OpenCertified(t)
	path := h.SendMemo(t)
	deputy, officer := h.As(t, "P12"), h.As(t, "P04")
	deputy.SendAs(path+"/act", "card.signature", "", "", deputy.Get(path).With("do", "approve:owe", "comment.owe", "讀卡機故障")...).Says(t, http.StatusOK, "同意。")
	page := officer.Get(path).Says(t, http.StatusOK, "免予補簽")
	officer.Post(path+"/act", page.With("do", "waive", "comment", "已離職，無從補簽")...).Says(t, http.StatusOK)
	officer.Get(path).Says(t, http.StatusOK, "免予補簽：已離職，無從補簽").Not(t, "待補簽")
}

// certificateFile is a card's certificate as a file to be uploaded.
func certificateFile(card *kittest.Card) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: card.Certificate.Raw}))
}

// A head's new card is not registered: he is told where, and by which fingerprint. Whoever
// manages people registers it on his page, from the file or by what he was told, and stops it
// with a reason once it is lost; from then on nobody signs with it.
func TestAnAdministratorRegistersCertificatesOnAPersonsPage(t *testing.T) {
	h, card, other := webtest.OpenCertified(t)
	const page = "/people/P11/certificates"
	administrator := h.As(t, "P05")
	administrator.Get("/people/P11").Says(t, http.StatusOK, `href="`+page+`"`)
	own := administrator.Get(page).Says(t, http.StatusOK, "人員憑證", "尚未登記憑證。")
	clerk := h.As(t, "P13")
	clerk.Get("/people/P11").Says(t, http.StatusOK).Not(t, page)
	clerk.Get(page).Says(t, http.StatusNotFound)
	clerk.Post(page, "do", "add", "fingerprint", card.Fingerprint(), "holder", "甲").Says(t, http.StatusNotFound)

	// What the file says is read; a file that is none, and a card that is another's, are refused.
	administrator.SendAs(page, "file", "", "", own.With("do", "add", "fingerprint", "")...).Says(t, http.StatusUnprocessableEntity, "請選擇憑證檔，或填寫憑證指紋。", `href="#file"`)
	administrator.SendAs(page, "file", "photo.cer", "no certificate", own.With("do", "add", "fingerprint", "")...).Says(t, http.StatusUnprocessableEntity, "檔案不是可讀取的憑證")
	administrator.SendAs(page, "file", "other.cer", certificateFile(other), own.With("do", "add")...).Says(t, http.StatusUnprocessableEntity, "此憑證已登記為", "所有", other.Fingerprint())
	administrator.SendAs(page, "file", "", "", own.With("do", "add", "fingerprint", "78:91", "holder", "")...).Says(t, http.StatusUnprocessableEntity, `value="7891"`, "64 個小寫的十六進位字元", `href="#holder"`)

	// His old card is stopped, by its row; then it is his no more.
	his := "/people/P12/certificates"
	registered := administrator.Get(his).Says(t, http.StatusOK, "持有人P12", card.Fingerprint(), "可用以簽章")
	stop := []string{"do", "stop", "row", "P12", "revision", "1"}
	administrator.Post(his, append(stop, "reason", " ")...).Says(t, http.StatusUnprocessableEntity, "請填寫停用事由。", `href="#reason-P12"`)
	administrator.Post(page, append(stop, "reason", "卡片遺失")...).Says(t, http.StatusNotFound)
	administrator.Post(his, "do", "stop", "row", "P12", "revision", "7", "reason", "卡片遺失").Says(t, http.StatusConflict, "此憑證已由他人變更", `value="卡片遺失"`)
	administrator.Post(his, append(stop, "reason", "卡片遺失")...).Says(t, http.StatusOK, "已停用「持有人P12」的憑證。", "已停用", "卡片遺失").Not(t, "可用以簽章")
	administrator.Post(his, append(stop, "reason", "卡片遺失")...).Says(t, http.StatusConflict)

	path := h.SendMemo(t)
	deputy := h.As(t, "P12")
	sheet := deputy.SendAs(path+"/act", "card.signature", "", "", deputy.Get(path).With("do", "approve", "comment", "如擬")...).Says(t, http.StatusOK, "儲存待簽內容（")
	_, signature := signedBy(t, sheet, card)
	sheet = deputy.SendAs(path+"/act", "card.signature", "s.p7s", signature, sheet.With("do", "approve", "comment", "如擬")...).
		Says(t, http.StatusUnprocessableEntity, "在「人員與組織」您的頁面「人員憑證」登記，憑證指紋為 "+card.Fingerprint())

	// It is found again and registered anew, by the fingerprint as the message has it; twice is once.
	anew := registered.With("do", "add", "fingerprint", strings.ToUpper(card.Fingerprint()), "holder", "持有人P12")
	administrator.SendAs(his, "file", "", "", anew...).Says(t, http.StatusOK, "已登記「持有人P12」的憑證。", "可用以簽章")
	administrator.SendAs(his, "file", "", "", anew...).Says(t, http.StatusOK, "此憑證已登記為")
	deputy.SendAs(path+"/act", "card.signature", "s.p7s", signature, sheet.With("do", "approve", "comment", "如擬")...).Says(t, http.StatusOK, "同意。")

	// A card from its file, with its issuer beside it in the house's own words.
	administrator.Post("/people/P13/certificates", "do", "stop", "row", "P13", "revision", "1", "reason", "換發").Says(t, http.StatusOK, "已停用")
	administrator.SendAs(page, "file", "card.cer", string(other.Certificate.Raw), own.With("do", "add", "fingerprint", strings.Repeat("0", 64))...).
		Says(t, http.StatusUnprocessableEntity, "現已改為憑證檔的指紋", other.Fingerprint())
	administrator.SendAs(page, "file", "card.pem", certificateFile(other), own.With("do", "add")...).
		Says(t, http.StatusOK, "已登記「持有人P13」的憑證。", "測試憑證管理中心", other.Fingerprint())
}

// Where nobody signs with certificates there is no such page.
func TestWithoutCertificatesThereIsNoPageOfThem(t *testing.T) {
	h := webtest.OpenHouse(t)
	h.As(t, "P05").Get("/people/P11").Says(t, http.StatusOK).Not(t, "/certificates")
	h.As(t, "P05").Get("/people/P11/certificates").Says(t, http.StatusNotFound)
}
