package api_test

import (
	"context"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/storage/memory"
)

// An officer's program takes the flow of a form, keeps another as a draft, is told what is
// wrong at which step, tries it out, publishes it, and goes back to the one before.
func TestAFlowIsChangedByAProgram(t *testing.T) {
	const (
		head = `{"step":{"id":"head","name":{"zh-TW":"科長","en":"Head"},"kind":"review","who":[{"kind":"person","ids":["P12"]}]}}`
	)
	s := openWith(t, memory.New(), func(c *ismskit.Config) {
		c.Rights.ManageTypes = []string{"organisation/security_officer"}
		c.Types = append(c.Types, memoOf(t, "1", head))
	})
	const me, clerk, at = "qh110004", "qh150013", "/types/memo"
	flow := s.call(me, "GET", at+"/flow", nil).want(200)
	if flow.head.Get("ETag") != `"1"` || flow.text("root", "step", "id") == "" && flow.text("root", "sequence", 0, "step", "id") != "head" {
		t.Fatalf("the flow is %s, %s", flow.head.Get("ETag"), flow.raw)
	}
	s.call(me, "GET", at+"/flow?version=9", nil).refused(404, "not_found")
	s.call(me, "GET", at+"/flow/draft", nil).refused(404, "not_found")
	// What is no flow is told by its place, and nothing is kept.
	s.call(me, "PUT", at+"/flow/draft", object{"key": "memo", "version": "1", "rot": 1}).refused(422, "no_flow")
	both := object{"key": "memo", "version": "1", "root": object{"sequence": []any{
		object{"step": object{"id": "officer", "name": object{"zh-TW": "資安會辦"}, "kind": "consult", "who": []any{object{"kind": "person", "ids": []any{"P04"}}}, "return_to": []any{"head"}}},
		object{"step": object{"id": "head", "name": object{"zh-TW": "科長"}, "kind": "review", "who": []any{object{"kind": "person", "ids": []any{"P12"}}}}},
	}}}
	wrong := s.call(me, "PUT", at+"/flow/draft", both).want(200)
	if wrong.at("blocks") != true || wrong.text("problems", 0, "step") != "officer" || wrong.text("problems", 0, "path") == "" || wrong.text("next") != "1-1" || wrong.text("from") != "1" {
		t.Errorf("a wrong draft: %s", wrong.raw)
	}
	tag := wrong.head.Get("ETag")
	s.call(me, "PUT", at+"/flow/draft", both).refused(428, "if_match_missing") // there is one
	s.call(me, "POST", at+"/flow/draft/try", object{"values": object{"subject": "採購"}}).refused(409, "unpublishable")
	s.call(me, "POST", at+"/flow/draft/publish", object{"reason": "試"}, "If-Match", tag).refused(409, "unpublishable")

	delete(both["root"].(object)["sequence"].([]any)[0].(object)["step"].(object), "return_to")
	mended := s.call(me, "PUT", at+"/flow/draft", both, "If-Match", tag).want(200)
	if mended.at("blocks") != false {
		t.Errorf("mended: %s", mended.raw)
	}
	s.call(me, "PUT", at+"/flow/draft", both, "If-Match", tag).refused(412, "changed")
	run := s.call(me, "POST", at+"/flow/draft/try", object{"values": object{"subject": "採購"}, "applicant": "P13"}).want(200)
	if run.text("route", "steps", 0, "id") != "officer" {
		t.Errorf("tried: %s", run.raw)
	}
	tag = mended.head.Get("ETag")
	s.call(me, "POST", at+"/flow/draft/publish", object{"reason": "試"}).refused(428, "if_match_missing")
	s.call(me, "POST", at+"/flow/draft/publish", object{"reason": " "}, "If-Match", tag).refused(422, "invalid")
	done := s.call(me, "POST", at+"/flow/draft/publish", object{"reason": "先會資安"}, "If-Match", tag).want(200)
	if done.text("in_use") != "1-1" || done.text("versions", 0, "reason") != "先會資安" || done.at("draft") != nil {
		t.Errorf("published: %s", done.raw)
	}
	s.call(me, "PUT", at+"/in-use", object{"version": "1", "in_use": "1", "reason": "還原"}).refused(409, "changed")
	if back := s.call(me, "PUT", at+"/in-use", object{"version": "1", "in_use": "1-1", "reason": "還原"}).want(200); back.text("in_use") != "1" {
		t.Errorf("back: %s", back.raw)
	}
	begun := s.call(me, "PUT", at+"/flow/draft", both).want(200)
	s.call(me, "DELETE", at+"/flow/draft", nil).refused(428, "if_match_missing")
	s.call(me, "DELETE", at+"/flow/draft", nil, "If-Match", `"1"`).refused(412, "changed")
	s.call(me, "DELETE", at+"/flow/draft", nil, "If-Match", begun.head.Get("ETag")).want(204)
	if got := s.call(me, "GET", at+"/versions", nil).want(200); got.at("draft") != nil || got.text("program") != "1" {
		t.Errorf("versions: %s", got.raw)
	}

	// To a clerk there is no such thing.
	for _, path := range []string{"/versions", "/flow", "/flow/draft"} {
		s.call(clerk, "GET", at+path, nil).refused(404, "not_found")
	}
	s.call(clerk, "PUT", at+"/flow/draft", both).refused(404, "not_found")
	s.call(clerk, "DELETE", at+"/flow/draft", nil, "If-Match", `"1"`).refused(404, "not_found")
	s.call(clerk, "POST", at+"/flow/draft/try", object{}).refused(404, "not_found")
	s.call(clerk, "POST", at+"/flow/draft/publish", object{"reason": "試"}, "If-Match", `"1"`).refused(404, "not_found")
	s.call(clerk, "PUT", at+"/in-use", object{"version": "1", "in_use": "1", "reason": "試"}).refused(404, "not_found")
}

