package api_test

import (
	"testing"
	"time"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/refserver/account"
)

// Somebody looks at his tokens and ends the one he lost; another's is not there for
// him, whether it exists or not.
func TestOnesOwnTokens(t *testing.T) {
	s := open(t, inMemory(t))
	clerk, other := "qh150013", "qh150011"
	s.token(clerk)
	s.token(other)
	lost := s.call("", "POST", "/sessions", object{"login": clerk, "password": password, "name": "盤點匯入", "read_only": true}).want(201)
	bearer := "Bearer " + lost.text("token")
	own := s.call(clerk, "GET", "/sessions", nil).want(200)
	if len(own.items()) != 2 {
		t.Fatalf("%s", own.raw)
	}
	current := 0
	for i := range own.items() {
		if own.text("items", i, "id") == lost.text("id") {
			if own.at("items", i, "write") != false || own.at("items", i, "current") != nil || own.text("items", i, "name") != "盤點匯入" {
				t.Errorf("%s", own.raw)
			}
		} else if own.at("items", i, "current") == true {
			current++
		}
	}
	if current != 1 {
		t.Errorf("%d current tokens: %s", current, own.raw)
	}
	s.call("", "GET", "/sessions", nil, "Authorization", bearer).want(200)
	s.call("", "DELETE", "/sessions/"+lost.text("id"), nil, "Authorization", bearer).refused(403, "scope")                                             // read-only
	s.call("", "POST", "/types/account_request/dry-run", object{"values": object{"subject": "試跑"}}, "Authorization", bearer).refused(404, "not_found") // not his to try, but nothing is written
	if theirs := s.call(other, "DELETE", "/sessions/"+lost.text("id"), nil).refused(404, "not_found"); theirs.text("detail") !=
		s.call(other, "DELETE", "/sessions/none", nil).refused(404, "not_found").text("detail") {
		t.Error("another's token is told from none")
	}
	s.call(clerk, "DELETE", "/sessions/"+lost.text("id"), nil).want(204)
	s.call("", "GET", "/sessions", nil, "Authorization", bearer).refused(401, "token")
	if again := s.call(clerk, "GET", "/sessions", nil).want(200); again.text("items", 0, "revoked")+again.text("items", 1, "revoked") == "" {
		t.Errorf("%s", again.raw)
	}
	// Told to choose another password he can still give his token back.
	must(t, s.accounts.SetPassword(t.Context(), account.Key{Person: people[clerk], Login: clerk}, "Ismskit-other-116", true, time.Now()))
	s.call(clerk, "GET", "/sessions", nil).refused(403, "must_change")
	s.call(clerk, "DELETE", "/sessions/current", nil).want(204)
	s.call(clerk, "GET", "/sessions", nil).refused(401, "token")
}

// Whoever manages people ends a token of somebody else, which is put on the trail;
// for everybody else there is nothing of the kind.
func TestAnothersTokens(t *testing.T) {
	s := open(t, inMemory(t))
	clerk, officer, admin := "qh150013", "qh110004", "qh110005"
	s.token(clerk)
	id := s.call(clerk, "GET", "/sessions", nil).want(200).text("items", 0, "id")
	for _, path := range []string{"/people/P13/sessions", "/people/P99/sessions"} {
		s.call(officer, "GET", path, nil).refused(404, "not_found")
	}
	for _, path := range []string{"/people/P13/sessions/" + id, "/people/P13/sessions/none", "/people/P99/sessions/" + id} {
		s.call(officer, "DELETE", path, nil).refused(404, "not_found")
	}
	s.call(admin, "GET", "/people/P99/sessions", nil).refused(404, "not_found")
	if theirs := s.call(admin, "GET", "/people/P13/sessions", nil).want(200); theirs.text("items", 0, "id") != id || theirs.text("items", 0, "login") != clerk {
		t.Fatalf("%s", theirs.raw)
	}
	s.call(admin, "DELETE", "/people/P11/sessions/"+id, nil).refused(404, "not_found") // not his
	s.call(clerk, "GET", "/me", nil).want(200)
	s.call(admin, "DELETE", "/people/P13/sessions/"+id, nil).want(204)
	s.call(clerk, "GET", "/me", nil).refused(401, "token")
	entries, err := s.kit.Evidence().System(t.Context(), ismskit.System("test"), ismskit.LogAccounts, 0, 10)
	must(t, err)
	if len(entries) != 1 || entries[0].Verb != ismskit.VerbTokenRevoked || entries[0].By.Person != people[admin] || entries[0].Number != clerk || entries[0].Result != "P13" {
		t.Errorf("%+v", entries)
	}
}
