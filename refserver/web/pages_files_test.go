package web_test

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/refserver/web/webtest"
)

func TestAFileGoesWithTheFormAndComesBackSafely(t *testing.T) {
	h := webtest.OpenHouse(t)
	clerk := h.As(t, "P13")
	form := clerk.Get("/apply/account_request")
	form.Says(t, http.StatusOK, "可附 PDF", "每檔上限 10 MB。") // before a larger one has been chosen
	fields := form.With("subject", "附檔", "do", "upload")
	r := clerk.SendAs("/apply/account_request", "attachments.file", "職務調整通知.pdf", "%PDF-1.7\n1 0 obj\n\n%%EOF", fields...)
	r.Says(t, http.StatusOK, "職務調整通知.pdf", "移除")
	kept := regexp.MustCompile(`name="(attachments\.0\.\w+)" value="([^"]*)"`).FindAllStringSubmatch(r.Text, -1)
	var more []string
	digest := ""
	for _, m := range kept {
		more = append(more, m[1], m[2])
		if strings.HasSuffix(m[1], ".digest") {
			digest = m[2]
		}
	}
	path := h.Apply(t, more...)
	file := clerk.Get(path + "/files/" + digest)
	file.Says(t, http.StatusOK, "%PDF-1.7")
	for name, want := range map[string]string{"Content-Type": "application/octet-stream", "X-Content-Type-Options": "nosniff"} {
		if got := file.Header.Get(name); got != want {
			t.Errorf("%s: %s", name, got)
		}
	}
	if d := file.Header.Get("Content-Disposition"); !strings.HasPrefix(d, "attachment;") || !strings.Contains(d, url.PathEscape("職務調整通知.pdf")) {
		t.Error(d)
	}
}

// A file whose end is missing is refused at its field, wherever files are taken, and
// nothing that was typed is lost.
func TestAFileWithoutItsEndIsRefusedAtItsField(t *testing.T) {
	h := webtest.OpenHouse(t)
	clerk := h.As(t, "P13")
	const cut, said = "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "「畫面.png」不完整，檔案結尾缺漏，可能未存完或未下載完，未予收存；請重新存檔或下載後重新附上。"
	typed := clerk.Get("/apply/account_request").With("subject", "附檔", "do", "upload:attachments")
	clerk.SendAs("/apply/account_request", "attachments.file", "畫面.png", cut, typed...).
		Says(t, http.StatusOK, `id="f-attachments-error">`+said, `value="附檔"`).Not(t, "attachments.0.digest")
	controller := h.As(t, "P07")
	controller.Send("/documents/IS-02-008/file", "程序書.docx", "PK\x03\x04\x14\x00", controller.Get("/documents/IS-02-008/file").With("class", "internal", "description", "增列遠距辦公")...).
		Says(t, http.StatusUnprocessableEntity, `id="file-error">「程序書.docx」不完整`, `value="增列遠距辦公"`)
}

// A file that is a trap for whoever opens it, or opens with a password, is refused at its field with what
// to do about it, wherever files are taken, and nothing that was typed is lost.
func TestATrapIsRefusedAtItsField(t *testing.T) {
	h := webtest.OpenHouse(t)
	clerk, controller := h.As(t, "P13"), h.As(t, "P07")
	plain := word(t, "壹、目的")
	for said, content := range map[string]string{
		"「說明.docx」設有開啟密碼":            locked(plain),
		"「說明.docx」內部的 XML 宣告會自訂內容展開": packed(t, "[Content_Types].xml", wordTypes, "_rels/.rels", wordRoot, "word/document.xml", `<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>`),
		"「說明.docx」解壓縮後遠大於檔案本身":       swollen(t),
	} {
		typed := clerk.Get("/apply/account_request").With("subject", "附檔", "do", "upload:attachments")
		clerk.SendAs("/apply/account_request", "attachments.file", "說明.docx", content, typed...).
			Says(t, http.StatusOK, `id="f-attachments-error">`+said, `value="附檔"`).Not(t, "attachments.0.digest")
		controller.Send("/documents/IS-02-008/file", "說明.docx", content, controller.Get("/documents/IS-02-008/file").With("class", "internal", "description", "增列遠距辦公")...).
			Says(t, http.StatusUnprocessableEntity, `id="file-error">`+said, `value="增列遠距辦公"`)
	}
	typed := clerk.Get("/apply/account_request").With("subject", "附檔", "do", "upload:attachments")
	clerk.SendAs("/apply/account_request", "attachments.file", "說明.docx", plain, typed...).Says(t, http.StatusOK, "attachments.0.digest").Not(t, "f-attachments-error")
}

// locked is a ZIP that says of each of its parts that it opens with a password.
func locked(zipped string) string {
	b := []byte(zipped)
	for _, head := range []struct {
		sign string
		flag int
	}{{"PK\x03\x04", 6}, {"PK\x01\x02", 8}} {
		for at := 0; ; at++ {
			next := bytes.Index(b[at:], []byte(head.sign))
			if next < 0 {
				break
			}
			at += next
			b[at+head.flag] |= 1
		}
	}
	return string(b)
}

