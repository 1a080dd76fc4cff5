package certificate

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/x509"
	"encoding/asn1"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/evidence"
	"github.com/smallstep/pkcs7"
	"golang.org/x/text/unicode/norm"
)

// Verifier checks signatures with certificates. It is safe for concurrent use.
type Verifier struct{ file file }

// FromFile trusts the issuers in a file; see the package's documentation for what is in it.
// An error says what is wrong with the file.
func FromFile(path string) (*Verifier, error) {
	v := &Verifier{file: file{path: path}}
	_, err := v.file.trust()
	return v, err
}

// Certify implements [ismskit.Certifier].
func (v *Verifier) Certify(_ context.Context, statement, signature []byte, certificates [][]byte, at time.Time) (ismskit.Certified, error) {
	t, err := v.file.trust()
	if err != nil {
		return ismskit.Certified{}, err
	}
	beside, err := parseCertificates(certificates)
	if err != nil {
		return ismskit.Certified{}, refused(ismskit.CertificateMalformed, err)
	}
	s, signer, more, err := parseSignature(statement, signature, beside)
	if err != nil {
		return ismskit.Certified{}, err
	}
	out := described(signer)
	out.CertificateSignature = s
	fail := func(code string, err error) (ismskit.Certified, error) {
		return ismskit.Certified{}, &ismskit.CertificateError{Code: code, Certificate: out, Err: err}
	}
	out.Chain = [][]byte{signer.Raw}
	if err := out.Check(); err != nil {
		return fail(ismskit.CertificateFalse, err)
	}
	if signer.IsCA || !signs(signer) {
		return fail(ismskit.CertificateUnsupported, errors.New("certificate: not one to sign with"))
	}
	between := t.between.Clone()
	for _, c := range more {
		between.AddCert(c)
	}
	chains, err := signer.Verify(x509.VerifyOptions{Roots: t.roots, Intermediates: between, CurrentTime: at, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny}})
	if err != nil {
		if invalid, ok := errors.AsType[x509.CertificateInvalidError](err); ok && invalid.Reason == x509.Expired {
			return fail(ismskit.CertificateExpired, err)
		}
		return fail(ismskit.CertificateUntrusted, err)
	}
	return v.along(t, out, chains, at)
}

// described is what a certificate says of itself.
func described(c *x509.Certificate) ismskit.Certified {
	return ismskit.Certified{
		Name: clean(c.Subject.CommonName), Subject: clean(c.Subject.String()),
		Serial: c.SerialNumber.Text(16), Issuer: clean(c.Issuer.String()), From: c.NotBefore.UTC(), To: c.NotAfter.UTC(),
	}
}

// signs says whether a certificate is one to sign with.
func signs(c *x509.Certificate) bool {
	return c.KeyUsage == 0 || c.KeyUsage&(x509.KeyUsageDigitalSignature|x509.KeyUsageContentCommitment) != 0
}

// along keeps the first of the chains that can be checked again later, and in which nothing
// is revoked.
func (v *Verifier) along(t *trust, out ismskit.Certified, chains [][]*x509.Certificate, at time.Time) (ismskit.Certified, error) {
	code, why := "", error(nil)
	for _, chain := range chains {
		out.Chain = nil
		for _, c := range chain {
			out.Chain = append(out.Chain, c.Raw)
		}
		if err := out.Check(); err != nil {
			code, why = ismskit.CertificateUnsupported, err
			continue
		}
		switch revoked, err := t.revoked(chain, at); {
		case err != nil:
			return ismskit.Certified{}, err // it may have been revoked: nobody knows
		case revoked:
			code, why = ismskit.CertificateRevoked, nil
		default:
			return out, nil
		}
	}
	return ismskit.Certified{}, &ismskit.CertificateError{Code: code, Certificate: out, Err: why}
}

func refused(code string, err error) error { return &ismskit.CertificateError{Code: code, Err: err} }

