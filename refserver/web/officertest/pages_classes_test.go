package officertest

import (
	"strings"
	"testing"

	"github.com/ismskit/ismskit/refserver/web/webtest"
)

// B1.1: document control adds a class of confidentiality on a page, and it is in the form by which a
// document is filed at once, in the list of documents and among the facets of the archive by its name;
// whoever may not read what has it sees none of that. A place that another class has is refused at its
// field.
func TestB1_1AClassIsAddedOnAPage(t *testing.T) {
	h := webtest.OpenHouse(t)
	controller, clerk := h.As(t, "P07"), h.As(t, "P13")
	clerk.Get("/lists/classes").Says(t, 200, "機密等級", "內部使用", "機關內人員均得查閱").Not(t, "新增機密等級")
	clerk.Get("/lists/classes/new").Says(t, 404)
	controller.Get("/documents").Says(t, 200, `href="/lists/classes"`)
	form := controller.Get("/lists/classes/new").Says(t, 200, "新增機密等級", "查閱規則", "限指定人員查閱")
	controller.Post("/lists/classes/new", form.With("name", "限閱", "name_en", "Limited", "place", "30", "readers", "named", "do", "save")...).
		Says(t, 422, `id="f-place-error"`, "順序 30 已由「密」使用")
	controller.Post("/lists/classes/new", form.With("name", "限閱", "name_en", "Limited", "place", "25", "readers", "named", "do", "save")...).
		Says(t, 200, "已新增。", "限閱")
	list := controller.Get("/lists/classes").Says(t, 200, "順序 25　限指定人員查閱").Text
	if at := strings.Index(list, ">限閱<"); at < strings.Index(list, ">內部使用<") || at > strings.Index(list, ">密<") {
		t.Error("it does not stand in its place")
	}

	filing := controller.Get("/documents/new").Says(t, 200, ">限閱</option>")
	controller.Send("/documents/new", "a.md", "# 弱點說明書\n\n## 壹、目的\n\n弱點。\n", filing.With("number", "IS-03-097", "title", "弱點清查說明書", "level", "3", "class", optionOf(filing.Text, "限閱"), "version", "1.0", "issued", "115/11/23",
		"approval_way", "register", "approval_no", "晴民資字第 1150011201 號", "approver", "資通安全長", "approved", "115/11/20")...).
		Says(t, 200, "IS-03-097", `cls--secret">限閱<`)
	controller.Get("/documents?tab=3").Says(t, 200, "IS-03-097", ">限閱<")
	controller.Get("/records?q=IS-03-097").Says(t, 200, "限閱")
	for _, path := range []string{"/documents?tab=3", "/records", "/records?q=IS-03-097", "/documents"} {
		clerk.Get(path).Says(t, 200).Not(t, "弱點清查說明書", "限閱")
	}
}

// optionOf is the value of the option that is called so.
func optionOf(page, name string) string {
	before, _, _ := strings.Cut(page, ">"+name+"</option>")
	value := before[strings.LastIndex(before, `<option value="`)+len(`<option value="`):]
	value, _, _ = strings.Cut(value, `"`)
	return value
}
