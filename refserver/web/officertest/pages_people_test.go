package officertest

import (
	"html"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/refserver/web/webtest"
)

func TestThePeopleOfTheHouse(t *testing.T) {
	h := webtest.OpenHouse(t)
	clerk := h.As(t, "P13")
	clerk.Get("/people").Says(t, 200, "18 人", "晴海市政府民政局", "戶政科", "邱柏叡", "殯葬管理處", "所屬機關")
	clerk.Get("/people?q="+url.QueryEscape("語彤")).Says(t, 200, "范語彤", "股長", "共 1 人")
	clerk.Get("/people?q="+url.QueryEscape("沒有此人")).Says(t, 200, "查無「沒有此人」")
	clerk.Get("/people/P11").Says(t, 200, "邱柏叡", "科長", "戶籍行政科（115.06.30 止）", "公假", "115.11.25（三）")
	clerk.Get("/people/P07").Says(t, 200, "文管人員", "文件變更管理")
	clerk.Get("/people/P10").Says(t, 200, "公文系統", "應用系統承辦人")
	clerk.Get("/people/nobody").Says(t, 404)
	clerk.Get("/people/P11?lang=en").Says(t, 200, "邱柏叡", "Posts")
}

// Who ends the only membership of a role is told what that means, and presses once more;
// the list shows that nobody has it. The last administrator stays.
func TestARoleIsLeftToNobodyOnlyWhenConfirmed(t *testing.T) {
	h := webtest.OpenHouse(t)
	admin := h.As(t, "P05")
	const role = "/roles/records.records_manager"
	page := admin.Get(role)
	fields := func(more ...string) []string {
		return append([]string{"do", "end", "seen", regexp.MustCompile(`name="seen" value="(\d+)"`).FindStringSubmatch(page.Text)[1],
			"row", regexp.MustCompile(`<option value="([^"]+)">`).FindStringSubmatch(page.Text)[1]}, more...)
	}
	const told, day = "結束後無人擔任此角色，由此角色辦理的步驟將無人可辦。", "115.11.22"
	admin.Post(role, fields("last_day", "115.13.40")...).Says(t, 422, `id="last_day-error"`).Not(t, told)
	asked := admin.Post(role, fields("last_day", day, "end_basis", "調任")...).
		Says(t, 200, told, "確認結束", `value="115.11.22"`, `value="調任"`, "現任").Not(t, "已設定最後有效日。", "無人擔任</span>")
	confirmed := regexp.MustCompile(`name="empties" value="([^"]+)"`).FindStringSubmatch(asked.Text)[1]
	admin.Post(role, fields("last_day", "115.11.21", "empties", confirmed)...).Says(t, 200, told) // another day than was confirmed
	admin.Post(role, fields("last_day", day, "end_basis", "調任", "empties", confirmed)...).Says(t, 200, "已設定最後有效日。", "無人擔任</span>", "已卸任")
	admin.Get("/roles").Says(t, 200, "無人擔任</span>")
	admin.Get("/roles?lang=en").Says(t, 200, "Nobody has it</span>")
	admin.Get("/roles?lang=zh-TW").Says(t, 200)

	const backups, admins = "/roles/system.system_admin_backup", "/roles/system.system_admin"
	for _, at := range []string{backups, admins} {
		page = admin.Get(at)
		sent := fields("last_day", "115.12.01", "end_basis", "職務調整")
		if at == backups {
			asked := admin.Post(at, sent...).Says(t, 200, told)
			admin.Post(at, append(sent, "empties", regexp.MustCompile(`name="empties" value="([^"]+)"`).FindStringSubmatch(asked.Text)[1])...).
				Says(t, 200, "已設定最後有效日。")
			continue
		}
		admin.Post(at, sent...).Says(t, 422, `id="last_day-error"`, "自 115.12.02 起將無人可管理人員及角色。請先加入另一位系統管理者（「系統管理員」或「備援系統管理員」）",
			`value="115.12.01"`, `value="職務調整"`).Not(t, told)
	}
}