// parseCertificates reads what came beside a signature, each DER or PEM, with one or several
// certificates.
func parseCertificates(files [][]byte) ([]*x509.Certificate, error) {
	var out []*x509.Certificate
	for _, b := range files {
		if bytes.Contains(b, []byte("-----BEGIN")) {
			var der []byte
			for block, rest := pem.Decode(b); block != nil; block, rest = pem.Decode(rest) {
				if block.Type == "CERTIFICATE" {
					der = append(der, block.Bytes...)
				}
			}
			b = der
		}
		certs, err := x509.ParseCertificates(b)
		if err != nil {
			return nil, err
		}
		out = append(out, certs...)
	}
	return out, nil
}

// parseSignature reads a signature: CMS, or plain, which is by the first certificate beside it.
func parseSignature(statement, signature []byte, beside []*x509.Certificate) (evidence.CertificateSignature, *x509.Certificate, []*x509.Certificate, error) {
	if block, _ := pem.Decode(signature); block != nil && (block.Type == "CMS" || block.Type == "PKCS7") {
		signature = block.Bytes
	}
	p7, err := parseCMS(signature)
	if err != nil {
		if len(beside) == 0 {
			return evidence.CertificateSignature{}, nil, nil, refused(ismskit.CertificateMalformed, err)
		}
		s := evidence.CertificateSignature{Statement: string(statement), Value: signature}
		s.Algorithm, err = algorithmOf(beside[0])
		return s, beside[0], beside[1:], err
	}
	if len(p7.Signers) != 1 {
		return evidence.CertificateSignature{}, nil, nil, refused(ismskit.CertificateMalformed, fmt.Errorf("certificate: %d signers", len(p7.Signers)))
	}
	certs := append(p7.Certificates, beside...)
	p7.Certificates = certs
	signer := p7.GetOnlySigner()
	if signer == nil {
		return evidence.CertificateSignature{}, nil, nil, refused(ismskit.CertificateMalformed, errors.New("certificate: the signer's is not there"))
	}
	s := evidence.CertificateSignature{Statement: string(statement), Value: p7.Signers[0].EncryptedDigest}
	if s.Algorithm, err = algorithmOf(signer); err != nil {
		return s, nil, nil, err
	}
	if len(p7.Content) > 0 && !bytes.Equal(p7.Content, statement) {
		return s, nil, nil, refused(ismskit.CertificateFalse, errors.New("certificate: it holds something else"))
	}
	if attributes := p7.Signers[0].AuthenticatedAttributes; len(attributes) > 0 {
		if s.Attributes, err = asn1.MarshalWithParams(attributes, "set"); err != nil {
			return s, nil, nil, refused(ismskit.CertificateMalformed, err)
		}
	}
	return s, signer, certs, nil
}

// parseCMS reads CMS. What comes is anybody's: where the library panics, it is none.
func parseCMS(b []byte) (p7 *pkcs7.PKCS7, err error) {
	defer func() {
		if p := recover(); p != nil {
			p7, err = nil, fmt.Errorf("certificate: %v", p)
		}
	}()
	return pkcs7.Parse(b)
}

// algorithmOf is how the key of a certificate signs, of those that can be checked anywhere.
func algorithmOf(c *x509.Certificate) (string, error) {
	switch key := c.PublicKey.(type) {
	case *rsa.PublicKey:
		if key.N.BitLen() >= evidence.MinRSA {
			return evidence.RSAWithSHA256, nil
		}
	case *ecdsa.PublicKey:
		if key.Curve == elliptic.P256() {
			return evidence.ECDSAWithSHA256, nil
		}
	}
	return "", refused(ismskit.CertificateUnsupported, fmt.Errorf("certificate: a key of %v", c.PublicKeyAlgorithm))
}

// clean makes a text from a certificate one that can stand in evidence.
func clean(s string) string {
	return norm.NFC.String(strings.ReplaceAll(strings.ToValidUTF8(s, "�"), "\x00", ""))
}
