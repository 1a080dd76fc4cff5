package evidence

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
)

// Binds is the version of the list of what signatures bind by which this package signs. A
// payload says by which it was signed, and nothing where it was by the first.
const Binds = 2

// ErrSigned is the error of a payload that was signed as this package doesn't know it.
var ErrSigned = errors.New("evidence: not a signed payload")

// bound is a part of a decision's payload that its signature binds.
type bound struct {
	leaf, member string // what the leaf is called; where it stands in the payload
	// always: it is bound as an empty text where the payload lacks it; else only where it is
	// there.
	always bool
	since  int // version of the list
}

// What a signature binds of the entry's header, where a payload has its members.
const (
	entryChain = "@chain" // of which case it is
	entryTime  = "@at"
)

// whatSignaturesBind are the leaves of a signature, in the order of their names, in which they
// are hashed: what is sorted already is sorted fast. It may be added to under a new version,
// never changed. What has for before its dot is bound only where somebody signed for another.
var whatSignaturesBind = []bound{
	{"case/chain", entryChain, true, 2},
	{"case/definition", "definition", false, 2},
	{"case/moved_from", "moved_from", false, 1},
	{"case/number", "number", true, 1},
	{"case/type", "type", true, 1},
	{"case/values", "root", true, 1},
	{"case/year", "year", false, 1},
	{"decision/afresh", "afresh", false, 1},
	{"decision/attached", "attached", false, 2},
	{"decision/batch", "batch", false, 1},
	{"decision/chosen", "chosen", false, 1},
	{"decision/comment", "comment", true, 1},
	{"decision/dues", "dues", false, 1},
	{"decision/extension", "extension", false, 1},
	{"decision/material", "material", false, 1},
	{"decision/origin", "origin", false, 1},
	{"decision/outside", "outside", false, 2},
	{"decision/owes", "owes", false, 1},
	{"decision/people", "people", false, 1},
	{"decision/result", "result", true, 1},
	{"decision/step", "step", true, 1},
	{"decision/task", "task", true, 1},
	{"decision/time", entryTime, true, 1},
	{"decision/to", "to", true, 1},
	{"decision/verb", "verb", true, 1},
	{"for/name", "for.name", true, 1},
	{"for/person", "for.person", true, 1},
	{"for/post", "for.post_title", true, 1},
	{"for/unit", "for.unit_name", true, 2},
	{"signer/assurance", "assurance", true, 1},
	{"signer/certificate", "certificate", false, 1},
	{"signer/name", "by.name", true, 1},
	{"signer/person", "by.person", true, 1},
	{"signer/post", "by.post_title", true, 1},
	{"signer/proved", "proved", false, 1},
	{"signer/unit", "by.unit_name", true, 1},
	{"signer/via", "via", true, 1},
}

// boundLeaves is the list as the page in a bundle has it.
func boundLeaves() [][4]any {
	out := make([][4]any, len(whatSignaturesBind))
	for i, b := range whatSignaturesBind {
		out[i] = [4]any{b.leaf, b.member, b.always, b.since}
	}
	return out
}

// SignPayload adds to a decision's payload what signs it: a fresh salt, the version of the list
// of what is bound, and the root over that, as the members salt, binds and signature. chain and at
// are the entry's. Errors are a *[ValueError].
func SignPayload(payload map[string]any, chain string, at time.Time) error {
	var salt [16]byte
	rand.Read(salt[:]) // never fails: it ends the program rather than return an error
	payload["salt"], payload["binds"] = hex.EncodeToString(salt[:]), Binds
	root, err := signatureRoot(Binds, salt[:], chain, at, func(dst []byte, member string) ([]byte, bool, error) {
		of, key := payload, member
		if whose, inner, ok := strings.Cut(member, "."); ok {
			of, _ = payload[whose].(map[string]any)
			key = inner
		}
		value, there := of[key]
		if !there {
			return dst, false, nil
		}
		dst, err := AppendCanonical(dst, value)
		return dst, true, err
	}, payload["for"] != nil)
	if err != nil {
		return err
	}
	payload["signature"] = root.String()
	return nil
}

// SignatureRoot is the root over what a decision's payload binds, of an entry of that chain and
// time, by the version of the list that the payload names. The values are taken from the
// payload's bytes as they stand, so that whoever checks it in any language writes no JSON.
// Errors wrap ErrSigned.
func SignatureRoot(payload []byte, chain string, at time.Time) (Digest, error) {
	s, err := parseSigned(payload)
	if err != nil {
		return Digest{}, err
	}
	return s.root(chain, at)
}

