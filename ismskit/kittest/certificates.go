package kittest

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"os"
	"sync/atomic"
	"time"

	"github.com/ismskit/ismskit/ismskit/evidence"
	"github.com/smallstep/pkcs7"
)

// Issuer issues certificates to sign with, for tests and demonstrations: it holds its key in
// memory and lasts as long as the program.
type Issuer struct {
	Certificate *x509.Certificate
	key         crypto.Signer
	last        atomic.Int64
}

// NewIssuer makes an issuer whose certificates are valid around a moment.
func NewIssuer(name string, at time.Time) (*Issuer, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	i := &Issuer{key: key}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{Country: []string{"TW"}, CommonName: name},
		NotBefore: at.AddDate(-5, 0, 0), NotAfter: at.AddDate(20, 0, 0), IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return nil, err
	}
	i.last.Store(1)
	i.Certificate, err = x509.ParseCertificate(der)
	return i, err
}

// PEM is the issuer's certificate, and the list of those of its cards that are revoked.
func (i *Issuer) PEM(at time.Time, revoked ...*Card) ([]byte, error) {
	out := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: i.Certificate.Raw})
	list := &x509.RevocationList{Number: big.NewInt(at.Unix()), ThisUpdate: at.Add(-time.Hour), NextUpdate: at.AddDate(1, 0, 0)}
	for _, c := range revoked {
		list.RevokedCertificateEntries = append(list.RevokedCertificateEntries, x509.RevocationListEntry{SerialNumber: c.Certificate.SerialNumber, RevocationTime: at.Add(-time.Hour)})
	}
	crl, err := x509.CreateRevocationList(rand.Reader, list, i.Certificate, i.key)
	if err != nil {
		return nil, err
	}
	return append(out, pem.EncodeToMemory(&pem.Block{Type: "X509 CRL", Bytes: crl})...), nil
}

// WriteFile writes PEM to a file.
func (i *Issuer) WriteFile(path string, at time.Time, revoked ...*Card) error {
	b, err := i.PEM(at, revoked...)
	if err != nil {
		return err
	}
	return os.WriteFile(path, b, 0o600)
}

// Card is a person's certificate with its key.
type Card struct {
	Certificate *x509.Certificate
	Key         crypto.Signer
}

// Card issues a certificate for a key, valid from and to; nil makes a key on P-256.
func (i *Issuer) Card(name string, key crypto.Signer, from, to time.Time) (*Card, error) {
	if key == nil {
		made, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			return nil, err
		}
		key = made
	}
	n := i.last.Add(1)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(n), Subject: pkix.Name{Country: []string{"TW"}, CommonName: name, SerialNumber: fmt.Sprintf("%016d", n)},
		NotBefore: from, NotAfter: to, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageContentCommitment,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, i.Certificate, key.Public(), i.key)
	if err != nil {
		return nil, err
	}
	c, err := x509.ParseCertificate(der)
	return &Card{Certificate: c, Key: key}, err
}

// Fingerprint is by what the certificate is registered.
func (c *Card) Fingerprint() string {
	return evidence.Digest(sha256.Sum256(c.Certificate.Raw)).String()
}

// CMS signs as card components do: CMS without what it signs, with the certificate.
func (c *Card) CMS(statement []byte) ([]byte, error) {
	s, err := pkcs7.NewSignedData(statement)
	if err != nil {
		return nil, err
	}
	s.SetDigestAlgorithm(pkcs7.OIDDigestAlgorithmSHA256)
	if err := s.AddSigner(c.Certificate, c.Key, pkcs7.SignerInfoConfig{}); err != nil {
		return nil, err
	}
	s.Detach()
	return s.Finish()
}

// Plain signs the bytes alone; the certificate comes beside it.
func (c *Card) Plain(statement []byte) (signature, certificate []byte, err error) {
	digest := sha256.Sum256(statement)
	signature, err = c.Key.Sign(rand.Reader, digest[:], crypto.SHA256)
	return signature, c.Certificate.Raw, err
}
