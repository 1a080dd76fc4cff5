package web_test

import (
	"database/sql"
	"errors"
	"html"
	"net/http"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/refserver/web/webtest"
	"github.com/ismskit/ismskit/storage/sqlite"
)

var held = regexp.MustCompile(`<input type="hidden" name="([^"]*)" value="([^"]*)">`)

// again is what the button 「再送一次」 of the page sends, and where to.
func again(t testing.TB, r webtest.Reply) (to string, fields []string) {
	t.Helper()
	_, form, found := strings.Cut(r.Text, `<form method="post" action="`)
	to, form, more := strings.Cut(form, `"`)
	form, _, whole := strings.Cut(form, "</form>")
	if !found || !more || !whole || !strings.Contains(form, ">再送一次</button>") {
		t.Fatalf("%s: nothing to send again\n%s", r.Request.URL, r.Text)
	}
	for _, m := range held.FindAllStringSubmatch(form, -1) {
		fields = append(fields, html.UnescapeString(m[1]), html.UnescapeString(m[2]))
	}
	return to, fields
}

// A backup holds the database while people work: whatever they send is refused and
// nothing of it is done, but it comes back to them with a button that sends the very
// same once more.
func TestALockedDatabaseLosesNothingTyped(t *testing.T) {
	file := filepath.Join(t.TempDir(), "cases.db")
	store, err := sqlite.Open(t.Context(), file, sqlite.Options{Wait: 50 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	h := webtest.OpenHouseWith(t, func(cfg *ismskit.Config) { cfg.Store = store })
	at := h.Apply(t)
	clerk, head := h.As(t, "P13"), h.As(t, "P12") // he stands in for the head
	draft, sending, opinion := clerk.Get("/apply/account_request"), clerk.Get("/apply/account_request"), head.Get(at)

	backup, err := sql.Open("sqlite", file)
	if err != nil {
		t.Fatal(err)
	}
	defer backup.Close()
	conn, err := backup.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := conn.ExecContext(t.Context(), "BEGIN IMMEDIATE"); err != nil {
		t.Fatal(err)
	}
	reason := "第一行：接任\r\n第二行：<收發> & \"登記\""
	half := append(webtest.OneLine(), "do", "save")
	half[slices.Index(half, "接任單位收發")] = reason
	saved := clerk.Post("/apply/account_request", draft.With(half...)...)
	sent := clerk.Post("/apply/account_request", sending.With(append(webtest.OneLine(), "do", "submit")...)...)
	acted := head.Post(at+"/act", opinion.With("comment", "經查確有業務需要，擬予同意", "do", "approve")...)
	for _, r := range []webtest.Reply{saved, sent, acted} {
		r.Says(t, http.StatusServiceUnavailable, "系統暫時無法使用", "填寫的內容都保留在這一頁", "問題編號")
		if r.Header.Get("Retry-After") == "" {
			t.Error("it does not say when to try again")
		}
	}
	sent.Says(t, http.StatusServiceUnavailable, "可能已經完成，也可能沒有", "同一份內容再送一次，不會重複辦理。").Not(t, "沒有完成")
	saved.Says(t, http.StatusServiceUnavailable, "調任收發窗口，申請公文登記桌", "第二行：&lt;收發&gt;")
	acted.Says(t, http.StatusServiceUnavailable, "經查確有業務需要，擬予同意")
	// Still locked: it comes back once more.
	to, fields := again(t, sent)
	sent = clerk.Post(to, fields...)
	sent.Says(t, http.StatusServiceUnavailable, "單位公文收發")

	if _, err := conn.ExecContext(t.Context(), "ROLLBACK"); err != nil {
		t.Fatal(err)
	}
	if err := conn.Close(); err != nil {
		t.Fatal(err)
	}
	clerk.Get("/apply").Not(t, "第一行：接任")
	to, fields = again(t, saved)
	kept := clerk.Post(to, fields...).Says(t, http.StatusOK, "第一行：接任\n第二行：&lt;收發&gt; &amp; &#34;登記&#34;")
	if !strings.HasSuffix(kept.At(), "/edit") {
		t.Errorf("the draft is at %s", kept.At())
	}
	to, fields = again(t, sent)
	first := clerk.Post(to, fields...).Says(t, http.StatusOK, "陳核中")
	if again := clerk.Post(to, fields...); again.At() != first.At() { // the same token: a second click
		t.Errorf("sent twice: %s and %s", first.At(), again.At())
	}
	to, fields = again(t, acted)
	head.Post(to, fields...).Says(t, http.StatusOK)
	head.Get(at).Says(t, http.StatusOK, "經查確有業務需要，擬予同意")
}

// The database is gone, or something breaks, before anything of the form was read:
// what was typed comes back all the same. A file can't; its control asks for it again.
func TestADatabaseThatIsGoneLosesNothingTyped(t *testing.T) {
	var store *webtest.Shaky
	h := webtest.OpenHouseWith(t, func(cfg *ismskit.Config) {
		store = &webtest.Shaky{Store: cfg.Store}
		cfg.Store = store
	})
	clerk := h.As(t, "P13")
	form := clerk.Get("/apply/account_request")
	fields := form.With(append(webtest.OneLine(), "do", "submit")...)
	for status, err := range map[int]error{http.StatusServiceUnavailable: ismskit.ErrUnavailable, http.StatusInternalServerError: errors.New("something broke")} {
		store.Fail(err)
		lost := clerk.SendAs("/apply/account_request", "attachments.file", "核准公文.pdf", "%PDF-1.7\n%%EOF", fields...)
		lost.Says(t, status, "單位公文收發", "附件未能保留，請重新選擇：核准公文.pdf", `type="file" id="file-0" name="attachments.file" required`, `enctype="multipart/form-data"`)
		store.Fail(nil)
		to, again := again(t, lost)
		i := slices.Index(again, "do")
		again[i+1] = "refresh"
		clerk.SendAs(to, "attachments.file", "核准公文.pdf", "%PDF-1.7\n%%EOF", again...).Says(t, http.StatusOK, "核准公文.pdf", `value="單位公文收發"`)
	}

	// A script that asks for a part keeps its page; it needs no other.
	store.Fail(ismskit.ErrUnavailable)
	clerk.Header = http.Header{"X-Page-Part": {"form"}}
	clerk.Post("/apply/account_request", fields...).Says(t, http.StatusServiceUnavailable).Not(t, "再送一次")
}

// Who goes back to a page that he has only kept, and keeps it once more with something else
// in it, is not told that he has sent anything.
func TestAPageThatWasKeptIsNotSaidToBeSent(t *testing.T) {
	h := webtest.OpenHouse(t)
	clerk := h.As(t, "P13")
	form := clerk.Get("/apply/account_request")
	clerk.Post("/apply/account_request", form.With("subject", "收發窗口", "do", "save")...).Says(t, http.StatusOK)
	clerk.Post("/apply/account_request", form.With("subject", "另一件", "do", "save")...).
		Says(t, http.StatusUnprocessableEntity, "這一頁剛才已暫存成草稿", "待辦事項的「尚未送出」", "另一件").Not(t, "已經送出過")
}
