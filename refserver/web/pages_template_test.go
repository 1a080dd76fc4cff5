package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/refserver/web/webtest"
)

// A form whose number no document of the house bears is a template, and so it is called
// beside its number: on the list, on the form, on the case and on paper. From the day on
// which the house has issued it nothing says so any more, but for what was sent before.
func TestAFormThatTheHouseHasNotIssuedIsATemplate(t *testing.T) {
	h := webtest.OpenHouseWith(t, func(c *ismskit.Config) {
		form := purchase(t)
		form.FormNo, form.Edition = "IS-04-099", "1.4"
		c.Types = append(c.Types, form)
	})
	clerk := h.As(t, "P13")
	fill := func(from webtest.Reply, do string) []string {
		return from.With("subject", "採購掃描服務", "chosen.review.0.find", "江志恆", "do", do)
	}
	form := clerk.Get("/apply/purchase").Says(t, http.StatusOK, "<dd>IS-04-099（範本，本機關尚未發行）</dd>")
	clerk.Get("/apply").Says(t, http.StatusOK, `IS-04-099<span class="list__sub">範本，本機關尚未發行</span>`).Not(t, "均為現行版")
	blank := clerk.Get("/apply/purchase/blank?as=file").Says(t, http.StatusOK, "表單範本：IS-04-099　1.4 版，本機關尚未發行")
	if name := blank.Header.Get("Content-Disposition"); !strings.Contains(name, url.PathEscape("1.4（範本）")) {
		t.Errorf("the blank is called %s", name)
	}
	sent := clerk.Post("/apply/purchase", fill(form, "submit")...)
	sent.Says(t, http.StatusOK, "陳核中", "IS-04-099 1.4 版（範本，送出時本機關尚未發行）")
	clerk.Get(sent.At()+"/print?as=file").Says(t, http.StatusOK, "表單範本：IS-04-099　1.4 版，送出時本機關尚未發行")
	clerk.Get(sent.At()+"?lang=en").Says(t, http.StatusOK, "(template, not issued by this organisation when it was sent)")
	clerk.Get("/apply/purchase?lang=en").Says(t, http.StatusOK, "IS-04-099 (template, not issued by this organisation yet)")
	clerk.Get("/apply?lang=zh-TW")
	draft := clerk.Post("/apply/purchase", fill(form, "save")...).Says(t, http.StatusOK, "IS-04-099（範本，本機關尚未發行）")
	clerk.Get(strings.TrimSuffix(draft.At(), "/edit")).Says(t, http.StatusOK, "IS-04-099 1.4 版（範本，本機關尚未發行）")

	controller := h.As(t, "P07")
	controller.Send("/documents/new", "請購單.md", "# 請購單\n\n## 壹、目的\n\n請購。\n", controller.Get("/documents/new").With("number", "IS-04-099", "title", "請購單", "level", "4", "class", "internal", "owner", "資訊室",
		"version", "1.4", "issued", "1151201", "approval_way", "register", "approval_no", "晴民資字第 1150011201 號", "approved", "1151120", "approver", "資通安全長", "description", "新訂")...).Says(t, http.StatusOK, "IS-04-099")
	clerk.Get("/apply/purchase").Says(t, http.StatusOK, "（範本，本機關尚未發行）") // its day has not come
	h.Until(t, webtest.Morning.Add(8*24*time.Hour))
	clerk.Get("/apply/purchase").Says(t, http.StatusOK, ">IS-04-099</a></dd>").Not(t, "尚未發行")
	clerk.Get("/apply").Says(t, http.StatusOK, "均為現行版").Not(t, "尚未發行")
	clerk.Get("/apply/purchase/blank?as=file").Says(t, http.StatusOK, "表單編號：IS-04-099").Not(t, "尚未發行")
	clerk.Get(sent.At()).Says(t, http.StatusOK, "（範本，送出時本機關尚未發行）")
	clerk.Get(draft.At()).Says(t, http.StatusOK).Not(t, "尚未發行")
	clerk.Post(draft.At(), fill(clerk.Get(draft.At()), "submit")...).Says(t, http.StatusOK, "陳核中", "IS-04-099 1.4 版").Not(t, "尚未發行")

	// What was issued once is no template when it is retired: its day and edition were the house's own.
	clerk.Get("/apply/account_request").Says(t, http.StatusOK, "<dd>1.4（114.05.26）</dd>").Not(t, "尚未發行")
	clerk.Get(h.Apply(t)).Says(t, http.StatusOK, "IS-04-012 1.4 版").Not(t, "尚未發行")
}
