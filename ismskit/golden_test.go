package ismskit

import (
	"encoding/hex"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/ismskit/ismskit/ismskit/evidence"
	"github.com/ismskit/ismskit/workflow"
)

// signedAt is when the decision of the golden files was taken.
var signedAt = time.Date(2026, 11, 23, 14, 5, 6, 7000, time.FixedZone("CST", 8*60*60))

// goldenDecision is a deputy's signature with everything a decision can bind.
func goldenDecision() Event {
	deputy := workflow.Signer{Person: "P12", Name: "湯舒涵", Post: "T20", PostTitle: "股長", Unit: "U08", UnitName: "嶼東戶政事務所"}
	head := workflow.Signer{Person: "P11", Name: "范語彤", Post: "T19", PostTitle: "主任", Unit: "U08", UnitName: "嶼東戶政事務所"}
	due := time.Date(2026, 11, 30, 16, 0, 0, 0, time.UTC)
	return Event{
		Verb: workflow.VerbApprove, Type: "account_request@1", Number: "A-115-000123", Revision: 3,
		Step: "unit_head", Task: "t1", By: deputy, For: &head, Via: "deputy:1", Assurance: "password", Channel: "web",
		Comment: "同意，請儘速辦理。", Result: "approved", To: "applicant",
		Received: signedAt.Add(-time.Hour), Due: due,
		Root: strings.Repeat("ab", 32), Salt: "000102030405060708090a0b0c0d0e0f",
		Material:  []string{"lines", "reason"},
		People:    []workflow.Signer{head},
		Chosen:    []ChosenNote{{Step: "review", People: []workflow.Signer{deputy}}},
		Origin:    workflow.OriginBefore,
		Extension: &workflow.Extension{Term: "5wd", Due: due, DueDate: "2026-11-30"},
		Dues:      []workflow.NewDue{{Task: "t2", Due: due, DueDate: "2026-11-30"}},
		Phase:     workflow.PhaseRunning,
	}
}

// goldenDecisionNow is the same decision as this program signs it: with the definition of its
// form, what was noted of an office outside, and the unit he signed for.
func goldenDecisionNow() Event {
	e := goldenDecision()
	e.Binds, e.Definition = evidence.Binds, strings.Repeat("cd", 32)
	e.Attached = []FileNote{{Name: "切結書.pdf", Size: 12345, Digest: strings.Repeat("ef", 32), Type: "application/pdf"}}
	e.Outside = &workflow.OutsideNote{
		To: "嶼東縣政府資訊處", How: "e_document", Number: "嶼戶字第1150001號", Sent: signedAt.Add(-48 * time.Hour),
		Replied: signedAt.Add(-2 * time.Hour), ReplyNumber: "資字第1150099號", Reply: "同意", Proof: []string{"letter"},
	}
	return e
}

// The files in testdata hold decisions as archives in offices have them, by each version of the
// list of what a signature binds. Their roots were computed by another program in another
// language from the description in package evidence. Where this fails, the code is wrong, never
// the file.
func TestGoldenDecision(t *testing.T) {
	for version, e := range map[string]Event{"v1": goldenDecision(), "v2": goldenDecisionNow()} {
		want, stored := golden(t, version, "decision.root"), golden(t, version, "decision.json")
		root, err := evidence.SignatureRoot([]byte(stored), chainOf("c1"), signedAt)
		if err != nil || root.String() != want {
			t.Errorf("%s: the signature's root is %s (%v), want %s", version, root, err, want)
		}
		e.Signature = want
		payload, err := e.payload()
		if err != nil {
			t.Fatal(err)
		}
		if string(payload) != stored {
			t.Errorf("%s: the payload is\n%s\nwant\n%s", version, payload, stored)
		}
		if back, err := parseEvent([]byte(stored)); err != nil || back.Signature != want {
			t.Errorf("%s: read from the file it says %s (%v)", version, back.Signature, err)
		}
	}
}

