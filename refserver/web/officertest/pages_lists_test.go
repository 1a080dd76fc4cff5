package officertest

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
	admin.Post("/lists/units/new", fields...).Says(t, 200, "已新增。", "機要室") // a double click
	again := admin.Post("/lists/units/new", form.With("name", "機要室", "kind", "unit", "short", "秘", "do", "save")...).Says(t, 409, "送出前已有其他人變更", "編輯「機要室」")
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

// U2: whoever enters the end of a unit is shown first what moves with it; what was shown is
// saved with the second press, and what stays to be done by hand is linked.
func TestAUnitThatEndsShowsWhatMoves(t *testing.T) {
	h := webtest.OpenHouse(t)
	admin, clerk := h.As(t, "P05"), h.As(t, "P13")
	clerk.Get("/lists/units/U06/edit").Says(t, 404)
	form := admin.Get("/lists/units/U06/edit").Says(t, 200, "預覽移轉").Not(t, `id="moves"`)
	send := func(from webtest.Reply, to, do string, more ...string) webtest.Reply {
		t.Helper()
		return admin.Post("/lists/units/U06/edit", append(set(posted(from.Text), "to", to), append(more, "do", do)...)...)
	}
	send(form, "115.12.31", "preview").
		Says(t, 200, `id="moves"`, "「戶政科」於 115年12月31日 後停用，將移轉：", "人員 ", " 人", "尚未填寫承接單位。", "不會自動移轉，請逐筆改列", `href="/lists/posts/T15"`, `value="115.12.31"`).
		Not(t, "尚未儲存。")
	send(form, "115.12.31", "preview", "successors", "U06").Says(t, 200, "即為本單位")
	asked := send(form, "115.12.31", "save", "successors", "U03").
		Says(t, 200, "尚未儲存。請先確認下列移轉內容", `name="seen" value="20261231 U03"`).Not(t, "尚未填寫承接單位。")
	admin.Get("/lists/units/U06").Says(t, 200).Not(t, "115.12.31")
	send(asked, "116.01.31", "save").Says(t, 200, "尚未儲存。", "116年1月31日") // another day than was shown
	send(asked, "115.12.31", "save").Says(t, 200, "已儲存。", "115.12.31")
	again := admin.Get("/lists/units/U06/edit").Says(t, 200, `id="moves"`)
	send(again, "115.12.31", "save", "short", "戶").Says(t, 200, "已儲存。")
	h.As(t, "P05").Get("/lists/units/U06/edit?lang=en").Says(t, 200, "What moves", "Does not move by itself")
}
