package main

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ismskit/ismskit/ismskit/evidence"
	"github.com/ismskit/ismskit/ismskit/kittest"
)

// sent sends a request with a header and reads what comes back.
func (r *running) sent(token, method, path, header, value string, body any) (int, map[string]any, http.Header) {
	r.Helper()
	b, err := json.Marshal(body)
	if err != nil {
		r.Fatal(err)
	}
	request, err := http.NewRequest(method, r.url+"/api/v1"+path, bytes.NewReader(b))
	if err != nil {
		r.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Authorization", "Bearer "+token)
	request.Header.Set(header, value)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		r.Fatal(err)
	}
	var out map[string]any
	if err := errors.Join(json.NewDecoder(response.Body).Decode(&out), response.Body.Close()); err != nil {
		r.Fatal(err)
	}
	return response.StatusCode, out, response.Header
}

// One command with a file of issuers: somebody tries his card on the form for that, over
// REST, the administrator registers it, and the bundle proves the signature by itself.
func TestACardIsTriedOnTheServer(t *testing.T) {
	dir, file := t.TempDir(), filepath.Join(t.TempDir(), "issuers.pem")
	now := time.Now()
	issuer, err := kittest.NewIssuer("測試憑證管理中心", now)
	if err == nil {
		err = issuer.WriteFile(file, now)
	}
	if err != nil {
		t.Fatal(err)
	}
	card, err := issuer.Card("鍾明哲", nil, now.AddDate(-5, 0, 0), now.AddDate(5, 0, 0))
	if err != nil {
		t.Fatal(err)
	}
	r := begun(t, "-data", dir, "-certificates", file)
	token := r.token("qh150013", demoPassword)
	status, opened := r.rest(token, "POST", "/cases", map[string]any{"type": "certificate_trial", "values": map[string]any{"subject": "新換發憑證試簽"}, "submit": true})
	if status != http.StatusCreated {
		t.Fatalf("%d %v", status, opened)
	}
	path := "/cases/" + opened["case"].(string)
	act := func(body map[string]any) (int, map[string]any) {
		_, shown, head := r.sent(token, "GET", path, "Accept", "application/json", nil)
		if shown["case"] == nil && shown["id"] == nil {
			t.Fatalf("the case: %v", shown)
		}
		status, out, _ := r.sent(token, "POST", path+"/actions", "If-Match", head.Get("ETag"), body)
		return status, out
	}
	status, refused := act(map[string]any{"verb": "approve"})
	toSign, _ := refused["to_sign"].(map[string]any)
	if status != http.StatusUnprocessableEntity || refused["code"] != "to_sign" || toSign["later"] != true {
		t.Fatalf("%d %v", status, refused)
	}
	statement := []byte(toSign["statement"].(string))
	cms, err := card.CMS(statement)
	if err != nil {
		t.Fatal(err)
	}
	signed := map[string]any{"verb": "approve", "certificate": map[string]any{"drawn": toSign["drawn"], "signature": base64.StdEncoding.EncodeToString(cms)}}
	status, refused = act(signed)
	if b, _ := json.Marshal(refused); status != http.StatusUnprocessableEntity || !strings.Contains(string(b), "certificate.unregistered") || !strings.Contains(string(b), card.Fingerprint()) {
		t.Fatalf("a card that is not registered: %d %s", status, b)
	}
	if anew, ok := refused["to_sign"].(map[string]any); !ok || anew["sha256"] != toSign["sha256"] {
		t.Fatalf("nothing has changed, and what he is to sign is now %v", refused["to_sign"])
	}
	admin := r.token("qh110005", demoPassword)
	if status, row, _ := r.sent(admin, "PUT", "/registers/certificates/rows/"+card.Fingerprint(), "If-None-Match", "*", map[string]any{"values": map[string]any{
		"person": map[string]any{"id": "P13"}, "fingerprint": card.Fingerprint(), "holder": "鍾明哲"}}); status >= 300 {
		t.Fatalf("%d %v", status, row)
	}
	if status, done := act(signed); status != http.StatusOK || done["outcome"] != "done" {
		t.Fatalf("%d %v", status, done)
	}
	_, trail := r.rest(token, "GET", path+"/trail", nil)
	if b, _ := json.Marshal(trail); trail["verified"] != true || !strings.Contains(string(b), `"fingerprint":"`+card.Fingerprint()+`"`) {
		t.Errorf("trail %s", b)
	}
	r.end()
	bundle := filepath.Join(dir, "all.zip")
	if err := run(t.Context(), []string{"-data", dir, "-bundle", bundle, "-bundle-number", "CT-*"}, io.Discard); err != nil {
		t.Fatal(err)
	}
	report, err := verifiedFile(bundle)
	if err != nil || len(report.Findings) > 0 || !strings.Contains(report.Text("zh-TW"), "憑證簽章所憑的簽發者為「CN=測試憑證管理中心,C=TW」") {
		t.Errorf("%v\n%s", err, report.Text("zh-TW"))
	}
}

// verifiedFile checks a bundle as an auditor does.
func verifiedFile(path string) (evidence.Report, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return evidence.Report{}, err
	}
	return evidence.VerifyBundle(bytes.NewReader(b), int64(len(b)), evidence.Options{})
}

// A file that is none stops the server before anything begins.
func TestAServerWithoutItsIssuersDoesNotStart(t *testing.T) {
	err := run(t.Context(), []string{"-addr", "127.0.0.1:0", "-data", t.TempDir(), "-certificates", filepath.Join(t.TempDir(), "none.pem")}, io.Discard)
	if err == nil || !strings.Contains(err.Error(), "-certificates: ") {
		t.Errorf("%v", err)
	}
}
