package main

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/refserver/web/browsertest"
)

// beginner is the first administrator at his browser.
type beginner struct {
	*browsertest.Page
	t    *testing.T
	lang string
}

const ownPassword = "Own-password-of-115"

// signIn comes in with a password for once, and chooses another.
func (b beginner) signIn(login, once string) {
	b.ClearCookies()
	b.Go("/login?lang=" + b.lang)
	b.Type("#login", login)
	b.Type("#password", once)
	b.Follow(".btn--main")
	if strings.HasPrefix(b.Path(), "/password") {
		b.Type("#old", once)
		b.Type("#new", ownPassword)
		b.Type("#again", ownPassword)
		b.Follow(".btn--main")
	}
	b.Wait("main")
}

// choose picks the option that says so.
func (b beginner) choose(selector, label string) {
	b.t.Helper()
	b.Wait(selector)
	var value string
	b.Eval(fmt.Sprintf(`[...document.querySelectorAll(%q + " option")].find(o => o.textContent.includes(%q))?.value ?? ""`, selector, label), &value)
	b.Choose(selector, value)
}

// follow opens the first link of the page that is called so.
func (b beginner) follow(label string) {
	b.t.Helper()
	b.Wait("main")
	var href string
	b.Eval(fmt.Sprintf(`[...document.querySelectorAll("main a")].find(a => a.textContent.trim() === %q)?.getAttribute("href") ?? ""`, label), &href)
	if href == "" {
		b.t.Fatalf("%s has no link %q:\n%s", b.Path(), label, b.Text("main"))
	}
	b.Follow(fmt.Sprintf(`main a[href=%q]`, href))
}

func (b beginner) save() {
	b.t.Helper()
	b.Follow(".sendbar .btn--main")
	b.Wait("main")
	if b.Has(".errors") {
		b.t.Fatalf("refused at %s: %s", b.Path(), b.Text(".errors"))
	}
}

// says fails unless the page says all of it.
func (b beginner) says(texts ...string) {
	b.t.Helper()
	page := b.Text("main")
	for _, text := range texts {
		if !strings.Contains(page, text) {
			b.t.Errorf("%s does not say %q:\n%s", b.Path(), text, page)
		}
	}
}

