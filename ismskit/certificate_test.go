package ismskit_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/certificate"
	"github.com/ismskit/ismskit/ismskit/evidence"
	"github.com/ismskit/ismskit/ismskit/kittest"
	"github.com/ismskit/ismskit/ismskit/print"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/storage/memory"
	"github.com/ismskit/ismskit/workflow"
)

// certifiedFlow is a head and a chief who both sign with their certificates and may make up
// for it, and an officer who may waive it.
const certifiedFlow = `{"key":"memo","version":"1","officers":[{"kind":"role","module":"organisation","role":"security_officer"}],"root":{"sequence":[
	{"step":{"id":"head","name":{"zh-TW":"科長","en":"Head"},"kind":"review","who":[{"kind":"unit_head"}],"due":{"term":"3wd"},"edit":["note"],"certificate":"later"}},
	{"step":{"id":"chief","name":{"zh-TW":"局長","en":"Chief"},"kind":"approve","who":[{"kind":"post","ids":["T01"]}],"due":{"term":"2wd"},"certificate":"later"}}]}}`

// cards is an office whose people have cards of one issuer.
type cards struct {
	*office
	issuer *kittest.Issuer
	file   string
}

func openCards(t *testing.T, flow string) *cards {
	t.Helper()
	c := &cards{file: filepath.Join(t.TempDir(), "issuers.pem")}
	var err error
	if c.issuer, err = kittest.NewIssuer("測試憑證管理中心", monday); err != nil {
		t.Fatal(err)
	}
	if err := c.issuer.WriteFile(c.file, monday); err != nil {
		t.Fatal(err)
	}
	verifier, err := certificate.FromFile(c.file)
	if err != nil {
		t.Fatal(err)
	}
	key := aKey(t, "office.example")
	c.office = openOfficeWith(t, nil, func(cfg *ismskit.Config) {
		cfg.Types, cfg.Certificates, cfg.Signer, cfg.Printer = append(cfg.Types, memo(t, flow)), verifier, key, print.A4{}
	})
	return c
}

// card issues one, valid now.
func (c *cards) card(name string) *kittest.Card {
	c.t.Helper()
	card, err := c.issuer.Card(name, nil, c.now.AddDate(-1, 0, 0), c.now.AddDate(4, 0, 0))
	if err != nil {
		c.t.Fatal(err)
	}
	return card
}

func (c *cards) registers(person string, card *kittest.Card) {
	c.put(register.Certificates, card.Fingerprint(), forms.Values{"person": ref(register.People, person), "fingerprint": card.Fingerprint(), "holder": card.Certificate.Subject.CommonName})
}

// drawn is what an action is to be signed as.
func (c *cards) drawn(person, id string, a ismskit.Action) *ismskit.Unsigned {
	c.t.Helper()
	_, err := c.kit.Act(c.ctx, c.as(person), id, a)
	u, ok := errors.AsType[*ismskit.Unsigned](err)
	if !ok {
		c.t.Fatalf("%s by %s: %v, want what is to be signed", a.Verb, person, err)
	}
	return u
}

func (c *cards) with(a ismskit.Action, u *ismskit.Unsigned, card *kittest.Card) ismskit.Action {
	c.t.Helper()
	signature, err := card.CMS(u.Statement)
	if err != nil {
		c.t.Fatal(err)
	}
	a.Certificate = &ismskit.Signing{Drawn: u.Drawn, Signature: signature}
	return a
}

// cardSigns decides with a card, in both steps.
func (c *cards) cardSigns(person, id string, card *kittest.Card, a ismskit.Action) {
	c.t.Helper()
	if _, err := c.kit.Act(c.ctx, c.as(person), id, c.with(a, c.drawn(person, id, a), card)); err != nil {
		c.t.Fatalf("%s by %s: %v", a.Verb, person, err)
	}
	c.settle()
}

// at says at which field and by which code an action is refused.
func (c *cards) at(what, person, id string, a ismskit.Action, field, code string) {
	c.t.Helper()
	_, err := c.kit.Act(c.ctx, c.as(person), id, a)
	wrong, ok := errors.AsType[forms.Invalid](err)
	if !ok || len(wrong) != 1 || wrong[0].Field != field || wrong[0].Code != code || len(wrong[0].Text) == 1 ||
		strings.Contains(wrong[0].Text["zh-TW"]+wrong[0].Text["en"], "{") {
		c.t.Errorf("%s: %#v, want %s at %s", what, err, code, field)
	}
}

