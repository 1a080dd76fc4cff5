package main

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"maps"
	"math/big"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ismskit/ismskit/ismskit/certificate"
	"github.com/ismskit/ismskit/ismskit/evidence"
	"github.com/ismskit/ismskit/ismskit/kittest"
)

// signedTrail is a request that is sent and then agreed to with a certificate; change alters
// what the trail says of the second after it was signed.
func signedTrail(t *testing.T, id string, sign func(statement []byte) evidence.CertificateSignature, change func(payload map[string]any)) []evidence.Stored {
	t.Helper()
	at := time.Date(2026, 11, 23, 6, 5, 0, 0, time.UTC)
	chain := "case/" + id
	reason := map[string]any{"name": "field/reason", "value": "職務調整"}
	sent := map[string]any{"verb": "submit", "type": "access@1", "by": map[string]any{"person": "u1"},
		"values": []any{map[string]any{"name": "field/reason", "value": "職務調整", "salt": strings.Repeat("0", 32)}}}
	agreed := map[string]any{"verb": "approve", "type": "access@1", "definition": strings.Repeat("d", 64), "step": "head", "task": "t1", "comment": "如擬", "to": "draft", "number": id,
		"by":  map[string]any{"person": "u2", "name": "邱柏叡", "post_title": "科長", "unit_name": "資訊科"},
		"for": map[string]any{"person": "u3", "name": "賴思妤"}, "via": "deputy:d1",
		"extension": map[string]any{"term": "3wd", "due": at.AddDate(0, 0, 3)}, "outside": map[string]any{"to": "上級機關", "number": "115-1"},
	}
	says := map[string]any{"format": evidence.StatementFormat, "case": id, "at": at.Add(time.Minute), "fields": []any{reason}, "number": id}
	for _, member := range evidence.StatementSays() {
		if value, ok := agreed[member]; ok {
			says[member] = value
		}
	}
	if strings.HasPrefix(id, "O") { // as the first statements were
		says["format"] = "isms-statement-1"
		for _, member := range []string{"definition", "to", "via", "extension", "outside"} {
			delete(says, member)
		}
	}
	statement, err := evidence.Canonical(says)
	check(t, err)
	agreed["certificate"] = sign(statement).Plain()
	change(agreed)
	var trail []evidence.Stored
	head := evidence.Head{Chain: chain}
	for i, payload := range []map[string]any{sent, agreed} {
		content, err := evidence.Canonical(payload)
		check(t, err)
		e, next, err := evidence.Next(head, evidence.Entry{At: at.Add(time.Duration(2*i) * time.Minute), Kind: payload["verb"].(string), Actor: "u1"}, content)
		check(t, err)
		trail, head = append(trail, evidence.Stored{Entry: e, Hash: next.Hash, Content: content}), next
	}
	return trail
}

// signedBundle is a bundle of trails, by case, whose chains and log are as they should be.
func signedBundle(t *testing.T, trails map[string][]evidence.Stored) []byte {
	t.Helper()
	key, log := house(t), &evidence.Log{}
	var leaves []evidence.LeafAt
	ids := slices.Sorted(maps.Keys(trails))
	for _, id := range ids {
		last := trails[id][len(trails[id])-1]
		head := evidence.Head{Chain: last.Chain, Seq: last.Seq, Hash: last.Hash}
		leaf, err := head.LogLeaf()
		check(t, err)
		leaves = append(leaves, evidence.LeafAt{Index: log.Size(), Head: head})
		check(t, log.Append(leaf))
	}
	root, err := log.Root(log.Size())
	check(t, err)
	text, err := evidence.Checkpoint{Origin: "isms.example", Size: log.Size(), Root: root, Time: time.Date(2026, 11, 23, 16, 0, 0, 0, time.UTC)}.Text()
	check(t, err)
	note, err := evidence.Sign(text, key)
	check(t, err)
	var places []int64
	for _, l := range leaves {
		places = append(places, l.Index)
	}
	nodes, err := log.Part(places, []int64{log.Size()})
	check(t, err)
	var out bytes.Buffer
	b, err := evidence.NewBundle(&out, evidence.Manifest{Origin: "isms.example", Made: time.Date(2026, 11, 24, 1, 0, 0, 0, time.UTC), By: "稽核員"}, evidence.Proofs{
		Checkpoints: []evidence.SignedCheckpoint{{Number: 1, Note: note}}, Leaves: leaves, Nodes: nodes, Keys: []string{key.Verifier()},
	}, key)
	check(t, err)
	for _, id := range ids {
		check(t, b.AddCase(evidence.BundleCase{ID: id, Chain: "case/" + id, Number: id, Type: "access@1", Title: "權限帳號申請單", State: "已結案"}, []byte(printed), trails[id]))
	}
	check(t, b.Close())
	return out.Bytes()
}

