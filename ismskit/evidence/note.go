package evidence

import (
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
)

// Errors of signed notes and keys.
var (
	// ErrKey: a text that is no key.
	ErrKey = errors.New("evidence: not a key")
	// ErrSignature: a note that isn't signed, signed by nobody known, or not as its
	// signature says.
	ErrSignature = errors.New("evidence: signature")
)

// Signer signs what leaves the house: checkpoints and the manifests of bundles. A
// [Key] is one; a host whose key lies in a device writes its own.
type Signer interface {
	// Verifier returns the public key as name+hash+key, the text that Go's signed
	// notes use. It is the same as long as the key is.
	Verifier() string
	// Sign returns the Ed25519 signature of a message. Safe for concurrent use.
	Sign(message []byte) ([]byte, error)
}

// Key is an Ed25519 key with the name of its holder. The zero Key signs nothing.
type Key struct {
	secret, public string
	signer         note.Signer
}

// NewKey makes a key for a name, which has no space and no plus sign. random is
// crypto/rand.Reader outside tests.
func NewKey(name string, random io.Reader) (Key, error) {
	if !cleanLine(name) || strings.ContainsAny(name, " +") {
		return Key{}, fmt.Errorf("%w: name %q", ErrKey, name)
	}
	secret, _, err := note.GenerateKey(random, name)
	if err != nil {
		return Key{}, fmt.Errorf("%w: %w", ErrKey, err)
	}
	return ParseKey(secret)
}

// ParseKey reads what Secret returns. Its error wraps ErrKey and never has the text.
func ParseKey(secret string) (Key, error) {
	signer, err := note.NewSigner(secret)
	if err != nil {
		return Key{}, fmt.Errorf("%w: %w", ErrKey, err)
	}
	parts := strings.SplitN(secret, "+", 5) // PRIVATE+KEY+name+hash+seed, as NewSigner has seen
	seed, err := base64.StdEncoding.DecodeString(parts[4])
	if err != nil || len(seed) != 1+ed25519.SeedSize {
		return Key{}, fmt.Errorf("%w: length", ErrKey)
	}
	public, err := note.NewEd25519VerifierKey(parts[2], ed25519.NewKeyFromSeed(seed[1:]).Public().(ed25519.PublicKey))
	if err != nil {
		return Key{}, fmt.Errorf("%w: %w", ErrKey, err)
	}
	return Key{secret: secret, public: public, signer: signer}, nil
}

// Secret returns the key with its secret half, to be kept where only the server
// reads it.
func (k Key) Secret() string { return k.secret }

// String returns the public half: a log may hold it.
func (k Key) String() string { return k.public }

// Verifier implements Signer.
func (k Key) Verifier() string { return k.public }

// Sign implements Signer.
func (k Key) Sign(message []byte) ([]byte, error) {
	if k.signer == nil {
		return nil, fmt.Errorf("%w: the zero Key", ErrKey)
	}
	return k.signer.Sign(message)
}

// noteSigner is a Signer as package note wants it.
type noteSigner struct {
	Signer
	note.Verifier
}

func (s noteSigner) Name() string                        { return s.Verifier.Name() }
func (s noteSigner) KeyHash() uint32                     { return s.Verifier.KeyHash() }
func (s noteSigner) Sign(message []byte) ([]byte, error) { return s.Signer.Sign(message) }

// Sign returns a text with its signatures: a note. The text ends with a newline.
func Sign(text string, signers ...Signer) ([]byte, error) {
	return sign(&note.Note{Text: text}, signers)
}

func sign(n *note.Note, signers []Signer) ([]byte, error) {
	all := make([]note.Signer, len(signers))
	for i, s := range signers {
		v, err := note.NewVerifier(s.Verifier())
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrKey, err)
		}
		all[i] = noteSigner{s, v}
	}
	signed, err := note.Sign(n, all...)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrSignature, err)
	}
	return signed, nil
}

// Cosign adds signatures to a note that one of the keys has signed: those of a
// witness. Those that are there stay. The error wraps ErrSignature.
func Cosign(signed []byte, keys []string, by ...Signer) ([]byte, error) {
	n, err := open(signed, keys)
	if err != nil {
		return nil, err
	}
	return sign(n, by)
}

// Note is a text with those who signed it.
type Note struct {
	Text    string
	Signers []string // names of the keys whose signatures hold, in the order of the note
	Unknown []string // names of those whose keys aren't known
}

// OpenNote checks the signatures of a note by keys as Signer.Verifier gives them. At
// least one must be known; one that is known and doesn't hold refuses the note, and
// so does any other way to write it. Errors wrap ErrKey or ErrSignature.
func OpenNote(signed []byte, keys ...string) (Note, error) {
	n, err := open(signed, keys)
	if err != nil {
		return Note{}, err
	}
	out := Note{Text: n.Text}
	for _, s := range n.Sigs {
		out.Signers = append(out.Signers, s.Name)
	}
	for _, s := range n.UnverifiedSigs {
		out.Unknown = append(out.Unknown, s.Name)
	}
	return out, nil
}

func open(signed []byte, keys []string) (*note.Note, error) {
	known := make([]note.Verifier, 0, len(keys))
	seen := map[string]bool{}
	for _, key := range keys {
		v, err := note.NewVerifier(key)
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrKey, err)
		}
		if id := v.Name() + "+" + strconv.FormatUint(uint64(v.KeyHash()), 16); !seen[id] {
			seen[id] = true
			known = append(known, v)
		}
	}
	n, err := note.Open(signed, note.VerifierList(known...))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrSignature, err)
	}
	// note reads base64 whose last character has idle bits, and drops what comes
	// twice: then another byte would be the same note.
	count := 0
	for line := range strings.Lines(string(signed[len(n.Text):])) {
		if line == "\n" {
			continue
		}
		fields := strings.Fields(line)
		count++
		if _, err := base64.StdEncoding.Strict().DecodeString(fields[len(fields)-1]); err != nil {
			return nil, fmt.Errorf("%w: %w", ErrSignature, err)
		}
	}
	if count != len(n.Sigs)+len(n.UnverifiedSigs) {
		return nil, fmt.Errorf("%w: one comes twice", ErrSignature)
	}
	return n, nil
}

// NoteText returns what a note says without looking at its signatures; false where
// it is none.
func NoteText(signed []byte) (string, bool) {
	cut := strings.LastIndex(string(signed), "\n\n")
	if cut < 0 {
		return "", false
	}
	return string(signed[:cut+1]), true
}

// MergeNotes puts the signatures of two forms of one note together, each once, in
// the order in which they come. Other texts are ErrSignature.
func MergeNotes(a, b []byte) ([]byte, error) {
	text, ok := NoteText(a)
	if other, ok2 := NoteText(b); !ok || !ok2 || text != other {
		return nil, fmt.Errorf("%w: not the same note", ErrSignature)
	}
	merged := string(a)
	for line := range strings.Lines(string(b[len(text)+1:])) {
		if !strings.Contains(merged, "\n"+line) {
			merged += line
		}
	}
	return []byte(merged), nil
}
