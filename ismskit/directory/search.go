package directory

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"
)

// Search returns at most limit people of the house in force whose name, login,
// post or unit contains every word of text; two Chinese characters suffice.
// Those found by name or login come first. limit 0 means 20.
func (d *Directory) Search(ctx context.Context, text string, limit int) ([]Holder, error) {
	s, err := d.current(ctx)
	if err != nil {
		return nil, err
	}
	words := strings.Fields(folded(text))
	if len(words) == 0 {
		return nil, nil
	}
	if limit <= 0 {
		limit = 20
	}
	return s.search(words, limit, d.now()), nil
}

func (s *snapshot) search(words []string, limit int, at time.Time) []Holder {
	var by, beside []Holder
	for _, id := range slices.Sorted(maps.Keys(s.people)) {
		p := s.people[id]
		if p.External || !p.Active(at) {
			continue
		}
		h, _ := s.holder(id, at)
		self := folded(p.Name + "\n" + p.NameEN + "\n" + p.Login)
		u := s.units[h.Unit]
		all := self + "\n" + folded(h.PostTitle+"\n"+s.posts[h.Post].TitleEN+"\n"+u.Name+"\n"+u.NameEN+"\n"+u.Short)
		switch {
		case containsAll(self, words):
			by = append(by, h)
		case containsAll(all, words):
			beside = append(beside, h)
		}
	}
	found := append(by, beside...)
	return found[:min(len(found), limit)]
}

func folded(s string) string { return strings.ToLower(norm.NFKC.String(s)) }

func containsAll(text string, words []string) bool {
	for _, w := range words {
		if !strings.Contains(text, w) {
			return false
		}
	}
	return true
}
