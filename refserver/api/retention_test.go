package api_test

import (
	"testing"
)

// A program of somebody who looks after the archive reads how long logs are kept and what is
// past its time; to a clerk's there is no such thing.
func TestWhatIsPastItsTimeOverREST(t *testing.T) {
	s := open(t, inMemory(t))
	got := s.call("qh130009", "GET", "/retention", nil).want(200)
	if len(list(got, "logs")) != 7 || got.at("logs", 0, "months") != 6.0 || got.at("logs", 0, "missing") != true || len(list(got, "records")) != 0 {
		t.Errorf("%s", got.raw)
	}
	s.call("qh150013", "GET", "/retention", nil).refused(404, "not_found")
	s.call("", "GET", "/retention", nil).refused(401, "token")
}
