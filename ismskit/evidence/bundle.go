package evidence

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Bundle writes a bundle, front to back, as its parts are added: cases in the order
// of their ids, then chains that are no case's in the order of their names, then
// files in the order of their digests, then Close. Anything out of order, or twice,
// is ErrOrder; a bundle that outgrows its container is ErrBundleTooLarge. After an
// error the bundle is worth nothing.
type Bundle struct {
	pack     packer
	manifest Manifest
	proofs   Proofs
	signer   Signer
	closed   bool
	line     []byte
	checked  bool // the checkpoints were written
}

// Proofs are what ties a bundle to the log.
type Proofs struct {
	// Checkpoints are the signed notes of the log, oldest first, under their places
	// in its own chain.
	Checkpoints []SignedCheckpoint
	// Leaves are the heads of the bundle's chains in the log, in its order.
	Leaves []LeafAt
	// Nodes are the parts of the tree that prove them in the last checkpoint, and
	// that it grew from every earlier one; see Log.Part.
	Nodes []Node
	// Keys are the public keys, as Signer.Verifier gives them.
	Keys []string
}

// SignedCheckpoint is a note under its number.
type SignedCheckpoint struct {
	Number int64
	Note   []byte
}

// LeafAt is a head as a leaf of the log.
type LeafAt struct {
	Index int64
	Head
}

// NewBundle begins a bundle. m.Cases, m.Chains and m.Files are filled in as parts
// are added. by signs the manifest.
func NewBundle(w io.Writer, m Manifest, p Proofs, by Signer) (*Bundle, error) {
	page, err := Page()
	if err != nil {
		return nil, err
	}
	return newBundle(w, m, p, by, page)
}

func newBundle(w io.Writer, m Manifest, p Proofs, by Signer, page []byte) (*Bundle, error) {
	m.Cases, m.Chains, m.Files = nil, nil, map[string]BundleFile{}
	b := &Bundle{pack: packer{w: w}, manifest: m, proofs: p, signer: by}
	return b, b.add(PageName, page)
}

func (b *Bundle) add(name string, content []byte) error {
	if b.closed {
		return fmt.Errorf("%w: %s after the end", ErrOrder, name)
	}
	b.manifest.Files[name] = BundleFile{SHA256: sha256.Sum256(content), Size: int64(len(content))}
	return b.pack.add(name, content)
}

// AddCase adds a case: its page to print, and its trail as it is stored.
func (b *Bundle) AddCase(c BundleCase, page []byte, trail []Stored) error {
	if err := b.add(c.PageFile(), page); err != nil {
		return err
	}
	b.manifest.Cases = append(b.manifest.Cases, c)
	return b.trail(c.TrailFile(), trail)
}

// AddChain adds a chain that is no case's.
func (b *Bundle) AddChain(c BundleChain, trail []Stored) error {
	b.manifest.Chains = append(b.manifest.Chains, c)
	return b.trail(chainFile(c.Chain), trail)
}

func (b *Bundle) trail(name string, trail []Stored) error {
	b.line = b.line[:0]
	for _, s := range trail {
		var err error
		if b.line, err = appendLine(b.line, s); err != nil {
			return fmt.Errorf("evidence: entry %d of %s: %w", s.Seq, s.Chain, err)
		}
	}
	return b.add(name, b.line)
}

// AddFile adds the content of a document or attachment under its digest.
func (b *Bundle) AddFile(content []byte) error {
	if err := b.checkpoints(); err != nil {
		return err
	}
	return b.add(blobFile(sha256.Sum256(content)), content)
}

func (b *Bundle) checkpoints() error {
	if b.checked {
		return nil
	}
	b.checked = true
	for _, c := range b.proofs.Checkpoints {
		if err := b.add(checkpointFile(c.Number), c.Note); err != nil {
			return err
		}
	}
	if err := b.leaves(); err != nil {
		return err
	}
	return b.add(nodesName, encodeNodes(b.proofs.Nodes))
}

func (b *Bundle) leaves() error {
	b.line = b.line[:0]
	for _, l := range b.proofs.Leaves {
		var err error
		b.line, err = AppendCanonical(b.line, map[string]any{"index": l.Index, "chain": l.Chain, "seq": l.Seq, "hash": l.Hash})
		if err != nil {
			return err
		}
		b.line = append(b.line, '\n')
	}
	return b.add(leavesName, b.line)
}

// Close writes the keys, the manifest with its signature, and the directory.
func (b *Bundle) Close() error {
	if err := b.checkpoints(); err != nil {
		return err
	}
	if !slices.Contains(b.proofs.Keys, b.signer.Verifier()) {
		b.proofs.Keys = append(slices.Clip(b.proofs.Keys), b.signer.Verifier())
	}
	if err := b.add(keysName, []byte(strings.Join(b.proofs.Keys, "\n")+"\n")); err != nil {
		return err
	}
	manifest, err := Canonical(b.manifest.plain())
	if err != nil {
		return fmt.Errorf("evidence: manifest: %w", err)
	}
	signed, err := Sign(signedText(manifest), b.signer)
	if err != nil {
		return err
	}
	b.closed = true
	if err := errors.Join(b.pack.add(ManifestName, manifest), b.pack.add(ManifestSigned, signed)); err != nil {
		return err
	}
	return b.pack.close()
}

const nodeSize = 8 + len(Digest{})

// encodeNodes writes nodes as number (64 bits, big-endian) and hash each.
func encodeNodes(nodes []Node) []byte {
	out := make([]byte, 0, nodeSize*len(nodes))
	for _, n := range nodes {
		out = binary.BigEndian.AppendUint64(out, uint64(n.Index))
		out = append(out, n.Hash[:]...)
	}
	return out
}

func decodeNodes(b []byte) ([]Node, bool) {
	if len(b)%nodeSize != 0 {
		return nil, false
	}
	out := make([]Node, 0, len(b)/nodeSize)
	for piece := range slices.Chunk(b, nodeSize) {
		n := Node{Index: int64(binary.BigEndian.Uint64(piece))}
		copy(n.Hash[:], piece[8:])
		if n.Index < 0 || len(out) > 0 && out[len(out)-1].Index >= n.Index {
			return nil, false
		}
		out = append(out, n)
	}
	return out, true
}

// decodeLeaves reads the leaves of a bundle; ok is false where a line is none, or
// they aren't in order.
func decodeLeaves(b []byte) (out []LeafAt, ok bool) {
	for line := range bytes.Lines(b) {
		v, err := ParseCanonical(bytes.TrimSuffix(line, []byte("\n")))
		m, isMap := v.(map[string]any)
		if err != nil || !isMap || len(m) != 4 || line[len(line)-1] != '\n' {
			return nil, false
		}
		r := lineReader{m: m}
		l := LeafAt{Index: r.integer("index"), Head: Head{Chain: r.text("chain"), Seq: r.integer("seq"), Hash: r.digest("hash")}}
		if r.bad || l.Index < 0 || len(out) > 0 && out[len(out)-1].Index >= l.Index {
			return nil, false
		}
		out = append(out, l)
	}
	return out, true
}
