package web_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/refserver/web/webtest"
)

// A head who returns a paper, and fills in nothing on it, hands in files with his reason: several,
// one of which he takes out again, and none is lost while something else is to be mended. The
// applicant answers with files of his own. Whoever reads the case fetches them.
func TestFilesComeWithAnOpinionOnThePage(t *testing.T) {
	h := openVersatile(t)
	path := sendVersatile(t, h)
	boss, who := h.As(t, head), h.As(t, clerk)
	press := func(by *webtest.Caller, page webtest.Reply, do string, files []webtest.File, fields ...string) webtest.Reply {
		t.Helper()
		form, there := page.Form(t, do)
		if !there {
			t.Fatalf("no button %s", do)
		}
		return by.SendAll(form.Action, "attached.file", files, form.With(fields...)...)
	}
	page := boss.Get(path).Says(t, http.StatusOK, "附上檔案", "可查閱本案者均可下載。一次最多 10 個檔案", `name="attached.file" multiple`)
	page = press(boss, page, "upload:attached", []webtest.File{{Name: "查核.txt", Content: "查核紀錄"}, {Name: "誤附.txt", Content: "別的案件"}}, "comment", "查核如附").
		Says(t, http.StatusOK, "查核.txt", "誤附.txt", "查核如附")
	page = press(boss, page, "remove-part:attached.1", nil).Says(t, http.StatusOK, "查核.txt", "查核如附").Not(t, "誤附.txt")

	// No reason, then a file of a kind that is not taken: what he has stays.
	page = press(boss, page, "return", []webtest.File{{Name: "報價格式.txt", Content: "報價單格式"}}, "comment", "").
		Says(t, http.StatusUnprocessableEntity, "請填寫", "查核.txt", "報價格式.txt")
	page = press(boss, page, "return", []webtest.File{{Name: "setup.exe", Content: "MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff"}}, "comment", "請依格式報價").
		Says(t, http.StatusUnprocessableEntity, "setup.exe", "查核.txt", "報價格式.txt", "請依格式報價", `href="#f-attached-t1"`)
	press(boss, page, "return", nil).Says(t, http.StatusOK, "退回。")
	h.Settle(t)

	page = who.Get(path).Says(t, http.StatusOK, "附件：查核.txt（12 B）、報價格式.txt（15 B）", "隨意見附上").Not(t, "setup.exe", "誤附.txt")
	link := regexp.MustCompile(`href="(/cases/[^"]*/files/[0-9a-f]{64})" download>報價格式.txt`).FindStringSubmatch(page.Text)
	if link == nil {
		t.Fatal("no link to the file")
	}
	if got := who.Get(link[1]); got.StatusCode != http.StatusOK || got.Text != "報價單格式" {
		t.Errorf("fetched %d %q", got.StatusCode, got.Text)
	}
	h.As(t, stranger).Get(link[1]).Says(t, http.StatusNotFound)

	// A remark: the files stay where nothing is said yet.
	page = press(who, page, "comment", []webtest.File{{Name: "報價.txt", Content: "十萬元"}, {Name: "型錄.txt", Content: "型錄"}}, "comment", "").
		Says(t, http.StatusUnprocessableEntity, "請填寫", "報價.txt", "型錄.txt")
	page = press(who, page, "upload:attached", []webtest.File{{Name: "保固.txt", Content: "三年"}}, "comment", "報價").Says(t, http.StatusOK, "報價.txt", "型錄.txt", "保固.txt", ">報價</textarea>")
	press(who, page, "comment", nil, "comment", "報價如附").Says(t, http.StatusOK, "附註意見。", "附件：報價.txt（9 B）、型錄.txt（6 B）、保固.txt（6 B）")
	if trail := h.Trail(t, path); len(trail[len(trail)-1].Attached) != 3 {
		t.Errorf("on the record: %+v", trail[len(trail)-1].Attached)
	}
	who.Get(path+"/print").Says(t, http.StatusOK, "附件：報價.txt（9 B）")
	if en := who.Get(path + "?lang=en"); !strings.Contains(en.Text, "Attached: 報價.txt (9 B)") && !strings.Contains(en.Text, "Attached: <") {
		t.Error("not in English")
	}
}

// What was attached for a decision is not lost where somebody is asked first, nor where the case
// has changed meanwhile.
func TestFilesStayWhileSomethingElseIsDone(t *testing.T) {
	h := openVersatile(t)
	path := sendVersatile(t, h)
	boss := h.As(t, head)
	form, _ := boss.Get(path).Form(t, "add_after")
	page := boss.SendAs(form.Action, "attached.file", "查核.txt", "查核紀錄", form.With("*-add_after.0.find", "賴思妤")...).Says(t, http.StatusOK, "我簽後再送他人。", "查核.txt")
	h.As(t, clerk).Post(path+"/act", "token", "c1", "do", "comment", "comment", "報價後補").Says(t, http.StatusOK)
	form, _ = page.Form(t, "approve")
	page = boss.SendAll(form.Action, "attached.file", nil, form.With()...).Says(t, http.StatusConflict, "報價後補", "查核.txt")
	form, _ = page.Form(t, "approve")
	boss.SendAll(form.Action, "attached.file", nil, form.With()...).Says(t, http.StatusOK, "同意。")
	h.As(t, reader).Get(path).Says(t, http.StatusOK, "附件：查核.txt（12 B）")
}

// 暫存: what was attached is kept with the rest of a task, and stands there when it is opened again.
func TestFilesAreKeptWithWhatIsHeld(t *testing.T) {
	typ, err := ismskit.ParseType([]byte(strings.Replace(versatile, `"return_to":["applicant"],`, `"return_to":["applicant"],"edit":["subject"],`, 1)))
	if err != nil {
		t.Fatal(err)
	}
	_, verifier := webtest.Issuer(t)
	h := webtest.OpenHouseWith(t, func(c *ismskit.Config) { c.Certificates, c.Types = verifier, append(c.Types, typ) })
	path := sendVersatile(t, h)
	boss := h.As(t, head)
	form, there := boss.Get(path).Form(t, "hold")
	if !there {
		t.Fatal("nothing can be kept")
	}
	boss.SendAs(form.Action, "attached.file", "查核.txt", "查核紀錄", form.With("comment", "待查")...).Says(t, http.StatusOK, "查核.txt", "待查")
	page := boss.Get(path).Says(t, http.StatusOK, "查核.txt", "待查")
	form, _ = page.Form(t, "approve")
	boss.SendAll(form.Action, "attached.file", nil, form.With()...).Says(t, http.StatusOK, "同意。")
	h.As(t, reader).Get(path).Says(t, http.StatusOK, "附件：查核.txt（12 B）")
}
