package web

import (
	"context"
	"database/sql"
	"errors"
	"html"
	"net/http"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/storage/sqlite"
)

var held = regexp.MustCompile(`<input type="hidden" name="([^"]*)" value="([^"]*)">`)

// again is what the button 「再送一次」 of the page sends, and where to.
func (r reply) again(t testing.TB) (to string, fields []string) {
	t.Helper()
	_, form, found := strings.Cut(r.body, `<form method="post" action="`)
	to, form, more := strings.Cut(form, `"`)
	form, _, whole := strings.Cut(form, "</form>")
	if !found || !more || !whole || !strings.Contains(form, ">再送一次</button>") {
		t.Fatalf("%s: nothing to send again\n%s", r.Request.URL, r.body)
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
	h := openHouseWith(t, func(cfg *ismskit.Config) { cfg.Store = store })
	at := h.apply(t)
	clerk, head := h.as(t, "P13"), h.as(t, "P12") // he stands in for the head
	draft, sending, opinion := clerk.get("/apply/account_request"), clerk.get("/apply/account_request"), head.get(at)

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
	half := append(oneLine(), "do", "save")
	half[slices.Index(half, "接任單位收發")] = reason
	saved := clerk.post("/apply/account_request", draft.with(half...)...)
	sent := clerk.post("/apply/account_request", sending.with(append(oneLine(), "do", "submit")...)...)
	acted := head.post(at+"/act", opinion.with("comment", "經查確有業務需要，擬予同意", "do", "approve")...)
	for _, r := range []reply{saved, sent, acted} {
		r.says(t, http.StatusServiceUnavailable, "系統暫時無法使用", "填寫的內容都保留在這一頁", "問題編號")
		if r.Header.Get("Retry-After") == "" {
			t.Error("it does not say when to try again")
		}
	}
	saved.says(t, http.StatusServiceUnavailable, "調任收發窗口，申請公文登記桌", "第二行：&lt;收發&gt;")
	acted.says(t, http.StatusServiceUnavailable, "經查確有業務需要，擬予同意")
	// Still locked: it comes back once more.
	to, fields := sent.again(t)
	sent = clerk.post(to, fields...)
	sent.says(t, http.StatusServiceUnavailable, "單位公文收發")

	if _, err := conn.ExecContext(t.Context(), "ROLLBACK"); err != nil {
		t.Fatal(err)
	}
	if err := conn.Close(); err != nil {
		t.Fatal(err)
	}
	clerk.get("/apply").not(t, "第一行：接任")
	to, fields = saved.again(t)
	kept := clerk.post(to, fields...).says(t, http.StatusOK, "第一行：接任\n第二行：&lt;收發&gt; &amp; &#34;登記&#34;")
	if !strings.HasSuffix(kept.at(), "/edit") {
		t.Errorf("the draft is at %s", kept.at())
	}
	to, fields = sent.again(t)
	first := clerk.post(to, fields...).says(t, http.StatusOK, "陳核中")
	if again := clerk.post(to, fields...); again.at() != first.at() { // the same token: a second click
		t.Errorf("sent twice: %s and %s", first.at(), again.at())
	}
	to, fields = acted.again(t)
	head.post(to, fields...).says(t, http.StatusOK)
	head.get(at).says(t, http.StatusOK, "經查確有業務需要，擬予同意")
}

// shaky is a store that fails as it is told.
type shaky struct {
	ismskit.Store
	failed atomic.Pointer[error]
}

func (s *shaky) fail(err error) { s.failed.Store(&err) }

// Update implements ismskit.Store.
func (s *shaky) Update(ctx context.Context, fn func(context.Context, ismskit.Tx) error) error {
	if err := s.failed.Load(); err != nil && *err != nil {
		return *err
	}
	return s.Store.Update(ctx, fn)
}

// View implements ismskit.Store.
func (s *shaky) View(ctx context.Context, fn func(context.Context, ismskit.Tx) error) error {
	if err := s.failed.Load(); err != nil && *err != nil {
		return *err
	}
	return s.Store.View(ctx, fn)
}

// The database is gone, or something breaks, before anything of the form was read:
// what was typed comes back all the same. A file can't; its control asks for it again.
func TestADatabaseThatIsGoneLosesNothingTyped(t *testing.T) {
	var store *shaky
	h := openHouseWith(t, func(cfg *ismskit.Config) {
		store = &shaky{Store: cfg.Store}
		cfg.Store = store
	})
	clerk := h.as(t, "P13")
	form := clerk.get("/apply/account_request")
	fields := form.with(append(oneLine(), "do", "submit")...)
	for status, err := range map[int]error{http.StatusServiceUnavailable: ismskit.ErrUnavailable, http.StatusInternalServerError: errors.New("something broke")} {
		store.fail(err)
		lost := clerk.sendAs("/apply/account_request", "attachments.file", "核准公文.pdf", "%PDF-1.7", fields...)
		lost.says(t, status, "單位公文收發", "附件未能保留，請重新選擇：核准公文.pdf", `type="file" id="file-0" name="attachments.file" required`, `enctype="multipart/form-data"`)
		store.fail(nil)
		to, again := lost.again(t)
		i := slices.Index(again, "do")
		again[i+1] = "refresh"
		clerk.sendAs(to, "attachments.file", "核准公文.pdf", "%PDF-1.7", again...).says(t, http.StatusOK, "核准公文.pdf", `value="單位公文收發"`)
	}

	// A script that asks for a part keeps its page; it needs no other.
	store.fail(ismskit.ErrUnavailable)
	clerk.header = http.Header{"X-Page-Part": {"form"}}
	clerk.post("/apply/account_request", fields...).says(t, http.StatusServiceUnavailable).not(t, "再送一次")
}