func TestWhoHoldsARoleSinceWhenOnWhoseOrder(t *testing.T) {
	h := webtest.OpenHouse(t)
	clerk, admin := h.As(t, "P13"), h.As(t, "P05")
	clerk.Get("/roles").Says(t, 200, "文管人員", "溫佩真", "下列單位之主管：秘書室")
	const role = "/roles/documents.document_controller"
	clerk.Get(role).Says(t, 200, "溫佩真", "異動紀錄").Not(t, "加入成員")
	clerk.Post(role, "do", "add", "person", "P13", "from", "115.11.23", "basis", "簽").Says(t, 404)

	seen := regexp.MustCompile(`name="seen" value="(\d+)"`).FindStringSubmatch(admin.Get(role).Text)[1]
	admin.Post(role, "do", "add", "seen", seen, "person", "P06", "from", "115.99.1", "basis", "").
		Says(t, 422, "起日：曆上沒有這一天", `value="115.99.1"`, `name="person.find" value="方冠宇"`)
	admin.Post(role, "do", "add", "seen", seen, "person", "P06", "from", "115.12.31", "to", "115.12.01", "basis", "晴民資字第 1150011001 號").
		Says(t, 422, `id="to-error"`, "最後有效日不得早於起日", `name="person.find" value="方冠宇"`, `value="115.12.31"`, `value="115.12.01"`, `value="晴民資字第 1150011001 號"`)
	admin.Post(role, "do", "add", "seen", seen, "person", "P06", "from", "115.11.24", "basis", "晴民資字第 1150011001 號").
		Says(t, 200, "成員已加入。", "方冠宇", "115.11.24", "尚未生效", "晴民資字第 1150011001 號", "賴思妤")
	// What can't be read comes with what the list refuses, in the order of the page.
	long := strings.Repeat("字", 2001)
	inPageOrder(t, admin.Post(role, "do", "add", "seen", "", "person.find", "無此人", "from", "115.99.1", "to", "115.13.40", "basis", long).
		Says(t, 422, "人員名單中找不到", "起日：曆上沒有這一天", `id="basis-error"`), 4)
	inPageOrder(t, admin.Post(role, "do", "end", "row", "none", "last_day", "").Says(t, 422, "請選擇成員。", `id="last_day-error"`), 2)
	// A stale screen: what was typed stands there beside what somebody else has done.
	stale := admin.Post(role, "do", "add", "seen", seen, "person", "P08", "from", "115.11.25", "basis", "晴民資字第 1150011002 號").
		Says(t, 409, "送出前已有其他人變更", `name="person.id" value="P08"`, `value="115.11.25"`, `value="晴民資字第 1150011002 號"`, "晴民資字第 1150011001 號").Not(t, "案件")
	if again := regexp.MustCompile(`name="seen" value="(\d+)"`).FindStringSubmatch(stale.Text)[1]; again == seen {
		t.Error("sent once more it would be refused once more")
	}
	admin.Post(role, "do", "end", "row", "none", "last_day", "115.11.24").
		Says(t, 422, `name="row" required aria-invalid="true" aria-describedby="row-error"`, `id="row-error"`)

	page := admin.Get(role)
	member := regexp.MustCompile(`<option value="([^"P]+)">溫佩真`).FindStringSubmatch(page.Text)
	if member == nil {
		t.Fatal("溫佩真 cannot be chosen")
	}
	seen = regexp.MustCompile(`name="seen" value="(\d+)"`).FindStringSubmatch(page.Text)[1]
	joined := regexp.MustCompile(`<option value="([^"P]+)">方冠宇`).FindStringSubmatch(page.Text)[1]
	admin.Post(role, "do", "end", "seen", seen, "row", joined, "last_day", "109.01.01", "end_basis", "誤繕").
		Says(t, 422, `id="last_day-error"`, "最後有效日不得早於起日", `value="109.01.01"`, `value="誤繕"`, `value="`+joined+`" selected`)
	admin.Post(role, "do", "end", "seen", seen, "row", member[1], "last_day", "115.11.20", "end_basis", "調任").
		Says(t, 200, "結束後無人擔任此角色", "確認結束") // the other one begins tomorrow
	admin.Post(role, "do", "end", "seen", seen, "row", member[1], "last_day", "115.11.20", "end_basis", "調任", "empties", member[1]+" 115.11.20").
		Says(t, 200, "已設定最後有效日。", "115.11.20", "已卸任", "調任")
	clerk.Get("/roles").Not(t, ">溫佩真</a> <span class=\"muted\">助理員</span></span></td><td role=\"cell\" data-label=\"起日與依據\"><span class=\"line\">–　調任")
	h.As(t, "P07").Get("/documents").Says(t, 200).Not(t, "登錄文件") // she is no controller any more

	// Who had it on a day, whatever the list says today.
	clerk.Get(role+"?on=115.11.20").Says(t, 200, "115.11.20擔任此角色者 1 人", "溫佩真")
	clerk.Get(role+"?on=115.11.25").Says(t, 200, "擔任此角色者 1 人", "方冠宇", "晴民資字第 1150011001 號", "賴思妤")
	clerk.Get(role+"?on=115.11.22").Says(t, 200, "溫佩真", "其後已刪除或更正") // her last day was entered afterwards
	clerk.Get(role+"?on=120.1.1").Says(t, 200, "方冠宇").Not(t, "其後已刪除或更正")
	clerk.Get(role+"?on=115.13.40").Says(t, 422, "日期：曆上沒有這一天", `value="115.13.40"`)

	// On whose order may be entered later, as in the list itself.
	seen = regexp.MustCompile(`name="seen" value="(\d+)"`).FindStringSubmatch(admin.Get(role).Text)[1]
	admin.Post(role, "do", "add", "seen", seen, "person", "P08", "from", "115.11.24").Says(t, 200, "成員已加入。", "115.11.24")
}