// signedPayload is a payload as it was read, each member as its bytes.
type signedPayload struct {
	members, by, principal map[string]json.RawMessage
	binds                  int
}

// parseSigned reads a payload that is canonical, so that every reader of it reads the same, and
// whose own members have plain names: encoding/json takes another case of a name for the name.
func parseSigned(payload []byte) (signedPayload, error) {
	s := signedPayload{binds: 1}
	if _, err := ParseCanonical(payload); err != nil {
		return s, fmt.Errorf("%w: %w", ErrSigned, err)
	}
	err := json.Unmarshal(payload, &s.members)
	for member, to := range map[string]any{"by": &s.by, "for": &s.principal, "binds": &s.binds} {
		if raw := s.members[member]; err == nil && raw != nil {
			if err = json.Unmarshal(raw, to); string(raw) == "null" {
				err = errors.New("null")
			}
		}
	}
	if err != nil {
		return s, fmt.Errorf("%w: %w", ErrSigned, err)
	}
	for _, of := range []map[string]json.RawMessage{s.members, s.by, s.principal} {
		for name := range of {
			if !plainName(name) {
				return s, fmt.Errorf("%w: member %q", ErrSigned, name)
			}
		}
	}
	if s.members == nil {
		return s, ErrSigned
	}
	return s, nil
}

// plainName says whether every reader takes a member's name for the same.
func plainName(name string) bool { return strings.Trim(name, "abcdefghijklmnopqrstuvwxyz_") == "" }

// text is a member that is a text; "" where it is none.
func (s signedPayload) text(member string) string {
	raw, _ := s.raw(member)
	var text string
	if json.Unmarshal(raw, &text) != nil {
		return ""
	}
	return text
}

func (s signedPayload) raw(member string) (json.RawMessage, bool) {
	of, key := s.members, member
	switch whose, inner, ok := strings.Cut(member, "."); {
	case ok && whose == "by":
		of, key = s.by, inner
	case ok:
		of, key = s.principal, inner
	}
	raw, there := of[key]
	return raw, there
}

func (s signedPayload) root(chain string, at time.Time) (Digest, error) {
	if s.binds < 1 || s.binds > Binds {
		return Digest{}, fmt.Errorf("%w: by version %d of what signatures bind", ErrSigned, s.binds)
	}
	salt, err := hex.DecodeString(s.text("salt"))
	if err != nil {
		return Digest{}, fmt.Errorf("%w: salt: %w", ErrSigned, err)
	}
	return signatureRoot(s.binds, salt, chain, at, func(dst []byte, member string) ([]byte, bool, error) {
		raw, there := s.raw(member)
		return append(dst, raw...), there, nil
	}, s.principal != nil)
}

// signatureRoot is the root over what a decision binds, each leaf salted with the first 16 bytes
// of SHA-256(salt, name), so that each can be shown without the others. value appends a member's
// canonical bytes and says whether it is there. All values lie in one piece of memory: this is
// done for every action.
func signatureRoot(version int, salt []byte, chain string, at time.Time, value func([]byte, string) ([]byte, bool, error), principal bool) (Digest, error) {
	var all [48]Leaf // room for the whole list
	leaves, room := all[:0], make([]byte, 0, 768)
	for _, b := range whatSignaturesBind {
		if b.since > version || !principal && strings.HasPrefix(b.leaf, "for/") {
			continue
		}
		start, there := len(room), true
		var err error
		if b.member == entryTime {
			room, err = AppendCanonical(room, at)
		} else if b.member == entryChain {
			room, err = AppendCanonical(room, chain)
		} else if room, there, err = value(room, b.member); err == nil && !there && b.always {
			room, there = append(room, `""`...), true
		}
		if err != nil {
			return Digest{}, err
		}
		if !there {
			continue
		}
		leaf := Leaf{Name: b.leaf, Value: room[start:len(room):len(room)]}
		var input [64]byte
		sum := sha256.Sum256(append(append(input[:0], salt...), b.leaf...))
		copy(leaf.Salt[:], sum[:])
		leaves = append(leaves, leaf)
	}
	return Root(leaves)
}

