package web_test

import (
	"encoding/base64"
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
