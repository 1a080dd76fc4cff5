package ismskit

import (
	"context"
	"errors"
	"slices"
	"strings"
)

// holder is a case or a document that a file of the bundle belongs to.
type holder struct{ inCase, document string }

// holds remembers what a file belongs to: until it is written, it may be its reader's no
// longer.
func (b *bundling) holds(digest string, by holder) {
	if !slices.Contains(b.blobs[digest], by) {
		b.blobs[digest] = append(b.blobs[digest], by)
	}
}

// mayHaveTrail asks whether its reader may still read the document whose trail this is. For
// the trails of the house, again has asked.
func (b *bundling) mayHaveTrail(ctx context.Context, chain string) error {
	id, ok := strings.CutPrefix(chain, documentRecord(""))
	if !ok || b.x.System {
		return nil
	}
	_, err := b.e.k.Documents().readable(ctx, b.actor, id)
	return err
}

// mayHaveFile asks whether its reader may still read something that a file belongs to;
// ErrNotFound where nothing of it is his any more.
func (b *bundling) mayHaveFile(ctx context.Context, digest string) error {
	for _, by := range b.blobs[digest] {
		err := b.mayHaveOf(ctx, digest, by)
		if !errors.Is(err, ErrNotFound) {
			return err
		}
	}
	return ErrNotFound
}

func (b *bundling) mayHaveOf(ctx context.Context, digest string, by holder) error {
	k := b.e.k
	if by.document != "" {
		_, err := k.Documents().readable(ctx, b.actor, by.document)
		return err
	}
	c, err := k.take(ctx, by.inCase)
	if err != nil {
		return err
	}
	if _, err := k.mayRead(ctx, b.actor, c, k.moment()); err != nil {
		return err
	}
	hidden, err := k.hiddenNow(ctx, b.actor, c, k.moment())
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(visible(c.extra.Files, hidden), func(f Attached) bool { return f.Digest == digest }) {
		return ErrNotFound
	}
	return nil
}