// A program that looks a form up is told that none can begin, and why; what it sends is
// refused with the same.
func TestAFormThatCanNotBeginSaysWhy(t *testing.T) {
	s := openWith(t, memory.New(), func(c *ismskit.Config) {
		c.Rights.ManageTypes = []string{"organisation/security_officer"}
		c.Types = append(c.Types, memoOf(t, "1", `{"step":{"id":"head","name":{"zh-TW":"科長"},"kind":"review","who":[{"kind":"person","ids":["P12"]}]}}`))
	})
	must(t, s.store.Update(t.Context(), func(ctx context.Context, tx ismskit.Tx) error {
		return tx.Registers().Put(ctx, register.Row{List: register.Flows, ID: "memo", Revision: 1, Values: []byte(`{"type":"memo","version":"1-7","base":"1","digest":"x"}`), ChangedAt: monday, ChangedBy: "P04"})
	}))
	_, done := s.kit.With(s.store) // as after a host's commit, nothing is believed that was known
	done()
	const clerk, officer = "qh150013", "qh110004"
	if got := s.call(clerk, "GET", "/types/memo", nil).want(200); !strings.Contains(got.text("barred", 0), "1-7") {
		t.Errorf("the form: %s", got.raw)
	}
	got := s.call(clerk, "POST", "/cases", object{"type": "memo", "values": object{"subject": "採購"}, "submit": true}, "Idempotency-Key", "k1")
	got.refused(409, "read_only")
	if !strings.Contains(got.text("detail"), "1-7") {
		t.Errorf("opened: %s", got.raw)
	}
	if got := s.call(officer, "GET", "/types/memo/versions", nil).want(200); got.text("in_use") != "1-7" || !strings.Contains(got.text("barred", 0), "1-7") {
		t.Errorf("versions: %s", got.raw)
	}
	s.call(officer, "PUT", "/types/memo/in-use", object{"version": "1", "in_use": "1-7", "reason": "還原"}).want(200)
	if got := s.call(clerk, "GET", "/types/memo", nil).want(200); got.at("barred") != nil {
		t.Errorf("the form: %s", got.raw)
	}
}

// A draft goes with the program's newest form: what is new in it can be filled in to try the
// draft out, while requests are still made on the form in use.
func TestADraftIsTriedOutOnTheFormItGoesWith(t *testing.T) {
	const head = `{"step":{"id":"head","name":{"zh-TW":"科長"},"kind":"review","who":[{"kind":"person","ids":["P12"]}]}}`
	const chief = `{"choice":{"id":"big","cases":[{"when":"cost > 100","then":{"step":{"id":"chief","name":{"zh-TW":"局長"},"kind":"approve","who":[{"kind":"person","ids":["P01"]}]}}}]}}`
	next := memoOf(t, "2", head, chief)
	next.Form.Fields = append(next.Form.Fields, forms.Field{Key: "cost", Type: "integer", Label: forms.Text{"zh-TW": "金額"}})
	s := openWith(t, memory.New(), func(c *ismskit.Config) {
		c.Rights.ManageTypes = []string{"organisation/security_officer"}
		c.Types = append(c.Types, memoOf(t, "1", head), next)
	})
	const me, at = "qh110004", "/types/memo"
	flow := s.call(me, "GET", at+"/flow", nil).want(200)
	s.call(me, "PUT", at+"/in-use", object{"version": "1", "in_use": "2", "reason": "暫用舊版"}).want(200)
	s.call(me, "PUT", at+"/flow/draft", flow.at()).want(200)
	values := object{"values": object{"subject": "採購", "cost": 500}, "applicant": "P13"}
	s.call(me, "POST", at+"/dry-run", values).refused(422, "invalid")
	run := s.call(me, "POST", at+"/flow/draft/try", values).want(200)
	if run.text("route", "steps", 1, "id") != "chief" {
		t.Errorf("tried: %s", run.raw)
	}
}
