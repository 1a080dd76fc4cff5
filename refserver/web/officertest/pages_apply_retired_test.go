package officertest

import (
	"strings"
	"testing"

	"github.com/ismskit/ismskit/refserver/web/webtest"
)

// A form that was abolished is filled in no more, and one whose version was stopped does not pass for the one
// in force: the clerk is told before he fills it in.
func TestAFormThatWasRetiredIsNotFilledIn(t *testing.T) {
	h := webtest.OpenHouse(t)
	controller, clerk := h.As(t, "P07"), h.As(t, "P13")
	const at = "/documents/IS-04-012"
	clerk.Get("/apply").Says(t, 200, "均為現行版")
	page := controller.Get(at + "/end?as=stop")
	controller.Post(at+"/end?as=stop", page.With("reason", "誤發")...).Says(t, 200, "已停止適用")
	clerk.Get("/apply").Says(t, 200, "線上表單未同步").Not(t, "均為現行版")
	filled := clerk.Get("/apply/account_request").With(webtest.OneLine("do", "submit")...)
	draft := clerk.Post("/apply/account_request", clerk.Get("/apply/account_request").With(webtest.OneLine("do", "save")...)...).Says(t, 200).At() // it is not abolished

	page = controller.Get(at + "/correct")
	controller.Post(at+"/correct", page.With("number", "IS-04-112", "number_anyway", "1", "reason", "更正編號")...).Says(t, 200, "IS-04-112")
	page = controller.Get(at + "/end?as=retire")
	controller.Post(at+"/end?as=retire", page.With("reason", "改用他表")...).Says(t, 200, "本文件已廢止")
	const why = "本表單（IS-04-012）已於 115.11.23 廢止，無法再提出新案"
	clerk.Get("/apply").Says(t, 200, why).Not(t, "均為現行版").Not(t, "/apply/account_request/blank")
	clerk.Get("/apply/account_request/blank").Says(t, 409, why)
	form := clerk.Get("/apply/account_request")
	if !strings.Contains(form.Text, why) {
		t.Errorf("the form says nothing of it: %s", form.At())
	}
	clerk.Post("/apply/account_request", filled...).Says(t, 409, why) // filled in before
	clerk.Post(draft, clerk.Get(draft).With("do", "submit")...).Says(t, 409, why)
	// Whoever was told by word of mouth before that day to go ahead has yet to write it.
	owed := []string{"emergency", "true", "oral_approver.find", "邱柏叡", "oral_at", "115.11.23 08:00", "done_at", "115.11.23 08:30", "late_reason", "系統停機"}
	clerk.Post("/apply/account_request", form.With(append(webtest.OneLine("do", "submit"), owed...)...)...).Says(t, 200, "IS-04-012-115-")
}
