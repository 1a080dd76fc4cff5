package api_test

import (
	"testing"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/catalog"
	"github.com/ismskit/ismskit/storage/memory"
)

// A step that asks who its signer is takes the password of the token's owner with the
// action; without, or with a wrong one, the action is refused at its field.
func TestAnActionShowsOnceMoreWhoActs(t *testing.T) {
	s := openWith(t, memory.New(), func(c *ismskit.Config) {
		for i := range c.Types {
			if c.Types[i].Key == catalog.TypeAccountRequest {
				c.Types[i].Flow.Root.Sequence[1].Step.Reauth = true
			}
		}
	})
	head := "qh150011"
	id := s.sent("qh150013", line("S02", "officer", "P13", "qh150013"))
	if seen := s.call(head, "GET", "/cases/"+id, nil).want(200); seen.at("tasks", 0, "reauth") != true {
		t.Errorf("the task does not say so: %s", seen.raw)
	}
	for _, given := range []object{{}, {"password": "wrong one"}} {
		given["verb"], given["comment"] = "approve", "如擬"
		refused := s.act(head, id, given).refused(422, "invalid")
		if refused.text("errors", 0, "field") != "reauth" || refused.text("errors", 0, "code") != "reauth" {
			t.Errorf("%s", refused.raw)
		}
	}
	item := object{"case": id, "task": s.call(head, "GET", "/cases/"+id, nil).text("tasks", 0, "id"), "revision": 2}
	s.call(head, "POST", "/tasks/sign", object{"items": []object{item}}).refused(422, "invalid")
	s.act(head, id, object{"verb": "approve", "comment": "如擬", "password": password}).want(200)
	trail := s.call("qh150013", "GET", "/cases/"+id+"/trail", nil).want(200)
	if trail.text("entries", 1, "proved") == "" {
		t.Errorf("%s", trail.raw)
	}
}
