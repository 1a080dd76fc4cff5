package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"testing"
	"time"

	"github.com/ismskit/ismskit/refserver/account"
)

// Nobody who administers the house can sign in any more: whoever sits at the machine names
// somebody of the house, who comes in with a password for once. The trail says so.
func TestTheOperatorFindsAWayBack(t *testing.T) {
	dir := t.TempDir()
	o := options{data: dir}
	var out bytes.Buffer
	make := func(who string) error {
		out.Reset()
		return run(t.Context(), []string{"-data", dir, "-make-admin", who}, &out)
	}
	if err := make(adminLogin); !errors.Is(err, errNoHouse) {
		t.Errorf("where there is no house: %v", err)
	}
	r := begun(t, "-data", dir, "-empty")
	first := regexp.MustCompile(`one-time password: (\S+)`).FindStringSubmatch(r.said.String())[1]
	r.visitor().post("/login", url.Values{"login": {adminLogin}, "password": {first}})
	r.end()
	if err := make("somebody"); !errors.Is(err, errNobody) {
		t.Errorf("somebody unknown: %v", err)
	}
	k, err := openKept(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	// As it is where logins are kept by hand: the rule of the last administrator is passed by.
	err = errors.Join(k.accounts.Disable(t.Context(), account.Key{Person: adminPerson, Login: adminLogin}, "", time.Now()), k.Close())
	if err != nil {
		t.Fatal(err)
	}
	if err := make(adminLogin); err != nil {
		t.Fatal(err)
	}
	once := regexp.MustCompile(`one-time password: (\S+)`).FindStringSubmatch(out.String())[1]
	r = begun(t, "-data", dir)
	visit := r.visitor()
	visit.post("/login", url.Values{"login": {adminLogin}, "password": {once}})
	if status := visit.post("/password", url.Values{"old": {once}, "new": {"Own-password-of-115"}, "again": {"Own-password-of-115"}}); status != http.StatusOK {
		t.Fatalf("he cannot choose a password of his own: %d", status)
	}
	token := r.token(adminLogin, "Own-password-of-115")
	add := func(list, id string, values map[string]any) {
		t.Helper()
		body, err := json.Marshal(map[string]any{"values": values})
		if err != nil {
			t.Fatal(err)
		}
		request, err := http.NewRequest("PUT", r.url+"/api/v1/registers/"+list+"/rows/"+id, bytes.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Content-Type", "application/json")
		request.Header.Set("Authorization", "Bearer "+token)
		request.Header.Set("If-None-Match", "*")
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		if err := response.Body.Close(); err != nil || response.StatusCode != http.StatusOK {
			t.Fatalf("%s %s: %d %v", list, id, response.StatusCode, err)
		}
	}
	add("people", "P06", map[string]any{"name": "方冠宇", "login": "fang"})
	r.end()

	// Somebody else, who had neither login nor role.
	if err := make("fang"); err != nil {
		t.Fatal(err)
	}
	once = regexp.MustCompile(`方冠宇  login: fang  one-time password: (\S+)`).FindStringSubmatch(out.String())[1]
	r = begun(t, "-data", dir)
	visit = r.visitor()
	visit.post("/login", url.Values{"login": {"fang"}, "password": {once}})
	visit.post("/password", url.Values{"old": {once}, "new": {"Own-password-of-116"}, "again": {"Own-password-of-116"}})
	token = r.token("fang", "Own-password-of-116")
	if _, me := r.rest(token, "GET", "/me", nil); me["rights"].(map[string]any)["manage_people"] != true {
		t.Errorf("he manages nobody: %v", me)
	}
	_, row := r.rest(token, "GET", "/registers/roles/rows/system.system_admin", nil)
	if row["reason"] != "由主機操作人員以指令列指定" || row["changed_by"] != "system" {
		t.Errorf("the list says %v, by %v", row["reason"], row["changed_by"])
	}
	r.end()
}
