package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/evidence"
	"github.com/ismskit/ismskit/ismskit/witness"
)

func TestTheServersKeyIsMadeOnceAndItsOwn(t *testing.T) {
	o := options{data: filepath.Join(t.TempDir(), "data"), url: "https://isms.example.gov.tw"}
	key, err := openKey(o)
	if err != nil || !strings.HasPrefix(key.Verifier(), "isms.example.gov.tw/") {
		t.Fatalf("%v, %v", key, err)
	}
	again, err := openKey(o)
	if err != nil || again.Verifier() != key.Verifier() {
		t.Errorf("%v, %v", again, err)
	}
	path := filepath.Join(o.data, fileKey)
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	if left, err := os.ReadDir(o.data); err != nil || len(left) != 1 {
		t.Errorf("beside the key: %v, %v", left, err)
	}
	if other, err := makeKey(path, "other"); !errors.Is(err, fs.ErrExist) { // of a server that starts at the same time
		t.Errorf("a key was replaced by %v: %v", other.Verifier(), err)
	}
	for content, said := range map[string]string{"broken": fileKey, "": "is empty", "\n": "is empty"} {
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := openKey(o); !errors.Is(err, evidence.ErrKey) || !strings.Contains(err.Error(), said) {
			t.Errorf("the key %q: %v", content, err)
		}
	}
}

// Servers that start at the same time on one folder sign with one key: that of whoever was
// quickest.
func TestServersThatStartTogetherHaveOneKey(t *testing.T) {
	for range 20 {
		o := options{data: t.TempDir()}
		const servers = 8
		keys, wrong := make([]evidence.Key, servers), make([]error, servers)
		var all sync.WaitGroup
		for i := range servers {
			all.Go(func() { keys[i], wrong[i] = openKey(o) })
		}
		all.Wait()
		for i := range servers {
			if wrong[i] != nil || keys[i].Verifier() != keys[0].Verifier() {
				t.Fatalf("server %d: %v, %v", i, keys[i], wrong[i])
			}
		}
	}
}

// The audit unit's mailbox gets its checkpoints in the language of the house's mails.
func TestTheCheckpointMailIsInTheHousesLanguage(t *testing.T) {
	for lang, want := range map[string][2]string{
		"zh-TW": {"ISMS 檢查點", "請保存本信。日後可用附於下方的檢查點，查出其後是否有人改寫紀錄。"},
		"en":    {"ISMS checkpoint", "Please keep this mail: with the checkpoint below it can be told later whether any record was rewritten."},
	} {
		var cfg ismskit.Config
		if err := signing(options{data: t.TempDir(), lang: lang, witnessMail: "audit@office.example"}, &cfg); err != nil {
			t.Fatal(err)
		}
		if m, ok := cfg.Witnesses[0].(witness.Mail); !ok || m.Subject != want[0] || m.About != want[1] {
			t.Errorf("%s: %+v", lang, cfg.Witnesses)
		}
	}
}

// upload posts files as a browser does.
func (v *visitor) upload(path string, files map[string][]byte) (int, string) {
	v.Helper()
	var body bytes.Buffer
	m := multipart.NewWriter(&body)
	for field, content := range files {
		part, err := m.CreateFormFile(field, field+".zip")
		if err != nil {
			v.Fatal(err)
		}
		if _, err := part.Write(content); err != nil {
			v.Fatal(err)
		}
	}
	if err := m.Close(); err != nil {
		v.Fatal(err)
	}
	return v.sendsBody(path, m.FormDataContentType(), "", &body)
}

// shown is a page as the visitor sees it.
func (v *visitor) shown(path string) string {
	v.Helper()
	res, err := v.client.Get(v.url + path)
	if err != nil {
		v.Fatal(err)
	}
	all, err := io.ReadAll(res.Body)
	if err = errors.Join(err, res.Body.Close()); err != nil {
		v.Fatal(err)
	}
	return string(all)
}

var caseLink = regexp.MustCompile(`href="(/cases/[0-9a-f-]+)"`)

// A clerk takes a case of hers away as a bundle and brings it back; the page tells
// whether it was changed. The command writes one of a whole form.
func TestABundleIsMadeAndCheckedOnThePages(t *testing.T) {
	dir := t.TempDir()
	r, k := served(t, options{lang: "zh-TW", data: dir})
	clerk := r.visitor()
	if status := clerk.post("/login", url.Values{"login": {"qh150013"}, "password": {demoPassword}}); status != http.StatusOK {
		t.Fatalf("sign-in: %d", status)
	}
	page := clerk.shown("/records")
	if !strings.Contains(page, "製作封存檔") {
		t.Fatal("the archive offers no bundle")
	}
	link := caseLink.FindStringSubmatch(page)
	if link == nil {
		t.Fatal("the archive shows no case")
	}
	for _, path := range []string{link[1] + "/bundle", "/records/bundle"} {
		status, bundle := clerk.sendsBody(path, "application/x-www-form-urlencoded", "", strings.NewReader(""))
		if status != http.StatusOK || !strings.HasPrefix(bundle, "PK\x03\x04") {
			t.Fatalf("%s: %d %.300s", path, status, bundle)
		}
		if status, page := clerk.upload("/bundle", map[string][]byte{"file": []byte(bundle)}); status != http.StatusOK || !strings.Contains(page, "全部相符") {
			t.Errorf("%s brought back: %d\n%s", path, status, page)
		}
		changed := strings.Replace(bundle, "核章紀錄", "核章記錄", 1)
		i := strings.Index(bundle, ".trail")
		changed = changed[:i+2000] + "x" + changed[i+2001:]
		if status, page := clerk.upload("/bundle", map[string][]byte{"file": []byte(changed)}); status != http.StatusOK || !strings.Contains(page, "不相符") {
			t.Errorf("%s changed: %d\n%s", path, status, page)
		}
	}
	if status, page := clerk.upload("/bundle", map[string][]byte{"other": nil}); status != http.StatusUnprocessableEntity || !strings.Contains(page, "請選擇要驗證的封存檔") {
		t.Errorf("no file: %d\n%s", status, page)
	}
	if err := k.Close(); err != nil {
		t.Fatal(err)
	}

	file := filepath.Join(t.TempDir(), "bundle.zip")
	var said bytes.Buffer
	if err := run(t.Context(), []string{"-data", dir, "-bundle", file, "-bundle-form", "IS-04-012", "-bundle-changes"}, &said); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	report, err := evidence.VerifyBundle(bytes.NewReader(b), int64(len(b)), evidence.Options{})
	if err != nil || report.Result() != evidence.Unvouched || report.Cases == 0 || report.Chains == 0 {
		t.Errorf("%v, %v, %d cases, %d chains", err, report.Findings, report.Cases, report.Chains)
	}
	if err := run(context.WithoutCancel(t.Context()), []string{"-data", dir, "-bundle", file, "-bundle-form", "IS-99"}, &said); err == nil || !strings.Contains(err.Error(), "nothing in the archive matches") {
		t.Errorf("nothing to write: %v", err)
	}
}