func TestADeputyIsSetInTenSeconds(t *testing.T) {
	h := webtest.OpenHouse(t)
	clerk := h.As(t, "P13")
	clerk.Get("/deputies").Says(t, 200, "目前誰代理誰", "邱柏叡", "由范語彤代理", "公假").Not(t, "為誰設定", "全部代理")
	clerk.Get("/people/X3").Says(t, 200, "資訊中心服務台").Not(t, "servicedesk@it.qinghai.example") // for those who keep the list
	h.As(t, "P05").Get("/people/X3").Says(t, 200, "servicedesk@it.qinghai.example")
	// Nothing is lost when something is wrong.
	clerk.Post("/deputies", "from", "115.11.20", "to", "1151126", "deputy_1", "P12", "reason", "休假").
		Says(t, 422, `href="#from"`, `value="115.11.20"`, `value="1151126"`, `name="deputy_1.find" value="范語彤"`, `value="休假"`, "代理")
	clerk.Post("/deputies", "from", "115.11.24", "to", "", "deputy_1", "P12").Says(t, 422, "請填寫結束日期")
	// Everything wrong is said at once, each at its field.
	clerk.Post("/deputies", "from", "115.11.20", "to", "115.13.40", "deputy_1.find", "無此人", "deputy_2", "P13", "reason", "休假").
		Says(t, 422, `id="from-error"`, `id="to-error"`, `id="deputy_1-error"`, `id="deputy_2-error"`, `value="115.13.40"`, `value="無此人"`, `value="休假"`)
	clerk.Post("/deputies", "from", "115.11.24", "to", "115.11.23").Says(t, 422, "代理結束時間應晚於開始時間", "沒有平時代理人，請輸入代理人。")
	clerk.Post("/deputies", "from", "115.11.24", "to", "115.11.23", "deputy_1", "P12").Says(t, 422, "代理結束時間應晚於開始時間")
	clerk.Post("/deputies", "from", "115.11.24", "from_time", "25:99", "to", "115.11.25", "deputy_1", "P12").Says(t, 422, "開始時間：當日沒有這個時間")
	clerk.Post("/deputies", "from", "115.11.24", "to", "115.11.25", "deputy_1", "P13").Says(t, 422, `id="deputy_1-error"`)
	clerk.Post("/deputies", "for", "P11", "from", "115.11.24", "to", "115.11.25", "deputy_1", "P12").Says(t, 404) // not his to set
	// He has no usual deputies to whom an empty list could leave it.
	clerk.Post("/deputies", "from", "115.11.24", "to", "115.11.25").Says(t, 422, `id="deputy_1-error"`, "沒有平時代理人，請輸入代理人。").Not(t, "代理已設定。")

	clerk.Post("/deputies", "from", "1151124", "to", "115/11/26", "deputy_1", "P12", "deputy_2", "P10", "reason", "休假").
		Says(t, 200, "代理已設定。", "115.11.24（二） 至 115.11.26（四）", "尚未開始", "休假", "范語彤")
	// Today means from now on.
	page := clerk.Post("/deputies", "from", "115.11.23", "to", "115.11.23", "to_time", "17:30", "deputy_1", "P12").
		Says(t, 200, "115.11.23（一） 09:00 至 115.11.23（一） 17:30", "代理中")
	clerk.Get("/").Says(t, 200, "您的職務於 115.11.23 由 范語彤 代理")
	end := regexp.MustCompile(`action="(/deputies/[^"]+/end)"`).FindStringSubmatch(page.Text)
	if end == nil {
		t.Fatal("it cannot be ended")
	}
	h.As(t, "P14").Post(end[1]).Says(t, 404)
	h.Until(t, h.Now().Add(time.Minute))
	clerk.Post(end[1]).Says(t, 200, "代理已結束。", "115.11.23（一） 09:00 至 115.11.23（一） 09:01")
	// What has not begun is taken back.
	coming := regexp.MustCompile(`action="(/deputies/[^"]+/end)"`).FindStringSubmatch(clerk.Get("/deputies").Text)
	if coming == nil {
		t.Fatal("the coming one cannot be taken back")
	}
	clerk.Get("/").Says(t, 200, "您的職務自 115.11.24 至 115.11.26 由 范語彤、")
	clerk.Post(coming[1]).Says(t, 200, "代理已取消。", "115.11.24（二） 起", "已取消").Not(t, "代理已結束", "尚未開始", "115.11.24（二） 至")
	clerk.Get("/").Says(t, 200).Not(t, "您的職務")

	admin := h.As(t, "P05")
	admin.Get("/deputies").Says(t, 200, "為誰設定", "全部代理")
	admin.Post("/deputies", "for", "P14", "from", "115.11.24", "to", "115.11.25", "deputy_1", "P12").Says(t, 200, "代理已設定。")
}