// The head fills in her findings and signs with her card. What she signs is what the trail
// says, and whatever changes in between has her sign anew.
func TestADecisionIsSignedWithACertificate(t *testing.T) {
	c := openCards(t, certifiedFlow)
	id, card := c.memo(), c.card("邱柏叡")
	if m := c.read("P11", id).Mine[0]; m.Certificate != workflow.CertificateLater {
		t.Errorf("her task asks for %q", m.Certificate)
	}
	a := ismskit.Action{Verb: workflow.VerbApprove, Comment: "如擬", Values: forms.Values{"note": "已查明"}}
	u := c.drawn("P11", id, a)
	for _, part := range []string{`"comment":"如擬"`, `"name":"field/note","value":"已查明"`, `"verb":"approve"`, `"person":"P11"`, `"case":"` + id + `"`} {
		if !strings.Contains(string(u.Statement), part) {
			t.Errorf("%s is not in what she signs: %s", part, u.Statement)
		}
	}
	c.at("a card that nobody has registered", "P11", id, c.with(a, u, card), ismskit.FieldCertificate, "certificate.unregistered")
	theirs := c.card("張三")
	c.registers("P12", theirs)
	c.at("somebody else's card", "P11", id, c.with(a, u, theirs), ismskit.FieldCertificate, "certificate.other")
	c.registers("P11", card)

	other := a
	other.Comment = "另議"
	c.at("another opinion", "P11", id, c.with(other, u, card), ismskit.FieldCertificate, ismskit.CodeCertificateStale)
	other = a
	other.Values = forms.Values{"note": "尚待查明"}
	c.at("another field", "P11", id, c.with(other, u, card), ismskit.FieldCertificate, ismskit.CodeCertificateStale)
	broken := c.with(a, u, card)
	broken.Certificate.Signature = []byte("not a signature")
	c.at("no signature", "P11", id, broken, ismskit.FieldCertificate, ismskit.CertificateMalformed)
	again := a
	again.Certificate = &ismskit.Signing{Drawn: u.Drawn}
	c.now = c.now.Add(time.Minute)
	if same := c.drawn("P11", id, again); string(same.Statement) != string(u.Statement) || !same.Drawn.Equal(u.Drawn) {
		t.Errorf("asked for once more it is %s, was %s", same.Statement, u.Statement)
	}
	if wrong := c.drawn("P11", id, broken); string(wrong.Statement) != string(u.Statement) || !wrong.Drawn.Equal(u.Drawn) {
		t.Errorf("after a wrong file it is %s, was %s", wrong.Statement, u.Statement)
	}
	c.now = c.now.Add(-time.Minute)
	for what, drawn := range map[string]time.Time{"before any calendar": time.Time{}.AddDate(-30, 0, 0), "in a year that no statement names": u.Drawn.AddDate(20000, 0, 0)} {
		wild := c.with(a, u, card)
		wild.Certificate.Drawn = drawn
		c.at("drawn up "+what, "P11", id, wild, ismskit.FieldCertificate, ismskit.CodeCertificateStale)
	}
	later := c.with(a, u, card)
	c.now = c.now.Add(-time.Minute)
	c.at("drawn up for a moment that has not come", "P11", id, later, ismskit.FieldCertificate, ismskit.CodeCertificateStale)
	c.now = c.now.Add(ismskit.StatementFor + 2*time.Minute)
	c.at("the day after", "P11", id, later, ismskit.FieldCertificate, ismskit.CodeCertificateStale)
	if anew := c.drawn("P11", id, again); !anew.Drawn.Equal(c.now) {
		t.Errorf("what can't be signed any more is drawn up again for %s", anew.Drawn)
	}

	expired, err := c.issuer.Card("邱柏叡", nil, c.now.AddDate(-6, 0, 0), c.now.AddDate(0, 0, -1))
	if err != nil {
		t.Fatal(err)
	}
	c.registers("P11", expired)
	u = c.drawn("P11", id, a)
	c.at("an expired card", "P11", id, c.with(a, u, expired), ismskit.FieldCertificate, ismskit.CertificateExpired)
	stranger, err := kittest.NewIssuer("別的機構", c.now)
	if err != nil {
		t.Fatal(err)
	}
	foreign, err := stranger.Card("邱柏叡", nil, c.now.AddDate(-1, 0, 0), c.now.AddDate(1, 0, 0))
	if err != nil {
		t.Fatal(err)
	}
	c.at("a card of somebody else's making", "P11", id, c.with(a, u, foreign), ismskit.FieldCertificate, ismskit.CertificateUntrusted)
	lost := c.card("邱柏叡")
	c.registers("P11", lost)
	if err := c.issuer.WriteFile(c.file, c.now, lost); err != nil {
		t.Fatal(err)
	}
	c.at("a card reported lost", "P11", id, c.with(a, u, lost), ismskit.FieldCertificate, ismskit.CertificateRevoked)

	// The card is stopped in the house, and registered again: what she signs then was drawn up
	// when the other opinion was refused.
	stop := func(day calendar.Date) {
		c.change(register.Certificates, card.Fingerprint(), func(v forms.Values) { v["to"] = day })
	}
	stop(calendar.DateOf(c.now.AddDate(0, 0, -1)))
	c.at("a card that was stopped", "P11", id, c.with(a, u, card), ismskit.FieldCertificate, "certificate.unregistered")
	stop(calendar.DateOf(c.now.AddDate(0, 0, 1)))
	_, err = c.kit.Act(c.ctx, c.as("P11"), id, c.with(other, u, card))
	anew, ok := errors.AsType[*ismskit.Unsigned](err)
	if !ok || len(anew.Refused) != 1 || !strings.Contains(string(anew.Statement), "尚待查明") || !anew.Later {
		t.Fatalf("refused with %+v, %v", anew, err)
	}
	if _, err := c.kit.Act(c.ctx, c.as("P11"), id, c.with(other, anew, card)); err != nil {
		t.Fatal(err)
	}
	c.settle()
	got := c.read("P01", id)
	e := got.Trail[len(got.Trail)-1]
	if e.Certificate == nil || e.Certificate.Name != "邱柏叡" || e.Certificate.Fingerprint() != card.Fingerprint() || e.Owes != "" || len(got.Faults) > 0 {
		t.Errorf("certificate %+v, owes %q, faults %v", e.Certificate, e.Owes, got.Faults)
	}
	// With RSA and without CMS the next one signs.
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	chief, err := c.issuer.Card("局長", key, c.now.AddDate(-1, 0, 0), c.now.AddDate(1, 0, 0))
	if err != nil {
		t.Fatal(err)
	}
	c.registers("P01", chief)
	agree := ismskit.Action{Verb: workflow.VerbApprove}
	u = c.drawn("P01", id, agree)
	signature, der, err := chief.Plain(u.Statement)
	if err != nil {
		t.Fatal(err)
	}
	agree.Certificate = &ismskit.Signing{Drawn: u.Drawn, Signature: signature, Certificates: [][]byte{der}}
	if _, err := c.kit.Act(c.ctx, c.as("P01"), id, agree); err != nil {
		t.Fatal(err)
	}
	c.settle()
	if done := c.read("P13", id); done.Outcome != string(workflow.OutcomeDone) || len(done.Faults) > 0 {
		t.Errorf("%s, faults %v", done.Outcome, done.Faults)
	}

	c.signs("")
	r := c.verifyBundle(c.export("P01", ismskit.Export{Cases: []string{id}}))
	if len(r.Findings) > 0 || !slices.ContainsFunc(r.Remarks, func(f evidence.Finding) bool {
		return f.Code == "certificate_issuer" && strings.Contains(f.Params["name"], "測試憑證管理中心")
	}) {
		t.Errorf("findings %v, remarks %v", r.Findings, r.Remarks)
	}
}

