package web

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/kittest"
)

func TestThePeopleOfTheHouse(t *testing.T) {
	h := openHouse(t)
	clerk := h.as(t, "P13")
	clerk.get("/people").says(t, 200, "18 人", "晴海市政府民政局", "戶政科", "邱柏叡", "殯葬管理處", "所屬機關")
	clerk.get("/people?q="+url.QueryEscape("語彤")).says(t, 200, "范語彤", "股長", "共 1 人")
	clerk.get("/people?q="+url.QueryEscape("沒有此人")).says(t, 200, "查無「沒有此人」")
	clerk.get("/people/P11").says(t, 200, "邱柏叡", "科長", "戶籍行政科（115.06.30 止）", "公假", "115.11.25（三）")
	clerk.get("/people/P07").says(t, 200, "文管人員", "文件變更管理")
	clerk.get("/people/P10").says(t, 200, "公文系統", "應用系統承辦人")
	clerk.get("/people/nobody").says(t, 404)
	clerk.get("/people/P11?lang=en").says(t, 200, "邱柏叡", "Posts")
}

func TestWhoHoldsARoleSinceWhenOnWhoseOrder(t *testing.T) {
	h := openHouse(t)
	clerk, admin := h.as(t, "P13"), h.as(t, "P05")
	clerk.get("/roles").says(t, 200, "文管人員", "溫佩真", "下列單位之主管：秘書室")
	const role = "/roles/documents.document_controller"
	clerk.get(role).says(t, 200, "溫佩真", "異動紀錄").not(t, "加入成員")
	clerk.post(role, "do", "add", "person", "P13", "from", "115.11.23", "basis", "簽").says(t, 404)

	seen := regexp.MustCompile(`name="seen" value="(\d+)"`).FindStringSubmatch(admin.get(role).body)[1]
	admin.post(role, "do", "add", "seen", seen, "person", "P06", "from", "115.99.1", "basis", "").
		says(t, 422, "請填寫日期", `value="115.99.1"`, `<option value="P06" selected>`)
	admin.post(role, "do", "add", "seen", seen, "person", "P06", "from", "115.11.24", "basis", "晴民資字第 1150011001 號").
		says(t, 200, "成員已加入。", "方冠宇", "115.11.24", "尚未生效", "晴民資字第 1150011001 號", "賴思妤")
	admin.post(role, "do", "add", "seen", seen, "person", "P08", "from", "115.11.24", "basis", "簽").says(t, 409) // a stale screen

	page := admin.get(role)
	member := regexp.MustCompile(`<option value="([^"P]+)">溫佩真`).FindStringSubmatch(page.body)
	if member == nil {
		t.Fatal("溫佩真 cannot be chosen")
	}
	seen = regexp.MustCompile(`name="seen" value="(\d+)"`).FindStringSubmatch(page.body)[1]
	admin.post(role, "do", "end", "seen", seen, "row", member[1], "last_day", "115.11.20", "end_basis", "調任").
		says(t, 200, "已設定最後有效日。", "115.11.20", "已卸任", "調任")
	clerk.get("/roles").not(t, ">溫佩真</a> <span class=\"muted\">助理員</span></span></td><td role=\"cell\" data-label=\"起日與依據\"><span class=\"line\">–　調任")
	h.as(t, "P07").get("/documents").says(t, 200).not(t, "登錄文件") // she is no controller any more

	// On whose order may be entered later, as in the list itself.
	seen = regexp.MustCompile(`name="seen" value="(\d+)"`).FindStringSubmatch(admin.get(role).body)[1]
	admin.post(role, "do", "add", "seen", seen, "person", "P08", "from", "115.11.24").says(t, 200, "成員已加入。", "115.11.24")
}

