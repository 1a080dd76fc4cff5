package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"github.com/ismskit/ismskit/refserver/account"
	"github.com/ismskit/ismskit/storage/sqlite"
)

// full is a server whose databases can be made to have no room left.
type full struct {
	*running
	kept            *kept
	cases, accounts *bun.DB
}

func openFull(t *testing.T) *full {
	t.Helper()
	dir := t.TempDir()
	k, err := openFolder(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	f := &full{kept: k, cases: k.store.(*sqlite.Store).DB()}
	// The same accounts, through a connection that the test has in its hands.
	if err := k.close[0](); err != nil {
		t.Fatal(err)
	}
	if f.accounts, err = openAccounts(filepath.Join(dir, fileAccounts)); err != nil {
		t.Fatal(err)
	}
	k.close[0] = f.accounts.Close
	if k.accounts, err = account.Open(t.Context(), f.accounts, account.Options{}); err != nil {
		t.Fatal(err)
	}
	h, err := furnish(t.Context(), options{lang: "zh-TW", data: dir}, k, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(errors.Join(err, k.Close()))
	}
	server := httptest.NewServer(h.handler)
	t.Cleanup(func() {
		server.Close()
		if err := k.Close(); err != nil {
			t.Error(err)
		}
	})
	f.running = &running{TB: t, url: server.URL}
	return f
}

// fill takes the room that a database still has; the function it returns gives it back.
func (f *full) fill(db *bun.DB) (room func()) {
	f.Helper()
	do := func(statement string) error {
		_, err := db.ExecContext(context.Background(), statement)
		return err
	}
	if err := errors.Join(do("CREATE TABLE filler (b BLOB)"), do("PRAGMA max_page_count = 1")); err != nil { // becomes the present size
		f.Fatal(err)
	}
	for _, size := range []string{"4000", "400", "40", "1"} {
		for n := 0; do("INSERT INTO filler VALUES (zeroblob("+size+"))") == nil; n++ {
			if n > 10_000 {
				f.Fatal("the database does not get full")
			}
		}
	}
	return func() {
		f.Helper()
		if err := errors.Join(do("PRAGMA max_page_count = 1000000"), do("DROP TABLE filler")); err != nil {
			f.Fatal(err)
		}
	}
}

// TestADatabaseWithoutRoom: a full disk under the cases keeps nothing of a request, and
// says so beside what was typed; one under the accounts lets nobody in, and says that
// it is not his password. What can be read goes on being read. With room again, the
// same request works.
func TestADatabaseWithoutRoom(t *testing.T) {
	f := openFull(t)
	clerk, administrator, token := f.signedIn("qh150013"), f.signedIn("qh110005"), f.token("qh150013", demoPassword)
	text := strings.Repeat("長", 1900)
	draft := map[string]any{"type": "account_request", "values": map[string]any{"subject": "沒有空間時的申請", "reason": text}}
	drafts := func() (n int) {
		t.Helper()
		status, list := f.rest(token, "GET", "/cases?phase=draft&limit=200", nil)
		if status != http.StatusOK {
			t.Fatalf("reading: %d %v", status, list)
		}
		for _, item := range list["items"].([]any) {
			if item.(map[string]any)["subject"] == "沒有空間時的申請" {
				n++
			}
		}
		return n
	}

	room := f.fill(f.cases)
	for range 3 {
		if status, out := f.rest(token, "POST", "/cases", draft); status != http.StatusServiceUnavailable || out["code"] != "unavailable" {
			t.Errorf("without room: %d %v", status, out)
		}
	}
	typed := url.Values{"token": {"T1"}, "subject": {"沒有空間時的申請"}, "reason": {text}, "do": {"save"}}.Encode()
	if status, page := clerk.sendsBody("/apply/account_request", "application/x-www-form-urlencoded", "", strings.NewReader(typed)); status != http.StatusServiceUnavailable ||
		!strings.Contains(page, text) || !strings.Contains(page, "系統暫時無法使用") {
		t.Errorf("what was typed is lost: %d\n%.800s", status, page)
	}
	if n := drafts(); n != 0 {
		t.Errorf("%d drafts of requests that were refused", n)
	}
	room()
	if status, out := f.rest(token, "POST", "/cases", draft); status != http.StatusCreated || drafts() != 1 {
		t.Errorf("with room again: %d %v", status, out)
	}

	room = f.fill(f.accounts)
	// A row may still fit into a page that is there: not many more do.
	now, err := time.Now(), error(nil)
	for n := 0; err == nil; n++ {
		if n > 500 {
			t.Fatal("a full database takes tokens without end")
		}
		_, _, err = f.kept.accounts.IssueToken(t.Context(), "qh150013", "filler", account.Scopes{Read: true}, now.Add(time.Hour), now)
	}
	for n := 0; ; n++ {
		const one = "INSERT INTO refserver_sessions (token, data, expires_at, ended) VALUES (hex(randomblob(16)), zeroblob(10), '2020-01-01 00:00:00+00:00', FALSE)"
		if _, err := f.accounts.ExecContext(t.Context(), one); err != nil {
			break
		}
		if n > 500 {
			t.Fatal("a full database takes sessions without end")
		}
	}
	if status, out := f.rest("", "POST", "/sessions", map[string]any{"login": "qh150012", "password": demoPassword}); status != http.StatusServiceUnavailable || out["code"] != "unavailable" {
		t.Errorf("signing in without room: %d %v", status, out)
	}
	if status := f.visitor().post("/login", url.Values{"login": {"qh150012"}, "password": {demoPassword}}); status != http.StatusServiceUnavailable {
		t.Errorf("signing in on the page without room: %d", status)
	}
	for n := 0; ; n++ {
		if _, err := f.kept.accounts.Create(t.Context(), fmt.Sprintf("filler%d", n), "P18", demoPassword, false, now); err != nil {
			break
		}
		if n > 60 {
			t.Fatal("a full database takes logins without end")
		}
	}
	giving := url.Values{"do": {"give"}, "login": {strings.Repeat("long", 16)}}
	if status := administrator.post("/people/P13/account", giving); status != http.StatusServiceUnavailable {
		t.Errorf("giving a login without room: %d", status)
	}
	if page := clerk.shown("/"); !strings.Contains(page, "鍾明哲") {
		t.Errorf("who is signed in reads on:\n%.600s", page)
	}
	if status, out := f.rest(token, "GET", "/tasks", nil); status != http.StatusOK {
		t.Errorf("a token that was issued: %d %v", status, out)
	}
	room()
	if status := administrator.post("/people/P13/account", giving); status != http.StatusOK {
		t.Errorf("giving a login with room again: %d", status)
	}
	f.signedIn("qh150012")
	f.token("qh150012", demoPassword)
}

// TestAFolderOfFilesThatIsAway: a share that is not mounted, or lets nobody write, takes
// no file and says so beside what was typed, in the user's language; that it is away is
// not taken for a file that is not there; requests without files go on. Once it is back
// the same file is taken, and read.
func TestAFolderOfFilesThatIsAway(t *testing.T) {
	dir := t.TempDir()
	r, k := served(t, options{lang: "zh-TW", data: dir})
	defer func() {
		if err := k.Close(); err != nil {
			t.Error(err)
		}
	}()
	clerk, token := r.signedIn("qh150013"), r.token("qh150013", demoPassword)
	status, raw := clerk.sendsBody("/api/v1/files?name=a.txt", "application/octet-stream", token, strings.NewReader("到職通知"))
	if status != http.StatusCreated {
		t.Fatalf("%d %s", status, raw)
	}
	_, opened := r.rest(token, "POST", "/cases", map[string]any{"type": "account_request", "values": map[string]any{"subject": "附件", "attachments": []any{decoded(t, raw)}}})
	file := "/api/v1/cases/" + opened["case"].(string) + "/files/" + decoded(t, raw)["digest"].(string)

	blobs, elsewhere := filepath.Join(dir, dirBlobs), filepath.Join(dir, "elsewhere")
	if err := errors.Join(os.Rename(blobs, elsewhere), os.Mkdir(blobs, 0o700)); err != nil {
		t.Fatal(err)
	}
	status, raw = clerk.sendsBody("/api/v1/files?name=b.txt", "application/octet-stream", token, strings.NewReader("切結書"))
	if status != http.StatusServiceUnavailable || !strings.Contains(raw, `"code":"unavailable"`) || strings.Contains(raw, dir) {
		t.Errorf("API: %d %s", status, raw)
	}
	clerk.unavailable(file, token)
	typed := [][2]string{{"subject", "已打好的主旨"}, {"reason", "已打好的事由"}}
	for _, do := range []string{"upload", "save", "submit"} {
		status, page := clerk.sends("/apply/account_request", append(typed, [2]string{"do", do}), "attachments.file", "切結書.txt", 2000)
		if status != http.StatusServiceUnavailable || !strings.Contains(page, "已打好的主旨") || !strings.Contains(page, "已打好的事由") ||
			!strings.Contains(page, "無法使用") || strings.Contains(page, "attachments.0.size") || strings.Contains(page, dir) {
			t.Errorf("%s with a file: %d\n%.1500s", do, status, page)
		}
	}
	if left, err := os.ReadDir(blobs); err != nil || len(left) > 0 {
		t.Errorf("written where the share is not: %v, %v", left, err)
	}
	status, page := clerk.sends("/apply/account_request", append(typed, [2]string{"do", "save"}), "", "", 0)
	if status != http.StatusOK || !strings.Contains(page, "已打好的主旨") {
		t.Errorf("a draft without a file: %d\n%.600s", status, page)
	}

	if err := errors.Join(os.Remove(blobs), os.Rename(elsewhere, blobs)); err != nil {
		t.Fatal(err)
	}
	if status, page := clerk.sends("/apply/account_request", append(typed, [2]string{"do", "upload"}), "attachments.file", "切結書.txt", 2000); status != http.StatusOK || !strings.Contains(page, `name="attachments.0.size" value="2000"`) {
		t.Errorf("back again: %d\n%.600s", status, page)
	}
	if got := (&shift{TB: t, tokens: map[string]string{"qh150013": token}}).download(&process{running: r}, "qh150013", strings.TrimPrefix(file, "/api/v1")); string(got) != "到職通知" {
		t.Errorf("read again: %q", got)
	}
}

// decoded is an answer of the API.
func decoded(t *testing.T, raw string) (out map[string]any) {
	t.Helper()
	if err := json.Unmarshal([]byte(raw), &out); err != nil {
		t.Fatalf("%v in %s", err, raw)
	}
	return out
}
