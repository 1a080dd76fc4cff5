package worktest

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/refserver/web/browsertest"
	"github.com/ismskit/ismskit/refserver/web/webtest"
)

// slowLine stands between a browser and a site and keeps back the answers to chosen
// parts of a page, as a bad line does.
type slowLine struct {
	mu   sync.Mutex
	keep map[string]chan struct{} // by part: closed when its answer may go
	came chan string              // a part whose answer is kept back
}

func (l *slowLine) ServeHTTP(w http.ResponseWriter, r *http.Request, next http.Handler) {
	part := r.Header.Get("X-Page-Part")
	l.mu.Lock()
	gate := l.keep[part]
	delete(l.keep, part)
	l.mu.Unlock()
	if gate == nil {
		next.ServeHTTP(w, r)
		return
	}
	answer := httptest.NewRecorder()
	next.ServeHTTP(answer, r)
	l.came <- part
	select {
	case <-gate:
	case <-r.Context().Done():
		return
	}
	for name, values := range answer.Header() {
		w.Header()[name] = values
	}
	w.WriteHeader(answer.Code)
	_, _ = w.Write(answer.Body.Bytes()) // a browser that has gone needs no answer
}

// hold keeps back the next answer to this part until release is called.
func (l *slowLine) hold(part string) (release func()) {
	gate := make(chan struct{})
	l.mu.Lock()
	defer l.mu.Unlock()
	l.keep[part] = gate
	return func() { close(gate) }
}

// slowHouse is a house behind a slow line, and the address of that.
func slowHouse(t *testing.T) (h *webtest.House, address string, line *slowLine) {
	h = webtest.OpenHouse(t)
	site, err := url.Parse(h.URL)
	if err != nil {
		t.Fatal(err)
	}
	line = &slowLine{keep: map[string]chan struct{}{}, came: make(chan string, 1)}
	through := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(site); r.Out.Host = r.In.Host }}
	slow := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { line.ServeHTTP(w, r, through) }))
	t.Cleanup(slow.Close)
	return h, slow.URL, line
}

// openSlowly opens the form of a request over a slow line.
func openSlowly(t *testing.T) (*browsertest.Page, *slowLine) {
	b := browsertest.Start(t)
	_, slow, line := slowHouse(t)
	p := b.Open(t, slow, "/as/P13?next=/apply/account_request", browsertest.Look{Size: browsertest.Desktop, Lang: "zh-TW"})
	p.Go("/apply/account_request")
	return p, line
}

// While a file is on its way the form can be filled in: what is typed stays, the cursor too, and
// whoever sends it then sends it with the file.
func TestAFormIsFilledInWhileAFileIsSent(t *testing.T) {
	t.Parallel() // most of its time it waits for Chromium
	p, line := openSlowly(t)
	path := filepath.Join(t.TempDir(), "佐證.txt")
	if err := os.WriteFile(path, []byte("申請緣由"), 0o600); err != nil {
		t.Fatal(err)
	}
	release := line.hold("form")
	p.Attach("#f-attachments", path)
	<-line.came
	p.Wait(`[data-says="under_way"]:not([hidden])`)
	p.Type(`[name="reason"]`, "調任")
	p.Choose(`[name="lines.1.system"]`, "S01")
	p.Eval(`document.querySelector('[type="checkbox"][name="emergency"]').click()`, nil)
	p.Type(`[name="subject"]`, "收發窗口之帳號申請")
	p.Eval(`document.querySelector('[name="subject"]').setSelectionRange(2, 2)`, nil)
	release()
	p.Wait(`[data-says="under_way"][hidden], body:not(:has([data-says="under_way"]:not([hidden])))`)
	var got struct {
		Subject, Reason, System, At string
		Cursor                      int
		Emergency                   bool
	}
	p.Eval(`(() => { const v = (n) => document.querySelector('[name="' + n + '"]').value, at = document.activeElement;
		return { Subject: v("subject"), Reason: v("reason"), System: v("lines.1.system"), At: at.name, Cursor: at.selectionStart,
			Emergency: document.querySelector('[type="checkbox"][name="emergency"]').checked } })()`, &got)
	if got.Subject != "收發窗口之帳號申請" || got.Reason != "調任" || got.System != "S01" || got.At != "subject" || got.Cursor != 2 || !got.Emergency {
		t.Errorf("it holds %+v", got)
	}

	release = line.hold("form")
	p.Attach("#f-attachments", path)
	<-line.came
	p.Expect("422")
	p.Eval(`document.querySelector('.sendbar [value="submit"]').click()`, nil)
	p.Type(`[name="subject"]`, "，另附佐證")
	release()
	p.Wait(".errors")
	var subject string
	var files int
	p.Eval(`document.querySelector('[name="subject"]').value`, &subject)
	p.Eval(`[...document.querySelectorAll('main a, main span, main label')].filter((e) => e.childElementCount === 0 && e.textContent.includes("佐證.txt")).length`, &files)
	if !strings.Contains(subject, "另附佐證") || files < 2 {
		t.Errorf("it was sent with %q and %d files", subject, files)
	}
}