func TestADeputyIsSetInTenSeconds(t *testing.T) {
	h := openHouse(t)
	clerk := h.as(t, "P13")
	clerk.get("/deputies").says(t, 200, "目前誰代理誰", "邱柏叡", "由范語彤代理", "公假").not(t, "為誰設定", "全部代理")
	// Nothing is lost when something is wrong.
	clerk.post("/deputies", "from", "115.11.20", "to", "1151126", "deputy_1", "P12", "reason", "休假").
		says(t, 422, `href="#from"`, `value="115.11.20"`, `value="1151126"`, `<option value="P12" selected>`, `value="休假"`, "代理")
	clerk.post("/deputies", "from", "115.11.24", "to", "", "deputy_1", "P12").says(t, 422, "請填寫結束日期")
	clerk.post("/deputies", "from", "115.11.24", "to", "115.11.23", "deputy_1", "P12").says(t, 422, "代理結束時間應晚於開始時間")
	clerk.post("/deputies", "from", "115.11.24", "from_time", "25:99", "to", "115.11.25", "deputy_1", "P12").says(t, 422, "請填寫日期與時間")
	clerk.post("/deputies", "from", "115.11.24", "to", "115.11.25", "deputy_1", "P13").says(t, 422, `id="deputy_1-error"`)
	clerk.post("/deputies", "for", "P11", "from", "115.11.24", "to", "115.11.25", "deputy_1", "P12").says(t, 404) // not his to set

	clerk.post("/deputies", "from", "1151124", "to", "115/11/26", "deputy_1", "P12", "deputy_2", "P10", "reason", "休假").
		says(t, 200, "代理已設定。", "115.11.24（二） 至 115.11.26（四）", "尚未開始", "休假", "范語彤")
	// Today means from now on.
	page := clerk.post("/deputies", "from", "115.11.23", "to", "115.11.23", "to_time", "17:30", "deputy_1", "P12").
		says(t, 200, "115.11.23（一） 09:00 至 115.11.23（一） 17:30", "代理中")
	end := regexp.MustCompile(`action="(/deputies/[^"]+/end)"`).FindStringSubmatch(page.body)
	if end == nil {
		t.Fatal("it cannot be ended")
	}
	h.as(t, "P14").post(end[1]).says(t, 404)
	clerk.post(end[1]).says(t, 200, "代理已結束。", "已結束")
	// What has not begun is taken back.
	coming := regexp.MustCompile(`action="(/deputies/[^"]+/end)"`).FindStringSubmatch(clerk.get("/deputies").body)
	if coming == nil {
		t.Fatal("the coming one cannot be taken back")
	}
	clerk.post(coming[1]).says(t, 200, "代理已結束。").not(t, "尚未開始")

	admin := h.as(t, "P05")
	admin.get("/deputies").says(t, 200, "為誰設定", "全部代理")
	admin.post("/deputies", "for", "P14", "from", "115.11.24", "to", "115.11.25", "deputy_1", "P12").says(t, 200, "代理已設定。")
}

func TestTheOwnerKeepsHisSystem(t *testing.T) {
	h := openHouse(t)
	clerk, owner := h.as(t, "P13"), h.as(t, "P10")
	clerk.get("/systems").says(t, 200, "公文系統", "龔怡安").not(t, "您負責")
	clerk.get("/systems/S02").says(t, 200, "單位登記桌", "本單位公文之收發").not(t, "/systems/S02/edit")
	clerk.get("/systems/S02/edit").says(t, 404)
	owner.get("/systems").says(t, 200, "您負責")

	form := owner.get("/systems/S02/edit").says(t, 200, `value="公文系統"`, `value="unit_registry"`)
	fields := posted(form.body)
	clerk.post("/systems/S02/edit", append(fields, "do", "save")...).says(t, 404)
	more := owner.post("/systems/S02/edit", append(fields, "do", "add-row:items")...).says(t, 200, `name="items.7.key"`)
	fields = posted(more.body)
	for name, value := range map[string]string{"items.7.key": "reader", "items.7.label": "查詢人員", "items.7.note": "唯讀查詢本單位公文", "reason": "新增唯讀權限"} {
		fields = set(fields, name, value)
	}
	owner.post("/systems/S02/edit", append(set(fields, "items.7.key", ""), "do", "save")...).says(t, 422, "查詢人員", "新增唯讀權限", "errors")
	owner.post("/systems/S02/edit", append(fields, "do", "save")...).
		says(t, 200, "已儲存。", "查詢人員", "龔怡安", "新增唯讀權限", "115.11.23 09:00")
	owner.post("/systems/S02/edit", append(fields, "do", "save")...).says(t, 409, "已有其他人變更", "查詢人員")

	// An item that is stopped is offered to nobody any more.
	apply := []string{"lines.1.system", "S02", "do", "refresh"}
	clerk.post("/apply/account_request", apply...).says(t, 200, "查詢人員", "單位登記桌")
	fields = append(posted(owner.get("/systems/S02/edit").body), "items.7.stopped", "true")
	owner.post("/systems/S02/edit", append(set(fields, "reason", "改由單位登記桌辦理"), "do", "save")...).says(t, 200, "已儲存。")
	clerk.post("/apply/account_request", apply...).says(t, 200, "單位登記桌").not(t, "查詢人員")
}

var control = regexp.MustCompile(`(?s)<(input|textarea|select)([^>]*)>(.*?)(?:</(?:textarea|select)>|\n|<)`)

// posted are the fields of a page's form as a browser would send them unchanged.
func posted(body string) []string {
	attribute := func(tag, name string) string {
		m := regexp.MustCompile(`\b` + name + `="([^"]*)"`).FindStringSubmatch(tag)
		if m == nil {
			return ""
		}
		return unescape(m[1])
	}
	_, body, _ = strings.Cut(body, `<form id="form"`)
	body, _, _ = strings.Cut(body, "</form>")
	var out []string
	for _, m := range control.FindAllStringSubmatch(body, -1) {
		name, kind := attribute(m[2], "name"), attribute(m[2], "type")
		switch {
		case name == "" || kind == "file":
		case m[1] == "textarea":
			out = append(out, name, unescape(m[3]))
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
			out = append(out, s[1], unescape(o[1]))
		}
	}
	return out
}

