package officertest

import (
	"testing"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/refserver/web/webtest"
)

// Whether documents change by sign-off alone the administrator sets on a page, with a reason; from then on
// the controller is offered no filing by hand, and still looks after numbering and classes.
func TestAHouseSaysOnAPageThatItsDocumentsAreSigned(t *testing.T) {
	h := webtest.OpenHouse(t)
	admin, controller, clerk := h.As(t, "P05"), h.As(t, "P07"), h.As(t, "P13")
	page := "/lists/" + register.Settings + "/" + ismskit.SettingSigned
	controller.Get("/documents").Says(t, 200, "/documents/new", "/lists/document_numbers", "/lists/classes")
	clerk.Get("/documents").Not(t, page)
	clerk.Get("/people").Says(t, 200, "/lists/groups").Not(t, "/lists/settings")
	for _, at := range []string{"/lists/settings", page, page + "/edit"} {
		clerk.Get(at).Says(t, 404)
	}
	admin.Get("/people").Says(t, 200, "/lists/settings")
	admin.Get("/documents").Says(t, 200, page, "制修廢方式")
	admin.Get("/lists/settings").Says(t, 200, "文件制修廢一律經簽核").Not(t, "/lists/settings/new")
	admin.Get("/lists/settings/new").Says(t, 404) // each is known by its id
	form, ok := admin.Get(page+"/edit").Says(t, 200, "文件制修廢一律經簽核").Form(t, "save")
	if !ok {
		t.Fatal("there is no form")
	}
	admin.Post(form.Action, form.With("value", "是", "reason", "自 116 年起一律簽核")...).Says(t, 200, "自 116 年起一律簽核")
	controller.Get("/documents").Says(t, 200, "/lists/document_numbers", "/lists/classes").Not(t, `href="/documents/new"`)
	controller.Get("/documents/IS-02-008").Says(t, 200).Not(t, "登錄新版次", "逕行登錄廢止")
}

// Rules for numbers are told apart in their list: by level, and by when they hold.
func TestNumberingRulesAreToldApart(t *testing.T) {
	h := webtest.OpenHouse(t)
	controller := h.As(t, "P07")
	const list = "/lists/document_numbers"
	controller.Get(list).Says(t, 200, "目前沒有資料。").Not(t, "查無資料")
	for _, period := range []struct{ from, to string }{{"115.11.21", ""}, {"115.1.1", "115.11.20"}} {
		form, ok := controller.Get(list+"/new").Form(t, "save")
		if !ok {
			t.Fatal("there is no form")
		}
		controller.Post(form.Action, form.With("pattern", "S3-{n:3}", "level", "level_3", "from", period.from, "to", period.to, "reason", "編號原則")...).Says(t, 200, "S3-{n:3}")
	}
	controller.Get(list).Says(t, 200, "三階　自 115.11.21 起", "115.11.20　已失效")
	controller.Get(list+"?q=ZZ").Says(t, 200, "查無資料。")
}

// A list is found under the page that it belongs to.
func TestAListIsUnderThePageThatItBelongsTo(t *testing.T) {
	h := webtest.OpenHouse(t)
	controller := h.As(t, "P07")
	for list, home := range map[string]string{
		"distributions": `<a href="/documents">ISMS 文件</a>`, "document_numbers": `<a href="/documents">ISMS 文件</a>`, "classes": `<a href="/documents">ISMS 文件</a>`,
		"categories": `<a href="/records">作業紀錄</a>`, "retention_rules": `<a href="/records/retention">`, "legal_holds": `<a href="/records/retention">`,
		"units": `<a href="/people">人員與組織</a>`, "groups": `<a href="/people">人員與組織</a>`,
	} {
		controller.Get("/lists/"+list).Says(t, 200, `<ol class="where"><li>`+home)
	}
}
