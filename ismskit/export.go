package ismskit

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/ismskit/ismskit/ismskit/evidence"
	"github.com/ismskit/ismskit/ismskit/record"
)

// exportsChain holds who took which evidence out of the house.
const exportsChain = "exports"

// Export says what goes into a bundle. Each case brings its rows and its files,
// each document its versions.
type Export struct {
	// Cases are ids of cases. With none, Query selects from the archive.
	Cases []string
	Query record.Query
	// System adds the trails that are no case's: people, roles, deputies, lists,
	// documents, exports. Rights.ReadAll.
	System bool
	// Scope says in words what was asked for, as it is written into the bundle and
	// on the trail.
	Scope map[string]string
	// Imprint is that of the pages to print; Config.Printer makes them.
	Imprint Imprint
	// Decision words what was done by an entry for the page in the bundle; nil leaves it as it is.
	Decision func(lang string, e Entry) string
}

// Export gets a bundle ready of everything asked for that the actor may read; the
// function it returns writes it, once. What he may not read isn't there for him, as
// everywhere: a case by its id is ErrNotFound, of a query it is left out; an entry
// that holds a field hidden from him comes without its content. Nothing to export is
// ErrNotFound.
//
// The export is an entry on the trail before the first byte is written, and a
// checkpoint is signed, so that the bundle is covered. Writing fails with
// evidence.ErrBundleTooLarge where a smaller period has to be asked for.
//
// Somebody may have MaxBundles waiting or being made at once (*TooManyBundles); one counts
// until it is written or ctx ends. Whether he may is asked again when writing begins, with
// each case, each trail and each file, and before the bundle is signed at its end: else it
// breaks off.
func (e Evidence) Export(ctx context.Context, actor Actor, x Export) (write func(ctx context.Context, w io.Writer) error, err error) {
	e.k = e.k.once()
	k := e.k
	if k.cfg.Signer == nil {
		return nil, fmt.Errorf("%w: this server has no key to sign with", ErrForbidden)
	}
	if x.Imprint, err = k.imprint(ctx, actor, x.Imprint); err != nil {
		return nil, err
	}
	giveBack, err := k.bundles.take(ctx, actor)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			giveBack()
		}
	}()
	b := &bundling{e: e, actor: actor, x: x, blobs: map[string][]holder{}, definitions: map[string][]byte{}, labels: map[string]map[string]string{}}
	if err := b.turn(ctx, func() error {
		if x.System {
			l, err := k.readLog(ctx)
			if err != nil {
				return err
			}
			b.logged = l.tree.Size()
		}
		return b.choose(ctx)
	}); err != nil {
		return nil, err
	}
	if len(b.cases)+len(b.documents)+len(b.chains) == 0 {
		return nil, ErrNotFound
	}
	if err := b.opens(ctx); err != nil {
		return nil, err
	}
	if err := b.note(ctx); err != nil {
		return nil, err
	}
	if _, err := k.checkpoint(ctx, signing{by: SystemPerson}); err != nil {
		return nil, err
	}
	return func(ctx context.Context, w io.Writer) error {
		defer giveBack()
		return b.write(ctx, w)
	}, nil
}

// bundling is one export under way.
type bundling struct {
	e         Evidence
	actor     Actor
	x         Export
	cases     []string // ids
	documents []string
	chains    []string            // of the system
	blobs     map[string][]holder // files, by digest, with what holds them
	// definitions are forms and flows by their digest, nil where there is none of it.
	definitions map[string][]byte
	labels      map[string]map[string]string
	asked       int // how often its reader's rights were
	// logged is, with System, how many leaves the log had before it was chosen what goes in: what is
	// in it since then is of what others did meanwhile.
	logged int64
}

// choose lists what goes into the bundle.
func (b *bundling) choose(ctx context.Context) error {
	k := b.e.k
	if b.x.System {
		if err := k.allow(ctx, b.actor, k.cfg.Rights.ReadAll); err != nil {
			return err
		}
		if err := b.systemChains(ctx); err != nil {
			return err
		}
	}
	asked := slices.Clone(b.x.Cases)
	if len(asked) == 0 {
		found, err := b.query(ctx)
		if err != nil {
			return err
		}
		asked = found
	}
	seen := map[string]bool{}
	for _, id := range asked {
		if err := b.withRows(ctx, id, seen); err != nil {
			if len(b.x.Cases) == 0 && errors.Is(err, ErrNotFound) {
				continue // gone since, or not his to read
			}
			return err
		}
	}
	slices.SortFunc(b.cases, func(x, y string) int {
		return cmp.Compare(evidence.BundleCase{ID: x}.PageFile(), evidence.BundleCase{ID: y}.PageFile())
	})
	slices.Sort(b.documents)
	b.documents = slices.Compact(b.documents)
	return nil
}