// A year mistyped is asked about at its field; what is confirmed is the period that was
// asked about, not one typed since.
func TestAnAbsenceOfYearsIsConfirmed(t *testing.T) {
	h := webtest.OpenHouse(t)
	clerk := h.As(t, "P13")
	set := []string{"from", "115.11.24", "to", "130.11.25", "deputy_1", "P12", "reason", "休假"}
	clerk.Post("/deputies", set...).Says(t, 422, `id="to-error"`, "的代理超過一年，請檢查結束日期", `name="long" value="115.11.24 130.11.25"`, `value="休假"`)
	clerk.Post("/deputies", "from", "115.11.24", "to", "131.11.25", "deputy_1", "P12", "reason", "休假", "long", "115.11.24 130.11.25").Says(t, 422, `name="long" value="115.11.24 131.11.25"`)
	clerk.Post("/deputies", append(set, "long", "115.11.24 130.11.25")...).Says(t, 200, "代理已設定。", "130.11.25")
	clerk.Post("/deputies", "from", "115.11.24", "to", "115.11.25", "deputy_1", "P12").Not(t, `name="long"`)
}

// People are typed and searched for: no list holds the whole house, and without script
// the page is the search. A name that fits several asks which of them.
func TestPeopleAreTypedWhereTheyAreSet(t *testing.T) {
	h := webtest.OpenHouse(t)
	clerk, admin, owner := h.As(t, "P13"), h.As(t, "P05"), h.As(t, "P10")
	clerk.Get("/deputies").Says(t, 200, `name="deputy_1.find"`, `list="people-found"`).Not(t, "<option value=\"P12\"")
	clerk.Post("/deputies", "from", "115.11.24", "to", "115.11.25", "deputy_1.find", "無此人", "reason", "休假").
		Says(t, 422, `id="deputy_1-error"`, "人員名單中找不到", `value="無此人"`, `value="休假"`)
	// A time that is none is said at the time, with whatever else is wrong, in the order of the page.
	inPageOrder(t, clerk.Post("/deputies", "from", "115.11.24", "from_time", "8點99分", "to", "115.13.40", "to_time", "25:70", "deputy_1.find", "無此人", "deputy_2", "P13", "reason", "休假").
		Says(t, 422, `id="from_time-error"`, `id="to-error"`, `id="to_time-error"`, `value="25:70"`).Not(t, `id="from-error"`), 5)
	several := clerk.Post("/deputies", "from", "115.11.24", "to", "115.11.25", "deputy_1.find", "戶政科").Says(t, 422, `name="deputy_1.pick" value="P12"`)
	clerk.Post("/deputies", several.With("from", "115.11.24", "to", "115.11.25", "deputy_1.find", "戶政科", "deputy_1.pick", "P12")...).Says(t, 200, "代理已設定。", "范語彤")

	role := "/roles/" + regexp.MustCompile(`href="/roles/([^"]+)">`).FindStringSubmatch(admin.Get("/roles").Text)[1]
	form := admin.Get(role).Says(t, 200, `name="person.find"`).Not(t, `<select class="select" id="person"`)
	admin.Post(role, form.With("do", "add", "person.find", "沒有這個人", "from", "115.11.24")...).Says(t, 422, "人員名單中找不到", `value="沒有這個人"`)

	edit := owner.Get("/systems/S02/edit").Says(t, 200, `name="owner.find" value="龔怡安 `, `name="admins.0.find"`).Not(t, `<option value="P12"`, `type="checkbox" id="f-admins`)
	owner.Post("/systems/S02/edit", append(set(posted(edit.Text), "owner.find", "無此人"), "do", "save")...).Says(t, 422, "人員名單中找不到", `value="無此人"`)
	// The list's own rules are asked beside what can't be read.
	owner.Post("/systems/S02/edit", append(set(set(set(posted(edit.Text), "owner.find", "無此人"), "name", ""), "items.1.key", "other"), "do", "save")...).
		Says(t, 422, "人員名單中找不到", `id="f-name-error"`, "儲存後即不得變更", `value="無此人"`)
	owner.Post("/systems/S02/edit", append(set(posted(edit.Text), "admins.1.find", "鍾明哲"), "do", "save")...).Says(t, 200, "已儲存。", "鍾明哲", "龔怡安")
}

