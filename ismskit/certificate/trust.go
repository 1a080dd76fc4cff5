package certificate

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"
)

// trust is what a file says of issuers.
type trust struct {
	roots, between *x509.CertPool
	lists          []list
}

// list is what an issuer has revoked.
type list struct {
	crl    *x509.RevocationList
	issuer *x509.Certificate
}

// file is a trust that is read again when its file changes.
type file struct {
	path string

	mu   sync.Mutex
	seen time.Time
	size int64
	read *trust
}

func (f *file) trust() (*trust, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	info, err := os.Stat(f.path)
	if err != nil {
		return nil, err
	}
	if f.read != nil && info.ModTime().Equal(f.seen) && info.Size() == f.size {
		return f.read, nil
	}
	b, err := os.ReadFile(f.path)
	if err != nil {
		return nil, err
	}
	read, err := parseTrust(b)
	if err != nil {
		return nil, fmt.Errorf("certificate: %s: %w", f.path, err)
	}
	f.seen, f.size, f.read = info.ModTime(), info.Size(), read
	return read, nil
}

// parseTrust reads issuers and their lists. A list whose issuer is not in the file, or that is
// not signed by it, is an error: silently passed by, nothing would be revoked.
func parseTrust(b []byte) (*trust, error) {
	t := &trust{roots: x509.NewCertPool(), between: x509.NewCertPool()}
	var issuers []*x509.Certificate
	var crls []*x509.RevocationList
	roots := 0
	for {
		var block *pem.Block
		if block, b = pem.Decode(b); block == nil {
			break
		}
		switch block.Type {
		case "CERTIFICATE":
			c, err := x509.ParseCertificate(block.Bytes)
			if err != nil {
				return nil, err
			}
			issuers = append(issuers, c)
			if bytes.Equal(c.RawSubject, c.RawIssuer) {
				roots++
				t.roots.AddCert(c)
			} else {
				t.between.AddCert(c)
			}
		case "X509 CRL":
			crl, err := x509.ParseRevocationList(block.Bytes)
			if err != nil {
				return nil, err
			}
			crls = append(crls, crl)
		default:
			return nil, fmt.Errorf("a block of type %q", block.Type)
		}
	}
	if roots == 0 {
		return nil, errors.New("no self-signed certificate: nobody is trusted")
	}
	for _, crl := range crls {
		l := list{crl: crl}
		for _, c := range issuers {
			if bytes.Equal(c.RawSubject, crl.RawIssuer) && crl.CheckSignatureFrom(c) == nil {
				l.issuer = c
			}
		}
		if l.issuer == nil {
			return nil, fmt.Errorf("a list of what %q has revoked, which is not by an issuer in the file", crl.Issuer)
		}
		t.lists = append(t.lists, l)
	}
	return t, nil
}

var errOutdated = errors.New("certificate: the list of what was revoked is over its time")

// revoked says whether a certificate of a chain has been revoked, by the newest list of its
// issuer; errOutdated where that list is over its time.
func (t *trust) revoked(chain []*x509.Certificate, at time.Time) (bool, error) {
	for i, c := range chain[:len(chain)-1] {
		var newest *x509.RevocationList
		for _, l := range t.lists {
			if l.issuer.Equal(chain[i+1]) && (newest == nil || l.crl.ThisUpdate.After(newest.ThisUpdate)) {
				newest = l.crl
			}
		}
		if newest == nil {
			continue
		}
		for _, entry := range newest.RevokedCertificateEntries {
			if entry.SerialNumber.Cmp(c.SerialNumber) == 0 {
				return true, nil
			}
		}
		if !newest.NextUpdate.IsZero() && at.After(newest.NextUpdate) {
			return false, errOutdated
		}
	}
	return false, nil
}