// issued is a certificate with its key, new where it is nil, by another or by itself.
func issued(t *testing.T, by *kittest.Card, key crypto.Signer, c x509.Certificate) *kittest.Card {
	t.Helper()
	if key == nil {
		made, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		check(t, err)
		key = made
	}
	c.SerialNumber, c.NotBefore, c.NotAfter = big.NewInt(7), time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2036, 1, 1, 0, 0, 0, 0, time.UTC)
	if by == nil {
		by = &kittest.Card{Certificate: &c, Key: key}
	}
	der, err := x509.CreateCertificate(rand.Reader, &c, by.Certificate, key.Public(), by.Key)
	check(t, err)
	out := &kittest.Card{Key: key}
	out.Certificate, err = x509.ParseCertificate(der)
	check(t, err)
	return out
}

// Whoever holds the house's own key can change what the trail says and seal it anew, but not
// sign with somebody else's card: the program and the page say in which entry, and of what
// holds whose certificates it rests on. Both compute the same, with RSA and ECDSA, CMS and plain.
// A certificate counts only where whoever issued it may issue, and is who it says.
func TestASignatureWithACertificateIsCheckedWithoutTheServer(t *testing.T) {
	now := time.Date(2026, 11, 23, 6, 0, 0, 0, time.UTC)
	issuer, err := kittest.NewIssuer("測試憑證管理中心", now)
	check(t, err)
	file := filepath.Join(t.TempDir(), "issuers.pem")
	check(t, issuer.WriteFile(file, now))
	verifier, err := certificate.FromFile(file)
	check(t, err)
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	check(t, err)
	byRSA, err := issuer.Card("邱柏叡", key, now.AddDate(-1, 0, 0), now.AddDate(1, 0, 0))
	check(t, err)
	byEC, err := issuer.Card("邱柏叡", nil, now.AddDate(-1, 0, 0), now.AddDate(1, 0, 0))
	check(t, err)
	cms := func(card *kittest.Card) func([]byte) evidence.CertificateSignature {
		return func(statement []byte) evidence.CertificateSignature {
			signature, err := card.CMS(statement)
			check(t, err)
			c, err := verifier.Certify(context.Background(), statement, signature, nil, now)
			check(t, err)
			return c.CertificateSignature
		}
	}
	plain := func(card *kittest.Card) func([]byte) evidence.CertificateSignature {
		return func(statement []byte) evidence.CertificateSignature {
			signature, der, err := card.Plain(statement)
			check(t, err)
			c, err := verifier.Certify(context.Background(), statement, signature, [][]byte{der}, now)
			check(t, err)
			return c.CertificateSignature
		}
	}
	as := func(change func(s *evidence.CertificateSignature)) func(map[string]any) {
		return func(payload map[string]any) {
			s := cms(byEC)([]byte(payload["certificate"].(map[string]any)["statement"].(string)))
			change(&s)
			payload["certificate"] = s.Plain()
		}
	}
	nothing := func(map[string]any) {}
	stranger, err := kittest.NewIssuer("測試憑證管理中心", now)
	check(t, err)
	// by signs plainly with the first of a chain that its maker put together.
	by := func(chain ...*kittest.Card) func([]byte) evidence.CertificateSignature {
		return func(statement []byte) evidence.CertificateSignature {
			value, _, err := chain[0].Plain(statement)
			check(t, err)
			s := evidence.CertificateSignature{Statement: string(statement), Algorithm: evidence.ECDSAWithSHA256, Value: value}
			if chain[0].Certificate.PublicKeyAlgorithm == x509.RSA {
				s.Algorithm = evidence.RSAWithSHA256
			}
			for _, c := range chain {
				s.Chain = append(s.Chain, c.Certificate.Raw)
			}
			return s
		}
	}
	top := &kittest.Card{Certificate: issuer.Certificate}
	ca := x509.Certificate{Subject: pkix.Name{CommonName: "機關憑證管理中心"}, BasicConstraintsValid: true, IsCA: true, KeyUsage: x509.KeyUsageCertSign}
	office, person := issued(t, nil, nil, ca), x509.Certificate{Subject: pkix.Name{CommonName: "林科員"}, BasicConstraintsValid: true}
	officer := issued(t, office, nil, person)
	check(t, by(officer, office)([]byte("{}")).Check())
	ca.KeyUsage = x509.KeyUsageDigitalSignature
	signing := issued(t, nil, office.Key, ca)
	ca.KeyUsage, ca.Subject.CommonName = x509.KeyUsageCertSign, "別的憑證管理中心"
	other := issued(t, nil, office.Key, ca)
	// Whoever has a card signs a further certificate with it, for the director's name.
	person.Subject.CommonName = "局長"
	byCard, byOfficer := issued(t, byEC, nil, person), issued(t, officer, nil, person)
	weak, err := rsa.GenerateKey(rand.Reader, 1024)
	check(t, err)
	short, err := issuer.Card("邱柏叡", weak, now.AddDate(-1, 0, 0), now.AddDate(1, 0, 0))
	check(t, err)
	// In each of the first one thing was changed under what was signed.
	trails, want := map[string][]evidence.Stored{}, map[string]string{}
	for member, other := range map[string]any{
		"verb": "record", "type": "access@2", "definition": strings.Repeat("e", 64), "step": "chief", "task": "t2", "comment": "不同意", "to": "head", "number": "別的",
		"by":  map[string]any{"person": "u2", "name": "邱柏叡", "post_title": "局長", "unit_name": "資訊科"},
		"for": map[string]any{"person": "u3", "name": "石家綺"}, "via": "own", "result": "done", "origin": "again", "afresh": true,
		"extension": map[string]any{"term": "300wd"}, "outside": map[string]any{"to": "上級機關", "number": "115-9"},
		"chosen": []any{map[string]any{"step": "x"}}, "people": []any{map[string]any{"person": "u9"}}, "material": []any{"reason"},
		"attached": []any{map[string]any{"name": "別的附件.pdf", "size": 3, "digest": strings.Repeat("b", 64)}},
	} {
		id := "M" + member
		trails[id] = signedTrail(t, id, plain(byEC), func(p map[string]any) { p[member] = other })
		want[id] = "chain_certificate_other"
	}
	for _, member := range evidence.StatementSays() {
		if trails["M"+member] == nil {
			t.Errorf("nothing changes %s", member)
		}
	}
	maps.Copy(trails, map[string][]evidence.Stored{
		"O1": signedTrail(t, "O1", plain(byEC), nothing),
		"O2": signedTrail(t, "O2", plain(byEC), func(p map[string]any) {
			p["by"] = map[string]any{"person": "u2", "name": "邱柏叡", "post_title": "局長", "unit_name": "資訊科"}
		}),
		"A1": signedTrail(t, "A1", cms(byRSA), nothing),
		"A2": signedTrail(t, "A2", cms(byEC), nothing),
		"A3": signedTrail(t, "A3", plain(byRSA), nothing),
		"A4": signedTrail(t, "A4", plain(byEC), nothing),
		"B1": signedTrail(t, "B1", cms(byRSA), func(p map[string]any) { p["comment"] = "不同意" }),
		"B2": signedTrail(t, "B2", cms(byRSA), func(p map[string]any) { p["by"] = map[string]any{"person": "u9"} }),
		"B3": signedTrail(t, "B3", cms(byRSA), func(p map[string]any) {
			p["values"] = []any{map[string]any{"name": "field/reason", "value": "職務升遷", "salt": strings.Repeat("0", 32)}}
		}),
		"C1": signedTrail(t, "C1", cms(byEC), as(func(s *evidence.CertificateSignature) { s.Value[len(s.Value)-1] ^= 1 })),
		"C2": signedTrail(t, "C2", cms(byEC), as(func(s *evidence.CertificateSignature) {
			s.Statement = strings.Replace(s.Statement, "如擬", "可", 1)
		})),
		"C3": signedTrail(t, "C3", cms(byEC), as(func(s *evidence.CertificateSignature) { s.Chain[1] = stranger.Certificate.Raw })),
		"C4": signedTrail(t, "C4", cms(byEC), as(func(s *evidence.CertificateSignature) { s.Chain[0] = byRSA.Certificate.Raw })),
		"C5": signedTrail(t, "C5", cms(byEC), func(p map[string]any) {
			c := p["certificate"].(map[string]any)
			c["attributeS"] = c["attributes"]
			delete(c, "attributes")
		}),
		"D1": signedTrail(t, "D1", by(byCard, byEC, top), nothing),
		"D2": signedTrail(t, "D2", by(byOfficer, officer, office), nothing),
		"D3": signedTrail(t, "D3", by(officer, signing), nothing),
		"D4": signedTrail(t, "D4", by(officer, other), nothing),
		"D5": signedTrail(t, "D5", by(short, top), nothing),
	})
	bundle := signedBundle(t, trails)
	report, err := evidence.VerifyBundle(bytes.NewReader(bundle), int64(len(bundle)), evidence.Options{Keys: []string{house(t).Verifier()}})
	check(t, err)
	maps.Copy(want, map[string]string{"B1": "chain_certificate_other", "B2": "chain_certificate_other", "B3": "chain_certificate_other", "O2": "chain_certificate_other",
		"C1": "chain_certificate_false", "C2": "chain_certificate_false", "C3": "chain_certificate_false", "C4": "chain_certificate_false", "C5": "chain_certificate_false",
		"D1": "chain_certificate_false", "D2": "chain_certificate_false", "D3": "chain_certificate_false", "D4": "chain_certificate_false",
		"D5": "chain_certificate_false"})
	got := map[string]string{}
	var lines []string
	for _, f := range report.Findings {
		got[f.Case] = f.Code
		lines = append(lines, "✕ "+f.Text("zh-TW"))
		if f.Seq != 2 {
			t.Errorf("%s is said of entry %d", f.Code, f.Seq)
		}
	}
	if !maps.Equal(got, want) {
		t.Errorf("found %v, want %v", got, want)
	}
	issuers := slices.DeleteFunc(slices.Clone(report.Remarks), func(f evidence.Finding) bool { return f.Code != "certificate_issuer" })
	if len(issuers) != 1 || issuers[0].Params["name"] != "CN=測試憑證管理中心,C=TW" {
		t.Errorf("it rests on %v", issuers)
	}

	page, found := findsOnThePage(t, bundle)
	slices.Sort(lines)
	if !slices.Equal(found, lines) {
		t.Errorf("the page finds\n%s\nand the program\n%s", strings.Join(found, "\n"), strings.Join(lines, "\n"))
	}
	if result := page.Text("#result"); !strings.Contains(result, issuers[0].Text("zh-TW")) {
		t.Errorf("the page does not say %q:\n%s", issuers[0].Text("zh-TW"), result)
	}
}
