package evidence

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"io"
	"maps"
	"slices"
	"strings"
)

// Options of VerifyBundle: what the auditor knows from elsewhere.
type Options struct {
	// Checkpoints are signed notes that were learned earlier, from the mail to the
	// audit unit, a folder elsewhere, a witness. Only they find a history that was
	// made anew with the server's own key.
	Checkpoints [][]byte
	// Keys are the public keys of houses that are trusted. The one that has the name
	// of the bundle's origin must have signed the manifest and every checkpoint.
	// Without them those in the bundle are taken; then the bundle holds only if one of
	// Checkpoints is by the same key, and is Unvouched otherwise.
	Keys []string
	// Witnesses are the public keys of those who sign checkpoints beside the house.
	// What only they have signed isn't signed.
	Witnesses []string
}

// VerifyBundle checks a bundle without the server that made it and without the
// network: every byte of the container, the digest of every file, every chain,
// every head in the tree, what every decision signs, every signature, all by one key of the
// house. The error is one of reading, or wraps ErrKey where a key of o is none; what doesn't
// hold is in the report.
//
// It reads one file of the bundle at a time and keeps little more than the manifest.
func VerifyBundle(r io.ReaderAt, size int64, o Options) (Report, error) {
	if _, err := OpenNote(nil, o.witnesses()...); errors.Is(err, ErrKey) {
		return Report{}, err
	}
	u, err := unpack(r, size)
	if err != nil {
		return Report{}, err
	}
	if none, err := u.noArchive(); err != nil || none {
		return Report{Findings: []Finding{{Code: "no_bundle"}}}, err
	}
	c := &check{u: u, options: o, heads: map[string][]Head{}, named: map[Digest][]string{}, entries: map[attachedTo]int64{}}
	if err := c.run(); err != nil {
		return Report{}, err
	}
	c.container()
	c.whereNamed()
	c.report.order()
	return c.report, nil
}

// check is one verification under way.
type check struct {
	u        *unpacker
	options  Options
	report   Report
	manifest Manifest
	keys     []string // that may be the house's
	house    string   // the key that has to have signed everything
	called   map[string]calledChain
	heads    map[string][]Head // in the log, by chain
	last     Checkpoint
	named    map[Digest][]string  // files of cases, with the chains that name them
	entries  map[attachedTo]int64 // that name a file, by chain
	owned    map[string]owner     // files of the bundle
	tops     [][]byte             // the topmost certificates told of
}

func (c *check) found(f Finding)  { c.report.Findings = append(c.report.Findings, f) }
func (c *check) remark(f Finding) { c.report.Remarks = append(c.report.Remarks, f) }

// container tells what is wrong with the container: what packing again does, each kind
// once with how often, and all that it doesn't do.
func (c *check) container() {
	of := map[string]int{}
	told := map[ContainerError]bool{} // a file that was read twice has one fault
	for _, fault := range c.u.faults {
		if told[*fault] {
			continue
		}
		told[*fault] = true
		f := Finding{Code: "container_" + fault.Part, File: fault.Name, Offset: fault.Offset}
		if !packing(fault.Part) {
			f = c.owned[fault.Name].of(f)
			f.Params = map[string]string{"name": fault.Says}
			c.found(f)
			continue
		}
		i, known := of[fault.Part]
		if !known {
			i = len(c.report.Packing)
			of[fault.Part] = i
			c.report.Packing = append(c.report.Packing, f)
		}
		c.report.Packing[i].Count++
	}
}

