package evidence

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
)

// Digest is a SHA-256 hash. The zero Digest stands for "nothing before".
type Digest [sha256.Size]byte

// ErrDigest is the error of a text that is not 64 lower-case hexadecimal figures.
var ErrDigest = errors.New("evidence: not a digest")

const payloadPrefix = "isms-payload-1\n"

// PayloadDigest returns the digest under which an entry names its payload.
func PayloadDigest(payload []byte) Digest {
	h := sha256.New()
	h.Write([]byte(payloadPrefix)) // a hash never returns an error
	h.Write(payload)
	var d Digest
	h.Sum(d[:0])
	return d
}

// ParseDigest reads what String writes and nothing else. Its error is ErrDigest.
func ParseDigest(s string) (Digest, error) {
	var d Digest
	if len(s) != hex.EncodedLen(len(d)) {
		return Digest{}, ErrDigest
	}
	if _, err := hex.Decode(d[:], []byte(s)); err != nil || d.String() != s {
		return Digest{}, ErrDigest
	}
	return d, nil
}

// String returns d as 64 lower-case hexadecimal figures.
func (d Digest) String() string { return hex.EncodeToString(d[:]) }

// IsZero reports whether d is the zero Digest.
func (d Digest) IsZero() bool { return d == Digest{} }

// MarshalText writes d as String does.
func (d Digest) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what MarshalText writes. Its error is ErrDigest.
func (d *Digest) UnmarshalText(text []byte) error {
	parsed, err := ParseDigest(string(text))
	if err != nil {
		return err
	}
	*d = parsed
	return nil
}