func TestTheOwnerKeepsHisSystem(t *testing.T) {
	h := webtest.OpenHouse(t)
	clerk, owner := h.As(t, "P13"), h.As(t, "P10")
	clerk.Get("/systems").Says(t, 200, "公文系統", "龔怡安").Not(t, "您負責")
	clerk.Get("/systems/S02").Says(t, 200, "單位登記桌", "本單位公文之收發").Not(t, "/systems/S02/edit")
	clerk.Get("/systems/S02/edit").Says(t, 404)
	owner.Get("/systems").Says(t, 200, "您負責")

	form := owner.Get("/systems/S02/edit").Says(t, 200, `value="公文系統"`, `value="unit_registry"`)
	fields := posted(form.Text)
	clerk.Post("/systems/S02/edit", append(fields, "do", "save")...).Says(t, 404)
	more := owner.Post("/systems/S02/edit", append(fields, "do", "add-row:items")...).Says(t, 200, `name="items.7.key"`)
	fields = posted(more.Text)
	for name, value := range map[string]string{"items.7.key": "reader", "items.7.label": "查詢人員", "items.7.note": "唯讀查詢本單位公文", "reason": "新增唯讀權限"} {
		fields = set(fields, name, value)
	}
	owner.Post("/systems/S02/edit", append(set(fields, "items.7.key", ""), "do", "save")...).Says(t, 422, "查詢人員", "新增唯讀權限", "errors")
	owner.Post("/systems/S02/edit", append(fields, "do", "save")...).
		Says(t, 200, "已儲存。", "查詢人員", "龔怡安", "新增唯讀權限", "115.11.23 09:00")
	owner.Post("/systems/S02/edit", append(fields, "do", "save")...).Says(t, 200, "已儲存。") // a double click
	owner.Post("/systems/S02/edit", append(set(fields, "items.7.note", "唯讀"), "do", "save")...).Says(t, 409, "已有其他人變更", "查詢人員")

	// An item that is stopped is offered to nobody any more.
	apply := []string{"lines.1.system", "S02", "do", "refresh"}
	clerk.Post("/apply/account_request", apply...).Says(t, 200, "查詢人員", "單位登記桌")
	fields = append(posted(owner.Get("/systems/S02/edit").Text), "items.7.stopped", "true")
	owner.Post("/systems/S02/edit", append(set(fields, "reason", "改由單位登記桌辦理"), "do", "save")...).Says(t, 200, "已儲存。")
	clerk.Post("/apply/account_request", apply...).Says(t, 200, "單位登記桌").Not(t, "查詢人員")
}