// swollen is a Word file whose text says of itself that it is far larger than it could be.
func swollen(t *testing.T) string {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	types, err := z.Create("[Content_Types].xml")
	if err == nil {
		_, err = types.Write([]byte(wordTypes))
	}
	if err != nil {
		t.Fatal(err)
	}
	text, err := z.CreateRaw(&zip.FileHeader{Name: "word/document.xml", Method: zip.Deflate, UncompressedSize64: 600 << 20, CompressedSize64: 4})
	if err == nil {
		_, err = text.Write([]byte("\x03\x00\x00\x00"))
	}
	if err = errors.Join(err, z.Close()); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// Beside an attached file stands whether the case is found by what it says, or why it is not, as soon
// as that is known; that the program has still to read it is no matter of who reads the case.
func TestBesideAFileStandsWhetherItsContentIsFound(t *testing.T) {
	h := webtest.OpenHouse(t)
	clerk := h.As(t, "P13")
	const at = "/apply/account_request"
	var more []string
	for _, f := range [][2]string{{"通知.txt", "匣式磁帶須存放於異地"}, {"掃描.pdf", "%PDF-1.7\n1 0 obj\n\n%%EOF"}} {
		fields := append(clerk.Get(at).With(append(webtest.OneLine("subject", "附檔"), "do", "upload:attachments")...), more...)
		form := clerk.SendAs(at, "attachments.file", f[0], f[1], fields...)
		more = nil
		for _, m := range regexp.MustCompile(`name="(attachments\.\d\.\w+)" value="([^"]*)"`).FindAllStringSubmatch(form.Text, -1) {
			more = append(more, m[1], m[2])
		}
	}
	path := h.Apply(t, more...)
	clerk.Get(path).Says(t, http.StatusOK, "通知.txt").Not(t, "擷取文字", "內容已可搜尋")
	h.Settle(t)
	clerk.Get(path).Says(t, http.StatusOK, "，內容已可搜尋", "，無法擷取文字：檔案損毀或格式不符").Not(t, "等待擷取文字")
	clerk.Get("/records?q="+url.QueryEscape("磁帶")).Says(t, http.StatusOK, strings.TrimPrefix(path, "/cases/"))
}

// scanner is away or finds one file bad, as it is told.
type scanner struct{ away atomic.Bool }

func (s *scanner) Scan(_ context.Context, r io.Reader) (string, error) {
	if s.away.Load() {
		return "", errors.New("connection refused")
	}
	b, err := io.ReadAll(r)
	if strings.Contains(string(b), "EICAR") {
		return "Win.Test.EICAR_HDB-1", err
	}
	return "", err
}

// While the virus scanner is away no file is kept; the field says so, nothing that was
// typed is lost, and the same file is taken once it is back.
func TestAFileThatNobodyScannedIsNotKept(t *testing.T) {
	s := &scanner{}
	h := webtest.OpenHouseWith(t, func(c *ismskit.Config) { c.Scanner = s })
	s.away.Store(true)
	clerk := h.As(t, "P13")
	const at, said = "/apply/account_request", `id="f-attachments-error">「通知.txt」無法完成防毒檢查，未予收存；請稍後重新附上，如持續發生，請洽系統管理員。`
	typed := clerk.Get(at).With(append(webtest.OneLine("subject", "附檔"), "do", "upload:attachments")...)
	page := clerk.SendAs(at, "attachments.file", "通知.txt", "請假", typed...).Says(t, http.StatusOK, said, `value="附檔"`).Not(t, "attachments.0.digest")
	clerk.Post(at, page.With(append(webtest.OneLine("subject", "附檔"), "do", "check")...)...).Says(t, http.StatusOK, said, `value="附檔"`)
	controller := h.As(t, "P07")
	controller.Send("/documents/IS-02-008/file", "程序書.txt", "增列", controller.Get("/documents/IS-02-008/file").With("class", "internal", "description", "增列遠距辦公")...).
		Says(t, http.StatusUnprocessableEntity, `id="file-error">「程序書.txt」無法完成防毒檢查`, `value="增列遠距辦公"`)
	s.away.Store(false)
	clerk.SendAs(at, "attachments.file", "通知.txt", "請假", typed...).Says(t, http.StatusOK, "attachments.0.digest").Not(t, "f-attachments-error")
	clerk.SendAs(at, "attachments.file", "病毒.txt", "EICAR", typed...).Says(t, http.StatusOK, `id="f-attachments-error">「病毒.txt」未通過檢查`).Not(t, "attachments.0.digest")
}

// Of a file that was refused every later answer says that it is not there, whatever was
// done in between and whichever request brought it, and so does the first try to keep or
// send the form; the second goes through.
func TestARefusedFileIsNotForgotten(t *testing.T) {
	h := webtest.OpenHouse(t)
	clerk := h.As(t, "P13")
	const cut, said = "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", `id="f-attachments-error">「畫面.png」不完整`
	at := "/apply/account_request"
	filled := func(from webtest.Reply, do string) []string {
		return from.With(append(webtest.OneLine("subject", "附檔"), "do", do)...)
	}
	page := clerk.SendAs(at, "attachments.file", "畫面.png", cut, filled(clerk.Get(at), "upload:attachments")...).Says(t, http.StatusOK, said)
	for _, do := range []string{"check", "add-row:lines", "remove-row:lines.2", "refresh"} {
		page = clerk.Post(at, filled(page, do)...).Says(t, http.StatusOK, said)
	}
	for _, do := range []string{"submit", "save"} {
		refused := clerk.Post(at, filled(page, do)...).Says(t, http.StatusUnprocessableEntity, said, `<li><a href="#f-attachments">`)
		if done := clerk.Post(at, filled(refused, do)...); done.StatusCode != http.StatusOK || strings.Contains(done.Text, "畫面.png") {
			t.Errorf("%s once more: %d", do, done.StatusCode)
		}
	}
	clerk.SendAs(at, "attachments.file", "通知.pdf", "%PDF-1.7 1\n%%EOF", filled(page, "upload:attachments")...).Says(t, http.StatusOK, "通知.pdf").Not(t, "畫面.png")
	clerk.SendAs(at, "attachments.file", "安裝程式.exe", "MZ\x90", filled(clerk.Get(at), "autosave")...).Says(t, http.StatusOK, "暫存", "「安裝程式.exe」不是可接受的檔案種類")
	kept := clerk.SendAs(at, "attachments.file", "安裝程式.exe", "MZ\x90", filled(clerk.Get(at), "save")...)
	kept.Says(t, http.StatusUnprocessableEntity, "「安裝程式.exe」不是可接受的檔案種類")
	action := regexp.MustCompile(`data-action="(/cases/[^"]+/edit)"`).FindStringSubmatch(kept.Text)
	if action == nil {
		t.Fatal("the draft was not kept")
	}
	kept.Says(t, http.StatusUnprocessableEntity, `data-here="`+action[1]+`"`, action[1]+"?lang=en")
}

// What a page says it carries of refused files is taken at controls of the form alone, and
// no more of it than a form tells faults at once; what cannot be read is no page's of ours.
func TestCarriedFilesAreBounded(t *testing.T) {
	h := webtest.OpenHouse(t)
	clerk := h.As(t, "P13")
	const at = "/apply/account_request"
	page := clerk.Get(at)
	carry := func(control string, many int) webtest.Reply {
		fields := page.With("do", "check")
		for range many {
			fields = append(fields, "refused", `{"at":"`+control+`","why":"incomplete","file":{"name":"畫面.png"}}`)
		}
		return clerk.Post(at, fields...)
	}
	for _, c := range []struct {
		control    string
		many, kept int
	}{{"attachments", 2, 2}, {"attachments", forms.MaxFaults + 1, forms.MaxFaults}, {"subject", 1, 0}, {"nothing", 1, 0}} {
		got := carry(c.control, c.many).Says(t, http.StatusOK)
		if kept := strings.Count(got.Text, `name="refused"`); kept != c.kept {
			t.Errorf("%d at %s: %d are carried on, want %d", c.many, c.control, kept, c.kept)
		}
	}
	clerk.Post(at, page.With("do", "check", "refused", "nonsense")...).Says(t, http.StatusBadRequest)
}

// 「上傳」 without a file, and an empty file, say at the field what to do; nothing that
// was typed is lost.
func TestUploadingNothingSaysSo(t *testing.T) {
	h := webtest.OpenHouse(t)
	clerk := h.As(t, "P13")
	form := clerk.Get("/apply/account_request")
	form.Says(t, http.StatusOK, `value="upload:attachments"`)
	typed := form.With("subject", "附檔", "do", "upload:attachments")
	clerk.Post("/apply/account_request", typed...).Says(t, http.StatusOK, `id="f-attachments-error">請先選擇檔案，再按「上傳」。`, `value="附檔"`)
	clerk.SendAs("/apply/account_request", "attachments.file", "", "", typed...).Says(t, http.StatusOK, `id="f-attachments-error">請先選擇檔案，再按「上傳」。`)
	clerk.SendAs("/apply/account_request", "attachments.file", "空白.pdf", "", typed...).Says(t, http.StatusOK, "「空白.pdf」是空白檔案，請重新附上。", `value="附檔"`).Not(t, "請先選擇檔案")
	clerk.SendAs("/apply/account_request", "attachments.file", "通知.pdf", "%PDF-1.7 1\n%%EOF", typed...).Says(t, http.StatusOK, "通知.pdf", "移除").Not(t, "請先選擇檔案")

	row := h.LinkTo(t, "P06", "調任收發窗口")
	admin := h.As(t, "P06")
	page := admin.Get(row)
	admin.Post(row+"/act", page.With("fields", "given_account,result_note,proof", "result_note", "已建立", "do", "upload:proof")...).
		Says(t, http.StatusOK, `id="f-proof-error">請先選擇檔案，再按「上傳」。`, `value="已建立"`)
}