// valuesRoot is the root over the leaves of all fields that a payload sets.
func (s signedPayload) valuesRoot() (Digest, error) {
	var fields []map[string]json.RawMessage
	if err := json.Unmarshal(s.members["values"], &fields); err != nil {
		return Digest{}, fmt.Errorf("%w: %w", ErrSigned, err)
	}
	leaves := make([]Leaf, len(fields))
	for i, f := range fields {
		var encoded string
		leaves[i].Value = f["value"]
		err := errors.Join(json.Unmarshal(f["name"], &leaves[i].Name), json.Unmarshal(f["salt"], &encoded))
		if err != nil {
			return Digest{}, fmt.Errorf("%w: %w", ErrSigned, err)
		}
		if salt, err := hex.DecodeString(encoded); err != nil || copy(leaves[i].Salt[:], salt) != len(salt) || len(salt) != len(leaves[i].Salt) {
			return Digest{}, fmt.Errorf("%w: salt of %s", ErrSigned, leaves[i].Name)
		}
	}
	SortLeaves(leaves)
	return Root(leaves)
}

// Codes of faults of what entries sign.
const (
	// SignatureFalse: a decision's signature root is not that of what it binds, or it was signed
	// by somebody else than the entry is of, or not at all where others of its trail are.
	SignatureFalse = "signature_false"
	// SignatureNewer: it was signed by a later version of the list of what is bound.
	SignatureNewer = "signature_newer"
	// FieldsFalse: the fields are not those of the root that decisions sign, or that root isn't
	// the one that was sent last.
	FieldsFalse = "fields_false"
)

// Signatures looks at what is signed along one chain, from its first entry: at the roots of
// decisions and of the fields they rest on, and at signatures with certificates. The zero value
// begins one.
//
// A trail none of whose entries is signed is another program's, and nothing is said of it.
type Signatures struct {
	Certificates
	fields   string  // root of the fields that were sent last
	unknown  bool    // an entry that may have set them is not there
	signed   bool    // the trail's decisions are signed
	unsigned []int64 // entries before it was known that they are
}

// casePrefix begins the names of cases' chains, whose entries are decisions.
const casePrefix = "case/"

// Entry looks at the next entry, with its payload, nil where that is not there. It returns what
// is wrong with it, by the codes above and those of [Certificates], and with those before it
// where only this one shows that they should be signed.
func (s *Signatures) Entry(e Entry, payload []byte) []Fault {
	var faults []Fault
	found := func(seq int64, code string) {
		faults = append(faults, Fault{Chain: e.Chain, Seq: seq, To: seq, Code: code})
	}
	if code := s.Certificates.Entry(e, payload); code != "" {
		found(e.Seq, code)
	}
	if !strings.HasPrefix(e.Chain, casePrefix) {
		return faults
	}
	if payload == nil || PayloadDigest(payload) != e.Payload {
		s.unknown = true // Verify says so of one that was changed, and what it signed isn't known
		return faults
	}
	p, err := parseSigned(payload)
	if err == nil && !s.signed && p.signs() {
		for _, seq := range s.unsigned {
			found(seq, SignatureFalse)
		}
		s.signed, s.unknown, s.unsigned = true, s.unknown || len(s.unsigned) > 0, nil
	}
	switch {
	case !s.signed:
		s.unsigned = append(s.unsigned, e.Seq)
		return faults
	case err != nil:
		s.unknown = true
		found(e.Seq, SignatureFalse)
		return faults
	case p.binds > Binds:
		found(e.Seq, SignatureNewer)
	case !p.holds(e):
		found(e.Seq, SignatureFalse)
	}
	if !s.sent(p) {
		found(e.Seq, FieldsFalse)
	}
	return faults
}

// signs says whether a payload is of a trail whose decisions are signed.
func (s signedPayload) signs() bool {
	for _, member := range []string{"revision", "salt", "signature"} {
		if _, there := s.members[member]; there {
			return true
		}
	}
	return false
}

// holds says whether the signature is that of what the payload binds, at the time and by the
// people that the entry's header has.
func (s signedPayload) holds(e Entry) bool {
	root, err := s.root(e.Chain, e.At)
	return err == nil && root.String() == s.text("signature") && s.text("verb") == e.Kind && s.text("by.person") == e.Actor && s.text("for.person") == e.For
}

// noRoot is the root of a form in which nothing is filled in.
var noRoot = Digest{}.String()

// sent says whether the root that a decision binds is that of the fields as they were sent last.
func (s *Signatures) sent(p signedPayload) bool {
	root := p.text("root")
	if _, sent := p.members["values"]; sent {
		is, err := p.valuesRoot()
		s.fields, s.unknown = root, false
		return err == nil && is.String() == root
	}
	// Nothing was filled in from the beginning, or it was emptied, by a step or by a form that
	// has none of it.
	_, changed := p.members["changes"]
	_, moved := p.members["moved_from"]
	if s.unknown || root == noRoot && (s.fields == "" || changed || moved) {
		s.fields, s.unknown = root, false
	}
	return root == s.fields
}