// blindCertifier passes whatever is put before it.
type blindCertifier struct{ chain [][]byte }

func (b blindCertifier) Certify(_ context.Context, statement, signature []byte, _ [][]byte, _ time.Time) (ismskit.Certified, error) {
	return ismskit.Certified{CertificateSignature: evidence.CertificateSignature{
		Statement: string(statement), Algorithm: evidence.ECDSAWithSHA256, Value: signature, Chain: b.chain,
	}}, nil
}

// What a host's own way to check certificates passes is checked again: what would not hold in
// a bundle decides nothing.
func TestASignatureThatDoesNotHoldDecidesNothingWhoeverPassesIt(t *testing.T) {
	issuer, err := kittest.NewIssuer("測試憑證管理中心", monday)
	if err != nil {
		t.Fatal(err)
	}
	card, err := issuer.Card("邱柏叡", nil, monday.AddDate(-1, 0, 0), monday.AddDate(1, 0, 0))
	if err != nil {
		t.Fatal(err)
	}
	c := cards{office: openOfficeWith(t, nil, func(cfg *ismskit.Config) {
		cfg.Types, cfg.Certificates = append(cfg.Types, memo(t, certifiedFlow)), blindCertifier{chain: [][]byte{card.Certificate.Raw, issuer.Certificate.Raw}}
	})}
	c.registers("P11", card)
	id, a := c.memo(), ismskit.Action{Verb: workflow.VerbApprove}
	u := c.drawn("P11", id, a)
	a.Certificate = &ismskit.Signing{Drawn: u.Drawn, Signature: []byte("anything")}
	if _, err := c.kit.Act(c.ctx, c.as("P11"), id, a); !errors.Is(err, evidence.ErrCertificate) {
		t.Errorf("refused with %v", err)
	}
	c.holds(id, "P11")
	signature, _, err := card.Plain(u.Statement)
	if err != nil {
		t.Fatal(err)
	}
	a.Certificate.Signature = signature
	if _, err := c.kit.Act(c.ctx, c.as("P11"), id, a); err != nil {
		t.Fatal(err)
	}
}