// A house begins with nothing but its administrator. What he has to enter stands on his
// first page, in an order that can be done; then the first request is sent and signed.
func TestAHouseBegins(t *testing.T) {
	browser := browsertest.Start(t)
	r := begun(t, "-empty", "-data", t.TempDir())
	password := regexp.MustCompile(`one-time password: (\S+)`).FindStringSubmatch(r.said.String())[1]
	if said := r.said.String(); strings.Contains(said, "lacks people") {
		t.Errorf("a house that has just begun is warned:\n%s", said)
	}
	b := beginner{browser.Open(t, r.url, "/login", browsertest.Look{Size: browsertest.Desktop, Lang: "zh-TW"}), t, "zh-TW"}
	b.signIn("admin", password)
	axe := browsertest.LoadAxe(t)
	b.Clean(axe)
	phone := beginner{browser.Open(t, r.url, "/login", browsertest.Look{Size: browsertest.Phone, Lang: "en"}), t, "en"}
	phone.signIn("admin", ownPassword)
	phone.says("Getting started", "None yet", "Missing: a head for This organisation")
	for path, shot := range map[string]string{"/": "home", "/lists/units": "units", "/lists/posts/new": "post", "/lists/systems/new": "system", "/people": "people"} {
		phone.Go(path)
		phone.Wait("h1")
		phone.Clean(axe)
		phone.NoSidewaysScroll()
		phone.Shot("begin-" + shot)
	}
	b.says("開始使用", "尚無")
	lacking := func() string {
		status, answer := r.rest(r.token("admin", ownPassword), "GET", "/first-needs", nil)
		items, listed := answer["items"].([]any)
		if status != 200 || !listed {
			t.Fatalf("first needs: %d %v", status, answer)
		}
		var out []string
		for _, item := range items {
			if need := item.(map[string]any); len(need["lacks"].([]any)) > 0 && need["entries"].([]any)[0].(map[string]any)["may"] == true {
				out = append(out, need["what"].(string))
			}
		}
		return strings.Join(out, " ")
	}
	if got := lacking(); !strings.HasPrefix(got, "units people roles systems") {
		t.Errorf("the administrator enters %s, says the API", got)
	}

	b.Follow(`a[href="/lists/units/new"]`)
	b.Shot("begin-unit")
	b.Type("#f-name", "資訊室")
	b.Eval(`document.querySelector('[name="kind"][value="unit"]').click()`, nil)
	b.choose("#f-parent", "本機關")
	b.save()
	for _, person := range []string{"方冠宇", "江志恆"} {
		b.Go("/")
		b.Follow(`a[href="/lists/people/new"]`)
		b.Type("#f-name", person)
		b.Type("#f-login", map[string]string{"方冠宇": "qh06", "江志恆": "qh04"}[person])
		b.choose("#f-unit", "資訊室")
		b.save()
	}
	b.Go("/")
	b.says("尚缺單位主管：本機關、資訊室")
	for _, post := range []struct{ title, unit, person string }{{"主任", "資訊室", "江志恆"}, {"首長", "本機關", "系統管理員"}} {
		b.Go("/lists/posts/new")
		b.Type("#f-title", post.title)
		b.choose("#f-unit", post.unit)
		b.Click("#f-head")
		b.Click(`[data-add-row="holders"]`)
		b.Type(`[name="holders.1.person.find"]`, post.person)
		b.save()
	}
	once := map[string]string{}
	for _, person := range []string{"方冠宇", "江志恆"} {
		b.Go("/people")
		b.follow(person)
		b.Shot("begin-person-page")
		b.follow("登入帳號")
		b.Follow(`button[value="give"]`)
		once[person] = b.Text("#given + .panel strong")
	}
	b.Go("/")
	b.Shot("begin-home-3")
	roles := []string{"資安管制人員", "銷毀核准", "紀錄管理人員", "簽准核對人員", "文管人員", "一階核准", "二階核准", "三階核准", "四階核准", "權限帳號模組管理人員", "逾期未停用稽催對象"}
	b.says("尚無人擔任：" + strings.Join(roles, "、"))
	for _, role := range roles {
		b.Go("/")
		b.follow("各模組角色")
		b.follow(role)
		b.Type(`[name="person.find"]`, "方冠宇")
		b.Type("#from", rocDay(0))
		b.Follow(`#add ~ form .btn--main`)
		b.says("成員已加入")
	}
	b.Go("/")
	b.Follow(`a[href="/lists/systems/new"]`)
	b.Type("#f-name", "公文系統")
	b.save()
	b.Go("/")
	b.says("尚缺應用系統承辦人：公文系統", "尚缺權限項目：公文系統", "尚缺權限管理人員：公文系統")
	b.follow("應用系統")
	b.follow("公文系統")
	b.follow("編輯")
	b.Shot("begin-system")
	b.Type(`[name="owner.find"]`, "江志恆")
	b.Type(`[name="admins.0.find"]`, "方冠宇")
	b.Click(`[data-add-row="items"]`)
	b.Type(`[name="items.1.key"]`, "read")
	b.Type(`[name="items.1.label"]`, "查詢")
	b.save()
	b.Go("/")
	if text := b.Text("main"); strings.Contains(text, "開始使用") {
		t.Errorf("nothing is missing, and the page still says:\n%s", text)
	}
	if got := lacking(); got != "" {
		t.Errorf("nothing is missing, and the API still says %s", got)
	}
	b.signIn("qh06", once["方冠宇"])
	b.Go("/apply/account_request")
	b.Type(`[name="subject"]`, "新進人員申請公文查詢")
	b.Eval(`document.querySelector('[name="op"][value="add"]').click()`, nil)
	b.Type(`[name="reason"]`, "新進")
	b.choose(`[name="lines.1.system"]`, "公文系統")
	b.Wait(`[name="lines.1.permission"][value="read"]`)
	b.Eval(`document.querySelector('[name="lines.1.permission"][value="read"]').click()`, nil)
	b.Type(`[name="lines.1.purpose"]`, "查詢公文")
	b.Type(`[name="lines.1.account_user.find"]`, "方冠宇")
	b.Type(`[name="lines.1.responsible.find"]`, "江志恆")
	b.Type(`[name="lines.1.period.from"]`, rocDay(3))
	b.Type(`[name="lines.1.period.to"]`, rocDay(300))
	b.Click(`.sendbar [value="submit"]`)
	b.Wait("#route, .errors") // what is being saved by itself is waited for before it goes
	b.Shot("begin-sent")
	b.says("陳核中", "江志恆")
	b.signIn("qh04", once["江志恆"])
	if status, answer := r.rest(r.token("qh04", ownPassword), "GET", "/first-needs", nil); status != 404 {
		t.Errorf("somebody who enters none of it gets %d %v", status, answer)
	}
	b.Go("/")
	b.Follow(`.task .btn--main`)
	b.Follow(`.acts [value="approve"]`)
	b.says("同意。")
}

// rocDay is a day as it is typed.
func rocDay(ahead int) string {
	d := calendar.DateOf(time.Now().In(time.FixedZone("Asia/Taipei", 8*3600))).AddDays(ahead)
	return fmt.Sprintf("%d.%02d.%02d", d.ROCYear(), d.Month, d.Day)
}
