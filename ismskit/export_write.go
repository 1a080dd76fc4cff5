package ismskit

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/ismskit/evidence"
	"github.com/ismskit/ismskit/workflow"
)

// write writes the bundle.
func (b *bundling) write(ctx context.Context, w io.Writer) error {
	if b.x.System && !slices.Contains(b.chains, exportsChain) {
		b.chains = append(b.chains, exportsChain)
	}
	var chains []evidence.BundleChain
	var proofs evidence.Proofs
	err := b.turn(ctx, func() (err error) {
		if err = b.again(ctx); err != nil {
			return err
		}
		if chains, err = b.bundleChains(ctx); err != nil {
			return err
		}
		proofs, err = b.proofs(ctx, chains)
		return err
	})
	if err != nil {
		return err
	}
	for _, id := range b.cases {
		if err := b.turn(ctx, func() error { return b.learnWords(ctx, id) }); err != nil {
			return err
		}
	}
	k := b.e.k
	out, err := evidence.NewBundle(w, evidence.Manifest{
		Origin: k.origin(), Made: k.moment(), By: named(b.x.Imprint.By), Scope: b.x.Scope, Labels: b.labels,
	}, proofs, k.cfg.Signer)
	if err != nil {
		return err
	}
	for _, id := range b.cases {
		if err := b.addCase(ctx, out, id); err != nil {
			return fmt.Errorf("ismskit: export of case %s: %w", id, err)
		}
	}
	for _, c := range chains {
		var rows []TrailEntry
		err := b.turn(ctx, func() (err error) {
			if err = b.again(ctx); err != nil {
				return err
			}
			if err = b.mayHaveTrail(ctx, c.Chain); err != nil {
				return err
			}
			var faults []evidence.Fault
			if rows, faults, _, err = k.chainAndRow(ctx, c.Chain); err != nil {
				return err
			}
			gone, err := k.payloadsGone(ctx, c.Chain, rows)
			c.StoredFalse = storedFalse(append(gone, faults...))
			return err
		})
		if err != nil {
			return err
		}
		if err := out.AddChain(c, stored(rows, nil)); err != nil {
			return err
		}
	}
	digests := slices.AppendSeq(slices.Collect(maps.Keys(b.blobs)), maps.Keys(b.definitions))
	slices.Sort(digests)
	for _, digest := range slices.Compact(digests) {
		if body, ok := b.definitions[digest]; ok { // of a case that is in the bundle
			if body != nil {
				if err := out.AddFile(body); err != nil {
					return err
				}
			}
			continue
		}
		if err := b.again(ctx); err != nil {
			return err
		}
		if err := b.mayHaveFile(ctx, digest); err != nil {
			return err
		}
		if err := b.addFile(ctx, out, digest); err != nil {
			return err
		}
	}
	if err := b.again(ctx); err != nil {
		return err
	}
	if err := b.letIn(ctx); err != nil {
		return err
	}
	return out.Close()
}

func named(s workflow.Signer) string {
	return strings.Join(slices.DeleteFunc([]string{s.UnitName, s.PostTitle, s.Name}, func(part string) bool { return part == "" }), " ")
}

