package certificate

import (
	"errors"

	"github.com/ismskit/ismskit/ismskit"
)

// Read says what a certificate file (DER or PEM) holds, for whoever registers whose it is: the
// one that people sign with, where its issuers lie in the file too. Nothing is said of whether
// its issuer is trusted. What can't be registered is refused as [ismskit.CertificateError].
func Read(file []byte) (ismskit.Certified, error) {
	all, err := parseCertificates([][]byte{file})
	if err != nil {
		return ismskit.Certified{}, refused(ismskit.CertificateMalformed, err)
	}
	var out ismskit.Certified
	for _, c := range all {
		if c.IsCA {
			continue
		}
		if out.Chain != nil {
			return ismskit.Certified{}, refused(ismskit.CertificateMalformed, errors.New("certificate: several that people sign with"))
		}
		if !signs(c) {
			return ismskit.Certified{}, refused(ismskit.CertificateUnsupported, errors.New("certificate: not one to sign with"))
		}
		if _, err := algorithmOf(c); err != nil {
			return ismskit.Certified{}, err
		}
		out = described(c)
		out.Chain = [][]byte{c.Raw}
	}
	switch {
	case len(all) == 0:
		return out, refused(ismskit.CertificateMalformed, errors.New("certificate: there is none"))
	case out.Chain == nil:
		return out, refused(ismskit.CertificateUnsupported, errors.New("certificate: an issuer's"))
	}
	return out, nil
}