func unescape(s string) string {
	return strings.NewReplacer("&amp;", "&", "&lt;", "<", "&gt;", ">", "&#34;", `"`, "&#39;", "'", "&#43;", "+").Replace(s)
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

func TestNoticesInTheWordsTheyWereSent(t *testing.T) {
	h := openHouse(t)
	admin := h.as(t, "P06")
	page := admin.get("/notices").says(t, 200, "未讀 2 則", "IS-04-012-115-0087 將於 115.11.24 到期", "到期前提醒", "逾期稽催", "已讀或已辦", "到件通知", "115.11.23 08:20 通知", "/cases/")
	ids := regexp.MustCompile(`name="id" value="([^"]+)"`).FindAllStringSubmatch(page.body, -1)
	if len(ids) < 2 {
		t.Fatal("nothing to mark")
	}
	// Somebody else's notice stays unread, whatever is sent.
	h.as(t, "P13").post("/notices/read", "id", unescape(ids[0][1]))
	admin.get("/notices").says(t, 200, "未讀 2 則")
	admin.post("/notices/read", "id", unescape(ids[0][1])).says(t, 200, "未讀 1 則", "已將 1 則標為已讀。")
	admin.get("/notices?tab=mail").says(t, 200, "目前沒有寄給您的郵件。") // the demonstration was loaded with mail held back
	h.as(t, "P01").get("/notices").says(t, 200, "通知")
}

// Where no mail server is set up, nobody is left waiting for a mail.
func TestPagesSayThatNoMailIsSent(t *testing.T) {
	const unsent, promised = "本系統不寄送郵件", "寄信通知"
	h := openHouse(t)
	h.as(t, "P06").get("/notices").says(t, 200, unsent, "尚未設定郵件伺服器")
	h.as(t, "P06").get("/notices?tab=mail").says(t, 200, unsent, "目前沒有寄給您的郵件。").not(t, "每個工作日上午最多一封")
	h.as(t, "P06").get("/notices?lang=en").says(t, 200, "No mail leaves this system.")
	h.as(t, "P15").get("/").says(t, 200, "目前沒有待辦事項。", "不寄送郵件").not(t, promised)

	h = openHouseWith(t, func(c *ismskit.Config) { c.Notifier = &kittest.Mailbox{} })
	h.as(t, "P06").get("/notices?tab=mail").says(t, 200, "每個工作日上午最多一封").not(t, unsent)
	h.as(t, "P15").get("/").says(t, 200, promised).not(t, "不寄送郵件")
}

func TestEveryPageKnowsNothingOfAnEmptyHouse(t *testing.T) {
	h := serveHouse(t, houseConfig(t))
	for _, path := range []string{"/documents", "/records", "/people", "/roles", "/systems"} {
		h.as(t, "P01").get(path).says(t, 404)
	}
	if _, err := h.kit.People().Units(t.Context(), ismskit.System("test")); err != nil {
		t.Error(err)
	}
}

// A mail that left in the morning stands on its reader's page in the very words that
// left, and on nobody else's.
func TestAMailIsKeptInTheWordsItWasSent(t *testing.T) {
	box := &kittest.Mailbox{}
	h := openHouseWith(t, func(c *ismskit.Config) { c.Notifier = box })
	at := h.apply(t)
	h.until(t, morning.Add(24*time.Hour))
	mails := box.To("P12") // stands in for the head
	mails = slices.DeleteFunc(mails, func(m ismskit.Mail) bool { return !strings.HasPrefix(m.ID, "digest|") })
	if len(mails) == 0 {
		t.Fatal("no mail left in the morning")
	}
	page := h.as(t, "P12").get("/notices?tab=mail").says(t, 200, "寄給您的郵件")
	text := unescape(page.body)
	for _, mail := range mails {
		if !strings.Contains(text, ">"+mail.Subject+"<") {
			t.Errorf("the subject %q is missing", mail.Subject)
		}
		_, said, _ := strings.Cut(mail.Body, "\n\n") // after the greeting
		said = said[:strings.LastIndex(strings.TrimSpace(said), "\n\n")]
		for line := range strings.SplitSeq(said, "\n") {
			if !strings.Contains(text, line) {
				t.Errorf("the line %q is missing", line)
			}
		}
	}
	number := regexp.MustCompile(`IS-04-[0-9-]+[0-9]`).FindString(h.as(t, "P12").get(at).body)
	if number == "" || !strings.Contains(text, number) {
		t.Errorf("the mail does not name the case %q", number)
	}
	h.as(t, "P18").get("/notices?tab=mail").says(t, 200).not(t, number)
}