func (c *check) run() error {
	if c.u.unreadable(ManifestName) {
		c.found(Finding{Code: "manifest_compressed", File: ManifestName})
		return nil
	}
	if err := c.readKeys(); err != nil {
		return err
	}
	if ok, err := c.readManifest(); err != nil || !ok {
		return err
	}
	c.called = c.manifest.called()
	if err := c.log(); err != nil {
		return err
	}
	// What the manifest names, in the order of the container.
	c.owned = c.owners()
	for _, name := range slices.Sorted(maps.Keys(c.manifest.Files)) {
		if !c.u.has(name) {
			c.found(c.owned[name].of(Finding{Code: "file_missing", File: name}))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(c.u.byName)) {
		if err := c.file(name, c.owned[name]); err != nil {
			return err
		}
	}
	for _, name := range c.u.twice {
		c.found(c.owned[name].of(Finding{Code: "file_twice", File: name}))
	}
	for name, owner := range c.owned {
		if _, listed := c.manifest.Files[name]; !listed {
			c.found(owner.of(Finding{Code: "file_missing", File: name}))
		}
	}
	there := map[string]bool{}
	for _, of := range c.owned {
		there[of.chain] = true
	}
	for chain, heads := range c.heads {
		if !there[chain] {
			of := c.called[chain]
			c.found(Finding{Code: "leaf_stray", Case: of.number, Name: of.name, Chain: chain, Seq: heads[0].Seq, To: heads[len(heads)-1].Seq})
		}
	}
	return nil
}

func (c *check) readKeys() error {
	c.keys = slices.Clone(c.options.Keys)
	b, err := c.u.read(keysName)
	for key := range strings.Lines(string(b)) {
		key = strings.TrimSuffix(key, "\n")
		if _, err := OpenNote(nil, key); errors.Is(err, ErrKey) {
			c.found(Finding{Code: "key_malformed", File: keysName})
		} else if len(c.options.Keys) == 0 {
			c.keys = append(c.keys, key)
		} else if !slices.Contains(c.options.witnesses(), key) {
			c.remark(Finding{Code: "key_unused", Params: map[string]string{"key": key}})
		}
	}
	return err
}

// readManifest reads the manifest and its signature; ok is false where nothing
// more can be told.
func (c *check) readManifest() (ok bool, err error) {
	b, err := c.u.read(ManifestName)
	if err != nil {
		return false, err
	}
	signed, err := c.u.read(ManifestSigned)
	if err != nil {
		return false, err
	}
	if b == nil || signed == nil {
		c.found(Finding{Code: "manifest_missing", File: ManifestName})
	}
	if b == nil {
		return false, nil
	}
	m, err := parseManifest(b)
	if err != nil {
		c.found(Finding{Code: "manifest_malformed", File: ManifestName})
		return false, nil
	}
	c.manifest = m
	c.report.Origin, c.report.Made, c.report.By, c.report.Scope = m.Origin, m.Made, m.By, m.Scope
	c.report.Cases, c.report.Chains = len(m.Cases), len(m.Chains)
	c.chooseHouse(signed)
	c.report.Key = c.house
	if !c.report.Vouched {
		c.remark(Finding{Code: "key_untrusted"})
	}
	if signed == nil {
		return true, nil
	}
	if n, err := OpenNote(signed, c.house); err != nil || len(n.Signers) != 1 || len(n.Unknown) != 0 {
		c.found(Finding{Code: "manifest_signature", File: ManifestSigned})
	} else if n.Text != signedText(b) {
		c.found(Finding{Code: "manifest_changed", File: ManifestName})
	}
	return true, nil
}

// owner is whose a file of the bundle is.
type owner struct {
	title, chain string
	name         string       // of what the chain is, where it is a document's
	trail        bool         // it is the chain's trail
	stored       int64        // StoredFalse of the manifest
	files        []Attachment // that come with the trail
	part         string       // what the file is of it: Finding.Part
	attached     string       // what an attachment was called
	within       string       // the chain that has to name it
}

// of says of a finding at a file whose the file is, and what of his.
func (o owner) of(f Finding) Finding {
	f.Case, f.Part, f.Attached = o.title, o.part, o.attached
	if f.Case == "" {
		f.Chain, f.Name = o.chain, o.name
	}
	return f
}

// attachedTo is a file of a bundle, and the chain that names it.
type attachedTo struct{ file, chain string }

// whereNamed says of an attachment in which entry it is named: known once the trails are read.
func (c *check) whereNamed() {
	for i, f := range c.report.Findings {
		if f.Part == PartAttachment {
			c.report.Findings[i].Seq = c.entries[attachedTo{f.File, c.owned[f.File].within}]
		}
	}
}

// owners says of every file that a case or chain brings with it whose it is.
func (c *check) owners() map[string]owner {
	out := make(map[string]owner, 2*len(c.manifest.Cases)+len(c.manifest.Chains))
	attach := func(title, chain string, files []Attachment) {
		for _, f := range files {
			out[blobFile(f.SHA256)] = owner{title: title, part: PartAttachment, attached: f.Name, within: chain}
		}
	}
	for _, one := range c.manifest.Cases {
		title := one.called()
		out[one.PageFile()] = owner{title: title, part: PartPage}
		out[one.TrailFile()] = owner{title: title, chain: one.Chain, trail: true, stored: one.StoredFalse, files: one.Files, part: PartTrail}
		attach(title, one.Chain, one.Files)
	}
	for _, one := range c.manifest.Chains {
		out[chainFile(one.Chain)] = owner{chain: one.Chain, name: one.name(), trail: true, stored: one.StoredFalse, files: one.Files, part: PartTrail}
		attach(one.Title, one.Chain, one.Files)
	}
	return out
}

// file checks one file of the container.
func (c *check) file(name string, of owner) error {
	if name == ManifestName || name == ManifestSigned {
		return nil // by the signature
	}
	b, err := c.u.read(name)
	if err != nil {
		return err
	}
	want, listed := c.manifest.Files[name]
	switch {
	case !listed:
		c.found(Finding{Code: "file_extra", File: name})
		return nil
	case c.u.unreadable(name):
		c.found(of.of(Finding{Code: "file_compressed", File: name}))
		return nil
	case b == nil || want.Size != int64(len(b)) || want.SHA256 != sha256.Sum256(b):
		c.found(of.of(Finding{Code: "file_changed", File: name}))
	}
	c.report.Files++
	switch {
	case of.trail:
		c.trail(name, of, b)
	case of.title != "" || of.chain != "":
		if digest, ok := strings.CutPrefix(name, "files/"); ok && digest != Digest(sha256.Sum256(b)).String() {
			c.found(of.of(Finding{Code: "attachment_changed", File: name}))
		}
	case name != PageName && name != keysName && name != leavesName && name != nodesName && !isCheckpointFile(name):
		c.found(Finding{Code: "file_stray", File: name})
	}
	return nil
}

// trail checks a chain: its lines, its links, its payloads, the heads in the log,
// and that it names the files that are kept with it.
func (c *check) trail(name string, of owner, b []byte) {
	where := Finding{File: name, Case: of.title, Chain: of.chain, Name: of.name}
	at := func(code string, seq, to int64) Finding {
		f := where
		f.Code, f.Seq, f.To = code, seq, to
		return f
	}
	if of.stored != 0 {
		c.found(at("stored_false", of.stored, of.stored))
	}
	unnamed := map[Digest]Attachment{}
	for _, f := range of.files {
		unnamed[f.SHA256] = f
	}
	var issuers []string
	absent := false
	var signed Signatures
	head, faults := Verify(Head{Chain: of.chain}, func(yield func(Entry, []byte) bool) {
		n := int64(0)
		for line := range bytes.Lines(b) {
			n++
			s, err := parseLine(bytes.TrimSuffix(line, []byte("\n")))
			if err != nil || line[len(line)-1] != '\n' {
				c.found(at("line_malformed", n, n))
				continue
			}
			c.report.Entries++
			if s.Content == nil {
				c.report.Absent++
				absent = true
			}
			if s.Hash != s.Entry.Hash() {
				c.found(at("hash_false", s.Seq, s.Seq))
			}
			if s.Kind == kindDisposes && absent && s.Content != nil {
				g := at("content_disposed", s.Seq, s.Seq)
				g.Params = map[string]string{"by": commentIn(s.Content)}
				c.remark(g)
			}
			for d := range unnamed {
				if bytes.Contains(s.Content, []byte(`"`+d.String()+`"`)) {
					delete(unnamed, d)
					c.entries[attachedTo{blobFile(d), of.chain}] = s.Seq
					if of.title != "" {
						c.named[d] = append(c.named[d], of.chain)
					}
				}
			}
			if len(unnamed) > 0 && of.title == "" {
				issuers = append(issuers, issuer(s.Content)...)
			}
			for _, f := range signed.Entry(s.Entry, s.Content) {
				c.found(at("chain_"+f.Code, f.Seq, f.To))
			}
			if !yield(s.Entry, s.Content) {
				return
			}
		}
	}, c.heads[of.chain]...)
	for _, f := range faults {
		c.found(at("chain_"+f.Code, f.Seq, f.To))
	}
	for _, top := range signed.Tops {
		if !containsBytes(c.tops, top) {
			c.tops = append(c.tops, top)
			c.remark(Finding{Code: "certificate_issuer", Params: issuerOf(top)})
		}
	}
	covered := int64(0)
	for _, h := range c.heads[of.chain] {
		covered = max(covered, h.Seq)
	}
	if head.Seq > covered {
		c.remark(at("uncovered", covered+1, head.Seq))
	}
	for _, f := range unnamed {
		if !absent { // else the entry that named it may be the one whose payload is gone
			g := at("attachment_unnamed", 0, 0)
			g.Params = map[string]string{"name": f.Name}
			if of.title != "" {
				c.found(g)
			} else if !slices.ContainsFunc(c.named[f.SHA256], func(chain string) bool { return slices.Contains(issuers, chain) }) {
				c.remark(g) // else the case that issued it names it; cases come before chains
			}
		}
	}
}
