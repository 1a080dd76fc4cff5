package evidence

import (
	"bytes"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
)

// StatementFormat begins what somebody signs with a certificate of his own. What was signed as
// firstStatement said less of the decision.
const (
	StatementFormat = "isms-statement-2"
	firstStatement  = "isms-statement-1"
)

// statementSays are the members of a payload that a statement has as well, as they stand there or
// not at all: what is decided, by whom, in whose name, and all that comes of it but for what is
// not known before it is written.
var statementSays = []string{
	"verb", "type", "definition", "step", "task", "origin", "via", "by", "for", "result", "comment", "to",
	"afresh", "extension", "chosen", "people", "outside", "material", "attached",
}

// StatementSays are the members of an entry's payload that what is signed with a certificate says
// too, each as it stands there.
func StatementSays() []string { return slices.Clone(statementSays) }

// Algorithms of a [CertificateSignature]: those that the page in a bundle computes too.
const (
	RSAWithSHA256   = "RSA-SHA256"   // PKCS #1 v1.5
	ECDSAWithSHA256 = "ECDSA-SHA256" // on P-256, as ASN.1
)

// MinRSA is the size in bits of the smallest RSA key that signs or issues.
const MinRSA = 2048

// ErrCertificate is the error of a signature with a certificate that does not hold.
var ErrCertificate = errors.New("evidence: signature with a certificate")

// CertificateSignature is what somebody signed with a certificate of his own (憑證簽章),
// with all that it takes to check it years later. It holds in itself; whether the issuer is
// to be trusted is for the reader to say, as [Report] names the topmost of each chain.
type CertificateSignature struct {
	// Statement are the bytes that were put before him: canonical JSON that says what he
	// decides, on what, and who he is.
	Statement string `json:"statement"`
	// Algorithm is one of those above.
	Algorithm string `json:"algorithm"`
	// Attributes are what the signature is over where it came as CMS with signed attributes:
	// their DER as a SET, with the SHA-256 of Statement among them. Empty: over Statement.
	Attributes []byte `json:"attributes,omitempty"`
	Value      []byte `json:"value"`
	// Chain are certificates as DER, the signer's first, each issued by the next, which says
	// of itself that it may issue.
	Chain [][]byte `json:"chain"`
}

// Plain makes it a member of a payload, to which others may be added.
func (s CertificateSignature) Plain() map[string]any {
	chain := make([]string, len(s.Chain))
	for i, der := range s.Chain {
		chain[i] = base64.StdEncoding.EncodeToString(der)
	}
	m := map[string]any{
		"statement": s.Statement, "algorithm": s.Algorithm, "value": base64.StdEncoding.EncodeToString(s.Value), "chain": chain,
	}
	if len(s.Attributes) > 0 {
		m["attributes"] = base64.StdEncoding.EncodeToString(s.Attributes)
	}
	return m
}

// Check says whether the signature is by the first certificate over the statement, and each
// certificate by the next. Errors wrap ErrCertificate. It looks at no clock and no root. The
// page in a bundle computes the same.
func (s CertificateSignature) Check() error {
	if len(s.Chain) == 0 {
		return fmt.Errorf("%w: no certificate", ErrCertificate)
	}
	certs := make([]*x509.Certificate, len(s.Chain))
	for i, der := range s.Chain {
		c, err := x509.ParseCertificate(der)
		if err != nil {
			return fmt.Errorf("%w: certificate %d: %w", ErrCertificate, i+1, err)
		}
		if key, ok := c.PublicKey.(*rsa.PublicKey); ok && key.N.BitLen() < MinRSA {
			return fmt.Errorf("%w: certificate %d: a key of %d bits", ErrCertificate, i+1, key.N.BitLen())
		}
		certs[i] = c
	}
	algorithm, ok := algorithms[s.Algorithm]
	if !ok {
		return fmt.Errorf("%w: algorithm %q", ErrCertificate, s.Algorithm)
	}
	signed := []byte(s.Statement)
	if len(s.Attributes) > 0 {
		digest := sha256.Sum256(signed)
		if named, err := messageDigest(s.Attributes); err != nil || !bytes.Equal(named, digest[:]) {
			return fmt.Errorf("%w: the signed attributes are of something else", ErrCertificate)
		}
		signed = s.Attributes
	}
	if err := certs[0].CheckSignature(algorithm, signed, s.Value); err != nil {
		return fmt.Errorf("%w: %w", ErrCertificate, err)
	}
	for i, c := range certs[1:] {
		if a := certs[i].SignatureAlgorithm; a != x509.SHA256WithRSA && a != x509.ECDSAWithSHA256 {
			return fmt.Errorf("%w: certificate %d is signed by %v", ErrCertificate, i+1, a)
		}
		// Whoever has a card can sign a further certificate with it, for any name: only one that
		// its own issuer let issue does.
		if err := certs[i].CheckSignatureFrom(c); err != nil {
			return fmt.Errorf("%w: certificate %d: %w", ErrCertificate, i+1, err)
		}
		if !c.IsCA || !bytes.Equal(certs[i].RawIssuer, c.RawSubject) {
			return fmt.Errorf("%w: certificate %d is not of the next", ErrCertificate, i+1)
		}
	}
	return nil
}

var algorithms = map[string]x509.SignatureAlgorithm{RSAWithSHA256: x509.SHA256WithRSA, ECDSAWithSHA256: x509.ECDSAWithSHA256}

var oidMessageDigest = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 4}

