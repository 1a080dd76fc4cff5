package web_test

import (
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/refserver/web/webtest"
)

// visitor is someone with a browser that doesn't follow redirects by itself.
type visitor struct {
	t      *testing.T
	office webtest.Office
	client *http.Client
}

func visit(t *testing.T, o webtest.Office) visitor {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return visitor{t, o, &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// read answers with status, where it leads to, and the page.
func (v visitor) read(res *http.Response, err error) (status int, to, body string) {
	v.t.Helper()
	if err != nil {
		v.t.Fatal(err)
	}
	var b strings.Builder
	if err := res.Write(&b); err != nil {
		v.t.Fatal(err)
	}
	return res.StatusCode, res.Header.Get("Location"), b.String()
}

func (v visitor) get(path string) (int, string, string) {
	v.t.Helper()
	return v.read(v.client.Get(v.office.URL + path))
}

func (v visitor) post(path string, form ...string) (int, string, string) {
	v.t.Helper()
	values := url.Values{}
	for i := 0; i < len(form); i += 2 {
		values.Set(form[i], form[i+1])
	}
	return v.read(v.client.PostForm(v.office.URL+path, values))
}

func TestAVisitorSignsInAndComesBackToWhereHeWas(t *testing.T) {
	v := visit(t, webtest.OpenOffice(t, false))
	status, to, _ := v.get("/todo?tab=late")
	if status != http.StatusSeeOther || to != "/login?next=%2Ftodo%3Ftab%3Dlate" {
		t.Fatalf("%d %s", status, to)
	}
	_, _, page := v.get(to)
	if !strings.Contains(page, `name="next" value="/todo?tab=late"`) || strings.Contains(page, "示範帳號") {
		t.Error(page)
	}
	status, to, page = v.post("/login", "login", "qh150013", "password", webtest.DemoPassword, "next", "/todo?tab=late")
	if status != http.StatusSeeOther || to != "/todo?tab=late" {
		t.Fatalf("%d %s %s", status, to, page)
	}
	if status, _, page := v.get(to); status != http.StatusOK || !strings.Contains(page, "鍾明哲") {
		t.Errorf("%d %s", status, page)
	}
	if _, _, page := visit(t, webtest.OpenOffice(t, false)).get("/login?next=%2Fkept%2FABC"); !strings.Contains(page, "您剛才填寫的內容已保留") {
		t.Error("the door doesn't say that what was typed is kept")
	}
	if _, to, _ := v.get("/login?next=//evil.example"); to != "/" {
		t.Errorf("signed in already, led to %s", to)
	}
	if status, to, _ := v.post("/logout"); status != http.StatusSeeOther || to != "/login" {
		t.Errorf("%d %s", status, to)
	}
	if status, to, _ := v.get("/todo"); status != http.StatusSeeOther || to != "/login?next=%2Ftodo" {
		t.Errorf("after signing out: %d %s", status, to)
	}
}

func TestTheDoorLeadsNowhereElse(t *testing.T) {
	o := webtest.OpenOffice(t, false)
	for _, next := range []string{"//evil.example", "https://evil.example", "/\\evil.example", "/login", "/login?next=/todo", "/logout", "/password"} {
		if _, to, _ := visit(t, o).post("/login", "login", "qh150013", "password", webtest.DemoPassword, "next", next); to != "/" {
			t.Errorf("%q led to %q", next, to)
		}
	}
}

func TestAWrongPasswordIsToldKindly(t *testing.T) {
	o := webtest.OpenOffice(t, false)
	v := visit(t, o)
	_, _, unknown := v.post("/login", "login", "nobody", "password", "wrong-secret")
	_, _, wrong := v.post("/login", "login", "qh150013", "password", "wrong-secret")
	if strings.Contains(wrong, "wrong-secret") {
		t.Error("the password came back")
	}
	if !strings.Contains(wrong, "帳號或密碼不符，請重新輸入。") || !strings.Contains(wrong, `value="qh150013"`) {
		t.Error(wrong)
	}
	_, unknown, _ = strings.Cut(unknown, "<!doctype")
	_, wrong, _ = strings.Cut(wrong, "<!doctype")
	if unknown != strings.Replace(wrong, `value="qh150013"`, `value="nobody"`, 1) {
		t.Error("an unknown login looks different")
	}
	if status, _, page := v.post("/login", "login", " ", "password", ""); status != http.StatusUnprocessableEntity || !strings.Contains(page, "請輸入帳號與密碼。") {
		t.Errorf("%d %s", status, page)
	}
	for range 4 {
		v.post("/login", "login", "qh150013", "password", "wrong-secret")
	}
	if status, _, page := v.post("/login", "login", "qh150013", "password", webtest.DemoPassword); status != http.StatusTooManyRequests || !strings.Contains(page, "帳號暫停使用，請於 15 分鐘後再登入。") {
		t.Errorf("%d %s", status, page)
	}
}

func TestAPasswordFromSomeoneElseIsChangedFirst(t *testing.T) {
	v := visit(t, webtest.OpenOffice(t, false))
	_, to, _ := v.post("/login", "login", "qh110007", "password", webtest.DemoPassword, "next", "/todo")
	if to != "/password?next=%2Ftodo" {
		t.Fatalf("led to %s", to)
	}
	if _, to, _ := v.get("/todo"); to != "/password?next=%2Ftodo" {
		t.Errorf("the page is open: %s", to)
	}
	const own = "My-own-word-for-115"
	for wrong, form := range map[string][]string{
		"兩次輸入的新密碼不同": {"old", webtest.DemoPassword, "new", own, "again", own + "x"},
		"目前的密碼不符":    {"old", "wrong", "new", own, "again", own},
		"密碼至少 12 個字": {"old", webtest.DemoPassword, "new", "Short-1", "again", "Short-1"},
		"與目前的密碼相同":   {"old", webtest.DemoPassword, "new", webtest.DemoPassword, "again", webtest.DemoPassword},
	} {
		if status, _, page := v.post("/password", form...); status != http.StatusUnprocessableEntity || !strings.Contains(page, wrong) {
			t.Errorf("%s: %d %s", wrong, status, page)
		}
	}
	// All of it at once, each at its field.
	_, _, all := v.post("/password", "old", "wrong", "new", "Short-1", "again", "Short-2")
	for _, said := range []string{`id="old-error"`, `id="new-error"`, `id="again-error"`, "尚有 3 處需補正"} {
		if !strings.Contains(all, said) {
			t.Errorf("%s is not said: %s", said, all)
		}
	}
	status, to, page := v.post("/password", "old", webtest.DemoPassword, "new", own, "again", own, "next", "/todo")
	if status != http.StatusSeeOther || to != "/todo" {
		t.Fatalf("%d %s %s", status, to, page)
	}
	if _, _, page := v.get("/todo"); !strings.Contains(page, "密碼已變更。") {
		t.Error("not told, or signed out")
	}
}

func TestOneClickSignsInToTheDemonstrationOnly(t *testing.T) {
	v := visit(t, webtest.OpenOffice(t, true))
	if _, _, page := v.get("/login"); !strings.Contains(page, "鍾明哲 科員（戶政科）") || !strings.Contains(page, webtest.DemoPassword) {
		t.Error(page)
	}
	if status, to, _ := v.post("/login", "demo", "qh110005", "next", "/todo"); status != http.StatusSeeOther || to != "/todo" {
		t.Errorf("%d %s", status, to)
	}
	if status, _, _ := visit(t, webtest.OpenOffice(t, false)).post("/login", "demo", "qh110005"); status != http.StatusUnprocessableEntity {
		t.Errorf("a server that is no demonstration: %d", status)
	}
}

func TestALanguageIsKept(t *testing.T) {
	v := visit(t, webtest.OpenOffice(t, false))
	status, to, _ := v.get("/login?lang=en&next=%2Ftodo")
	if status != http.StatusSeeOther || to != "./login?next=%2Ftodo" {
		t.Fatalf("%d %s", status, to)
	}
	if _, _, page := v.get("/login"); !strings.Contains(page, "<h1>Sign in</h1>") {
		t.Error(page)
	}
}

func TestAFormTooLongForTheDoor(t *testing.T) {
	v := visit(t, webtest.OpenOffice(t, false))
	if status, _, _ := v.post("/login", "login", "a", "password", strings.Repeat("x", 16<<10)); status != http.StatusRequestEntityTooLarge {
		t.Errorf("%d", status)
	}
}

// Without script there is a menu, a sign-in and a sign-out all the same.
func TestThePagesWorkWithoutScript(t *testing.T) {
	v := visit(t, webtest.OpenOffice(t, true))
	if status, _, _ := v.post("/login", "demo", "qh150013"); status != http.StatusSeeOther {
		t.Fatalf("%d", status)
	}
	_, _, page := v.get("/todo")
	for _, want := range []string{`href="#nav"`, `id="nav"`, `action="/logout"`, `data-print hidden`} {
		if !strings.Contains(page, want) {
			t.Errorf("missing %s", want)
		}
	}
}