// On a slow line an answer comes back to a form that has gone on: nothing filled in
// since is lost, no row, and the writer's own saving is not somebody else's.
func TestAFormOnASlowLine(t *testing.T) {
	t.Parallel() // most of its time it waits for Chromium
	p, line := openSlowly(t)
	value := func(name string) (v string) {
		p.Eval(`document.querySelector('[name="`+name+`"]').value`, &v)
		return v
	}

	// An answer that knows neither the system nor the purpose.
	release := line.hold("check")
	p.Type(`[name="reason"]`, "調任")
	p.Type(`[name="subject"]`, "收發窗口") // leaving the reason asks
	<-line.came
	p.Choose(`[name="lines.1.system"]`, "S01")
	p.Type(`[name="lines.1.purpose"]`, "辦理收發文")
	p.Eval(`document.querySelector('[name="subject"]').focus()`, nil)
	release()
	p.Wait(`[name="lines.1.permission"][value="folder_read"]`)
	for name, want := range map[string]string{"subject": "收發窗口", "lines.1.system": "S01", "lines.1.purpose": "辦理收發文"} {
		if got := value(name); got != want {
			t.Errorf("%s is %q after the late answer, not %q", name, got, want)
		}
	}

	// A row that is added while the draft is being saved.
	release = line.hold("save")
	p.Type(`[name="subject"]`, "收發窗口之帳號")
	<-line.came
	p.Eval(`document.querySelector('[data-add-row="lines"]').click()`, nil)
	release()
	p.Wait(`[id="w-lines.2"]`)
	// Keeping it while it is being saved by itself.
	release = line.hold("save")
	p.Type(`[name="subject"]`, "收發窗口之帳號申請")
	<-line.came
	p.Eval(`document.querySelector('.sendbar [value="save"]').click()`, nil)
	release()
	p.Wait(`[data-toast]`)
	if p.Has(".band--old") || p.Has(".errors") {
		t.Errorf("the writer's own saving is held against him: %s", p.Text("main"))
	}
	if got := value("subject"); got != "收發窗口之帳號申請" {
		t.Errorf("kept as %q", got)
	}
}

// A row is asked for while the database is away: the form stays as it is and says so;
// the next try brings the row.
func TestAFormStaysWhileTheDatabaseIsAway(t *testing.T) {
	t.Parallel() // most of its time it waits for Chromium
	b := browsertest.Start(t)
	var store *webtest.Shaky
	h := webtest.OpenHouseWith(t, func(cfg *ismskit.Config) {
		store = &webtest.Shaky{Store: cfg.Store}
		cfg.Store = store
	})
	p := b.Open(t, h.URL, "/as/P13?next=/apply/account_request", browsertest.Look{Size: browsertest.Desktop, Lang: "zh-TW"})
	p.Expect("503")
	p.Go("/apply/account_request")
	p.Type(`[name="subject"]`, "收發窗口之帳號申請")
	store.Fail(ismskit.ErrUnavailable)
	p.Click(`[data-add-row="lines"]`)
	p.Wait("#form-state.is-unsaved")
	if said := p.Text("#form-state"); !strings.Contains(said, "填寫的內容仍在這一頁") {
		t.Errorf("it says %q", said)
	}
	store.Fail(nil)
	p.Click(`[data-add-row="lines"]`)
	p.Wait(`[id="w-lines.2"]`)
	var subject string
	if p.Eval(`document.querySelector('[name="subject"]').value`, &subject); subject != "收發窗口之帳號申請" {
		t.Errorf("the subject is %q", subject)
	}
}

// After a template the writer stands in the first field that it left open, and is told
// what was filled in.
func TestATemplateLeadsToWhatItLeavesOpen(t *testing.T) {
	t.Parallel() // most of its time it waits for Chromium
	b := browsertest.Start(t)
	h := webtest.OpenHouse(t)
	p := b.Open(t, h.URL, "/as/P13?next=/apply/account_request", browsertest.Look{Size: browsertest.Desktop, Lang: "zh-TW"})
	p.Go("/apply/account_request")
	p.Choose("#template", "R03")
	p.Click(`[value="template"]`)
	p.Wait("[data-told]")
	for expression, want := range map[string]string{
		"document.activeElement.name":                       "lines.1.account_user.name",
		`document.querySelector("[data-live]").textContent`: "已加入 2 列，請核對內容；尚待填寫：帳號使用者、負責人。",
	} {
		var got string
		p.Eval(expression, &got)
		if got != want {
			t.Errorf("%s is %q, want %q", expression, got, want)
		}
	}
}

