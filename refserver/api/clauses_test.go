package api_test

import (
	"strings"
	"testing"

	"github.com/ismskit/ismskit/storage/memory"
)

// A program files a record that points at a clause, by version and address; one that is not there is refused
// at its field, and the record says of which version it is.
func TestAProgramPointsAtAClause(t *testing.T) {
	s := open(t, memory.New())
	const controller = "qh110007"
	doc := s.call(controller, "GET", "/documents/IS-02-008", nil).want(200).text("id")
	values := func(clause string) object {
		return object{"category": "C03", "subject": "網路檢討", "kind": "minutes", "document": doc, "clause": clause}
	}
	no := s.call(controller, "POST", "/types/execution_record/check", object{"values": values("1.3 玖九")})
	if !strings.Contains(string(no.raw), `"clause"`) {
		t.Errorf("%s", no.raw)
	}
	yes := s.call(controller, "POST", "/types/execution_record/check", object{"values": values("1.3 陸三(四)")})
	if strings.Contains(string(yes.raw), `"field":"clause"`) {
		t.Errorf("%s", yes.raw)
	}
}
