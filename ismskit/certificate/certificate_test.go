package certificate_test

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/pem"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/certificate"
	"github.com/ismskit/ismskit/ismskit/kittest"
	"github.com/smallstep/pkcs7"
)

var (
	now       = time.Date(2026, 12, 1, 2, 0, 0, 0, time.UTC)
	statement = []byte(`{"verb":"approve"}`)
)

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// house is an issuer, the file that trusts it, and what reads that.
func house(t testing.TB) (*kittest.Issuer, string, *certificate.Verifier) {
	t.Helper()
	issuer, err := kittest.NewIssuer("測試憑證管理中心", now)
	check(t, err)
	file := filepath.Join(t.TempDir(), "issuers.pem")
	check(t, issuer.WriteFile(file, now))
	v, err := certificate.FromFile(file)
	check(t, err)
	return issuer, file, v
}

func card(t testing.TB, issuer *kittest.Issuer, key crypto.Signer) *kittest.Card {
	t.Helper()
	c, err := issuer.Card("王小明", key, now.AddDate(-1, 0, 0), now.AddDate(1, 0, 0))
	check(t, err)
	return c
}

// codeOf is why a signature does not hold, "" where it does, "!" where it could not be looked at.
func codeOf(v *certificate.Verifier, signed, signature []byte, at time.Time, certificates ...[]byte) string {
	_, err := v.Certify(context.Background(), signed, signature, certificates, at)
	if refused, ok := errors.AsType[*ismskit.CertificateError](err); ok {
		return refused.Code
	}
	if err != nil {
		return "!"
	}
	return ""
}

// What openssl makes of the README's lines is understood, as DER and as PEM.
func TestWhatOpensslSignsHolds(t *testing.T) {
	v, err := certificate.FromFile("testdata/ca.pem")
	check(t, err)
	signed, err := os.ReadFile("testdata/statement.json")
	check(t, err)
	cms, err := os.ReadFile("testdata/signed.p7s")
	check(t, err)
	for _, signature := range [][]byte{cms, pem.EncodeToMemory(&pem.Block{Type: "CMS", Bytes: cms})} {
		c, err := v.Certify(context.Background(), signed, signature, nil, now)
		check(t, err)
		if c.Name != "Wang" || c.Issuer != "CN=Test CA,C=TW" || len(c.Chain) != 2 || c.Check() != nil || c.To.Year() != 2027 {
			t.Errorf("%+v", c)
		}
	}
	if code := codeOf(v, append(signed, ' '), cms, now); code != ismskit.CertificateFalse {
		t.Errorf("other bytes: %q", code)
	}
	if code := codeOf(v, signed, cms, now.AddDate(2, 0, 0)); code != ismskit.CertificateExpired {
		t.Errorf("two years later: %q", code)
	}
}

