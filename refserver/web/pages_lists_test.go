package web_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/refserver/web/webtest"
)

// Units, posts, people and systems are entered on pages by those who may; what is wrong is
// said at the field, and a page sent twice adds one row.
func TestTheHouseIsEnteredOnPages(t *testing.T) {
	h := webtest.OpenHouse(t)
	admin, clerk := h.As(t, "P05"), h.As(t, "P13")
	clerk.Get("/lists/units").Says(t, 200, "戶政科", "晴海市政府民政局").Not(t, "新增單位")
	clerk.Get("/lists/posts?q=科長").Says(t, 200, "邱柏叡")
	clerk.Get("/people").Says(t, 200).Not(t, "新增人員")
	clerk.Get("/systems").Says(t, 200).Not(t, "新增應用系統")
	clerk.Get("/lists/units/new").Says(t, 404)
	clerk.Post("/lists/units/new", "id", "U77", "name", "機要室", "kind", "unit", "do", "save").Says(t, 404)
	admin.Get("/lists/roles/new").Says(t, 404) // has pages of its own
	admin.Get("/lists/nothing").Says(t, 404)
	admin.Post("/lists/units/new", "id", "../x", "do", "save").Says(t, 400)

	form := admin.Get("/lists/units/new").Says(t, 200, "新增單位", "上級單位")
	admin.Post("/lists/units/new", form.With("name", "", "kind", "unit", "from", "115.13.40", "do", "save")...).
		Says(t, 422, `id="f-name-error"`, `id="f-from-error"`, `value="115.13.40"`)
	fields := form.With("name", "機要室", "kind", "unit", "do", "save")
	admin.Post("/lists/units/new", fields...).Says(t, 200, "已新增。", "機要室", "編輯")
	again := admin.Post("/lists/units/new", fields...).Says(t, 409, "送出前已有其他人變更", "編輯「機要室」")
	to := regexp.MustCompile(`action="(/lists/units/[^"]+/edit)"`).FindStringSubmatch(again.Text)[1]
	admin.Post(to, append(set(posted(again.Text), "short", "機要"), "do", "save")...).Says(t, 200, "已儲存。", "機要")
	if n := strings.Count(admin.Get("/lists/units").Text, ">機要室</a>"); n != 1 {
		t.Errorf("it is there %d times", n)
	}

	person := admin.Get("/lists/people/new?unit=U06").Says(t, 200, "新增人員")
	page := admin.Post("/lists/people/new", person.With("name", "魏若晴", "login", "qh150099", "do", "save")...).Says(t, 200, "已新增。", "魏若晴", "登入帳號", "編輯人員資料")
	admin.Get("/lists"+page.At()+"/edit").Says(t, 200, `value="qh150099"`)
	admin.Get("/lists/systems").Says(t, 200, "公文系統", "新增應用系統")
	admin.Get("/").Says(t, 200).Not(t, "開始使用") // nothing is missing here
}