// query reads all pages of the archive that were asked for.
func (b *bundling) query(ctx context.Context) ([]string, error) {
	var cases []string
	q := b.x.Query
	q.Limit, q.After = 500, record.Cursor{}
	if q.Without == nil {
		q.Without = []string{} // evidence is of what was taken back, too
	}
	for {
		page, err := b.e.k.Records().Query(ctx, b.actor, q)
		if err != nil {
			return nil, err
		}
		for _, r := range page {
			switch {
			case r.Case != "":
				cases = append(cases, r.Case)
			case r.Kind == RecordDocument:
				id, _, _ := DocumentOf(r.ID)
				b.documents = append(b.documents, id)
			}
		}
		if len(page) < q.Limit {
			return cases, nil
		}
		last := page[len(page)-1]
		q.After = record.Cursor{Filed: last.Filed, ID: last.ID}
	}
}

// withRows takes a case and its rows, if the actor may read it.
func (b *bundling) withRows(ctx context.Context, id string, seen map[string]bool) error {
	k := b.e.k
	c, err := k.take(ctx, id)
	if err != nil {
		return err
	}
	if _, err := k.mayRead(ctx, b.actor, c, k.moment()); err != nil {
		return err
	}
	if seen[id] || c.row.Head.Seq == 0 { // a draft has no trail
		return nil
	}
	seen[id] = true
	b.cases = append(b.cases, id)
	children, err := k.children(ctx, id)
	if err != nil {
		return err
	}
	for _, child := range children {
		if err := b.withRows(ctx, child.row.ID, seen); ignoreNotFound(err) != nil {
			return err
		}
	}
	return nil
}

func (b *bundling) systemChains(ctx context.Context) error {
	return b.e.k.eachHead(ctx, func(h evidence.Head) {
		list, _, _ := strings.Cut(strings.TrimPrefix(h.Chain, listChains), "/")
		if h.Chain != logChain && !strings.HasPrefix(h.Chain, chainOf("")) && !slices.Contains(ownLists, list) {
			b.chains = append(b.chains, h.Chain)
		}
	})
}

// eachHead goes over the ends of all chains.
func (k *Kit) eachHead(ctx context.Context, do func(evidence.Head)) error {
	after := ""
	for {
		var page []evidence.Head
		err := k.store.View(ctx, func(ctx context.Context, tx Tx) error {
			found, err := tx.Trail().Heads(ctx, HeadQuery{After: after, Limit: headsAtOnce})
			page = found
			return err
		})
		if err != nil {
			return err
		}
		for _, h := range page {
			do(h)
		}
		if len(page) < headsAtOnce {
			return nil
		}
		after = page[len(page)-1].Chain
	}
}

// opens notes that confidential documents are opened: they leave with their files.
func (b *bundling) opens(ctx context.Context) error {
	for _, id := range b.documents {
		view, err := b.e.k.Documents().Get(ctx, b.actor, id)
		if err == nil {
			err = b.e.k.opened(ctx, b.actor, view.Document.Class, OpenedDocument, view.Document.ID, marksOf(view.Versions...)...)
		}
		if ignoreNotFound(err) != nil {
			return err
		}
	}
	return nil
}

// note writes the export on the trail.
func (b *bundling) note(ctx context.Context) error {
	k := b.e.k
	event := Event{Verb: "export", Type: "bundle", Number: strconv.Itoa(len(b.cases)), By: b.x.Imprint.By, Via: viaNamed,
		Assurance: b.actor.Assurance, Channel: b.actor.Channel}
	if b.actor.system {
		event.Via = viaSystem
	}
	for _, key := range slices.Sorted(maps.Keys(b.x.Scope)) {
		event.Effects = append(event.Effects, key+": "+b.x.Scope[key])
	}
	now := k.moment()
	return k.store.Update(ctx, func(ctx context.Context, tx Tx) error {
		return k.appendEvent(ctx, tx, exportsChain, event, now)
	})
}
