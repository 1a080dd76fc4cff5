// Package witness has ways to take checkpoints out of the reach of those who
// administer the server: a folder elsewhere, mail to the audit unit, and a witness
// that signs beside the house; package cosign of the reference server asks one over the network.
//
// Each is an ismskit.Witness, safe for concurrent use, and may be told the same
// checkpoint again.
package witness

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/evidence"
)

// Prover gives the proof that a log grew from an older size.
type Prover = func(older int64) ([]evidence.Digest, error)

// checkpointIn reads what a signed checkpoint says.
func checkpointIn(signed []byte) (evidence.Checkpoint, error) {
	text, ok := evidence.NoteText(signed)
	if !ok {
		return evidence.Checkpoint{}, evidence.ErrCheckpoint
	}
	return evidence.ParseCheckpoint(text)
}

// nameOf is a checkpoint's name where it is kept: when it was made, how far the log
// had come, and what tells it from every other.
func nameOf(c evidence.Checkpoint, signed []byte) string {
	sum := sha256.Sum256(signed)
	return fmt.Sprintf("%s-%012d-%s.note", c.Time.UTC().Format("20060102T150405Z"), c.Size, hex.EncodeToString(sum[:4]))
}

// Folder keeps each checkpoint as a file in a folder elsewhere: a share of the audit
// unit's, a disk that is written once. It makes the files and never opens one for
// writing again.
type Folder struct{ Dir string }

// Name implements ismskit.Witness.
func (f Folder) Name() string { return "folder " + f.Dir }

// Witness implements ismskit.Witness.
func (f Folder) Witness(_ context.Context, signed []byte, _ Prover) ([]byte, error) {
	c, err := checkpointIn(signed)
	if err != nil {
		return nil, err
	}
	path := filepath.Join(f.Dir, nameOf(c, signed))
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o444)
	if errors.Is(err, fs.ErrExist) {
		there, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		if !bytes.Equal(there, signed) { // broken off, or changed: a person has to look
			return nil, fmt.Errorf("witness: %s is there with other content", path)
		}
		return signed, nil
	}
	if err != nil {
		return nil, err
	}
	_, err = file.Write(signed)
	if err = errors.Join(err, file.Sync(), file.Close()); err != nil {
		return nil, errors.Join(err, os.Remove(path))
	}
	return signed, nil
}

// Mail sends each checkpoint to an address, such as the audit unit's mailbox.
type Mail struct {
	Notifier ismskit.Notifier
	Address  string
	// Subject and About are the words around the checkpoint; About goes before it.
	Subject, About string
}

// Name implements ismskit.Witness.
func (m Mail) Name() string { return "mail " + m.Address }

// Witness implements ismskit.Witness.
func (m Mail) Witness(ctx context.Context, signed []byte, _ Prover) ([]byte, error) {
	c, err := checkpointIn(signed)
	if err != nil {
		return nil, err
	}
	return signed, m.Notifier.Notify(ctx, ismskit.Mail{
		ID: "checkpoint-" + strings.TrimSuffix(nameOf(c, signed), ".note"), Address: m.Address, Name: m.Address,
		Subject: fmt.Sprintf("%s %s", m.Subject, c.Time.UTC().Format("2006-01-02")), Body: m.About + "\n\n" + string(signed), At: c.Time,
	})
}

// Cosigner signs beside the house, in a process of its own or in a test. It signs
// only what the house has signed and what goes on from the last checkpoint it saw.
type Cosigner struct {
	// Keep stores a checkpoint before the signature beside it is given away: a cosigner that
	// forgot one would sign another history. Nil keeps it in memory only. It is set before the
	// first use.
	Keep func(signed []byte) error

	key   evidence.Signer
	house string

	mu   sync.Mutex
	last evidence.Checkpoint
}

// ErrFork is the error of a checkpoint that does not go on from the last one.
var ErrFork = errors.New("witness: the log does not go on from the last checkpoint")

// NewCosigner makes one for a house's public key. last is the checkpoint it saw
// last, zero at the start.
func NewCosigner(key evidence.Signer, house string, last evidence.Checkpoint) *Cosigner {
	return &Cosigner{key: key, house: house, last: last}
}

// Name implements ismskit.Witness.
func (c *Cosigner) Name() string {
	name, _, _ := strings.Cut(c.key.Verifier(), "+")
	return "cosigner " + name
}

// Verifier is the public key it signs with, as evidence.Signer gives it.
func (c *Cosigner) Verifier() string { return c.key.Verifier() }

// Last is the checkpoint it saw last.
func (c *Cosigner) Last() evidence.Checkpoint {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.last
}

// Witness implements ismskit.Witness. A checkpoint that comes after a later one goes
// back unsigned; a log that shrank, or that is another, is ErrFork.
func (c *Cosigner) Witness(_ context.Context, signed []byte, prove Prover) ([]byte, error) {
	cosigned, _, err := c.Cosign(signed, prove)
	return cosigned, err
}

// Cosign is Witness, and says whether it signed: a checkpoint that bears its signature already comes
// back the same, and is signed all the same.
func (c *Cosigner) Cosign(signed []byte, prove Prover) (cosigned []byte, signs bool, err error) {
	n, err := evidence.OpenNote(signed, c.house)
	if err != nil {
		return nil, false, err
	}
	next, err := evidence.ParseCheckpoint(n.Text)
	if err != nil {
		return nil, false, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.last.Origin != "" {
		if next.Origin == c.last.Origin && next.Size < c.last.Size && next.Time.Before(c.last.Time) {
			return signed, false, nil
		}
		if next.Origin != c.last.Origin || next.Size < c.last.Size {
			return nil, false, ErrFork
		}
		proof, err := prove(c.last.Size)
		if err != nil {
			return nil, false, err
		}
		if err := evidence.CheckConsistency(c.last, next, proof); err != nil {
			return nil, false, fmt.Errorf("%w: %w", ErrFork, err)
		}
	}
	cosigned, err = evidence.Cosign(signed, []string{c.house}, c.key)
	if err != nil {
		return nil, false, err
	}
	if c.Keep != nil {
		if err := c.Keep(cosigned); err != nil {
			return nil, false, fmt.Errorf("witness: keep: %w", err)
		}
	}
	c.last = next
	return cosigned, true, nil
}
