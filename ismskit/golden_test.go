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

// The files in testdata/v1 hold a decision as archives in offices have it. Its root
// was computed by another program in another language from the description in
// package evidence. Where this fails, the code is wrong, never the file.
func TestGoldenDecision(t *testing.T) {
	e := goldenDecision()
	root, err := e.signatureRoot(signedAt)
	if err != nil {
		t.Fatal(err)
	}
	if want := golden(t, "decision.root"); root.String() != want {
		t.Errorf("the signature's root is %s, want %s", root, want)
	}
	e.Signature = root.String()
	payload, err := e.payload()
	if err != nil {
		t.Fatal(err)
	}
	if want := golden(t, "decision.json"); string(payload) != want {
		t.Errorf("the payload is\n%s\nwant\n%s", payload, want)
	}
	back, err := parseEvent([]byte(golden(t, "decision.json")))
	if err != nil {
		t.Fatal(err)
	}
	again, err := back.signatureRoot(signedAt)
	if err != nil || again.String() != back.Signature {
		t.Errorf("read from the file, its root is %s (%v), and says %s", again, err, back.Signature)
	}
}

func golden(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile("testdata/v1/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSuffix(string(b), "\n")
}

// notSigned are the members of an entry that a decision doesn't bind: they came of
// it, or were known only when it was written. The chain holds them all the same.
var notSigned = map[string]bool{
	"Revision": true, "Channel": true, "Received": true, "Due": true, "Values": true, "Changes": true,
	"Signature": true, "Opened": true, "Closed": true, "Outside": true, "Rows": true, "Kids": true,
	"Phase": true, "Outcome": true, "Effects": true, "Counted": true, "Stored": true, "Files": true,
}

// Whatever is changed about what somebody signed, his signature does not hold any
// more; nor at another moment, nor in another's name.
func TestASignatureBindsEveryPartOfADecision(t *testing.T) {
	e0 := goldenDecision()
	was, err := e0.signatureRoot(signedAt)
	if err != nil {
		t.Fatal(err)
	}
	differs := func(what string, e Event, at time.Time) {
		t.Helper()
		if root, err := e.signatureRoot(at); err != nil || root == was {
			t.Errorf("with another %s the signature still holds (%v)", what, err)
		}
	}
	differs("moment", goldenDecision(), signedAt.Add(time.Microsecond))
	event := reflect.TypeFor[Event]()
	for i := range event.NumField() {
		name := event.Field(i).Name
		e := goldenDecision()
		if f := reflect.ValueOf(&e).Elem().Field(i); f.IsZero() {
			fillAll(t, f)
		} else {
			f.SetZero()
		}
		if name == "Salt" {
			e.Salt = hex.EncodeToString(make([]byte, 16))
		}
		if notSigned[name] {
			if root, err := e.signatureRoot(signedAt); err != nil || root != was {
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
		e := goldenDecision()
		change(&e.By)
		differs("signer", e, signedAt)
		e = goldenDecision()
		change(e.For)
		differs("principal", e, signedAt)
	}
	e := goldenDecision()
	e.By.UnitName = "他所"
	differs("unit", e, signedAt)
}

// A trail with a false signature is told apart from one that was only cut.
func TestAFalseSignatureIsFound(t *testing.T) {
	e := goldenDecision()
	root, err := e.signatureRoot(signedAt)
	if err != nil {
		t.Fatal(err)
	}
	e.Signature = root.String()
	held := []Entry{{Event: e, At: signedAt, Seq: 1}}
	if faults := verifyEntries(caseInHand{}, held); len(faults) != 0 {
		t.Fatalf("as it was signed: %v", faults)
	}
	held[0].Comment = "不同意"
	faults := verifyEntries(caseInHand{}, held)
	if len(faults) != 1 || faults[0] != (evidence.Fault{Chain: chainOf(""), Seq: 1, To: 1, Code: SignatureFalse}) {
		t.Errorf("with another comment: %v", faults)
	}
}