// messageDigest is the one digest that signed attributes name.
func messageDigest(attributes []byte) ([]byte, error) {
	var set []struct {
		Type   asn1.ObjectIdentifier
		Values []asn1.RawValue `asn1:"set"`
	}
	rest, err := asn1.UnmarshalWithParams(attributes, &set, "set")
	if err != nil || len(rest) > 0 {
		return nil, fmt.Errorf("attributes: %w", errors.Join(err, ErrCertificate))
	}
	var digest []byte
	for _, a := range set {
		if !a.Type.Equal(oidMessageDigest) {
			continue
		}
		if len(a.Values) != 1 || digest != nil {
			return nil, ErrCertificate
		}
		if _, err := asn1.Unmarshal(a.Values[0].FullBytes, &digest); err != nil {
			return nil, fmt.Errorf("digest: %w", err)
		}
	}
	return digest, nil
}

// Codes of faults of entries that were signed with a certificate.
const (
	// CertificateFalse: the signature is not by that certificate over what it says was signed,
	// or a certificate is not by its issuer.
	CertificateFalse = "certificate_false"
	// CertificateOther: what was signed is something else than the entry says.
	CertificateOther = "certificate_other"
)

// Certificates looks at the signatures with certificates along one chain, from its first
// entry. The zero value begins one.
type Certificates struct {
	// Tops are the topmost certificates of what was signed, as DER, each once.
	Tops   [][]byte
	hashes map[Digest]bool
	values []byte // the payload that last said all fields
}

// Entry looks at the next entry, with the hash it has, and its payload, nil where that is not
// there. It returns one of the codes above, "" where nothing is wrong or nothing was signed so.
func (c *Certificates) Entry(e Entry, payload []byte) string {
	code := ""
	if payload == nil || bytes.Contains(payload, []byte(`"values":[`)) {
		c.values = payload // of one that is not there nothing is known: it may have set them
	}
	if bytes.Contains(payload, []byte(`"certificate":{`)) {
		code = c.look(e, payload)
	}
	if c.hashes == nil {
		c.hashes = map[Digest]bool{}
	}
	c.hashes[e.Hash()] = true
	return code
}

// statedMembers is the list as the page in a bundle has it.
func statedMembers() [][2]any {
	out := make([][2]any, len(statementSays))
	for i, member := range statementSays {
		out[i] = [2]any{member, firstSaid[member]}
	}
	return out
}

// sayAlike says whether a statement says of the decision what the payload does.
func sayAlike(statement, payload map[string]json.RawMessage, format string) bool {
	for _, member := range statementSays {
		if format != firstStatement || firstSaid[member] {
			if !bytes.Equal(statement[member], payload[member]) {
				return false
			}
		}
	}
	number, there := statement["number"] // there is none before a decision by which the case gets it
	return !there || bytes.Equal(number, payload["number"])
}

// firstSaid are those of which the first format told.
var firstSaid = map[string]bool{
	"verb": true, "type": true, "step": true, "task": true, "by": true, "for": true, "result": true, "comment": true, "attached": true,
}

type namedValue struct {
	Name  string          `json:"name"`
	Value json.RawMessage `json:"value"`
}

func (c *Certificates) look(e Entry, payload []byte) string {
	var entry struct {
		Certificate *CertificateSignature `json:"certificate"`
	}
	var members, said map[string]json.RawMessage
	if errors.Join(json.Unmarshal(payload, &entry), json.Unmarshal(payload, &members)) != nil {
		return CertificateFalse
	}
	var own map[string]json.RawMessage
	if raw := members["certificate"]; raw != nil && json.Unmarshal(raw, &own) != nil {
		return CertificateFalse
	}
	for name := range own {
		if !plainName(name) {
			return CertificateFalse
		}
	}
	s := entry.Certificate
	if s == nil {
		return "" // a text that looks like one
	}
	if s.Check() != nil {
		return CertificateFalse
	}
	top := s.Chain[len(s.Chain)-1]
	if !containsBytes(c.Tops, top) {
		c.Tops = append(c.Tops, top)
	}
	var signed struct {
		Format   string       `json:"format"`
		Case     string       `json:"case"`
		At       string       `json:"at"`
		Fields   []namedValue `json:"fields"`
		Decision *struct {
			Entry Digest `json:"entry"`
		} `json:"decision"`
	}
	if errors.Join(json.Unmarshal([]byte(s.Statement), &signed), json.Unmarshal([]byte(s.Statement), &said)) != nil {
		return CertificateOther
	}
	switch {
	case signed.Format != StatementFormat && signed.Format != firstStatement, "case/"+signed.Case != e.Chain, !sayAlike(said, members, signed.Format):
	case signed.At > e.At.UTC().Format(TimeLayout):
	case signed.Decision != nil && !c.hashes[signed.Decision.Entry]:
	case !c.has(signed.Fields):
	default:
		return ""
	}
	return CertificateOther
}

// has says whether fields stand in the trail as they were signed. Where an entry that may have
// set them is not there, nothing is known of it.
func (c *Certificates) has(fields []namedValue) bool {
	if len(fields) == 0 || c.values == nil {
		return true
	}
	var set struct {
		Values []namedValue `json:"values"`
	}
	if err := json.Unmarshal(c.values, &set); err != nil {
		return false
	}
	stand := make(map[string]string, len(set.Values))
	for _, v := range set.Values {
		stand[v.Name] = string(v.Value)
	}
	for _, f := range fields {
		if value, ok := stand[f.Name]; !ok || value != string(f.Value) {
			return false
		}
	}
	return true
}

// containsBytes says whether a list has an item of the same bytes.
func containsBytes(list [][]byte, b []byte) bool {
	for _, one := range list {
		if bytes.Equal(one, b) {
			return true
		}
	}
	return false
}

// issuerOf calls a certificate by its subject and its fingerprint.
func issuerOf(der []byte) map[string]string {
	name := ""
	if c, err := x509.ParseCertificate(der); err == nil {
		name = c.Subject.String()
	}
	return map[string]string{"name": name, "print": Digest(sha256.Sum256(der)).String()}
}
