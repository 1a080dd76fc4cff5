package memory

import (
	"bytes"
	"cmp"
	"context"
	"slices"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/storage/internal/clean"
)

type definitions struct{ *tx }

func (d definitions) Put(_ context.Context, v ismskit.Definition) error {
	if err := d.write(v.Kind, v.Key, v.Version); err != nil {
		return d.fail(err)
	}
	k := triple{v.Kind, v.Key, v.Version}
	if old, ok := d.definitions[k]; ok {
		if old.Digest != v.Digest {
			return d.fail(ismskit.ErrConflict)
		}
		return nil
	}
	v.Body, v.Created = bytes.Clone(v.Body), clean.Moment(v.Created)
	put(d.tx, d.definitions, k, v)
	return nil
}

func (d definitions) Get(_ context.Context, kind, key, version string) (ismskit.Definition, error) {
	if d.failed != nil {
		return ismskit.Definition{}, d.failed
	}
	v, ok := d.definitions[triple{kind, key, version}]
	if !ok {
		return v, ismskit.ErrNotFound
	}
	v.Body = bytes.Clone(v.Body)
	return v, nil
}

func (d definitions) List(_ context.Context, kind, key string) ([]ismskit.Definition, error) {
	if d.failed != nil {
		return nil, d.failed
	}
	var found []ismskit.Definition
	for _, v := range d.definitions {
		if v.Kind == kind && same(key, v.Key) {
			v.Body = nil
			found = append(found, v)
		}
	}
	slices.SortFunc(found, func(a, b ismskit.Definition) int {
		return cmp.Or(cmp.Compare(a.Key, b.Key), a.Created.Compare(b.Created), cmp.Compare(a.Version, b.Version))
	})
	return found, nil
}