// What was pasted and can't be taken as it stands leads to the list of what is wrong: rows
// pasted at once have their faults far apart.
func TestPastedRowsLeadToWhatIsWrongInThem(t *testing.T) {
	t.Parallel() // most of its time it waits for Chromium
	b := browsertest.Start(t)
	h := webtest.OpenHouse(t)
	p := b.Open(t, h.URL, "/as/P13?next=/apply/account_request", browsertest.Look{Size: browsertest.Desktop, Lang: "zh-TW"})
	p.Go("/apply/account_request")
	p.Eval(`document.querySelector("#paste-lines").closest("details").open = true;
		document.querySelector("#paste-lines").value = "系統\t用途\n沒有這個系統\t登入"`, nil)
	p.Click(`[value="paste:lines"]`)
	p.Wait("#form-faults [data-errors]")
	var at bool
	p.Eval(`document.activeElement.matches("#form-faults [data-errors]")`, &at)
	if !at {
		var where string
		p.Eval("document.activeElement.outerHTML.slice(0, 200)", &where)
		t.Errorf("the focus is at %s, not at the list of what is wrong", where)
	}
	if said := p.Text("#form-faults [data-errors]"); !strings.Contains(said, "第 1 列") || !strings.Contains(said, "「沒有這個系統」") {
		t.Errorf("the list says %q", said)
	}
}

// Who hears the page and doesn't see it is told what changes: the places that are read
// out stay where they are and get other words, and the fault of the field that was left
// is among them.
func TestWhatChangesIsReadOut(t *testing.T) {
	t.Parallel() // most of its time it waits for Chromium
	b := browsertest.Start(t)
	h := webtest.OpenHouse(t)
	p := b.Open(t, h.URL, "/as/P13?next=/apply/account_request", browsertest.Look{Size: browsertest.Desktop, Lang: "zh-TW"})
	p.Go("/apply/account_request")
	p.Eval(`for (const place of ["#form-route", "#form-state [role=status]", "[data-live]"]) document.querySelector(place).heard = document.querySelector(place).textContent`, nil)

	p.Eval(`document.querySelector('[name="reason"]').focus(); document.querySelector('[name="subject"]').focus()`, nil)
	p.Wait("[data-live]:not(:empty)")
	if said := p.Text("[data-live]"); !strings.Contains(said, "請填寫申請事由") {
		t.Errorf("of the reason that was left empty it says %q", said)
	}
	p.Type(`[name="reason"]`, "接任收發")
	p.Choose(`[name="lines.1.system"]`, "S01")
	p.Wait("[data-live]:empty")
	p.Wait(`[name="lines.1.permission"][value="folder_read"]`)
	p.Wait(`#form-state[data-action^="/cases/"] [role=status]:not(:empty)`)
	for _, place := range []string{"#form-route", "#form-state [role=status]", "[data-live]"} {
		var same bool
		p.Eval(`document.querySelector("`+place+`").heard !== undefined`, &same)
		if !same {
			t.Errorf("%s is another node: nothing is read out", place)
		}
	}
}

// A part of the page is replaced while 送出 waits for what is being saved, as when a file is taken in:
// it is sent all the same, by the button that has come in its place.
func TestSendingWhileAPartOfThePageIsReplaced(t *testing.T) {
	t.Parallel() // most of its time it waits for Chromium
	b := browsertest.Start(t)
	h := webtest.OpenHouse(t)
	p := b.Open(t, h.URL, "/as/P13?next=/apply/account_request", browsertest.Look{Size: browsertest.Desktop, Lang: "zh-TW"})
	p.Go("/apply/account_request")
	p.Expect("422")
	p.Type(`[name="subject"]`, "收發窗口之帳號申請")
	p.Eval(`(() => {
		const form = document.querySelector('[name="subject"]').form;
		form.querySelector('[value="submit"]').click();
		form.innerHTML = form.innerHTML;
	})()`, nil)
	p.Wait(".errors")
}

