package web_test

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/refserver/web/webtest"
)

// Everything wrong comes at once, at its field and in the list above; everything
// typed is still there.
func TestAnIncompleteRequestIsRefusedKindly(t *testing.T) {
	h := webtest.OpenHouse(t)
	clerk := h.As(t, "P13")
	form := clerk.Get("/apply/account_request")
	r := clerk.Post("/apply/account_request", form.With(
		"subject", "調任", "op", "add",
		"lines.1.system", "S01", "lines.1.purpose", "登入", "lines.1.account_user.find", "沒有這個人",
		"lines.1.period.from", "115.13.45", "lines.1.period.open", "true",
		"do", "submit")...)
	r.Says(t, http.StatusUnprocessableEntity, "處需補正", `href="#f-reason"`, `href="#f-lines.1.permission"`, `value="沒有這個人"`, `value="115.13.45"`,
		"請填寫申請事由", "第 1 列「AD 帳號」：人員名單中找不到", "第 1 列「AD 帳號」：使用期間：曆上沒有這一天", "其餘內容都已保留")
	for _, inline := range []string{`<script[^>]*>[^<]`, `(?i)\son[a-z]+=`} {
		if found := regexp.MustCompile(inline).FindString(r.Text); found != "" {
			t.Errorf("script within the page: %q", found)
		}
	}
}

// A field is checked when it is left: only what was touched is marked, and the list
// above comes only where there was one.
func TestAPartOfTheFormForTheScript(t *testing.T) {
	h := webtest.OpenHouse(t)
	clerk := h.As(t, "P13")
	form := clerk.Get("/apply/account_request")
	clerk.Header = http.Header{"X-Page-Part": {"check"}}
	part := clerk.Post("/apply/account_request", form.With("subject", "一", "lines.1.period.from", "115.2.30", "touched", "lines.1.period.from", "do", "check")...)
	part.Says(t, http.StatusOK, "曆上沒有這一天", `id="form-route"`).Not(t, "<html", "處需補正", "請填寫申請事由")
	part = clerk.Post("/apply/account_request", form.With("subject", "", "touched", "subject", "marked", "reason", "summary", "1", "do", "check")...)
	part.Says(t, http.StatusOK, "處需補正", "請填寫申請事由").Not(t, "請填寫主旨")
	// Nothing that is pasted is cut off: the server says how long it may be, and how long it is.
	part = clerk.Post("/apply/account_request", form.With("subject", strings.Repeat("長", 3000), "touched", "subject", "do", "check")...)
	part.Says(t, http.StatusOK, "主旨最多 100 個字，目前 3000 個字").Not(t, `maxlength="100"`)
	// Of somebody from outside and of his arrival, too, all is said when it is left.
	user := "lines.1.account_user."
	part = clerk.Post("/apply/account_request", form.With(user+"kind", "external", user+"name", strings.Repeat("長", 501), user+"org", "",
		"touched", user+"name", "marked", user+"org", "do", "check")...)
	part.Says(t, http.StatusOK, "最多 ", "目前 501 個字", `id="f-`+user+`org-error"`)
	part = clerk.Post("/apply/account_request", form.With("op", "add", user+"kind", "expected", user+"name", "新進同仁", user+"expected", "115.12.7",
		"lines.1.period.from", "115.12.1", "touched", "lines.1.period.from", "do", "check")...)
	part.Says(t, http.StatusOK, "使用期間的起日早於使用者的預計到職日")
	saved := clerk.Post("/apply/account_request", form.With("subject", "自動暫存", "do", "autosave")...)
	saved.Says(t, http.StatusOK, `data-action="/cases/`, "已於 09:00 暫存").Not(t, "<html")
	clerk.Get("/find/people?q=鍾明").Says(t, http.StatusOK, `<option value="鍾明哲 科員（戶政科）">`)
}

