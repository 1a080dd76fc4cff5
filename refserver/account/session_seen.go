package account

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	"time"
)

// maxSeen is how many cases a session remembers as opened: more than a signer decides
// with one act. The oldest go first.
const maxSeen = 100

// PutSeen remembers that this session has opened a case, at its revision. Each case is a
// value of its own, so that two that are opened at the same time are both remembered.
func (s *Sessions) PutSeen(ctx context.Context, caseID string, revision int64) {
	s.manager.Put(ctx, keySeen+caseID, strconv.FormatInt(revision, 10)+" "+strconv.FormatInt(time.Now().UnixMicro(), 10))
	var seen []string
	for _, key := range s.manager.Keys(ctx) {
		if strings.HasPrefix(key, keySeen) {
			seen = append(seen, key)
		}
	}
	slices.SortFunc(seen, func(a, b string) int {
		_, first := s.seen(ctx, a)
		_, second := s.seen(ctx, b)
		return cmp.Compare(first, second)
	})
	for _, key := range seen[:max(0, len(seen)-maxSeen)] {
		s.manager.Remove(ctx, key)
	}
}

// Seen is the revision of a case when this session opened it last, 0 where it has not.
func (s *Sessions) Seen(ctx context.Context, caseID string) int64 {
	revision, _ := s.seen(ctx, keySeen+caseID)
	return revision
}

// seen reads a value that PutSeen wrote; zero where there is none that can be read.
func (s *Sessions) seen(ctx context.Context, key string) (revision, at int64) {
	first, second, _ := strings.Cut(s.manager.GetString(ctx, key), " ")
	revision, err := strconv.ParseInt(first, 10, 64)
	if err != nil {
		return 0, 0
	}
	if at, err = strconv.ParseInt(second, 10, 64); err != nil {
		return 0, 0
	}
	return revision, at
}