func TestEachReasonForWhichASignatureDoesNotHold(t *testing.T) {
	issuer, file, v := house(t)
	own := card(t, issuer, nil)
	cms, err := own.CMS(statement)
	check(t, err)
	plain, der, err := own.Plain(statement)
	check(t, err)
	asPEM := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	for what, got := range map[string]string{
		"CMS": codeOf(v, statement, cms, now), "plain": codeOf(v, statement, plain, now, der), "plain, with PEM": codeOf(v, statement, plain, now, asPEM),
	} {
		if got != "" {
			t.Errorf("%s: %s", what, got)
		}
	}

	small, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	check(t, err)
	otherCurve, err := card(t, issuer, small).CMS(statement)
	check(t, err)
	long, err := rsa.GenerateKey(rand.Reader, 2048)
	check(t, err)
	byRSA, err := card(t, issuer, long).CMS(statement)
	check(t, err)
	stranger, err := kittest.NewIssuer("測試憑證管理中心", now)
	check(t, err)
	foreign, err := card(t, stranger, nil).CMS(statement)
	check(t, err)
	holding, err := pkcs7.NewSignedData([]byte(`{"verb":"reject"}`))
	check(t, err)
	holding.SetDigestAlgorithm(pkcs7.OIDDigestAlgorithmSHA256)
	check(t, holding.AddSigner(own.Certificate, own.Key, pkcs7.SignerInfoConfig{}))
	other, err := holding.Finish()
	check(t, err)
	two, err := pkcs7.NewSignedData(statement)
	check(t, err)
	two.SetDigestAlgorithm(pkcs7.OIDDigestAlgorithmSHA256)
	for range 2 {
		check(t, two.AddSigner(own.Certificate, own.Key, pkcs7.SignerInfoConfig{}))
	}
	two.Detach()
	both, err := two.Finish()
	check(t, err)
	broken := bytes.Clone(cms)
	broken[len(broken)-1] ^= 1
	ca := &kittest.Card{Certificate: issuer.Certificate, Key: own.Key}
	byCA, caDER, err := ca.Plain(statement)
	check(t, err)
	for what, c := range map[string]struct {
		want, got string
	}{
		"RSA":                          {"", codeOf(v, statement, byRSA, now)},
		"another curve":                {ismskit.CertificateUnsupported, codeOf(v, statement, otherCurve, now)},
		"another issuer":               {ismskit.CertificateUntrusted, codeOf(v, statement, foreign, now)},
		"with another text in it":      {ismskit.CertificateFalse, codeOf(v, statement, other, now)},
		"two signers":                  {ismskit.CertificateMalformed, codeOf(v, statement, both, now)},
		"one byte changed":             {ismskit.CertificateFalse, codeOf(v, statement, broken, now)},
		"plain, without a certificate": {ismskit.CertificateMalformed, codeOf(v, statement, plain, now)},
		"a certificate that is none":   {ismskit.CertificateMalformed, codeOf(v, statement, plain, now, []byte("x"))},
		"nothing":                      {ismskit.CertificateMalformed, codeOf(v, statement, nil, now)},
		"not by the key it claims":     {ismskit.CertificateFalse, codeOf(v, statement, byCA, now, caDER)},
		"before the card was issued":   {ismskit.CertificateExpired, codeOf(v, statement, cms, now.AddDate(-2, 0, 0))},
		"after the card is over":       {ismskit.CertificateExpired, codeOf(v, statement, cms, now.AddDate(2, 0, 0))},
		"with a list that is too old":  {"!", codeOf(v, statement, mustSign(t, issuer, now.AddDate(1, 0, 1)), now.AddDate(1, 0, 1))},
	} {
		if c.got != c.want {
			t.Errorf("%s: %q, want %q", what, c.got, c.want)
		}
	}

	// The file is read again when it has changed.
	check(t, issuer.WriteFile(file, now, own))
	if code := codeOf(v, statement, cms, now); code != ismskit.CertificateRevoked {
		t.Errorf("revoked: %q", code)
	}
	check(t, os.WriteFile(file, []byte("nothing"), 0o600))
	if code := codeOf(v, statement, cms, now); code != "!" {
		t.Errorf("a file that can't be read: %q", code)
	}
}

// mustSign signs with a card that is valid at a moment.
func mustSign(t *testing.T, issuer *kittest.Issuer, at time.Time) []byte {
	t.Helper()
	c, err := issuer.Card("王小明", nil, at.AddDate(-1, 0, 0), at.AddDate(1, 0, 0))
	check(t, err)
	cms, err := c.CMS(statement)
	check(t, err)
	return cms
}

func TestAFileOfIssuersSaysWhatIsWrongWithIt(t *testing.T) {
	issuer, _, _ := house(t)
	stranger, _, _ := house(t)
	good, err := issuer.PEM(now)
	check(t, err)
	foreign, err := stranger.PEM(now)
	check(t, err)
	_, list, _ := bytes.Cut(foreign, []byte("-----END CERTIFICATE-----\n"))
	leaf := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: card(t, issuer, nil).Certificate.Raw})
	for want, content := range map[string][]byte{
		"nobody is trusted": leaf, "no such file": nil, `a block of type "PRIVATE KEY"`: append(good, "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"...),
		"which is not by an issuer in the file": append(bytes.Clone(good), list...),
	} {
		path := filepath.Join(t.TempDir(), "issuers.pem")
		if content != nil {
			check(t, os.WriteFile(path, content, 0o600))
		}
		if _, err := certificate.FromFile(path); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}

// Whatever anybody uploads is refused and nothing else.
func FuzzASignatureIsAnybodysBytes(f *testing.F) {
	issuer, _, v := house(f)
	own := card(f, issuer, nil)
	cms, err := own.CMS(statement)
	check(f, err)
	f.Add(cms, own.Certificate.Raw)
	f.Add([]byte{0x30, 0x80}, []byte{0x30, 0x82, 0xff})
	f.Fuzz(func(t *testing.T, signature, der []byte) {
		if code := codeOf(v, []byte("something else"), signature, now, der); code == "" || code == "!" {
			t.Errorf("%x with %x: %q", signature, der, code)
		}
	})
}