func golden(t *testing.T, version, name string) string {
	t.Helper()
	b, err := os.ReadFile("testdata/" + version + "/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSuffix(string(b), "\n")
}

// notSigned are the members of an entry that a decision doesn't bind: they came of
// it, or were known only when it was written. The chain holds them all the same.
var notSigned = map[string]bool{
	"Revision": true, "Channel": true, "Received": true, "Due": true, "Values": true, "Changes": true,
	"Signature": true, "Opened": true, "Closed": true, "Rows": true, "Kids": true,
	"Phase": true, "Outcome": true, "Effects": true, "Counted": true, "Stored": true, "Files": true,
}

// Whatever is changed about what somebody signed, his signature does not hold any
// more; nor at another moment, nor in another's name.
func TestASignatureBindsEveryPartOfADecision(t *testing.T) {
	rootOf := func(e Event, at time.Time) (evidence.Digest, error) {
		payload, err := e.payload()
		if err != nil {
			t.Fatal(err)
		}
		return evidence.SignatureRoot(payload, chainOf("c1"), at)
	}
	was, err := rootOf(goldenDecisionNow(), signedAt)
	if err != nil {
		t.Fatal(err)
	}
	differs := func(what string, e Event, at time.Time) {
		t.Helper()
		if root, err := rootOf(e, at); err == nil && root == was {
			t.Errorf("with another %s the signature still holds", what)
		}
	}
	differs("moment", goldenDecisionNow(), signedAt.Add(time.Microsecond))
	payload, err := goldenDecisionNow().payload()
	if err != nil {
		t.Fatal(err)
	}
	if root, err := evidence.SignatureRoot(payload, chainOf("c2"), signedAt); err != nil || root == was {
		t.Errorf("in another case's trail the signature still holds (%v)", err)
	}
	event := reflect.TypeFor[Event]()
	for i := range event.NumField() {
		name := event.Field(i).Name
		e := goldenDecisionNow()
		if f := reflect.ValueOf(&e).Elem().Field(i); f.IsZero() {
			fillAll(t, f)
		} else {
			f.SetZero()
		}
		if name == "Salt" {
			e.Salt = hex.EncodeToString(make([]byte, 16))
		}
		if notSigned[name] {
			if root, err := rootOf(e, signedAt); err != nil || root != was {
				t.Errorf("%s is bound now (%v): say so here, and in the description", name, err)
			}
			continue
		}
		differs(name, e, signedAt)
	}
	for _, change := range []func(*workflow.Signer){
		func(s *workflow.Signer) { s.Person = "P99" }, func(s *workflow.Signer) { s.Name = "他人" },
		func(s *workflow.Signer) { s.PostTitle = "科長" },
	} {
		e := goldenDecisionNow()
		change(&e.By)
		differs("signer", e, signedAt)
		e = goldenDecisionNow()
		change(e.For)
		differs("principal", e, signedAt)
	}
	e := goldenDecisionNow()
	e.By.UnitName = "他所"
	differs("unit", e, signedAt)
	e = goldenDecisionNow()
	e.For.UnitName = "他所"
	differs("principal's unit", e, signedAt)
}

// Whatever is changed in what was signed is found, though the chain is written anew around it.
func TestAFalseSignatureIsFound(t *testing.T) {
	signed := func(change func(map[string]any), then func(map[string]any)) []evidence.Fault {
		fields, root, err := goldenFields()
		if err != nil {
			t.Fatal(err)
		}
		sent, approved := goldenDecision(), goldenDecision()
		sent.Verb, sent.Values, sent.Root, approved.Root = workflow.VerbSubmit, fields, root, root
		var rows []TrailEntry
		head := evidence.Head{Chain: chainOf("c1")}
		for _, e := range []Event{sent, approved} {
			m := e.plain()
			change(m)
			if err := evidence.SignPayload(m, head.Chain, signedAt); err != nil {
				t.Fatal(err)
			}
			then(m)
			payload, err := evidence.Canonical(m)
			if err != nil {
				t.Fatal(err)
			}
			row, err := next(head, signedAt, string(e.Verb), e.By.Person, e.For.Person, payload)
			if err != nil {
				t.Fatal(err)
			}
			rows = append(rows, row)
			head.Seq, head.Hash = row.Seq, row.Hash
		}
		return verifyRows(chainOf("c1"), rows, head)
	}
	nothing := func(map[string]any) {}
	if faults := signed(nothing, nothing); len(faults) != 0 {
		t.Fatalf("as it was signed: %v", faults)
	}
	approval := func(change func(map[string]any)) func(map[string]any) {
		return func(m map[string]any) {
			if m["verb"] == string(workflow.VerbApprove) {
				change(m)
			}
		}
	}
	sent := func(change func(value map[string]any)) func(map[string]any) {
		return func(m map[string]any) {
			if values, ok := m["values"].([]any); ok {
				change(values[0].(map[string]any))
			}
		}
	}
	for what, of := range map[string]struct {
		before, after func(map[string]any)
		seq           int64
		code          string
	}{
		"another comment":             {nothing, approval(func(m map[string]any) { m["comment"] = "不同意" }), 2, evidence.SignatureFalse},
		"no signature":                {nothing, approval(func(m map[string]any) { delete(m, "signature") }), 2, evidence.SignatureFalse},
		"the signature of nobody":     {nothing, approval(func(m map[string]any) { m["signature"] = strings.Repeat("0", 64) }), 2, evidence.SignatureFalse},
		"another signer":              {approval(func(m map[string]any) { m["by"].(map[string]any)["person"] = "P99" }), nothing, 2, evidence.SignatureFalse},
		"on his own account":          {approval(func(m map[string]any) { delete(m, "for") }), nothing, 2, evidence.SignatureFalse},
		"another verb":                {approval(func(m map[string]any) { m["verb"] = "reject" }), nothing, 2, evidence.SignatureFalse},
		"the first list":              {nothing, approval(func(m map[string]any) { delete(m, "binds") }), 2, evidence.SignatureFalse},
		"a list nobody knows":         {nothing, approval(func(m map[string]any) { m["binds"] = evidence.Binds + 1 }), 2, evidence.SignatureNewer},
		"another field":               {nothing, sent(func(v map[string]any) { v["value"] = "別的事由" }), 1, evidence.FieldsFalse},
		"another salt of a field":     {nothing, sent(func(v map[string]any) { v["salt"] = strings.Repeat("0", 32) }), 1, evidence.FieldsFalse},
		"a field's salt that is none": {nothing, sent(func(v map[string]any) { v["salt"] = "00" }), 1, evidence.FieldsFalse},
		"on other fields than sent":   {approval(func(m map[string]any) { m["root"] = strings.Repeat("cd", 32) }), nothing, 2, evidence.FieldsFalse},
	} {
		faults := signed(of.before, of.after)
		if len(faults) != 1 || faults[0] != (evidence.Fault{Chain: chainOf("c1"), Seq: of.seq, To: of.seq, Code: of.code}) {
			t.Errorf("%s: %v", what, faults)
		}
	}
}

// goldenFields are what a form says, with their root.
func goldenFields() ([]NamedValue, string, error) {
	leaf, err := evidence.NewLeaf("field/reason", "新到職，需要公文系統帳號", nil)
	if err != nil {
		return nil, "", err
	}
	root, err := evidence.Root([]evidence.Leaf{leaf})
	return []NamedValue{{Name: leaf.Name, Value: "新到職，需要公文系統帳號", Salt: hex.EncodeToString(leaf.Salt[:])}}, root.String(), err
}
