package api_test

import (
	"testing"
)

// Two rows that ask for the same permission for the same person, neither with an account yet,
// are one request twice and are refused at the second; with two accounts they are two.
func TestRowsThatAskForTheSameAreRefused(t *testing.T) {
	s := open(t, inMemory(t))
	send := func(first, second string) answer {
		lines := []object{line("S01", "folder_write", "P13", first), line("S01", "folder_write", "P13", second)}
		return s.call("qh150013", "POST", "/cases", object{"type": "account_request", "values": request(lines...), "submit": true})
	}
	if refused := send("", "").refused(422, "invalid"); refused.text("errors", 0, "code") != "not_unique" || refused.at("errors", 0, "row") != 2.0 {
		t.Errorf("the same twice: %s", refused.raw)
	}
	send("qh150013", "qh150013a").want(201)
}