// bundleChains are the chains that are no case's, with the files of documents, in
// the order in which they are written.
func (b *bundling) bundleChains(ctx context.Context) ([]evidence.BundleChain, error) {
	byName := map[string]evidence.BundleChain{}
	for _, chain := range b.chains {
		byName[chain] = evidence.BundleChain{Chain: chain, Title: chain}
	}
	for _, id := range b.documents {
		view, err := b.e.k.Documents().Get(ctx, b.actor, id)
		if errors.Is(err, ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		c := evidence.BundleChain{
			Chain: documentRecord(view.Document.ID), Title: strings.TrimSpace(view.Document.Number + " " + forms.Text(view.Document.Title).In(b.x.Imprint.Lang)),
		}
		c.Files = b.documentFiles(view)
		byName[c.Chain] = c
	}
	all := slices.Collect(maps.Values(byName))
	slices.SortFunc(all, func(x, y evidence.BundleChain) int { return cmp.Compare(x.TrailFile(), y.TrailFile()) })
	return all, nil
}

// documentFiles are the files of a document's versions, each with its version's label; a
// withdrawn one is told from the one that bears its label now.
func (b *bundling) documentFiles(view DocumentView) []evidence.Attachment {
	var files []evidence.Attachment
	for _, v := range view.Versions {
		label := v.Label
		if w := v.Withdrawal; w != nil {
			label += " " + string(document.Withdrawn) + " " + w.On
		}
		for _, f := range v.Files {
			if d, err := evidence.ParseDigest(f.Digest); err == nil {
				b.holds(f.Digest, holder{document: view.Document.ID})
				files = append(files, evidence.Attachment{SHA256: d, Name: f.Name, Field: label})
			}
		}
	}
	return files
}

// proofs are those of the chains that go into the bundle.
func (b *bundling) proofs(ctx context.Context, chains []evidence.BundleChain) (evidence.Proofs, error) {
	l, err := b.e.k.readLog(ctx)
	if err != nil {
		return evidence.Proofs{}, err
	}
	in := map[string]bool{}
	for _, id := range b.cases {
		in[chainOf(id)] = true
	}
	for _, c := range chains {
		in[c.Chain] = true
	}
	p := evidence.Proofs{Keys: []string{b.e.k.cfg.Signer.Verifier()}}
	last := int64(0)
	var places, sizes []int64
	for _, c := range l.points {
		p.Checkpoints = append(p.Checkpoints, evidence.SignedCheckpoint{Number: c.Number, Note: c.Note})
		if c.Size <= l.tree.Size() { // of a damaged log there is no proof, and the check of the bundle says so
			sizes = append(sizes, c.Size)
		}
		last = max(last, c.Size)
	}
	// The proofs are those of the last checkpoint: what was added to the log since
	// isn't covered yet.
	covered := &evidence.Log{}
	for _, leaf := range l.leaves[:min(last, int64(len(l.leaves)))] {
		hash, err := leaf.LogLeaf()
		if err != nil {
			return evidence.Proofs{}, err
		}
		if err := covered.Append(hash); err != nil {
			return evidence.Proofs{}, err
		}
		holds := in[leaf.Chain]
		if !holds && b.wouldHold(leaf) {
			holds = true
			if err := b.callStray(ctx, leaf.Chain); err != nil {
				return evidence.Proofs{}, err
			}
		}
		if holds {
			p.Leaves = append(p.Leaves, leaf)
			places = append(places, leaf.Index)
		}
	}
	p.Nodes, err = covered.Part(places, sizes)
	return p, err
}

// wouldHold says of a chain of the log whether a bundle of everything has to have it: one that is
// not there any more is then named by whoever checks the bundle.
func (b *bundling) wouldHold(leaf evidence.LeafAt) bool {
	chain := leaf.Chain
	if !b.x.System || leaf.Index >= b.logged { // or it began while the bundle was made
		return false
	}
	if strings.HasPrefix(chain, chainOf("")) {
		return len(b.x.Cases) == 0 && reflect.ValueOf(b.x.Query).IsZero()
	}
	list, _, _ := strings.Cut(strings.TrimPrefix(chain, listChains), "/")
	return !slices.Contains(ownLists, list)
}

// callStray notes what a chain is called of which there is no trail to go into the bundle, or
// whose case is gone: whoever checks the bundle is told of it, and has nothing else to know it by.
func (b *bundling) callStray(ctx context.Context, chain string) error {
	if b.labels[evidence.ChainLabels][chain] != "" {
		return nil
	}
	label, err := b.e.k.calledStray(ctx, chain, b.x.Imprint.Lang)
	if err != nil || label == "" {
		return err
	}
	if b.labels[evidence.ChainLabels] == nil {
		b.labels[evidence.ChainLabels] = map[string]string{}
	}
	b.labels[evidence.ChainLabels][chain] = label
	return nil
}

// addFile adds the content of a file. One that the house has lost is missing in the
// bundle too, where the check names it.
func (b *bundling) addFile(ctx context.Context, out *evidence.Bundle, digest string) error {
	if b.e.k.cfg.Blobs == nil {
		return nil
	}
	r, err := b.e.k.cfg.Blobs.Open(ctx, digest)
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	var content bytes.Buffer
	if _, err := content.ReadFrom(r); err != nil {
		return errors.Join(err, r.Close())
	}
	return errors.Join(out.AddFile(content.Bytes()), r.Close())
}