// A file that was refused, for its kind or for its missing end, is named at its field,
// whatever is done in the form meanwhile, until another takes its place.
func TestARefusedFileIsNamedUntilItIsReplaced(t *testing.T) {
	t.Parallel() // most of its time it waits for Chromium
	b := browsertest.Start(t)
	h := webtest.OpenHouse(t)
	p := b.Open(t, h.URL, "/as/P13?next=/apply/account_request", browsertest.Look{Size: browsertest.Desktop, Lang: "zh-TW"})
	attach := func(name, content string) {
		t.Helper()
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		p.Attach("#f-attachments", path)
	}
	p.Go("/apply/account_request")
	for i, refused := range []struct{ name, content, why, system, permission string }{
		{"安裝程式.exe", "MZ\x90", "不是可接受的檔案種類", "S01", "folder_read"},
		{"畫面.png", "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "不完整", "S02", "unit_registry"},
	} {
		named := func(when string) {
			t.Helper()
			if said := p.Text("#f-attachments-error"); !strings.Contains(said, "「"+refused.name+"」"+refused.why) {
				t.Errorf("%s: of %s it says %q", when, refused.name, said)
			}
		}
		attach(refused.name, refused.content)
		p.Wait(`#f-attachments[aria-invalid="true"]`)
		named("chosen")
		p.Choose(`[name="lines.1.system"]`, refused.system)
		p.Wait(`[name="lines.1.permission"][value="` + refused.permission + `"]`)
		named("another field was filled in")
		p.Click("[data-add-row]")
		p.Wait(fmt.Sprintf(`[name="lines.%d.system"]`, i+2))
		named("a row was added")
		attach("通知.pdf", "%PDF-1.7 1\n%%EOF")
		p.Wait(fmt.Sprintf(`[value="remove-part:attachments.%d"]`, i))
		if p.Has("#f-attachments-error") || strings.Contains(p.Text("#form"), refused.name) {
			t.Errorf("%s has been replaced and is named still", refused.name)
		}
	}
}

// A surname names nobody: leaving the field offers whom it may mean, and one click takes him.
func TestAPartOfANameIsOfferedAndTakenWithOneClick(t *testing.T) {
	t.Parallel() // most of its time it waits for Chromium
	b := browsertest.Start(t)
	h := webtest.OpenHouse(t)
	p := b.Open(t, h.URL, "/as/P13?next=/apply/account_request", browsertest.Look{Size: browsertest.Desktop, Lang: "zh-TW"})
	p.Go("/apply/account_request")
	p.Type(`[name="lines.1.responsible.find"]`, "涂")
	p.Eval(`document.querySelector('[name="subject"]').focus()`, nil)
	p.Wait(`[name="lines.1.responsible.pick"]`)
	if p.Has(`[name="lines.1.responsible.id"][value="P09"]`) {
		t.Error("a surname was taken for somebody")
	}
	p.Clean(browsertest.LoadAxe(t))
	p.Shot("person-perhaps")
	p.Click(`[name="lines.1.responsible.pick"]`)
	p.Type(`[name="subject"]`, "收發窗口")
	p.Eval(`document.querySelector('[name="reason"]').focus()`, nil)
	p.Wait(`[name="lines.1.responsible.find"][value^="涂正宏 "]`)
	if !p.Has(`[name="lines.1.responsible.id"][value="P09"]`) {
		t.Error("who was chosen is not taken")
	}
	if p.Has(`[name="lines.1.responsible.pick"]`) {
		t.Error("the choice stands there although it was made")
	}
}

// A subject as long as a form takes it has three lines of a list; all of it stands on the
// page of the case.
func TestALongSubjectTakesThreeLinesOfAList(t *testing.T) {
	t.Parallel() // most of its time it waits for Chromium
	b := browsertest.Start(t)
	h := webtest.OpenHouse(t)
	long := strings.Repeat("調任單位公文收發窗口，", 9)
	path := h.Apply(t, "subject", long)
	h.As(t, "P13").Get(path).Says(t, http.StatusOK, long)
	cut := 0
	for _, look := range []browsertest.Look{{Size: browsertest.Desktop, Lang: "zh-TW"}, {Size: browsertest.Phone, Lang: "zh-TW"}} {
		for _, page := range []string{"/", "/sent", "/records"} {
			p := b.Open(t, h.URL, "/as/P13?next="+page, look)
			p.Go(page)
			var lines []float64
			p.Eval(`[...document.querySelectorAll("main a[href^='`+path+`']")].filter((a) => a.textContent.startsWith("調任單位公文收發窗口，調任")).map((a) => a.getBoundingClientRect().height / parseFloat(getComputedStyle(a).lineHeight))`, &lines)
			if len(lines) == 0 {
				t.Errorf("%s at %v: the request is not there", page, look.Size)
			}
			for _, n := range lines {
				if n > 3.2 {
					t.Errorf("%s at %v: %.1f lines", page, look.Size, n)
				} else if n > 2.8 {
					cut++
				}
			}
		}
	}
	if cut == 0 {
		t.Error("the subject takes three lines nowhere: this shows nothing")
	}
}
