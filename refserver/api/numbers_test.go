package api_test

import (
	"testing"
)

// Numbers for paper are for who keeps the records: to others, and for a type that is none,
// there is nothing there.
func TestReservedNumbersAreForWhoKeepsTheRecords(t *testing.T) {
	s := open(t, inMemory(t))
	for _, who := range []string{"qh150013", "qh110007"} {
		s.call(who, "GET", "/numbers", nil).refused(404, "not_found")
		s.call(who, "POST", "/numbers", object{"type": "account_request", "count": 3, "reason": "停機"}).refused(404, "not_found")
		s.call(who, "POST", "/numbers/void", object{"number": "IS-04-012-115-0001", "reason": "未用"}).refused(404, "not_found")
	}
	s.call("qh110005", "POST", "/numbers", object{"type": "nothing", "count": 3, "reason": "停機"}).refused(404, "not_found")
}
