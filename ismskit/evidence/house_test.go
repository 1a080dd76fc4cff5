package evidence

import (
	"bytes"
	"cmp"
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"slices"
	"testing"
	"time"
)

// house is a small office with its trails, its log and its key.
type house struct {
	t      testing.TB
	key    Key
	chains map[string][]Stored
	log    *Log
	leaves []LeafAt
	points []SignedCheckpoint
	last   Checkpoint
	files  map[string][]byte // by case
	listed []Attachment      // with every chain that is no case's
	gone   map[string]string // what cases are called of which it has no trail, by chain
	now    time.Time
}

func newHouse(t testing.TB) *house {
	t.Helper()
	key, err := NewKey("isms.example", rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return &house{
		t: t, key: key, chains: map[string][]Stored{}, log: &Log{}, files: map[string][]byte{},
		now: time.Date(2026, 11, 23, 6, 5, 0, 0, time.UTC),
	}
}

// act adds an entry to a chain.
func (h *house) act(chain, kind string, payload map[string]any) {
	h.t.Helper()
	content, err := Canonical(payload)
	fatal(h.t, err)
	head := Head{Chain: chain}
	if all := h.chains[chain]; len(all) > 0 {
		last := all[len(all)-1]
		head.Seq, head.Hash = last.Seq, last.Hash
	}
	h.now = h.now.Add(time.Minute)
	e, next, err := Next(head, Entry{At: h.now, Kind: kind, Actor: "u014", For: "u002"}, content)
	fatal(h.t, err)
	h.chains[chain] = append(h.chains[chain], Stored{Entry: e, Hash: next.Hash, Content: content})
}

// checkpoint adds the heads that changed to the log and signs how it stands.
func (h *house) checkpoint() []byte {
	h.t.Helper()
	known := map[string]int64{}
	for _, l := range h.leaves {
		known[l.Chain] = l.Seq
	}
	for _, chain := range h.names("") {
		last := h.chains[chain][len(h.chains[chain])-1]
		if last.Seq > known[chain] {
			head := Head{Chain: chain, Seq: last.Seq, Hash: last.Hash}
			leaf, err := head.LogLeaf()
			fatal(h.t, err)
			h.leaves = append(h.leaves, LeafAt{Index: h.log.Size(), Head: head})
			fatal(h.t, h.log.Append(leaf))
		}
	}
	root, err := h.log.Root(h.log.Size())
	fatal(h.t, err)
	h.now = h.now.Add(time.Hour)
	h.last = Checkpoint{Origin: "isms.example", Size: h.log.Size(), Root: root, Time: h.now, Clock: Clock{Source: "tock.example", Offset: 1500 * time.Microsecond}}
	text, err := h.last.Text()
	fatal(h.t, err)
	signed, err := Sign(text, h.key)
	fatal(h.t, err)
	h.points = append(h.points, SignedCheckpoint{Number: int64(len(h.points) + 1), Note: signed})
	return signed
}

func (h *house) names(prefix string) []string {
	var out []string
	for chain := range h.chains {
		if len(chain) >= len(prefix) && chain[:len(prefix)] == prefix {
			out = append(out, chain)
		}
	}
	slices.Sort(out)
	return out
}

// proofs are those of all chains.
func (h *house) proofs() Proofs {
	h.t.Helper()
	p := Proofs{Checkpoints: h.points, Leaves: h.leaves, Keys: []string{h.key.Verifier()}}
	var places, sizes []int64
	for _, l := range h.leaves {
		places = append(places, l.Index)
	}
	for _, s := range h.points {
		text, _ := NoteText(s.Note)
		c, err := ParseCheckpoint(text)
		fatal(h.t, err)
		sizes = append(sizes, c.Size)
	}
	var err error
	p.Nodes, err = h.log.Part(places, sizes)
	fatal(h.t, err)
	return p
}

// bundle exports everything.
func (h *house) bundle() []byte {
	h.t.Helper()
	return h.bundleBy(h.key, h.proofs(), "")
}

// bundleBy exports everything with proofs and pages as somebody would have them.
func (h *house) bundleBy(by Key, p Proofs, page string) []byte {
	h.t.Helper()
	var out bytes.Buffer
	labels := map[string]map[string]string{"access@1": {"field/reason": "申請事由"}}
	if h.gone != nil {
		labels[ChainLabels] = h.gone
	}
	b, err := newBundle(&out, Manifest{
		Origin: "isms.example", Made: h.now.Add(time.Second), By: "王大明", Scope: map[string]string{"form": "IS-04-023"}, Labels: labels,
	}, p, by, []byte("page"))
	fatal(h.t, err)
	var files [][]byte
	for _, chain := range h.names("case/") {
		id := chain[len("case/"):]
		c := BundleCase{ID: id, Chain: chain, Number: "IS-04-023-" + id, Type: "access@1", Form: "IS-04-023", Title: "權限帳號申請單", State: "已結案"}
		if content := h.files[id]; content != nil {
			c.Files = []Attachment{{SHA256: sha256.Sum256(content), Name: "公文.pdf", Field: "file"}}
			files = append(files, content)
		}
		sheet := cmp.Or(page, "<!DOCTYPE html><title>"+id+"</title>")
		fatal(h.t, b.AddCase(c, []byte(sheet), h.chains[chain]))
	}
	for _, chain := range h.names("list/") {
		fatal(h.t, b.AddChain(BundleChain{Chain: chain, Title: "人員", Files: h.listed}, h.chains[chain]))
	}
	slices.SortFunc(files, func(a, b []byte) int {
		x, y := sha256.Sum256(a), sha256.Sum256(b)
		return cmp.Compare(string(x[:]), string(y[:]))
	})
	for _, content := range files {
		fatal(h.t, b.AddFile(content))
	}
	fatal(h.t, b.Close())
	return out.Bytes()
}

// anOffice has two cases, one with an attachment, a list, and two checkpoints.
func anOffice(t testing.TB) *house {
	h := newHouse(t)
	h.furnish()
	return h
}

func (h *house) furnish() {
	h.files["2"] = []byte("%PDF-1.7 附件")
	h.act("case/1", "submit", map[string]any{"verb": "submit", "type": "access@1", "comment": "職務調整"})
	h.act("case/1", "approve", map[string]any{"verb": "approve", "comment": "同意"})
	h.act("list/people/王", "put", map[string]any{"name": "王大明"})
	h.checkpoint()
	h.act("case/1", "approve", map[string]any{"verb": "approve", "comment": "核准"})
	file := Digest(sha256.Sum256(h.files["2"])).String()
	h.act("case/2", "submit", map[string]any{"verb": "submit", "values": []any{map[string]any{"name": "field/file", "value": map[string]any{"sha256": file}}}})
	h.checkpoint()
}

func verified(t testing.TB, bundle []byte, o Options) Report {
	t.Helper()
	r, err := VerifyBundle(bytes.NewReader(bundle), int64(len(bundle)), o)
	fatal(t, err)
	return r
}

// codes are the findings of a report, each with its place.
func codes(r Report) []string {
	var out []string
	for _, f := range r.Findings {
		out = append(out, fmt.Sprintf("%s %s%s %d-%d", f.Code, f.Case, f.Chain, f.Seq, f.To))
	}
	return out
}
