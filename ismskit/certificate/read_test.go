package certificate_test

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/pem"
	"errors"
	"slices"
	"testing"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/certificate"
)

// Whoever registers a card reads from its file what the Kit reads from its signature; what
// nobody could sign with is refused.
func TestACertificateFileIsRead(t *testing.T) {
	issuer, _, v := house(t)
	own, second := card(t, issuer, nil), card(t, issuer, nil)
	weak, err := rsa.GenerateKey(rand.Reader, 1024)
	check(t, err)
	inPEM := func(der []byte) []byte { return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}) }
	der, ca := own.Certificate.Raw, issuer.Certificate.Raw
	cms, err := own.CMS(statement)
	check(t, err)
	signed, err := v.Certify(t.Context(), statement, cms, nil, now)
	check(t, err)
	for what, file := range map[string][]byte{
		"DER": der, "PEM": inPEM(der), "with its issuer": slices.Concat(inPEM(ca), inPEM(der)),
	} {
		c, err := certificate.Read(file)
		check(t, err)
		if c.Fingerprint() != own.Fingerprint() || c.Name != "王小明" || c.Name != signed.Name || c.Serial != signed.Serial || c.Issuer != signed.Issuer || c.Fingerprint() != signed.Fingerprint() {
			t.Errorf("%s: %+v, the signature says %+v", what, c, signed)
		}
	}
	for what, c := range map[string]struct {
		want string
		file []byte
	}{
		"nothing":      {ismskit.CertificateMalformed, nil},
		"a picture":    {ismskit.CertificateMalformed, []byte("MZ")},
		"PEM of a key": {ismskit.CertificateMalformed, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: []byte{1}})},
		"two cards":    {ismskit.CertificateMalformed, slices.Concat(inPEM(der), inPEM(second.Certificate.Raw))},
		"an issuer":    {ismskit.CertificateUnsupported, ca},
		"a weak key":   {ismskit.CertificateUnsupported, card(t, issuer, weak).Certificate.Raw},
	} {
		_, err := certificate.Read(c.file)
		if refused, ok := errors.AsType[*ismskit.CertificateError](err); !ok || refused.Code != c.want {
			t.Errorf("%s: %v, want %s", what, err, c.want)
		}
	}
}
