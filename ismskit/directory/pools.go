package directory

import (
	"context"
	"slices"
	"time"
)

// Pools returns the pools a person belongs to at a moment: his posts, his roles,
// and the rows of Options.Named that name him.
func (d *Directory) Pools(ctx context.Context, person string, at time.Time) ([]string, error) {
	s, err := d.current(ctx)
	if err != nil {
		return nil, err
	}
	if p, known := s.people[person]; !known || !p.Active(at) {
		return nil, nil
	}
	var pools, ids []string
	ids = append(ids, person)
	for _, post := range s.held(person, at) {
		pools, ids = append(pools, PoolOfPost(post.ID)), append(ids, post.ID)
	}
	for _, r := range s.rolesOf(person, at) {
		pools = append(pools, PoolOfRole(r.Module, r.Key, r.Agency))
	}
	for _, key := range d.keys[len(coreLists()):] {
		pools = append(pools, d.rowPools(s, key, ids, at)...)
	}
	slices.Sort(pools)
	return slices.Compact(pools), nil
}

func (d *Directory) rowPools(s *snapshot, list string, ids []string, at time.Time) []string {
	l, _ := d.lists.List(list)
	var pools []string
	for _, r := range s.tables[list].rows {
		if !r.InForce(at) {
			continue
		}
		for _, field := range l.KeyFields {
			if slices.ContainsFunc(r.IDs(field), func(id string) bool { return slices.Contains(ids, id) }) {
				pools = append(pools, PoolOfRow(list, r.ID(), field))
			}
		}
	}
	return pools
}
