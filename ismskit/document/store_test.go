package document_test

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/ismskit/document"
)

var errConflict = errors.New("changed meanwhile")

// shelf is a Store in memory, as strict about revisions as the contract says.
type shelf struct {
	documents map[string]document.Document
	versions  map[string][]document.Version
}

func newShelf() *shelf {
	return &shelf{documents: map[string]document.Document{}, versions: map[string][]document.Version{}}
}

func (s *shelf) Document(_ context.Context, id string) (document.Document, bool, error) {
	d, ok := s.documents[id]
	return d, ok, nil
}

func (s *shelf) Documents(_ context.Context, q document.Query) ([]document.Document, error) {
	var found []document.Document
	for _, d := range s.documents {
		numbered := len(q.Numbers) == 0 ||
			slices.ContainsFunc(q.Numbers, func(n string) bool { return slices.Contains(d.Numbers(), document.TypedNumber(n)) })
		if numbered && (q.After == "" || document.Cursor(d) > q.After) {
			found = append(found, d)
		}
	}
	slices.SortFunc(found, func(a, b document.Document) int {
		return cmp.Or(strings.Compare(a.Number, b.Number), strings.Compare(a.ID, b.ID))
	})
	if q.Limit > 0 && len(found) > q.Limit {
		found = found[:q.Limit]
	}
	return found, nil
}

func (s *shelf) PutDocument(_ context.Context, d document.Document) error {
	if s.documents[d.ID].Revision != d.Revision-1 {
		return errConflict
	}
	s.documents[d.ID] = d
	return nil
}

func (s *shelf) Versions(_ context.Context, id string) ([]document.Version, error) {
	return slices.Clone(s.versions[id]), nil
}

func (s *shelf) PutVersion(_ context.Context, v document.Version) error {
	for i, old := range s.versions[v.Document] {
		if old.Label == v.Label {
			if old.Revision != v.Revision-1 {
				return errConflict
			}
			s.versions[v.Document][i] = v
			return nil
		}
	}
	if v.Revision != 1 {
		return errConflict
	}
	s.versions[v.Document] = append(s.versions[v.Document], v)
	return nil
}