var control = regexp.MustCompile(`(?s)<(input|textarea|select)([^>]*)>(.*?)(?:</(?:textarea|select)>|\n|<)`)

// posted are the fields of a page's form as a browser would send them unchanged.
func posted(body string) []string {
	attribute := func(tag, name string) string {
		m := regexp.MustCompile(`\b` + name + `="([^"]*)"`).FindStringSubmatch(tag)
		if m == nil {
			return ""
		}
		return html.UnescapeString(m[1])
	}
	_, body, _ = strings.Cut(body, `<form id="form"`)
	body, _, _ = strings.Cut(body, "</form>")
	var out []string
	for _, m := range control.FindAllStringSubmatch(body, -1) {
		name, kind := attribute(m[2], "name"), attribute(m[2], "type")
		switch {
		case name == "" || kind == "file":
		case m[1] == "textarea":
			out = append(out, name, html.UnescapeString(m[3]))
		case m[1] == "select":
		case kind == "checkbox" || kind == "radio":
			if strings.Contains(m[2], " checked") {
				out = append(out, name, attribute(m[2], "value"))
			}
		default:
			out = append(out, name, attribute(m[2], "value"))
		}
	}
	for _, s := range regexp.MustCompile(`(?s)<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>`).FindAllStringSubmatch(body, -1) {
		for _, o := range regexp.MustCompile(`<option value="([^"]*)" selected>`).FindAllStringSubmatch(s[2], -1) {
			out = append(out, s[1], html.UnescapeString(o[1]))
		}
	}
	return out
}

// set is a list of fields with one changed.
func set(fields []string, name, value string) []string {
	out := append([]string(nil), fields...)
	for i := 0; i+1 < len(out); i += 2 {
		if out[i] == name {
			out[i+1] = value
		}
	}
	return out
}

func TestEveryPageKnowsNothingOfAnEmptyHouse(t *testing.T) {
	h := webtest.Serve(t, webtest.Config(t))
	for _, path := range []string{"/documents", "/records", "/people", "/roles", "/systems"} {
		h.As(t, "P01").Get(path).Says(t, 404)
	}
	if _, err := h.Kit.People().Units(t.Context(), ismskit.System("test")); err != nil {
		t.Error(err)
	}
}

// Who administers a system that an office outside runs is said alike on the list and on
// its own page; what it offers reads as cards on a phone.
func TestASystemOfAnOfficeOutsideNamesItsContactEverywhere(t *testing.T) {
	h := webtest.OpenHouse(t)
	officer := h.As(t, "P05")
	const both = "晴海市政府資訊中心辦理，聯絡窗口：方冠宇"
	officer.Get("/systems").Says(t, 200, both)
	officer.Get("/systems/S04").Says(t, 200, both, `class="list list--cards"`, "data-label=", "公務信箱")
	officer.Get("/systems/S01").Says(t, 200, "賴思妤").Not(t, "聯絡窗口")
}

// Whoever looks for his password finds it behind his own name, on a phone in the menu.
func TestTheNameLeadsToOnesOwnPage(t *testing.T) {
	h := webtest.OpenHouse(t)
	clerk := h.As(t, "P13")
	clerk.Get("/").Says(t, 200, `<span class="who"><a href="/people/P13">`, `<li class="sidenav__who"><a href="/people/P13">`)
	clerk.Get("/people/P13").Says(t, 200, "變更密碼", `href="/password"`)
}
