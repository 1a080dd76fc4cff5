package evidence

import (
	"cmp"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// BundleFormat is the version of bundles this package writes.
const BundleFormat = "isms-bundle-1"

// ErrManifest is the error of bytes that are no manifest.
var ErrManifest = errors.New("evidence: not the manifest of a bundle")

// Names of the files in a bundle that are there once.
const (
	PageName       = "README.html"
	ManifestName   = "manifest.json"
	ManifestSigned = "manifest.note"
	leavesName     = "checkpoints/leaves.jsonl"
	nodesName      = "checkpoints/nodes"
	keysName       = "keys/keys.txt"
)

// Manifest says what a bundle holds.
type Manifest struct {
	Origin string            // whose log it is
	Made   time.Time         // when it was exported
	By     string            // by whom, in words
	Scope  map[string]string // what was asked for, in words of the exporter
	Cases  []BundleCase
	Chains []BundleChain // those that are no case's
	// Labels are the names of a type's fields, columns and steps in words, by type
	// (key@version) and by the key the trail names them with; and under a case's chain
	// how its values are read by people, by the names that its trail has for them. Under
	// ChainLabels are what cases and documents are called of which the bundle has no trail.
	Labels map[string]map[string]string
	// Files are all other files of the bundle by name; the writer fills them in.
	Files map[string]BundleFile
}

// ChainLabels is the key in Manifest.Labels of what is called by its chain.
const ChainLabels = "chains"

// calledChain is what people call what a chain is of: a case's number, or a document.
type calledChain struct{ number, name string }

// called are the names of all chains, by chain.
func (m Manifest) called() map[string]calledChain {
	out := make(map[string]calledChain, len(m.Cases)+len(m.Chains))
	for chain, label := range m.Labels[ChainLabels] {
		if strings.HasPrefix(chain, "case/") {
			out[chain] = calledChain{number: label}
		} else {
			out[chain] = calledChain{name: label}
		}
	}
	for _, c := range m.Chains {
		out[c.Chain] = calledChain{name: c.name()}
	}
	for _, c := range m.Cases {
		out[c.Chain] = calledChain{number: c.called()}
	}
	return out
}

// BundleFile is what the manifest says of a file.
type BundleFile struct {
	SHA256 Digest `json:"sha256"`
	Size   int64  `json:"size"`
}

// BundleCase is a case in the words of a list. What counts as evidence is its
// trail; these are for finding it.
type BundleCase struct {
	ID      string       `json:"id"`
	Chain   string       `json:"chain"`
	Number  string       `json:"number"`
	Type    string       `json:"type"` // key@version
	Form    string       `json:"form"`
	Title   string       `json:"title"`
	Subject string       `json:"subject"`
	State   string       `json:"state"`
	Parent  string       `json:"parent"` // id of the case it is a row of
	Files   []Attachment `json:"files"`
	// StoredFalse is the entry of the trail from which what was stored of the case differed
	// when the bundle was made, 0 where it did not: the words above and the page are of what
	// was stored.
	StoredFalse int64 `json:"stored_false"`
}

// BundleChain is a chain that is no case's: of a document, a row of a list, the
// system.
type BundleChain struct {
	Chain string       `json:"chain"`
	Title string       `json:"title"`
	Files []Attachment `json:"files"`
	// StoredFalse is as in BundleCase, of the document or the list's row.
	StoredFalse int64 `json:"stored_false"`
}

// name is what people call the document of a chain; "" of any other.
func (c BundleChain) name() string {
	if !strings.HasPrefix(c.Chain, "document/") || c.Title == c.Chain {
		return ""
	}
	return c.Title
}

// Attachment is a file of a case.
type Attachment struct {
	SHA256 Digest `json:"sha256"`
	Name   string `json:"name"`  // as it was uploaded
	Field  string `json:"field"` // the field it is in
}

// called is what people call a case: its number, and before it has one what it is, with its id.
func (c BundleCase) called() string {
	if c.Number != "" {
		return c.Number
	}
	return strings.TrimSpace(cmp.Or(c.Title, c.Form)+" "+c.Subject) + " (" + c.ID + ")"
}

// PageFile and TrailFile are where a case lies in the bundle.
func (c BundleCase) PageFile() string { return "cases/" + pathPart(c.ID) + ".html" }

// TrailFile is the name of the file that holds the case's trail.
func (c BundleCase) TrailFile() string { return "cases/" + pathPart(c.ID) + ".trail" }

// TrailFile is the name of the file that holds the chain.
func (c BundleChain) TrailFile() string { return chainFile(c.Chain) }

func chainFile(chain string) string { return "chains/" + pathPart(chain) + ".trail" }
func blobFile(d Digest) string      { return "files/" + d.String() }
func checkpointFile(n int64) string { return fmt.Sprintf("checkpoints/%012d.note", n) }
func isCheckpointFile(name string) bool {
	digits, ok := strings.CutPrefix(strings.TrimSuffix(name, ".note"), "checkpoints/")
	n, err := strconv.ParseInt(digits, 10, 64)
	return ok && err == nil && checkpointFile(n) == name
}

func (m Manifest) plain() map[string]any {
	cases := make([]any, len(m.Cases))
	for i, c := range m.Cases {
		cases[i] = withFalse(c.StoredFalse, map[string]any{
			"id": c.ID, "chain": c.Chain, "number": c.Number, "type": c.Type, "form": c.Form, "title": c.Title,
			"subject": c.Subject, "state": c.State, "parent": c.Parent, "files": plainFiles(c.Files),
		})
	}
	chains := make([]any, len(m.Chains))
	for i, c := range m.Chains {
		chains[i] = withFalse(c.StoredFalse, map[string]any{"chain": c.Chain, "title": c.Title, "files": plainFiles(c.Files)})
	}
	files := make(map[string]any, len(m.Files))
	for name, f := range m.Files {
		files[name] = map[string]any{"sha256": f.SHA256, "size": f.Size}
	}
	labels := make(map[string]any, len(m.Labels))
	for name, l := range m.Labels {
		labels[name] = orEmpty(l)
	}
	return map[string]any{
		"format": BundleFormat, "origin": m.Origin, "made": m.Made, "by": m.By, "scope": orEmpty(m.Scope),
		"cases": cases, "chains": chains, "files": files, "labels": labels,
	}
}

// withFalse adds a member that is there only where it says something, as in bundles before it.
func withFalse(seq int64, m map[string]any) map[string]any {
	if seq != 0 {
		m["stored_false"] = seq
	}
	return m
}

func plainFiles(files []Attachment) []any {
	out := make([]any, len(files))
	for i, f := range files {
		out[i] = map[string]any{"sha256": f.SHA256, "name": f.Name, "field": f.Field}
	}
	return out
}

func orEmpty(m map[string]string) map[string]string {
	if m == nil {
		return map[string]string{}
	}
	return m
}

// parseManifest reads what plain writes, nothing else.
func parseManifest(b []byte) (Manifest, error) {
	if _, err := ParseCanonical(b); err != nil {
		return Manifest{}, fmt.Errorf("%w: %w", ErrManifest, err)
	}
	var read struct {
		Manifest
		Format string `json:"format"`
	}
	if err := json.Unmarshal(b, &read); err != nil {
		return Manifest{}, fmt.Errorf("%w: %w", ErrManifest, err)
	}
	if read.Format != BundleFormat {
		return Manifest{}, fmt.Errorf("%w: format %q", ErrManifest, read.Format)
	}
	again, err := Canonical(read.plain())
	if err != nil || string(again) != string(b) {
		return Manifest{}, fmt.Errorf("%w: more or less than belongs there", ErrManifest)
	}
	return read.Manifest, nil
}

// signedText is what the note over a manifest says.
func signedText(manifest []byte) string {
	return BundleFormat + "\n" + Digest(sha256.Sum256(manifest)).String() + "\n"
}