// The chief's card lies at home: he says so, the case waits for his signature, which stands on
// his list and is nobody else's, and ends with it. It is bound to what he decided then.
func TestASignatureWithACertificateIsMadeUpFor(t *testing.T) {
	c := openCards(t, certifiedFlow)
	id, head, chief := c.memo(), c.card("邱柏叡"), c.card("局長")
	c.registers("P11", head)
	c.registers("P01", chief)
	c.cardSigns("P11", id, head, ismskit.Action{Verb: workflow.VerbApprove})
	c.at("too long a reason", "P01", id, ismskit.Action{Verb: workflow.VerbApprove, Owe: strings.Repeat("長", ismskit.MaxComment+1)}, ismskit.FieldOwe, "too_long")
	c.act("P01", id, ismskit.Action{Verb: workflow.VerbApprove, Comment: "可", Owe: " 憑證未攜帶 "})
	c.settle()
	c.holds(id, "P01")
	todo := c.todo("P01")
	i := slices.IndexFunc(todo, func(t ismskit.Todo) bool { return t.Case == id })
	if !todo[i].Owed || todo[i].StepName.In("zh-TW") != "補簽（局長）" || todo[i].Why.In("zh-TW") != "您核章時未使用憑證，須在結案前補簽" {
		t.Errorf("on his list: %+v", todo[i])
	}
	got := c.read("P01", id)
	if got.Phase != string(workflow.PhaseRunning) || got.Trail[len(got.Trail)-1].Owes != "憑證未攜帶" {
		t.Fatalf("%s, owes %q", got.Phase, got.Trail[len(got.Trail)-1].Owes)
	}
	for _, o := range c.read("P04", id).Others {
		if o.Verb == workflow.VerbReassign || o.Verb == workflow.VerbAppoint {
			t.Errorf("an officer may %s his signature", o.Verb)
		}
	}
	a := ismskit.Action{Verb: workflow.VerbApprove}
	u := c.drawn("P01", id, a)
	if !strings.Contains(string(u.Statement), `"entry":"`+got.Trail[len(got.Trail)-1].Hash.String()+`"`) || !strings.Contains(string(u.Statement), `"comment":"可"`) {
		t.Errorf("what he makes up for is not in %s", u.Statement)
	}
	c.refused(workflow.ErrOwe, "P01", id, ismskit.Action{Verb: workflow.VerbApprove, Owe: "還是沒帶"})
	c.cardSigns("P01", id, chief, a)
	if done := c.read("P13", id); done.Outcome != string(workflow.OutcomeDone) || len(done.Faults) > 0 || done.Trail[len(done.Trail)-1].Certificate == nil {
		t.Errorf("%s, faults %v", done.Outcome, done.Faults)
	}
}