// The undertaking is asked for as soon as a privileged item is chosen, a form's number
// as soon as an item needs that form, and who sends without them is told in which row.
func TestAPrivilegedItemAsksForTheUndertakingAtOnce(t *testing.T) {
	h := webtest.OpenHouse(t)
	clerk := h.As(t, "P13")
	page := clerk.Get("/apply/account_request")
	asks := func(do, item, system string, more ...string) []string {
		line := webtest.OneLine()
		line[slices.Index(line, "S02")], line[slices.Index(line, "unit_registry")] = system, item
		return page.With(append(append(line, "do", do), more...)...)
	}
	clerk.Header = http.Header{"X-Page-Part": {"check"}}
	shown := func(r webtest.Reply, field string) bool {
		t.Helper()
		at := regexp.MustCompile(`id="w-` + field + `" data-field( data-affects)?( hidden)?>`).FindStringSubmatch(r.Text)
		if at == nil {
			t.Fatalf("no field %s in %s", field, r.Text)
		}
		return at[2] == ""
	}
	plain := clerk.Post("/apply/account_request", asks("check", "general_user", "S01", "touched", "lines.1.permission")...)
	if shown(plain, "nda") || shown(plain, "lines.1.privileged") || shown(plain, "lines.1.companion") {
		t.Error("it is asked for without need")
	}
	privileged := clerk.Post("/apply/account_request", asks("check", "domain_admin", "S01", "touched", "lines.1.permission")...)
	if !shown(privileged, "nda") || !shown(privileged, "lines.1.privileged") || shown(privileged, "lines.1.companion") {
		t.Error("the undertaking is not asked for")
	}
	beside := clerk.Post("/apply/account_request", asks("check", "remote_login", "S09", "touched", "lines.1.permission")...)
	if beside.Says(t, http.StatusOK, "IS-04-025"); shown(beside, "nda") || !shown(beside, "lines.1.companion") {
		t.Error("the form's number is not asked for")
	}
	clerk.Header = nil
	clerk.Post("/apply/account_request", asks("submit", "domain_admin", "S01")...).Says(t, http.StatusUnprocessableEntity, `href="#f-nda"`, "第 1 列「AD 帳號」有委外人員或特權權限")
	sent := clerk.Post("/apply/account_request", asks("submit", "domain_admin", "S01", "nda", "true")...)
	sent.Says(t, http.StatusOK, "陳核中", "特權權限")
	h.As(t, "P11").Get(sent.At()).Says(t, http.StatusOK, "特權權限", "保密切結")
}

// Whatever is wrong with a form, a screen reader says it at the control: every fault has
// an address that a control or its group names.
func TestEveryFaultIsTiedToItsControl(t *testing.T) {
	h := webtest.OpenHouse(t)
	clerk := h.As(t, "P13")
	described, faults := regexp.MustCompile(`aria-describedby="([^"]*)"`), regexp.MustCompile(`<span class="field__error"([^>]*)>([^<]*)`)
	types := regexp.MustCompile(`href="/apply/(\w+)"`).FindAllStringSubmatch(clerk.Get("/apply").Text, -1)
	seen := map[string]bool{}
	pages := map[string]webtest.Reply{"half filled in": clerk.Post("/apply/account_request", clerk.Get("/apply/account_request").With(
		"lines.1.system", "S01", "lines.1.purpose", "登入", "lines.1.account_user.find", "沒有這個人", "lines.1.period.from", "115.13.45", "do", "submit")...)}
	for _, m := range types {
		pages[m[1]] = clerk.Post("/apply/"+m[1], clerk.Get("/apply/"+m[1]).With("do", "submit")...)
	}
	for form, page := range pages {
		named := map[string]bool{}
		for _, d := range described.FindAllStringSubmatch(page.Text, -1) {
			for _, id := range strings.Fields(d[1]) {
				named[`id="`+id+`"`] = true
			}
		}
		for _, fault := range faults.FindAllStringSubmatch(page.Text, -1) {
			seen[fault[2]] = true
			if !named[strings.TrimSpace(fault[1])] {
				t.Errorf("%s: 「%s」 (%s) belongs to no control", form, fault[2], fault[1])
			}
		}
	}
	if len(types) < 3 || len(seen) < 6 {
		t.Errorf("only %d forms and %d faults were looked at", len(types), len(seen))
	}
	// The buttons of two tables, or of two fields for files, are told from each other.
	clerk.Get("/apply/account_request").Says(t, 200, `新增一列<span class="vh">`, `上傳<span class="vh">附件`)
}