// Who has left makes up for nothing: the security officer waives it, with a reason on the trail.
func TestASignatureOwedIsWaivedByAnOfficer(t *testing.T) {
	c := openCards(t, certifiedFlow)
	id, chief := c.memo(), c.card("局長")
	c.registers("P01", chief)
	c.act("P11", id, ismskit.Action{Verb: workflow.VerbApprove, Owe: "讀卡機故障"})
	c.settle()
	c.cardSigns("P01", id, chief, ismskit.Action{Verb: workflow.VerbApprove})
	others := c.read("P04", id).Others
	i := slices.IndexFunc(others, func(o ismskit.OtherAct) bool { return o.Verb == workflow.VerbWaive })
	if i < 0 || !others[i].Reason || others[i].Holders[0] != "邱柏叡" {
		t.Fatalf("the officer may %+v", others)
	}
	c.refused(ismskit.ErrForbidden, "P01", id, ismskit.Action{Verb: workflow.VerbWaive, Task: others[i].Task, Comment: "免"})
	c.refused(workflow.ErrReason, "P04", id, ismskit.Action{Verb: workflow.VerbWaive, Task: others[i].Task})
	c.act("P04", id, ismskit.Action{Verb: workflow.VerbWaive, Task: others[i].Task, Comment: "已離職，無從補簽"})
	if done := c.read("P13", id); done.Outcome != string(workflow.OutcomeDone) || done.Trail[len(done.Trail)-1].Comment != "已離職，無從補簽" {
		t.Errorf("%s, %+v", done.Outcome, done.Trail[len(done.Trail)-1])
	}
}

// What a step hides is not in what its people sign; and what somebody else signed leaves the
// house without it, and is told without it, for whom it is hidden from.
func TestWhatIsSignedTellsNobodyWhatIsHiddenFromHim(t *testing.T) {
	c := openCards(t, strings.Replace(certifiedFlow, `"who":[{"kind":"post","ids":["T01"]}]`, `"who":[{"kind":"post","ids":["T01"]}],"hide":["note"]`, 1))
	head, chief := c.card("邱柏叡"), c.card("局長")
	c.registers("P11", head)
	c.registers("P01", chief)
	r, err := c.kit.Open(c.ctx, c.as("P13"), ismskit.Opening{Type: "memo", Values: forms.Values{"subject": "採購弱點掃描服務", "note": "底價三百萬"}, Submit: true})
	if err != nil {
		t.Fatal(err)
	}
	c.settle()
	agree := ismskit.Action{Verb: workflow.VerbApprove}
	if u := c.drawn("P11", r.Case, agree); !strings.Contains(string(u.Statement), "底價三百萬") {
		t.Errorf("the head signs %s", u.Statement)
	}
	c.cardSigns("P11", r.Case, head, agree)
	if u := c.drawn("P01", r.Case, agree); strings.Contains(string(u.Statement), "底價") || !strings.Contains(string(u.Statement), "採購弱點掃描服務") {
		t.Errorf("the chief signs %s", u.Statement)
	}
	c.cardSigns("P01", r.Case, chief, agree)
	for reader, sees := range map[string]bool{"P01": false, "P11": true} {
		got := c.read(reader, r.Case)
		e := got.Trail[1]
		if strings.Contains(e.Certificate.Statement, "底價") != sees || e.Certificate.Fingerprint() != head.Fingerprint() {
			t.Errorf("%s is told %q", reader, e.Certificate.Statement)
		}
		c.signs("")
		bundle := c.export(reader, ismskit.Export{Cases: []string{r.Case}})
		report := c.verifyBundle(bundle)
		if bytes.Contains(bundle, []byte("底價")) != sees || len(report.Findings) > 0 || report.Absent > 0 == sees {
			t.Errorf("%s exports it: %v, findings %v, absent %d", reader, bytes.Contains(bundle, []byte("底價")), report.Findings, report.Absent)
		}
	}
}

// Without a way to check certificates a type that asks for them is refused, by name.
func TestATypeSignedWithCertificatesNeedsAWayToCheckThem(t *testing.T) {
	_, err := ismskit.New(ismskit.Config{Store: memory.New(), Types: []ismskit.Type{memo(t, certifiedFlow)}})
	if err == nil || !strings.Contains(err.Error(), "type memo 1: step head is signed with certificates") {
		t.Errorf("%v", err)
	}
}

// The house's own version of a form is held to the same.
func TestADraftSignedWithCertificatesNeedsAWayToCheckThem(t *testing.T) {
	o := designs(t, nil, memo(t, memoFlow))
	d := o.draftOf("memo")
	step := deskFirst()
	step.Step.Certificate = workflow.CertificateMust
	flow, err := d.Flow.Before("root.sequence[0]", step)
	if err != nil {
		t.Fatal(err)
	}
	d = o.saves(d, flow)
	if len(d.Problems) != 1 || d.Problems[0].Step != "desk" || !strings.Contains(d.Problems[0].Text.In("zh-TW"), "本系統未設定憑證簽章的查驗") || !d.Blocks() {
		t.Errorf("%+v", d.Problems)
	}
}
